"""A colour lookup from a terminal: the file's path is enough, and a broken file is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.commandline.main import main
from editor.commands.registry import run
from editor.model.raster import AdjustmentLayer
from editor.storage import create_project, open_project
from render.lookup import LookupTable


def test_a_file_becomes_a_layer_of_an_image(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, table = tmp_path / "Photos.atelier", tmp_path / "ramp.cube"
    table.write_text("LUT_1D_SIZE 2\n0 0 0\n1 0.5 1\n")
    with create_project(path) as opened:
        run(opened.project, "raster.new_document", name="Photo", width=40, height=30)
    assert main(["do", str(path), "raster.add_lookup", "document=Photo", f"table={table}", "name=Ramp"]) == 0
    key = json.loads(capsys.readouterr().out)
    with open_project(path) as opened:
        layer = opened.project.find(key, AdjustmentLayer)
        assert layer.name == "Ramp"
        kept = LookupTable.from_bytes(opened.project.blobs.get(layer.adjustment.table))
        assert kept.entries.tolist() == [[0, 1], [0, 0.5], [0, 1]]
    table.write_text("LUT_1D_SIZE 2\n0 0\n")
    assert main(["do", str(path), "raster.add_lookup", "document=Photo", f"table={table}"]) == 1
    assert "ramp.cube cannot be read" in capsys.readouterr().err
