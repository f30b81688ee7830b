"""Blobs that wait for a commit: counted once, however many threads put them."""

import os
from pathlib import Path
from threading import Thread

from editor.storage import create_project
from editor.storage.blobs import FileBlobs
from editor.storage.garbage import collect_garbage


def test_many_threads_may_put_the_same_bytes(tmp_path: Path) -> None:
    with create_project(tmp_path / "a.atelier") as opened:
        blobs = FileBlobs(opened.store, memory=100_000)
        pieces = [bytes([number]) * 10_000 for number in range(30)]
        threads = [Thread(target=lambda: [blobs.put(data) for data in pieces]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        names = [blobs.put(data) for data in pieces]
        assert [blobs.get(name) for name in names] == pieces
        for name in names:
            blobs.discard(name)
        assert blobs._pending_bytes == 0
        blobs.close()


def test_what_was_prepared_is_stored_as_it_is(tmp_path: Path) -> None:
    with create_project(tmp_path / "a.atelier") as opened:
        blobs = FileBlobs(opened.store)
        pieces = [b"smooth" * 20_000, bytes(range(256)) * 300, b"gone" * 20_000]
        names = [blobs.put(data) for data in pieces]
        blobs.prepare()
        blobs.prepare()
        blobs.discard(names.pop())
        late = blobs.put(b"late" * 9_000)
        waiting = blobs.waiting([*names, late])
        opened.store.write(lambda connection: blobs.insert(connection, waiting))
        blobs.stored(waiting)
        blobs.forget_cache()
        assert [blobs.get(name) for name in (*names, late)] == [*pieces[:2], b"late" * 9_000]
        assert blobs._packed == {}
        assert blobs._pending_bytes == 0
        blobs.close()


def test_much_is_written_ahead_and_the_edit_only_names_it(tmp_path: Path) -> None:
    path = tmp_path / "a.atelier"
    with create_project(path) as opened:
        blobs = opened.project.blobs
        assert isinstance(blobs, FileBlobs)
        names = [blobs.put(os.urandom(700_000)) for _ in range(9)]
        blobs.prepare()
        assert sorted(blobs.names()) == sorted(names) and blobs._pending_bytes == 0
        assert not blobs.waiting(names) and all(len(blobs.get(name)) == 700_000 for name in names)
        small = blobs.put(b"little" * 100)
        blobs.prepare()
        assert small not in blobs.names()
        collect_garbage(opened.store, blobs.put_again)
        assert sorted(blobs.names()) == sorted(names)  # an edit may be about to name them


def test_what_moved_to_the_temporary_file_is_written_ahead_too(tmp_path: Path) -> None:
    with create_project(tmp_path / "a.atelier") as opened:
        blobs = FileBlobs(opened.store, memory=1 << 20)
        pieces = [os.urandom(400_000) for _ in range(6)]
        names = [blobs.put(data) for data in pieces]
        assert blobs._spilled
        blobs.prepare()
        assert not blobs._spilled and sorted(blobs.names()) == sorted(names)
        assert [blobs.get(name) for name in names] == pieces
        blobs.close()
