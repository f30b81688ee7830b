"""The anisotropic Kuwahara filter: the look of brush strokes that follow the forms.

Kyprianidis, Semmo, Kang and Doellner, "Anisotropic Kuwahara Filtering with Polynomial Weighting Functions" (2010): an
ellipse along the local direction is cut into eight overlapping sectors; the mean of the evenest ones is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import halide as hl

from render.kernels.generators.pixel import Kernel, real, x, y

SECTORS = 8
LOBE = 3 * math.pi / 8
"""How far a sector's weight reaches to either side."""
FALL_OFF = 3.125


def kuwahara(lanes: int) -> Kernel:
    """red, green, blue (with a margin of `reach`), then without margin: a, b, c, d; reach, hardness, sharpness -> red,
    green, blue.

    (a, b; c, d) maps an offset into the unit circle.
    """
    colours = [hl.ImageParam(hl.Float(32), 2, name) for name in ("red", "green", "blue")]
    a, b, c, d = (hl.ImageParam(hl.Float(32), 2, name) for name in ("map_a", "map_b", "map_c", "map_d"))
    reach = hl.Param(hl.Int(32), "reach")
    hardness, sharpness = hl.Param(hl.Float(32), "hardness"), hl.Param(hl.Float(32), "sharpness")
    offsets = hl.RDom([hl.Range(-reach, 2 * reach + 1), hl.Range(-reach, 2 * reach + 1)])
    across, down = hl.cast(hl.Float(32), offsets.x), hl.cast(hl.Float(32), offsets.y)
    u = a[x, y] * across + b[x, y] * down
    v = c[x, y] * across + d[x, y] * down
    pixel = [plane[x + reach + offsets.x, y + reach + offsets.y] for plane in colours]
    square = pixel[0] * pixel[0] + pixel[1] * pixel[1] + pixel[2] * pixel[2]
    sums = hl.Func("kuwahara_sums")
    sums[x, y] = hl.Tuple([real(0)] * (5 * SECTORS))
    parts = []
    for sector, weight in enumerate(_weights(u, v)):
        for place, value in enumerate((real(1), *pixel, square)):
            parts.append(sums[x, y][5 * sector + place] + weight * value)
    sums[x, y] = hl.Tuple(parts)
    output = hl.Func("kuwahara")
    output[x, y] = hl.Tuple(_mixed([sums[x, y][i] for i in range(5 * SECTORS)], hardness, sharpness))
    output.vectorize(x, lanes, hl.TailStrategy.ShiftInwards)
    sums.compute_at(output, x).vectorize(x, lanes)
    sums.update().reorder(x, offsets.x, offsets.y).vectorize(x, lanes)
    return Kernel("kuwahara", output, (*colours, a, b, c, d, reach, hardness, sharpness))


def _weights(u: hl.Expr, v: hl.Expr) -> list[hl.Expr]:
    """Each sector's weight at a place of the unit circle, the same in sum everywhere but for the fall-off."""
    zeta = 1 / 3
    eta = (zeta + math.cos(LOBE)) / math.sin(LOBE) ** 2
    half = math.sqrt(0.5)
    lobes: list[hl.Expr] = [real(0)] * SECTORS
    for turn, (p, q) in enumerate(((u, v), ((u - v) * real(half), (u + v) * real(half)))):
        beside_p, beside_q = real(zeta) - real(eta) * p * p, real(zeta) - real(eta) * q * q
        for quarter, edge in enumerate((q + beside_p, beside_q - p, beside_p - q, p + beside_q)):
            lobe = hl.max(real(0), edge)
            lobes[2 * quarter + turn] = lobe * lobe
    total = lobes[0]
    for lobe in lobes[1:]:
        total = total + lobe
    radius = u * u + v * v
    even = hl.select(radius <= 1, hl.fast_exp(real(-FALL_OFF) * radius) / hl.max(total, real(1e-6)), real(0))
    return [lobe * even for lobe in lobes]


def _mixed(sums: list[hl.Expr], hardness: hl.Expr, sharpness: hl.Expr) -> list[hl.Expr]:
    """The sectors' means, weighed by how even each is: 1 / (1 + (hardness * variance) ^ sharpness)."""
    weights, means = [], []
    for sector in range(SECTORS):
        weight, red, green, blue, square = sums[5 * sector : 5 * sector + 5]
        inverse = 1 / hl.max(weight, real(1e-6))
        mean = [red * inverse, green * inverse, blue * inverse]
        variance = square * inverse - (mean[0] * mean[0] + mean[1] * mean[1] + mean[2] * mean[2])
        uneven = hl.max(real(1e-6), hardness * variance)
        weights.append(hl.select(weight > 0, 1 / (1 + hl.fast_pow(uneven, sharpness)), real(0)))
        means.append(mean)
    total = weights[0]
    for weight in weights[1:]:
        total = total + weight
    mixed = []
    for channel in range(3):
        value = real(0)
        for weight, mean in zip(weights, means, strict=True):
            value = value + weight * mean[channel]
        mixed.append(value / hl.max(total, real(1e-9)))
    return mixed


def kernels(lanes: int) -> Iterator[Kernel]:
    yield kuwahara(lanes)
