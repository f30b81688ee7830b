"""The library from the terminal: watched folders, kept searches, collections, links, likeness, repair."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from app.commandline.main import main


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    folder = tmp_path / "files"
    folder.mkdir()
    Image.new("RGB", (320, 200), (20, 130, 60)).save(folder / "oak.png")
    Image.radial_gradient("L").save(folder / "sun.png")
    return folder


def said(capsys: pytest.CaptureFixture[str], *arguments: str, expected: int = 0) -> str:
    capsys.readouterr()
    assert main(["library", *arguments]) == expected
    out = capsys.readouterr()
    return out.out + out.err


def test_searches_and_collections_are_kept(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "add", str(files), "--licence", "cc-by-4.0", "--no-thumbnails")
    assert "No search is kept" in said(capsys, "kept")
    assert "Free: licence:CC-BY-4.0  (2)" in said(capsys, "keep", "Free", "licence:CC-BY-4.0")
    assert "No search is kept as Nobody" in said(capsys, "forget", "Nobody", expected=1)
    assert "No search is kept." in said(capsys, "forget", "free")
    assert "There is no collection" in said(capsys, "collections")
    assert "Book  (1)" in said(capsys, "collect", "Book", "1")
    assert "Book  (2)" in said(capsys, "collect", "book", "2")
    assert "sun" in said(capsys, "search", "in:book")
    assert "no asset 77" in said(capsys, "collect", "Book", "77", expected=1)
    assert "not an SPDX licence" in said(capsys, "add", str(files), "--licence", "freeish", expected=1)


def test_what_is_shown_is_fit_for_a_person_and_for_a_program(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "add", str(files / "oak.png"), "--no-thumbnails")
    said(capsys, "edit", "1", "--rating", "3")
    shown = said(capsys, "show", "1")
    assert "rating: ★★★" in shown
    assert "looked" not in shown
    (known,) = json.loads(said(capsys, "show", "1", "--json"))
    assert (known["rating"], known["places"]) == (3, [str(files / "oak.png")])
    assert "Nothing was found" in said(capsys, "search", "zebra")
    assert "lies on the disk twice" in said(capsys, "duplicates")


def test_pictures_and_likeness(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "add", str(files))
    (key,) = (one["id"] for one in json.loads(said(capsys, "search", "--json", "name:sun")))
    said(capsys, "picture", str(key), str(tmp_path / "small.png"))
    assert Image.open(tmp_path / "small.png").size == (256, 256)
    Image.open(files / "sun.png").crop((10, 10, 246, 246)).save(tmp_path / "stranger.png")
    assert "sun" in said(capsys, "alike", str(tmp_path / "stranger.png"))
    assert "cannot be written" in said(capsys, "picture", str(key), str(tmp_path / "small.zzz"), expected=1)


def test_folders_are_watched(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No folder is followed" in said(capsys, "watch", expected=1)
    said(capsys, "follow", str(files))

    def drop() -> None:
        time.sleep(0.6)
        (files / "late.txt").write_text("late")

    dropping = threading.Thread(target=drop)
    dropping.start()
    shown = said(capsys, "watch", "--seconds", "3", "--no-thumbnails")
    dropping.join()
    assert "Watching 1 folder." in shown
    assert "new: oak.png" in shown
    assert "new: late.txt" in shown
    files.rename(files.parent / "unplugged")
    assert "(away)" in said(capsys, "folders")


def test_a_damaged_library_is_said_and_repaired(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "add", "--copy", str(files), "--no-thumbnails")
    (tmp_path / "library" / "library.sqlite").write_bytes(os.urandom(9000))
    assert "library repair" in said(capsys, "search", expected=1)
    assert "Found in the kept files: 2." in said(capsys, "repair")
    assert len(json.loads(said(capsys, "search", "--json"))) == 2


def test_links_of_a_project_follow_their_files(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from editor.commands.registry import run
    from editor.library.library import Library
    from editor.model.origin import Origin
    from editor.storage import create_project, open_project
    from editor.workflows.library.placing import place_files

    said(capsys, "add", str(files), "--no-thumbnails")
    library = Library(tmp_path / "library")
    with create_project(tmp_path / "Poster.atelier") as opened:
        host = run(opened.project, "vector.new_document", name="Page", width=300, height=200)
        place_files(opened.project, [files / "oak.png"], host, linked=True, known=library.at)
    library.close()
    project = str(tmp_path / "Poster.atelier")
    assert "Every link shows its file" in said(capsys, "links", project)
    Image.new("RGB", (320, 200), (130, 20, 60)).save(files / "oak.png")
    said(capsys, "add", str(files), "--no-thumbnails")
    assert "oak shows an older state of oak.png" in said(capsys, "links", project)
    assert "1 link brought up to date" in said(capsys, "links", project, "--update")
    assert "Every link shows its file" in said(capsys, "links", project)
    with open_project(Path(project)) as opened:
        (note,) = [item for item in opened.project.records.values() if isinstance(item, Origin)]
        run(opened.project, "raster.add_layer", document=note.parent, name="My painting")
    Image.new("RGB", (320, 200), (1, 2, 3)).save(files / "oak.png")
    said(capsys, "add", str(files), "--no-thumbnails")
    assert "oak was edited in this project" in said(capsys, "links", project, "--update", expected=1)
    assert "1 link brought up to date" in said(capsys, "links", project, "--update", "--discard")
