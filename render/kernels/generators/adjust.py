"""Adjustments of one pixel at a time: tables, lookups, levels, exposure, hue and saturation.

Each takes premultiplied pixels, works on straight colour, and writes either premultiplied pixels with the same alpha or
(`opaque` 1) the adjusted straight colour with alpha 1, which is what an adjustment layer blends into its backdrop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import halide as hl

from render.kernels.generators.convert import straight
from render.kernels.generators.pixel import (
    FORMATS,
    Kernel,
    Rgba,
    image_input,
    into_range,
    is_bounded,
    load,
    real,
    store,
    x,
    y,
)


def _finish(
    name: str, pixel_format: str, colour: Rgba, alpha: hl.Expr, inputs: Sequence[hl.Param | hl.ImageParam], lanes: int
) -> Kernel:
    """The kernel that writes the adjusted straight `colour`; adds the `opaque` argument at the end of the inputs."""
    opaque = hl.Param(hl.Int(32), "opaque")
    out_alpha = hl.select(opaque != 0, real(1), alpha)
    rgba = into_range([*(value * out_alpha for value in colour), out_alpha], pixel_format)
    full_name = f"{name}_{pixel_format}"
    return Kernel(full_name, store(full_name, pixel_format, rgba, lanes), (*inputs, opaque))


def table(pixel_format: str, lanes: int) -> Kernel:
    """source, table (entries, 3) -> each channel through its row, entries spread evenly over 0..1, linear between.

    Values outside 0..1 (float formats) go on along the first or last step.
    """
    source = image_input("source", pixel_format)
    entries = hl.ImageParam(hl.Float(32), 2, "entries")
    count = entries.dim(0).extent()
    rgba = load(source, pixel_format, x, y)
    colour = []
    for channel, value in enumerate(straight(rgba)):
        place = value * hl.cast(hl.Float(32), count - 1)
        index = hl.clamp(hl.cast(hl.Int(32), hl.clamp(place, real(0), real(1e6))), 0, count - 2)
        low, high = entries[index, channel], entries[index + 1, channel]
        colour.append(low + (high - low) * (place - hl.cast(hl.Float(32), index)))
    return _finish("table", pixel_format, colour, rgba[3], (source, entries), lanes)


def _within(value: hl.Expr, limits: hl.ImageParam, entries: hl.ImageParam, channel: int) -> hl.Expr:
    """The channel's row of `entries` at (value - low)·scale, linear between entries; the ends hold beyond 0..1."""
    count = entries.dim(0).extent()
    share = hl.clamp((value - limits[0, channel]) * limits[1, channel], real(0), real(1))
    place = share * hl.cast(hl.Float(32), count - 1)
    index = hl.clamp(hl.cast(hl.Int(32), place), 0, count - 2)
    low, high = entries[index, channel], entries[index + 1, channel]
    return low + (high - low) * (place - hl.cast(hl.Float(32), index))


def lookup_line(pixel_format: str, lanes: int) -> Kernel:
    """source, limits (2, 3), entries (count, 3) -> each channel through its row, spread between its limits.

    Columns of the limits: low and 1/(high - low).
    """
    source = image_input("source", pixel_format)
    limits, entries = (hl.ImageParam(hl.Float(32), 2, name) for name in ("limits", "entries"))
    rgba = load(source, pixel_format, x, y)
    colour = [_within(value, limits, entries, channel) for channel, value in enumerate(straight(rgba))]
    return _finish("lookup_line", pixel_format, colour, rgba[3], (source, limits, entries), lanes)


def lookup_cube(pixel_format: str, lanes: int) -> Kernel:
    """source, limits, entries as above, nodes (3, size^3), size -> the place between the nodes of a cube that the
    entries (0..1) lead to. Node number: red + size·(green + size·blue).

    Between the nodes it is tetrahedral: from the cell's first corner along its longest, middle and shortest share, so
    that greys stay on the cell's diagonal and four nodes are read, not eight.
    """
    source = image_input("source", pixel_format)
    limits, entries, nodes = (hl.ImageParam(hl.Float(32), 2, name) for name in ("limits", "entries", "nodes"))
    size = hl.Param(hl.Int(32), "size")
    rgba = load(source, pixel_format, x, y)
    first, shares = hl.cast(hl.Int(32), 0), []
    steps = (hl.cast(hl.Int(32), 1), size, size * size)
    for channel, value in enumerate(straight(rgba)):
        shaped = hl.clamp(_within(value, limits, entries, channel), real(0), real(1))
        place = shaped * hl.cast(hl.Float(32), size - 1)
        index = hl.clamp(hl.cast(hl.Int(32), place), 0, size - 2)
        first = first + index * steps[channel]
        shares.append(place - hl.cast(hl.Float(32), index))
    longest, shortest = _outermost_steps(shares, steps)
    opposite = first + steps[0] + steps[1] + steps[2]
    red, green, blue = shares
    most, least = hl.max(red, hl.max(green, blue)), hl.min(red, hl.min(green, blue))
    middle = red + green + blue - most - least
    colour = [
        nodes[channel, first] * (1 - most) + nodes[channel, first + longest] * (most - middle)
        + nodes[channel, opposite - shortest] * (middle - least) + nodes[channel, opposite] * least
        for channel in range(3)
    ]  # fmt: skip
    return _finish("lookup_cube", pixel_format, colour, rgba[3], (source, limits, entries, nodes, size), lanes)


def _outermost_steps(shares: Rgba, steps: Sequence[hl.Expr]) -> tuple[hl.Expr, hl.Expr]:
    """The steps along the longest and the shortest share: never the same one, whichever are equal."""
    red, green, blue = shares
    to_red, to_green, to_blue = steps
    longest = hl.select(
        red >= green, hl.select(red >= blue, to_red, to_blue), hl.select(green >= blue, to_green, to_blue)
    )
    shortest = hl.select(
        red >= green, hl.select(green >= blue, to_blue, to_green), hl.select(red >= blue, to_blue, to_red)
    )
    return longest, shortest


def _level(value: hl.Expr, steps: hl.ImageParam, row: int) -> hl.Expr:
    low, scale, power, out_low, out_span = (steps[column, row] for column in range(5))
    stretched = hl.max((value - low) * scale, real(0))
    curved = hl.select(power == 1, stretched, hl.pow(stretched, power))
    return out_low + out_span * curved


def levels(pixel_format: str, lanes: int) -> Kernel:
    """source, steps (5, 4) -> out_low + out_span·max((v - low)·scale, 0)^power: the channel's row, then the master's.

    Columns: low, scale, power, out_low, out_span; rows: red, green, blue, master.
    """
    source = image_input("source", pixel_format)
    steps = hl.ImageParam(hl.Float(32), 2, "steps")
    rgba = load(source, pixel_format, x, y)
    bounded = is_bounded(pixel_format)
    colour = []
    for channel, value in enumerate(straight(rgba)):
        once = _level(value, steps, channel)
        colour.append(_level(hl.clamp(once, real(0), real(1)) if bounded else once, steps, 3))
    if bounded:
        colour = [hl.clamp(value, real(0), real(1)) for value in colour]
    return _finish("levels", pixel_format, colour, rgba[3], (source, steps), lanes)


def decoded(value: hl.Expr) -> hl.Expr:
    """sRGB to linear light, IEC 61966-2-1."""
    curved = hl.pow((hl.max(value, real(0)) + real(0.055)) * real(1 / 1.055), real(2.4))
    return hl.select(value <= real(0.04045), value * real(1 / 12.92), curved)


def encoded(value: hl.Expr) -> hl.Expr:
    """Linear light to sRGB, IEC 61966-2-1."""
    return hl.select(
        value <= real(0.0031308),
        value * real(12.92),
        hl.pow(hl.max(value, real(0.0031308)), real(1 / 2.4)) * real(1.055) - real(0.055),
    )


def exposure(pixel_format: str, lanes: int) -> Kernel:
    """source, gain, offset, power, linear -> (light·gain + offset)^power in linear light.

    With `linear` 0 the pixels are sRGB-encoded and are decoded before and encoded after.
    """
    source = image_input("source", pixel_format)
    gain, offset, power = (hl.Param(hl.Float(32), name) for name in ("gain", "offset", "power"))
    linear = hl.Param(hl.Int(32), "linear")
    rgba = load(source, pixel_format, x, y)
    colour = []
    for value in straight(rgba):
        light = hl.select(linear != 0, value, decoded(value))
        exposed = hl.max(light * gain + offset, real(0))
        curved = hl.select(power == 1, exposed, hl.pow(exposed, power))
        colour.append(hl.select(linear != 0, curved, encoded(curved)))
    if is_bounded(pixel_format):
        colour = [hl.clamp(value, real(0), real(1)) for value in colour]
    return _finish("exposure", pixel_format, colour, rgba[3], (source, gain, offset, power, linear), lanes)


def _from_hue(hue: hl.Expr, low: hl.Expr, span: hl.Expr) -> list[hl.Expr]:
    """The colour with this hue (in turns) whose components lie between low and low + span."""
    colour = []
    for shift in (0.0, 2 / 3, 1 / 3):
        place = hue + real(shift)
        distance = hl.abs((place - hl.floor(place)) * 6 - 3)
        colour.append(low + span * hl.clamp(distance - 1, real(0), real(1)))
    return colour


def _hue(rgb: Rgba, most: hl.Expr, span: hl.Expr) -> hl.Expr:
    """Hue in turns; 0 for greys."""
    red, green, blue = rgb
    inverse = real(1) / hl.max(span, real(1e-20))
    sixths = hl.select(
        most == red, (green - blue) * inverse, most == green, (blue - red) * inverse + 2, (red - green) * inverse + 4
    )
    return hl.select(span > 0, sixths * real(1 / 6), real(0))


def _saturated(rgb: Rgba, least: hl.Expr, most: hl.Expr, saturation: hl.Expr) -> list[hl.Expr]:
    """Photoshop's saturation slider: distances from the HSL lightness grow or shrink together.

    For an increase s > 0 the factor is 1/a with a = max(1 - s, S) for HSL saturation S, so colours never clip; for a
    decrease it is 1 + s.
    """
    light, span = (least + most) * real(0.5), most - least
    room = hl.max(hl.min(least + most, 2 - least - most), real(1e-20))
    own = hl.clamp(span / room, real(0), real(1))
    grow = real(1) / hl.max(hl.max(1 - saturation, own), real(1e-4))
    factor = hl.select(saturation > 0, grow, 1 + saturation)
    return [light + (value - light) * factor for value in rgb]


def _lightened(value: hl.Expr, lightness: hl.Expr) -> hl.Expr:
    """Photoshop's lightness slider: towards white above 0, towards black below."""
    return hl.select(lightness > 0, value + (1 - value) * lightness, value * (1 + lightness))


def hue_saturation(pixel_format: str, lanes: int) -> Kernel:
    """source, hue (turns), saturation and lightness (-1..1), colorize -> Photoshop's Hue/Saturation, master sliders.

    With `colorize` 1 every pixel takes the given hue, and `saturation` 0..1 as HSL saturation, at its own lightness.
    """
    source = image_input("source", pixel_format)
    hue, saturation, lightness = (hl.Param(hl.Float(32), name) for name in ("hue", "saturation", "lightness"))
    colorize = hl.Param(hl.Int(32), "colorize")
    rgba = load(source, pixel_format, x, y)
    rgb = straight(rgba)
    least, most = hl.min(rgb[0], hl.min(rgb[1], rgb[2])), hl.max(rgb[0], hl.max(rgb[1], rgb[2]))
    turned = _from_hue(_hue(rgb, most, most - least) + hue, least, most - least)
    changed = _saturated(turned, least, most, saturation)
    grey = real(0.3) * rgb[0] + real(0.59) * rgb[1] + real(0.11) * rgb[2]
    chroma = saturation * (1 - hl.abs(grey + grey - 1))
    tinted = _from_hue(hue, grey - chroma * real(0.5), chroma)
    colour = [_lightened(hl.select(colorize != 0, tinted[i], changed[i]), lightness) for i in range(3)]
    if is_bounded(pixel_format):
        colour = [hl.clamp(value, real(0), real(1)) for value in colour]
    return _finish(
        "hue_saturation", pixel_format, colour, rgba[3], (source, hue, saturation, lightness, colorize), lanes
    )


def kernels(lanes: int) -> Iterator[Kernel]:
    """Six adjustments in four formats."""
    for pixel_format in FORMATS:
        yield table(pixel_format, lanes)
        yield lookup_line(pixel_format, lanes)
        yield lookup_cube(pixel_format, lanes)
        yield levels(pixel_format, lanes)
        yield exposure(pixel_format, lanes)
        yield hue_saturation(pixel_format, lanes)
