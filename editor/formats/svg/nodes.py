"""The fields that every node has: place, opacity, blending, clip, mask, effects, and what we do not know."""

import re
from typing import Any

import msgspec

from editor.formats.svg.reader import Reader
from editor.formats.svg.state import State
from editor.formats.svg.values import (
    local_target,
    parse_amount,
    parse_angle,
    parse_color,
    parse_length,
    parse_opacity,
    parse_transform,
    parse_url,
)  # fmt: skip
from editor.model.vector import BlurEffect, ColorEffect, Effect, FilterEffect, ShadowEffect
from render.color import Color
from render.geometry import Affine

BLENDS = frozenset(
    "normal multiply screen overlay darken lighten color-dodge color-burn hard-light soft-light difference exclusion "
    "hue saturation color luminosity plus-lighter".split()
)
_FUNCTION = re.compile(r"\s*([a-zA-Z-]+)\(((?:[^()]|\([^()]*\))*)\)\s*")


class NotDrawn(Exception):
    """The element must not be drawn: a filter that is missing, a map that flattens it."""


def transform_of(state: State, name: str = "transform") -> Affine:
    """The element's transform about its origin. Raises NotDrawn when it cannot be read or turned back."""
    text = state.element.style.get("transform") if name == "transform" else None
    found = parse_transform(text or state.element.get(name))
    if found is None or abs(found.determinant) < 1e-18:
        raise NotDrawn
    return about_origin(state, found)


def about_origin(state: State, found: Affine) -> Affine:
    """A map about the element's transform-origin."""
    origin = state.own("transform-origin")
    if not origin:
        return found
    x, y = _origin(origin, state)
    return Affine.translation(-x, -y).then(found).then(Affine.translation(x, y))


def _origin(text: str, state: State) -> tuple[float, float]:
    words = text.split()
    if len(words) == 1:
        words = ["center", words[0]] if words[0] in ("top", "bottom") else [words[0], "center"]
    if words[0] in ("top", "bottom") or words[1] in ("left", "right"):
        words[:2] = [words[1], words[0]]
    places = {"left": "0%", "top": "0%", "center": "50%", "right": "100%", "bottom": "100%"}
    result = []
    for word, axis in zip(words[:2], ("x", "y"), strict=False):
        length = parse_length(places.get(word, word))
        result.append(0.0 if length is None else state.resolve(length, axis))  # type: ignore[arg-type]
    return result[0], result[1]


def node_fields(reader: Reader, state: State, *, in_clip: bool = False) -> dict[str, Any]:
    """Keyword arguments for a Node. Raises NotDrawn."""
    fields: dict[str, Any] = {"transform": transform_of(state), "name": state.element.id}
    clip = _link(reader, state, "clip-path")
    if clip is not None:
        from editor.formats.svg.resources import clip_resource

        fields["clip"] = clip_resource(reader, clip)
    if in_clip:
        return fields
    fields["opacity"] = parse_opacity(state.own("opacity"))
    blend = state.own("mix-blend-mode")
    if blend in BLENDS:
        fields["blend"] = blend
    fields["isolate"] = state.own("isolation") == "isolate"
    mask = _link(reader, state, "mask")
    if mask is not None:
        from editor.formats.svg.resources import mask_resource

        fields["mask"] = mask_resource(reader, mask)
    fields["effects"] = effects_of(reader, state)
    if state.element.foreign:
        fields["extra"] = dict(state.element.foreign)
    return fields


_TARGETS = {"clip-path": "clipPath", "mask": "mask"}


def _link(reader: Reader, state: State, name: str) -> Any:
    """The element that a reference points at; None when there is none, so that the property says nothing."""
    text = state.own(name)
    if not text or text == "none":
        return None
    url = parse_url(text)
    target = local_target(url[0]) if url else None
    found = reader.ids.get(target) if target else None
    if found is None or found.tag != _TARGETS[name]:
        reader.report.drop(name)
        return None
    return found


def effects_of(reader: Reader, state: State) -> tuple[Effect, ...]:
    """The list of filters. Raises NotDrawn for a reference to nothing."""
    text = state.own("filter")
    if not text or text == "none":
        return ()
    effects: list[Effect] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _FUNCTION.match(text, at)
        if found is None:
            return ()
        at = found.end()
        name = found[1].lower()
        if name == "url":
            effects.append(_referenced(reader, found[0]))
            continue
        effect = _function(name, found[2].strip(), state)
        if effect is None:
            return ()
        effects.append(effect)
    return tuple(effects)


def _referenced(reader: Reader, text: str) -> Effect:
    from editor.formats.svg.filters import filter_resource

    url = parse_url(text)
    target = local_target(url[0]) if url else None
    element = reader.ids.get(target) if target else None
    if element is None or element.tag != "filter":
        raise NotDrawn
    key = filter_resource(reader, element)
    if key is None:
        raise NotDrawn
    return FilterEffect(filter=key)


def _function(name: str, text: str, state: State) -> Effect | None:
    """One of CSS's filter functions; None when it cannot be read."""
    if name == "blur":
        if not text:
            return BlurEffect(radius=0.0)
        length = parse_length(text)
        if length is None or length.number < 0 or length.unit == "%":
            return None
        return BlurEffect(radius=state.resolve(length))
    if name == "drop-shadow":
        return _drop_shadow(text, state)
    if name == "hue-rotate":
        if text and parse_angle(text) is None:
            return None
        length = parse_length(text)
        if length is not None and not length.unit and length.number != 0:
            return None
        return ColorEffect(function="hue-rotate", amount=parse_angle(text) or 0.0)
    if name in ("brightness", "contrast", "grayscale", "invert", "opacity", "saturate", "sepia"):
        amount = parse_amount(text) if text else 1.0
        if amount is None or amount < 0:
            return None
        return msgspec.convert({"type": "color", "function": name, "amount": float(amount)}, ColorEffect)
    return None


def _drop_shadow(text: str, state: State) -> Effect | None:
    words = re.findall(r"[^\s(]+\([^)]*\)|[^\s]+", text)
    lengths: list[float] = []
    color: Color | None = None
    for word in words:
        length = parse_length(word)
        if length is not None:
            if length.unit == "%":
                return None
            lengths.append(state.resolve(length))
        elif color is None:
            color = state.color if word.lower() == "currentcolor" else parse_color(word)
            if color is None:
                return None
        else:
            return None
    if len(lengths) not in (2, 3):
        return None
    radius = lengths[2] if len(lengths) == 3 else 0.0
    if radius < 0:
        return None
    return ShadowEffect(dx=lengths[0], dy=lengths[1], radius=radius, color=color or state.color)
