"""Blending one layer into what lies below it: the 27 Photoshop modes, and the mix of pass-through groups.

The formula is PDF 32000-1:2008, 11.3.6 (the same as W3C Compositing and Blending Level 1, section 5.8), on
premultiplied colour. With S, B premultiplied source and backdrop, p and q their alphas:

    result alpha  = p + q - p·q
    result colour = (1 - q)·S + (1 - p)·B + p·q·Blend(B/q, S/p)

Every mode is a homogeneous function if white is allowed to be any number, so p·q·Blend is computed as the mode of
s = S·q and b = B·p with white at w = p·q: no division back to straight colour, and nothing to guard at alpha 0.
The modes themselves: PDF 32000-1 11.3.5 for those it has (soft light and the component modes included); Adobe's
descriptions, with the edge cases that psd-tools pinned against Photoshop's renderings, for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import halide as hl

from render.kernels.generators.pixel import (
    FORMATS,
    SCALES,
    Kernel,
    Rgba,
    image_input,
    is_bounded,
    load_raw,
    plane_input,
    real,
    store_raw,
    to_real,
    x,
    y,
)
from render.kernels.modes import PASS_THROUGH, BlendMode

TINY = 1e-20
Separable = Callable[[hl.Expr, hl.Expr, hl.Expr, hl.Expr], hl.Expr]


def _divide(numerator: hl.Expr, denominator: hl.Expr) -> hl.Expr:
    return numerator / hl.max(denominator, real(TINY))


def _burn(b: hl.Expr, s: hl.Expr, w: hl.Expr) -> hl.Expr:
    return w - hl.min(w, _divide((w - b) * w, s))


def _dodge(b: hl.Expr, s: hl.Expr, w: hl.Expr) -> hl.Expr:
    return hl.min(w, _divide(b * w, w - s))


def _hard_light(b: hl.Expr, s: hl.Expr, w: hl.Expr, product: hl.Expr) -> hl.Expr:
    return hl.select(s + s <= w, product + product, (b + s - product) + (b + s - product) - w)


def _vivid_light(b: hl.Expr, s: hl.Expr, w: hl.Expr) -> hl.Expr:
    """Unlike plain burn and dodge, a source of 0 gives black and of 1 white whatever the backdrop (Photoshop)."""
    burned = hl.select(s <= 0, real(0), _burn(b, s + s, w))
    dodged = hl.select(s >= w, w, _dodge(b, s + s - w, w))
    return hl.select(s + s <= w, burned, dodged)


def _soft_light(b: hl.Expr, s: hl.Expr, w: hl.Expr) -> hl.Expr:
    back = b * _divide(real(1), w)  # the inverse once for the three channels
    twice = s + s - w
    rise = hl.select(back <= real(0.25), (back * 16 - 12) * back * back + back * 3, hl.sqrt(back) - back)
    return b + twice * hl.select(twice <= 0, back - back * back, rise)


def _hard_mix(b: hl.Expr, s: hl.Expr, w: hl.Expr) -> hl.Expr:
    return hl.select((b + s > w) | ((b + s == w) & (b + b > w)), w, real(0))


def _pin_light(b: hl.Expr, s: hl.Expr, w: hl.Expr) -> hl.Expr:
    return hl.select(s + s <= w, hl.min(b, s + s), hl.max(b, s + s - w))


def separable(bounded: bool) -> dict[BlendMode, Separable]:
    """Mode -> function of backdrop b, source s, white w and the product b·s/w, one channel at a time.

    Linear Dodge adds without end where the format has no end (`bounded` false).
    """

    def capped(value: hl.Expr, w: hl.Expr) -> hl.Expr:
        return hl.min(value, w) if bounded else value

    return {
        BlendMode.NORMAL: lambda b, s, w, p: s,
        BlendMode.DISSOLVE: lambda b, s, w, p: s,
        BlendMode.DARKEN: lambda b, s, w, p: hl.min(b, s),
        BlendMode.MULTIPLY: lambda b, s, w, p: p,
        BlendMode.COLOR_BURN: lambda b, s, w, p: _burn(b, s, w),
        BlendMode.LINEAR_BURN: lambda b, s, w, p: hl.max(b + s - w, real(0)),
        BlendMode.LIGHTEN: lambda b, s, w, p: hl.max(b, s),
        BlendMode.SCREEN: lambda b, s, w, p: b + s - p,
        BlendMode.COLOR_DODGE: lambda b, s, w, p: _dodge(b, s, w),
        BlendMode.LINEAR_DODGE: lambda b, s, w, p: capped(b + s, w),
        BlendMode.OVERLAY: lambda b, s, w, p: _hard_light(s, b, w, p),
        BlendMode.SOFT_LIGHT: lambda b, s, w, p: _soft_light(b, s, w),
        BlendMode.HARD_LIGHT: _hard_light,
        BlendMode.VIVID_LIGHT: lambda b, s, w, p: _vivid_light(b, s, w),
        BlendMode.LINEAR_LIGHT: lambda b, s, w, p: hl.clamp(b + s + s - w, real(0), w),
        BlendMode.PIN_LIGHT: lambda b, s, w, p: _pin_light(b, s, w),
        BlendMode.HARD_MIX: lambda b, s, w, p: _hard_mix(b, s, w),
        BlendMode.DIFFERENCE: lambda b, s, w, p: hl.abs(b - s),
        BlendMode.EXCLUSION: lambda b, s, w, p: b + s - p - p,
        BlendMode.SUBTRACT: lambda b, s, w, p: hl.max(b - s, real(0)),
        BlendMode.DIVIDE: lambda b, s, w, p: hl.min(w, _divide(b * w, s)),
    }


def _luminance(rgb: Rgba) -> hl.Expr:
    return rgb[0] * real(0.3) + rgb[1] * real(0.59) + rgb[2] * real(0.11)


def _least(rgb: Rgba) -> hl.Expr:
    return hl.min(rgb[0], hl.min(rgb[1], rgb[2]))


def _most(rgb: Rgba) -> hl.Expr:
    return hl.max(rgb[0], hl.max(rgb[1], rgb[2]))


def _with_luminance(rgb: Rgba, luminance: hl.Expr, w: hl.Expr) -> list[hl.Expr]:
    """SetLum and ClipColor of PDF 32000-1, 11.3.5.3. The shift keeps luminance, so `luminance` is the new one."""
    shift = luminance - _luminance(rgb)
    moved = [value + shift for value in rgb]
    least, most = _least(moved), _most(moved)
    low = hl.select(least < 0, _divide(luminance, luminance - least), real(1))
    high = hl.select(most > w, _divide(w - luminance, most - luminance), real(1))
    squeeze = hl.min(low, high)
    return [hl.clamp(luminance + (value - luminance) * squeeze, real(0), hl.max(w, real(0))) for value in moved]


def _with_saturation(rgb: Rgba, saturation: hl.Expr) -> list[hl.Expr]:
    """SetSat of PDF 32000-1, 11.3.5.3: the range becomes `saturation`, its foot 0."""
    least = _least(rgb)
    factor = hl.select(_most(rgb) > least, _divide(saturation, _most(rgb) - least), real(0))
    return [(value - least) * factor for value in rgb]


def _saturation(rgb: Rgba) -> hl.Expr:
    return _most(rgb) - _least(rgb)


def component_modes(b: Rgba, s: Rgba, w: hl.Expr) -> dict[BlendMode, list[hl.Expr]]:
    """The modes that look at a whole colour."""
    darker, lighter = _luminance(s) < _luminance(b), _luminance(s) > _luminance(b)
    return {
        BlendMode.DARKER_COLOR: [hl.select(darker, s[i], b[i]) for i in range(3)],
        BlendMode.LIGHTER_COLOR: [hl.select(lighter, s[i], b[i]) for i in range(3)],
        BlendMode.HUE: _with_luminance(_with_saturation(s, _saturation(b)), _luminance(b), w),
        BlendMode.SATURATION: _with_luminance(_with_saturation(b, _saturation(s)), _luminance(b), w),
        BlendMode.COLOR: _with_luminance(s, _luminance(b), w),
        BlendMode.LUMINOSITY: _with_luminance(b, _luminance(s), w),
    }


def _noise(at_x: hl.Expr, at_y: hl.Expr) -> hl.Expr:
    """A fixed random number in [0, 1) for each place: Wellons' lowbias32 integer hash of x and y."""
    value = hl.cast(hl.UInt(32), at_x) * hl.u32(0x9E3779B1) + hl.cast(hl.UInt(32), at_y) * hl.u32(0x85EBCA77)
    value = (value ^ (value >> 16)) * hl.u32(0x7FEB352D)
    value = (value ^ (value >> 15)) * hl.u32(0x846CA68B)
    value = value ^ (value >> 16)
    return hl.cast(hl.Float(32), hl.cast(hl.Int(32), value >> 8)) * real(1 / (1 << 24))


def _blended(mode: hl.Expr, s: Rgba, b: Rgba, product: Rgba, w: hl.Expr, bounded: bool) -> list[hl.Expr]:
    """p·q·Blend for the mode that `mode` names."""
    result = [s[0], s[1], s[2]]
    for kind, function in separable(bounded).items():
        if kind not in (BlendMode.NORMAL, BlendMode.DISSOLVE):
            values = [function(b[i], s[i], w, product[i]) for i in range(3)]
            result = [hl.select(mode == int(kind), values[i], result[i]) for i in range(3)]
    for kind, values in component_modes(b, s, w).items():
        result = [hl.select(mode == int(kind), values[i], result[i]) for i in range(3)]
    return result


def blend(pixel_format: str, lanes: int) -> Kernel:
    """source, backdrop, mask, mode, mask scale, mask offset, keep, x, y -> result.

    The layer's share at a pixel is mask·scale + offset, which holds opacity, density and inversion. `keep` is 1; at 0
    the result keeps the backdrop's alpha (clipping, locked transparency). x and y say where the result's first pixel
    lies in the picture, so that Dissolve does not change with the tiling.

    Components stay at the format's scale (white is 255 or 65535): modes are homogeneous, so only alphas are divided.
    Layers without a mask have a copy of each loop.
    """
    source, backdrop = image_input("source", pixel_format), image_input("backdrop", pixel_format)
    mask = plane_input("mask", pixel_format)
    mode = hl.Param(hl.Int(32), "mode")
    scale, offset, keep = (hl.Param(hl.Float(32), name) for name in ("scale", "offset", "keep"))
    left, top = hl.Param(hl.Int(32), "left"), hl.Param(hl.Int(32), "top")

    unit = real(1 / SCALES[pixel_format])
    share = to_real(mask[x, y], pixel_format) * scale + offset
    plain, under = load_raw(source, pixel_format, x, y), load_raw(backdrop, pixel_format, x, y)
    layer = [value * share for value in plain]
    dissolves = mode == int(BlendMode.DISSOLVE)
    shown = _noise(x + left, y + top) < layer[3] * unit
    whole = hl.select(shown, _divide(real(SCALES[pixel_format]), layer[3]), real(0))
    layer = [hl.select(dissolves, value * whole, value) for value in layer]
    p, q = layer[3] * unit, under[3] * unit
    w = p * under[3]
    s, b = [value * q for value in layer[:3]], [value * p for value in under[:3]]
    product = [layer[i] * under[i] * unit for i in range(3)]
    mixed = _blended(mode, s, b, product, w, is_bounded(pixel_format))
    outside = keep * (1 - q)
    colour = [under[i] - b[i] + (outside * layer[i] + mixed[i]) for i in range(3)]
    alpha = under[3] + outside * layer[3]
    through = [under[i] + (plain[i] - under[i]) * share for i in range(4)]
    passing = mode == PASS_THROUGH
    rgba = [hl.select(passing, through[i], [*colour, alpha][i]) for i in range(4)]
    output = store_raw(f"blend_{pixel_format}", pixel_format, rgba, lanes, _cases(mode, scale))
    return Kernel(f"blend_{pixel_format}", output, (source, backdrop, mask, mode, scale, offset, keep, left, top))


def _cases(mode: hl.Expr, scale: hl.Expr) -> Iterator[hl.Expr]:
    """The loops to make: for each mode without a mask and with one."""
    for kind in (*(int(mode) for mode in BlendMode), PASS_THROUGH):
        is_kind = mode == kind
        yield is_kind & (scale == 0)
        yield is_kind


def kernels(lanes: int) -> Iterator[Kernel]:
    """One blend kernel for each pixel format."""
    for pixel_format in FORMATS:
        yield blend(pixel_format, lanes)
