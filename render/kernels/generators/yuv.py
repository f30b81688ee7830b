"""Video planes: YUV 4:2:0 to RGBA and back, for any matrix, range, depth and chroma siting (given as numbers)."""

from __future__ import annotations

from collections.abc import Iterator

import halide as hl

from render.kernels.generators.pixel import TYPES, Kernel, image_input, into_unit, load, real, store, x, y

DEPTHS = ("u8", "u16")


class _Chroma:
    """A chroma plane at luma's size, bilinear: first between rows, a row at a time, then between columns.

    Chroma lies between two luma rows; between two columns (siting 1) or on the even one (siting 0, MPEG-2 and H.264).
    """

    def __init__(self, name: str, pixel_format: str, siting: hl.Expr, top: hl.Expr) -> None:
        self.plane = hl.ImageParam(TYPES[pixel_format], 2, name)
        edged = hl.BoundaryConditions.repeat_edge(self.plane)
        line = y + top
        near, far = line / 2, line / 2 + hl.select(line % 2 == 0, -1, 1)
        self.row = hl.Func(f"{name}_row")
        self.row[x, y] = _number(edged[x, near]) * real(0.75) + _number(edged[x, far]) * real(0.25)
        left, here, right = (self.row[x / 2 + step, y] for step in (-1, 0, 1))
        even = hl.select(siting == 1, left * real(0.25) + here * real(0.75), here)
        odd = here + (right - here) * hl.select(siting == 1, real(0.25), real(0.5))
        self.value = hl.select(x % 2 == 0, even, odd)

    def schedule(self, output: hl.Func, lanes: int) -> None:
        self.row.compute_at(output, y).vectorize(x, lanes)


def _number(code: hl.Expr) -> hl.Expr:
    return hl.cast(hl.Float(32), hl.cast(hl.Int(32), code))


def to_rgba(pixel_format: str, lanes: int) -> Kernel:
    """Y, U, V, eight numbers, siting, top -> opaque RGBA.

    With y = (Y - y0)·ys, u = (U - c0)·cs, v = (V - c0)·cs: red y + rv·v, green y + gu·u + gv·v, blue y + bu·u.
    Luma may be a strip of the picture that begins at row `top`; the chroma planes are whole.
    """
    names = ("y0", "ys", "c0", "cs", "rv", "gu", "gv", "bu")
    numbers = [hl.Param(hl.Float(32), name) for name in names]
    y0, ys, c0, cs, rv, gu, gv, bu = numbers
    siting, top = hl.Param(hl.Int(32), "siting"), hl.Param(hl.Int(32), "top")
    plane = hl.ImageParam(TYPES[pixel_format], 2, "luma")
    chroma = [_Chroma(name, pixel_format, siting, top) for name in ("chroma_u", "chroma_v")]
    light = (_number(plane[x, y]) - y0) * ys
    u, v = ((each.value - c0) * cs for each in chroma)
    rgba = [light + rv * v, light + gu * u + gv * v, light + bu * u, real(1)]
    name = f"yuv_to_rgba_{pixel_format}"
    output = store(name, pixel_format, into_unit(rgba, pixel_format), lanes)
    for each in chroma:
        each.schedule(output, lanes)
    planes = [plane, *(each.plane for each in chroma)]
    return Kernel(name, output, (*planes, *numbers, siting, top))


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
