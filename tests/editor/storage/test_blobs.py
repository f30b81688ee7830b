"""Blobs that wait for a commit: counted once, however many threads put them."""

from pathlib import Path
from threading import Thread

from editor.storage import create_project
from editor.storage.blobs import FileBlobs


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
