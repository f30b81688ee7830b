"""Networks that fill holes: two inputs or four channels, any range, holes marked high or low, one size or any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.inpaint.network import fill, open_inpainter
from ml.runtime.runtime import Runtime
from tests.ml.small_models import blur, save

FILLED = np.float32([0.9, 0.2, 0.4])


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def installed(path: Path, **settings: Any) -> InstalledModel:
    return InstalledModel(path.stem, "inpaint", {"model": path}, "b" * 64, settings=settings)


def scene(height: int = 120, width: int = 160) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = np.stack([0.2 + 0.5 * x / width, 0.3 + 0.3 * y / height, 0.5 + 0.2 * np.cos(x / 9)], 2)
    hole = np.zeros((height, width), bool)
    hole[40:70, 50:90] = True
    return picture.astype(np.float32), hole


def painter(
    path: Path, *, size: tuple[Any, Any] = ("h", "w"), given: tuple[float, float] = (0, 1),
    answered: tuple[float, float] = (0, 1), hole_is_high: bool = True, joined: bool = False,
    mask_type: int = TensorProto.FLOAT,
) -> Path:
    """Keeps what is known and paints FILLED into the hole. It clips what it is given to its own range."""
    low, high = given
    inputs: dict[str, Any]
    if joined:
        inputs = {"both": [1, 4, *size]}
        nodes = [helper.make_node("Split", ["both", "sizes"], ["image", "mask"], axis=1)]
    else:
        inputs = {"image": [1, 3, *size], "mask": ([1, 1, *size], mask_type)}
        nodes = []
    nodes += [
        helper.make_node("Cast", ["mask"], ["mask1"], to=TensorProto.FLOAT),
        helper.make_node("Min", ["mask1", "one"], ["mask2"]),
        helper.make_node("Clip", ["image", "low", "high"], ["inside"]),
        helper.make_node("Sub", ["inside", "low"], ["from0"]),
        helper.make_node("Div", ["from0", "given"], ["unit"]),
        helper.make_node("Sub", ["one", "mask2"], ["rest"]),
        helper.make_node("Mul", ["unit", "rest" if hole_is_high else "mask2"], ["kept"]),
        helper.make_node("Mul", ["colour", "mask2" if hole_is_high else "rest"], ["painted"]),
        helper.make_node("Add", ["kept", "painted"], ["whole"]),
        helper.make_node("Mul", ["whole", "answered"], ["scaled"]),
        helper.make_node("Add", ["scaled", "answer_low"], ["y"]),
    ]
    constants = {
        "sizes": np.int64([3, 1]), "one": np.float32(1), "low": np.float32(low), "high": np.float32(high),
        "given": np.float32(high - low), "answered": np.float32(answered[1] - answered[0]),
        "answer_low": np.float32(answered[0]), "colour": FILLED.reshape(1, 3, 1, 1),
    }
    return save(path, nodes, inputs, {"y": [1, 3, *size]}, constants)


KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "answers in bytes": {"answered": (0, 255)},
    "bytes": {"given": (0, 255), "answered": (0, 255)},
    "from minus one": {"given": (-1, 1), "answered": (-1, 1)},
    "holes are low": {"hole_is_high": False},
    "four channels": {"joined": True},
    "one size": {"size": (96, 96)},
    "mask in bytes": {"mask_type": TensorProto.UINT8},
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_hole_is_filled_and_the_rest_is_untouched(kind: str, runtime: Runtime, tmp_path: Path) -> None:
    model = installed(painter(tmp_path / "painter.onnx", **KINDS[kind]))
    picture, hole = scene()
    made = fill(runtime, open_inpainter(runtime, model), picture, hole)
    assert (made[~hole] == picture[~hole]).all()
    inner = np.zeros_like(hole)
    inner[44:66, 54:86] = True
    np.testing.assert_allclose(made[inner], np.broadcast_to(FILLED, (inner.sum(), 3)), atol=0.02)


def test_settings_say_how_it_is_fed(runtime: Runtime, tmp_path: Path) -> None:
    path = painter(tmp_path / "painter.onnx", given=(-1, 1), answered=(-1, 1), hole_is_high=False)
    found = open_inpainter(runtime, installed(path, range=[-1, 1], hole=0))
    assert (found.given, found.answered, found.hole_is_high) == ((-1.0, 1.0), (-1.0, 1.0), False)


def test_several_holes_of_a_large_picture_are_filled_one_by_one(runtime: Runtime, tmp_path: Path) -> None:
    picture, hole = scene(900, 1300)
    hole[:] = False
    for top, left in ((20, 30), (850, 1240), (400, 600)):
        hole[top : top + 40, left : left + 50] = True
    inpainter = open_inpainter(runtime, installed(painter(tmp_path / "painter.onnx", size=(128, 128))))
    made = fill(runtime, inpainter, picture, hole)
    assert (made[~hole] == picture[~hole]).all()
    assert np.abs(made[hole] - FILLED).max() < 0.05


@pytest.mark.parametrize("case", ["all", "edge", "one pixel", "tiny"])
def test_holes_of_every_kind(case: str, runtime: Runtime, tmp_path: Path) -> None:
    picture, hole = scene(9, 11) if case == "tiny" else scene()
    hole[:] = case == "all"
    if case != "all":
        hole[-1, -1] = True
    if case == "edge":
        hole[:, :20] = True
    made = fill(runtime, open_inpainter(runtime, installed(painter(tmp_path / "painter.onnx"))), picture, hole)
    assert made.shape == picture.shape and (made[~hole] == picture[~hole]).all()
    assert np.isfinite(made).all() and (made[hole] != picture[hole]).any()


def test_no_hole_changes_nothing(runtime: Runtime, tmp_path: Path) -> None:
    picture, hole = scene()
    inpainter = open_inpainter(runtime, installed(painter(tmp_path / "painter.onnx")))
    assert (fill(runtime, inpainter, picture, np.zeros_like(hole)) == picture).all()


def forgetful(path: Path) -> Path:
    """Takes a picture and a mask and gives back neither."""
    nodes = [helper.make_node("Mul", ["image", "zero"], ["y"])]
    inputs = {"image": [1, 3, "h", "w"], "mask": [1, 1, "h", "w"]}
    return save(path, nodes, inputs, {"y": [1, 3, "h", "w"]}, {"zero": np.float32(0)})


def shrinking(path: Path) -> Path:
    nodes = [helper.make_node("AveragePool", ["image"], ["y"], kernel_shape=[2, 2], strides=[2, 2])]
    inputs = {"image": [1, 3, "h", "w"], "mask": [1, 1, "h", "w"]}
    return save(path, nodes, inputs, {"y": [1, 3, "h2", "w2"]})


@pytest.mark.parametrize(
    ("make", "words"),
    [(forgetful, "fills no holes"), (shrinking, "same size"), (blur, "a picture and a mask")],
)
def test_what_fills_no_holes_is_refused_in_a_sentence(make: Any, words: str, runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=words):
        open_inpainter(runtime, installed(make(tmp_path / "other.onnx")))
