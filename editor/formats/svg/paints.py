"""fill and stroke: colours, gradients, patterns and what surrounds them."""

from editor.formats.svg.nodes import about_origin
from editor.formats.svg.reader import Reader
from editor.formats.svg.state import State
from editor.formats.svg.values import (
    Length,
    local_target,
    parse_color,
    parse_length,
    parse_lengths,
    parse_number,
    parse_opacity,
    parse_transform,
    parse_url,
)  # fmt: skip
from editor.formats.svg.xml import Element
from editor.model.vector import (
    ContextPaint,
    FillStyle,
    LinearPaint,
    Paint,
    PatternPaint,
    RadialPaint,
    SolidPaint,
    StrokeStyle,
    Style,
)  # fmt: skip
from render.color import BLACK
from render.geometry import IDENTITY, Affine
from render.vector.values import FillRule, Stop

PARTS = ("fill", "stroke", "markers")
CAPS = ("butt", "round", "square")
JOINS = ("miter", "round", "bevel", "miter-clip", "arcs")


def styles_of(reader: Reader, state: State, fills: bool = True) -> tuple[tuple[Style, ...], int]:
    """The styles in painting order, and how many of them come before the markers."""
    fill = fill_style(reader, state) if fills else None
    stroke = stroke_style(reader, state)
    order = (state.get("paint-order") or "").split()
    if len(set(order)) != len(order) or any(word not in PARTS for word in order):
        order = []
    order += [word for word in PARTS if word not in order]
    result: list[Style] = []
    before_markers = 0
    for word in order:
        if word == "markers":
            before_markers = len(result)
        style = fill if word == "fill" else stroke if word == "stroke" else None
        if style is not None:
            result.append(style)
    return tuple(result), before_markers


def fill_style(reader: Reader, state: State) -> FillStyle | None:
    paint = resolve_paint(reader, state, "fill")
    if paint is None:
        return None
    rule: FillRule = "evenodd" if state.get("fill-rule") == "evenodd" else "nonzero"
    return FillStyle(paint=paint, opacity=parse_opacity(state.get("fill-opacity")), rule=rule)


def stroke_style(reader: Reader, state: State) -> StrokeStyle | None:
    """A stroke that paints nothing stays as an invisible one where its width still matters to markers."""
    width = state.property_length("stroke-width", 1.0)
    paint = resolve_paint(reader, state, "stroke") if width > 0 else None
    width = max(width, 0.0)
    if paint is None and width == 1.0:
        return None
    cap, join = state.get("stroke-linecap") or "butt", state.get("stroke-linejoin") or "miter"
    limit = parse_number(state.get("stroke-miterlimit"))
    if limit is not None and limit < 1:
        paint = None
    return StrokeStyle(
        paint=paint or SolidPaint(), visible=paint is not None, width=width,
        opacity=parse_opacity(state.get("stroke-opacity")),
        cap=cap if cap in CAPS else "butt", join=join if join in JOINS else "miter",  # type: ignore[arg-type]
        miter_limit=4.0 if limit is None or limit < 1 else limit,
        dashes=_dashes(state), dash_offset=state.property_length("stroke-dashoffset", 0.0),
    )  # fmt: skip


def _dashes(state: State) -> tuple[float, ...]:
    text = state.get("stroke-dasharray")
    if not text or text == "none":
        return ()
    dashes = tuple(state.resolve(length) for length in parse_lengths(text))
    if any(dash < 0 for dash in dashes) or sum(dashes) <= 0:
        return ()
    return dashes if len(dashes) % 2 == 0 else dashes * 2


def resolve_paint(reader: Reader, state: State, name: str, text: str | None = None) -> Paint | None:
    """The paint that `fill` or `stroke` means; None for nothing."""
    text = (state.get(name) if text is None else text) or "none"
    url = parse_url(text)
    if url is not None:
        return _server(reader, state, name, *url)
    word = text.strip().lower()
    if word in ("none", "transparent"):
        return None
    if word == "currentcolor":
        return SolidPaint(color=state.color)
    if word in ("context-fill", "context-stroke"):
        return _context(reader, state, word[8:])
    color = parse_color(text)
    if color is None:
        return SolidPaint(color=BLACK) if name == "fill" else None
    return SolidPaint(color=color)


def _context(reader: Reader, state: State, source: str) -> Paint | None:
    if state.context == "marker":
        return ContextPaint(source="fill" if source == "fill" else "stroke")
    if isinstance(state.context, State):
        reader.contexts.add(id(state.context))
        return ContextPaint(source="fill" if source == "fill" else "stroke")
    return None


def _server(reader: Reader, state: State, name: str, target: str, fallback: str) -> Paint | None:
    key = local_target(target)
    element = reader.ids.get(key) if key else None
    if element is not None and element.tag in ("linearGradient", "radialGradient", "pattern"):
        found = server_paint(reader, element)
        return found if found is not False else _fallback(reader, state, name, fallback)  # type: ignore[return-value]
    return _fallback(reader, state, name, fallback)


def _fallback(reader: Reader, state: State, name: str, fallback: str) -> Paint | None:
    return resolve_paint(reader, state, name, fallback) if fallback else None


def server_paint(reader: Reader, element: Element) -> Paint | None | bool:
    """A gradient or pattern; None paints nothing, False means that the fallback is wanted."""
    if element.tag == "pattern":
        from editor.formats.svg.resources import pattern_resource

        key = pattern_resource(reader, element)
        return PatternPaint(pattern=key) if key is not None else None
    chain = reference_chain(reader, element, ("linearGradient", "radialGradient"))
    stops = _stops(reader, chain)
    if not stops:
        return False
    if len(stops) == 1:
        return SolidPaint(color=stops[0].color)
    transform = server_transform(reader.state_of(element), _first(chain, "gradientTransform"))
    spread = _first(chain, "spreadMethod")
    relative = _first(chain, "gradientUnits") != "userSpaceOnUse"
    shared = {
        "stops": stops, "spread": spread if spread in ("pad", "reflect", "repeat") else "pad",
        "transform": transform, "relative": relative,
    }  # fmt: skip
    measure = _Measure(reader.state_of(element), chain, relative)
    if element.tag == "linearGradient":
        return LinearPaint(
            x1=measure("x1", "x", "0%"), y1=measure("y1", "y", "0%"), x2=measure("x2", "x", "100%"),
            y2=measure("y2", "y", "0%"), **shared,  # type: ignore[arg-type]
        )  # fmt: skip
    return _radial(measure, chain, stops, shared)


def _radial(
    measure: "_Measure", chain: list[Element], stops: tuple[Stop, ...], shared: dict[str, object]
) -> Paint | None:
    radius = measure("r", "both", "50%")
    if radius <= 0:
        return SolidPaint(color=stops[-1].color)
    cx, cy = measure("cx", "x", "50%"), measure("cy", "y", "50%")
    fx = measure("fx", "x", "") if _is_length(_first(chain, "fx")) else cx
    fy = measure("fy", "y", "") if _is_length(_first(chain, "fy")) else cy
    return RadialPaint(
        cx=cx, cy=cy, r=radius, fx=fx, fy=fy, fr=max(0.0, measure("fr", "both", "0%")), **shared,  # type: ignore[arg-type]
    )  # fmt: skip


class _Measure:
    """Gradient lengths: fractions of a box, or user units."""

    def __init__(self, state: State, chain: list[Element], relative: bool) -> None:
        self.state, self.chain, self.relative = state, chain, relative

    def __call__(self, name: str, axis: str, default: str) -> float:
        length = parse_length(_first(self.chain, name)) or parse_length(default) or Length(0.0)
        if self.relative:
            return length.number / 100 if length.unit == "%" else self.state.resolve(length, axis)  # type: ignore[arg-type]
        return self.state.resolve(length, axis)  # type: ignore[arg-type]


def _is_length(text: str | None) -> bool:
    return parse_length(text) is not None


def reference_chain(reader: Reader, element: Element, tags: tuple[str, ...]) -> list[Element]:
    """The element and what it refers to by href, one after the other, without going round."""
    chain = [element]
    while True:
        target = local_target(chain[-1].get("href"))
        following = reader.ids.get(target) if target else None
        if following is None or following.tag not in tags or following in chain:
            return chain
        chain.append(following)


def _first(chain: list[Element], name: str) -> str | None:
    return next((element.attributes[name] for element in chain if name in element.attributes), None)


def server_transform(state: State, text: str | None) -> Affine:
    """gradientTransform or patternTransform about the element's transform-origin; one that cannot be used is none."""
    found = parse_transform(text)
    if found is None or abs(found.determinant) < 1e-18:
        return IDENTITY
    return about_origin(state, found)


def _stops(reader: Reader, chain: list[Element]) -> tuple[Stop, ...]:
    owner = next((item for item in chain if any(child.tag == "stop" for child in item.elements())), None)
    stops: list[Stop] = []
    for child in owner.elements() if owner is not None else ():
        if child.tag != "stop":
            continue
        length = parse_length(child.get("offset"))
        offset = 0.0 if length is None else length.number / 100 if length.unit == "%" else length.number
        if length is not None and length.unit not in ("", "%"):
            offset = 0.0
        offset = min(1.0, max(0.0, offset, stops[-1].offset if stops else 0.0))
        stops.append(Stop(offset, reader.state_of(child).color_property("stop-color", BLACK, "stop-opacity")))
    return tuple(stops)

