"""The library from the terminal, from taking in to throwing away."""

from __future__ import annotations

import json
import os
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


def test_what_a_kit_names_is_not_forgotten(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kit", "new", "House", "--logo", f"main={files / 'oak leaf.png'}"]) == 0
    (leaf,) = found("kind:image")
    assert main(["library", "trash", str(leaf["id"])]) == 0
    capsys.readouterr()
    assert main(["library", "empty"]) == 0
    assert capsys.readouterr().out == (
        "0 forgotten.\n"
        "oak leaf.png stays in the trash, because this needs it: Brand kit House · oak leaf.png.\n"
    )


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


def test_kept_files_that_are_gone_or_damaged_are_said_and_put_right(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["library", "add", "--copy", "--no-thumbnails", str(files)])
    picture, text = (next((tmp_path / "library" / "content").glob(f"*/*.{ending}")) for ending in ("png", "txt"))
    picture.unlink()
    text.write_text("rubbish")
    capsys.readouterr()
    assert main(["library", "verify"]) == 1
    said = capsys.readouterr().out
    assert "oak leaf.png is not in the library any more." in said
    assert "2 damaged." in said
    assert [one["name"] for one in found("is:missing")] == ["oak leaf.png"]
    main(["library", "add", "--copy", "--no-thumbnails", str(files)])
    assert main(["library", "verify"]) == 0
    assert found("is:missing") == []


def test_a_pipe_and_a_name_that_is_no_text_are_said_and_the_rest_comes_in(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(files / "pipe.png")
    (files / os.fsdecode(b"caf\xe9.png")).write_bytes(b"odd")
    assert main(["library", "add", "--no-thumbnails", str(files), str(files / "pipe.png")]) == 0
    said = capsys.readouterr().out
    assert "2 new" in said
    assert "pipe.png: pipe.png is no file." in said
    assert "caf\\xe9.png has a name that is no text." in said
