"""filter and its primitives as a FilterResource."""

from collections.abc import Callable
from typing import Any

from editor.display.vector.filters import hue_matrix, saturate_matrix
from editor.formats.svg.images import image_bytes, picture_size
from editor.formats.svg.paints import reference_chain
from editor.formats.svg.reader import Reader
from editor.formats.svg.resources import _known, _remember, region_of
from editor.formats.svg.state import State
from editor.formats.svg.values import local_target, parse_length, parse_number, parse_numbers
from editor.formats.svg.xml import Element
from editor.model.vector import FilterResource, FilterStep, PictureFrame
from editor.model.vector.document import Units
from render.color import BLACK, WHITE
from render.vector.filters import values as effects

STANDARD = frozenset("SourceGraphic SourceAlpha BackgroundImage BackgroundAlpha FillPaint StrokePaint".split())
Shared = dict[str, Any]


def filter_resource(reader: Reader, element: Element) -> str | None:
    """None for a filter without an area, which hides what it is put on."""
    known, key = _known(reader, element, "filter")
    if known:
        return key
    chain = reference_chain(reader, element, ("filter",))
    said = Element("filter", {}, element.parent)
    for item in reversed(chain):
        said.attributes |= item.attributes
    state = reader.state_of(element)
    units: Units = "user" if said.get("filterUnits") == "userSpaceOnUse" else "box"
    region = region_of(state, units == "box", said)
    if region.width <= 0 or region.height <= 0:
        return _remember(reader, element, "filter", None)
    key = _remember(reader, element, "filter", reader.new_id())
    assert key is not None
    owner = next((item for item in chain if any(True for _ in item.elements())), element)
    relative = said.get("primitiveUnits") == "objectBoundingBox"
    steps = _Steps(reader, key, relative).read(owner)
    reader.add(
        FilterResource(
            id=key, parent=reader.document, name=element.id, units=units, region=region,
            step_units="box" if relative else "user", steps=tuple(steps),
        )
    )  # fmt: skip
    reader.report.keep("filter")
    return key


class _Steps:
    def __init__(self, reader: Reader, key: str, relative: bool) -> None:
        self.reader, self.key, self.relative = reader, key, relative
        self.results: list[str] = []
        self.pictures = 0

    def read(self, owner: Element) -> list[FilterStep]:
        steps: list[FilterStep] = []
        parent = self.reader.state_of(owner)
        for child in owner.elements():
            step = self._step(State(child, parent))
            if step is not None:
                steps.append(step)
                self.results.append(step.effect.result)
        return steps

    def _step(self, state: State) -> FilterStep | None:
        element = state.element
        shared: Shared = {
            "source": self._input(element.get("in")), "result": element.get("result") or "",
            "linear": state.get("color-interpolation-filters") != "sRGB",
        }  # fmt: skip
        effect: Any
        if element.tag == "feImage":
            effect = self._picture(state, shared)
        elif element.tag == "feMerge":
            nodes = [child for child in element.elements() if child.tag == "feMergeNode"]
            effect = effects.Merge(inputs=tuple(self._input(node.get("in")) for node in nodes), **shared)
        elif element.tag in _BLENDING:
            effect = _BLENDING[element.tag](state, {**shared, "under": self._input(element.get("in2"))})
        elif element.tag in _PRIMITIVES:
            effect = _PRIMITIVES[element.tag](state, shared)
        else:
            return None
        if effect is None:
            return None
        aspect = element.get("preserveAspectRatio") or "xMidYMid meet"
        return FilterStep(effect=effect, box=self._box(state), aspect=aspect)

    def _input(self, name: str | None) -> str:
        """A standard name, an earlier result, or "" for what came just before."""
        if name and name in self.results:
            return name
        if name in STANDARD:
            return name or ""
        return "SourceGraphic" if not self.results else ""

    def _box(self, state: State) -> tuple[float | None, float | None, float | None, float | None]:
        parts: list[float | None] = []
        for name, axis in (("x", "x"), ("y", "y"), ("width", "x"), ("height", "y")):
            length = parse_length(state.element.get(name))
            if length is None:
                parts.append(None)
            elif length.number <= 0 and name in ("width", "height"):
                parts.append(0.0)
            elif self.relative:
                parts.append(length.number / 100 if length.unit == "%" else state.resolve(length))
            else:
                parts.append(state.resolve(length, axis))  # type: ignore[arg-type]
        return parts[0], parts[1], parts[2], parts[3]

    def _picture(self, state: State, shared: Shared) -> effects.Picture | None:
        reader, element = self.reader, state.element
        reference = element.get("href")
        target = reader.ids.get(local_target(reference) or "")
        index = self.pictures
        before = len(reader.records)
        if target is not None:
            from editor.formats.svg.structure import DRAWN, read_element

            if target.tag in DRAWN and target not in reader.uses:
                reader.uses.append(target)
                read_element(reader, reader.state_of(target), self.key)
                reader.uses.pop()
        else:
            self._raster(state, reference)
        if not any(record.parent == self.key for record in reader.records[before:]):
            return effects.Picture(index=1 << 20, **shared)
        self.pictures += 1
        return effects.Picture(index=index, **shared)

    def _raster(self, state: State, reference: str | None) -> None:
        from editor.formats.svg.images import _read_drawing, is_svg

        data = image_bytes(self.reader, reference)
        size = picture_size(data) if data and not is_svg(data) else None
        if data and size is not None:
            crisp = state.get("image-rendering") in ("optimizeSpeed", "pixelated", "crisp-edges")
            self.reader.add(
                PictureFrame(
                    id=self.reader.new_id(), parent=self.key, blob=self.reader.put_blob(data), x=0.0, y=0.0,
                    width=float(size[0]), height=float(size[1]), quality="crisp" if crisp else "smooth",
                )
            )  # fmt: skip
        elif data and is_svg(data):
            bare = State(Element("image", {}, None), None)
            _read_drawing(self.reader, bare, self.key, {}, data)


def _pair(text: str | None, default: float) -> tuple[float, float] | None:
    """One number for both, or two; None when the text is something else."""
    if text is None:
        return default, default
    numbers = parse_numbers(text)
    if len(numbers) not in (1, 2):
        return None
    return numbers[0], numbers[-1]


def _number(state: State, name: str, default: float) -> float:
    found = parse_number(state.element.get(name))
    return default if found is None else found


def _blur(state: State, shared: Shared) -> Any:
    pair = _pair(state.element.get("stdDeviation"), 0.0)
    if pair is None or pair[0] < 0 or pair[1] < 0:
        pair = (0.0, 0.0)
    return effects.Blur(x=pair[0], y=pair[1], **shared)


def _shadow(state: State, shared: Shared) -> Any:
    pair = _pair(state.element.get("stdDeviation"), 2.0)
    if pair is None or pair[0] < 0 or pair[1] < 0:
        pair = (0.0, 0.0)
    color = state.color_property("flood-color", BLACK, "flood-opacity")
    return effects.DropShadow(
        dx=_number(state, "dx", 2.0), dy=_number(state, "dy", 2.0), x=pair[0], y=pair[1], color=color, **shared
    )


def _offset(state: State, shared: Shared) -> Any:
    return effects.Offset(dx=_number(state, "dx", 0.0), dy=_number(state, "dy", 0.0), **shared)


def _flood(state: State, shared: Shared) -> Any:
    return effects.Flood(color=state.color_property("flood-color", BLACK, "flood-opacity"), **shared)


_IDENTITY = (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0)
_LUMINANCE = (*((0.0,) * 15), 0.2125, 0.7154, 0.0721, 0.0, 0.0)


def _color_matrix(state: State, shared: Shared) -> Any:
    kind = state.element.get("type") or "matrix"
    text = state.element.get("values")
    numbers = tuple(parse_numbers(text))
    matrix: tuple[float, ...] = _IDENTITY
    if kind == "saturate":
        amount = numbers[0] if len(numbers) == 1 else 1.0
        matrix = saturate_matrix(min(1.0, max(0.0, amount)))
    elif kind == "hueRotate":
        matrix = hue_matrix(numbers[0] if len(numbers) == 1 else 0.0)
    elif kind == "luminanceToAlpha":
        matrix = _LUMINANCE
    elif len(numbers) == 20:
        matrix = numbers
    return effects.ColorMatrix(values=matrix, **shared)


_CHANNELS = {"feFuncR": 0, "feFuncG": 1, "feFuncB": 2, "feFuncA": 3}


def _component_transfer(state: State, shared: Shared) -> Any:
    channels = [effects.Transfer()] * 4
    for child in state.element.elements():
        if child.tag in _CHANNELS:
            channels[_CHANNELS[child.tag]] = _transfer(child)
    return effects.ComponentTransfer(channels=tuple(channels), **shared)  # type: ignore[arg-type]


def _transfer(element: Element) -> effects.Transfer:
    def number(name: str, default: float) -> float:
        found = parse_number(element.get(name))
        return default if found is None else found

    kind = element.get("type") or "identity"
    if kind not in ("table", "discrete", "linear", "gamma"):
        return effects.Transfer()
    return effects.Transfer(
        kind=kind, table=tuple(parse_numbers(element.get("tableValues"))), slope=number("slope", 1.0),  # type: ignore[arg-type]
        intercept=number("intercept", 0.0), amplitude=number("amplitude", 1.0), exponent=number("exponent", 1.0),
        offset=number("offset", 0.0),
    )  # fmt: skip


def _blend(state: State, shared: Shared) -> Any:
    return effects.Blended(mode=state.element.get("mode") or "normal", **shared)


def _composite(state: State, shared: Shared) -> Any:
    operator = state.element.get("operator") or "over"
    if operator not in ("over", "in", "out", "atop", "xor", "lighter", "arithmetic"):
        operator = "over"
    k = tuple(_number(state, f"k{index}", 0.0) for index in (1, 2, 3, 4))
    return effects.Composite(operator=operator, k=k, **shared)  # type: ignore[arg-type]


def _displacement(state: State, shared: Shared) -> Any:
    names = [state.element.get(f"{axis}ChannelSelector") or "A" for axis in ("x", "y")]
    x, y = (name if name in ("R", "G", "B", "A") else "A" for name in names)
    return effects.Displacement(scale=_number(state, "scale", 0.0), x_channel=x, y_channel=y, **shared)  # type: ignore[arg-type]


def _morphology(state: State, shared: Shared) -> Any:
    pair = _pair(state.element.get("radius"), 0.0)
    x, y = pair if pair is not None else (0.0, 0.0)
    if (x < 0 or y < 0) or (x == 0 and y == 0):
        x = y = 0.0
    operator = "dilate" if state.element.get("operator") == "dilate" else "erode"
    return effects.Morphology(operator=operator, x=x, y=y, **shared)  # type: ignore[arg-type]


def _turbulence(state: State, shared: Shared) -> Any:
    pair = _pair(state.element.get("baseFrequency"), 0.0)
    if pair is None or pair[0] < 0 or pair[1] < 0:
        pair = (0.0, 0.0)
    octaves = round(_number(state, "numOctaves", 1.0))
    if octaves < 1:
        return effects.Flood(color=BLACK.with_alpha(0.0), **shared)
    seed = _number(state, "seed", 0.0)
    return effects.Turbulence(
        fractal=state.element.get("type") == "fractalNoise", x=pair[0], y=pair[1], octaves=min(octaves, 16),
        seed=int(seed), stitch=state.element.get("stitchTiles") == "stitch", **shared,
    )  # fmt: skip


def _convolution(state: State, shared: Shared) -> Any:
    element = state.element
    order = _pair(element.get("order"), 3.0)
    empty = effects.Flood(color=BLACK.with_alpha(0.0), **shared)
    if order is None or any(number <= 0 or number % 1 or number > 64 for number in order):
        return empty
    columns, rows = int(order[0]), int(order[1])
    kernel = tuple(parse_numbers(element.get("kernelMatrix")))
    target_x, target_y = _number(state, "targetX", columns // 2), _number(state, "targetY", rows // 2)
    if len(kernel) != columns * rows or not (0 <= target_x < columns and 0 <= target_y < rows):
        return empty
    divisor = _number(state, "divisor", sum(kernel)) or 1.0
    edge = element.get("edgeMode")
    return effects.Convolution(
        columns=columns, rows=rows, kernel=kernel, divisor=divisor, bias=_number(state, "bias", 0.0),
        target_x=int(target_x), target_y=int(target_y), edge=edge if edge in ("wrap", "none") else "duplicate",  # type: ignore[arg-type]
        preserve_alpha=element.get("preserveAlpha") == "true", **shared,
    )  # fmt: skip




def _lighting(state: State, shared: Shared) -> Any:
    element = state.element
    source = next((child for child in element.elements() if child.tag in _LIGHTS), None)
    if source is None:
        return effects.Flood(color=BLACK.with_alpha(0.0), **shared)
    specular = element.tag == "feSpecularLighting"
    exponent = _number(state, "specularExponent", 1.0)
    if specular and not 1 <= exponent <= 128:
        return effects.Flood(color=BLACK.with_alpha(0.0), **shared)
    return effects.Lighting(
        specular=specular, light=_light(State(source, state)), surface_scale=_number(state, "surfaceScale", 1.0),
        constant=max(0.0, _number(state, "specularConstant" if specular else "diffuseConstant", 1.0)),
        exponent=exponent, color=state.color_property("lighting-color", WHITE), **shared,
    )  # fmt: skip


_LIGHTS = {"feDistantLight": "distant", "fePointLight": "point", "feSpotLight": "spot"}


def _light(state: State) -> effects.Light:
    exponent = _number(state, "specularExponent", 1.0)
    cone = parse_number(state.element.get("limitingConeAngle"))
    return effects.Light(
        kind=_LIGHTS[state.element.tag], azimuth=_number(state, "azimuth", 0.0),  # type: ignore[arg-type]
        elevation=_number(state, "elevation", 0.0), x=_number(state, "x", 0.0), y=_number(state, "y", 0.0),
        z=_number(state, "z", 0.0), at_x=_number(state, "pointsAtX", 0.0), at_y=_number(state, "pointsAtY", 0.0),
        at_z=_number(state, "pointsAtZ", 0.0), exponent=exponent if exponent > 0 else 1.0,
        cone=None if cone is None else abs(cone),
    )  # fmt: skip


def _tile(state: State, shared: Shared) -> Any:
    return effects.Tile(**shared)


Maker = Callable[[State, Shared], Any]
_PRIMITIVES: dict[str, Maker] = {
    "feGaussianBlur": _blur,
    "feDropShadow": _shadow,
    "feOffset": _offset,
    "feFlood": _flood,
    "feColorMatrix": _color_matrix,
    "feComponentTransfer": _component_transfer,
    "feMorphology": _morphology,
    "feTurbulence": _turbulence,
    "feConvolveMatrix": _convolution,
    "feDiffuseLighting": _lighting,
    "feSpecularLighting": _lighting,
    "feTile": _tile,
}
_BLENDING: dict[str, Maker] = {"feBlend": _blend, "feComposite": _composite, "feDisplacementMap": _displacement}
