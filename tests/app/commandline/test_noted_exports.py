"""`export`, `convert` and the queue: what files say of their origin, by options."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from app.commandline.export_notes import add_note_options, note_words, notes_of
from app.commandline.main import main
from editor.commands.registry import run
from editor.formats.provenance.reading import work_of_file
from editor.formats.provenance.wishes import ALL, NOTHING, NoteWishes
from editor.storage import create_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A picture of Ann's oak."""
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    path = tmp_path / "wood.atelier"
    with create_project(path) as made:
        document = run(made.project, "raster.new_document", name="Wood", width=16, height=12, background="#225522")
        run(made.project, "project.note_origin", record=document, content="a" * 40, name="oak.png", author="Ann",
            licence="CC-BY-4.0", source="https://a.example/oak")  # fmt: skip
    return path


def test_export_says_whose_works_it_shows(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(project), str(tmp_path / "a.gif"), "--credits-file"]) == 0
    said = capsys.readouterr().out
    assert "oak" in said
    assert "a.credits.txt" in said
    assert (tmp_path / "a.credits.txt").read_text(encoding="utf-8").startswith("“oak” by Ann, CC-BY-4.0")
    found = work_of_file(tmp_path / "a.gif")
    assert found is not None
    assert found.author == "Ann"
    assert main(["export", str(project), str(tmp_path / "b.gif"), "--no-credits"]) == 0
    assert work_of_file(tmp_path / "b.gif") is None
    assert main(["export", str(project), str(tmp_path / "c.bmp"), "--sidecar"]) == 0
    assert work_of_file(tmp_path / "c.bmp") == found
    assert sorted(item.name for item in tmp_path.glob("c.*")) == ["c.bmp", "c.bmp.xmp"]


def test_convert_keeps_what_a_file_says(project: Path, tmp_path: Path) -> None:
    main(["export", str(project), str(tmp_path / "a.png")])
    said = work_of_file(tmp_path / "a.png")
    assert said is not None
    for name in ("b.hdr", "b.exr", "b.jp2", "b.tga", "b.ppm", "b.jpg"):
        assert main(["convert", str(tmp_path / "a.png"), str(tmp_path / name)]) == 0
        assert work_of_file(tmp_path / name) == said, name
    assert main(["convert", str(tmp_path / "b.hdr"), str(tmp_path / "c.webp"), "--credits-file"]) == 0
    assert work_of_file(tmp_path / "c.webp") == said
    assert (tmp_path / "c.credits.txt").is_file()
    assert main(["convert", str(tmp_path / "a.png"), str(tmp_path / "d.webp"), "--no-notes"]) == 0
    assert work_of_file(tmp_path / "d.webp") is None


def test_a_farm_writes_nothing_beside(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    words = ["--batch", "--to", "png", "--farm", "--credits-file"]
    assert main(["convert", str(tmp_path / "in"), str(tmp_path / "out"), *words]) == 1
    assert "--credits-file" in capsys.readouterr().err


@pytest.mark.parametrize("wishes", [
    ALL, NOTHING, NoteWishes(credits=False), NoteWishes(place=True, beside=True), NoteWishes(made=False, sidecar=True),
])  # fmt: skip
def test_an_order_of_the_queue_has_the_wishes_of_the_window(wishes: NoteWishes) -> None:
    parser = argparse.ArgumentParser()
    add_note_options(parser)
    assert notes_of(parser.parse_args(list(note_words(wishes)))) == wishes


def test_no_notes_is_none_of_them() -> None:
    parser = argparse.ArgumentParser()
    add_note_options(parser)
    assert notes_of(parser.parse_args(["--no-notes", "--location"])) == NOTHING
