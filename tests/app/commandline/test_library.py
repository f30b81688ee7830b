"""The library from the terminal, from taking in to throwing away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from app.commandline.main import main


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    folder = tmp_path / "files"
    folder.mkdir()
    Image.new("RGB", (320, 200), (20, 130, 60)).save(folder / "oak leaf.png")
    (folder / "notes.txt").write_text("about oaks")
    return folder


def found(*query: str) -> list[dict[str, object]]:
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["library", "search", "--json", *query]) == 0
    result: list[dict[str, object]] = json.loads(out.getvalue())
    return result


def test_what_is_taken_in_is_found(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "add", str(files), "--tag", "Tree", "--licence", "CC0-1.0"]) == 0
    assert "2 new, 0 known" in capsys.readouterr().out
    (oak,) = found("oak", "kind:image", "tag:tree", "color:#14823c")
    assert (oak["name"], oak["width"], oak["licence"]) == ("oak leaf.png", 320, "CC0-1.0")
    key = str(oak["id"])
    assert main(["library", "edit", key, "--rating", "4", "--title", "Leaf", "--untag", "tree", "--tag", "Oak"]) == 0
    assert main(["library", "show", key]) == 0
    shown = capsys.readouterr().out
    assert "title: Leaf" in shown
    assert "tags: Oak" in shown
    assert str(files / "oak leaf.png") in shown
    assert main(["library", "search", "rating>=4"]) == 0
    assert "Leaf  ★★★★" in capsys.readouterr().out


def test_thrown_away_restored_and_forgotten(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["library", "add", "--copy", str(files / "oak leaf.png")])
    key = str(found()[0]["id"])
    assert main(["library", "trash", key]) == 0
    assert found() == []
    assert main(["library", "restore", key]) == 0
    assert len(found()) == 1
    assert main(["library", "verify"]) == 0
    main(["library", "trash", key])
    capsys.readouterr()
    assert main(["library", "empty"]) == 0
    assert capsys.readouterr().out == "1 forgotten.\n"
    assert (files / "oak leaf.png").exists()


def test_followed_folders_and_mistakes(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "follow", str(files)]) == 0
    assert main(["library", "refresh"]) == 0
    assert "2 new" in capsys.readouterr().out
    (files / "copy.txt").write_text("about oaks")
    main(["library", "refresh"])
    capsys.readouterr()
    assert main(["library", "duplicates"]) == 0
    assert "copy.txt" in capsys.readouterr().out
    assert main(["library", "search", "shoe:42"]) == 1
    assert capsys.readouterr().err.startswith("atelier: There is no field shoe.")
    assert main(["library", "show", "99"]) == 1
    assert main(["library", "follow", str(files / "nowhere")]) == 1
