"""Video planes: YUV 4:2:0 to RGBA and back, for any matrix, range, depth and chroma siting (given as numbers)."""

from __future__ import annotations

from collections.abc import Iterator

import halide as hl

from render.kernels.generators.pixel import TYPES, Kernel, image_input, into_unit, load, real, store, x, y

DEPTHS = ("u8", "u16")


def _chroma(plane: hl.ImageParam, pixel_format: str, siting: hl.Expr) -> hl.Expr:
    """Chroma at luma pixel (x, y), bilinear. Chroma lies between two luma rows; between two columns (siting 1) or on
    the even one (siting 0, MPEG-2 and H.264)."""
    width, height = plane.dim(0).extent(), plane.dim(1).extent()
    odd = x % 2
    step = hl.select(odd == 0, -1, 1)
    centred, lefted = real(0.25), hl.select(odd == 0, real(0), real(0.5))
    across = hl.select(siting == 1, centred, lefted)
    column, row = x / 2, y / 2
    other_column = hl.clamp(column + step, 0, width - 1)
    other_row = hl.clamp(row + hl.select(y % 2 == 0, -1, 1), 0, height - 1)
    near_column, near_row = hl.clamp(column, 0, width - 1), hl.clamp(row, 0, height - 1)

    def line(at: hl.Expr) -> hl.Expr:
        near = hl.cast(hl.Float(32), hl.cast(hl.Int(32), plane[near_column, at]))
        far = hl.cast(hl.Float(32), hl.cast(hl.Int(32), plane[other_column, at]))
        return near + (far - near) * across

    return line(near_row) * real(0.75) + line(other_row) * real(0.25)


def to_rgba(pixel_format: str, lanes: int) -> Kernel:
    """Y, U, V, ten numbers, siting -> opaque RGBA.

    With y = (Y - y0)·ys, u = (U - c0)·cs, v = (V - c0)·cs: red y + rv·v, green y + gu·u + gv·v, blue y + bu·u.
    """
    planes = [hl.ImageParam(TYPES[pixel_format], 2, name) for name in ("luma", "chroma_u", "chroma_v")]
    names = ("y0", "ys", "c0", "cs", "rv", "gu", "gv", "bu")
    numbers = [hl.Param(hl.Float(32), name) for name in names]
    y0, ys, c0, cs, rv, gu, gv, bu = numbers
    siting = hl.Param(hl.Int(32), "siting")
    luma = (hl.cast(hl.Float(32), hl.cast(hl.Int(32), planes[0][x, y])) - y0) * ys
    u = (_chroma(planes[1], pixel_format, siting) - c0) * cs
    v = (_chroma(planes[2], pixel_format, siting) - c0) * cs
    rgba = [luma + rv * v, luma + gu * u + gv * v, luma + bu * u, real(1)]
    name = f"yuv_to_rgba_{pixel_format}"
    return Kernel(
        name, store(name, pixel_format, into_unit(rgba, pixel_format), lanes), (*planes, *numbers, siting)
    )


def luma(pixel_format: str, lanes: int) -> Kernel:
    """source, kr, kg, kb, scale, offset, top -> Y = round((kr·R + kg·G + kb·B)·scale + offset), at most top."""
    source = image_input("source", pixel_format)
    numbers = [hl.Param(hl.Float(32), name) for name in ("kr", "kg", "kb", "scale", "offset", "top")]
    kr, kg, kb, scale, offset, top = numbers
    red, green, blue, _ = load(source, pixel_format, x, y)
    value = (kr * red + kg * green + kb * blue) * scale + offset
    name = f"rgba_to_luma_{pixel_format}"
    output = hl.Func(name)
    output[x, y] = hl.cast(TYPES[pixel_format], hl.cast(hl.Int(32), hl.clamp(value, real(0), top) + real(0.5)))
    output.vectorize(x, lanes, hl.TailStrategy.RoundUp)
    return Kernel(name, output, (source, *numbers))


def chroma(pixel_format: str, lanes: int) -> Kernel:
    """source, kr, kg, kb, scale, offset, top, siting -> one chroma plane, half the size (rounded up).

    The weights are those of the wanted difference. Centred siting takes the mean of 2 x 2 pixels; left siting 1 2 1
    across around the even column, then the mean of two rows. Beyond the edge stand the edge pixels.
    """
    source = image_input("source", pixel_format)
    numbers = [hl.Param(hl.Float(32), name) for name in ("kr", "kg", "kb", "scale", "offset", "top")]
    kr, kg, kb, scale, offset, top = numbers
    siting = hl.Param(hl.Int(32), "siting")
    edged = hl.BoundaryConditions.repeat_edge(source)
    total = real(0)
    for column in (-1, 0, 1):
        centred = real(0.0 if column == -1 else 0.25)
        lefted = real(0.25 if column == 0 else 0.125)
        weight = hl.select(siting == 1, centred, lefted)
        for row in (0, 1):
            red, green, blue, _ = load(edged, pixel_format, 2 * x + column, 2 * y + row)
            total = total + weight * (kr * red + kg * green + kb * blue)
    name = f"rgba_to_chroma_{pixel_format}"
    output = hl.Func(name)
    value = hl.clamp(total * scale + offset, real(0), top) + real(0.5)
    output[x, y] = hl.cast(TYPES[pixel_format], hl.cast(hl.Int(32), value))
    output.vectorize(x, lanes, hl.TailStrategy.GuardWithIf)
    return Kernel(name, output, (source, *numbers, siting))


def kernels(lanes: int) -> Iterator[Kernel]:
    """8-bit planes, and planes of 9 to 16 bits in 16-bit words."""
    for pixel_format in DEPTHS:
        yield to_rgba(pixel_format, lanes)
        yield luma(pixel_format, lanes)
        yield chroma(pixel_format, lanes)
