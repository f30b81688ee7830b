"""Edges: solving the band, bringing it to the full size, moving and softening it, and the colours in it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.matting import guided
from ml.matting.edges import feathered, hardened, shifted
from ml.matting.foreground import foreground
from ml.matting.guided import enlarged
from ml.matting.refine import refined
from ml.matting.trimap import band
from ml.progress import SILENT
from tests.ml.matting.scenes import disc_scene


def test_a_hard_mask_becomes_the_soft_edge_that_the_picture_has() -> None:
    picture, alpha = disc_scene()
    coarse = (alpha > 0.5).astype(np.float32)
    found = refined(picture, coarse, SILENT)
    assert np.abs(found - alpha).mean() < 0.6 * np.abs(coarse - alpha).mean()
    assert found.min() >= 0 and found.max() <= 1


def test_a_mask_that_is_a_little_off_is_drawn_to_the_edge() -> None:
    picture, alpha = disc_scene(480, 360)
    off = np.roll((alpha > 0.5).astype(np.float32), 2, axis=1)
    assert np.abs(refined(picture, off, SILENT) - alpha).mean() < 0.5 * np.abs(off - alpha).mean()


def test_large_pictures_are_solved_small_and_keep_their_edges() -> None:
    picture, alpha = disc_scene(640, 480)
    coarse = cv2.resize((alpha > 0.5).astype(np.float32), (80, 60), interpolation=cv2.INTER_AREA)
    found = refined(picture, coarse, SILENT, side=240)
    plain = cv2.resize(coarse, (640, 480), interpolation=cv2.INTER_CUBIC)
    assert found.shape == alpha.shape
    assert np.abs(found - alpha).mean() < 0.5 * np.abs(plain - alpha).mean()
    assert found[240, 330] > 0.999 and found[5, 5] < 0.001


def test_a_mask_of_all_or_nothing_stays_so() -> None:
    picture, _ = disc_scene(80, 60)
    for value in (0.0, 1.0):
        assert (refined(picture, np.full((60, 80), value, np.float32), SILENT) == value).all()


def test_a_network_that_is_unsure_of_everything_is_believed_away_from_its_outline() -> None:
    picture, alpha = disc_scene(200, 150)
    vague = (0.35 + 0.3 * alpha).astype(np.float32)
    found = refined(picture, vague, SILENT)
    assert abs(found[5, 5] - 0.35) < 0.01 and abs(found[75, 104] - 0.65) < 0.01
    edge = (alpha > 0.2) & (alpha < 0.8)
    assert np.abs(found - alpha)[edge].mean() < 0.3


def test_the_guided_enlargement_puts_the_edge_on_the_pixel() -> None:
    large = np.zeros((40, 160, 3), np.float32)
    large[:, 83:] = 1
    small = cv2.resize(large, (40, 10), interpolation=cv2.INTER_AREA)
    alpha = cv2.resize((large[..., 0]).copy(), (40, 10), interpolation=cv2.INTER_AREA)
    found = enlarged(alpha, small, large, SILENT)
    assert found[20, 82] < 0.1 and found[20, 84] > 0.9


def test_the_band_lies_around_the_outline() -> None:
    coarse = np.zeros((50, 50), np.float32)
    coarse[15:35, 15:35] = 1
    coarse[25, 25] = 0.5
    sure, unsure = band(coarse, 2, 4)
    assert unsure[15, 25] and unsure[12, 25] and not unsure[8, 25] and not unsure[20, 20]
    assert unsure[25, 25]  # what a network left open is solved too
    assert set(np.unique(sure[~unsure])) == {0.0, 1.0}


@given(st.floats(-6, 6))
def test_shifting_moves_the_outline_by_so_many_pixels(pixels: float) -> None:
    y, x = np.mgrid[0:64, 0:64]
    disc = (np.hypot(x - 32, y - 32) < 16).astype(np.float32)
    radius = np.sqrt(shifted(disc, pixels, SILENT).sum() / np.pi)
    assert abs(radius - 16 - pixels) < 0.15 * abs(pixels) + 0.4


def test_feather_and_threshold() -> None:
    step = np.zeros((9, 60), np.float32)
    step[:, 30:] = 1
    soft = feathered(step, 6)
    assert 0.4 < soft[4, 30] < 0.65 and soft[4, 24] < 0.1 and soft[4, 36] > 0.9
    assert feathered(step, 0) is step
    assert set(np.unique(hardened(soft, 0.5))) == {0.0, 1.0}


@pytest.mark.parametrize("size", [(60, 40), (700, 90)])
def test_colours_at_the_edge_lose_the_background(size: tuple[int, int]) -> None:
    height, width = size
    y, x = np.mgrid[0:height, 0:width]
    alpha = np.clip((x - width / 2) / 8 + 0.5, 0, 1).astype(np.float32)
    subject, behind = np.float32([0.9, 0.2, 0.1]), np.float32([0.1, 0.8, 0.3])
    picture = alpha[..., None] * subject + (1 - alpha[..., None]) * behind
    found = foreground(picture, alpha, SILENT)
    edge = (alpha > 0.1) & (alpha < 1)
    assert np.abs(found[edge] - subject).max() < 0.08
    assert np.abs(found[edge] - subject).mean() < 0.15 * np.abs(picture[edge] - subject).mean()
    assert np.array_equal(found[alpha == 1], picture[alpha == 1])


@pytest.mark.parametrize("kind", ["noise", "flat", "grey", "steps"])
def test_the_fit_solves_each_pixel_as_a_general_solver_does(kind: str) -> None:
    rng = np.random.default_rng(4)
    guide = {
        "noise": rng.random((40, 50, 3), np.float32), "flat": np.full((40, 50, 3), 0.3, np.float32),
        "grey": rng.random((40, 50, 1), np.float32).repeat(3, axis=2),
        "steps": (np.rint(rng.random((40, 50, 3)) * 2) / 2).astype(np.float32),
    }[kind]
    shared = [rng.normal(0, 0.1, (40, 50)).astype(np.float32) for _ in range(3)]
    varies = {
        (one, other): cv2.blur(guide[..., one] * guide[..., other], (5, 5))
        - cv2.blur(guide[..., one], (5, 5)) * cv2.blur(guide[..., other], (5, 5))
        for one in range(3) for other in range(one, 3)
    }
    matrix = np.stack([np.stack([varies[min(a, b), max(a, b)] for b in range(3)], -1) for a in range(3)], -2)
    right = np.stack(shared, -1)[..., None].astype(float)
    expected = np.linalg.solve(matrix.astype(float) + guided.EPSILON * np.eye(3), right)[..., 0]
    found = np.stack(guided._solved(varies, shared), axis=-1)
    np.testing.assert_allclose(found, expected, atol=1e-3 * np.abs(expected).max())
