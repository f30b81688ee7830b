"""Followed folders, live: what happens in them is in the catalogue a moment later."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.library import watching
from editor.library.library import Library
from editor.library.marks import Marks, is_being_written
from editor.library.places import follow, unfollow
from editor.library.search.results import assets_by_id
from editor.library.tags import tag_assets, tags_of
from editor.library.trash import to_trash
from editor.library.watching import FolderWatch, Heard

LONG_ENOUGH = 30.0


def eventually(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG_ENOUGH
    while not condition():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)


def names(library: Library, query: str = "") -> set[str]:
    return {asset.name for asset in assets_by_id(library.catalogue, library.finder.find(query)).values()}


@pytest.fixture(params=["told", "compared"])
def watched(
    library: Library, files: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Library]:
    """Three files, taken in and watched: by events, and where there are none by comparing."""
    monkeypatch.setattr(watching, "COMPARE", 0.2)
    monkeypatch.setattr(watching, "LOOK_AGAIN", 0.1)
    if request.param == "compared":
        monkeypatch.setattr(watching, "place_of", lambda _folder: "network")
    follow(library.catalogue, files)
    with FolderWatch(library):
        eventually(lambda: len(names(library)) == 3)
        yield library


def test_new_changed_moved_and_deleted_files(watched: Library, files: Path) -> None:
    (files / "new.png").write_bytes(b"new")
    eventually(lambda: "new.png" in names(watched))
    (key,) = (int(one) for one in watched.finder.find("name:new.png"))
    tag_assets(watched.catalogue, [key], ["Kept"])

    (files / "new.png").write_bytes(b"changed content")
    eventually(lambda: watched.asset(key).size == 15)

    (files / "new.png").rename(files / "inner" / "renamed.png")
    eventually(lambda: watched.at(files / "inner" / "renamed.png") is not None)
    assert watched.at(files / "inner" / "renamed.png") == watched.asset(key)
    assert "renamed.png" not in names(watched, "is:missing")

    (files / "inner" / "renamed.png").unlink()
    eventually(lambda: set(watched.finder.find("is:missing")) == {key})
    assert tags_of(watched.catalogue, key) == ["Kept"]


def test_whole_folders_come_and_go(watched: Library, files: Path) -> None:
    outside = files.parent / "outside"
    (outside / "deep" / "deeper").mkdir(parents=True)
    (outside / "deep" / "deeper" / "leaf.png").write_bytes(b"leaf")
    outside.rename(files / "arrived")
    eventually(lambda: "leaf.png" in names(watched))
    (files / "arrived").rename(files.parent / "left")
    eventually(lambda: names(watched, "is:missing") == {"leaf.png"})
    (files.parent / "left").rename(files / "back")
    eventually(lambda: not names(watched, "is:missing"))
    assert watched.at(files / "back" / "deep" / "deeper" / "leaf.png") is not None
    (files / "back" / "deep" / "deeper" / "bud.png").write_bytes(b"bud")
    eventually(lambda: watched.at(files / "back" / "deep" / "deeper" / "bud.png") is not None)


def test_a_folder_that_vanishes_is_away_and_comes_back(watched: Library, files: Path) -> None:
    files.rename(files.parent / "unplugged")
    eventually(lambda: len(names(watched, "is:missing")) == 3)
    assert len(names(watched)) == 3, "nothing is forgotten"
    (files.parent / "unplugged").rename(files)
    eventually(lambda: not names(watched, "is:missing"))
    (files / "later.png").write_bytes(b"later")
    eventually(lambda: "later.png" in names(watched))


def test_a_place_where_another_disk_is_mounted_now(watched: Library, files: Path) -> None:
    files.rename(files.parent / "unplugged")
    files.mkdir()
    (files / "other.png").write_bytes(b"of another disk")
    eventually(lambda: names(watched, "-is:missing") == {"other.png"})


def test_folders_are_followed_and_left_while_it_watches(watched: Library, files: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "there.png").write_bytes(b"there already")
    follow(watched.catalogue, other)
    eventually(lambda: "there.png" in names(watched))
    (other / "then.png").write_bytes(b"then")
    eventually(lambda: "then.png" in names(watched))
    unfollow(watched.catalogue, files)
    time.sleep(0.5)  # until it has seen that; there is nothing to wait for
    (files / "unseen.png").write_bytes(b"unseen")
    (other / "seen.png").write_bytes(b"seen")
    eventually(lambda: "seen.png" in names(watched))
    assert "unseen.png" not in names(watched)


def test_hidden_and_half_written_files_are_left_alone(watched: Library, files: Path) -> None:
    (files / ".hidden").mkdir()
    (files / ".hidden" / "secret.png").write_bytes(b"secret")
    (files / "film.mp4.part").write_bytes(b"half")
    os.symlink(files / "oak.png", files / "link.png")
    (files / "film.mp4.part").rename(files / "film.mp4")
    eventually(lambda: "film.mp4" in names(watched))
    assert names(watched) == {"film.mp4", "oak.png", "rain.wav", "SunsetBeach01.jpg"}


def test_a_file_is_taken_when_it_is_whole(library: Library, files: Path) -> None:
    follow(library.catalogue, files)
    heard: list[Heard] = []
    with FolderWatch(library, heard.append, marks=Marks(settle=0.1)):
        eventually(lambda: len(names(library)) == 3)
        with open(files / "slow.png", "wb") as slow:
            for _ in range(3):
                slow.write(b"x" * 1000)
                slow.flush()
                (files / f"beside {slow.tell()}.png").write_bytes(b"%d" % slow.tell())
                eventually(lambda: f"beside {slow.tell()}.png" in names(library))
            assert "slow.png" not in names(library)
        eventually(lambda: "slow.png" in names(library))
    assert watched_size(library, files / "slow.png") == 3000
    assert not [key for one in heard for key in one.taken.edited], "it was never seen half"


def watched_size(library: Library, path: Path) -> int:
    asset = library.at(path)
    assert asset is not None
    return asset.size


@pytest.mark.parametrize("count", [60, pytest.param(10_000, marks=pytest.mark.long)])
def test_very_many_files_at_once(library: Library, files: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(watching, "BURST", count // 3)
    follow(library.catalogue, files)
    with FolderWatch(library):
        eventually(lambda: len(names(library)) == 3)
        for number in range(count):
            (files / "inner" / f"{number}.txt").write_text(str(number))
        eventually(lambda: len(library.finder.find("ext:txt")) == count)


def test_it_ends_with_all_its_threads(library: Library, files: Path) -> None:
    before = set(threading.enumerate())
    follow(library.catalogue, files)
    for _ in range(3):
        watch = FolderWatch(library)
        watch.start()
        watch.stop()
        watch.stop()
    FolderWatch(library).stop()
    eventually(lambda: set(threading.enumerate()) <= before)


def test_what_cannot_be_written_is_said_and_tried_again(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(library.catalogue, files)
    heard: list[Heard] = []
    monkeypatch.setattr(watching, "LOOK_AGAIN", 0.05)
    real, calls = watching.refresh, []

    def full(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 1:
            raise ExpectedError("The disk is full; the library was not changed.")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(watching, "refresh", full)
    with FolderWatch(library, heard.append):
        eventually(lambda: len(names(library)) == 3)
    assert heard[0].problem.startswith("The disk is full")


def test_marks_wait_for_quiet_and_for_whoever_writes(tmp_path: Path) -> None:
    moment = [0.0]
    marks = Marks(settle=1.0, patience=10.0, clock=lambda: moment[0])
    path = tmp_path / "a"
    path.write_bytes(b"a")
    marks.file(path)
    assert not marks.take()
    moment[0] = 0.9
    marks.file(path)
    moment[0] = 1.5
    assert not marks.take(), "something was heard of it meanwhile"
    moment[0] = 2.0
    with open(path, "ab"):
        assert is_being_written(path) or os.name != "posix"
        assert marks.take().files == (() if is_being_written(path) else (path,))
        moment[0] = 10.95
        assert marks.take().files == (path,), "whoever keeps a file open for ever does not hide it"
    assert not marks
    marks.file(tmp_path / "gone")
    moment[0] = 20.0
    assert marks.take().files == (tmp_path / "gone",)


def test_a_name_that_is_no_text_does_not_end_the_watch(library: Library, files: Path) -> None:
    follow(library.catalogue, files)
    heard: list[Heard] = []
    with FolderWatch(library, heard.append):
        eventually(lambda: len(names(library)) == 3)
        odd = files / os.fsdecode(b"caf\xe9.png")
        try:
            odd.write_bytes(b"odd")
        except OSError:
            pytest.skip("this file system takes no such name")
        eventually(lambda: any(path.name == "caf\\xe9.png" for one in heard for path, _ in one.taken.problems))
        odd.unlink()
        (files / "after.png").write_bytes(b"after")
        eventually(lambda: "after.png" in names(library))


def test_whatever_fails_is_said_and_watching_goes_on(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(library.catalogue, files)
    heard: list[Heard] = []
    monkeypatch.setattr(watching, "LOOK_AGAIN", 0.05)
    real = library.take_in

    def fails(paths: list[Path], **how: object) -> object:
        if any(path.name == "poison.png" for path in paths):
            raise ValueError("nobody thought of this")
        return real(paths, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(library, "take_in", fails)
    with FolderWatch(library, heard.append):
        eventually(lambda: len(names(library)) == 3)
        (files / "poison.png").write_bytes(b"poison")
        eventually(lambda: len([one for one in heard if "ValueError: nobody thought of this" in one.problem]) == 2)
        (files / "after.png").write_bytes(b"after")
        eventually(lambda: "after.png" in names(library))


def test_a_file_in_the_trash_that_is_touched_stays_there(library: Library, files: Path) -> None:
    follow(library.catalogue, files)
    with FolderWatch(library):
        eventually(lambda: len(names(library)) == 3)
        (key,) = (int(one) for one in library.finder.find("name:oak.png"))
        to_trash(library.catalogue, [key])
        os.utime(files / "oak.png", (1e9, 1e9))
        (files / "after.png").write_bytes(b"after")
        eventually(lambda: "after.png" in names(library) and _time_of(library, files / "oak.png") == 10**18)
    assert library.asset(key).trashed


def _time_of(library: Library, path: Path) -> int:
    ((modified,),) = library.catalogue.rows("SELECT modified FROM place WHERE path = ?", (str(path),))
    return int(str(modified))
