"""One face over another: the warp, what is kept out, and that nothing changes outside the blend."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import ModelError
from ml.faces.covering import uncovered
from ml.faces.shape import mirror
from ml.faces.swap import faces_the_other_way, swapped, thin_plate, turn_of
from tests.ml.faces.photographs import painted, placed_head

HERE, THERE = placed_head(50, 130, 110), placed_head(40, 140, 120)
PICTURE, OTHER = painted(HERE, 260, 280), painted(THERE, 280, 260, seed=5)


def laid(picture: np.ndarray, points: np.ndarray, other: np.ndarray, other_points: np.ndarray, **more: object):
    """The patch, and the picture with it on top."""
    patch = swapped(picture, points, other, other_points, **more)
    height, width = patch.rgba.shape[:2]
    whole = picture.copy()
    part = whole[patch.y : patch.y + height, patch.x : patch.x + width]
    coverage = patch.rgba[..., 3:]
    part[...] = part * (1 - coverage) + patch.rgba[..., :3] * coverage
    return patch, whole


@settings(max_examples=20)
@given(st.floats(0.5, 2), st.floats(-1, 1), st.floats(-100, 100), st.floats(-100, 100))
def test_the_warp_is_exact_for_turns_and_moves(scale: float, angle: float, dx: float, dy: float) -> None:
    turn = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    target = HERE @ turn + np.float32([dx, dy])
    places = np.float32([[0, 0], [260, 0], [100, 200], [30, 270]])
    assert np.abs(thin_plate(HERE, target, places) - (places @ turn + [dx, dy])).max() < 0.05


def test_the_warp_nearly_meets_its_points() -> None:
    target = HERE + np.random.default_rng(2).normal(0, 2, HERE.shape).astype(np.float32)
    assert np.abs(thin_plate(HERE, target, HERE) - target).max() < 2.5


def test_outside_the_blend_every_pixel_stays_as_it_is() -> None:
    patch, whole = laid(PICTURE, HERE, OTHER, THERE)
    covered = np.zeros(PICTURE.shape[:2], bool)
    height, width = patch.rgba.shape[:2]
    covered[patch.y : patch.y + height, patch.x : patch.x + width] = patch.rgba[..., 3] > 0
    assert (whole[~covered] == PICTURE[~covered]).all()
    assert 0.05 < covered.mean() < 0.4
    assert np.isfinite(patch.rgba).all()
    assert patch.rgba.min() >= 0 and patch.rgba.max() <= 1


def test_a_face_over_itself_changes_next_to_nothing() -> None:
    _, whole = laid(PICTURE, HERE, PICTURE, HERE)
    assert np.abs(whole - PICTURE).mean() < 0.004
    assert np.abs(cv2.GaussianBlur(whole - PICTURE, (0, 0), 2)).max() < 0.08


def test_colour_is_matched_to_the_picture() -> None:
    pale = np.clip(OTHER * np.float32([1.15, 1.2, 1.3]), 0, 1)
    cheek = (slice(150, 160), slice(85, 105))
    _, matched = laid(PICTURE, HERE, pale, THERE, match_colour=1.0)
    assert np.abs(matched[cheek].mean(axis=(0, 1)) - PICTURE[cheek].mean(axis=(0, 1))).max() < 0.05


def test_a_hand_over_the_face_is_kept() -> None:
    blocked = PICTURE.copy()
    blocked[150:280, 60:112] = (0.1, 0.35, 0.15)
    mask = uncovered(blocked, HERE, 50.0)
    assert mask[170:200, 66:92].max() == 0
    assert mask[115:150, 100:160].min() == 1
    _, whole = laid(blocked, HERE, OTHER, THERE)
    assert np.abs(whole[190:240, 62:85] - blocked[190:240, 62:85]).max() < 1e-6


def test_a_face_that_looks_the_other_way_is_mirrored() -> None:
    turned = HERE.copy()
    turned[30] += [15, 0]
    other = ([259, 0] + turned * [-1, 1]).astype(np.float32)[list(mirror())]
    assert turn_of(turned) == pytest.approx(0.3, abs=0.02)
    assert turn_of(other) == pytest.approx(-turn_of(turned), abs=0.01)
    assert faces_the_other_way(turned, other)
    assert not faces_the_other_way(turned, turned)
    assert not faces_the_other_way(HERE, HERE)
    picture = painted(turned, 260, 280)
    straight, mirrored = laid(picture, turned, picture, turned)[1], laid(picture, turned, picture[:, ::-1], other)[1]
    assert np.abs(straight - mirrored).mean() < 0.002


def test_faces_without_all_points_or_outside_are_refused() -> None:
    with pytest.raises(ModelError, match="68 points"):
        swapped(PICTURE, HERE[:5], OTHER, THERE)
    with pytest.raises(ModelError, match="outside the picture"):
        swapped(PICTURE, HERE + np.float32([5000, 0]), OTHER, THERE)


@pytest.mark.parametrize("wrong", [np.zeros((68, 2)), np.full((68, 2), np.nan), np.full((68, 2), 1e30), HERE * 0.05])
def test_points_that_are_no_face_are_refused(wrong: np.ndarray) -> None:
    for pair in ((PICTURE, wrong.astype(np.float32), OTHER, THERE), (PICTURE, HERE, OTHER, wrong.astype(np.float32))):
        with pytest.raises(ModelError, match="too small|outside"):
            swapped(*pair)


def test_points_at_random_give_something_whole() -> None:
    chance = np.random.default_rng(6).uniform(0, 250, (68, 2)).astype(np.float32)
    assert np.isfinite(swapped(PICTURE, chance, OTHER, THERE).rgba).all()
    assert np.isfinite(swapped(PICTURE, HERE, OTHER, chance).rgba).all()


@pytest.mark.parametrize("move", [(-130, 0), (0, -100), (120, 150)])
def test_faces_that_are_cut_off_by_the_edge_give_something_whole(move: tuple[int, int]) -> None:
    points = HERE + np.float32(move)
    picture = painted(points, 260, 280)
    for one, two in (((picture, points), (OTHER, THERE)), ((OTHER, THERE), (picture, points))):
        patch, whole = laid(*one, *two)
        assert np.isfinite(whole).all()
        assert patch.x >= 0 and patch.y >= 0
