"""Boxes that become one, windows that cover a picture, and the detector that needs no download."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.faces import gradients
from ml.faces.face import Face, cover, merged, overlap, suppressed
from ml.faces.views import to_bytes, views
from ml.progress import Silent
from tests.ml.faces.photographs import photo

sides = st.floats(1, 200)
boxes = st.builds(Face, st.floats(-50, 300), st.floats(-50, 300), sides, sides, st.floats(-1, 3))


@given(boxes, boxes)
def test_overlap_is_a_share_and_symmetric(one: Face, other: Face) -> None:
    assert overlap(one, one) == pytest.approx(1)
    assert overlap(one, other) == pytest.approx(overlap(other, one))
    assert 0 <= overlap(one, other) <= cover(one, other) + 1e-9 <= 1 + 1e-6


@given(st.lists(boxes, max_size=12))
def test_of_overlapping_boxes_the_best_stays(faces: list[Face]) -> None:
    for thin in (suppressed, merged):
        kept = thin(faces)
        assert [face.score for face in kept] == sorted((face.score for face in kept), reverse=True)
        assert all(overlap(one, other) <= 0.3 for one in kept for other in kept if one is not other)
        if faces:
            assert kept[0].score == max(face.score for face in faces)


@given(st.integers(1, 4000), st.integers(1, 3000), st.integers(1, 3), st.floats(0.5, 2))
def test_windows_cover_the_picture_and_stay_inside(width: int, height: int, levels: int, largest: float) -> None:
    seen = np.zeros((height, width), bool)
    for view in views(width, height, (640, 480), levels=levels, largest=largest):
        assert view.x >= 0 and view.x + view.width <= width
        assert view.y >= 0 and view.y + view.height <= height
        assert 0 < view.scale <= largest
        assert view.width * view.scale <= 641 and view.height * view.scale <= 481
        seen[view.y : view.y + view.height, view.x : view.x + view.width] = True
    assert seen.all()


def test_a_face_in_a_part_is_placed_in_the_whole() -> None:
    inner = Face(10, 20, 30, 40, 1.0, np.float32([[12, 24]]))
    face = inner.placed(0.5, 100, 200)
    assert (face.x, face.y, face.width, face.height) == (120, 240, 60, 80)
    assert face.points.tolist() == [[124, 248]]


def test_nothing_is_found_in_noise_flat_grey_or_a_dot() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (90, 120, 3), np.uint8)
    for picture in (noise, np.full((90, 120, 3), 127, np.uint8), np.zeros((1, 1, 3), np.uint8)):
        assert gradients.find(picture, levels=1) == []


def test_finding_stops_when_asked() -> None:
    class Stop(Exception):
        pass

    class Asked(Silent):
        def __call__(self, share: float, text: str = "") -> None:
            raise Stop

    with pytest.raises(Stop):
        gradients.find(np.zeros((64, 64, 3), np.uint8), progress=Asked())


@pytest.mark.conformance
def test_the_astronaut_is_found_once(corpora) -> None:
    [face] = gradients.find(photo(corpora, "astronaut.png"))
    assert face.score > 1
    assert 170 < face.x < 185 and 75 < face.y < 95 and 85 < face.width < 110


@pytest.mark.conformance
@pytest.mark.parametrize("scale", [0.3, 3.0])
def test_small_and_large_faces_are_found_in_the_same_place(corpora, scale: float) -> None:
    import cv2

    small = cv2.resize(photo(corpora, "astronaut.png"), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    [face] = gradients.find(np.ascontiguousarray(small))
    assert abs(face.x / scale - 177) < 12 and abs(face.width / scale - 97) < 20


@pytest.mark.conformance
@pytest.mark.parametrize("name", ["chelsea.png", "rocket.jpg", "camera.png", "horse.png", "text.png"])
def test_no_face_where_there_is_none(corpora, name: str) -> None:
    assert gradients.find(photo(corpora, name)) == []


@pytest.mark.conformance
def test_a_leaning_head_is_found_when_asked_for(corpora) -> None:
    import cv2

    turn = cv2.getRotationMatrix2D((225, 125), 35, 1.0)
    leaning = cv2.warpAffine(photo(corpora, "astronaut.png"), turn, (512, 512), borderMode=cv2.BORDER_REPLICATE)
    found = gradients.find(leaning, turned=True)
    assert len(found) == 1
    assert abs(found[0].x + found[0].width / 2 - 225) < 20


def test_floats_become_bytes_without_wrapping() -> None:
    assert to_bytes(np.float32([[[-1, 0.5, 2]]])).tolist() == [[[0, 128, 255]]]
