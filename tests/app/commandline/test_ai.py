"""`ai list`, `ai info`, `ai run`: projects and pictures, one bad file among good ones, consent, wrong options."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.ai.folder import folder_of_this_person, models_folder
from app.commandline.main import main
from editor.base.errors import Cancelled
from editor.base.translation import set_language
from editor.formats.provenance import xmp
from editor.storage import open_project
from tests.app import tiny_tools


@pytest.fixture(autouse=True)
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ATELIER_LANGUAGE", "en")
    with tiny_tools.registered():
        yield


def picture(path: Path, color: str = "#808080") -> Path:
    Image.new("RGB", (40, 30), color).save(path)
    return path


def test_the_list_is_complete_and_machine_readable(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ai", "list", "--json"]) == 0
    found = {item["name"]: item for item in json.loads(capsys.readouterr().out)}
    assert found["test.brighten"]["built_in"] == "Plain light"
    assert found["test.swap"]["consent"] == "Everyone shown agreed."
    assert main(["ai", "info", "test.brighten"]) == 0
    said = capsys.readouterr().out
    assert "amount: float (0 to 1) = 0.5" in said
    assert 'blend: normal | screen = "normal"' in said
    assert main(["ai", "info", "test.brighten", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["options"][0] == {"name": "amount", "type": "float", "default": 0.5, "from": 0.0, "to": 1.0}


def test_a_project_is_edited_and_can_be_undone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = str(tmp_path / "a.atelier")
    main(["new", project, "--kind", "raster", "--size", "40x30", "--name", "Sheet"])
    call = ["ai", "run", "test.brighten", project, "--document", "Sheet", "--layer", "Background", "--set", "amount=1"]
    assert main([*call, "--seed", "5"]) == 0
    assert "It is lighter now." in capsys.readouterr().out
    with open_project(Path(project)) as opened:
        assert opened.project.history[opened.project.history.head].label == "Brighten a little"
    assert main(["undo", project]) == 0


def test_pictures_become_pictures_and_a_bad_one_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    (tmp_path / "more").mkdir()
    good = [picture(tmp_path / "a.png"), bad, picture(tmp_path / "more" / "a.jpg")]
    out = tmp_path / "out"
    assert main(["ai", "run", "test.brighten", *map(str, good), "--output", str(out), "--set", "amount=1"]) == 1
    said = capsys.readouterr()
    assert said.err.count("bad.png") == 1
    assert sorted(item.name for item in out.iterdir()) == ["a-2.png", "a.png"]
    with Image.open(out / "a.png") as made:
        assert made.convert("RGB").getpixel((5, 5)) == (255, 255, 255)
        [note] = xmp.notes_in(made.info["xmp"].decode())
    assert note["tool"] == "test.brighten"


@pytest.mark.parametrize("name", ["lighter.jpg", "lighter.tif", "lighter.webp"])
def test_one_picture_becomes_the_named_file(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "deep" / name
    source = picture(tmp_path / "a.png")
    assert main(["ai", "run", "test.brighten", str(source), "--output", str(target), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    [noted] = told.pop("report").pop("noted")
    assert "Brighten a little" in noted or "test.brighten" in noted
    assert told == {"source": str(source), "written": str(target), "sentence": "It is lighter now.", "rows": []}
    with Image.open(target) as made:
        assert made.size == (40, 30)
    assert b"test.brighten" in target.read_bytes()


def test_it_speaks_french(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_LANGUAGE", "fr")
    try:
        assert main(["ai", "info", "remove_background"]) == 0
        assert "photographie" in capsys.readouterr().out
        assert main(["ai", "run", "remove_object", str(picture(tmp_path / "a.png")), "--output", str(tmp_path)]) == 1
        assert "sélectionné" in capsys.readouterr().err
    finally:
        set_language("en")


def test_facts_need_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ai", "run", "test.facts", str(picture(tmp_path / "a.png"))]) == 0
    assert "Mood: calm, a little sad" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "There is no AI tool named nothing."),
        (["test.swap"], "Swap is only done with consent. Everyone shown agreed."),
        (["test.brighten", "--set", "amount=7"], "The option amount cannot be 7. It may be a number from 0 to 1."),
        (["test.brighten", "--set", "blend=7"], "The option blend cannot be 7. It may be: normal, screen."),
        (["test.brighten", "--set", "volume=1"], "test.brighten has no option volume. It has: amount, blend, note."),
        (["test.brighten", "--model", "none"], "can use no model named none"),
        (["test.bare"], "Imagine needs a model, and none is installed."),
        (["test.brighten"], "The results of files need a folder."),
    ],
)
def test_wrong_wishes_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    name, *more = arguments
    assert main(["ai", "run", name, str(picture(tmp_path / "a.png")), *more]) == 1
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_with_consent_it_runs(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    assert main(["ai", "run", "test.swap", str(path), "--output", str(tmp_path / "out"), "--consent"]) == 0


def test_stopping_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(request: object, progress: object) -> object:
        raise Cancelled

    monkeypatch.setattr(tiny_tools, "brighten", stopped)
    assert main(["ai", "run", "test.brighten", str(picture(tmp_path / "a.png")), "--output", str(tmp_path)]) == 130


def test_the_folder_of_models(tmp_path: Path) -> None:
    settings = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": "/data"}
    assert folder_of_this_person(settings) == Path("/data/atelier/models")
    place = tmp_path / "atelier" / "preferences.json"
    place.parent.mkdir()
    place.write_text(json.dumps({"models_folder": "/elsewhere"}))
    assert folder_of_this_person(settings) == Path("/elsewhere")
    assert folder_of_this_person({**settings, "ATELIER_MODELS": "/named"}) == Path("/named")
    place.write_text("[]")
    assert folder_of_this_person(settings) == models_folder("", settings)


def test_a_damaged_model_is_said_to_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = models_folder() / "calm"
    folder.mkdir(parents=True)
    (folder / "model.json").write_text("{")
    assert main(["ai", "run", "test.think", str(picture(tmp_path / "a.png")), "--model", "calm"]) == 1
    said = capsys.readouterr().err
    assert "calm is damaged. Damaged: model.json. Install it again." in said
    assert main(["ai", "run", "test.think", str(picture(tmp_path / "a.png")), "--model", "other"]) == 1
    assert "No model for it is installed" in capsys.readouterr().err
