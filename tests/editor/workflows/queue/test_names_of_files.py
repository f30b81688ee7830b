"""Files whose names no queue can write down or no disk takes: refused with a sentence, and nobody else waits."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.workflows.queue import watching
from editor.workflows.queue.applying import apply_recipe
from editor.workflows.queue.notes import notes_after
from editor.workflows.queue.orders import Wish
from editor.workflows.queue.placing import FileRefused, OutputAway, away
from editor.workflows.queue.recipes import Recipe
from editor.workflows.queue.schedules import NewSchedule, schedule
from editor.workflows.queue.store import QueueStore
from editor.workflows.queue.watching import look, watch, watches

RECIPE = Recipe(name="Web", steps=(("convert", "{input}", "{output}/{stem}.webp"),), files=("png",))
NO_TEXT = os.fsdecode(b"caf\xe9.png")
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are text")


def read(_path: Path) -> Recipe:
    return RECIPE


@pytest.fixture
def store(tmp_path: Path) -> Iterator[QueueStore]:
    opened = QueueStore(tmp_path / "queue.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path, store: QueueStore) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    watch(store, made, tmp_path / "r", tmp_path / "out")
    return made


@only_linux
def test_a_name_that_is_no_text_is_put_aside_and_the_others_go_on(store: QueueStore, folder: Path) -> None:
    for name in (NO_TEXT, "rose.png"):
        (folder / name).write_bytes(b"a picture")
    assert look(store, read) == []
    (made,) = look(store, read)
    assert store.order(made).label == "rose.png"
    assert (folder / "_refused" / NO_TEXT).read_bytes() == b"a picture"
    assert "another one" in (folder / "_refused" / f"{NO_TEXT}.txt").read_text()
    (note,) = notes_after(store, 0)
    assert "caf\\xe9.png: Its name is not Unicode text" in note.text
    assert [look(store, read) for _ in range(3)] == [[], [], []]
    assert len(notes_after(store, 0)) == 1, "told once"


@only_linux
def test_one_that_cannot_be_put_aside_is_left_and_told_once(store: QueueStore, folder: Path) -> None:
    (folder / NO_TEXT).write_bytes(b"a picture")
    (folder / "_refused").write_bytes(b"in the way")
    for _ in range(4):
        look(store, read)
    (note,) = notes_after(store, 0)
    assert note.title == f"Left in {folder}"
    assert (folder / NO_TEXT).exists()


def test_what_goes_wrong_with_one_folder_is_told_once_and_stops_no_other(
    store: QueueStore, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "a bad one"
    bad.mkdir()
    watch(store, bad, tmp_path / "r", tmp_path / "out")
    files_in = watching._files

    def failing(place: Path, recipe: Recipe) -> object:
        if place == bad:
            raise ValueError("nobody thought of this")
        return files_in(place, recipe)

    monkeypatch.setattr(watching, "_files", failing)
    (folder / "rose.png").write_bytes(b"a picture")
    assert len([key for _ in range(3) for key in look(store, read)]) == 1
    (note,) = notes_after(store, 0)
    assert note.title == f"Watching {bad} goes wrong"
    assert "nobody thought of this" in note.text


def test_texts_that_are_none_are_refused_with_a_sentence(store: QueueStore, tmp_path: Path) -> None:
    for wish in (
        Wish(arguments=("convert", NO_TEXT), folder=str(tmp_path)),
        Wish(arguments=("convert", NO_TEXT), folder=str(tmp_path), label="With a name of its own"),
        Wish(arguments=("convert", "a.png"), folder=str(tmp_path / NO_TEXT)),
    ):
        with pytest.raises(ExpectedError, match="not Unicode text"):
            store.add(wish)
    with pytest.raises(ExpectedError, match="not Unicode text"):
        schedule(store, NewSchedule(name="Nightly", rule="0 2 * * *", arguments=("convert", NO_TEXT), zone="UTC"))
    assert store.orders() == []
    key = store.add(Wish(arguments=("convert", "é 中 😀.png"), folder=str(tmp_path)))
    assert store.order(key).arguments[1] == "é 中 😀.png"


def test_a_name_that_no_report_can_have_is_refused_before_the_work(store: QueueStore, tmp_path: Path) -> None:
    source, output, called = tmp_path / f"{'x' * 240}.png", tmp_path / "out", list[list[str]]()
    source.write_bytes(b"a picture")
    output.mkdir()

    def call(one: list[str]) -> tuple[int, str]:
        called.append(one)
        return 0, ""

    with pytest.raises(FileRefused, match="Nothing can be written"):
        apply_recipe(store, RECIPE, source, output, call)
    if sys.platform == "linux":
        source.rename(tmp_path / NO_TEXT)
        with pytest.raises(FileRefused, match="not Unicode text"):
            apply_recipe(store, RECIPE, tmp_path / NO_TEXT, output, call)
    assert called == []
    assert list(output.iterdir()) == []


def test_only_what_a_disk_says_of_itself_means_that_it_is_away(tmp_path: Path) -> None:
    for number in (errno.ENAMETOOLONG, errno.EILSEQ, errno.EFBIG):
        assert isinstance(away(tmp_path, OSError(number, "no")), FileRefused)
    for number in (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS):
        assert isinstance(away(tmp_path, OSError(number, "no")), OutputAway)


def test_a_refused_file_of_the_longest_name_has_its_sentence_beside(store: QueueStore, folder: Path) -> None:
    from editor.workflows.queue.orders import Used

    name = f"{'x' * 251}.png"
    for _ in range(2):
        (folder / name).write_bytes(b"no picture")
        look(store, read)
        (key,) = look(store, read)
        assert store.claim("me", {"compute": 1}) is not None
        store.end(key, "me", "failed", "This is no picture.", Used(), retry=False)
        look(store, read)
        assert not (folder / name).exists()
    assert len(list((folder / "_refused").glob("*.png"))) == 2
    assert {path.read_text() for path in (folder / "_refused").glob("*.txt")} == {"This is no picture.\n"}


def test_the_same_folder_is_not_watched_twice_through_a_link(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    for twin in (tmp_path / "link", folder / ".." / "in"):
        with pytest.raises(ExpectedError, match="watched already"):
            watch(store, twin, tmp_path / "r", tmp_path / "out")
    assert len(watches(store)) == 1
    watch(store, folder, tmp_path / "another", tmp_path / "out")
    assert Path(watches(store)[0].recipe).name == "another", "by its own name it is changed"
