"""Filter resources as SVG's primitives."""

from collections.abc import Callable

from editor.formats.svg.writing.markup import Tag, color_text, number, numbers
from editor.model.vector import BlurEffect, ColorEffect, Effect, FilterEffect, FilterResource, FilterStep, ShadowEffect
from render.color import Color
from render.vector.filters import values as effects

Attributes = dict[str, str | None]


def effects_text(items: tuple[Effect, ...]) -> str | None:
    """The `filter` property: functions and references, in order."""
    return " ".join(_effect(item) for item in items) or None


def _effect(item: Effect) -> str:
    if isinstance(item, FilterEffect):
        return f"url(#{item.filter})"
    if isinstance(item, BlurEffect):
        return f"blur({number(item.radius)})"
    if isinstance(item, ShadowEffect):
        return f"drop-shadow({numbers((item.dx, item.dy, item.radius))} {rgba(item.color)})"
    assert isinstance(item, ColorEffect)
    unit = "deg" if item.function == "hue-rotate" else ""
    return f"{item.function}({number(item.amount)}{unit})"


def rgba(color: Color) -> str:
    parts = (round(255 * part) for part in (color.red, color.green, color.blue))
    return f"rgba({', '.join(str(part) for part in parts)}, {number(color.alpha)})"


def filter_tag(resource: FilterResource, pictures: list[str]) -> Tag:
    """`pictures[index]` is the reference that a picture step shows."""
    region = resource.region
    attributes: Attributes = {
        "id": resource.id,
        "filterUnits": "objectBoundingBox" if resource.units == "box" else "userSpaceOnUse",
        "primitiveUnits": "objectBoundingBox" if resource.step_units == "box" else "userSpaceOnUse",
        "x": number(region.x), "y": number(region.y), "width": number(region.width), "height": number(region.height),
    }  # fmt: skip
    children: list[Tag | str] = []
    previous = "SourceGraphic"
    for index, step in enumerate(resource.steps):
        children.append(_step(step, pictures, previous, index))
        previous = step.effect.result or f"step{index}"
    return Tag(name="filter", attributes=attributes, children=children)


def _step(step: FilterStep, pictures: list[str], previous: str, index: int) -> Tag:
    effect = step.effect
    x, y, width, height = (None if part is None else number(part) for part in step.box)
    attributes: Attributes = {
        "x": x, "y": y, "width": width, "height": height, "result": effect.result or f"step{index}",
        "color-interpolation-filters": None if effect.linear else "sRGB",
    }  # fmt: skip
    if not isinstance(effect, effects.Merge | effects.Picture | effects.Flood | effects.Turbulence):
        attributes["in"] = effect.source or previous
    under = getattr(effect, "under", None)
    if under is not None:
        attributes["in2"] = under or previous
    if isinstance(effect, effects.Picture):
        attributes["href"] = pictures[effect.index] if effect.index < len(pictures) else None
        attributes["preserveAspectRatio"] = step.aspect
        return Tag(name="feImage", attributes=attributes)
    if isinstance(effect, effects.Lighting):
        return _lighting(effect, attributes)
    name, more, children = _WRITERS[type(effect)](effect, previous)
    return Tag(name=name, attributes=attributes | more, children=list(children))


Written = tuple[str, Attributes, list[Tag]]


def _pair(x: float, y: float) -> str:
    return number(x) if x == y else numbers((x, y))


def _shadow(effect: effects.DropShadow, previous: str) -> Written:
    more: Attributes = {
        "dx": number(effect.dx), "dy": number(effect.dy), "stdDeviation": _pair(effect.x, effect.y),
        "flood-color": color_text(effect.color), "flood-opacity": number(effect.color.alpha),
    }  # fmt: skip
    return "feDropShadow", more, []


def _transfer(effect: effects.ComponentTransfer, previous: str) -> Written:
    children = []
    for letter, channel in zip("RGBA", effect.channels, strict=True):
        attributes: Attributes = {"type": channel.kind}
        if channel.kind in ("table", "discrete"):
            attributes["tableValues"] = numbers(channel.table)
        elif channel.kind == "linear":
            attributes |= {"slope": number(channel.slope), "intercept": number(channel.intercept)}
        elif channel.kind == "gamma":
            attributes |= {name: number(getattr(channel, name)) for name in ("amplitude", "exponent", "offset")}
        children.append(Tag(name=f"feFunc{letter}", attributes=attributes))
    return "feComponentTransfer", {}, children


def _composite(effect: effects.Composite, previous: str) -> Written:
    ks = {f"k{index}": number(k) for index, k in enumerate(effect.k, 1)} if effect.operator == "arithmetic" else {}
    return "feComposite", {"operator": effect.operator, **ks}, []


def _merge(effect: effects.Merge, previous: str) -> Written:
    return "feMerge", {}, [Tag(name="feMergeNode", attributes={"in": name or previous}) for name in effect.inputs]


def _turbulence(effect: effects.Turbulence, previous: str) -> Written:
    more: Attributes = {
        "type": "fractalNoise" if effect.fractal else "turbulence", "baseFrequency": _pair(effect.x, effect.y),
        "numOctaves": str(effect.octaves), "seed": str(effect.seed), "stitchTiles": "stitch" if effect.stitch else None,
    }  # fmt: skip
    return "feTurbulence", more, []


def _displacement(effect: effects.Displacement, previous: str) -> Written:
    more: Attributes = {
        "scale": number(effect.scale), "xChannelSelector": effect.x_channel, "yChannelSelector": effect.y_channel
    }  # fmt: skip
    return "feDisplacementMap", more, []


def _convolution(effect: effects.Convolution, previous: str) -> Written:
    more: Attributes = {
        "order": f"{effect.columns} {effect.rows}", "kernelMatrix": numbers(effect.kernel),
        "divisor": number(effect.divisor), "bias": number(effect.bias), "targetX": str(effect.target_x),
        "targetY": str(effect.target_y), "edgeMode": effect.edge,
        "preserveAlpha": "true" if effect.preserve_alpha else None,
    }  # fmt: skip
    return "feConvolveMatrix", more, []


def _lighting(effect: effects.Lighting, attributes: Attributes) -> Tag:
    light = effect.light
    names = {
        "distant": ("feDistantLight", {"azimuth": light.azimuth, "elevation": light.elevation}),
        "point": ("fePointLight", {"x": light.x, "y": light.y, "z": light.z}),
        "spot": ("feSpotLight", {
            "x": light.x, "y": light.y, "z": light.z, "pointsAtX": light.at_x, "pointsAtY": light.at_y,
            "pointsAtZ": light.at_z, "specularExponent": light.exponent,
        }),
    }  # fmt: skip
    name, parts = names[light.kind]
    source: Attributes = {key: number(value) for key, value in parts.items()}
    if light.cone is not None:
        source["limitingConeAngle"] = number(light.cone)
    more: Attributes = {"surfaceScale": number(effect.surface_scale), "lighting-color": color_text(effect.color)}
    if effect.specular:
        more |= {"specularConstant": number(effect.constant), "specularExponent": number(effect.exponent)}
    else:
        more["diffuseConstant"] = number(effect.constant)
    kind = "feSpecularLighting" if effect.specular else "feDiffuseLighting"
    return Tag(name=kind, attributes=attributes | more, children=[Tag(name=name, attributes=source)])


_WRITERS: dict[type, Callable[..., Written]] = {
    effects.Blur: lambda effect, _: ("feGaussianBlur", {"stdDeviation": _pair(effect.x, effect.y)}, []),
    effects.DropShadow: _shadow,
    effects.Offset: lambda effect, _: ("feOffset", {"dx": number(effect.dx), "dy": number(effect.dy)}, []),
    effects.Flood: lambda effect, _: (
        "feFlood", {"flood-color": color_text(effect.color), "flood-opacity": number(effect.color.alpha)}, []
    ),
    effects.ColorMatrix: lambda effect, _: ("feColorMatrix", {"type": "matrix", "values": numbers(effect.values)}, []),
    effects.ComponentTransfer: _transfer,
    effects.Blended: lambda effect, _: ("feBlend", {"mode": effect.mode}, []),
    effects.Composite: _composite,
    effects.Merge: _merge,
    effects.Morphology: lambda effect, _: (
        "feMorphology", {"operator": effect.operator, "radius": _pair(effect.x, effect.y)}, []
    ),
    effects.Turbulence: _turbulence,
    effects.Displacement: _displacement,
    effects.Convolution: _convolution,
    effects.Tile: lambda effect, _: ("feTile", {}, []),
}  # fmt: skip
