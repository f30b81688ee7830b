"""Single values out of a glTF object: finite, within bounds, or the default. A wrong value is repaired, not fatal."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from editor.base.translation import tr
from editor.formats.gltf.container import broken
from render.color import Color, linear_to_srgb

LIMIT = 1e9


def number(value: object, default: float, low: float = -LIMIT, high: float = LIMIT) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return default
    return min(high, max(low, float(value)))


def numbers(value: object, default: Sequence[float], low: float = -LIMIT, high: float = LIMIT) -> tuple[float, ...]:
    """A list of as many numbers as `default` has."""
    if not isinstance(value, list) or len(value) != len(default):
        return tuple(default)
    return tuple(number(item, old, low, high) for item, old in zip(value, default))


def text(value: object, longest: int = 1000) -> str:
    return value[:longest] if isinstance(value, str) else ""


def part(source: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object inside another; empty where it is missing."""
    value = source.get(key)
    return value if isinstance(value, dict) else {}


def extension(source: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """An extension's object, None where it is not used."""
    value = part(source, "extensions").get(name)
    return value if isinstance(value, dict) else None


def reference(value: object, ids: Mapping[int, str], name: str) -> str | None:
    """The id behind an index; raises ExpectedError for an index of nothing."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value not in ids:
        raise broken(tr("it points to {name} {index}, which is not there.", name=name, index=str(value)[:20]))
    return ids[value]


def color(value: object, default: tuple[float, float, float], alpha: float = 1.0) -> Color:
    """Linear components (single precision, so seven digits) to a colour as people see it."""
    red, green, blue = (linear_to_srgb(float(f"{item:.7g}")) for item in numbers(value, default, 0.0))
    return Color(red, green, blue, alpha)
