"""Affine warps: each output pixel takes its colour from a place in the source, with nothing outside the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import halide as hl

from render.kernels.generators.pixel import FORMATS, Kernel, image_input, into_range, load, real, store, x, y

NEAREST, BILINEAR, BICUBIC = 0, 1, 2


def _fetch(source: hl.ImageParam, pixel_format: str, at_x: hl.Expr, at_y: hl.Expr) -> list[hl.Expr]:
    """A pixel, or transparency outside the image."""
    width, height = source.dim(0).extent(), source.dim(1).extent()
    inside = (at_x >= 0) & (at_x < width) & (at_y >= 0) & (at_y < height)
    near_x, near_y = hl.clamp(at_x, 0, width - 1), hl.clamp(at_y, 0, height - 1)
    return [hl.select(inside, value, real(0)) for value in load(source, pixel_format, near_x, near_y)]


def cubic(distance: hl.Expr) -> list[hl.Expr]:
    """Keys' cubic convolution with a = -1/2 (Catmull-Rom): weights of the four pixels around a place."""
    t = distance
    return [
        ((t * real(-0.5) + 1) * t + real(-0.5)) * t,
        (t * real(1.5) - real(2.5)) * t * t + 1,
        ((t * real(-1.5) + 2) * t + real(0.5)) * t,
        (t * real(0.5) - real(0.5)) * t * t,
    ]


def _mixed(
    rows: Sequence[Sequence[Sequence[hl.Expr]]], across: Sequence[hl.Expr], down: Sequence[hl.Expr]
) -> list[hl.Expr]:
    """Weighted sum of a square of pixels."""
    result = []
    for channel in range(4):
        total = real(0)
        for row, row_weight in zip(rows, down, strict=True):
            line = real(0)
            for pixel, weight in zip(row, across, strict=True):
                line = line + pixel[channel] * weight
            total = total + line * row_weight
        result.append(total)
    return result


def warp(pixel_format: str, lanes: int) -> Kernel:
    """source, a, b, c, d, e, f, filter -> output pixel centre (x, y) takes source (a·x + c·y + e, b·x + d·y + f).

    Pixel centres lie at halves. Filters: 0 nearest, 1 bilinear, 2 bicubic.
    """
    source = image_input("source", pixel_format)
    a, b, c, d, e, f = (hl.Param(hl.Float(32), name) for name in "abcdef")
    kind = hl.Param(hl.Int(32), "kind")
    center_x, center_y = hl.cast(hl.Float(32), x) + real(0.5), hl.cast(hl.Float(32), y) + real(0.5)
    limit = real(1e6)
    at_x = hl.clamp(a * center_x + c * center_y + e, -limit, limit)
    at_y = hl.clamp(b * center_x + d * center_y + f, -limit, limit)
    low_x, low_y = hl.floor(at_x - real(0.5)), hl.floor(at_y - real(0.5))
    part_x, part_y = at_x - real(0.5) - low_x, at_y - real(0.5) - low_y
    left, top = hl.cast(hl.Int(32), low_x), hl.cast(hl.Int(32), low_y)

    def square(offsets: Sequence[int]) -> list[list[list[hl.Expr]]]:
        return [[_fetch(source, pixel_format, left + i, top + j) for i in offsets] for j in offsets]

    nearest = _fetch(source, pixel_format, hl.cast(hl.Int(32), hl.floor(at_x)), hl.cast(hl.Int(32), hl.floor(at_y)))
    bilinear = _mixed(square((0, 1)), (1 - part_x, part_x), (1 - part_y, part_y))
    bicubic = _mixed(square((-1, 0, 1, 2)), cubic(part_x), cubic(part_y))
    rgba = [hl.select(kind == NEAREST, nearest[i], kind == BILINEAR, bilinear[i], bicubic[i]) for i in range(4)]
    name = f"warp_{pixel_format}"
    output = store(name, pixel_format, into_range(rgba, pixel_format), lanes, [kind == NEAREST, kind == BILINEAR])
    return Kernel(name, output, (source, a, b, c, d, e, f, kind))


def kernels(lanes: int) -> Iterator[Kernel]:
    """One warp for each format."""
    for pixel_format in FORMATS:
        yield warp(pixel_format, lanes)
