"""Objects by clicks and boxes without a model: on pictures made here, and on photographs."""

from __future__ import annotations

from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import ModelError
from ml.progress import SILENT
from ml.segmentation.grabcut import NothingThere, object_mask
from ml.segmentation.prompts import Prompts
from tests.ml.matting.scenes import disc_scene, overlap, texture


def two_discs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A red and a yellow disc before a wall, and where each is."""
    picture, _ = disc_scene(300, 180)
    wall = picture[:, :60].mean(axis=(0, 1))
    noise = np.random.default_rng(4).normal(0, 0.02, picture.shape).astype(np.float32)
    y, x = np.mgrid[0:180, 0:300]
    red, yellow = np.hypot(x - 80, y - 90) < 50, np.hypot(x - 220, y - 90) < 50
    picture = np.broadcast_to(wall, picture.shape).astype(np.float32).copy()
    picture[red], picture[yellow] = (0.8, 0.1, 0.1), (0.9, 0.8, 0.1)
    return np.clip(picture + noise, 0, 1), red, yellow


def test_a_box_around_it() -> None:
    picture, alpha = disc_scene()
    found = object_mask(picture, Prompts(box=(55.0, 25.0, 190.0, 160.0)), SILENT)
    assert overlap(found, alpha > 0.5) > 0.94


def test_a_click_on_it() -> None:
    picture, alpha = disc_scene()
    for place in ((125.0, 90.0), (100.0, 70.0), (160.0, 110.0)):
        assert overlap(object_mask(picture, Prompts(inside=(place,)), SILENT), alpha > 0.5) > 0.94


def test_a_box_and_a_click_choose_among_two() -> None:
    picture, red, yellow = two_discs()
    assert overlap(object_mask(picture, Prompts(box=(160.0, 30.0, 280.0, 150.0)), SILENT), yellow) > 0.95
    assert overlap(object_mask(picture, Prompts(inside=((80.0, 90.0),)), SILENT), red) > 0.93
    assert overlap(object_mask(picture, Prompts(inside=((220.0, 90.0),)), SILENT), yellow) > 0.93


def test_points_on_both_and_beside_one() -> None:
    picture, red, yellow = two_discs()
    both = ((80.0, 90.0), (220.0, 90.0))
    assert overlap(object_mask(picture, Prompts(inside=both), SILENT), red | yellow) > 0.93
    box = (10.0, 20.0, 290.0, 160.0)
    found = object_mask(picture, Prompts(outside=both[1:], box=box), SILENT)
    assert found[90, 80] and not found[90, 220]


@settings(max_examples=8, deadline=None)
@given(st.floats(0, 119), st.floats(0, 89), st.floats(0, 119), st.floats(0, 89))
def test_what_is_clicked_is_inside_and_what_is_excluded_is_not(x: float, y: float, u: float, v: float) -> None:
    picture, _ = disc_scene(120, 90)
    if np.hypot(x - u, y - v) < 12:
        return
    try:
        found = object_mask(picture, Prompts(inside=((x, y),), outside=((u, v),)), SILENT)
    except ModelError:
        return
    assert found.shape == (90, 120) and found[int(y), int(x)] and not found[int(v), int(u)]


@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (3, 4)])
def test_too_small_is_a_sentence(shape: tuple[int, int]) -> None:
    for prompts in (Prompts(inside=((0.0, 0.0),)), Prompts(box=(0.0, 0.0, float(shape[1]), float(shape[0])))):
        with pytest.raises(NothingThere, match="No object stands out"):
            object_mask(np.zeros((*shape, 3), np.float32), prompts, SILENT)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_one_colour_has_no_object_or_is_one(value: float) -> None:
    plain = np.full((60, 80, 3), value, np.float32)
    for prompts in (Prompts(inside=((40.0, 30.0),)), Prompts(box=(0.0, 0.0, 80.0, 60.0))):
        with suppress(NothingThere):
            assert object_mask(plain, prompts, SILENT).any()


def test_a_click_into_texture_ends() -> None:
    try:
        found = object_mask(texture(), Prompts(inside=((100.0, 90.0),)), SILENT)
    except NothingThere:
        return
    assert found[90, 100]


def test_it_stops_at_every_word() -> None:
    class Stop(Exception):
        pass

    class Stopping:
        def __init__(self, words: int) -> None:
            self.words = words

        def __call__(self, share: float, text: str = "") -> None:
            self.check()

        def check(self) -> None:
            self.words -= 1
            if self.words < 0:
                raise Stop

        def part(self, start: float, end: float) -> Stopping:
            return self

    picture, _ = disc_scene()
    for words in (0, 4, 9):
        with pytest.raises(Stop):
            object_mask(picture, Prompts(inside=((125.0, 90.0),)), Stopping(words))


PHOTOS = "photos/scikit-image+scikit-image/src/_skimage2/data"


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("name", "click", "inside", "outside"),
    [
        ("astronaut.png", (230, 110), ((230, 110), (200, 360), (225, 40)), ((330, 60), (120, 40), (440, 250))),
        ("chelsea.png", (220, 200), ((220, 200), (160, 110), (260, 250)), ((420, 60), (435, 250))),
        ("rocket.jpg", (320, 200), ((320, 200), (320, 300)), ((100, 100), (500, 100), (360, 200))),
    ],
)
def test_photographs(corpora, name: str, click: tuple, inside: tuple, outside: tuple) -> None:
    picture = cv2.imread(str(corpora / PHOTOS / name))[..., ::-1].astype(np.float32) / 255
    scale = min(1.0, (80_000 / picture[..., 0].size) ** 0.5)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = object_mask(small, Prompts(inside=(click,)).moved(0, 0, scale), SILENT)
    for x, y in inside:
        assert found[int(y * scale), int(x * scale)], (x, y)
    for x, y in outside:
        assert not found[int(y * scale), int(x * scale)], (x, y)
