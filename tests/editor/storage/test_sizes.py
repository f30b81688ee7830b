"""What the things in a project take."""

from pathlib import Path

import numpy as np

from editor.commands.raster.tiles import put_tile
from editor.commands.registry import run
from editor.model.raster import Mask, PixelLayer
from editor.storage import create_project
from editor.storage.sizes import sizes_inside, sizes_outside


def test_layers_and_media_by_name_the_largest_first(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (256, 256, 4), np.uint8)
    film = tmp_path / "elsewhere" / "take.mov"
    film.parent.mkdir()
    film.write_bytes(bytes(9000))
    with create_project(tmp_path / "Poster.atelier") as opened:
        project = opened.project
        document = run(project, "raster.new_document", name="Poster", width=600, height=300)
        layer = run(project, "raster.add_layer", document=document, name="Grain")
        with project.transaction("Paint"):
            for column in range(2):
                put_tile(project, project.find(layer, PixelLayer), (column, 0), noise + np.uint8(column), "uint8")
        run(project, "raster.add_mask", layer=layer)
        (mask,) = project.children(layer, Mask)
        with project.transaction("Paint"):
            put_tile(project, mask, (0, 0), noise[..., 0], "uint8")
        opened.media.add(film)
        beside = opened.media.folder
        found = opened.store.read(sizes_inside)
        outside = opened.store.read(lambda connection: sizes_outside(connection, str(beside)))
    assert [name for name, _ in found] == ["Poster / Grain", "Poster / Background"]
    assert found[0][1] > 2 * 250_000 + 60_000, "with its mask"
    assert 0 < found[1][1] < 5000
    assert outside == [("take.mov", 9000)]
