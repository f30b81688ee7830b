"""The walk through the tree: groups, use, symbol, switch, nested svg, and who draws what."""

from typing import Any

from editor.formats.svg.nodes import NotDrawn, node_fields
from editor.formats.svg.paints import styles_of
from editor.formats.svg.reader import MAX_DEPTH, Reader
from editor.formats.svg.shapes import SHAPES, read_shape
from editor.formats.svg.state import State
from editor.formats.svg.values import local_target, parse_length, parse_view_box
from editor.formats.svg.xml import Element
from editor.model.vector import Group
from render.geometry import IDENTITY, Affine, Rect
from render.vector.aspect import fit

CONTAINERS = frozenset(("g", "a"))
DRAWN = SHAPES | CONTAINERS | {"use", "svg", "switch", "text", "image"}
IN_CLIP = SHAPES | {"use", "text"}


def read_children(reader: Reader, state: State, parent: str, in_clip: bool = False) -> None:
    for child in state.element.elements():
        read_element(reader, State(child, state), parent, in_clip)


def read_element(reader: Reader, state: State, parent: str, in_clip: bool = False) -> None:
    """Add what an element draws below `parent`; what cannot be drawn adds nothing."""
    element = state.element
    if element.tag not in (IN_CLIP if in_clip else DRAWN) or state.own("display") == "none":
        _remark(reader, element)
        return
    if not passes(reader, element) or reader.level > MAX_DEPTH:
        return
    reader.level += 1
    try:
        if element.tag in SHAPES:
            read_shape(reader, state, parent, in_clip)
        elif element.tag == "text":
            from editor.formats.svg.texts import read_text

            read_text(reader, state, parent, in_clip)
        elif element.tag == "image":
            from editor.formats.svg.images import read_image

            read_image(reader, state, parent)
        else:
            _read_container(reader, state, parent, in_clip)
    except NotDrawn:
        reader.report.drop(element.tag)
    finally:
        reader.level -= 1


def _read_container(reader: Reader, state: State, parent: str, in_clip: bool) -> None:
    tag = state.element.tag
    if tag == "use":
        _read_use(reader, state, parent, in_clip)
    elif tag == "svg":
        _read_nested(reader, state, parent)
    else:
        group = reader.add(Group(id=reader.new_id(), parent=parent, **node_fields(reader, state)))
        if tag == "switch":
            drawn = (child for child in state.element.elements() if child.tag in DRAWN)
            chosen = next((child for child in drawn if passes(reader, child)), None)
            if chosen is not None:
                read_element(reader, State(chosen, state), group)
        else:
            read_children(reader, state, group)
        reader.report.keep(tag)


def _remark(reader: Reader, element: Element) -> None:
    if element.tag in ("foreignObject", "script", "animate", "animateTransform", "set", "video", "audio"):
        reader.report.drop(element.tag)


def passes(reader: Reader, element: Element) -> bool:
    """Conditional processing (SVG 2, 5.8): extensions are never there, languages are the reader's."""
    if "requiredExtensions" in element.attributes:
        return False
    wanted = element.get("systemLanguage")
    if wanted is None:
        return True
    words = [word.strip().lower() for word in wanted.split(",")]
    return any(
        word == language or word.startswith(f"{language}-") for word in words for language in reader.options.languages
    )


def _read_use(reader: Reader, state: State, parent: str, in_clip: bool) -> None:
    """A use becomes a copy: properties of the use flow into it, so that each copy may look different."""
    element = state.element
    key = local_target(element.get("href"))
    target = reader.ids.get(key) if key else None
    if target is None or element.is_inside(target) or target in reader.uses:
        reader.report.drop("use")
        return
    if in_clip and target.tag not in SHAPES | {"text"}:
        return
    fields: dict[str, Any] = node_fields(reader, state, in_clip=in_clip)
    x, y = state.length("x", "x"), state.length("y", "y")
    fields["transform"] = Affine.translation(x, y).then(fields["transform"])
    group = reader.add(Group(id=reader.new_id(), parent=parent, **fields))
    context = None if state.context == "marker" else state
    reader.uses.append(target)
    try:
        if target.tag in ("symbol", "svg"):
            outer, state.context = state.context, context or state.context
            _read_viewport(reader, state, target, group)
            state.context = outer
        else:
            read_element(reader, State(target, state, context=context), group, in_clip)
    finally:
        reader.uses.pop()
    if id(state) in reader.contexts:
        reader.give_context(group, styles_of(reader, state)[0])
    reader.report.convert("use")


def _read_viewport(reader: Reader, use: State, target: Element, parent: str) -> None:
    """A symbol or svg under a use, whose width and height overrule its own."""
    if use.element.style.get("display") == "none" or target.style.get("display") == "none":
        return
    state = State(target, use)
    width = _size(use, "width", "x") if parse_length(use.attribute("width")) else None
    height = _size(use, "height", "y") if parse_length(use.attribute("height")) else None
    if target.tag == "svg":
        width = width if width is not None else _size(state, "width", "x")
        height = height if height is not None else _size(state, "height", "y")
        x, y = state.length("x", "x"), state.length("y", "y")
    else:
        width = width if width is not None else _size(state, "width", "x")
        height = height if height is not None else _size(state, "height", "y")
        x = y = 0.0
    _read_view(reader, state, parent, Rect(x, y, width, height))


def _size(state: State, name: str, axis: Any) -> float:
    length = parse_length(state.attribute(name))
    if length is None:
        return state.viewport[0 if axis == "x" else 1]
    return state.resolve(length, axis)


def _read_nested(reader: Reader, state: State, parent: str) -> None:
    area = Rect(state.length("x", "x"), state.length("y", "y"), _size(state, "width", "x"), _size(state, "height", "y"))
    _read_view(reader, state, parent, area)
    reader.report.keep("svg")


def _read_view(reader: Reader, state: State, parent: str, area: Rect) -> None:
    """The children of an element with a viewport of its own: cropped to it and fitted into it."""
    if area.is_empty:
        return
    element = state.element
    fields: dict[str, Any] = node_fields(reader, state)
    if state.own("overflow") not in ("visible", "auto"):
        fields["crop"] = area
    outer = reader.add(Group(id=reader.new_id(), parent=parent, **fields))
    inner_state, view = view_of(state, area)
    inner = reader.add(Group(id=reader.new_id(), parent=outer, transform=view)) if view != IDENTITY else outer
    for child in element.elements():
        read_element(reader, State(child, inner_state), inner)


def view_of(state: State, area: Rect) -> tuple[State, Affine]:
    """The state inside a viewport, and the map from there to the space around it."""
    element = state.element
    view_box = parse_view_box(element.get("viewBox"))
    if view_box is None:
        inner = State(element, state.parent, viewport=(area.width, area.height), context=state.context)
        return inner, Affine.translation(area.x, area.y)
    inner = State(element, state.parent, viewport=(view_box.width, view_box.height), context=state.context)
    return inner, fit(view_box, area, element.get("preserveAspectRatio") or "xMidYMid meet")
