"""Photoshop's own files, with what another reader says of each brush. Bristles and worn tips are left out: Photoshop
reckons those while it paints."""

import json
import os
from pathlib import Path

import pytest

from editor.formats.brush.reading import read_brushes

SET = Path("psd/Agamnentzar+ag-psd/test/abr-read")
CORPORA = Path(os.environ.get("ATELIER_CORPORA", "../shared/corpora"))


@pytest.mark.parametrize("name", ["simple", "special", "tilt"])
def test_brushes_are_as_another_reader_says(name: str) -> None:
    folder = CORPORA / SET / name
    if not folder.is_dir():
        pytest.skip(f"no {SET} among the corpora")
    said = json.loads((folder / "data.json").read_text())["brushes"]
    usual = [one for one in said if one["shape"]["type"] in ("computed", "sampled")]
    found = read_brushes(folder / "src.abr")[: len(usual)]
    assert [brush.name for brush in found] == [one["name"] for one in usual]
    for brush, one in zip(found, usual, strict=True):
        assert brush.diameter == one["shape"]["size"]
        assert brush.spacing == one["shape"]["spacing"]
        assert bool(brush.pictures) == (one["shape"]["type"] == "sampled")
