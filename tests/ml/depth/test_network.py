"""Depth networks of any size and way of telling near from far."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from ml.catalogue.store import InstalledModel
from ml.depth.network import estimate_depth
from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from tests.ml.small_models import blur, save


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def installed(path: Path, **settings: Any) -> InstalledModel:
    return InstalledModel(path.stem, "depth", {"model": path}, "c" * 64, settings=settings)


def redness(path: Path, height: Any = "h", width: Any = "w", *, layout: str = "NCHW", squeezed: bool = True) -> Path:
    """Red is near. MiDaS gives (1, height, width), others keep a channel."""
    shape, axis = ([1, 3, height, width], 1) if layout == "NCHW" else ([1, height, width, 3], 3)
    nodes = [
        helper.make_node("Gather", ["x", "zero"], ["red"], axis=axis),
        helper.make_node("Identity" if squeezed else "Unsqueeze", ["red"] if squeezed else ["red", "one"], ["y"]),
    ]
    constants = {"zero": np.int64(0), "one": np.int64([1])}
    return save(path, nodes, {"x": shape}, {"y": [1, height, width] if squeezed else [1, 1, height, width]}, constants)


def scene(height: int = 180, width: int = 240) -> tuple[np.ndarray, np.ndarray]:
    """A red box before a green wall that is a little red on its right."""
    picture = np.full((height, width, 3), (0.1, 0.6, 0.2), np.float32)
    picture[..., 0] += np.linspace(0, 0.2, width, dtype=np.float32)
    box = np.zeros((height, width), bool)
    box[60:140, 70:150] = True
    picture[box] = (0.9, 0.2, 0.1)
    return picture, box


KINDS: dict[str, dict[str, Any]] = {
    "any size": {},
    "one size": {"height": 64, "width": 64},
    "channels last": {"layout": "NHWC"},
    "a channel kept": {"squeezed": False},
    "not square": {"height": 56, "width": 98},
}


@pytest.mark.parametrize("kind", KINDS)
def test_near_is_1_and_far_is_0_with_edges_on_the_outlines(kind: str, runtime: Runtime, tmp_path: Path) -> None:
    picture, box = scene()
    depth = estimate_depth(runtime, installed(redness(tmp_path / "red.onnx", **KINDS[kind])), picture)
    assert depth.shape == box.shape and depth.dtype == np.float32
    assert depth.min() >= 0 and depth.max() <= 1
    assert depth[box].mean() > 0.85 and depth[~box].mean() < 0.25
    step = np.abs(np.diff(depth[100]))
    assert {int(step[:110].argmax()), 110 + int(step[110:].argmax())} <= {68, 69, 70, 148, 149, 150}


def test_models_that_tell_distances_are_turned_round(runtime: Runtime, tmp_path: Path) -> None:
    picture, box = scene()
    path = redness(tmp_path / "red.onnx")
    depth = estimate_depth(runtime, installed(path, near="low", mean=[0, 0, 0], std=[1, 1, 1]), picture)
    assert depth[box].mean() < depth[~box].mean()


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (13, 7)])
def test_tiny_and_thin_pictures(size: tuple[int, int], runtime: Runtime, tmp_path: Path) -> None:
    depth = estimate_depth(
        runtime, installed(redness(tmp_path / "red.onnx")), np.full((*size, 3), 0.5, np.float32)
    )
    assert depth.shape == size and np.isfinite(depth).all()


def wide(path: Path) -> Path:
    return save(path, [helper.make_node("Identity", ["x"], ["y"])], {"x": [1, 1, "h", "w"]}, {"y": [1, 1, "h", "w"]})


def broken(path: Path) -> Path:
    nodes = [
        helper.make_node("Gather", ["x", "first"], ["red"], axis=1), helper.make_node("Log", ["red"], ["y"])
    ]
    return save(path, nodes, {"x": [1, 3, "h", "w"]}, {"y": [1, "h", "w"]}, {"first": np.int64(0)})


@pytest.mark.parametrize(
    ("make", "words"), [(wide, "colour pictures"), (blur, "no map"), (broken, "no map")]
)
def test_what_gives_no_depth_is_refused_in_a_sentence(make: Any, words: str, runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=words):
        estimate_depth(runtime, installed(make(tmp_path / "other.onnx")), scene()[0])
