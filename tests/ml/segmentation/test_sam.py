"""Encoder and decoder of each family are fed as they want it: places arrive, masks come back to their pixels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.catalogue.guess import guess
from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.progress import SILENT
from ml.runtime.runtime import Runtime
from ml.segmentation import sam
from ml.segmentation.prompts import Prompts
from tests.ml.matting.scenes import overlap
from tests.ml.segmentation.tiny_sam import encoder, family, sam_decoder
from tests.ml.small_models import blur

FAMILIES = ("sam", "transformers", "sam2", "efficient")


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def patches(width: int, height: int) -> np.ndarray:
    """A blue picture with a red and a green rectangle."""
    picture = np.zeros((height, width, 3), np.float32)
    picture[..., 2] = 0.8
    picture[round(0.1 * height) : round(0.5 * height), round(0.1 * width) : round(0.4 * width)] = (0.9, 0.1, 0.1)
    picture[round(0.3 * height) : round(0.9 * height), round(0.6 * width) : round(0.9 * width)] = (0.1, 0.9, 0.1)
    return picture


def place(width: int, height: int, color: str) -> tuple[float, float]:
    return (0.25 * width, 0.3 * height) if color == "red" else (0.75 * width, 0.6 * height)


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("size", [(640, 320), (320, 768), (1024, 1024)])
def test_a_click_finds_the_patch_under_it(tmp_path: Path, runtime: Runtime, name: str, size: tuple[int, int]) -> None:
    model, picture = family(tmp_path, name), patches(*size)
    for number, color in enumerate(("red", "green")):
        logits = sam.object_logits(model, runtime, picture, Prompts(inside=(place(*size, color),)), SILENT)
        assert logits.shape == picture.shape[:2]
        assert overlap(logits > 0, picture[..., number] > 0.5) > 0.85  # cells of 16 pixels


@pytest.mark.parametrize("name", FAMILIES)
def test_points_on_and_beside_it(tmp_path: Path, runtime: Runtime, name: str) -> None:
    model, picture = family(tmp_path, name), patches(640, 480)
    red, green = place(640, 480, "red"), place(640, 480, "green")
    both = sam.object_logits(model, runtime, picture, Prompts(inside=(red, green)), SILENT)
    assert overlap(both > 0, picture[..., 2] < 0.5) > 0.85
    one = sam.object_logits(model, runtime, picture, Prompts(inside=(red, green), outside=(green,)), SILENT)
    assert overlap(one > 0, picture[..., 0] > 0.5) > 0.85


@pytest.mark.parametrize("size", [(640, 320), (300, 900)])
def test_the_corners_of_a_box_arrive_where_they_are(tmp_path: Path, runtime: Runtime, size: tuple[int, int]) -> None:
    width, height = size
    box = 0.2 * width, 0.3 * height, 0.7 * width, 0.9 * height
    logits = sam.object_logits(family(tmp_path, "box"), runtime, patches(*size), Prompts(box=box), SILENT)
    y, x = np.mgrid[0:height, 0:width] + 0.5
    inside = (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])
    assert overlap(logits > 0, inside) > 0.97


def test_a_box_is_a_click_in_its_middle_where_corners_mean_nothing(tmp_path: Path, runtime: Runtime) -> None:
    picture = patches(640, 480)
    box = 0.05 * 640, 0.05 * 480, 0.3 * 640, 0.55 * 480
    logits = sam.object_logits(family(tmp_path, "transformers"), runtime, picture, Prompts(box=box), SILENT)
    wanted = picture[..., 0] > 0.5
    wanted[:, 192:] = False  # nothing outside the box
    assert overlap(logits > 0, wanted) > 0.85


def test_a_picture_is_encoded_once(tmp_path: Path, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    model, picture, runs = family(tmp_path, "sam"), patches(200, 100), []
    plain = runtime.run

    def counted(path: Path, feeds: Any, progress: Any = SILENT) -> Any:
        runs.append(path.stem)
        return plain(path, feeds, progress)

    monkeypatch.setattr(runtime, "run", counted)
    monkeypatch.setattr(sam, "EMBEDDINGS", sam.Embeddings(kept=2))
    for x in (50.0, 60.0, 70.0):
        sam.object_logits(model, runtime, picture, Prompts(inside=((x, 30.0),)), SILENT)
    assert runs == ["encoder", "decoder", "decoder", "decoder"]
    for changed in (0.1, 0.2, 0.0):  # the third is the first picture again, which is forgotten by now
        other = picture + np.float32(changed)
        sam.object_logits(model, runtime, other, Prompts(inside=((50.0, 30.0),)), SILENT)
    assert runs.count("encoder") == 4


@pytest.mark.parametrize("name", FAMILIES)
def test_it_is_known_when_it_is_imported(tmp_path: Path, runtime: Runtime, name: str) -> None:
    model = family(tmp_path, name)
    found = guess({path.name: runtime.signature(path) for path in model.files.values()})
    assert found.task == "segmentation" and found.files == {"encoder": "encoder.onnx", "decoder": "decoder.onnx"}


def test_what_is_missing_or_does_not_fit_is_a_sentence(tmp_path: Path, runtime: Runtime) -> None:
    picture, prompts = patches(64, 64), Prompts(inside=((20.0, 20.0),))
    whole = family(tmp_path, "sam")
    half = InstalledModel("half", "segmentation", {"encoder": whole.files["encoder"]}, "1" * 64)
    with pytest.raises(ModelError, match="lacks"):
        sam.object_logits(half, runtime, picture, prompts, SILENT)
    files = {"encoder": whole.files["encoder"], "decoder": blur(tmp_path / "blur.onnx")}
    with pytest.raises(ModelError, match="wants x"):
        sam.object_logits(InstalledModel("odd", "segmentation", files, "2" * 64), runtime, picture, prompts, SILENT)
    renamed = encoder(tmp_path / "e.onnx", outputs=("features",))
    other = InstalledModel(
        "o", "segmentation", {"encoder": renamed, "decoder": sam_decoder(tmp_path / "d.onnx")}, "3" * 64
    )
    found = sam.object_logits(other, runtime, picture, prompts, SILENT)
    assert found.shape == (64, 64)  # another name for the embedding is understood


def test_it_stops_when_it_should(tmp_path: Path, runtime: Runtime) -> None:
    class Stop(Exception):
        pass

    class Stopping:
        def __call__(self, share: float, text: str = "") -> None:
            raise Stop

        def check(self) -> None:
            raise Stop

        def part(self, start: float, end: float) -> Stopping:
            return self

    with pytest.raises(Stop):
        sam.object_logits(
            family(tmp_path, "sam"), runtime, patches(90, 80), Prompts(inside=((9.0, 9.0),)), Stopping()
        )
