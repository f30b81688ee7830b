"""Reshape: points move by the amount said, nothing tears, the background keeps still."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.geometry import IntRect
from render.raster.faces.values import Beautify, Reshape, bounds_of, frame_of, outline_of
from render.raster.faces.warp import SLIDERS, field_of, targets
from tests.render.raster.faces.painting import drawn, face_at, picture_of

UNIT = 90.0
FACE = face_at(UNIT, 310, 220)
WIDTH, HEIGHT = 640, 600
PICTURE = picture_of(FACE, WIDTH, HEIGHT)
POINTS = np.array(FACE, np.float32)


def moves_of(how: Reshape) -> np.ndarray:
    """How far the sliders say that each of the 68 points moves, in pixels."""
    frame = frame_of(FACE)
    outline = frame.local(np.array(outline_of(FACE), np.float32))
    return targets(frame.local(POINTS), outline, how)[:68] * UNIT


def place_of(picture: np.ndarray) -> np.ndarray:
    """The middle of a white dot."""
    weight = np.clip(picture[..., :3].min(axis=2) - 0.9, 0, 1)
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]] + 0.5
    return np.array([(x * weight).sum(), (y * weight).sum()]) / weight.sum()


@pytest.mark.parametrize(("slider", "point"), [
    ("slim_face", 3), ("slim_face", 13), ("jaw", 4), ("chin", 8), ("nose_width", 31), ("eye_size", 36),
    ("mouth_width", 54), ("smile", 48), ("smile", 54),
])  # fmt: skip
@pytest.mark.parametrize("amount", [1.0, -0.6])
def test_a_dot_on_a_point_moves_by_the_amount_said(slider: str, point: int, amount: float) -> None:
    dotted = np.full((HEIGHT, WIDTH, 3), 0.3, np.float32)
    cv2.circle(dotted, tuple(int(v) for v in np.rint(POINTS[point] - 0.5)), 3, (1, 1, 1), -1, cv2.LINE_AA)
    how = Reshape((FACE,), **{slider: amount})
    said = moves_of(how)[point]
    seen = place_of(drawn(dotted, how)) - place_of(drawn(dotted))
    assert np.linalg.norm(said) > 0.8, "the slider does not move this point"
    assert np.linalg.norm(seen - said) < max(1.0, 0.3 * np.linalg.norm(said))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_sliders_at_rest_change_no_bit(dtype: str) -> None:
    assert (drawn(PICTURE, Reshape((FACE,)), dtype=dtype) == drawn(PICTURE, dtype=dtype)).all()


@settings(max_examples=12)
@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), min_size=8, max_size=8), st.floats(-0.8, 0.8))
def test_no_setting_tears_or_folds_the_picture(amounts: list[float], lean: float) -> None:
    face = face_at(UNIT, 310, 220, lean)
    field = field_of(face, replace(Reshape(), **dict(zip(SLIDERS, amounts))))
    down, across = np.gradient(field.values, field.step, axis=(0, 1))
    turned = (1 + across[..., 0]) * (1 + down[..., 1]) - across[..., 1] * down[..., 0]
    assert turned.min() > 0.15
    assert np.isfinite(field.values).all()
    border = np.concatenate([field.values[0], field.values[-1], field.values[:, 0], field.values[:, -1]])
    assert np.abs(border).max() < 0.02 * UNIT


@pytest.mark.parametrize("slider", SLIDERS)
@pytest.mark.parametrize("amount", [-1.0, 1.0])
def test_far_pixels_keep_still(slider: str, amount: float) -> None:
    how = Reshape((FACE,), **{slider: amount})
    before, after = drawn(PICTURE), drawn(PICTURE, how)
    area = bounds_of(FACE, how).rounded_out().intersection(IntRect(0, 0, WIDTH, HEIGHT))
    outside = np.ones((HEIGHT, WIDTH), bool)
    outside[area.y : area.bottom, area.x : area.right] = False
    assert (after[outside] == before[outside]).all()
    assert (after != before).any()


def test_both_sides_of_a_face_move_alike() -> None:
    moves = moves_of(Reshape(slim_face=1.0, jaw=0.5, smile=0.7, eye_size=0.4))
    assert np.abs(moves[:17] - moves[16::-1] * [-1, 1]).max() < 0.05 * UNIT
    assert np.abs(moves[48] - moves[54] * [-1, 1]).max() < 0.02 * UNIT


def test_blocks_leave_no_seams() -> None:
    face = face_at(200.0, 770, 700)
    picture = picture_of(face, 1500, 1400)
    how = Reshape((face,), slim_face=1.0, smile=0.5)
    after = drawn(picture, how)[..., :3]
    moved = drawn(np.roll(picture, 100, axis=1), Reshape((face_at(200.0, 870, 700),), slim_face=1.0, smile=0.5))
    assert np.abs(after[:, 300:1300] - moved[:, 400:1400, :3]).max() < 0.02


def test_a_smaller_view_shows_the_same_shape() -> None:
    how = Reshape((FACE,), slim_face=0.8, eye_size=0.8, chin=-0.5)
    full, half = drawn(PICTURE, how), drawn(PICTURE, how, level=1)
    shrunk = cv2.resize(full, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    assert np.abs(half - shrunk).mean() < 0.006


def test_colours_stay_within_their_alpha() -> None:
    rgba = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    rgba[..., :3], rgba[..., 3] = PICTURE, 1
    rgba[:, ::7] = 0
    after = drawn(rgba, Reshape((FACE,), slim_face=1.0), dtype="uint8")
    assert (after[..., :3] <= after[..., 3:] + 1e-6).all()


def test_a_leaning_face_is_reshaped_along_its_own_axes() -> None:
    lean = 0.5
    face = face_at(UNIT, 310, 250, lean)
    how = Reshape(chin=1.0)
    field = field_of(face, how)
    chin = np.array(face[8])
    column, row = ((chin - [field.x, field.y]) / field.step).round().astype(int)
    away = -field.values[row, column]
    assert np.arctan2(-away[0], away[1]) == pytest.approx(lean, abs=0.12)
    assert np.linalg.norm(away) > 0.05 * UNIT


CHANCE = np.random.default_rng(8).uniform(0, 600, (68, 2))
NONSENSE = {
    "one place": [(300.0, 300.0)] * 68, "a line": [(5.0 * number, 300.0) for number in range(68)],
    "chance": CHANCE.tolist(), "upside down": [(x, 600 - y) for x, y in FACE], "far": [(1e300, x) for x, _ in FACE],
    "no numbers": [(float("nan"), 0.0)] * 68, "endless": [(float("inf"), 0.0)] * 68, "few": FACE[:5],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(NONSENSE))
def test_nonsense_points_do_no_harm(kind: str) -> None:
    face = tuple((float(x), float(y)) for x, y in NONSENSE[kind])
    both = Reshape((face,), slim_face=1.0, eye_size=1.0), Beautify((face,), 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    after = drawn(PICTURE, *both)
    assert np.isfinite(after).all()
    if kind in ("far", "no numbers", "endless", "few"):
        assert (after == drawn(PICTURE)).all()
