from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.raster import denoise as module
from render.raster.denoise import denoise
from render.raster.noise import NoiseCurve, estimate_noise, even_noise, even_scale


def scene(height=160, width=200):
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = np.stack([x / width, y / height, 0.5 + 0.3 * np.sin(x / 9) * np.cos(y / 7)], 2)
    picture[40:90, 50:120] = (0.7, 0.2, 0.3)
    return (0.1 + 0.75 * picture).astype(np.float32)


def error(a, b):
    return float(np.sqrt(np.mean((a - b) ** 2)))


@pytest.mark.parametrize("deviation", [0.01, 0.03, 0.1])
def test_the_strength_of_noise_is_found(deviation: float) -> None:
    noisy = scene() + np.random.default_rng(0).normal(0, deviation, scene().shape).astype(np.float32)
    assert estimate_noise(noisy).typical == pytest.approx(deviation, rel=0.15)


def test_noise_that_grows_with_light_is_found_as_such() -> None:
    light = np.tile(np.linspace(0.1, 0.9, 400, dtype=np.float32), (200, 1))[..., None].repeat(3, 2)
    noisy = np.random.default_rng(0).poisson(light * 200).astype(np.float32) / 200
    curve = estimate_noise(noisy)
    for level in (0.2, 0.5, 0.8):
        assert curve.at(level) == pytest.approx((level / 200) ** 0.5, rel=0.25)


def test_a_large_picture_is_judged_by_a_part_of_it() -> None:
    picture = np.tile(scene(), (13, 16, 1))
    noisy = picture + np.random.default_rng(0).normal(0, 0.03, picture.shape).astype(np.float32)
    alpha = np.ones(picture.shape[:2], np.float32)
    assert estimate_noise(noisy, alpha).typical == pytest.approx(0.03, rel=0.15)


def test_noise_goes_and_form_stays() -> None:
    clean = scene()
    noisy = clean + np.random.default_rng(1).normal(0, 0.08, clean.shape).astype(np.float32)
    made = denoise(noisy, estimate_noise(noisy))
    assert error(made, clean) < 0.3 * error(noisy, clean)
    assert abs(float(made.mean() - noisy.mean())) < 2e-3


def test_a_picture_without_noise_stays_as_it_is() -> None:
    flat = np.full((40, 50, 3), 0.4, np.float32)
    assert (denoise(flat, estimate_noise(flat)) == flat).all()


def test_nothing_is_lost_of_deep_and_bright_values() -> None:
    """Neither to 8 bits nor at white: a step of a thousandth and light of 4 stay."""
    picture = np.full((60, 80, 3), 0.5, np.float32)
    picture[:, 40:] = 0.501
    picture[20:40, 10:30] = 4.0
    made = denoise(picture, even_noise(1e-4))
    np.testing.assert_allclose(made, picture, atol=2e-4)


def test_bands_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    noisy = scene(330, 90) + np.random.default_rng(2).normal(0, 0.05, (330, 90, 3)).astype(np.float32)
    whole = denoise(noisy, even_noise(0.05))
    monkeypatch.setattr(module, "BAND", 64)
    np.testing.assert_allclose(denoise(noisy, even_noise(0.05)), whole, atol=1e-4)


def test_sliders_at_nothing_do_nothing() -> None:
    noisy = scene() + np.random.default_rng(1).normal(0, 0.05, scene().shape).astype(np.float32)
    assert (denoise(noisy, even_noise(0.05), light=0, colour=0) == noisy).all()
    light_only = denoise(noisy, even_noise(0.05), colour=0)
    change = light_only - noisy
    assert np.abs(change - change.mean(axis=2, keepdims=True)).max() < 1e-3


@given(height=st.integers(1, 40), width=st.integers(1, 40))
def test_any_size(height: int, width: int) -> None:
    picture = np.random.default_rng(height * 50 + width).random((height, width, 3), np.float32)
    estimate_noise(picture)
    made = denoise(picture, even_noise(0.05))
    assert made.shape == picture.shape
    assert np.isfinite(made).all()


@given(st.lists(st.floats(0.001, 0.2), min_size=2, max_size=8))
def test_the_even_scale_comes_back(deviations: list[float]) -> None:
    curve = NoiseCurve(tuple(np.linspace(0, 1, len(deviations))), tuple(deviations))
    scale = even_scale(curve)
    values = np.linspace(-0.2, 3.5, 500, dtype=np.float32).reshape(50, 10)
    np.testing.assert_allclose(scale.back(scale.of(values)), values, atol=2e-4)


@pytest.mark.parametrize("sun", [60_000.0, 1e7, 3.4e38])
def test_a_sun_in_the_picture_costs_nothing_elsewhere(sun: float) -> None:
    down, across = np.mgrid[0:160, 0:200].astype(np.float32) / 200
    clean = np.stack([across, down, 0.5 * (across + down)], axis=2) * np.float32(0.8)
    noise = np.random.default_rng(5).normal(0, 1, clean.shape).astype(np.float32) * (0.02 + 0.05 * clean)
    plain = clean + noise
    bright = plain.copy()
    bright[6:14, 6:14] = sun
    made = denoise(bright, estimate_noise(bright))
    assert (made[6:14, 6:14] == np.float32(sun)).all()
    assert np.isfinite(made).all()
    away = np.s_[60:]
    without = float(np.abs(denoise(plain, estimate_noise(plain))[away] - clean[away]).mean())
    assert float(np.abs(made[away] - clean[away]).mean()) < 1.02 * without
    assert without < 0.4 * float(np.abs(noise[away]).mean())
