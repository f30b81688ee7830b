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
