"""Changing size: separable filters from tables of weights, and the exact halving of mip levels."""

from __future__ import annotations

from collections.abc import Iterator

import halide as hl

from render.kernels.generators.pixel import (
    FORMATS,
    TYPES,
    Kernel,
    c,
    constrain,
    from_real,
    image_input,
    into_range,
    load,
    real,
    store,
    to_real,
    x,
    y,
)


def resample_rows(pixel_format: str, lanes: int) -> Kernel:
    """components (width·4, height), weights (taps, new height), starts (new height) -> floats (width·4, new height).

    Row y is the sum over t of weights[t, y] times the source's row starts[y] + t, which must lie inside it.
    """
    source = hl.ImageParam(TYPES[pixel_format], 2, "source")
    weights, starts = hl.ImageParam(hl.Float(32), 2, "weights"), hl.ImageParam(hl.Int(32), 1, "starts")
    taps = hl.RDom([hl.Range(0, weights.dim(0).extent())])
    name = f"resample_rows_{pixel_format}"
    total, output = hl.Func(f"{name}_total"), hl.Func(name)
    row = hl.clamp(starts[y] + taps[0], 0, source.dim(1).extent() - 1)
    total[x, y] = real(0)
    total[x, y] += weights[taps[0], y] * to_real(source[x, row], pixel_format)
    output[x, y] = total[x, y]
    block, within = hl.Var("block"), hl.Var("within")
    output.split(x, block, within, 4 * lanes, hl.TailStrategy.ShiftInwards).vectorize(within, lanes)
    total.compute_at(output, block).vectorize(x, lanes).unroll(x)
    total.update().reorder(x, taps[0]).vectorize(x, lanes).unroll(x)
    return Kernel(name, output, (source, weights, starts))


def resample_columns(pixel_format: str, lanes: int) -> Kernel:
    """float image, weights (taps, new width), starts (new width) -> pixels; as resample_rows, along x."""
    source = hl.ImageParam(hl.Float(32), 3, "source")
    constrain(source)
    weights, starts = hl.ImageParam(hl.Float(32), 2, "weights"), hl.ImageParam(hl.Int(32), 1, "starts")
    taps = hl.RDom([hl.Range(0, weights.dim(0).extent())])
    name = f"resample_columns_{pixel_format}"
    total = hl.Func(f"{name}_total")
    column = hl.clamp(starts[x] + taps[0], 0, source.dim(0).extent() - 1)
    total[c, x, y] = real(0)
    total[c, x, y] += weights[taps[0], x] * source[column, y, c]
    rgba = into_range([total[channel, x, y] for channel in range(4)], pixel_format)
    output = store(name, pixel_format, rgba, lanes)
    total.compute_at(output, x).bound(c, 0, 4).vectorize(c).unroll(x, 4)
    total.update().reorder(c, taps[0], x).vectorize(c)
    return Kernel(name, output, (source, weights, starts))


def halve(pixel_format: str, lanes: int) -> Kernel:
    """source -> the mean of each 2 x 2 block."""
    source = image_input("source", pixel_format)
    corners = [load(source, pixel_format, 2 * x + i, 2 * y + j) for i in (0, 1) for j in (0, 1)]
    rgba = [(corners[0][i] + corners[1][i] + corners[2][i] + corners[3][i]) * real(0.25) for i in range(4)]
    name = f"halve_{pixel_format}"
    return Kernel(name, store(name, pixel_format, into_range(rgba, pixel_format), lanes), (source,))


def halve_plane(pixel_format: str, lanes: int) -> Kernel:
    """One channel -> the mean of each 2 x 2 block."""
    source = hl.ImageParam(TYPES[pixel_format], 2, "source")
    corners = [to_real(source[2 * x + i, 2 * y + j], pixel_format) for i in (0, 1) for j in (0, 1)]
    name = f"halve_plane_{pixel_format}"
    output = hl.Func(name)
    output[x, y] = from_real((corners[0] + corners[1] + corners[2] + corners[3]) * real(0.25), pixel_format)
    output.vectorize(x, lanes, hl.TailStrategy.RoundUp)
    return Kernel(name, output, (source,))


def kernels(lanes: int) -> Iterator[Kernel]:
    """The two passes and the halvings in four formats."""
    for pixel_format in FORMATS:
        yield resample_rows(pixel_format, lanes)
        yield resample_columns(pixel_format, lanes)
        yield halve(pixel_format, lanes)
        yield halve_plane(pixel_format, lanes)
