"""Between the four pixel formats, premultiplying or dividing by alpha on the way."""

from __future__ import annotations

from collections.abc import Iterator

import halide as hl

from render.kernels.generators.pixel import FORMATS, Kernel, Rgba, image_input, into_unit, load, real, store, x, y

KEEP, PREMULTIPLY, UNPREMULTIPLY = 0, 1, 2


def straight(rgba: Rgba) -> list[hl.Expr]:
    """Colour divided by alpha; black where alpha is 0."""
    inverse = hl.select(rgba[3] > 0, real(1) / hl.max(rgba[3], real(1e-20)), real(0))
    return [rgba[0] * inverse, rgba[1] * inverse, rgba[2] * inverse]


def convert(source_format: str, target_format: str, lanes: int) -> Kernel:
    """source, change of alpha (0 keep, 1 premultiply, 2 unpremultiply) -> result."""
    source = image_input("source", source_format)
    change = hl.Param(hl.Int(32), "change")
    rgba = load(source, source_format, x, y)
    divided = straight(rgba)
    colour = [
        hl.select(change == PREMULTIPLY, rgba[i] * rgba[3], hl.select(change == UNPREMULTIPLY, divided[i], rgba[i]))
        for i in range(3)
    ]
    name = f"convert_{source_format}_{target_format}"
    changes = [change == kind for kind in (KEEP, PREMULTIPLY, UNPREMULTIPLY)]
    output = store(name, target_format, into_unit([*colour, rgba[3]], target_format), lanes, changes)
    return Kernel(name, output, (source, change))


def kernels(lanes: int) -> Iterator[Kernel]:
    """All sixteen pairs."""
    for source_format in FORMATS:
        for target_format in FORMATS:
            yield convert(source_format, target_format, lanes)
