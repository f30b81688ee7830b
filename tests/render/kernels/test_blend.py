from __future__ import annotations

import numpy as np
import pytest

from render.kernels.blend import PASS_THROUGH, BlendMode, blend
from tests.render.kernels.reference import (
    COMPONENT,
    FORMATS,
    SEPARABLE,
    TOLERANCE,
    blended,
    random_pixels,
    reals,
    stored,
)

CONTINUOUS = [m for m in {**SEPARABLE, **COMPONENT} if m not in (BlendMode.HARD_MIX, *list(COMPONENT)[:2])]
SHAPES = [(1, 1), (3, 5), (17, 33), (8, 64)]


def difference(actual: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(reals(actual) - expected).max())


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("mode", CONTINUOUS, ids=lambda mode: mode.label)
def test_modes_match_their_formulas(mode: BlendMode, dtype: type) -> None:
    """The formula of PDF 32000-1, 11.3.6, at any alpha and opacity, with and without the backdrop's alpha kept."""
    for number, shape in enumerate(SHAPES):
        source, backdrop = random_pixels(shape, dtype, number), random_pixels(shape, dtype, number + 50)
        for opacity, keep in ((1.0, False), (0.6, False), (1.0, True), (0.0, False)):
            actual = blend(source, backdrop, mode, opacity, keep_alpha=keep)
            bounded = np.dtype(dtype).kind == "u"
            expected = blended(reals(source), reals(backdrop), mode, opacity, keep, bounded)
            limit = 20 * TOLERANCE["float32"] + TOLERANCE[np.dtype(dtype).name]
            assert difference(actual, expected) < limit, (shape, opacity, keep)


@pytest.mark.parametrize("mode", [BlendMode.HARD_MIX, BlendMode.DARKER_COLOR, BlendMode.LIGHTER_COLOR])
def test_choosing_modes_match_away_from_ties(mode: BlendMode) -> None:
    source, backdrop = random_pixels((40, 41), np.float32, 1), random_pixels((40, 41), np.float32, 2)
    expected = blended(reals(source), reals(backdrop), mode, 0.7)
    far = np.abs(reals(blend(source, backdrop, mode, 0.7)) - expected).max(-1) < 1e-4
    assert far.mean() > 0.97


def test_linear_dodge_goes_past_white_in_float() -> None:
    grey = np.full((1, 16, 4), 0.75, np.float32)
    grey[..., 3] = 1
    assert blend(grey, grey, BlendMode.LINEAR_DODGE)[0, 0, 0] == pytest.approx(1.5)
    assert blend(stored(grey, np.uint8), stored(grey, np.uint8), BlendMode.LINEAR_DODGE)[0, 0, 0] == 255


@pytest.mark.parametrize("dtype", FORMATS)
def test_mask_opacity_density_and_inversion(dtype: type) -> None:
    source, backdrop = random_pixels((9, 37), dtype, 3), random_pixels((9, 37), dtype, 4)
    mask = stored(np.random.default_rng(5).random((9, 37)), dtype)
    for density, invert in ((1.0, False), (0.3, False), (1.0, True), (0.5, True)):
        share = 1 - density * (1 - (1 - reals(mask) if invert else reals(mask)))
        actual = blend(source, backdrop, BlendMode.MULTIPLY, 0.8, mask, density=density, invert=invert)
        expected = blended(reals(source), reals(backdrop), BlendMode.MULTIPLY, share * 0.8)
        assert difference(actual, expected) < 2 * TOLERANCE[np.dtype(dtype).name]


@pytest.mark.parametrize("dtype", FORMATS)
def test_in_place_and_strided(dtype: type) -> None:
    """The output may be the backdrop, and rows may lie apart."""
    source, backdrop = random_pixels((30, 100), dtype, 6), random_pixels((30, 100), dtype, 7)
    expected = blend(source[3:20, 5:92].copy(), backdrop[3:20, 5:92].copy(), BlendMode.SOFT_LIGHT, 0.5)
    whole = backdrop.copy()
    blend(source[3:20, 5:92], whole[3:20, 5:92], BlendMode.SOFT_LIGHT, 0.5, out=whole[3:20, 5:92])
    assert np.array_equal(whole[3:20, 5:92], expected)
    assert np.array_equal(whole[:3], backdrop[:3])
    assert np.array_equal(whole[:, 92:], backdrop[:, 92:])


def test_dissolve_shows_all_or_nothing_and_ignores_tiling() -> None:
    source = np.full((64, 80, 4), 128, np.uint8)
    backdrop = np.zeros((64, 80, 4), np.uint8)
    whole = blend(source, backdrop, BlendMode.DISSOLVE, 0.5)
    assert set(np.unique(whole)) <= {0, 255}
    assert 0.2 < (whole[..., 3] > 0).mean() < 0.3
    part = blend(source[10:40, 7:70], backdrop[10:40, 7:70], BlendMode.DISSOLVE, 0.5, origin=(7, 10))
    assert np.array_equal(part, whole[10:40, 7:70])


def test_pass_through_mixes() -> None:
    source, backdrop = random_pixels((5, 21), np.float32, 8), random_pixels((5, 21), np.float32, 9)
    actual = blend(source, backdrop, PASS_THROUGH, 0.25)
    assert np.allclose(actual, backdrop * 0.75 + source * 0.25, atol=1e-6)


@pytest.mark.parametrize("dtype", FORMATS)
def test_opaque_normal_copies_exactly(dtype: type) -> None:
    source = random_pixels((16, 48), dtype, 10)
    source[..., 3] = np.array(1 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max, dtype)
    backdrop = random_pixels((16, 48), dtype, 11)
    assert np.array_equal(blend(source, backdrop), source)
