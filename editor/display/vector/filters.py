"""Effects of a node as filter graphs of the engine, all lengths in user space."""

import math
from collections.abc import Callable

import msgspec

from editor.display.vector.built import box_map
from editor.model.vector import BlurEffect, ColorEffect, Effect, FilterResource, FilterStep, ShadowEffect
from render.geometry import Affine, Rect
from render.vector import values
from render.vector.aspect import fit
from render.vector.filters import values as primitives

PictureMaker = Callable[[FilterResource, int], values.Node | None]


def ready_made(effect: BlurEffect | ShadowEffect | ColorEffect, reach: Rect) -> primitives.FilterGraph:
    """CSS's filter functions work in sRGB, on an area that grows with the effect."""
    margin, step = 1.0, color_step(effect)
    if isinstance(effect, BlurEffect):
        step = primitives.Blur(source="SourceGraphic", x=effect.radius, y=effect.radius, linear=False)
        margin = 3 * effect.radius + 1
    elif isinstance(effect, ShadowEffect):
        step = primitives.DropShadow(
            source="SourceGraphic", dx=effect.dx, dy=effect.dy, x=effect.radius, y=effect.radius,
            color=effect.color, linear=False,
        )  # fmt: skip
        margin = 3 * effect.radius + max(abs(effect.dx), abs(effect.dy)) + 1
    assert step is not None
    return primitives.FilterGraph(region=reach.expanded(margin), primitives=(step,))


def color_step(effect: Effect) -> primitives.AnyPrimitive | None:
    """The matrix or transfer function of a colour effect (Filter Effects Module Level 1, 8.1 and 11)."""
    if not isinstance(effect, ColorEffect):
        return None
    amount = effect.amount
    kind = effect.function
    if kind in ("grayscale", "sepia", "saturate", "hue-rotate"):
        return primitives.ColorMatrix(source="SourceGraphic", values=_matrix(kind, amount), linear=False)
    same = primitives.Transfer()
    function = {
        "brightness": primitives.Transfer(kind="linear", slope=amount),
        "contrast": primitives.Transfer(kind="linear", slope=amount, intercept=0.5 - 0.5 * amount),
        "invert": primitives.Transfer(kind="table", table=(min(amount, 1.0), 1 - min(amount, 1.0))),
        "opacity": primitives.Transfer(kind="table", table=(0.0, min(amount, 1.0))),
    }[kind]
    channels = (same, same, same, function) if kind == "opacity" else (function, function, function, same)
    return primitives.ComponentTransfer(source="SourceGraphic", channels=channels, linear=False)


def _matrix(kind: str, amount: float) -> tuple[float, ...]:
    if kind == "saturate":
        return saturate_matrix(amount)
    if kind == "hue-rotate":
        return hue_matrix(amount)
    rest = 1 - min(amount, 1.0)
    if kind == "grayscale":
        return saturate_matrix(rest)
    return (
        0.393 + 0.607 * rest, 0.769 - 0.769 * rest, 0.189 - 0.189 * rest, 0.0, 0.0,
        0.349 - 0.349 * rest, 0.686 + 0.314 * rest, 0.168 - 0.168 * rest, 0.0, 0.0,
        0.272 - 0.272 * rest, 0.534 - 0.534 * rest, 0.131 + 0.869 * rest, 0.0, 0.0,
        0.0, 0.0, 0.0, 1.0, 0.0,
    )  # fmt: skip


def saturate_matrix(amount: float) -> tuple[float, ...]:
    return (
        0.213 + 0.787 * amount, 0.715 - 0.715 * amount, 0.072 - 0.072 * amount, 0.0, 0.0,
        0.213 - 0.213 * amount, 0.715 + 0.285 * amount, 0.072 - 0.072 * amount, 0.0, 0.0,
        0.213 - 0.213 * amount, 0.715 - 0.715 * amount, 0.072 + 0.928 * amount, 0.0, 0.0,
        0.0, 0.0, 0.0, 1.0, 0.0,
    )  # fmt: skip


def hue_matrix(degrees: float) -> tuple[float, ...]:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    red, green, blue = 0.213, 0.715, 0.072
    return (
        red + (1 - red) * cos - red * sin, green - green * cos - green * sin, blue - blue * cos + (1 - blue) * sin,
        0.0, 0.0,
        red - red * cos + 0.143 * sin, green + (1 - green) * cos + 0.140 * sin, blue - blue * cos - 0.283 * sin,
        0.0, 0.0,
        red - red * cos - (1 - red) * sin, green - green * cos + green * sin, blue + (1 - blue) * cos + blue * sin,
        0.0, 0.0,
        0.0, 0.0, 0.0, 1.0, 0.0,
    )  # fmt: skip


def filter_graph(filter_: FilterResource, box: Rect | None, picture: PictureMaker) -> primitives.FilterGraph | None:
    """None when fractions of a box are wanted and there is no box, or the region is empty."""
    region = filter_.region
    relative = filter_.step_units == "box"
    if filter_.units == "box":
        if box is None or box.is_empty:
            return None
        region = box_map(box).bounds(region)
    if region.is_empty or (relative and box is None):
        return None
    steps: list[primitives.AnyPrimitive] = []
    pictures: list[object] = []
    for step in filter_.steps:
        area = step_region(step, region, box if relative else None)
        effect = _scaled(step.effect, box) if relative and box is not None else step.effect
        if isinstance(effect, primitives.Picture):
            node = picture(filter_, effect.index)
            effect = msgspec.structs.replace(effect, index=len(pictures))
            pictures.append(_placed(node, step, area))
        said = any(part is not None for part in step.box)
        steps.append(msgspec.structs.replace(effect, region=area if said else None))
    return primitives.FilterGraph(region=region, primitives=tuple(steps), pictures=tuple(pictures))


def step_region(step: FilterStep, region: Rect, box: Rect | None) -> Rect:
    """A step's own region; what it does not say is taken from the filter's region."""
    x, y, width, height = step.box
    if box is not None and not isinstance(step.effect, primitives.Flood | primitives.Picture):
        box = region
    if box is not None:
        x = None if x is None else box.x + x * box.width
        y = None if y is None else box.y + y * box.height
        width = None if width is None else width * box.width
        height = None if height is None else height * box.height
    return Rect(
        region.x if x is None else x, region.y if y is None else y,
        region.width if width is None else width, region.height if height is None else height,
    )  # fmt: skip


def _placed(node: values.Node | None, step: FilterStep, area: Rect) -> values.Node:
    """A picture is fitted into the step's region; a drawing begins at its corner."""
    if node is None:
        return values.Group()
    if isinstance(node, values.Group) and len(node.children) == 1 and isinstance(node.children[0], values.Image):
        node = node.children[0]
    if isinstance(node, values.Image):
        return values.Group(children=(node,), transform=fit(node.rect, area, step.aspect))
    return values.Group(children=(node,), transform=Affine.translation(area.x, area.y))


def _scaled(effect: primitives.AnyPrimitive, box: Rect) -> primitives.AnyPrimitive:
    """Lengths given as fractions of a box."""
    width, height = box.width, box.height
    change = msgspec.structs.replace
    if isinstance(effect, primitives.Blur | primitives.Morphology):
        return change(effect, x=effect.x * width, y=effect.y * height)
    if isinstance(effect, primitives.Offset):
        return change(effect, dx=effect.dx * width, dy=effect.dy * height)
    if isinstance(effect, primitives.DropShadow):
        return change(
            effect, dx=effect.dx * width, dy=effect.dy * height, x=effect.x * width, y=effect.y * height
        )
    if isinstance(effect, primitives.Lighting):
        return change(effect, light=_scaled_light(effect.light, box))
    return effect


def _scaled_light(light: primitives.Light, box: Rect) -> primitives.Light:
    """Depths are fractions of the diagonal, as Filter Effects has it for primitiveUnits."""
    depth = math.sqrt((box.width**2 + box.height**2) / 2)
    return msgspec.structs.replace(
        light, x=box.x + light.x * box.width, y=box.y + light.y * box.height, z=light.z * depth,
        at_x=box.x + light.at_x * box.width, at_y=box.y + light.at_y * box.height, at_z=light.at_z * depth,
    )  # fmt: skip
