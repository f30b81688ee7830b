"""Networks that find faces and points: what makes a family, how outputs are read, and other people's weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from ml.catalogue.foreign.faceapi import convert
from ml.errors import ModelError
from ml.faces import gradients, landmark_networks, networks
from ml.faces.fitting import fit_points, pose_of
from ml.faces.pose import Pose
from ml.runtime.images import ImageInput
from ml.runtime.runtime import Runtime
from tests.ml.faces.photographs import BETWEEN_PUPILS, misses, photo
from tests.ml.small_models import save

YUNET = "models/ShiqiYu+libfacedetection.train/onnx"
ULTRA = "models/Linzaer+Ultra-Light-Fast-Generic-Face-Detector-1MB/models/onnx/version-RFB-320_simplified.onnx"
FACE_API = "models/justadudewhohacks+face-api.js/weights"


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def input_of(side: int) -> ImageInput:
    return ImageInput("x", "NCHW", 3, side, side, "float32")


def yunet_outputs(side: int, **cells: tuple[int, float]) -> dict[str, np.ndarray]:
    """Empty outputs, but for one cell a stride: its place and how sure it is."""
    outputs = {}
    for stride in networks.STRIDES:
        count = (side // stride) ** 2
        for kind, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            outputs[f"{kind}_{stride}"] = np.zeros((1, count, width), np.float32)
        if f"s{stride}" in cells:
            place, sure = cells[f"s{stride}"]
            outputs[f"cls_{stride}"][0, place] = outputs[f"obj_{stride}"][0, place] = sure
            outputs[f"bbox_{stride}"][0, place] = (0.5, 0.25, np.log(4), np.log(6))
            outputs[f"kps_{stride}"][0, place] = np.arange(10) / 4
    return outputs


def test_a_cell_of_yunet_becomes_a_box_with_points() -> None:
    [face] = networks.yunet(yunet_outputs(64, s8=(8 + 3, 0.9), s32=(1, 0.3)), input_of(64), 0.6)
    assert face.score == pytest.approx(0.9)
    assert (face.width, face.height) == (pytest.approx(32), pytest.approx(48))
    assert (face.x + 16, face.y + 24) == (pytest.approx(8 * 3.5), pytest.approx(8 * 1.25))
    assert face.points[1].tolist() == [(3 + 0.5) * 8, (1 + 0.75) * 8]


def test_scores_outside_zero_to_one_do_no_harm() -> None:
    outputs = yunet_outputs(64, s16=(0, 4.0))
    outputs["cls_8"][:] = -3.0
    [face] = networks.yunet(outputs, input_of(64), 0.6)
    assert face.score == 1.0


def test_ultra_light_gives_corners_or_distances_from_its_boxes() -> None:
    starts = networks.starting_boxes(320, 240)
    assert len(starts) == 4420
    scores = np.zeros((1, 4420, 2), np.float32)
    scores[0, 7, 1] = 0.8
    corners = np.zeros((1, 4420, 4), np.float32)
    corners[0, 7] = (0.25, 0.5, 0.5, 0.75)
    wanted = replace(input_of(64), width=320, height=240)
    [face] = networks.ultra_light({"scores": scores, "boxes": corners}, wanted, 0.5)
    assert (face.x, face.y, face.width, face.height) == (80, 120, 80, 60)
    distances = np.full((1, 4420, 4), -0.5, np.float32)
    distances[0, 7] = (1, -1, 0, 0.0)
    [face] = networks.ultra_light({"scores": scores, "boxes": distances}, wanted, 0.5)
    center_x, center_y, width, height = starts[7] * [320, 240, 320, 240]
    assert (face.width, face.height) == (pytest.approx(width, rel=1e-4), pytest.approx(height, rel=1e-4))
    assert face.x + face.width / 2 == pytest.approx(center_x + 0.1 * width, rel=1e-4)
    assert face.y + face.height / 2 == pytest.approx(center_y - 0.1 * height, rel=1e-4)


def test_boxes_of_another_network_are_refused() -> None:
    outputs = {"scores": np.zeros((1, 7, 2), np.float32), "boxes": np.full((1, 7, 4), -1, np.float32)}
    outputs["boxes"][..., 0] = 1
    with pytest.raises(ModelError, match="other boxes"):
        networks.ultra_light(outputs, input_of(64), 0.5)


def test_models_of_other_tasks_are_refused(tmp_path: Path, runtime: Runtime) -> None:
    node = helper.make_node("Identity", ["x"], ["y"])
    shape = [1, 3, 64, 64]
    other = save(tmp_path / "other.onnx", [node], {"x": shape}, {"y": shape})
    picture = np.zeros((64, 64, 3), np.uint8)
    with pytest.raises(ModelError, match="does not find faces"):
        networks.find(picture, other, runtime)
    with pytest.raises(ModelError, match="no 68 points"):
        landmark_networks.points_of(picture, Pose(32, 32, 10, 0, 0, 0), other, runtime)


@pytest.mark.parametrize("unit", ["shares", "pixels"])
def test_points_come_as_shares_or_as_pixels_and_lean_with_the_head(
    tmp_path: Path, runtime: Runtime, unit: str
) -> None:
    """A network that always sees its points on a circle around the middle of its square."""
    angles = np.arange(68) / 68 * 2 * np.pi
    circle = np.stack([0.5 + 0.25 * np.cos(angles), 0.5 + 0.25 * np.sin(angles)], axis=1).astype(np.float32)
    flat = (circle * (112 if unit == "pixels" else 1)).reshape(1, 136)
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["m"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["m", "zero"], ["z"]), helper.make_node("Add", ["p", "z"], ["points"]),
    ]
    constants = {"p": flat, "zero": np.zeros(1, np.float32)}
    model = save(tmp_path / f"{unit}.onnx", nodes, {"x": [1, 3, 112, 112]}, {"points": [1, 136]}, constants)
    pose = Pose(100, 80, 30, 0, 0, 0.5)
    points = landmark_networks.points_of(np.zeros((200, 200, 3), np.uint8), pose, model, runtime)
    down = landmark_networks.BELOW * 30
    middle = np.array([100 - np.sin(0.5) * down, 80 + np.cos(0.5) * down])
    away = points - middle
    assert np.abs(np.linalg.norm(away, axis=1) - landmark_networks.SQUARE * 30 / 4).max() < 0.5
    assert np.arctan2(away[0, 1], away[0, 0]) == pytest.approx(0.5, abs=0.02)


@pytest.mark.conformance
@pytest.mark.parametrize("name", [f"{YUNET}/yunet_n_dynamic.onnx", f"{YUNET}/yunet_n_320_320.onnx", ULTRA])
def test_known_weights_find_the_astronaut_and_nobody_else(corpora: Path, runtime: Runtime, name: str) -> None:
    found = networks.find(photo(corpora, "astronaut.png"), corpora / name, runtime, levels=2)
    best = found[0]
    assert best.score > 0.7
    assert abs(best.x + best.width / 2 - 223) < 15 and abs(best.y + best.height / 2 - 125) < 25
    nobody = "rocket.jpg" if name == ULTRA else "chelsea.png"  # Ultra-Light takes this cat for a person
    assert networks.find(photo(corpora, nobody), corpora / name, runtime, confidence=0.7) == []
    if len(best.points):
        assert np.linalg.norm(best.points[0] - [203, 101]) < 6
        assert sum(misses(fit_points(photo(corpora, "astronaut.png"), best)).values()) / 9 < 0.1 * BETWEEN_PUPILS


@pytest.mark.conformance
def test_yunet_gives_what_opencv_gives(corpora: Path, runtime: Runtime) -> None:
    import cv2

    model, picture = corpora / YUNET / "yunet_n_dynamic.onnx", photo(corpora, "astronaut.png")
    theirs = cv2.FaceDetectorYN.create(str(model), "", (512, 512), 0.6, 0.3, 5000)
    [row] = theirs.detect(np.ascontiguousarray(picture[..., ::-1]))[1]
    [face] = networks.find(picture, model, runtime)
    assert np.abs(np.array([face.x, face.y, face.width, face.height]) - row[:4]).max() < 0.05
    assert np.abs(face.points.ravel() - row[4:14]).max() < 0.05
    assert face.score == pytest.approx(float(row[14]), abs=1e-4)


@pytest.mark.conformance
@pytest.mark.parametrize("name", ["face_landmark_68", "face_landmark_68_tiny"])
def test_face_apis_points_lie_where_an_eye_puts_them(
    corpora: Path, tmp_path: Path, runtime: Runtime, name: str
) -> None:
    model = tmp_path / "points.onnx"
    convert(corpora / FACE_API / f"{name}_model-weights_manifest.json", model)
    picture = photo(corpora, "astronaut.png")
    [face] = gradients.find(picture)
    points = landmark_networks.points_of(picture, pose_of(picture, face), model, runtime)
    away = {part: miss / BETWEEN_PUPILS for part, miss in misses(points).items()}
    assert sum(away.values()) / len(away) < 0.08, away
    assert max(away.values()) < 0.16, away
