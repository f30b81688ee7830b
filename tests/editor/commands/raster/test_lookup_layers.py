"""Colour lookups as layers: what they show, how they are kept, copied and undone, and what is said of broken ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import replay_entry, run
from editor.display.display import Display
from editor.document.project import Project
from editor.model.lookup import ColorLookup
from editor.model.raster import AdjustmentLayer
from editor.model.record import decode, encode, kind_of, version_of
from editor.storage import create_project, open_project
from editor.storage.garbage import collect_garbage
from editor.workflows.ai.pictures import Picture, put_layer
from render.lookup import LookupTable

CORNERS = np.array([[r, g, b] for b in (0, 1) for g in (0, 1) for r in (0, 1)], np.float32)
NEGATIVE = LookupTable(cube=1 - CORNERS)
SWAPPED = LookupTable(cube=CORNERS[:, ::-1].copy())


def picture(project: Project) -> str:
    document: str = run(project, "raster.new_document", width=300, height=280, background=None)
    rows, columns = np.mgrid[:280, :300]
    pixels = np.stack([columns / 300, rows / 280, np.full(rows.shape, 0.25), np.ones(rows.shape)], -1)
    put_layer(project, document, Picture(pixels.astype(np.float32)), "Photo")
    return document


def add(project: Project, document: str, table: LookupTable = NEGATIVE, **wishes: object) -> AdjustmentLayer:
    blob = project.blobs.put(table.to_bytes())
    return project.find(run(project, "raster.add_lookup", document=document, table=blob, **wishes), AdjustmentLayer)


def shown(project: Project, document: str) -> np.ndarray:
    display = Display(project)
    try:
        return display.render_whole(document).astype(int)
    finally:
        display.close()


def test_it_changes_what_lies_below_as_much_as_its_opacity_says() -> None:
    project = Project.in_memory()
    document = picture(project)
    before = shown(project, document)
    layer = add(project, document, name="Negative")
    assert (layer.name, layer.adjustment.name) == ("Negative", "Negative")
    after = shown(project, document)
    assert np.abs(after[..., :3] - (255 - before[..., :3])).max() <= 1
    assert (after[..., 3] == 255).all()
    run(project, "project.set_field", record=layer.id, field="opacity", value=0.5)
    assert np.abs(shown(project, document)[..., :3] - 127.5).max() <= 1.5
    run(project, "project.set_field", record=layer.id, field="visible", value=False)
    assert np.array_equal(shown(project, document), before)


def test_one_is_undone_replaced_and_read_back() -> None:
    project = Project.in_memory()
    document = picture(project)
    before = shown(project, document)
    layer = add(project, document)
    assert decode(kind_of(layer), version_of(layer), encode(layer)) == layer
    value = {"type": "color_lookup", "table": project.blobs.put(SWAPPED.to_bytes()), "name": "Swapped"}
    run(project, "project.set_fields", records=(layer.id,), values={"adjustment": value})
    assert np.abs(shown(project, document)[..., :3] - before[..., 2::-1]).max() <= 1
    project.undo()
    assert np.abs(shown(project, document)[..., :3] - (255 - before[..., :3])).max() <= 1
    project.undo()
    assert np.array_equal(shown(project, document), before)
    project.redo()
    assert project.find(layer.id, AdjustmentLayer) == layer


def test_the_same_again_when_it_is_replayed() -> None:
    project = Project.in_memory()
    document = picture(project)
    add(project, document)
    other = Project.in_memory()
    other.blobs = project.blobs
    for key in project.history.path(project.history.head):
        assert replay_entry(other, project.history[key])
    assert other.content_hash() == project.content_hash()


def test_it_goes_above_the_chosen_layer_or_onto_it_alone() -> None:
    project = Project.in_memory()
    document = picture(project)
    low = project.selection[0] if project.selection else project.children(document)[-1].id
    top = run(project, "raster.add_layer", document=document)
    layer = add(project, document, above=low, clipped=True)
    order = [item.id for item in project.children(document) if item.id in (low, top, layer.id)]
    assert order == [low, layer.id, top] and layer.clipped


def test_copies_share_the_table() -> None:
    project = Project.in_memory()
    document = picture(project)
    layer = add(project, document)
    (copy,) = run(project, "raster.duplicate_layers", layers=(layer.id,))
    assert project.find(copy, AdjustmentLayer).adjustment == layer.adjustment
    assert np.abs(shown(project, document)[0, 150, 0] - 127) <= 2  # turned round twice


def test_the_table_stays_in_the_project_when_blobs_are_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "Film.atelier"
    with create_project(path) as opened:
        document = picture(opened.project)
        layer = add(opened.project, document)
        opened.project.blobs.put(SWAPPED.to_bytes())  # nothing names it
        wanted = shown(opened.project, document)
    for _ in range(2):
        with open_project(path) as opened:
            collect_garbage(opened.store)
            assert np.array_equal(shown(opened.project, document), wanted)
            found = opened.project.find(layer.id, AdjustmentLayer).adjustment
            assert isinstance(found, ColorLookup)
            assert LookupTable.from_bytes(opened.project.blobs.get(found.table)) == NEGATIVE


def test_a_file_that_is_no_table_is_refused_and_a_lost_one_is_hatched() -> None:
    project = Project.in_memory()
    document = picture(project)
    before = dict(project.records)
    with pytest.raises(ExpectedError, match="no color lookup"):
        run(project, "raster.add_lookup", document=document, table=project.blobs.put(b"LUT_3D_SIZE 2"))
    with pytest.raises(ExpectedError):
        run(project, "raster.add_lookup", document=document, table="blob:" + "0" * 40)
    assert dict(project.records) == before
    lost = ColorLookup(table=project.blobs.put(b"no table"), name="Lost")
    run(project, "raster.add_adjustment", document=document, adjustment=lost)
    hatched = shown(project, document)
    assert (hatched[..., 3] == 255).all() and len(np.unique(hatched[..., 0])) == 2


@pytest.mark.parametrize("depth", ["uint16", "float32"])
def test_in_every_depth_and_through_a_mask(depth: str) -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=64, height=64, depth=depth, background="#4080c0")
    before = shown(project, document)
    layer = add(project, document)
    run(project, "raster.add_mask", layer=layer.id)
    assert np.abs(shown(project, document)[..., :3] - (255 - before[..., :3])).max() <= 1


@pytest.mark.parametrize("command", ["raster.apply_adjustment", "raster.flatten"])
def test_it_is_baked_into_pixels_when_that_is_asked(command: str) -> None:
    project = Project.in_memory()
    document = picture(project)
    layer = add(project, document)
    wanted = shown(project, document)
    named = {"document": document} if command == "raster.flatten" else {"layer": layer.id}
    run(project, command, **named)
    assert not project.children(document, AdjustmentLayer)
    assert np.array_equal(shown(project, document), wanted)


def test_what_is_half_transparent_stays_so() -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=64, height=64, background=None)
    pixels = np.zeros((64, 64, 4), np.float32)
    pixels[:, :32] = (0.8, 0.2, 0.4, 0.5)
    put_layer(project, document, Picture(pixels), "Half")
    add(project, document)
    made = shown(project, document)
    assert (made[:, 32:] == 0).all() and (abs(made[:, :32, 3] - 128) <= 1).all()
    straight = made[10, 10, :3] / made[10, 10, 3]
    assert np.abs(straight - (1 - pixels[10, 10, :3])).max() < 0.02  # it is given with straight alpha
