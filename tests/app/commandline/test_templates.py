"""`template` as a person at a terminal uses it."""

import json
from pathlib import Path

import pytest

from app.commandline.main import main
from editor.commands.registry import run
from editor.model.vector import TextShape
from editor.storage import create_project, open_project
from tests.editor.workflows.templates import making


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "card.atelier"
    with create_project(path) as opened:
        making.card(opened.project, tmp_path)
    return path


def call(*arguments: object) -> int:
    return main(["template", *map(str, arguments)])


def name_in(path: Path) -> str:
    with open_project(path, read_only=True) as opened:
        return next(opened.project.find(key, TextShape).text for key in opened.project.index.of_type(TextShape))


def test_slots_are_listed(card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("slots", card, "--json") == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert found["Name"]["required"] and found["Name"]["places"] == 2 and found["Accent"]["now"] == "#cccccc"
    assert call("slots", card) == 0 and "Photo" in capsys.readouterr().out


def test_a_project_is_filled_and_undo_takes_it_back(card: Path) -> None:
    assert call("fill", card, "name=Zoé", "accent=red", "ribbon=no") == 0
    assert name_in(card) == "Zoé"
    assert main(["undo", str(card)]) == 0
    assert name_in(card) == "Your name"


def test_a_file_is_written_and_nothing_edited(card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("fill", card, "name=Zoé", "photo=stock.png", "--out", tmp_path / "one.png") == 0
    assert (tmp_path / "one.png").stat().st_size > 0 and name_in(card) == "Your name"
    assert call("fill", card, "name=Zoé", "--out", tmp_path / "one.png") == 1
    assert "--overwrite" in capsys.readouterr().err


def test_wrong_values_are_said_together(card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("fill", card, "nam=x", "accent=blurple", "photo=gone.png") == 1
    said = capsys.readouterr().err
    assert "Perhaps Name is meant" in said and "blurple" in said and "gone.png" in said
    assert name_in(card) == "Your name"


def test_a_table_is_checked_and_written(card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "people.csv"
    table.write_text("Name;Accent;mail\nAda;red;a@b\nBob;nocolour;b@b\n", encoding="utf-8")
    out = tmp_path / "out"
    assert call("check", card, table) == 1
    said = capsys.readouterr().err
    assert "Row 1, mail" in said and "Row 3, Accent" in said
    assert call("fill", card, "--csv", table, "--to", out, "--name", "{name}.png", "--ignore-unknown") == 1
    assert not out.exists()
    table.write_text("Name;Accent;mail\nAda;red;a@b\nBob;#00f;b@b\n", encoding="utf-8")
    assert call("fill", card, "--csv", table, "--to", out, "--name", "{mail}-{row}.png", "--rows", "3") == 0
    assert [path.name for path in out.iterdir()] == ["b@b-3.png"]
    assert call("fill", card, "--csv", table, "--to", out, "--name", "{nobody}.png") == 1


def test_a_template_goes_into_the_library_and_projects_come_out(card: Path, tmp_path: Path) -> None:
    assert call("save", card, "--title", "Visiting card", "--tag", "print") == 0
    from editor.library.library import Library

    library = Library(tmp_path / "library")
    try:
        (key,) = library.finder.find("kind:template tag:print")
        asset = library.asset(int(key))
        assert asset.label == "Visiting card" and asset.looked
        kept = library.file_of(asset)
    finally:
        library.close()
    assert call("new", kept, tmp_path / "mine") == 0
    assert name_in(tmp_path / "mine.atelier") == "Your name"
    assert call("new", kept, tmp_path / "mine") == 1


def test_pictures_from_the_library(card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logo = making.picture(tmp_path / "logo.png")
    assert main(["library", "add", str(logo), "--no-thumbnails"]) == 0
    assert call("fill", card, "name=Ada", "photo=library:logo.png") == 0
    assert call("fill", card, "name=Ada", "photo=library:none") == 1
    assert "none" in capsys.readouterr().err


def test_a_project_without_slots_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plain.atelier"
    with create_project(path) as opened:
        run(opened.project, "vector.new_document")
    assert call("slots", path) == 0 and capsys.readouterr().out.strip()


def test_formats_and_export_find_the_document_that_a_template_is_made_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    monkeypatch.chdir(tmp_path)
    assert call("new", "video-title", "film.atelier") == 0
    assert call("formats", "film.atelier", "--to", "rectangle", "--export", "png", "--out", "out", "--time", "2") == 0
    (first,) = (tmp_path / "out").iterdir()
    at_two = first.read_bytes()
    assert call("formats", "film.atelier", "--to", "rectangle", "--export", "png", "--out", "out", "--time", "0") == 1
    assert "--overwrite" in capsys.readouterr().err
    again = ("--export", "png", "--out", "out", "--time", "0", "--overwrite")
    assert call("formats", "film.atelier", "--to", "rectangle", *again) == 0
    assert first.read_bytes() != at_two, "at its first moment no title is in sight"
    assert main(["export", "film.atelier", "whole.png", "--time", "2", "--width", "64"]) == 0
    assert (tmp_path / "whole.png").exists()


def test_braces_of_an_old_project_are_no_slots_that_a_table_needs(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line of code on a poster beside a card with marked slots; and the same card with a name in running text."""
    with open_project(card) as opened:
        poster = run(opened.project, "vector.new_document", name="Poster", width=300, height=200)
        page = opened.project.index.children(poster)[0]
        run(opened.project, "vector.add_text", parent=page, text="fn main() { run }  {{jinja}}", x=20, y=20)
    assert call("slots", card, "--json") == 0
    assert [one["required"] for one in json.loads(capsys.readouterr().out) if one["name"] == "run"] == [False]
    table = tmp_path / "people.csv"
    table.write_text("Name\nZoé\n", encoding="utf-8")
    assert call("check", card, table) == 0 and "stay as they are: {run}" in capsys.readouterr().err
    assert call("check", card, table, "--document", "Card") == 0 and "{run}" not in capsys.readouterr().err
    with open_project(card) as opened:
        run(opened.project, "vector.add_text", parent=page, text="{name} of {town}", x=20, y=80)
    assert call("check", card, table) == 1
    said = capsys.readouterr().err
    assert "There is no column town" in said and "no column run" not in said
    assert call("check", card, table, "--document", "Card") == 0
