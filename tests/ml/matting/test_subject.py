"""The default method: what stands out, and saying so when nothing does."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ml.matting.focus import focus
from ml.matting.subject import NoSubject, find_subject
from ml.matting.superpixels import superpixels
from ml.progress import SILENT
from tests.ml.matting.scenes import disc_scene, overlap, texture


class Stopped(Exception):
    pass


class Stopping:
    """A progress that is stopped after some words."""

    def __init__(self, words: int) -> None:
        self.words = words

    def __call__(self, share: float, text: str = "") -> None:
        self.check()

    def check(self) -> None:
        self.words -= 1
        if self.words < 0:
            raise Stopped

    def part(self, start: float, end: float) -> Stopping:
        return self


def test_a_subject_before_a_wall_is_found() -> None:
    picture, alpha = disc_scene()
    assert overlap(find_subject(picture, (), SILENT).mask, alpha > 0.5) > 0.94


@pytest.mark.parametrize("seed", [1, 2])
def test_a_texture_has_no_subject(seed: int) -> None:
    with pytest.raises(NoSubject, match="No clear subject"):
        find_subject(texture(seed=seed), (), SILENT)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_plain_picture_has_no_subject(value: float) -> None:
    with pytest.raises(NoSubject):
        find_subject(np.full((60, 80, 3), value, np.float32), (), SILENT)


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (3, 4)])
def test_tiny_pictures_are_refused_in_a_sentence(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).random((*shape, 3)).astype(np.float32)
    with pytest.raises(NoSubject):
        find_subject(picture, (), SILENT)


def test_it_can_be_stopped_at_any_word() -> None:
    picture, _ = disc_scene(120, 90)
    for words in (0, 3, 8):
        with pytest.raises(Stopped):
            find_subject(picture, (), Stopping(words))


def test_focus_counts_only_where_the_surroundings_are_blurred() -> None:
    sharp = texture()
    blurred = cv2.GaussianBlur(sharp, (0, 0), 6)
    mixed = blurred.copy()
    mixed[50:130, 70:170] = sharp[50:130, 70:170]
    values, trust = focus(mixed)
    assert trust > 0.9 and values[90, 120] > 3 * values[10, 10]
    assert focus(sharp)[1] == 0


def test_superpixels_keep_to_colour_edges() -> None:
    lab = np.zeros((60, 90, 3), np.float32)
    lab[:, 45:] = (60, 20, -30)
    found = superpixels(lab, 40, SILENT)
    left, right = set(np.unique(found.labels[:, :45])), set(np.unique(found.labels[:, 45:]))
    assert not left & right
    assert found.sizes.sum() == 60 * 90 and found.count == found.labels.max() + 1


@pytest.mark.conformance
@pytest.mark.parametrize("name", ["astronaut.png", "rocket.jpg", "chelsea.png"])
def test_photographs_have_a_subject_in_the_middle(corpora, name: str) -> None:
    path = corpora / "photos/scikit-image+scikit-image/src/_skimage2/data" / name
    picture = cv2.imread(str(path))[..., ::-1].astype(np.float32) / 255
    found = find_subject(picture, (), SILENT)
    height, width = found.mask.shape
    assert found.mask[int(0.55 * height), int(0.5 * width)]
    assert 0.1 < found.area < 0.6
