"""The blur of a lens by distance, in linear light, without halos.

The picture is cut into slabs of like blur, from far to near, each blurred with the shape of the aperture and laid
over what is behind it (layers as in Barsky and Kosloff, "Algorithms for rendering depth of field effects", 2008). A
slab's opacity at a place is its blurred share of all that is not in front of it. So a sharp subject gives nothing to
the ground behind it, a near thing out of focus spreads over what is sharp, and between two slabs one fades into the
other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.progress import SILENT, Progress

Floats = NDArray[np.float32]
Bokeh = Literal["disc", "hexagon"]

BAND = 768
GRID = 16
"""Bands begin on it, so that shrunken pictures of two bands have the same pixels."""
STEP = 1.4
"""Each slab's radius to the next one's."""
DIRECT = 4.5
"""Up to this radius a blur is made at full size."""
ABOVE = 0.3
GAIN = 12.0


@dataclass(frozen=True)
class Lens:
    """`radius` in pixels is the blur of what is farthest from focus; `highlights` (0 to 1) makes blurred lights glow.

    `focus` and `sharp` in units of depth: what is within sharp / 2 of focus stays as it is.
    """

    radius: float
    focus: float = 1.0
    sharp: float = 0.1
    bokeh: Bokeh = "disc"
    highlights: float = 0.0


def lens_blur(rgb: Floats, depth: Floats, lens: Lens, progress: Progress = SILENT) -> Floats:
    """(height, width, 3) sRGB-encoded colour and (height, width) depth, 0 far to 1 near; returns encoded colour."""
    if lens.radius < 0.5 or not rgb.size:
        return rgb.copy()
    height, width = depth.shape
    result = np.empty_like(rgb)
    halo = -(-int(2 * lens.radius + 2) // GRID) * GRID
    right = -width % GRID
    for top in range(0, height, BAND):
        bottom = min(height, top + BAND)
        begin, end = max(0, top - halo), min(height, bottom + halo)
        edges = ((0, -(end - begin) % GRID), (0, right))
        colours = linear(np.pad(rgb[begin:end], (*edges, (0, 0)), mode="edge"))
        blur = np.pad(signed_radius(depth[begin:end], lens), edges, mode="edge")
        blurred = _blurred(colours, blur, lens, progress.part(top / height, bottom / height))
        result[top:bottom] = encoded(blurred[top - begin : bottom - begin, :width])
        still = np.abs(blur[top - begin : bottom - begin, :width]) < 0.02
        result[top:bottom][still] = rgb[top:bottom][still] if lens.focus >= 1 else result[top:bottom][still]
    return result


def signed_radius(depth: Floats, lens: Lens) -> Floats:
    """The radius of each pixel's blur, negative behind the focus. Depth is inverse distance, so this is linear."""
    away = depth - np.float32(lens.focus)
    longest = max(lens.focus, 1 - lens.focus) - lens.sharp / 2
    beyond = np.sign(away) * np.maximum(0, np.abs(away) - np.float32(lens.sharp / 2))
    return np.asarray(beyond * np.float32(lens.radius / max(longest, 0.05)), np.float32)


def slabs(lowest: float, highest: float) -> list[float]:
    """The signed radii of the slabs, far to near; neighbours never differ so much that the eye sees it."""
    sizes = [0.0, 0.7]
    while sizes[-1] < max(-lowest, highest):
        sizes.append(sizes[-1] * STEP + 0.3)
    behind = [-size for size in reversed(sizes[1:]) if -size > lowest * STEP - 0.7]
    return [*behind, 0.0, *(size for size in sizes[1:] if size < highest * STEP + 0.7)]


def _blurred(colours: Floats, blur: Floats, lens: Lens, progress: Progress) -> Floats:
    radii = slabs(float(blur.min()), float(blur.max()))
    lights = _lights(colours, lens)
    shares = np.interp(blur, radii, np.arange(len(radii))).astype(np.float32)
    result = colours.copy()
    for number, radius in enumerate(radii):
        progress(number / len(radii))
        own = np.maximum(0, 1 - np.abs(shares - number)).astype(np.float32)
        if not own.any():
            continue
        size = abs(radius)
        lit = colours * (1 + np.float32(min(1.0, size / 4)) * lights)
        behind = np.minimum(1, np.maximum(0, 1 + number - shares)).astype(np.float32)
        if size == 0:
            opacity, colour = own / np.maximum(behind, 1e-6), lit
            if radii[-1] > 0:
                opacity, colour = _continued(opacity, colour, own, behind, radii[-1], lens, progress)
        else:
            spread = spread_out(np.dstack([lit * own[..., None], own, behind]), size, lens.bokeh, progress)
            opacity = np.clip(spread[..., 3] / np.maximum(spread[..., 4], 1e-4), 0, 1)
            opacity[spread[..., 3] < 1e-4] = 0
            colour = spread[..., :3] / np.maximum(spread[..., 3:4], 1e-4)
        result += opacity[..., None] * (colour - result)
    progress(1.0)
    return result


def _continued(
    opacity: Floats, colour: Floats, own: Floats, behind: Floats, reach: float, lens: Lens, progress: Progress
) -> tuple[Floats, Floats]:
    """What is in focus goes on a little way behind nearer things, whose blurred edges let it through."""
    spread = spread_out(np.dstack([colour * own[..., None], own]), reach, lens.bokeh, progress)
    hidden = (1 - behind) * (spread[..., 3] > 1e-4)
    beyond = spread[..., :3] / np.maximum(spread[..., 3:], 1e-4)
    share = hidden[..., None]
    return np.maximum(opacity, hidden), np.asarray((1 - share) * colour + share * beyond, np.float32)


def _lights(colours: Floats, lens: Lens) -> Floats:
    """(height, width, 1): how many times brighter lights were before the camera clipped them, more or less, less one.

    A light is brighter than what is around it; a bright sky is none.
    """
    import cv2

    if lens.highlights <= 0:
        return np.zeros((*colours.shape[:2], 1), np.float32)
    peak = colours.max(axis=2)
    side = 2 * max(2, int(1.5 * lens.radius)) + 1
    above = (peak - cv2.blur(peak, (side, side)) - ABOVE) / (1 - ABOVE)
    share = np.clip(above, 0, 1)
    return np.asarray(GAIN * lens.highlights * share * share, np.float32)[..., None]


def spread_out(planes: Floats, radius: float, bokeh: Bokeh, progress: Progress = SILENT) -> Floats:
    """(height, width, channels) blurred with the aperture. Large blurs are made of a smaller picture."""
    import cv2

    factor = 1
    while radius / factor > DIRECT and factor < GRID:
        factor *= 2
    height, width = planes.shape[:2]
    kernel = aperture(radius / factor, bokeh)
    result = np.empty_like(planes)
    for channel in range(planes.shape[2]):
        progress.check()
        small = cv2.resize(planes[..., channel], (width // factor, height // factor), interpolation=cv2.INTER_AREA)
        small = cv2.filter2D(small, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        result[..., channel] = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.maximum(result, 0)


def aperture(radius: float, bokeh: Bokeh) -> Floats:
    """A disc or a hexagon of this radius with smooth edges, its sum 1."""
    half = int(np.ceil(radius + 0.5))
    fine = 8
    places = (np.arange((2 * half + 1) * fine) + 0.5) / fine - half - 0.5
    x, y = np.meshgrid(places, places)
    if bokeh == "disc":
        inside = x * x + y * y <= radius * radius
    else:
        height = radius * np.sqrt(3) / 2
        inside = (np.abs(y) <= height) & (np.abs(x) * np.sqrt(3) / 2 + np.abs(y) / 2 <= height)
    side = 2 * half + 1
    kernel = inside.reshape(side, fine, side, fine).mean(axis=(1, 3))
    return np.asarray(kernel / kernel.sum(), np.float32)


def linear(encoded_colour: Floats) -> Floats:
    """sRGB's curve undone (IEC 61966-2-1), going on above white."""
    low = encoded_colour / np.float32(12.92)
    high = ((np.maximum(encoded_colour, 0) + np.float32(0.055)) / np.float32(1.055)) ** np.float32(2.4)
    return np.asarray(np.where(encoded_colour <= 0.04045, low, high), np.float32)


def encoded(light: Floats) -> Floats:
    """sRGB's curve, going on above white."""
    low = light * np.float32(12.92)
    high = np.float32(1.055) * np.maximum(light, 0) ** np.float32(1 / 2.4) - np.float32(0.055)
    return np.asarray(np.where(light <= 0.0031308, low, high), np.float32)
