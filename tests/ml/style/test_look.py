"""The colours of another picture, by three kinds of statistics."""

from __future__ import annotations

import numpy as np
import pytest

from ml.style.look import transfer_colours

METHODS = ["transport", "mean_and_spread", "all_tones"]


def pictures() -> tuple[np.ndarray, np.ndarray]:
    """A bluish one and a warm one with other contrasts."""
    rng = np.random.default_rng(0)
    ours = 0.45 + rng.normal(0, 1, (60, 80, 3)) @ np.diag([0.05, 0.06, 0.1]) + np.array([-0.1, 0.0, 0.15])
    mix = np.array([[0.12, 0.05, 0.02], [0.05, 0.09, 0.03], [0.02, 0.03, 0.04]])
    theirs = np.array([0.6, 0.45, 0.25]) + rng.normal(0, 1, (50, 90, 3)) @ mix
    return np.clip(ours, 0.02, 0.98).astype(np.float32), np.clip(theirs, 0.02, 0.98).astype(np.float32)


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """How unlike two clouds of colours are: sliced Wasserstein distance."""
    total = 0.0
    for seed in range(12):
        axis = np.random.default_rng(seed).normal(size=3)
        axis /= np.linalg.norm(axis)
        shares = np.linspace(0, 1, 101)
        total += float(np.abs(np.quantile(a @ axis, shares) - np.quantile(b @ axis, shares)).mean())
    return total / 12


@pytest.mark.parametrize("method", METHODS)
def test_the_colours_become_like_the_reference(method: str) -> None:
    ours, theirs = pictures()
    made = transfer_colours(ours, theirs, method)  # type: ignore[arg-type]
    before, after = (distance(picture.reshape(-1, 3), theirs.reshape(-1, 3)) for picture in (ours, made))
    assert after < {"transport": 0.12, "mean_and_spread": 0.25, "all_tones": 0.12}[method] * before
    np.testing.assert_allclose(made.mean(axis=(0, 1)), theirs.mean(axis=(0, 1)), atol=0.02)


def test_transport_gives_the_spread_and_the_links_of_the_colours_too() -> None:
    ours, theirs = pictures()
    made = transfer_colours(ours, theirs, "transport")
    np.testing.assert_allclose(np.cov(made.reshape(-1, 3).T), np.cov(theirs.reshape(-1, 3).T), atol=6e-4)


@pytest.mark.parametrize("method", METHODS)
def test_a_picture_given_its_own_colours_hardly_changes(method: str) -> None:
    ours, _ = pictures()
    assert np.abs(transfer_colours(ours, ours, method) - ours).mean() < 0.01  # type: ignore[arg-type]


@pytest.mark.parametrize("method", METHODS)
def test_strength_and_seed(method: str) -> None:
    ours, theirs = pictures()
    whole = transfer_colours(ours, theirs, method)  # type: ignore[arg-type]
    np.testing.assert_allclose(transfer_colours(ours, theirs, method, 0.0), ours, atol=1e-7)  # type: ignore[arg-type]
    half = transfer_colours(ours, theirs, method, 0.5)  # type: ignore[arg-type]
    unclipped = whole > 0.01
    np.testing.assert_allclose(half[unclipped], ((ours + whole) / 2)[unclipped], atol=1e-5)
    assert (whole == transfer_colours(ours, theirs, method)).all()  # type: ignore[arg-type]


@pytest.mark.parametrize("method", METHODS)
def test_grey_flat_and_tiny_pictures(method: str) -> None:
    _, theirs = pictures()
    for size in ((1, 1), (4, 3)):
        flat = np.full((*size, 3), 0.5, np.float32)
        made = transfer_colours(flat, theirs, method)  # type: ignore[arg-type]
        assert made.shape == flat.shape and np.isfinite(made).all()
        assert np.isfinite(transfer_colours(theirs, flat, method)).all()  # type: ignore[arg-type]
    grey = np.random.default_rng(2).random((30, 30, 1), np.float32).repeat(3, 2)
    assert np.isfinite(transfer_colours(grey, theirs, method)).all()  # type: ignore[arg-type]
