"""Free catalogues and credits from the terminal: nothing before a yes, everything that is agreed to is shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.commandline.main import main
from editor.library.asset import Credits
from editor.library.library import Library
from tests.editor.workflows.catalogues.speaking import PHOTO, Speaking
from tests.ml.loopback import serving
from tests.ml.offline import network_watched


@pytest.fixture
def speaking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Speaking]:
    folder = tmp_path / "library"
    monkeypatch.setenv("ATELIER_LIBRARY", str(folder))
    folder.mkdir()
    with serving() as server:
        made = Speaking(server).fill()
        mirrors = dict.fromkeys(("polyhaven", "googlefonts", "openverse"), made.base)
        (folder / "catalogues.json").write_text(json.dumps({"mirrors": mirrors}))
        yield made


def catalogue(*words: str) -> int:
    return main(["catalogue", *words])


def test_without_a_yes_nobody_is_asked(speaking: Speaking, capsys: pytest.CaptureFixture[str]) -> None:
    with network_watched() as seen:
        assert catalogue("list") == 0
        assert catalogue("search", "polyhaven", "brick") == 1
        assert catalogue("show", "openverse", f"images/{PHOTO}") == 1
        assert catalogue("fetch", "polyhaven", "mossy_forest", "--yes") == 1
        assert catalogue("agree", "polyhaven") == 0
    assert seen == []
    told = capsys.readouterr()
    assert "Openverse  (not yet agreed to)" in told.out and "api" not in told.err
    assert "catalogue agree polyhaven" in told.err


def test_search_show_and_fetch(speaking: Speaking, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue("agree", "Poly Haven")
    assert catalogue("search", "polyhaven", "brick", "--kind", "material") == 0
    assert "brick_floor_003  Brick Floor 003  Rob Example  CC0-1.0" in capsys.readouterr().out
    assert catalogue("search", "polyhaven", "--json", "--kind", "hdri") == 0
    assert json.loads(capsys.readouterr().out)["found"][0]["id"] == "mossy_forest"
    assert catalogue("show", "polyhaven", "brick_floor_003") == 0
    shown = capsys.readouterr().out
    assert "licence: CC0-1.0" in shown and "1k-maps-jpg" in shown
    assert catalogue("fetch", "polyhaven", "brick_floor_003", "--variant", "1k-maps-jpg") == 1
    asked = capsys.readouterr()
    assert "2 files" in asked.out and "brick_floor_003_rough_1k.jpg" in asked.out and "nobody to ask" in asked.err
    assert not any(path.startswith("/file/") for path, _ in speaking.server.asked), "not before a yes"
    assert catalogue("fetch", "polyhaven", "brick_floor_003", "--variant", "8k", "--yes") == 1
    assert "no such variant" in capsys.readouterr().err
    assert catalogue("fetch", "polyhaven", "brick_floor_003", "--variant", "1k-maps-jpg", "--yes") == 0
    assert "2 new, 0 known." in capsys.readouterr().out
    assert catalogue("fetch", "polyhaven", "brick_floor_003", "--variant", "1k-maps-jpg") == 0, "nothing to agree to"
    assert "0 new, 2 known." in capsys.readouterr().out
    assert catalogue("forget", "polyhaven") == 0
    assert catalogue("search", "polyhaven", "brick") == 1


def test_a_feed_and_mistakes(speaking: Speaking, capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogue("feed", f"{speaking.base}/feed.json") == 0
    assert catalogue("search", "our own", "leaf") == 0
    assert "leaf  Leaf  Our Studio  CC-BY-4.0" in capsys.readouterr().out
    assert catalogue("search", "nowhere", "x") == 1
    assert "no catalogue nowhere" in capsys.readouterr().err
    speaking.server.refusals["/metadata/fonts"] = (429, {"Retry-After": "12"})
    catalogue("agree", "googlefonts")
    assert catalogue("search", "googlefonts", "anton") == 1
    assert "Try again in 12 s" in capsys.readouterr().err


# Credits


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two pictures of the library in two documents, one of them by nobody in particular."""
    from editor.commands.registry import run
    from editor.storage import create_project
    from editor.workflows.library.origins import note_origins

    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    library = Library(tmp_path / "library")
    known = Credits(title="=Oak* [leaf]", author="Ann", licence="CC-BY-4.0", source="https://example.org/oak")
    keys = []
    for name, told in (("oak", known), ("wall", Credits())):
        Image.new("RGB", (8, 8), (len(keys), 0, 0)).save(tmp_path / f"{name}.png")
        keys += library.take_in([tmp_path / f"{name}.png"], known=told).assets
    path = tmp_path / "Film.atelier"
    with create_project(path) as opened:
        for number, key in enumerate((keys[0], keys[1], keys[0])):
            name = f"Page {number}"
            document = run(opened.project, "raster.new_document", name=name, width=8, height=8)
            note_origins(opened.project, (document,), library.asset(key))
    library.close()
    return path


def test_credits(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["credits", str(project)]) == 0
    told = capsys.readouterr()
    assert told.out == "“=Oak* [leaf]” by Ann, CC-BY-4.0, https://example.org/oak\n“wall”, licence not known\n"
    assert "Of one work nobody said" in told.err
    assert main(["credits", str(project), "--strict", "--format", "markdown"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        r"- [=Oak\* \[leaf\]](https://example.org/oak) by Ann, "
        "[CC-BY-4.0](https://creativecommons.org/licenses/by/4.0/)",
        "- *wall*, licence not known",
    ]
    out = tmp_path / "credits.csv"
    assert main(["credits", str(project), "--out", str(out)]) == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert rows[0]["title"] == "'=Oak* [leaf]" and rows[0]["used_in"] == "Page 0; Page 2"
    assert main(["credits", str(project), "--out", str(out)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["credits", str(project), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["file"] == "oak.png"


def test_credits_follow_what_the_library_learned_and_need_no_library(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["library", "edit", "2", "--author", "Ben", "--licence", "CC0-1.0"]) == 0
    assert main(["credits", str(project), "--strict"]) == 0
    assert "“wall” by Ben, CC0-1.0" in capsys.readouterr().out
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "nowhere"))
    assert main(["credits", str(project)]) == 0
    assert "“oak” by Ann, CC-BY-4.0" in capsys.readouterr().out
    assert not (tmp_path / "nowhere").exists()


def test_at_a_terminal_both_questions_are_asked(
    speaking: Speaking, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    answers = iter(["n", "y", "", "oui"])

    def answer(question: str) -> str:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert catalogue("fetch", "polyhaven", "mossy_forest", "--no-thumbnails") == 1
    assert speaking.server.asked == [] and speaking.base.removeprefix("http://") in asked[0]
    assert catalogue("fetch", "polyhaven", "mossy_forest", "--no-thumbnails") == 1, "agreed to speak, not to fetch"
    assert not any(path.startswith("/file/") for path, _ in speaking.server.asked)
    assert catalogue("fetch", "polyhaven", "mossy_forest", "--no-thumbnails") == 0
    assert "1 new" in capsys.readouterr().out and len(asked) == 4


def test_a_work_is_shown_in_the_language_of_the_person(
    speaking: Speaking, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from editor.base.translation import set_language

    catalogue("agree", "polyhaven")
    capsys.readouterr()
    for name in ("LC_ALL", "LANGUAGE", "LC_MESSAGES", "LANG", "ATELIER_LANGUAGE"):
        monkeypatch.setenv(name, "fr")
    try:
        assert catalogue("show", "polyhaven", "brick_floor_003") == 0
    finally:
        set_language("en")
    shown = capsys.readouterr().out
    assert "auteur\u00a0: Rob Example" in shown
    assert "title:" not in shown
    assert " ko" in shown
    assert " kB" not in shown
