"""The steps of the gaussian blur: a pyramid of cubic B-splines around a direct convolution, on float planes.

`reduce` halves an image with the binomial 1 4 6 4 1, `expand` doubles it with the same weights; each step adds a known
variance, and the convolution in the middle supplies the rest (see render/kernels/blur.py for the sum). All planes have
one channel; edges are met only where pixels become planes.
"""

from __future__ import annotations

from collections.abc import Iterator

import halide as hl

from render.kernels.generators.pixel import FORMATS, Kernel, image_input, into_range, load, real, store, x, y

BINOMIAL = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)


class _Edged:
    """An image that goes on beyond its edges: with its edge pixels, or with nothing."""

    def __init__(self, pixel_format: str) -> None:
        self.image = image_input("source", pixel_format)
        self.left, self.top = hl.Param(hl.Int(32), "left"), hl.Param(hl.Int(32), "top")
        self.extend = hl.Param(hl.Int(32), "extend")
        extended = hl.BoundaryConditions.repeat_edge(self.image)
        width, height = self.image.dim(0).extent(), self.image.dim(1).extent()
        inside = hl.likely((x >= 0) & (x < width)) & (y >= 0) & (y < height)
        kept = hl.select((self.extend != 0) | inside, real(1), real(0))
        self.pixels = hl.Func("pixels")
        self.pixels[x, y] = hl.Tuple([value * kept for value in load(extended, pixel_format, x, y)])

    @property
    def arguments(self) -> tuple[hl.Param | hl.ImageParam, ...]:
        return (self.image, self.left, self.top, self.extend)


def split(pixel_format: str, lanes: int) -> Kernel:
    """source, left, top, extend -> four planes; their first pixel is the source's (left, top)."""
    source = _Edged(pixel_format)
    name = f"split_{pixel_format}"
    output = hl.Func(name)
    output[x, y] = source.pixels[x + source.left, y + source.top]
    output.vectorize(x, lanes, hl.TailStrategy.ShiftInwards)
    return Kernel(name, output, source.arguments)


def reduce_pixels(pixel_format: str, lanes: int) -> Kernel:
    """source, left, top, extend -> four planes: plane (x, y) is the binomial around the source's (2x+left, 2y+top)."""
    source = _Edged(pixel_format)
    name = f"reduce_{pixel_format}"
    down, output = hl.Func(f"{name}_down"), hl.Func(name)
    sums = [real(0)] * 4
    for tap, weight in enumerate(BINOMIAL):
        pixel = source.pixels[x + source.left, 2 * y + source.top + tap - 2]
        sums = [sums[i] + real(weight) * pixel[i] for i in range(4)]
    down[x, y] = hl.Tuple(sums)
    output[x, y] = hl.Tuple(
        [sum((real(w) * down[2 * x + tap - 2, y][i] for tap, w in enumerate(BINOMIAL)), real(0)) for i in range(4)]
    )
    output.vectorize(x, lanes, hl.TailStrategy.ShiftInwards)
    down.compute_at(output, y).vectorize(x, lanes)
    return Kernel(name, output, source.arguments)


def reduce_plane(lanes: int) -> Kernel:
    """plane -> half of it: (x, y) is the binomial of the plane's columns 2x..2x+4 and rows 2y..2y+4."""
    source = hl.ImageParam(hl.Float(32), 2, "source")
    down, output = hl.Func("reduce_plane_down"), hl.Func("reduce_plane")
    down[x, y] = sum((real(w) * source[x, 2 * y + tap] for tap, w in enumerate(BINOMIAL)), real(0))
    output[x, y] = sum((real(w) * down[2 * x + tap, y] for tap, w in enumerate(BINOMIAL)), real(0))
    output.vectorize(x, lanes, hl.TailStrategy.ShiftInwards)
    down.compute_at(output, y).vectorize(x, lanes)
    return Kernel("reduce_plane", output, (source,))


def convolve(lanes: int, across: bool) -> Kernel:
    """plane, weights -> the sum of weights[t] times the plane's pixel t further right (or down)."""
    source, weights = hl.ImageParam(hl.Float(32), 2, "source"), hl.ImageParam(hl.Float(32), 1, "weights")
    taps = hl.RDom([hl.Range(0, weights.dim(0).extent())])
    name = "convolve_rows" if across else "convolve_columns"
    total, output = hl.Func(f"{name}_total"), hl.Func(name)
    total[x, y] = real(0)
    place = source[x + taps[0], y] if across else source[x, y + taps[0]]
    total[x, y] += weights[taps[0]] * place
    output[x, y] = total[x, y]
    block, within = hl.Var("block"), hl.Var("within")
    output.split(x, block, within, 4 * lanes, hl.TailStrategy.ShiftInwards).vectorize(within, lanes)
    total.compute_at(output, block).vectorize(x, lanes).unroll(x)
    total.update().reorder(x, taps[0]).vectorize(x, lanes).unroll(x)
    return Kernel(name, output, (source, weights))


def _expanded(source: hl.ImageParam, name: str) -> hl.Func:
    """Twice the size: see expand_plane. Rows first, so that the stretch across works on one row at a time."""
    tall, wide = hl.Func(f"{name}_tall"), hl.Func(name)
    row = y / 2
    even = (source[x, row] + source[x, row + 2]) * real(1 / 8) + source[x, row + 1] * real(6 / 8)
    odd = (source[x, row + 1] + source[x, row + 2]) * real(1 / 2)
    tall[x, y] = hl.select(y % 2 == 0, even, odd)
    column = x / 2
    even = (tall[column, y] + tall[column + 2, y]) * real(1 / 8) + tall[column + 1, y] * real(6 / 8)
    odd = (tall[column + 1, y] + tall[column + 2, y]) * real(1 / 2)
    wide[x, y] = hl.select(x % 2 == 0, even, odd)
    return tall, wide


def expand_plane(lanes: int) -> Kernel:
    """plane -> twice of it; output (2x, 2y) lies on the plane's (x+1, y+1). Rows must be whole vectors."""
    source = hl.ImageParam(hl.Float(32), 2, "source")
    tall, wide = _expanded(source, "expanded")
    output = hl.Func("expand_plane")
    output[x, y] = wide[x, y]
    output.vectorize(x, 2 * lanes, hl.TailStrategy.RoundUp)
    wide.compute_at(output, x).vectorize(x)
    tall.compute_at(output, y).vectorize(x, lanes)
    return Kernel("expand_plane", output, (source,))


def join(pixel_format: str, lanes: int) -> Kernel:
    """Four planes -> pixels."""
    planes = [hl.ImageParam(hl.Float(32), 2, f"plane_{i}") for i in range(4)]
    name = f"join_{pixel_format}"
    rgba = into_range([plane[x, y] for plane in planes], pixel_format)
    return Kernel(name, store(name, pixel_format, rgba, lanes), planes)


def kernels(lanes: int) -> Iterator[Kernel]:
    """From pixels to planes, between planes, and back."""
    yield reduce_plane(lanes)
    yield convolve(lanes, across=True)
    yield convolve(lanes, across=False)
    yield expand_plane(lanes)
    for pixel_format in FORMATS:
        yield split(pixel_format, lanes)
        yield reduce_pixels(pixel_format, lanes)
        yield join(pixel_format, lanes)
