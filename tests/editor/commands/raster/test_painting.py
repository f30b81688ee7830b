"""What a stroke forgets of its own earlier states, and what it must not forget."""

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.commands.raster.painting import Stroke
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.raster import PixelLayer, Tile
from render.raster.stroke import Brush, Sample
from render.raster.tips import Stamp, Tips


def test_tiles_that_looked_alike_for_a_while_keep_their_pixels() -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=1024, height=256, background=None)
    (layer,) = project.children(document, PixelLayer)
    grey, black = np.full((256, 256, 4), 128, np.uint8), np.full((256, 256, 4), 255, np.uint8)
    with project.transaction("Stroke"):
        stroke = Stroke(project, layer.id, Brush(), "#000000", erase=False)
        stroke._put({(0, 0): grey, (1, 0): grey})
        (shared,) = {tile.pixels for tile in project.children(layer.id, Tile)}
        stroke._put({(0, 0): black})
    for tile in project.children(layer.id, Tile):
        assert tile.pixels in project.blobs
    with project.transaction("Stroke"):
        stroke = Stroke(project, layer.id, Brush(), "#000000", erase=False)
        stroke._put({(2, 0): grey // 2})
        passing = project.find(f"{layer.id}/2,0", Tile).pixels
        stroke._put({(2, 0): black})
    assert shared in project.blobs and passing not in project.blobs


def test_a_stroke_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from render.raster import painting

    monkeypatch.setattr(painting, "MOST_TILES", 8)
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=600, height=400)
    (layer,) = project.children(document, PixelLayer)
    before = project.content_hash()
    with pytest.raises(ExpectedError, match="too large"):
        run(project, "raster.stroke", layer=layer.id, samples=(Sample(x=0, y=0), Sample(x=9000, y=9000)))
    assert project.content_hash() == before


def test_a_stroke_that_is_far_too_large_is_refused_before_it_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    from render.raster import painting

    def draw(*_: object) -> None:
        raise AssertionError("painted")

    monkeypatch.setattr(painting, "draw_dab", draw)
    monkeypatch.setattr(Stamp, "draw", draw)
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=600, height=400)
    (layer,) = project.children(document, PixelLayer)
    zigzag = tuple(Sample(x=30_000.0 * (row % 2), y=100.0 * row) for row in range(300))
    for diameter in (8.0, 500.0):
        with pytest.raises(ExpectedError, match="too large"):
            run(project, "raster.stroke", layer=layer.id, samples=zigzag, brush=Brush(diameter=diameter))
    tips = Tips([np.full((40, 20), 255, np.uint8)])
    with project.transaction("Stroke"), pytest.raises(ExpectedError, match="too large"):
        stroke = Stroke(project, layer.id, Brush(diameter=60.0), "#000000", erase=False, tips=tips)
        stroke.refuse_too_large(zigzag)


def test_erasing_far_outside_the_pixels_is_no_large_stroke(monkeypatch: pytest.MonkeyPatch) -> None:
    from render.raster import painting

    monkeypatch.setattr(painting, "MOST_TILES", 30)
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=600, height=400)
    (layer,) = project.children(document, PixelLayer)
    zigzag = tuple(Sample(x=2000.0 * (row % 2), y=240.0 * row) for row in range(12))
    before = project.content_hash()
    run(project, "raster.stroke", layer=layer.id, samples=zigzag, brush=Brush(diameter=500.0), erase=True)
    assert project.content_hash() != before
