"""Gaussian blur of any sigma, in time that hardly depends on it, within a few thousandths of a level of the true one.

A large blur is a small one on a smaller picture. Halving with the binomial 1 4 6 4 1 and doubling with the same weights
(the refinement of a cubic B-spline) each add a known variance: k halvings add (4^k - 1)/3, in pixels of the original,
and k doublings the same. A direct convolution at the bottom adds the rest, so the variances sum to sigma² exactly;
the cubic spline keeps aliasing below the eighth bit, and is so near a gaussian itself that the shape holds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from render.kernels.formats import Array, format_name
from render.kernels.library import packed, run, run_pointwise
from render.kernels.parallel import for_each, in_strips
from render.kernels.variants import LANES

Plane = NDArray[np.float32]
DIRECT_UP_TO = 4.6
"""Sigmas at the bottom of the pyramid lie between half of this and this: enough for the spline to be a gaussian's."""
_GRAIN = 4 * LANES


def gaussian_blur(pixels: Array, sigma: float, *, extend: bool = False) -> Array:
    """The image convolved with a gaussian of standard deviation `sigma` pixels, in its own format and size.

    Beyond the edges there is nothing (premultiplied transparency), or with `extend` the edge pixels go on.
    """
    source = packed(pixels)
    result = np.empty(source.shape, source.dtype)
    if sigma <= 0 or source.size == 0:
        result[...] = source
        return result
    levels, rest = pyramid(sigma)
    if levels == 0:
        _direct(source, gaussian_weights(rest), extend, result)
    else:
        _by_pyramid(source, levels, gaussian_weights(rest), extend, result)
    return result


def pyramid(sigma: float) -> tuple[int, float]:
    """How often to halve, and the sigma of the convolution at that size.

    >>> pyramid(3.0)
    (0, 3.0)
    """
    levels, rest = 0, sigma
    while rest > DIRECT_UP_TO:
        levels += 1
        rest = math.sqrt(sigma * sigma - 2 * (4**levels - 1) / 3) / 2**levels
    return levels, rest


def gaussian_weights(sigma: float) -> Plane:
    """Samples of a gaussian out to four sigmas and a pixel, with sum 1."""
    radius = math.ceil(4 * sigma + 0.5)
    places = np.arange(-radius, radius + 1)
    weights = np.exp(-(places**2) / (2 * sigma * sigma))
    return np.asarray(weights / weights.sum(), np.float32)


def _aligned(count: int) -> int:
    return -(-count // _GRAIN) * _GRAIN


def _planes(height: int, width: int) -> list[Plane]:
    return [np.empty((height, width), np.float32) for _ in range(4)]


def _direct(source: Array, weights: Plane, extend: bool, result: Array) -> None:
    """Strip by strip: split, convolve down, convolve across, join."""
    height, width = source.shape[:2]
    radius = len(weights) // 2
    kind = format_name(source)
    wide = _aligned(width)

    def strip(top: int, bottom: int) -> None:
        rows = bottom - top
        before = _planes(rows + 2 * radius, wide + 2 * radius)
        run(f"split_{kind}", source, -radius, top - radius, int(extend), *before)
        _convolved(before, weights, rows, wide)
        run_pointwise(f"join_{kind}", *(plane[:rows, :width] for plane in before), result[top:bottom])

    in_strips(strip, height, width, pixels=1 << 17)


def _convolved(planes: list[Plane], weights: Plane, height: int, width: int) -> None:
    """Replace each plane by its convolution, `height` x `width` of it."""
    for number, plane in enumerate(planes):
        down = np.empty((height, plane.shape[1]), np.float32)
        run("convolve_columns", plane, weights, down)
        across = np.empty((height, width), np.float32)
        run("convolve_rows", down, weights, across)
        planes[number] = across


def _by_pyramid(source: Array, levels: int, weights: Plane, extend: bool, result: Array) -> None:
    """Halve `levels` times, convolve, double as often.

    Every level is computed with the margin that the next needs: 2 pixels around what the doublings read, the taps of
    the convolution at the bottom, twice the margin and 2 for each halving above it.
    """
    sizes = _level_sizes(source.shape[0], source.shape[1], levels)
    radius = len(weights) // 2
    margin = 2 + radius
    reduced = [(sizes[levels][0] + 2 * margin, sizes[levels][1] + 2 * margin)]
    for _ in range(levels - 1):
        margin = 2 * margin + 2
        reduced.insert(0, (2 * reduced[0][0] + 3, 2 * reduced[0][1] + 3))
    planes = _reduced(source, reduced[0], margin, extend)
    for height, width in reduced[1:]:
        planes = _each(planes, "reduce_plane", height, width)
    height, width = (side + 4 for side in sizes[levels])
    _convolve_each(planes, weights, height, width)
    for level in range(levels - 1, 0, -1):
        height, width = (side + 4 for side in sizes[level])
        planes = _each(planes, "expand_plane", height, _aligned(width))
    _expand_to(planes, source, result)


def _level_sizes(height: int, width: int, levels: int) -> list[tuple[int, int]]:
    """Pixels needed at each level: the last one that a doubling from this level reads, counted from 0.

    Widths leave room for whole vectors in the doublings.
    """
    sizes = [(height, width)]
    for level in range(levels):
        above_height, above_width = sizes[-1]
        grown = _aligned(above_width + (4 if level else 0))
        sizes.append((above_height // 2 + 2, max(_GRAIN, grown // 2 + 2)))
    return sizes


def _reduced(source: Array, size: tuple[int, int], margin: int, extend: bool) -> list[Plane]:
    """The first halving, from pixels to planes."""
    height, width = size
    planes = _planes(height, width)
    name = f"reduce_{format_name(source)}"

    def strip(top: int, bottom: int) -> None:
        rows = [plane[top:bottom] for plane in planes]
        run(name, source, -2 * margin, 2 * (top - margin), int(extend), *rows)

    in_strips(strip, height, width, pixels=1 << 16)
    return planes


def _each(planes: Sequence[Plane], name: str, height: int, width: int) -> list[Plane]:
    """A halving or doubling of each plane, on all cores."""
    results = _planes(height, width)
    for_each(lambda number: run(name, planes[number], results[number]), range(4))
    return results


def _convolve_each(planes: list[Plane], weights: Plane, height: int, width: int) -> None:
    def convolve(number: int) -> None:
        single = [planes[number]]
        _convolved(single, weights, height, width)
        planes[number] = single[0]

    for_each(convolve, range(4))


def _expand_to(planes: Sequence[Plane], source: Array, result: Array) -> None:
    """The last doubling, strip by strip, and back to pixels."""
    height, width = source.shape[:2]
    wide = _aligned(width)
    name = f"join_{format_name(source)}"
    inner = [plane[1:, 1:] for plane in planes]

    def strip(top: int, bottom: int) -> None:
        doubled = _planes(bottom - top, wide)
        for plane, target in zip(inner, doubled, strict=True):
            run("expand_plane", plane[top // 2 :], target)
        run_pointwise(name, *(plane[:, :width] for plane in doubled), result[top:bottom])

    rows = max(2, (1 << 17) // wide // 2 * 2)
    for_each(lambda top: strip(top, min(height, top + rows)), range(0, height, rows))
