"""`kit` and `template formats` as a person types them."""

import json
from pathlib import Path

import pytest
from PIL import Image

from app.commandline.main import main


@pytest.fixture(autouse=True)
def own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("ATELIER_LANGUAGE", "en")


def test_a_kit_from_first_to_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "mark.png")
    poster = str(tmp_path / "Poster.atelier")
    assert main(["kit", "new", "House", "--color", "Ink=#102a43:text", "--color", "Sky=#2f7df6:primary",
                 "--font", "heading=Inter:700", "--logo", f"dark={tmp_path / 'mark.png'}"]) == 0
    assert main(["kit", "edit", "House", "--voice", "Narrator=en-gb:150", "--remove", "dark", "--notes", "calm"]) == 0
    capsys.readouterr()
    assert main(["kit", "show", "House", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["voices"][0]["speed"] == 150 and shown["logos"] == [] and shown["notes"] == "calm"
    assert main(["template", "new", "vector-concert", poster]) == 0
    assert main(["kit", "check", "House", poster]) == 1
    assert main(["kit", "apply", "House", poster]) == 0
    assert main(["kit", "check", "House", poster, "--replace"]) == 0
    assert main(["kit", "check", "House", poster]) == 0
    assert main(["kit", "export", "House", str(tmp_path / "house.zip")]) == 0
    assert main(["kit", "import", str(tmp_path / "house.zip")]) == 0
    capsys.readouterr()
    assert main(["kit", "list"]) == 0
    assert "House 2" in capsys.readouterr().out


def test_formats_in_the_project_or_as_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    poster = str(tmp_path / "Poster.atelier")
    assert main(["template", "new", "vector-concert", poster]) == 0
    assert main(["template", "formats", poster, "--to", "link-preview", "--export", "png", "--out", str(tmp_path)]) == 0
    (made,) = tmp_path.glob("*.png")
    assert Image.open(made).size == (1200, 630)
    assert main(["template", "formats", "--to", "a5,90x50mm", "--save-set", "Shop"]) == 0
    assert main(["template", "formats", poster, "--to", "shop"]) == 0
    capsys.readouterr()
    assert main(["info", poster]) == 0
    assert "A5 flyer" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [["kit", "show", "None"], ["kit", "new", "X", "--color", "Ink=blue"], ["kit", "new", "X", "--logo", "gone.png"],
     ["kit", "import", "gone.zip"], ["template", "formats", "--to", "bogus", "--save-set", "Y"]],
)  # fmt: skip
def test_what_goes_wrong_is_one_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 1
    said = capsys.readouterr().err
    assert said.startswith("atelier: ") and "fault of the program" not in said and said.count("\n") == 1
