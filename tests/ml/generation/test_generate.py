"""Generating with complete tiny folders through the real runtime: what comes out is known in advance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.generation import memory
from ml.generation.folder import open_folder
from ml.generation.generate import Wish, generate
from ml.generation.samplers import SAMPLERS
from ml.runtime.runtime import Runtime
from tests.ml.generation.tiny_folder import Kind, colour_of, make_folder


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    return make_folder(tmp_path_factory.mktemp("plain"))


WISH = Wish("red", 32, 24, steps=8, guidance=1.0)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_arrives_at_the_picture_of_the_prompt(
    sampler: str, plain: InstalledModel, runtime: Runtime
) -> None:
    made = generate(open_folder(plain), runtime, replace(WISH, sampler=sampler, steps=25))[0]
    assert made.shape == (24, 32, 3) and made.dtype == np.float32
    assert np.abs(made - colour_of("red")).max() < 0.01


def test_guidance_goes_beyond_what_is_wanted_and_away_from_what_is_not(
    plain: InstalledModel, runtime: Runtime
) -> None:
    wish = replace(WISH, prompt="gray", avoid="blue", guidance=1.5, sampler="euler")
    made = generate(open_folder(plain), runtime, wish)[0]
    expected = colour_of("gray") + 0.5 * (colour_of("gray") - colour_of("blue"))
    assert np.abs(made - expected).max() < 1e-3


KINDS = {
    "v prediction": Kind(prediction="v_prediction"),
    "half precision": Kind(dtype="float16"),
    "two encoders": Kind(two_encoders=True),
    "batch of one": Kind(batch=1),
    "time without dimension": Kind(time_rank=0),
    "Euler's own": Kind(scheduler="EulerDiscreteScheduler"),
    "taught consistency": Kind(scheduler="LCMScheduler"),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_folder_serves(name: str, tmp_path: Path, runtime: Runtime) -> None:
    folder = open_folder(make_folder(tmp_path, KINDS[name]))
    made = generate(folder, runtime, replace(WISH, prompt="teal", guidance=1.01, steps=10, sampler="automatic"))[0]
    assert np.abs(made - colour_of("teal")).max() < 0.05


def test_the_same_seed_gives_the_same_picture_and_another_does_not(tmp_path: Path, runtime: Runtime) -> None:
    folder, early = open_folder(make_folder(tmp_path, Kind(exact=False))), replace(WISH, sampler="ddim", steps=2)
    first, second = generate(folder, runtime, replace(early, seed=5), count=2)
    assert np.array_equal(first, generate(folder, runtime, replace(early, seed=5))[0])
    assert np.array_equal(second, generate(folder, runtime, replace(early, seed=6))[0])
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("parameters", [False, True])
def test_a_picture_is_changed_as_far_as_the_strength_says(parameters: bool, tmp_path: Path, runtime: Runtime) -> None:
    folder = open_folder(make_folder(tmp_path, Kind(parameters=parameters)))
    picture = np.full((24, 32, 3), colour_of("blue"), np.float32)
    near, far = (
        generate(folder, runtime, replace(WISH, picture=picture, strength=strength, steps=20, sampler="euler"))[0]
        for strength in (0.1, 1.0)
    )
    assert np.abs(far - colour_of("red")).max() < 0.02
    assert np.abs(near - colour_of("red")).max() < 0.05  # this denoiser knows one picture only


@pytest.mark.parametrize("shown", [4, 9])
def test_only_the_masked_part_becomes_new(shown: int, tmp_path: Path, runtime: Runtime) -> None:
    folder = open_folder(make_folder(tmp_path, Kind(shown=shown)))
    picture = np.full((24, 32, 3), colour_of("blue"), np.float32)
    mask = np.zeros((24, 32), np.float32)
    mask[8:16, 16:32] = 1.0
    made = generate(folder, runtime, replace(WISH, picture=picture, mask=mask, steps=20, sampler="euler"))[0]
    assert np.abs(made[mask > 0] - colour_of("red")).max() < 0.02
    assert np.abs(made[mask == 0] - colour_of("blue")).max() < 0.05


def test_a_model_for_filling_says_so(tmp_path: Path, runtime: Runtime) -> None:
    with pytest.raises(ModelError, match="only fills"):
        generate(open_folder(make_folder(tmp_path, Kind(shown=9))), runtime, WISH)


def test_a_model_of_one_size_names_it(tmp_path: Path, runtime: Runtime) -> None:
    folder = open_folder(make_folder(tmp_path, Kind(size=64)))
    with pytest.raises(ModelError, match="64 x 64"):
        generate(folder, runtime, WISH)
    assert generate(folder, runtime, replace(WISH, width=64, height=64))[0].shape == (64, 64, 3)


def test_what_is_missing_is_named(tmp_path: Path, runtime: Runtime) -> None:
    model = make_folder(tmp_path, Kind(with_encoder=False))
    with pytest.raises(ModelError, match="vae_encoder"):
        generate(open_folder(model), runtime, replace(WISH, picture=np.zeros((24, 32, 3), np.float32)))
    (tmp_path / "unet" / "model.onnx").unlink()
    with pytest.raises(ModelError, match="unet is missing"):
        open_folder(model)


def test_odd_sizes_are_refused(plain: InstalledModel, runtime: Runtime) -> None:
    with pytest.raises(ModelError, match="multiples of 8"):
        generate(open_folder(plain), runtime, replace(WISH, width=30))


def test_memory_is_asked_first(plain: InstalledModel, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = open_folder(plain)
    monkeypatch.setattr(memory, "free_memory", lambda: 600 << 20)
    with pytest.raises(ModelError, match="about .* MB of memory; 344 MB are free"):
        generate(folder, runtime, replace(WISH, width=1024, height=1024))


def test_with_little_memory_networks_come_one_after_the_other(
    plain: InstalledModel, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = open_folder(plain)
    weights = folder.weights
    work = memory.working_memory(32, 24)
    enough_for_one = int(max(weights.values()) * memory.HELD) + work + memory.RESERVE + 1
    monkeypatch.setattr(memory, "free_memory", lambda: enough_for_one)
    closed: list[bool] = []
    monkeypatch.setattr(runtime, "close", lambda: closed.append(True))
    generate(folder, runtime, WISH)
    assert len(closed) == 3


class Stopped(Exception):
    pass


class StopAt:
    """Progress that asks to stop at a share."""

    def __init__(self, last: float, start: float = 0.0, end: float = 1.0) -> None:
        self.last, self.start, self.end = last, start, end
        self.heard: list[float] = []

    def __call__(self, share: float, text: str = "") -> None:
        self.heard.append(self.start + (self.end - self.start) * share)
        if self.heard[-1] >= self.last:
            raise Stopped

    def check(self) -> None:
        pass

    def part(self, start: float, end: float) -> StopAt:
        length = self.end - self.start
        made = StopAt(self.last, self.start + length * start, self.start + length * end)
        made.heard = self.heard
        return made


def test_it_stops_between_two_steps(plain: InstalledModel, runtime: Runtime) -> None:
    progress = StopAt(0.5)
    with pytest.raises(Stopped):
        generate(open_folder(plain), runtime, WISH, progress=progress)
    assert max(progress.heard) < 0.7
    assert progress.heard == sorted(progress.heard)
