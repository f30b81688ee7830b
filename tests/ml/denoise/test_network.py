"""Denoising networks of every shape: what they are fed and what they give back is read off them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from ml.catalogue.store import InstalledModel
from ml.denoise.network import denoise, open_denoiser
from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from tests.ml.small_models import blur, save

NOISE = 0.06


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def installed(path: Path, **settings: Any) -> InstalledModel:
    return InstalledModel(path.stem, "denoise", {"model": path}, "a" * 64, settings=settings)


def scene(height: int = 150, width: int = 190) -> tuple[np.ndarray, np.ndarray]:
    """Clean and noisy."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    clean = np.stack([0.3 + 0.4 * x / width, 0.3 + 0.4 * y / height, 0.5 + 0.2 * np.sin(x / 30)], 2).astype(np.float32)
    noise = np.random.default_rng(0).normal(0, NOISE, clean.shape)
    return clean, (clean + noise).astype(np.float32)


def kernel(channels: int, radius: int = 1) -> np.ndarray:
    side = 2 * radius + 1
    return np.full((channels, 1, side, side), 1 / side**2, np.float32)


def mean_of(source: str, name: str, channels: int) -> Any:
    return helper.make_node("Conv", [source, "k"], [name], group=channels, pads=[1] * 4)


def residual(path: Path, channels: int, sign: str = "Sub") -> Path:
    """DnCNN's way: gives the noise (x - mean), or with the arguments turned round its negative."""
    order = ["x", "m"] if sign == "Sub" else ["m", "x"]
    nodes = [mean_of("x", "m", channels), helper.make_node("Sub", order, ["y"])]
    shape = [1, channels, "h", "w"]
    return save(path, nodes, {"x": shape}, {"y": shape}, {"k": kernel(channels)})


def as_bytes(path: Path) -> Path:
    """Takes and gives 0 to 255; on 0 to 1 it rounds everything away."""
    nodes = [mean_of("x", "m", 3), helper.make_node("Round", ["m"], ["y"])]
    shape = [1, 3, "h", "w"]
    return save(path, nodes, {"x": shape}, {"y": shape}, {"k": kernel(3)})


def with_map(path: Path) -> Path:
    """DRUNet's way: a fourth channel says how strong the noise is; here x + 10 * level * (mean - x)."""
    nodes = [
        helper.make_node("Split", ["x4", "sizes"], ["x", "level"], axis=1),
        mean_of("x", "m", 3),
        helper.make_node("Sub", ["m", "x"], ["d"]),
        helper.make_node("Mul", ["level", "ten"], ["share"]),
        helper.make_node("Min", ["share", "one"], ["most"]),
        helper.make_node("Mul", ["d", "most"], ["change"]),
        helper.make_node("Add", ["x", "change"], ["y"]),
    ]
    constants = {"k": kernel(3), "sizes": np.int64([3, 1]), "ten": np.float32(10), "one": np.float32(1)}
    return save(path, nodes, {"x4": [1, 4, "h", "w"]}, {"y": [1, 3, "h", "w"]}, constants)


def with_port(path: Path, shape: list[Any]) -> Path:
    """FFDNet's way: the strength on a port of its own."""
    nodes = [
        mean_of("x", "m", 3),
        helper.make_node("Sub", ["m", "x"], ["d"]),
        helper.make_node("Mul", ["level", "ten"], ["share"]),
        helper.make_node("Min", ["share", "one"], ["most"]),
        helper.make_node("Mul", ["d", "most"], ["change"]),
        helper.make_node("Add", ["x", "change"], ["y"]),
    ]
    constants = {"k": kernel(3), "ten": np.float32(10), "one": np.float32(1)}
    picture = [1, 3, "h", "w"]
    return save(path, nodes, {"x": picture, "level": shape}, {"y": picture}, constants)


def channels_last(path: Path) -> Path:
    nodes = [
        helper.make_node("Transpose", ["x", ], ["t"], perm=[0, 3, 1, 2]),
        mean_of("t", "m", 3),
        helper.make_node("Transpose", ["m"], ["y"], perm=[0, 2, 3, 1]),
    ]
    shape = [1, "h", "w", 3]
    return save(path, nodes, {"x": shape}, {"y": shape}, {"k": kernel(3)})


def fixed(path: Path, side: int) -> Path:
    shape = [1, 3, side, side]
    return save(path, [mean_of("x", "y", 3)], {"x": shape}, {"y": shape}, {"k": kernel(3)})


MAKERS = {
    "colour": lambda path: blur(path, radius=1),
    "grey": lambda path: blur(path, channels=1, radius=1),
    "noise": lambda path: residual(path, 3),
    "grey noise": lambda path: residual(path, 1),
    "negative noise": lambda path: residual(path, 3, "turned"),
    "bytes": as_bytes,
    "map": with_map,
    "number": lambda path: with_port(path, [1]),
    "plane": lambda path: with_port(path, [1, 1, "h", "w"]),
    "channels last": channels_last,
    "fixed": lambda path: fixed(path, 64),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_network_of_any_shape_takes_noise_away(kind: str, runtime: Runtime, tmp_path: Path) -> None:
    model = installed(MAKERS[kind](tmp_path / f"{kind}.onnx"))
    clean, noisy = scene()
    made = denoise(runtime, open_denoiser(runtime, model), noisy, NOISE)
    assert made.shape == noisy.shape
    before, after = (float(np.sqrt(np.mean((picture - clean) ** 2))) for picture in (noisy, made))
    assert after < (0.75 if kind in ("map", "number", "plane") else 0.5) * before


def test_how_it_answers_is_found_out(runtime: Runtime, tmp_path: Path) -> None:
    found = {kind: open_denoiser(runtime, installed(MAKERS[kind](tmp_path / f"{kind}.onnx"))) for kind in MAKERS}
    assert [found[kind].answer for kind in ("colour", "noise", "negative noise")] == [
        "picture", "noise", "negative_noise"
    ]
    assert found["bytes"].scale == 255 and found["colour"].scale == 1
    assert [found[kind].level for kind in ("colour", "map", "number")] == ["none", "channel", "port"]
    assert found["grey"].is_grey and not found["colour"].is_grey


def test_the_strength_that_is_told_matters_to_networks_that_ask(runtime: Runtime, tmp_path: Path) -> None:
    denoiser = open_denoiser(runtime, installed(with_map(tmp_path / "map.onnx")))
    _, noisy = scene()
    weak, strong = (np.abs(denoise(runtime, denoiser, noisy, level) - noisy).mean() for level in (0.01, 0.1))
    assert strong > 5 * weak


def test_settings_say_what_cannot_be_found_out(runtime: Runtime, tmp_path: Path) -> None:
    path = residual(tmp_path / "noise.onnx", 3)
    denoiser = open_denoiser(runtime, installed(path, scale=255, output="noise"))
    assert (denoiser.scale, denoiser.answer) == (255.0, "noise")


def test_large_pictures_go_in_tiles_without_seams(runtime: Runtime, tmp_path: Path) -> None:
    denoiser = open_denoiser(runtime, installed(blur(tmp_path / "blur.onnx", radius=1)))
    clean, noisy = scene(700, 1100)
    made = denoise(runtime, denoiser, noisy, NOISE)
    whole = np.pad(noisy, ((1, 1), (1, 1), (0, 0)), mode="reflect")
    exact = sum(whole[a : a + 700, b : b + 1100] for a in range(3) for b in range(3)) / 9
    np.testing.assert_allclose(made, exact, atol=2e-6)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (7, 5)])
def test_tiny_pictures(size: tuple[int, int], runtime: Runtime, tmp_path: Path) -> None:
    denoiser = open_denoiser(runtime, installed(blur(tmp_path / "blur.onnx", radius=1)))
    made = denoise(runtime, denoiser, np.full((*size, 3), 0.4, np.float32), NOISE)
    np.testing.assert_allclose(made[len(made) // 2, made.shape[1] // 2], 0.4, atol=0.3)


def constant(path: Path) -> Path:
    nodes = [helper.make_node("Mul", ["x", "zero"], ["y"])]
    shape = [1, 3, "h", "w"]
    return save(path, nodes, {"x": shape}, {"y": shape}, {"zero": np.float32(0)})


def classifier(path: Path) -> Path:
    return save(path, [helper.make_node("Identity", ["x"], ["y"])], {"x": [1, 10]}, {"y": [1, 10]})


def counter(path: Path) -> Path:
    inputs = {"x": [1, 3, "h", "w"], "a": [1], "b": ([1], TensorProto.INT64)}
    return save(path, [helper.make_node("Identity", ["x"], ["y"])], inputs, {"y": [1, 3, "h", "w"]})


@pytest.mark.parametrize(
    ("make", "words"),
    [(constant, "no denoiser"), (classifier, "does not take pictures"), (counter, "more than a picture")],
)
def test_a_model_that_is_no_denoiser_is_refused_in_a_sentence(
    make: Any, words: str, runtime: Runtime, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=words):
        open_denoiser(runtime, installed(make(tmp_path / "other.onnx")))


def test_it_can_be_stopped_between_tiles(runtime: Runtime, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    class Stopping:
        def __init__(self) -> None:
            self.left = 3

        def __call__(self, share: float, text: str = "") -> None:
            self.check()

        def check(self) -> None:
            self.left -= 1
            if self.left < 0:
                raise Stop

        def part(self, start: float, end: float) -> Stopping:
            return self

    denoiser = open_denoiser(runtime, installed(blur(tmp_path / "blur.onnx", radius=1)))
    with pytest.raises(Stop):
        denoise(runtime, denoiser, scene(700, 1100)[1], NOISE, Stopping())
