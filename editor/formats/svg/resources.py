"""clipPath, mask, pattern and marker as resource records, each read once."""

from typing import Any

from editor.formats.svg.nodes import _link, transform_of
from editor.formats.svg.paints import reference_chain, server_transform
from editor.formats.svg.reader import Reader
from editor.formats.svg.state import State
from editor.formats.svg.structure import read_element
from editor.formats.svg.values import parse_angle, parse_length, parse_view_box
from editor.formats.svg.xml import Element
from editor.model.vector import ClipResource, MarkerResource, MaskResource, PatternResource
from editor.model.vector.document import Units
from render.geometry import Rect


def _known(reader: Reader, element: Element, kind: str) -> tuple[bool, str | None]:
    key = (id(element), kind)
    return key in reader.resources, reader.resources.get(key)


def _remember(reader: Reader, element: Element, kind: str, name: str | None) -> str | None:
    reader.resources[id(element), kind] = name
    return name


def clip_resource(reader: Reader, element: Element) -> str | None:
    """Raises NotDrawn through `transform_of` for a map that cannot be used."""
    known, key = _known(reader, element, "clip")
    if known:
        return key
    state = reader.state_of(element)
    transform = transform_of(state)
    key = _remember(reader, element, "clip", reader.new_id())
    assert key is not None
    nested = _link(reader, state, "clip-path")
    units: Units = "box" if element.get("clipPathUnits") == "objectBoundingBox" else "user"
    inner = clip_resource(reader, nested) if nested is not None else None
    reader.add(
        ClipResource(id=key, parent=reader.document, name=element.id, units=units, transform=transform, clip=inner)
    )
    for child in element.elements():
        read_element(reader, State(child, state), key, in_clip=True)
    reader.report.keep("clipPath")
    return key


def mask_resource(reader: Reader, element: Element) -> str | None:
    known, key = _known(reader, element, "mask")
    if known:
        return key
    state = reader.state_of(element)
    key = _remember(reader, element, "mask", reader.new_id())
    assert key is not None
    units: Units = "user" if element.get("maskUnits") == "userSpaceOnUse" else "box"
    nested = _link(reader, state, "mask")
    inner = mask_resource(reader, nested) if nested is not None else None
    reader.add(
        MaskResource(
            id=key, parent=reader.document, name=element.id, units=units,
            content_units="box" if element.get("maskContentUnits") == "objectBoundingBox" else "user",
            kind_of_mask="alpha" if state.own("mask-type") == "alpha" else "luminance",
            region=region_of(state, units == "box"), mask=inner,
            linear=state.get("color-interpolation") == "linearRGB",
        )
    )  # fmt: skip
    for child in element.elements():
        read_element(reader, State(child, state), key)
    reader.report.keep("mask")
    return key


_REGION = (("x", "x", "-10%"), ("y", "y", "-10%"), ("width", "x", "120%"), ("height", "y", "120%"))


def region_of(state: State, relative: bool, element: Element | None = None) -> Rect:
    """x, y, width and height with the defaults of masks and filters: ten percent more on each side."""
    source = element or state.element
    parts = []
    for name, axis, default in _REGION:
        length = parse_length(source.get(name)) or parse_length(default)
        assert length is not None
        if relative:
            parts.append(length.number / 100 if length.unit == "%" else state.resolve(length))
        else:
            parts.append(state.resolve(length, axis))  # type: ignore[arg-type]
    return Rect(*parts)


def pattern_resource(reader: Reader, element: Element) -> str | None:
    """None when the pattern paints nothing."""
    known, key = _known(reader, element, "pattern")
    if known:
        return key
    chain = reference_chain(reader, element, ("pattern",))
    said: dict[str, str] = {}
    for item in reversed(chain):
        said |= item.attributes
    owner = next((item for item in chain if any(True for _ in item.elements())), element)
    state = reader.state_of(element)
    transform = server_transform(state, said.get("patternTransform"))
    units: Units = "user" if said.get("patternUnits") == "userSpaceOnUse" else "box"
    key = _remember(reader, element, "pattern", reader.new_id())
    assert key is not None
    reader.add(
        PatternResource(
            id=key, parent=reader.document, name=element.id, units=units, transform=transform,
            content_units="box" if said.get("patternContentUnits") == "objectBoundingBox" else "user",
            tile=_tile(state, said, units == "box"), view_box=parse_view_box(said.get("viewBox")),
            aspect=said.get("preserveAspectRatio") or "xMidYMid meet",
        )
    )  # fmt: skip
    owner_state = reader.state_of(owner)
    for child in owner.elements():
        read_element(reader, State(child, owner_state), key)
    reader.report.keep("pattern")
    return key


def _tile(state: State, said: dict[str, str], relative: bool) -> Rect:
    parts = []
    for name, axis in (("x", "x"), ("y", "y"), ("width", "x"), ("height", "y")):
        length = parse_length(said.get(name))
        if length is None:
            parts.append(0.0)
        elif relative:
            parts.append(length.number / 100 if length.unit == "%" else state.resolve(length))
        else:
            parts.append(state.resolve(length, axis))  # type: ignore[arg-type]
    return Rect(*parts)


def marker_resource(reader: Reader, element: Element) -> str | None:
    known, key = _known(reader, element, "marker")
    if known:
        return key
    state = reader.state_of(element)
    view_box = parse_view_box(element.get("viewBox"))
    fields: dict[str, Any] = {
        "width": _marker_length(state, "markerWidth", "x", 3.0),
        "height": _marker_length(state, "markerHeight", "y", 3.0),
    }  # fmt: skip
    if fields["width"] <= 0 or fields["height"] <= 0:
        return _remember(reader, element, "marker", None)
    if "viewBox" in element.attributes and view_box is None:
        return _remember(reader, element, "marker", None)
    orient = (element.get("orient") or "0").strip()
    key = _remember(reader, element, "marker", reader.new_id())
    assert key is not None
    reader.add(
        MarkerResource(
            id=key, parent=reader.document, name=element.id, view_box=view_box,
            x=_marker_length(state, "refX", "x", 0.0), y=_marker_length(state, "refY", "y", 0.0),
            in_strokes=element.get("markerUnits") != "userSpaceOnUse",
            angle=None if orient.startswith("auto") else parse_angle(orient) or 0.0,
            reverse_start=orient == "auto-start-reverse",
            aspect=element.get("preserveAspectRatio") or "xMidYMid meet",
            overflow=_shows_overflow(state), **fields,
        )
    )  # fmt: skip
    inner = State(element, state.parent, viewport=_viewport(view_box, fields), context="marker")
    for child in element.elements():
        read_element(reader, State(child, inner), key)
    reader.report.keep("marker")
    return key


def _shows_overflow(state: State) -> bool:
    """Markers hide what overflows, unless told otherwise; inheriting from nobody gives the property's initial value."""
    return (state.own("overflow") or ("visible" if state.element.style.get("overflow") == "inherit" else "")) in (
        "visible", "auto",
    )  # fmt: skip


def _viewport(view_box: Rect | None, fields: dict[str, Any]) -> tuple[float, float]:
    return (view_box.width, view_box.height) if view_box else (fields["width"], fields["height"])


def _marker_length(state: State, name: str, axis: Any, default: float) -> float:
    length = parse_length(state.element.get(name))
    return default if length is None else state.resolve(length, axis)
