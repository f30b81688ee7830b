"""A layer tree as the compositor walks it: hidden layers gone, clipped layers with their base, plain pass-through
groups dissolved into the stack they stand in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from render.kernels.modes import BlendMode
from render.raster.tree import AdjustmentLayer, GroupLayer, Layer


@dataclass(frozen=True, eq=False)
class Step:
    """One thing to blend: a layer, the layers clipped to it, and for groups the steps inside.

    A layer clipped to a group that passes through is a step of its own, seen only `within` the shape of the group.
    """

    layer: Layer
    clipped: tuple[Step, ...] = ()
    inside: tuple[Step, ...] = ()
    within: Step | None = None

    @property
    def mixes(self) -> bool:
        """A group whose layers blend with what lies below, and then mix with it by its opacity or mask."""
        return isinstance(self.layer, GroupLayer) and self.layer.pass_through

    @property
    def is_plain(self) -> bool:
        """It covers what lies below wherever it is opaque."""
        layer = self.layer
        full = layer.opacity >= 1 and layer.mask is None and self.within is None
        return full and layer.blend is BlendMode.NORMAL


def plan(layers: Sequence[Layer]) -> tuple[Step, ...]:
    """The steps of a stack, lowest first."""
    return tuple(_steps(layers))


def _steps(layers: Sequence[Layer]) -> Iterator[Step]:
    for base, clipped in _clip_runs(layers):
        if not base.visible or base.opacity <= 0:
            continue
        shown = tuple(_step(layer) for layer in clipped if layer.visible and layer.opacity > 0)
        if isinstance(base, GroupLayer) and base.pass_through:
            yield from _passing(base, shown)
        elif isinstance(base, AdjustmentLayer):  # nothing to clip to: the layers above stand on their own
            yield Step(base)
            yield from shown
        else:
            yield _step(base, shown)


def _passing(group: GroupLayer, clipped: Sequence[Step]) -> Iterator[Step]:
    """A group that passes through: Photoshop blends what is clipped to it after it, in the shape that it has alone."""
    if _is_transparent(group):
        yield from _steps(group.children)
    else:
        yield _step(group)
    alone = _step(dataclasses.replace(group, pass_through=False))
    yield from (dataclasses.replace(step, within=alone) for step in clipped)


def _step(layer: Layer, clipped: tuple[Step, ...] = ()) -> Step:
    return Step(layer, clipped, plan(layer.children) if isinstance(layer, GroupLayer) else ())


def _is_transparent(group: GroupLayer) -> bool:
    return group.opacity >= 1 and group.mask is None


def _clip_runs(layers: Sequence[Layer]) -> Iterator[tuple[Layer, list[Layer]]]:
    """Each unclipped layer with the clipped ones above it. A clipped layer at the bottom has nothing to clip to."""
    base: Layer | None = None
    clipped: list[Layer] = []
    for layer in layers:
        if layer.clipped and base is not None:
            clipped.append(layer)
            continue
        if base is not None:
            yield base, clipped
        base, clipped = layer, []
    if base is not None:
        yield base, clipped
