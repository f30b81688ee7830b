"""The raster engine: live links, damage, what undo redraws, and pixels that can no longer be read."""

from pathlib import Path

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.display.display import Damage, Display
from editor.display.engine import Request
from editor.document.journal import MemoryBlobs
from editor.document.project import Project
from editor.model.embed import Embed
from editor.storage import create_project, open_project
from render.geometry import IntRect, Rect


def linked() -> tuple[Project, str, str]:
    project = Project.in_memory()
    inner = run(project, "raster.new_document", name="Inner", width=100, height=80, background="#ff0000")
    outer = run(project, "raster.new_document", name="Outer", width=400, height=300)
    embed = Embed(document=inner)
    run(project, "raster.add_embed", document=outer, source=embed, transform=[2, 0, 0, 2, 50, 40])
    return project, inner, outer


def test_an_edit_in_the_source_is_seen_in_the_host() -> None:
    project, inner, outer = linked()
    display = Display(project)
    heard: list[Damage] = []
    display.damaged.connect(heard.append)
    picture = display.render_whole(outer)
    assert (picture[50:190, 60:240] == (255, 0, 0, 255)).all() and (picture[10, 10] == 255).all()
    key = display.drawing(outer).key
    layer = next(iter(project.index.children(inner)))
    run(project, "raster.fill", layer=layer, color="#0000ff")
    assert {damage.document for damage in heard} == {inner, outer}
    assert (display.render_whole(outer)[50:190, 60:240] == (0, 0, 255, 255)).all()
    project.undo()
    assert display.drawing(outer).key == key
    misses = display.cache.misses
    assert (display.render_whole(outer) == picture).all() and display.cache.misses == misses


def test_damage_is_the_tiles_that_changed() -> None:
    project, inner, outer = linked()
    display = Display(project)
    display.render_whole(outer)
    heard: list[Damage] = []
    display.damaged.connect(heard.append)
    layer = run(project, "raster.add_layer", document=outer)
    heard.clear()
    run(project, "raster.stroke", layer=layer, samples=[[300, 100], [310, 100]], color="#000000")
    assert [damage.region for damage in heard] == [Rect(256, 0, 256, 256)]


def test_damaged_pixels_are_hatched_never_wrong() -> None:
    project, _, outer = linked()
    assert isinstance(project.blobs, MemoryBlobs)
    for name in list(project.blobs.names()):
        project.blobs.discard(name)
    picture = Display(project).render_whole(outer).astype(int)
    assert set(np.unique(picture[..., 0])) <= {91, 92, 107, 108}


def test_scales_agree_with_one_another() -> None:
    project, _, outer = linked()
    display = Display(project)
    full = display.render_whole(outer).astype(float)
    half = display.render(display.drawing(outer), Request(IntRect(0, 0, 200, 150), 0.5)).astype(float)
    means = full.reshape(150, 2, 200, 2, 4).mean(axis=(1, 3))
    assert abs(half - means).max() <= 2


def test_an_export_of_a_closed_project_fails_and_shows_no_hatching(tmp_path: Path) -> None:
    with create_project(tmp_path / "a.atelier") as opened:
        document = run(opened.project, "raster.new_document", width=300, height=300)
    with open_project(tmp_path / "a.atelier") as opened:
        display = Display(opened.project.snapshot())
        drawing = display.drawing(document)
    with pytest.raises(ExpectedError, match="closed"):
        display.render(drawing, Request(IntRect(0, 0, 300, 300)))
