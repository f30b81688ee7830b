"""Brush dabs: the growing coverage of a stroke, and colour laid through that coverage.

A stroke keeps one float plane of coverage. A dab moves it towards the dab's cap by flow times its shape, so flow builds
up within a stroke and the cap (opacity) is never passed; the picture is always the untouched pixels with the stroke's
colour laid over them once, through the coverage.
"""

from __future__ import annotations

from collections.abc import Iterator

import halide as hl

from render.kernels.generators.pixel import (
    FORMATS,
    Kernel,
    image_input,
    into_range,
    load,
    plane_input,
    real,
    store,
    to_real,
    x,
    y,
)


def dab(lanes: int) -> Kernel:
    """coverage, centre x and y, a, b, c, d, softness, edge, flow, cap -> coverage + max(cap - coverage, 0)·flow·shape.

    (a, b, c, d) takes an offset from the centre, in pixels, to the unit circle. `softness` is 1/(1 - hardness²) for the
    profile (1 - clamp((r² - h²)/(1 - h²)))², a bell of finite reach; `edge` is the mean radius in pixels, over which
    the rim is smoothed by one pixel.
    """
    coverage = hl.ImageParam(hl.Float(32), 2, "coverage")
    names = ("center_x", "center_y", "a", "b", "c", "d", "softness", "edge", "flow", "cap")
    arguments = [hl.Param(hl.Float(32), name) for name in names]
    center_x, center_y, a, b, c, d, softness, edge, flow, cap = arguments
    across = hl.cast(hl.Float(32), x) + real(0.5) - center_x
    down = hl.cast(hl.Float(32), y) + real(0.5) - center_y
    u, v = a * across + c * down, b * across + d * down
    square = u * u + v * v
    bell = hl.clamp((1 - square) * softness, real(0), real(1))
    rim = hl.clamp((1 - hl.sqrt(square)) * edge + real(0.5), real(0), real(1))
    soft = hl.select(softness < real(1e4), bell * bell, real(1))
    shape = hl.min(rim, 1) * soft
    before = coverage[x, y]
    output = hl.Func("dab")
    output[x, y] = before + hl.max(cap - before, real(0)) * (flow * shape)
    output.vectorize(x, lanes, hl.TailStrategy.RoundUp)
    return Kernel("dab", output, (coverage, *arguments))


def paint(pixel_format: str, lanes: int) -> Kernel:
    """original, coverage, selection, r, g, b, a, erase, keep -> the colour over it through coverage·selection.

    The colour is premultiplied; all zero with `erase` 1 erases. `keep` 0 leaves alpha as it is (locked transparency).
    """
    original = image_input("original", pixel_format)
    coverage, selection = hl.ImageParam(hl.Float(32), 2, "coverage"), plane_input("selection", pixel_format)
    colour = [hl.Param(hl.Float(32), name) for name in ("red", "green", "blue", "alpha")]
    erase, keep = hl.Param(hl.Float(32), "erase"), hl.Param(hl.Float(32), "keep")
    under = load(original, pixel_format, x, y)
    share = coverage[x, y] * to_real(selection[x, y], pixel_format)
    fade = 1 - share * hl.max(colour[3], erase)
    room = share * (keep + (1 - keep) * under[3])
    laid = [under[i] * fade + colour[i] * room for i in range(3)]
    alpha = hl.select(keep > 0, under[3] * fade + colour[3] * room, under[3])
    name = f"paint_{pixel_format}"
    output = store(name, pixel_format, into_range([*laid, alpha], pixel_format), lanes)
    return Kernel(name, output, (original, coverage, selection, *colour, erase, keep))


def kernels(lanes: int) -> Iterator[Kernel]:
    """The dab and four ways to lay colour."""
    yield dab(lanes)
    for pixel_format in FORMATS:
        yield paint(pixel_format, lanes)
