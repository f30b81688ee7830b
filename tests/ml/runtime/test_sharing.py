"""No room for what goes over between the processes: smaller tiles on either side, or a sentence, and it goes on."""

from __future__ import annotations

import errno
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from ml.errors import ModelError, OutOfMemory
from ml.runtime import child
from ml.runtime.memory import says_no_room
from ml.runtime.runtime import Runtime
from ml.runtime.segment import Segment
from ml.runtime.tiling import tiled
from ml.runtime.worker import serve
from tests.ml import small_models

ROOM = 200 * 200 * 4
REAL = Segment.create


def scarce(code: int):
    """Segments up to ROOM bytes; more of it fails as the system fails."""

    def create(size: int) -> Segment:
        if size > ROOM:
            raise OSError(code, "no more of it")
        return REAL(size)

    return create


def serve_without_memory(connection: Connection, lifeline: Connection, setup: bytes) -> None:
    Segment.create = scarce(errno.ENOMEM)
    serve(connection, lifeline, setup)


def serve_without_space(connection: Connection, lifeline: Connection, setup: bytes) -> None:
    Segment.create = scarce(errno.ENOSPC)
    serve(connection, lifeline, setup)


def serve_without_handles(connection: Connection, lifeline: Connection, setup: bytes) -> None:
    Segment.create = scarce(errno.EMFILE)
    serve(connection, lifeline, setup)


def serve_and_map_nothing_large(connection: Connection, lifeline: Connection, setup: bytes) -> None:
    real = Segment.receive

    def receive(connection: Connection, size: int, tag: str) -> Segment:
        found = real(connection, size, tag)
        if size > ROOM:
            found.close()
            raise OSError(errno.ENOMEM, "no more of it")
        return found

    Segment.receive = receive
    serve(connection, lifeline, setup)


@pytest.fixture
def blur(tmp_path: Path) -> Path:
    return small_models.blur(tmp_path / "blur.onnx", channels=1)


def in_tiles(runtime: Runtime, path: Path) -> list[int]:
    """A picture of 400 x 400 through a blur; returns the tiles' sizes, having looked at the result."""
    sizes = []

    def function(tile):
        sizes.append(tile.shape[0])
        return runtime.run(path, {"x": tile[None, :, :, 0][None]})["y"][0].transpose(1, 2, 0)

    found = tiled(np.ones((400, 400, 1), np.float32), function, tile=400, overlap=16)
    assert np.allclose(found[8:-8, 8:-8], 1.0, atol=1e-5)
    return sizes


@pytest.mark.parametrize("target", [serve_without_memory, serve_without_space, serve_and_map_nothing_large])
def test_a_worker_without_room_gets_smaller_tiles(monkeypatch, blur, target) -> None:
    monkeypatch.setattr(child, "serve", target)
    with Runtime(gpu=False) as runtime:
        runtime.signature(blur)
        worker = runtime.worker
        sizes = in_tiles(runtime, blur)
        assert sizes[:2] == [400, 200] and set(sizes[1:]) == {200}
        assert runtime.worker == worker, "it need not be started anew"
        with pytest.raises(OutOfMemory, match="more memory"):
            runtime.run(blur, {"x": np.ones((1, 1, 400, 400), np.float32)})
        assert runtime.run(blur, {"x": np.ones((1, 1, 20, 20), np.float32)})["y"].shape == (1, 1, 20, 20)


@pytest.mark.parametrize("code", [errno.ENOMEM, errno.ENOSPC])
def test_no_room_for_what_is_sent_means_smaller_tiles_too(monkeypatch, blur, code) -> None:
    monkeypatch.setattr(Segment, "create", scarce(code))
    with Runtime(gpu=False) as runtime:
        sizes = in_tiles(runtime, blur)
        assert sizes[:2] == [400, 200] and set(sizes[1:]) == {200}


def test_no_room_for_what_comes_back(monkeypatch, blur) -> None:
    real = Segment.receive

    def receive(connection: Connection, size: int, tag: str) -> Segment:
        found = real(connection, size, tag)
        if size > ROOM:
            found.close()
            raise OSError(errno.ENOMEM, "no more of it")
        return found

    monkeypatch.setattr(Segment, "receive", receive)
    with Runtime(gpu=False) as runtime:
        assert in_tiles(runtime, blur)[:2] == [400, 200]


def test_other_failures_to_share_are_sentences(monkeypatch, blur) -> None:
    big, small = np.ones((1, 1, 400, 400), np.float32), np.ones((1, 1, 20, 20), np.float32)
    with monkeypatch.context() as patched:
        patched.setattr(child, "serve", serve_without_handles)
        with Runtime(gpu=False) as runtime:
            with pytest.raises(ModelError, match="no more of it") as caught:
                runtime.run(blur, {"x": big})
            assert not isinstance(caught.value, OutOfMemory)
            assert runtime.run(blur, {"x": small})["y"].shape == (1, 1, 20, 20)
    monkeypatch.setattr(Segment, "create", scarce(errno.EMFILE))
    with Runtime(gpu=False) as runtime:
        with pytest.raises(ModelError, match="cannot be shared"):
            runtime.run(blur, {"x": big})
        assert runtime.run(blur, {"x": small})["y"].shape == (1, 1, 20, 20)


def test_what_says_that_there_is_no_room() -> None:
    paging = OSError("The paging file is too small")
    paging.winerror = 1455  # as Windows gives it
    assert says_no_room(paging) and says_no_room(MemoryError()) and says_no_room(OSError(errno.ENOMEM, ""))
    assert not says_no_room(OSError(errno.EPIPE, ""))
