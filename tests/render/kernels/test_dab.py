from __future__ import annotations

import math

import numpy as np
import pytest

from render.kernels.dab import Dab, draw_dab, lay_colour
from tests.render.kernels.reference import FORMATS, TOLERANCE, random_pixels, reals, stored


def shape_of(dab: Dab, width: int, height: int, left: int, top: int) -> np.ndarray:
    """(1 - clamp((r² - h²)/(1 - h²)))² with r the distance in the dab's ellipse, and a rim of one pixel."""
    x = np.arange(width)[None, :] + 0.5 + left - dab.x
    y = np.arange(height)[:, None] + 0.5 + top - dab.y
    cos, sin = math.cos(dab.angle), math.sin(dab.angle)
    long_radius, short_radius = max(dab.diameter / 2, 0.5), max(dab.diameter * dab.roundness / 2, 0.5)
    r = np.hypot((x * cos + y * sin) / long_radius, (-x * sin + y * cos) / short_radius)
    rim = np.clip((1 - r) * math.sqrt(long_radius * short_radius) + 0.5, 0, 1)
    if dab.hardness == 1:
        return rim
    fall = 1 - np.clip((r**2 - dab.hardness**2) / (1 - dab.hardness**2), 0, 1)
    return rim * fall**2


@pytest.mark.parametrize("hardness", [0.0, 0.5, 0.95, 1.0])
@pytest.mark.parametrize(("roundness", "angle"), [(1.0, 0.0), (0.4, 0.7)])
def test_dab_has_its_shape(hardness: float, roundness: float, angle: float) -> None:
    dab = Dab(50.3, 41.8, 60, hardness, roundness, angle, flow=0.7, opacity=0.9)
    coverage = np.zeros((80, 96), np.float32)
    draw_dab(coverage, dab, 7, -3)
    expected = 0.9 * 0.7 * shape_of(dab, 96, 80, 7, -3)
    assert np.abs(coverage - expected).max() < 1e-5


def test_flow_builds_up_to_opacity_and_never_past() -> None:
    coverage = np.zeros((32, 32), np.float32)
    levels = []
    for _ in range(40):
        draw_dab(coverage, Dab(16, 16, 20, flow=0.3, opacity=0.6), 0, 0)
        levels.append(coverage[16, 16])
    assert levels[1] == pytest.approx(0.6 * (1 - 0.7**2), abs=1e-5)
    assert levels[-1] == pytest.approx(0.6, abs=1e-5)
    before = coverage.copy()
    draw_dab(coverage, Dab(16, 16, 20, flow=1, opacity=0.2), 0, 0)
    assert (coverage >= before - 1e-7).all()


def test_dabs_across_tiles_join() -> None:
    dab = Dab(64.2, 30.7, 50, 0.3)
    whole = np.zeros((64, 128), np.float32)
    draw_dab(whole, dab, 0, 0)
    parts = np.zeros((64, 128), np.float32)
    for left in (0, 64):
        tile = np.zeros((64, 64), np.float32)
        draw_dab(tile, dab, left, 0)
        parts[:, left : left + 64] = tile
    assert np.abs(whole - parts).max() < 1e-5


def test_small_dabs_fade_instead_of_vanishing() -> None:
    sums = []
    for diameter in (0.25, 0.5, 1.0):
        coverage = np.zeros((16, 16), np.float32)
        draw_dab(coverage, Dab(8, 8, diameter), 0, 0)
        sums.append(coverage.sum())
    assert 0 < sums[0] < sums[1] < sums[2]


def test_far_dabs_touch_nothing() -> None:
    coverage = np.zeros((16, 16), np.float32)
    for place in (-50, 80):
        draw_dab(coverage, Dab(place, 8, 10), 0, 0)
        draw_dab(coverage, Dab(8, place, 10), 0, 0)
    assert not coverage.any()


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("colour", [(0.2, 0.9, 0.5, 0.75), None])
@pytest.mark.parametrize("keep_alpha", [False, True])
def test_colour_through_coverage(dtype: type, colour: tuple[float, ...] | None, keep_alpha: bool) -> None:
    """Source-over of PDF 32000-1, 11.3.6 with the coverage as shape; erasing is destination-out."""
    rng = np.random.default_rng(1)
    original = random_pixels((20, 37), dtype, 2)
    coverage = rng.random((20, 37)).astype(np.float32)
    selection = stored(rng.random((20, 37)), dtype)
    share = (coverage * reals(selection))[..., None]
    values = reals(original)
    under, alpha = values[..., :3], values[..., 3:]
    if colour is None:
        expected = np.dstack([under * (1 - share), alpha if keep_alpha else alpha * (1 - share)])
    else:
        p = share * colour[3]
        room = p * (alpha if keep_alpha else 1)
        total = alpha if keep_alpha else alpha * (1 - p) + p
        expected = np.dstack([under * (1 - p) + np.array(colour[:3]) * room, total])
    actual = lay_colour(original, coverage, colour, selection=selection, keep_alpha=keep_alpha)
    assert np.abs(reals(actual) - expected).max() < TOLERANCE[np.dtype(dtype).name] + 1e-5
