"""Runs: what is written down, killed and gone on with, asked to stop, failed in plain words; export and promotion."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.catalogue import versions
from ml.catalogue.store import ModelStore
from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from ml.training import process
from ml.training.compare import compare, held_out
from ml.training.export import best_checkpoint, install
from ml.training.tracking import State, Tracking, Wish
from tests.ml.training.pictures import folder_of_pictures
from tests.ml.training.small_recipes import small


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small only wait for each other on several."""
    if find_spec("torch") is None:
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def tracking(tmp_path: Path) -> Tracking:
    return Tracking(tmp_path / "models" / ".training" / "training.sqlite")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_of_pictures(tmp_path / "pictures", count=5)


def until(condition: Callable[[], bool], seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def trained(tracking: Tracking, folder: Path, **more: Any) -> int:
    """A run trained to its end in this process."""
    pytest.importorskip("torch", reason="needs the extra `train`")
    from ml.training import worker

    key = tracking.create(small(**more), folder).id
    assert worker.main(str(tracking.path), str(key)) == 0
    return key


def test_a_run_is_written_down_whole(tracking: Tracking, folder: Path) -> None:
    (folder / "broken.png").write_bytes(b"no")
    key = trained(tracking, folder)
    run = tracking.run(key)
    assert (run.name, run.state, run.step, run.failure) == (f"small-upscale.{key}", "done", 40, None)
    assert run.recipe == small() and run.recipe_hash == small().digest() and run.seconds > 0
    counts = {role: len(tracking.pictures(key, role)) for role in ("training", "held out", "skipped")}
    assert counts == {"training": 3, "held out": 2, "skipped": 1}
    assert [step for step, _ in tracking.curve(key, "loss")] == [10, 20, 30, 40]
    [(zero, before), *_, (_, after)] = tracking.curve(key, "psnr")
    [(_, base)] = tracking.curve(key, "base_psnr")
    assert zero == 0 and before == pytest.approx(base, abs=0.3) and after > before
    assert [one.step for one in tracking.checkpoints(key)][-2:] == [30, 40]


def test_killed_in_the_middle_it_goes_on_with_the_same_curve(tracking: Tracking, folder: Path) -> None:
    """Two runs of one recipe in processes of their own: one is left alone, one gets SIGKILL between two checkpoints."""
    pytest.importorskip("torch", reason="needs the extra `train`")
    if os.name != "posix":
        pytest.skip("there is no SIGKILL here")
    recipe = small(count=300, keep_every=30, measure_every=20)
    alone, killed = (tracking.create(recipe, folder).id for _ in range(2))
    children = [process.start(tracking, key, threads=1) for key in (alone, killed)]
    until(lambda: len(tracking.checkpoints(killed)) > 0)
    os.kill(children[1].pid, signal.SIGKILL)
    children[1].wait()
    run = process.refreshed(tracking, killed)
    assert run.state == "paused" and run.step < 300 and tracking.checkpoints(killed)[-1].step < 300
    resumed = process.start(tracking, killed, threads=1)
    until(lambda: all(process.refreshed(tracking, key).state == "done" for key in (alone, killed)))
    assert [resumed.wait(), children[0].wait()] == [0, 0]
    for name in ("loss", "psnr", "rate"):
        assert tracking.curve(killed, name) == tracking.curve(alone, name)
    files = [best_checkpoint(tracking, key).path.with_suffix(".onnx").read_bytes() for key in (alone, killed)]
    assert weights_of(files[0]) == weights_of(files[1])


def weights_of(model: bytes) -> list[bytes]:
    import onnx

    return [item.raw_data for item in onnx.load_from_string(model).graph.initializer]


def test_asked_to_pause_and_to_stop(tracking: Tracking, folder: Path) -> None:
    pytest.importorskip("torch", reason="needs the extra `train`")
    from ml.training import trainer

    key = tracking.create(small(count=100_000, keep_every=50_000, measure_every=50_000), folder).id
    tracking.begin(key, os.getpid())

    class Asks:
        """Asks after a while, as a window would."""

        def __call__(self, share: float, text: str = "") -> None:
            tracking.note(key, wanted="pause")

        def check(self) -> None:
            pass

        def part(self, start: float, end: float) -> Any:
            return self if start > 0 else process_silent()

    def process_silent() -> Any:
        from ml.progress import SILENT

        return SILENT

    assert trainer.train(tracking, key, Asks()) == "pause"
    step = tracking.run(key).step
    assert tracking.checkpoints(key)[-1].step >= step > 0
    tracking.end(key, "paused")
    process.ask(tracking, key, "stop")
    assert tracking.run(key).state == "stopped"


@pytest.mark.parametrize(("wish", "state"), [("pause", "paused"), ("stop", "stopped")])
def test_a_wish_before_the_process_has_begun_holds(
    tracking: Tracking, folder: Path, wish: Wish, state: State
) -> None:
    """Python and torch take seconds to load; whoever asks meanwhile is heard, and can resume what was paused."""
    pytest.importorskip("torch", reason="needs the extra `train`")
    key = tracking.create(small(), folder).id
    child = process.start(tracking, key, threads=1)
    process.ask(tracking, key, wish)
    assert child.wait(90) == 0
    run = tracking.run(key)
    assert (run.state, run.step) == (state, 0)
    assert process.start(tracking, key, threads=1).wait(90) == 0
    assert tracking.run(key).state == "done"


def test_a_wish_while_pictures_are_gathered_holds(
    tracking: Tracking, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="needs the extra `train`")
    from ml.training import trainer, worker

    key = tracking.create(small(), folder).id
    gather = trainer.gather

    def asks(*arguments: Any) -> Any:
        process.ask(tracking, key, "pause")
        return gather(*arguments)

    monkeypatch.setattr(trainer, "gather", asks)
    monkeypatch.setattr(process, "_lives", lambda run: True)
    assert worker.main(str(tracking.path), str(key)) == 0
    assert (tracking.run(key).state, tracking.run(key).step) == ("paused", 0)


def test_without_torch_it_says_what_to_install(
    tracking: Tracking, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "find_spec", lambda name: None)
    key = tracking.create(small(), folder).id
    with pytest.raises(ModelError, match="needs PyTorch") as caught:
        process.start(tracking, key)
    assert "pip install" in caught.value.remedy and tracking.run(key).state == "new"


def test_a_run_cannot_be_trained_twice_at_once_nor_after_its_end(tracking: Tracking, folder: Path) -> None:
    pytest.importorskip("torch", reason="needs the extra `train`")
    key = tracking.create(small(), folder).id
    tracking.note(key, state="running", process=None, heartbeat=time.time())
    with pytest.raises(ModelError, match="trained already"):
        process.start(tracking, key)
    tracking.note(key, state="done")
    with pytest.raises(ModelError, match="is done"):
        process.start(tracking, key)
    with pytest.raises(ModelError, match="no training run 99"):
        tracking.run(99)


def test_what_goes_wrong_stands_in_the_row(tracking: Tracking, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch", reason="needs the extra `train`")
    from ml.training import trainer, worker

    key = tracking.create(small(), folder / "absent").id
    assert worker.main(str(tracking.path), str(key)) == 1
    failure = tracking.run(key).failure
    assert tracking.run(key).state == "failed" and failure is not None and "no folder" in str(failure)

    monkeypatch.setitem(trainer.LOSSES, "charbonnier", lambda made, truth: (made - truth).mean() * float("nan"))
    key = tracking.create(small(), folder).id
    assert worker.main(str(tracking.path), str(key)) == 1
    assert "went astray" in str(tracking.run(key).failure)


def test_a_full_disk_leaves_the_checkpoint_before(
    tracking: Tracking, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="needs the extra `train`")
    from ml.training import trainer, worker

    kept = trainer._write_whole

    def full(path: Path, state: dict[str, Any]) -> None:
        if state["step"] > 15:
            path.with_suffix(".part").write_bytes(b"half")
            raise OSError(28, "No space left on device")
        kept(path, state)

    monkeypatch.setattr(trainer, "_write_whole", full)
    key = tracking.create(small(), folder).id
    assert worker.main(str(tracking.path), str(key)) == 1
    assert "the disk is full" in str(tracking.run(key).failure)
    assert [one.step for one in tracking.checkpoints(key)] == [15]
    assert not list(tracking.folder(key).glob("*.part"))
    monkeypatch.setattr(trainer, "_write_whole", kept)
    assert worker.main(str(tracking.path), str(key)) == 0
    assert tracking.run(key).state == "done"


def test_a_damaged_checkpoint_is_passed_over(tracking: Tracking, folder: Path) -> None:
    key = trained(tracking, folder)
    last = tracking.checkpoints(key)[-1]
    last.path.write_bytes(last.path.read_bytes()[:-100])
    assert last.step not in [one.step for one in tracking.checkpoints(key)]


@pytest.mark.parametrize("task", ["upscale", "denoise"])
def test_exported_compared_promoted_and_rolled_back(
    tracking: Tracking, folder: Path, tmp_path: Path, task: str
) -> None:
    key, store = trained(tracking, folder, task=task, count=150, keep_every=50), ModelStore(tmp_path / "models")
    model = install(tracking, key, store)
    assert install(tracking, key, store).sha256 == model.sha256
    assert (model.task, model.licence) == (task, "MIT") and model.origin == f"training run small-{task}.{key}"
    assert [row["model"] for row in tracking.exports(key)] == [model.name]
    run = tracking.run(key)
    pictures = held_out(folder, [row["name"] for row in tracking.pictures(key)], run.recipe)
    with Runtime(threads=1, gpu=False) as runtime:
        found = compare(runtime, [model], pictures, run.recipe)
    assert len(found) == 2
    gains = [item.results[model.name].psnr - item.results[""].psnr for item in found]
    assert np.mean(gains) > 0.02 and all(item.results[model.name].made.shape == item.truth.shape for item in found)
    versions.promote(store, model.name)
    assert versions.default_model(store, task) == model
    assert versions.roll_back(store, task) == versions.BUILT_IN
    with pytest.raises(ModelError, match="nothing to go back to"):
        versions.roll_back(store, task)


def test_pictures_that_are_gone_are_left_out(tracking: Tracking, folder: Path) -> None:
    assert [name for name, _ in held_out(folder, ["picture-1.png", "gone.png"], small())] == ["picture-1.png"]
    with pytest.raises(ModelError, match="None of the held-out"):
        held_out(folder, ["gone.png"], small())


def test_a_run_without_a_checkpoint_cannot_be_exported(tracking: Tracking, folder: Path, tmp_path: Path) -> None:
    key = tracking.create(small(), folder).id
    with pytest.raises(ModelError, match="no checkpoint yet"):
        install(tracking, key, ModelStore(tmp_path / "models"))
