"""Makes the steps vanish that lie between patches of unlike light: in a sky each copied piece has its own blue.

As in Darabi et al., "Image Melding" (2012), the patches vote on differences between neighbours too; inside a piece
these are true, and between pieces the pixels show a step that no patch knew. Small steps are taken away by solving
Poisson's equation for a correction that is nothing at the edge of the hole; large ones are outlines, and stay.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.kernels.patches import PatchMatches, Tell
from render.raster.poisson import solve_poisson

Floats = NDArray[np.float32]
SMALL_STEP, LARGE_STEP = 0.08, 0.16


def without_seams(
    filled: Floats, features: Floats, hole: NDArray[np.bool_], search: PatchMatches, trust: Floats, softness: float,
    tell: Tell,
) -> Floats:
    """`filled` and `features` (height, width, 4); returns the filled colours (height, width, 3) corrected."""
    wanted = np.zeros((*hole.shape, 3), np.float32)
    for axis in (1, 0):
        ahead = np.zeros_like(hole)
        _first(ahead, axis)[...] = _first(hole, axis) | _second(hole, axis)  # differences that touch the hole
        voted = np.zeros_like(filled)
        search.vote(_ahead(features, axis), ahead, trust, softness, voted, tell)
        step = (_ahead(filled, axis) - voted)[..., :3] * ahead[..., None]
        step *= _kept(np.abs(step).max(axis=2))[..., None]
        tell()
        wanted -= step
        _second(wanted, axis)[...] += _first(step, axis)
    rows, columns = _bounds(hole)
    corrected = filled[..., :3].copy()
    part = corrected[rows, columns]
    part += solve_poisson(np.ascontiguousarray(wanted[rows, columns]), hole[rows, columns], tell=tell)
    return corrected


def _kept(size: Floats) -> Floats:
    """The share of a step that is taken away."""
    return np.asarray(np.clip((LARGE_STEP - size) / (LARGE_STEP - SMALL_STEP), 0, 1), np.float32)


def _ahead(values: Floats, axis: int) -> Floats:
    """The difference to the next pixel along an axis; nothing at the end."""
    result = np.zeros_like(values)
    _first(result, axis)[...] = _second(values, axis) - _first(values, axis)
    return result


def _first(values: NDArray[Any], axis: int) -> NDArray[Any]:
    return values[:-1] if axis == 0 else values[:, :-1]


def _second(values: NDArray[Any], axis: int) -> NDArray[Any]:
    return values[1:] if axis == 0 else values[:, 1:]


def _bounds(hole: NDArray[np.bool_]) -> tuple[slice, slice]:
    """The rectangle around the hole, one pixel larger where there is room."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - 1), int(rows[-1]) + 2), slice(max(0, int(columns[0]) - 1), int(columns[-1]) + 2)
    )
