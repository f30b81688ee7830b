"""A drawing placed into another picture through an affine map: what every family does with a live link."""

import math

import numpy as np

from editor.display.engine import Drawing, Pixels, Request
from render.geometry import Affine, IntRect, Rect

MARGIN = 2
"""Source pixels around what is needed, for the interpolation's reach."""


def draw_placed(drawing: Drawing, placement: Affine, request: Request) -> Pixels:
    """Pixels of `request` showing `drawing` after `placement` (its units to the host's); transparent elsewhere.

    The drawing is asked for at the resolution it is seen in, so nothing is stretched that could be drawn sharp, and
    only for the part that shows. Nothing is warped when the map only scales evenly and moves by whole pixels.
    """
    scale = placement.mean_scale * request.scale
    region = request.region
    empty = np.zeros((region.height, region.width, 4), request.dtype)
    if not math.isfinite(scale) or scale <= 1e-9 or region.is_empty:
        return empty
    to_pixels = placement.then(Affine.scaling(request.scale))
    whole = Rect(0, 0, *drawing.size)
    seen = to_pixels.inverse().bounds(region.to_rect()).intersection(whole)
    if seen.is_empty:
        return empty
    if _is_even(placement) and _is_whole(to_pixels.e) and _is_whole(to_pixels.f):
        return _copied(drawing, to_pixels, scale, request)
    from render.kernels.warp import warp_smooth

    limit = Rect(0, 0, math.ceil(whole.width * scale), math.ceil(whole.height * scale)).rounded_out()
    source = seen.scaled(scale).expanded(MARGIN).rounded_out().intersection(limit)
    if source.is_empty:
        return empty
    pixels = drawing.draw(Request(source, scale, request.dtype, request.cancelled))
    own = Affine.translation(source.x, source.y).then(Affine.scaling(1 / scale)).then(to_pixels)
    return warp_smooth(pixels, own, region)


def _is_even(placement: Affine) -> bool:
    return abs(placement.b) + abs(placement.c) < 1e-9 and abs(placement.a - placement.d) < 1e-9 and placement.a > 0


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-4


def _copied(drawing: Drawing, to_pixels: Affine, scale: float, request: Request) -> Pixels:
    dx, dy = round(to_pixels.e), round(to_pixels.f)
    region = request.region
    asked = IntRect(region.x - dx, region.y - dy, region.width, region.height)
    return drawing.draw(Request(asked, scale, request.dtype, request.cancelled))
