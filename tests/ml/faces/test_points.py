"""Where the points of a face lie: the pose of a head, the mouth, and photographs checked by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.faces import gradients, mouth
from ml.faces.face import Face
from ml.faces.fitting import fit_points, pose_of, sampled
from ml.faces.pose import Pose, fit_pose, turned_head
from ml.faces.shape import COUNT, GROUPS, average_head, box_of, mirror, outline_of, pupils
from tests.ml.faces.photographs import BETWEEN_PUPILS, misses, painted, photo, placed_head


@settings(max_examples=25)
@given(
    st.floats(-500, 500), st.floats(-500, 500), st.floats(8, 400), st.floats(-0.5, 0.5), st.floats(-0.4, 0.4),
    st.floats(-1, 1),
)  # fmt: skip
def test_a_pose_is_recovered_from_its_own_points(
    x: float, y: float, scale: float, yaw: float, nod: float, roll: float
) -> None:
    head = average_head()
    points = Pose(x, y, scale, yaw, nod, roll).project(head)
    found = fit_pose(points, head)
    assert np.abs(found.project(head) - points).max() < 0.12 * scale
    assert found.roll == pytest.approx(roll, abs=0.05)
    assert np.sign(found.yaw) == np.sign(yaw) or abs(yaw) < 0.05


def test_the_average_head_is_whole_and_symmetric() -> None:
    head = average_head()
    assert np.isfinite(head).all()
    assert sorted(mirror()) == list(range(COUNT))
    assert all(mirror()[mirror()[number]] == number for number in range(COUNT))
    assert np.abs(head[list(mirror())] * [-1, 1, 1] - head).max() < 1e-6
    assert np.linalg.norm(np.subtract(*pupils(head[:, :2]))) == pytest.approx(1, abs=0.01)
    assert sorted(number for group in GROUPS.values() for number in group) == list(range(COUNT))


def test_a_box_and_an_outline_hold_the_points() -> None:
    points = placed_head(50, 200, 150)
    x, y, width, height = box_of(points)
    assert (points[:, 0] >= x - 1e-3).all() and (points[:, 0] <= x + width + 1e-3).all()
    assert (points[:, 1] >= y).all() and (points[:, 1] <= y + height + 1e-3).all()
    outline = outline_of(points)
    assert outline[:17].tolist() == points[:17].tolist()
    assert outline[17:, 1].max() < points[27, 1]


@pytest.mark.parametrize(("wide", "opened"), [(1.0, 0.0), (1.25, 0.0), (1.2, 0.2), (0.9, 0.1)])
def test_the_mouth_takes_the_shape_of_what_is_no_skin(wide: float, opened: float) -> None:
    points = placed_head(64, 160, 109)
    true = points.copy()
    true[48:] = mouth.placed(points[48:], mouth.Mouth(width=wide, open=opened), 64)
    found = mouth.fitted(painted(true, 320, 320), points, 64)
    assert np.linalg.norm(found[[0, 6, 9]] - true[[48, 54, 57]], axis=1).max() < 0.11 * 64
    assert np.linalg.norm(found - true[48:], axis=1).mean() < 0.07 * 64


def test_the_mouth_stays_in_a_picture_of_one_colour() -> None:
    points = placed_head(64, 160, 109)
    found = mouth.fitted(np.full((320, 320, 3), 0.5, np.float32), points, 64)
    assert np.abs(found - points[48:]).max() < 0.35 * 64


def test_a_part_is_drawn_through_a_map_at_any_scale() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 256, axis=0).repeat(3, axis=2)
    for scale in (0.11, 0.5, 2.0):
        forth = np.float64([[scale, 0, 5], [0, scale, 5]])
        small = sampled(ramp, forth, (24, 24))
        assert abs(float(small[12, 12, 0]) - (12 - 5 + 0.5) / scale) < 3 + 1 / scale
    outside = np.float64([[0.1, 0, 5000], [0, 0.1, 0]])
    assert sampled(ramp, outside, (8, 8)).shape == (8, 8, 3)


@pytest.mark.parametrize("box", [(0, 0, 1, 1), (-400, -400, 30, 30), (5, 5, 900, 900)])
def test_points_are_finite_however_wrong_the_box_is(box: tuple[float, float, float, float]) -> None:
    picture = np.random.default_rng(4).integers(0, 255, (120, 90, 3), np.uint8)
    points = fit_points(picture, Face(*box, 0.0))
    assert points.shape == (68, 2)
    assert np.isfinite(points).all()


@pytest.mark.conformance
@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_the_astronauts_points_lie_where_an_eye_puts_them(corpora, scale: float) -> None:
    import cv2

    picture = cv2.resize(photo(corpora, "astronaut.png"), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    [face] = gradients.find(picture)
    away = {name: miss / BETWEEN_PUPILS for name, miss in misses(fit_points(picture, face) / scale).items()}
    assert max(away.values()) < 0.17, away
    assert sum(away.values()) / len(away) < 0.075, away
    assert max(away["left pupil"], away["right pupil"], away["nose"]) < 0.06, away


@pytest.mark.conformance
@pytest.mark.parametrize("degrees", [-25, 20])
def test_a_leaning_head_has_leaning_points(corpora, degrees: float) -> None:
    import cv2

    turn = cv2.getRotationMatrix2D((225, 125), degrees, 1.0)
    picture = cv2.warpAffine(photo(corpora, "astronaut.png"), turn, (512, 512), borderMode=cv2.BORDER_REPLICATE)
    [face] = gradients.find(picture, turned=True)
    pose = pose_of(picture, face)
    assert np.degrees(pose.roll) == pytest.approx(3 - degrees, abs=6)
    back = cv2.invertAffineTransform(turn)
    points = fit_points(picture, face) @ back[:, :2].T + back[:, 2]
    assert sum(misses(points).values()) / 9 < 0.12 * BETWEEN_PUPILS


def test_turned_heads_differ_from_flat_ones() -> None:
    flat, turned = (turned_head(Pose(0, 0, 100, yaw, 0, 0)) for yaw in (0.0, 0.6))
    assert abs(float(flat[30, 0])) < 1
    assert float(turned[30, 0]) > 20
