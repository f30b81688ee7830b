"""Draws batches of small squares from whole pictures held in memory: input and truth, turned and mirrored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.training.material import Item
from ml.training.recipe import Recipe
from ml.training.spoil import reduced, worn

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Pair:
    """A picture and its smaller versions (only one where the recipe mixes no second way)."""

    truth: Bytes
    inputs: tuple[Bytes, ...]


def pairs_of(items: list[Item], recipe: Recipe) -> list[Pair]:
    """Each picture with the inputs that patches are cut from."""
    scale = recipe.network.scale
    found = []
    for item in items:
        truth = item.pixels[: item.pixels.shape[0] // scale * scale, : item.pixels.shape[1] // scale * scale]
        if scale == 1:
            found.append(Pair(truth, (truth,)))
            continue
        ways = (False, True) if recipe.spoiling.area else (False,)
        found.append(Pair(truth, tuple(reduced(truth, scale, area=way) for way in ways)))
    return found


class Sampler:
    """Batches, drawn by chance from a seed; `state` and `restore` let a resumed run go on with the same draws."""

    def __init__(self, pairs: list[Pair], recipe: Recipe) -> None:
        self._pairs = pairs
        self._recipe = recipe
        self._chance = np.random.default_rng(recipe.seed)
        # A large picture has more to show, but must not drown the others.
        sizes = np.sqrt([pair.truth.shape[0] * pair.truth.shape[1] for pair in pairs])
        self._odds = sizes / sizes.sum()

    def state(self) -> dict[str, object]:
        return dict(self._chance.bit_generator.state)

    def restore(self, state: dict[str, object]) -> None:
        self._chance.bit_generator.state = state

    def batch(self) -> tuple[Floats, Floats]:
        """(batch, 3, side, side) inputs and truths, 0 to 1."""
        drawn = [self._one() for _ in range(self._recipe.steps.batch)]
        return _stacked([one for one, _ in drawn]), _stacked([other for _, other in drawn])

    def _one(self) -> tuple[Bytes, Bytes]:
        """Of two places the one with more detail: flat sky teaches little."""
        one, other = self._cut(), self._cut()
        source, truth = one if one[1].std() >= other[1].std() else other
        source = worn(source, self._recipe.spoiling, self._chance)
        turns, mirrored = int(self._chance.integers(4)), bool(self._chance.integers(2))
        return _turned(source, turns, mirrored), _turned(truth, turns, mirrored)

    def _cut(self) -> tuple[Bytes, Bytes]:
        pair = self._pairs[int(self._chance.choice(len(self._pairs), p=self._odds))]
        second = len(pair.inputs) > 1 and self._chance.random() < self._recipe.spoiling.area
        source, side, scale = pair.inputs[int(second)], self._recipe.pictures.patch, self._recipe.network.scale
        top = int(self._chance.integers(source.shape[0] - side + 1))
        left = int(self._chance.integers(source.shape[1] - side + 1))
        truth = pair.truth[top * scale : (top + side) * scale, left * scale : (left + side) * scale]
        return source[top : top + side, left : left + side], truth


def _turned(patch: Bytes, turns: int, mirrored: bool) -> Bytes:
    patch = np.rot90(patch, turns)
    return patch[:, ::-1] if mirrored else patch


def _stacked(patches: list[Bytes]) -> Floats:
    return np.stack(patches).transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255.0)
