"""Non-local means: each pixel becomes the mean of the pixels around it whose patches look alike.

Buades, Coll and Morel, "A non-local algorithm for image denoising" (2005). For one offset at a time the differences
of a block of pixels are summed over patches in two steps (rows, columns), so that the patch costs little. Guides and
values are float planes with a margin of search radius + patch radius; a weight is
exp(-max(0, mean squared difference * strength - free)).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import halide as hl

from render.kernels.generators.pixel import Kernel, real, x, y

PATCH = 2
"""A patch is a square of 2 * PATCH + 1 pixels."""
BLOCK = (64, 32)


def nonlocal_means(name: str, guides: int, values: int, lanes: int) -> Kernel:
    """guides, values, a weight for each guide, radius, strength, free -> the values' weighted means, without margin."""
    guide_planes = [hl.ImageParam(hl.Float(32), 2, f"guide_{number}") for number in range(guides)]
    value_planes = [hl.ImageParam(hl.Float(32), 2, f"value_{number}") for number in range(values)]
    weights = [hl.Param(hl.Float(32), f"weight_{number}") for number in range(guides)]
    radius = hl.Param(hl.Int(32), "radius")
    strength, free = hl.Param(hl.Float(32), "strength"), hl.Param(hl.Float(32), "free")
    margin = radius + PATCH
    offsets = hl.RDom([hl.Range(-radius, 2 * radius + 1), hl.Range(-radius, 2 * radius + 1)])
    across, down = hl.Var("across"), hl.Var("down")
    difference, rows, likeness = (hl.Func(f"{name}_{part}") for part in ("difference", "rows", "likeness"))
    difference[x, y, across, down] = _difference(guide_planes, weights, margin, across, down)
    rows[x, y, across, down] = _run([difference[x + i, y, across, down] for i in range(-PATCH, PATCH + 1)])
    patch = _run([rows[x, y + i, across, down] for i in range(-PATCH, PATCH + 1)])
    mean = patch * real(1 / (2 * PATCH + 1) ** 2)
    likeness[x, y, across, down] = hl.fast_exp(-hl.max(real(0), mean * strength - free))
    sums = hl.Func(f"{name}_sums")
    sums[x, y] = hl.Tuple([real(0)] * (values + 1))
    weight = likeness[x, y, offsets.x, offsets.y]
    moved = [plane[x + margin + offsets.x, y + margin + offsets.y] for plane in value_planes]
    sums[x, y] = hl.Tuple(
        [sums[x, y][0] + weight, *(sums[x, y][i + 1] + weight * value for i, value in enumerate(moved))]
    )
    output = hl.Func(name)
    means = [sums[x, y][i + 1] / sums[x, y][0] for i in range(values)]
    output[x, y] = hl.Tuple(means) if values > 1 else means[0]
    _schedule(output, sums, offsets, (difference, rows, likeness), lanes)
    return Kernel(name, output, (*guide_planes, *value_planes, *weights, radius, strength, free))


def _difference(
    planes: Sequence[hl.ImageParam], weights: Sequence[hl.Param], margin: hl.Expr, across: hl.Var, down: hl.Var
) -> hl.Expr:
    total = real(0)
    for plane, weight in zip(planes, weights, strict=True):
        step = plane[x + margin, y + margin] - plane[x + margin + across, y + margin + down]
        total = total + weight * step * step
    return total


def _run(parts: Sequence[hl.Expr]) -> hl.Expr:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _schedule(
    output: hl.Func, sums: hl.Func, offsets: hl.RDom, steps: tuple[hl.Func, hl.Func, hl.Func], lanes: int
) -> None:
    """Blocks that fit the nearest cache; inside one, offset after offset over the whole block."""
    column, row, inner_x, inner_y = hl.Var("column"), hl.Var("row"), hl.Var("inner_x"), hl.Var("inner_y")
    output.tile(x, y, column, row, inner_x, inner_y, *BLOCK, hl.TailStrategy.ShiftInwards)
    output.vectorize(inner_x, lanes)
    sums.compute_at(output, column).vectorize(x, lanes)
    sums.update().reorder(x, y, offsets.x, offsets.y).vectorize(x, lanes)
    difference, rows, _ = steps
    difference.compute_at(sums, offsets.x).vectorize(x, lanes)
    rows.compute_at(sums, offsets.x).vectorize(x, lanes)


def kernels(lanes: int) -> Iterator[Kernel]:
    """One plane by a guide, and two by three guides."""
    yield nonlocal_means("nonlocal_light", 1, 1, lanes)
    yield nonlocal_means("nonlocal_colour", 3, 2, lanes)
