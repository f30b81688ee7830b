"""Names from files that would break a line, or command the terminal: one thing is one line, whatever its name holds."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.commandline import terminal
from app.commandline.main import main
from editor.base import translation

STRANGE = "oak\n  9  faked\r\x1b[31m\u202e\x9b leaf"
PLAIN = "oak?  9  faked??[31m?? leaf"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("LIBRARY", "PACKS"):
        monkeypatch.setenv(f"ATELIER_{name}", str(tmp_path / name.lower()))
    monkeypatch.setenv("ATELIER_QUEUE", str(tmp_path / "queue.sqlite"))
    monkeypatch.setenv("ATELIER_LANGUAGE", "en")
    (tmp_path / "files").mkdir()
    Image.new("RGB", (32, 20), (20, 130, 60)).save(tmp_path / "files" / f"{STRANGE}.png")
    assert main(["library", "add", str(tmp_path / "files"), "--tag", "Tree"]) == 0
    yield tmp_path
    translation.set_language("en")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    capsys.readouterr()
    assert main(list(words)) == 0
    out = capsys.readouterr().out
    assert not {"\x1b", "\r", "\x9b", "\u202e"} & set(out)
    return out.removesuffix("\n").split("\n")


def test_an_asset_is_one_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = told(capsys, "library", "search", "oak")
    assert PLAIN in line
    assert main(["library", "edit", "1", "--title", STRANGE, "--notes", "one\nid: 7"]) == 0
    assert len(told(capsys, "library", "search", "oak")) == 1
    shown = told(capsys, "library", "show", "1")
    assert f"name: {PLAIN}.png" in shown
    assert shown[shown.index("notes: one") + 1] == "    id: 7"
    assert main(["library", "keep", f"{STRANGE} kept", "oak"]) == 0
    assert len(told(capsys, "library", "kept")) == 1
    assert main(["library", "collect", STRANGE, "1"]) == 0
    assert len(told(capsys, "library", "collections")) == 1
    (place / "files" / "again.png").write_bytes((place / "files" / f"{STRANGE}.png").read_bytes())
    assert main(["library", "add", str(place / "files")]) == 0
    assert len(told(capsys, "library", "duplicates")) == 1


def test_json_means_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = json.loads("\n".join(told(capsys, "library", "search", "--json", "oak")))
    assert found["name"] == f"{STRANGE}.png"


def test_a_kit_and_a_job_are_one_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kit", "new", STRANGE, "--color", f"{STRANGE}=orange", "--notes", "calm\nslow"]) == 0
    assert len(told(capsys, "kit", "list")) == 1
    assert len(told(capsys, "kit", "show", STRANGE)) == 3
    assert main(["jobs", "add", "--label", STRANGE, "--", "convert", f"{STRANGE}.png", "b.png"]) == 0
    (line,) = told(capsys, "jobs", "list")
    assert PLAIN in line
    assert len(json.loads("\n".join(told(capsys, "jobs", "list", "--json")))) == 1


def test_a_template_is_one_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "new", "vector-concert", str(place / "Poster.atelier")]) == 0
    capsys.readouterr()
    assert main(["template", "save", str(place / "Poster.atelier"), "--title", STRANGE]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "\x1b" not in out
    assert len(told(capsys, "library", "search", "kind:template")) == 1


def test_spaces_and_joined_letters_are_no_commands() -> None:
    whole = "10\u00a0% \u00ab\u202f\u0645\u06cc\u200c\u062e\u0648 \U0001f469\u200d\U0001f3a8 \u591c\u3000\u685c"
    assert terminal.plain(whole) == whole


def test_french_spaces_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say("Voilà\u00a0: 10\u00a0%")
    assert capsys.readouterr().out == "Voilà\u00a0: 10\u00a0%\n"


def test_every_line_of_every_verb_goes_this_way() -> None:
    """Another way to standard output would bring raw names back."""
    for path in Path(terminal.__file__).parent.glob("*.py"):
        if path.name in ("terminal.py", "sampling.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                to_errors = any(word.arg == "file" for word in node.keywords)
                assert called != "sys.stdout.write", path.name
                assert called != "print" or to_errors, path.name
