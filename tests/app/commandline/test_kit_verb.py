"""`kit` and `template formats` as a person types them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.commandline.main import main
from editor.base import translation


@pytest.fixture(autouse=True)
def own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("ATELIER_LANGUAGE", "en")
    yield
    translation.set_language("en")


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
    [["kit", "show", "None"], ["kit", "new", "X", "--color", "Ink=bluish"], ["kit", "new", "X", "--logo", "gone.png"],
     ["kit", "import", "gone.zip"], ["template", "formats", "--to", "bogus", "--save-set", "Y"]],
)  # fmt: skip
def test_what_goes_wrong_is_one_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 1
    said = capsys.readouterr().err
    assert said.startswith("atelier: ") and "fault of the program" not in said and said.count("\n") == 1


def test_colours_are_taken_as_tables_of_templates_take_them(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["Sun=orange:accent", "Paper=#F80", "Ink=112233:text", "Leaf=rgb(0, 128, 0)", "Paper=#fff:background"]
    assert main(["kit", "new", "House", *(part for word in words for part in ("--color", word))]) == 0
    assert main(["kit", "edit", "House", "--color", "Sun=#f00"]) == 0
    capsys.readouterr()
    assert main(["kit", "show", "House", "--json"]) == 0
    colors = json.loads(capsys.readouterr().out)["colors"]
    assert [(item["name"], item["color"], item["role"]) for item in colors] == [
        ("Sun", "#ff0000", "accent"), ("Paper", "#ffffff", "background"), ("Ink", "#112233", "text"),
        ("Leaf", "#008000", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "english", "french"),
    [
        (["--color", "Ink=bluish:text"], "bluish is no colour. Write it like #ff8800", "n’est pas une couleur"),
        (["--color", "Ink=#112233:nonsense"],
         "nonsense is no role of a colour. There are: primary, secondary, accent, background, text.", "primary"),
        (["--color", "Ink=#11223344"], "#11223344 is transparent", "est transparente"),
        (["--font", "heading=X:9999"], "The weight of a font is a whole number from 1 to 1000, not 9999.", "graisse"),
        (["--font", "heading=X:bold"], "The weight of a font is a whole number from 1 to 1000, not bold.", "graisse"),
        (["--font", "title=X"], "title is no use of a font. There are: heading, body, caption.", "emploi de police"),
        (["--font-file", "title=x.ttf"], "title is no use of a font.", "emploi de police"),
        (["--logo", "side=mark.png"], "side is no variant of a logo. There are: main, light, dark, mono.", "variante"),
        (["--voice", "Ada=en:3"], "The speed of a voice is a whole number from 80 to 450, not 3.", "vitesse"),
        (["--notes", "x" * 10_001], "X is no brand kit: notes: It is too long: 10000 is the most.", "trop long"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_in_the_persons_words(
    words: list[str], english: str, french: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for language, sentence in (("en", english), ("fr", french)):
        monkeypatch.setenv("ATELIER_LANGUAGE", language)
        assert main(["kit", "new", "X", *words]) == 1
        said = capsys.readouterr().err
        assert sentence in said
        assert not any(word in said for word in ("Expected", "regex", "Invalid", "$."))
