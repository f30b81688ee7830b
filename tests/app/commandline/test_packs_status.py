"""Packs that need packs, and `sync status`, from the terminal."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from app.commandline.main import main
from app.packs.notes import begun, begun_work
from sync.credentials import Place
from sync.packs.installing import INCOMING, installed, locked
from sync.progress import SILENT
from tests.sync.packs import written

KEYS = {"ann": "11" * 32, "bob": "22" * 32}


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("ATELIER_SIGNING_KEY", KEYS["ann"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not shown")


@pytest.fixture
def bucket(store: str, request: pytest.FixtureRequest) -> list[str]:
    import boto3

    name = f"tree{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}"
    boto3.client("s3", endpoint_url=store, region_name="us-east-1").create_bucket(Bucket=name)
    return [name, "--endpoint", store]


def built(tmp_path: Path, name: str, version: str, *needs: str) -> Path:
    folder, target = tmp_path / f"{name}-art", tmp_path / "files" / f"{name}-{version}.atelierpack"
    written(folder, {f"{name}.txt": version.encode(), "note.txt": name.encode()})
    target.parent.mkdir(exist_ok=True)
    more = [word for need in needs for word in ("--needs", need)]
    described = ["--name", name, "--version", version, "--author", "Ann", "--licence", "CC0-1.0"]
    assert main(["pack", "build", str(folder), str(target), *described, *more]) == 0
    return target


def here(tmp_path: Path) -> list[str]:
    return [pack.manifest.label for pack in installed(tmp_path / "packs")]


def status(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["sync", "status", *words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_pack_file_brings_what_lies_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forest, inks = built(tmp_path, "forest", "1.0.0", "inks=1.0.0"), built(tmp_path, "inks", "1.1.0")
    inks.rename(tmp_path / "away.atelierpack")
    (inks.parent / "damaged.atelierpack").write_bytes(b"PK no")
    assert main(["pack", "install", str(forest)]) == 1
    said = capsys.readouterr().err
    assert "forest 1.0.0 needs packs that are not here: inks 1.0.0." in said
    assert "lay their files beside this one" in said
    assert here(tmp_path) == []
    (tmp_path / "away.atelierpack").rename(inks)
    assert main(["pack", "install", str(forest)]) == 0
    assert "with inks 1.1.0 by Ann, which lies beside it" in capsys.readouterr().out
    assert here(tmp_path) == ["forest 1.0.0", "inks 1.1.0"]
    assert main(["pack", "remove", "inks", "1.1.0"]) == 1
    assert "it is needed by forest 1.0.0" in capsys.readouterr().err
    assert here(tmp_path) == ["forest 1.0.0", "inks 1.1.0"]
    assert main(["pack", "remove", "inks", "1.1.0", "--anyway"]) == 0
    assert [pack["lacks"] for pack in status(capsys, "--offline")["packs"] if pack["kind"] == "installed"] == [
        ["inks 1.0.0"]
    ]  # fmt: skip


def test_a_pack_file_comes_alone(tmp_path: Path) -> None:
    assert main(["pack", "install", str(built(tmp_path, "forest", "1.0.0", "inks=1.0.0")), "--alone"]) == 0
    assert here(tmp_path) == ["forest 1.0.0"]


def test_a_pull_shows_and_brings_the_tree(
    bucket: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for pack in (built(tmp_path, "inks", "1.0.0"), built(tmp_path, "forest", "1.0.0", "inks=1.0.0")):
        assert main(["sync", "push", *bucket, str(pack)]) == 0
    capsys.readouterr()
    monkeypatch.setenv("ATELIER_PACKS", str(tmp_path / "theirs"))
    assert main(["sync", "pull", *bucket, "forest", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == [  # a file that both have comes once
        "would fetch inks 1.0.0 by Ann: 2 files, 0.0 MB", "would fetch forest 1.0.0 by Ann: 1 file, 0.0 MB",
        "2 packs, 0.0 MB in all",
    ]  # fmt: skip
    assert not (tmp_path / "theirs").exists()
    assert main(["sync", "pull", *bucket, "forest"]) == 0
    assert [pack.manifest.label for pack in installed(tmp_path / "theirs")] == ["forest 1.0.0", "inks 1.0.0"]
    assert not status(capsys, "--offline")["kept"]


def test_what_the_bucket_lacks_is_said_before_anything_is_fetched(
    bucket: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sync", "push", *bucket, str(built(tmp_path, "forest", "1.0.0", "inks=2.0.0"))]) == 0
    for more in ([], ["--dry-run"]):
        assert main(["sync", "pull", *bucket, "forest", *more]) == 1
        said = capsys.readouterr().err
        assert "forest 1.0.0 needs packs that are not here: inks 2.0.0." in said
        assert "not in this bucket" in said
    assert here(tmp_path) == []
    assert main(["sync", "pull", *bucket, "forest", "--alone"]) == 0
    assert here(tmp_path) == ["forest 1.0.0"]


def test_authors_that_nobody_named_are_asked_about(
    bucket: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    forest = built(tmp_path, "forest", "1.0.0", "inks=1.0.0")
    monkeypatch.setenv("ATELIER_SIGNING_KEY", KEYS["bob"])
    for pack in (forest, built(tmp_path, "inks", "1.0.0")):
        assert main(["sync", "push", *bucket, str(pack)]) == 0
    capsys.readouterr()
    assert main(["sync", "pull", *bucket, "forest"]) == 1
    shown = capsys.readouterr()
    assert "inks 1.0.0 by Ann, an author new to you" in shown.out
    assert "There is nobody to ask" in shown.err
    assert here(tmp_path) == []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    assert main(["sync", "pull", *bucket, "forest"]) == 1
    assert here(tmp_path) == []
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert main(["sync", "pull", *bucket, "forest"]) == 0
    assert here(tmp_path) == ["forest 1.0.0", "inks 1.0.0"]


def test_status_tells_how_everything_stands(
    bucket: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = built(tmp_path, "inks", "1.0.0")
    assert main(["pack", "install", str(first)]) == 0
    (state, note) = status(capsys, "--offline")["packs"]
    assert (state["kind"], state["version"], state["newer"], state["changed"]) == ("installed", "1.0.0", "", [])
    assert (note["kind"], note["published"], note["changed"]) == ("built", [], [])
    assert main(["sync", "push", *bucket, str(first)]) == 0
    second = built(tmp_path, "inks", "1.1.0")
    assert main(["sync", "push", *bucket, str(second)]) == 0
    written(tmp_path / "inks-art", {"more.txt": b"more", "note.txt": b"other"})
    (tmp_path / "packs" / "inks" / "1.0.0" / "files" / "note.txt").write_bytes(b"edited")
    (state, note) = status(capsys, *bucket)["packs"]
    assert (state["newer"], state["changed"]) == ("1.1.0", ["note.txt"])
    assert (note["version"], note["changed"], note["added"]) == ("1.1.0", ["note.txt"], ["more.txt"])
    assert note["published"] == [f"{bucket[2]}/{bucket[0]}"]
    assert main(["sync", "status", *bucket]) == 0
    head, row, *_rest = capsys.readouterr().out.splitlines()
    assert head.split() == ["Pack", "Version", "State"]
    assert "1.1.0 is in" in row
    assert "1 file was changed here" in row


def test_a_bucket_that_does_not_answer_is_said_and_the_rest_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.wire.LONGEST_PAUSE", 0.0)
    assert main(["pack", "install", str(built(tmp_path, "inks", "1.0.0"))]) == 0
    assert main(["sync", "status", "packs", "--endpoint", "http://127.0.0.1:9"]) == 0
    shown = capsys.readouterr()
    assert "as it was signed" in shown.out
    assert "cannot be reached" in shown.err


def test_a_pull_that_was_cut_off_shows_goes_on_and_can_be_dropped(
    bucket: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.bucket import Bucket
    from sync.errors import SyncError

    assert main(["sync", "push", *bucket, str(built(tmp_path, "inks", "1.0.0"))]) == 0
    original = Bucket.get
    fetched: list[str] = []

    def cut(self: Bucket, name: str, start: int, write: Any) -> str:
        if name.startswith("objects/"):
            fetched.append(name)
            if len(fetched) % 2 == 0:
                raise SyncError("{place} cannot be reached.", place="it")
        return original(self, name, start, write)

    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "get", cut)
        assert main(["sync", "pull", *bucket, "inks", "--threads", "1"]) == 1
    found = status(capsys, "--offline")
    (begun,) = [state for state in found["packs"] if state["kind"] == "begun"]
    assert (begun["verb"], begun["name"], begun["version"]) == ("pull", "inks", "1.0.0")
    assert found["kept"] in (4, 5)
    assert main(["sync", "drop", "inks=1.0.0"]) == 1, "this very process is said to be at it"
    monkeypatch.setattr("app.packs.notes.Begun.is_under_way", False)
    assert main(["sync", "drop", "inks=1.0.0"]) == 0
    found = status(capsys, "--offline")
    assert not found["kept"]
    assert [state["kind"] for state in found["packs"]] == ["built"]
    assert main(["sync", "pull", *bucket, "inks"]) == 0
    assert here(tmp_path) == ["inks 1.0.0"]
    assert main(["sync", "drop", "inks=1.0.0"]) == 0, "the note that it was built"
    assert main(["sync", "drop", "inks=1.0.0"]) == 1


def test_what_was_read_before_is_not_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["pack", "install", str(built(tmp_path, "inks", "1.0.0"))]) == 0
    for path in (*(tmp_path / "packs" / "inks").rglob("*.txt"), *(tmp_path / "inks-art").iterdir()):
        os.utime(path, (1, 1))
    monkeypatch.setattr("app.packs.changing.SETTLED", 0)
    status(capsys, "--offline")
    read: list[Path] = []
    monkeypatch.setattr("app.packs.changing.hash_file", lambda path, progress: read.append(path))
    assert not any(state["changed"] for state in status(capsys, "--offline")["packs"])
    assert not read


def test_status_waits_for_nobody_who_installs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull that was cut off, of a pack that came another way: its note goes once nobody is at work in the folder."""
    inks, root = built(tmp_path, "inks", "1.0.0"), tmp_path / "packs"
    assert main(["pack", "install", str(inks)]) == 0
    (pack,) = installed(root)
    with pytest.raises(KeyboardInterrupt), begun("pull", pack.manifest, Place("packs", "", "http://127.0.0.1:9"), 1):
        raise KeyboardInterrupt
    monkeypatch.setattr("app.packs.notes.Begun.is_under_way", False)
    (root / INCOMING / "objects").mkdir()
    held, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(root, SILENT):
            held.set()
            leave.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    try:
        assert [state["kind"] for state in status(capsys, "--offline")["packs"]] == ["installed", "built"]
        assert not leave.is_set()
        assert len(begun_work()) == 1
    finally:
        leave.set()
        thread.join()
    status(capsys, "--offline")
    assert not begun_work()


def test_a_full_disk_costs_the_notes_and_not_the_work(
    bucket: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inks = built(tmp_path, "inks", "1.0.0")
    assert main(["pack", "install", str(inks)]) == 0

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr("sync.packs.hashing.whole", full)
    monkeypatch.setattr("app.packs.changing.whole", full)
    for path in (*(tmp_path / "packs" / "inks").rglob("*.txt"), *(tmp_path / "inks-art").iterdir()):
        os.utime(path, (1, 1))
    monkeypatch.setattr("app.packs.changing.SETTLED", 0)  # so that there is something to remember
    assert main(["sync", "push", *bucket, str(inks)]) == 0
    states = status(capsys, *bucket)["packs"]
    assert [(state["kind"], len(state["published"])) for state in states] == [("installed", 0), ("built", 1)]
