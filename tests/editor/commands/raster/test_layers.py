"""Layers, groups, masks and whole-image commands: what they do, that they invert, and that they replay."""

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import replay_entry, run
from editor.display.display import Display
from editor.document.project import Project
from editor.model.raster import Group, Layer, Mask, PixelLayer, RasterDocument, Tile


@pytest.fixture
def project() -> Project:
    return Project.in_memory()


@pytest.fixture
def image(project: Project) -> str:
    document = run(project, "raster.new_document", name="Test", width=600, height=400)
    assert isinstance(document, str)
    return document


def pixels(project: Project, document: str) -> np.ndarray:
    display = Display(project)
    found = display.render_whole(document).astype(int)
    display.close()
    return found


def undo_all_and_back(project: Project) -> None:
    """Every entry inverts exactly, and a replay on fresh records gives the same hash."""
    steps = [project.content_hash()]
    while project.undo() is not None:
        steps.append(project.content_hash())
    assert not project.records
    for wanted in reversed(steps[:-1]):
        project.redo()
        assert project.content_hash() == wanted
    other = Project.in_memory()
    other.blobs = project.blobs
    for key in project.history.path(project.history.head):
        assert replay_entry(other, project.history[key])
    assert other.content_hash() == project.content_hash()


def test_a_new_image_is_white_and_sparse_layers_are_empty(project: Project, image: str) -> None:
    assert (pixels(project, image) == 255).all()
    layer = run(project, "raster.add_layer", document=image)
    assert project.children(layer, Tile) == []
    undo_all_and_back(project)


def test_fill_within_a_selection(project: Project, image: str) -> None:
    layer = run(project, "raster.add_layer", document=image)
    run(project, "raster.select_rectangle", document=image, rect=[100, 50, 300, 200])
    run(project, "raster.fill", layer=layer, color="#ff0000")
    shown = pixels(project, image)
    assert (shown[50:250, 100:400] == (255, 0, 0, 255)).all()
    assert (shown[:50] == 255).all() and (shown[:, 400:] == 255).all()
    run(project, "raster.invert_selection", document=image)
    run(project, "raster.clear", layer=layer)
    assert (pixels(project, image) == shown).all()
    undo_all_and_back(project)


def test_mask_from_selection_and_its_application_look_alike(project: Project, image: str) -> None:
    layer = run(project, "raster.add_layer", document=image)
    run(project, "raster.fill", layer=layer, color="#00ff00")
    run(project, "raster.select_ellipse", document=image, rect=[100, 100, 200, 200], feather=4.0)
    run(project, "raster.add_mask", layer=layer, start="selection")
    masked = pixels(project, image)
    assert masked[200, 200, 0] == 0 and masked[10, 10, 0] == 255
    run(project, "raster.apply_mask", layer=layer)
    assert project.children(layer, Mask) == []
    assert abs(pixels(project, image) - masked).max() <= 2
    undo_all_and_back(project)


def test_groups_keep_order_and_look(project: Project, image: str) -> None:
    red = run(project, "raster.add_layer", document=image, name="red")
    run(project, "raster.fill", layer=red, color="#ff0000")
    blue = run(project, "raster.add_layer", document=image, name="blue")
    run(project, "raster.fill", layer=blue, color="#0000ff80")
    before = pixels(project, image)
    group = run(project, "raster.group_layers", layers=(blue, red))
    assert [layer.name for layer in project.children(group, Layer)] == ["red", "blue"]
    assert (pixels(project, image) == before).all()
    run(project, "raster.ungroup", group=group)
    assert (pixels(project, image) == before).all()
    assert not list(project.index.of_type(Group))
    undo_all_and_back(project)


def test_duplicates_share_pixels(project: Project, image: str) -> None:
    (layer,) = project.selection
    (copy,) = run(project, "raster.duplicate_layers", layers=(layer,))
    names = [{tile.pixels for tile in project.children(key, Tile)} for key in (layer, copy)]
    assert names[0] == names[1]
    undo_all_and_back(project)


def test_crop_keeps_pixels_out_of_sight_or_deletes_them(project: Project, image: str) -> None:
    (layer,) = project.selection
    run(project, "raster.crop", document=image, x=100, y=100, width=50, height=60)
    assert pixels(project, image).shape[:2] == (60, 50)
    run(project, "raster.crop", document=image, x=-100, y=-100, width=600, height=400)
    assert (pixels(project, image) == 255).all()
    run(project, "raster.crop", document=image, x=100, y=100, width=50, height=60, delete_pixels=True)
    run(project, "raster.crop", document=image, x=-10, y=-10, width=80, height=80)
    assert (pixels(project, image)[:10] == 0).all()
    assert len(project.children(layer, Tile)) == 1
    undo_all_and_back(project)


def test_resizing_moves_everything_alike(project: Project, image: str) -> None:
    layer = run(project, "raster.add_layer", document=image)
    run(project, "raster.select_rectangle", document=image, rect=[300, 200, 300, 200])
    run(project, "raster.fill", layer=layer, color="#000000")
    run(project, "raster.resize_document", document=image, width=300, height=200)
    sheet = project.find(image, RasterDocument)
    assert (sheet.width, sheet.height) == (300, 200)
    shown = pixels(project, image)
    assert shown[150, 250, 0] == 0 and shown[50, 50, 0] == 255
    undo_all_and_back(project)


def test_merging_and_flattening_keep_the_look(project: Project, image: str) -> None:
    layer = run(project, "raster.add_layer", document=image)
    run(project, "raster.gradient_fill", layer=layer, start=[0, 0], end=[600, 400], first="#ff0000", last="#0000ff00")
    run(project, "project.set_fields", records=(layer,), values={"blend": "multiply", "opacity": 0.6})
    before = pixels(project, image)
    run(project, "raster.merge_down", layer=layer)
    assert abs(pixels(project, image) - before).max() <= 1
    run(project, "raster.add_adjustment", document=image, adjustment={"type": "exposure", "stops": 1.0})
    bright = pixels(project, image)
    run(project, "raster.flatten", document=image)
    assert len(project.children(image, Layer)) == 1
    assert abs(pixels(project, image) - bright).max() <= 1
    undo_all_and_back(project)


def test_transform_of_pixels(project: Project, image: str) -> None:
    layer = run(project, "raster.add_layer", document=image)
    run(project, "raster.select_rectangle", document=image, rect=[10, 10, 20, 20])
    run(project, "raster.fill", layer=layer, color="#000000")
    run(project, "raster.transform_layer", layer=layer, transform=[2, 0, 0, 2, 100, 50])
    shown = pixels(project, image)
    assert shown[90, 140, 0] == 0 and shown[20, 20, 0] == 255
    with pytest.raises(ExpectedError):
        run(project, "raster.transform_layer", layer=layer, transform=[1, 0, 1, 0, 0, 0])
    undo_all_and_back(project)


def test_wrong_targets_are_said_and_change_nothing(project: Project, image: str) -> None:
    (layer,) = project.selection
    before = project.content_hash()
    wrong: list[tuple[str, dict[str, object]]] = [
        ("raster.fill", {"layer": image, "color": "#fff"}),
        ("raster.fill", {"layer": layer, "color": "red-ish"}),
        ("raster.add_mask", {"layer": layer, "start": "selection"}),
        ("raster.merge_down", {"layer": layer}),
        ("raster.group_layers", {"layers": ()}),
        ("raster.resize_document", {"document": image, "width": 300_000, "height": 3_000}),
        ("raster.transform_layer", {"layer": layer, "transform": [900, 0, 0, 900, 0, 0]}),
        ("raster.new_document", {"width": 300_000, "height": 300_000}),
        ("raster.bucket_fill", {"layer": layer, "x": 9999, "y": 0, "color": "#fff"}),
        ("raster.place_pixels", {"document": image, "tiles": ((0, 0, "blob:" + 40 * "0"),), "width": 1, "height": 1}),
    ]
    for name, parameters in wrong:
        with pytest.raises(ExpectedError):
            run(project, name, **parameters)
        assert project.content_hash() == before
    run(project, "project.set_field", record=layer, field="locked", value=True)
    with pytest.raises(ExpectedError, match="locked"):
        run(project, "raster.fill", layer=layer, color="#000000")
    assert isinstance(project.get(layer), PixelLayer)
