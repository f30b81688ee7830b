"""Style networks: one style in the weights, or a style picture beside the content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from ml.style.network import open_stylist, stylise
from tests.ml.small_models import grower, save


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def installed(path: Path, **settings: Any) -> InstalledModel:
    return InstalledModel(path.stem, "style", {"model": path}, "d" * 64, settings=settings)


def ramp(height: int = 90, width: int = 130) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.stack([0.1 + 0.8 * x / width, 0.2 + 0.5 * y / height, np.full_like(x, 0.4)], 2)


def swapper(path: Path, scale: float = 255.0, size: tuple[Any, Any] = ("h", "w"), layout: str = "NCHW") -> Path:
    """Swaps red and blue, and clips to its own range as networks do that end in one."""
    axis, shape = (1, [1, 3, *size]) if layout == "NCHW" else (3, [1, *size, 3])
    nodes = [
        helper.make_node("Gather", ["x", "order"], ["swapped"], axis=axis),
        helper.make_node("Clip", ["swapped", "low", "high"], ["y"]),
    ]
    constants = {"order": np.int64([2, 1, 0]), "low": np.float32(0), "high": np.float32(scale)}
    return save(path, nodes, {"x": shape}, {"y": shape}, constants)


def borrower(path: Path, first: str = "content", second: str = "style", size: Any = None) -> Path:
    """Adds half of the content to half of the style's mean colour; channels last, as the arbitrary-style ones are."""
    content = [1, "h", "w", 3]
    style = [1, size or "sh", size or "sw", 3]
    nodes = [
        helper.make_node("ReduceMean", ["style"], ["mean"], axes=[1, 2], keepdims=1),
        helper.make_node("Add", ["content", "mean"], ["sum"]),
        helper.make_node("Mul", ["sum", "half"], ["y"]),
    ]
    shapes = {"content": content, "style": style}
    inputs = {first: shapes[first], second: shapes[second]}
    return save(path, nodes, inputs, {"y": content}, {"half": np.float32(0.5)})


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("scale", [1.0, 255.0])
def test_a_style_in_the_weights(scale: float, layout: str, runtime: Runtime, tmp_path: Path) -> None:
    stylist = open_stylist(runtime, installed(swapper(tmp_path / "swap.onnx", scale, layout=layout)))
    assert (stylist.answer_scale == 1.0) == (scale == 1.0)
    made = stylise(runtime, stylist, ramp())
    np.testing.assert_allclose(made, ramp()[..., ::-1], atol=2e-3)


def test_a_network_of_one_size_gets_tiles(runtime: Runtime, tmp_path: Path) -> None:
    stylist = open_stylist(runtime, installed(swapper(tmp_path / "swap.onnx", size=(64, 64))))
    np.testing.assert_allclose(stylise(runtime, stylist, ramp()), ramp()[..., ::-1], atol=2e-3)


def test_large_pictures_are_worked_on_smaller(runtime: Runtime, tmp_path: Path) -> None:
    stylist = open_stylist(runtime, installed(swapper(tmp_path / "swap.onnx")))
    made = stylise(runtime, stylist, ramp(500, 700), side=128)
    assert made.shape == (500, 700, 3)
    np.testing.assert_allclose(made, ramp(500, 700)[..., ::-1], atol=0.02)


@pytest.mark.parametrize("order", [("content", "style"), ("style", "content")])
def test_the_style_picture_goes_into_its_own_input(
    order: tuple[str, str], runtime: Runtime, tmp_path: Path
) -> None:
    stylist = open_stylist(runtime, installed(borrower(tmp_path / "b.onnx", *order), scale=1))
    assert stylist.style is not None and stylist.style.name == "style"
    reference = np.full((40, 70, 3), (1.0, 0.5, 0.0), np.float32)
    made = stylise(runtime, stylist, ramp(), reference)
    np.testing.assert_allclose(made, (ramp() + np.float32([1, 0.5, 0])) / 2, atol=2e-3)


def test_a_style_input_of_one_size(runtime: Runtime, tmp_path: Path) -> None:
    stylist = open_stylist(runtime, installed(borrower(tmp_path / "b.onnx", size=64)))
    made = stylise(runtime, stylist, ramp(), np.full((9, 300, 3), 0.8, np.float32))
    np.testing.assert_allclose(made, (ramp() + 0.8) / 2, atol=4e-3)


def test_without_a_style_picture_it_says_so(runtime: Runtime, tmp_path: Path) -> None:
    stylist = open_stylist(runtime, installed(borrower(tmp_path / "b.onnx")))
    with pytest.raises(ModelError, match="whose style"):
        stylise(runtime, stylist, ramp())


@pytest.mark.parametrize("size", [(1, 1), (2, 50), (13, 5)])
def test_tiny_pictures(size: tuple[int, int], runtime: Runtime, tmp_path: Path) -> None:
    stylist = open_stylist(runtime, installed(swapper(tmp_path / "swap.onnx")))
    made = stylise(runtime, stylist, np.full((*size, 3), 0.5, np.float32))
    assert made.shape == (*size, 3)
    np.testing.assert_allclose(made, 0.5, atol=2e-3)


def grey(path: Path) -> Path:
    return save(path, [helper.make_node("Identity", ["x"], ["y"])], {"x": [1, 1, "h", "w"]}, {"y": [1, 1, "h", "w"]})


def smaller(path: Path) -> Path:
    nodes = [helper.make_node("AveragePool", ["x"], ["y"], kernel_shape=[2, 2], strides=[2, 2])]
    return save(path, nodes, {"x": [1, 3, "h", "w"]}, {"y": [1, 3, "H", "W"]})


def oblong(path: Path) -> Path:
    return swapper(path, size=(64, 96))


@pytest.mark.parametrize(
    ("make", "words"), [(grey, "a picture and a style"), (oblong, "not a square"), (smaller, "same size")]
)
def test_what_does_not_redraw_is_refused_in_a_sentence(make: Any, words: str, runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=words):
        stylise(runtime, open_stylist(runtime, installed(make(tmp_path / "other.onnx"))), ramp())


def test_a_network_that_enlarges_is_no_style(runtime: Runtime, tmp_path: Path) -> None:
    """What is larger than asked for would be cut; it must not pass for a style."""
    with pytest.raises(ModelError, match="same size"):
        stylise(runtime, open_stylist(runtime, installed(grower(tmp_path / "grow.onnx"))), ramp())
