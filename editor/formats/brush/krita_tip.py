"""The tips that Krita reckons: circles and squares whose cover falls off evenly, as a bell, or along a curve."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from editor.formats.brush.curves import heights
from editor.formats.brush.found import DamagedBrush, bounded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMOOTH, GRAINY = (128, 512), (16, 384)
"""Least and most pixels a side, of even tips and of those with grains, whose size counts."""
VARIANTS = 6
"""Krita throws the grains anew for each dab; here so many are thrown once, and come by chance."""
FLAT = 4.0
"""Beyond it the error function is 1 to seven places."""
BELL = 6761.0 / 10000


def tip_pictures(mask: Mapping[str, Any], randomness: float, density: float) -> "tuple[list[NDArray[np.uint8]], float]":
    """Coverage with as many variants as the tip needs, and the roundness that it is squeezed by. Raises
    DamagedBrush."""
    import numpy as np

    diameter = _read(mask, "diameter", 1.0, 0.1, 10000.0)
    ratio, spikes = _read(mask, "ratio", 1.0, 0.01, 1.0), round(_read(mask, "spikes", 2.0, 2.0, 100.0))
    grainy = randomness > 0 or density < 1
    least, most = GRAINY if grainy else SMOOTH
    side = int(min(most, max(least, math.ceil(diameter))))
    place = (np.arange(side) + 0.5) / side * 2 - 1
    across, down = np.meshgrid(place, place)
    across, down = _folded(across, down, spikes)
    inside = ratio if spikes > 2 else 1.0
    shape = _shape(mask, across, down / inside, side)
    if not grainy:
        return [_bytes(shape)], 1.0 if spikes > 2 else ratio
    made = []
    for number in range(VARIANTS):
        chance = np.random.default_rng(number)
        noisy = shape * (1 - randomness * chance.random(shape.shape))
        made.append(_bytes(np.where(chance.random(shape.shape) < density, noisy, 0)))
    return made, 1.0 if spikes > 2 else ratio


def _bytes(shape: Any) -> "NDArray[np.uint8]":
    import numpy as np

    return np.asarray(np.rint(np.clip(shape, 0, 1) * 255), np.uint8)


def _folded(across: Any, down: Any, spikes: int) -> tuple[Any, Any]:
    """A star: every sector between its spikes is the first one, turned."""
    import numpy as np

    if spikes <= 2:
        return across, down
    sector = 2 * math.pi / spikes
    angle, far = np.arctan2(down, across), np.hypot(across, down)
    angle = (angle + sector / 2) % sector - sector / 2
    return far * np.cos(angle), far * np.sin(angle)


def _shape(mask: Mapping[str, Any], x: Any, y: Any, side: int) -> Any:
    """Cover from 0 to 1; x and y are -1 to 1 from rim to rim."""
    fade_x, fade_y = (_read(mask, name, 1.0, 0.0, 1.0) for name in ("hfade", "vfade"))
    kind, square = mask.get("id", "default"), mask.get("type") == "rect"
    if mask.get("type") not in ("circle", "rect"):
        raise DamagedBrush("mask")
    if kind == "gauss":
        return _square_bell(x, y, fade_x, fade_y) if square else _bell(x, y, 1 - (fade_x + fade_y) / 2)
    if kind == "soft":
        return _along_a_curve(mask, x, y, square)
    return _square(x, y, fade_x, fade_y) if square else _circle(x, y, fade_x, fade_y, side)


def _circle(x: Any, y: Any, fade_x: float, fade_y: float, side: int) -> Any:
    """Full within the ellipse of the fades, then falling with the square of the distance; its rim over a pixel."""
    import numpy as np

    square = x * x + y * y
    inner = (x / max(fade_x, 1e-6)) ** 2 + (y / max(fade_y, 1e-6)) ** 2
    falling = square * (inner - 1) / np.maximum(inner - square, 1e-9)
    soft = np.where(inner <= 1, 1.0, 1 - falling)
    return np.where(square > 1, 0, soft) * np.clip((1 - np.sqrt(square)) * side / 2 + 0.5, 0, 1)


def _square(x: Any, y: Any, fade_x: float, fade_y: float) -> Any:
    import numpy as np

    def left(place: Any, fade: float) -> Any:
        return np.clip((1 - np.abs(place)) / max(1 - fade, 1e-6), 0, 1)

    return np.minimum(left(x, fade_x), left(y, fade_y))


def _bell(x: Any, y: Any, fade: float) -> Any:
    """A step of the error function around the rim, as soft as `fade` is large."""
    import numpy as np

    far = np.hypot(x, y)
    fade = bounded(fade, 1e-4, 1 - 1e-4)
    middle = 2.5 * (BELL * fade - 1) / (math.sqrt(2) * BELL * fade)
    steep = math.sqrt(2) * 1.25 / (BELL * fade)
    full = 2 * math.erf(middle)
    cover = (_error(far * steep + middle) - _error(far * steep - middle)) / full if abs(full) > 1e-9 else 1 - far
    return np.where(far > 1, 0, cover)


def _square_bell(x: Any, y: Any, fade_x: float, fade_y: float) -> Any:
    """Two such steps across each other."""
    def row(place: Any, fade: float) -> Any:
        fade = bounded(1 - fade, 1e-4, 1 - 1e-4)
        middle = 2.5 * (BELL * fade - 1) / (math.sqrt(2) * BELL * fade)
        steep = math.sqrt(2) * 1.25 / (BELL * fade)
        full = 2 * math.erf(middle)
        return (_error(place * steep + middle) - _error(place * steep - middle)) / (full if abs(full) > 1e-9 else 1)

    return row(x, fade_x) * row(y, fade_y)


def _error(values: Any) -> Any:
    """The error function of many values, between the places of a fine table."""
    import numpy as np

    places = np.linspace(-FLAT, FLAT, 2049)
    return np.interp(values, places, [math.erf(place) for place in places])


def _along_a_curve(mask: Mapping[str, Any], x: Any, y: Any, square: bool) -> Any:
    """The curve goes from the middle to the rim, over the square of the distance."""
    import numpy as np

    far = np.maximum(np.abs(x), np.abs(y)) ** 2 if square else x * x + y * y
    curve = heights(str(mask.get("softness_curve", "0,1;1,0")), 256)
    places = np.linspace(0, 1, len(curve))
    return np.where(far > 1, 0, np.interp(far, places, curve))


def _read(mask: Mapping[str, Any], name: str, otherwise: float, low: float, high: float) -> float:
    try:
        return bounded(float(mask.get(name, otherwise)), low, high)
    except (TypeError, ValueError):
        return otherwise
