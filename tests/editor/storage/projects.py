"""Project files for the tests of this folder."""

from __future__ import annotations

import random
from pathlib import Path

from editor.commands.registry import run
from editor.model.raster import Tile, tile_id
from editor.storage import create_project, open_project


def make_project(path: Path, layers: int = 12, edits: int = 40, seed: int = 7) -> str:
    """A file with an image, layers, tiles of noise and of calm, and a history. Returns its content hash."""
    chance = random.Random(seed)
    with create_project(path) as opened:
        project = opened.project
        document = run(project, "raster.new_document", name="Picture", width=512, height=512)
        keys = [run(project, "raster.add_layer", document=document, name=f"Layer {n}") for n in range(layers)]
        for number in range(edits):
            key = chance.choice(keys)
            size = 256 * 256 * 4
            pixels = chance.randbytes(size) if number % 3 else bytes([number % 256]) * size
            with project.transaction("Paint"):
                x = chance.randrange(4)
                project.put(Tile(id=tile_id(key, x, 0), parent=key, x=x, y=0, pixels=project.blobs.put(pixels)))
        project.undo()
        project.undo()
        return project.content_hash()


def content_hash(path: Path) -> str:
    with open_project(path, read_only=True) as opened:
        return opened.project.content_hash()


def beside(path: Path) -> list[str]:
    """What lies in the folder of a file besides it."""
    return sorted(item.name for item in path.parent.iterdir() if item != path)
