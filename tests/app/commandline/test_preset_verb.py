"""Presets from a terminal: saved, shown, found in the library, sent in a pack, applied unattended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.commandline.main import main
from editor.commands.registry import run
from editor.formats.preset.content import ExportContent, Preset
from editor.formats.preset.file import SUFFIX, write_preset
from editor.model.raster import AdjustmentLayer, Levels
from editor.storage import create_project, open_project


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two images; the first has an adjustment layer."""
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))
    path = tmp_path / "Photos.atelier"
    with create_project(path) as opened:
        project = opened.project
        first = run(project, "raster.new_document", name="First", width=40, height=30)
        run(project, "raster.add_adjustment", document=first, adjustment=Levels(gamma=2.0), name="Bright")
        run(project, "raster.new_document", name="Second", width=40, height=30)
    return path


def saved(photos: Path) -> Path:
    target = photos.with_name(f"Brighter{SUFFIX}")
    assert main(["preset", "save", str(photos), str(target), "--document", "First", "--on", "Bright"]) == 0
    return target


def test_settings_are_saved_shown_and_applied_to_another_image(
    photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    target = saved(photos)
    assert main(["preset", "show", str(target)]) == 0
    assert '"gamma": 2.0' in capsys.readouterr().out
    assert main(["preset", "apply", str(target), str(photos), "--document", "Second"]) == 0
    (key,) = json.loads(capsys.readouterr().out)
    with open_project(photos) as opened:
        layer = opened.project.find(key, AdjustmentLayer)
        assert (layer.name, layer.adjustment) == ("Bright", Levels(gamma=2.0))
        assert opened.project.undo() == "Apply preset"
        assert opened.project.get(key) is None


def test_the_library_has_it_and_a_pack_brings_it_elsewhere(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    saved(photos).rename(folder / f"Brighter{SUFFIX}")
    pack = tmp_path / "looks.atelierpack"
    monkeypatch.setenv("ATELIER_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("ATELIER_SIGNING_KEY", "11" * 32)
    assert main([
        "pack", "build", str(folder), str(pack), "--name", "looks", "--version", "1.0.0", "--author", "Test",
        "--licence", "CC0-1.0",
    ]) == 0  # fmt: skip
    assert main(["pack", "install", str(pack)]) == 0
    installed = tmp_path / "packs" / "looks" / "1.0.0" / "files"
    assert main(["library", "add", str(installed)]) == 0
    capsys.readouterr()
    assert main(["library", "search", "kind:preset"]) == 0
    assert "Brighter" in capsys.readouterr().out
    (folder / f"Brighter{SUFFIX}").unlink()
    call = ["preset", "apply", f"library:Brighter{SUFFIX}", str(photos), "--document", "Second"]
    assert main(call) == 0
    (key,) = json.loads(capsys.readouterr().out)
    with open_project(photos, read_only=True) as opened:
        assert opened.project.find(key, AdjustmentLayer).adjustment == Levels(gamma=2.0)


def test_what_cannot_be_is_one_sentence(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    target = saved(photos)
    web = tmp_path / f"web{SUFFIX}"
    write_preset(web, Preset(name="Web", content=ExportContent(family="raster", extension="webp")))
    broken = tmp_path / f"broken{SUFFIX}"
    broken.write_text("{}")
    second = ["--document", "Second"]
    for call, word in (
        (["save", str(photos), str(target), *second], "there already"),
        (["save", str(photos), str(tmp_path / "x.json"), *second], "must end in"),
        (["save", str(photos), str(tmp_path / f"x{SUFFIX}"), *second, "--on", "Nobody"], "named Nobody"),
        (["save", str(photos), str(tmp_path / f"x{SUFFIX}"), *second, "--on", "Background"], "no adjustments"),
        (["apply", str(web), str(photos), *second], "window"), (["show", str(broken)], "damaged"),
        (["apply", "library:Nothing", str(photos), *second], "Nothing"),
    ):  # fmt: skip
        assert main(["preset", *call]) == 1, call
        said = capsys.readouterr().err
        assert word in said
        assert said.count("\n") == 1
    with open_project(photos, read_only=True) as opened:
        assert len(list(opened.project.index.of_type(AdjustmentLayer))) == 1
