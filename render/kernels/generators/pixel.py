"""RGBA pixels inside Halide: reading and writing the four formats as floats, and what a kernel is.

Images are (x, y, channel) with the channel innermost in memory. 8-bit and 16-bit images are read as one word a pixel:
shifts and masks split a vector of words into four vectors of channels faster than any shuffle, and compile faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import halide as hl

FORMATS = ("u8", "u16", "f16", "f32")
TYPES = {"u8": hl.UInt(8), "u16": hl.UInt(16), "f16": hl.Float(16), "f32": hl.Float(32)}
WORDS = {"u8": hl.UInt(32), "u16": hl.UInt(64), "f16": hl.UInt(64)}
SCALES = {"u8": 255.0, "u16": 65535.0, "f16": 1.0, "f32": 1.0}

Rgba = Sequence[hl.Expr]

x, y, c = hl.Var("x"), hl.Var("y"), hl.Var("c")


@dataclass(frozen=True)
class Kernel:
    """One exported function: its name without the processor suffix, its output, its inputs in calling order."""

    name: str
    output: hl.Func
    arguments: Sequence[hl.Param | hl.ImageParam] = field(default_factory=tuple)


def real(value: float) -> hl.Expr:
    """A 32-bit float constant (Halide takes bare Python numbers for doubles in places)."""
    return hl.f32(value)


def is_bounded(pixel_format: str) -> bool:
    """Integer formats end at white; floats go on."""
    return pixel_format in ("u8", "u16")


def image_input(name: str, pixel_format: str) -> hl.ImageParam:
    """An RGBA image argument."""
    if pixel_format in WORDS:
        return hl.ImageParam(WORDS[pixel_format], 2, name)
    image = hl.ImageParam(TYPES[pixel_format], 3, name)
    constrain(image)
    return image


def plane_input(name: str, pixel_format: str) -> hl.ImageParam:
    """A one-channel image argument."""
    return hl.ImageParam(TYPES[pixel_format], 2, name)


def to_real(value: hl.Expr, pixel_format: str) -> hl.Expr:
    """A stored component as a float with white at 1."""
    if pixel_format == "f32":
        return value
    if pixel_format == "f16":
        return hl.cast(hl.Float(32), value)
    return hl.cast(hl.Float(32), hl.cast(hl.Int(32), value)) * real(1 / SCALES[pixel_format])


def from_real(value: hl.Expr, pixel_format: str) -> hl.Expr:
    """A float as a stored component, rounded to nearest; the value must lie in the format's range."""
    if not is_bounded(pixel_format):
        return hl.cast(TYPES[pixel_format], value)
    return hl.cast(TYPES[pixel_format], hl.cast(hl.Int(32), value * real(SCALES[pixel_format]) + real(0.5)))


def load(image: hl.ImageParam | hl.Func, pixel_format: str, at_x: hl.Expr, at_y: hl.Expr) -> list[hl.Expr]:
    """Red, green, blue, alpha at a place, as floats with white at 1."""
    raw = load_raw(image, pixel_format, at_x, at_y)
    return [value * real(1 / SCALES[pixel_format]) for value in raw] if is_bounded(pixel_format) else raw


def load_raw(image: hl.ImageParam | hl.Func, pixel_format: str, at_x: hl.Expr, at_y: hl.Expr) -> list[hl.Expr]:
    """Red, green, blue, alpha at a place, as floats at the format's own scale."""
    if pixel_format not in WORDS:
        return [image[at_x, at_y, channel] for channel in range(4)]
    kind = TYPES[pixel_format]
    word = image[at_x, at_y]
    shifted = [word if channel == 0 else word >> (kind.bits() * channel) for channel in range(4)]
    if pixel_format == "f16":
        return [hl.cast(hl.Float(32), hl.reinterpret(kind, hl.cast(hl.UInt(16), part))) for part in shifted]
    low = [hl.cast(hl.UInt(32), part) & hl.u32((1 << kind.bits()) - 1) for part in shifted]
    return [hl.cast(hl.Float(32), hl.cast(hl.Int(32), part)) for part in low]


def into_range(rgba: Rgba, pixel_format: str) -> list[hl.Expr]:
    """Colour between 0 and alpha, alpha between 0 and 1, for the formats that cannot hold anything else."""
    if not is_bounded(pixel_format):
        return list(rgba)
    alpha = hl.clamp(rgba[3], real(0), real(1))
    return [*(hl.clamp(value, real(0), alpha) for value in rgba[:3]), alpha]


def into_unit(rgba: Rgba, pixel_format: str) -> list[hl.Expr]:
    """Every component between 0 and 1, for straight colour in the integer formats."""
    if not is_bounded(pixel_format):
        return list(rgba)
    return [hl.clamp(value, real(0), real(1)) for value in rgba]


def store(name: str, pixel_format: str, rgba: Rgba, lanes: int, when: Iterable[hl.Expr] = ()) -> hl.Func:
    """The output function that writes `rgba` (expressions of x and y), scheduled in vectors of `lanes` pixels.

    Each condition of `when` gets its own copy of the loop, simplified for it. Rows must hold whole vectors (the caller
    sees to it, a guarded tail would triple the code) and nothing is computed twice, so the output may be the same
    memory as an input.
    """
    output = hl.Func(name)
    if pixel_format in WORDS:
        output[x, y] = _packed(rgba, pixel_format)
        for condition in when:
            output.specialize(condition).vectorize(x, lanes, hl.TailStrategy.RoundUp)
        output.vectorize(x, lanes, hl.TailStrategy.RoundUp)
        return output
    output[x, y, c] = from_real(hl.mux(c, list(rgba)), pixel_format)
    constrain(output.output_buffer())
    output.bound(c, 0, 4)
    for condition in when:
        interleave(output.specialize(condition), lanes)
    interleave(output, lanes)
    return output


def store_raw(name: str, pixel_format: str, rgba: Rgba, lanes: int, when: Iterable[hl.Expr] = ()) -> hl.Func:
    """As `store`, for values at the format's own scale that are not negative, and whose alpha fits the format.

    Integer formats take the smaller of colour and alpha, so that what is stored is premultiplied in any case.
    """
    if not is_bounded(pixel_format):
        return store(name, pixel_format, rgba, lanes, when)
    output = hl.Func(name)
    values = [*(hl.min(value, rgba[3]) for value in rgba[:3]), rgba[3]]
    output[x, y] = _joined([_rounded(value) for value in values], pixel_format)
    for condition in when:
        output.specialize(condition).vectorize(x, lanes, hl.TailStrategy.RoundUp)
    output.vectorize(x, lanes, hl.TailStrategy.RoundUp)
    return output


def _packed(rgba: Rgba, pixel_format: str) -> hl.Expr:
    """The word of a pixel."""
    return _joined([_bits(value, pixel_format) for value in rgba], pixel_format)


def _joined(parts: Sequence[hl.Expr], pixel_format: str) -> hl.Expr:
    word_type, kind = WORDS[pixel_format], TYPES[pixel_format]
    word = hl.cast(word_type, parts[0])
    for channel in range(1, 4):
        word = word | (hl.cast(word_type, parts[channel]) << (kind.bits() * channel))
    return word


def _bits(value: hl.Expr, pixel_format: str) -> hl.Expr:
    """A component as an unsigned number. Integers stay 32 bits wide: narrowing and widening again costs shuffles."""
    if pixel_format == "f16":
        return hl.reinterpret(hl.UInt(16), from_real(value, pixel_format))
    return _rounded(value * real(SCALES[pixel_format]))


def _rounded(value: hl.Expr) -> hl.Expr:
    """To the nearest whole number."""
    return hl.cast(hl.UInt(32), hl.cast(hl.Int(32), value + real(0.5)))


def constrain(buffer: hl.ImageParam | hl.OutputImageParam) -> None:
    """Demand interleaved RGBA of a three-dimensional image."""
    buffer.dim(0).set_stride(4)
    buffer.dim(2).set_stride(1)
    buffer.dim(2).set_bounds(0, 4)


def interleave(stage: hl.Func | hl.Stage, lanes: int) -> None:
    """Loop over whole pixels, four channels at a time, `lanes` pixels a vector."""
    stage.reorder(c, x, y).unroll(c).vectorize(x, lanes, hl.TailStrategy.RoundUp)
