"""A filter's result in the place of the layer: it wears mask, opacity, blend mode and clipping, and is seen alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image

from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.registry import export_document
from editor.model.embed import Embed
from editor.model.provenance import Provenance
from editor.model.raster import GaussianBlur, Layer, Mask, PixelLayer, Tile, tile_id
from editor.workflows.ai.pictures import (
    Picture,
    chosen_layer,
    put_layer,
    put_mask,
    put_selection,
    read_image,
    read_layer,
    tile_blobs,
)
from editor.workflows.ai.preview import take_sample, try_tool
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.tool import TOOLS, Outcome, Request, load_tools
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from render.raster.depth import from_unit
from tests.editor.workflows.ai.test_style import installed, negative

load_tools()
HEIGHT, WIDTH = 72, 96
WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "cartoon": ("cartoon", {}),
    "duotone": ("duotone", {}),
    "denoise above": ("denoise", {"noise": 10.0}),
    "denoise replace": ("denoise", {"noise": 10.0, "result": "replace"}),
    "depth_blur": ("depth_blur", {"depth": "around_a_point", "aperture": 30.0}),
    "transfer_look": ("transfer_look", {"reference": "Backdrop"}),
    "neural_style": ("neural_style", {}),
}
SITUATIONS = (
    "plain", "mask", "half alpha", "opacity", "multiply", "clipped", "base of clipped", "group", "faint group",
    "all at once",
)


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    return installed(negative(tmp_path_factory.mktemp("network") / "negative.onnx"))


def photo() -> np.ndarray:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    picture = np.stack([0.2 + 0.6 * x / WIDTH, 0.3 + 0.5 * y / HEIGHT, np.full_like(x, 0.6)], 2)
    picture[20:50, 30:60] = (0.1, 0.2, 0.3)
    noise = np.random.default_rng(5).normal(0, 0.08, picture.shape)
    return np.clip(picture + noise, 0, 1).astype(np.float32)


def opaque(colour: tuple[float, float, float]) -> Picture:
    return Picture(np.full((HEIGHT, WIDTH, 4), (*colour, 1), np.float32))


def half_covered() -> np.ndarray:
    coverage = np.zeros((HEIGHT, WIDTH), np.float32)
    coverage[10:60, 40:90] = 1
    coverage[10:60, 40:50] = 0.5
    return coverage


def put_fields(project: Project, layer: str, **values: Any) -> None:
    run(project, "project.set_fields", records=(layer,), values=values)


def build(situation: str) -> tuple[Project, str, str]:
    """A project, its image, and the photo in it that is worked on."""
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=WIDTH, height=HEIGHT, background=None, depth="uint16")
    everything = situation == "all at once"
    if situation not in ("mask", "half alpha"):
        put_layer(project, document, opaque((0.2, 0.7, 0.4)), "Backdrop")
    else:
        put_fields(project, put_layer(project, document, opaque((0.2, 0.7, 0.4)), "Backdrop"), visible=False)
    if situation == "clipped" or everything:
        part = opaque((0.9, 0.9, 0.9)).rgba
        part[..., 3] = half_covered()
        put_layer(project, document, Picture(part), "Base")
    alpha = np.ones((HEIGHT, WIDTH), np.float32)
    if situation == "half alpha" or everything:
        alpha[:, :70] = 128 / 255
        alpha[:8] = 0
    layer = put_layer(project, document, Picture(np.dstack([photo(), alpha])), "Photo")
    dress(project, document, layer, situation)
    return project, document, layer


def dress(project: Project, document: str, layer: str, situation: str) -> None:
    everything = situation == "all at once"
    if situation == "mask" or everything:
        put_mask(project, layer, half_covered(), 0, 0)
    if situation == "opacity" or everything:
        put_fields(project, layer, opacity=0.5)
    if situation == "multiply" or everything:
        put_fields(project, layer, blend="multiply")
    if situation == "clipped" or everything:
        put_fields(project, layer, clipped=True)
    if situation == "base of clipped":
        put_fields(project, put_layer(project, document, opaque((1, 0, 0)), "Tint"), clipped=True, opacity=0.4)
    if "group" in situation:
        group = run(project, "raster.group_layers", layers=(layer,))
        if situation == "faint group":
            put_fields(project, group, opacity=0.5, pass_through=False)
            put_mask(project, group, half_covered(), 0, 0)


def do(
    way: str, project: Project, document: str, layer: str, runtime: Runtime, model: InstalledModel | None = None
) -> Outcome:
    name, options = WAYS[way]
    tool = TOOLS[name]
    request = Request(
        project, document, (layer,) if layer else (), msgspec.convert(options, tool.options), runtime,
        ModelStore(Path("nowhere")), model if name == "neural_style" else None,
    )
    return run_tool(tool, request, Progress())


def exchanged(situation: str, rgb: np.ndarray) -> np.ndarray:
    """What the image shows when the photo itself has these colours."""
    project, document, layer = build(situation)
    item = project.find(layer, PixelLayer)
    alpha = read_layer(project, item).rgba[..., 3:]
    pixels = from_unit(np.ascontiguousarray(np.concatenate([rgb * alpha, alpha], axis=2)), "uint16")
    with project.transaction("exchange"):
        for column, row, blob in tile_blobs(project, pixels):
            tile = project.find(tile_id(layer, column, row), Tile)
            project.put(msgspec.structs.replace(tile, pixels=blob))
    return premultiplied(read_image(project, document))


def premultiplied(picture: Picture) -> np.ndarray:
    return np.dstack([picture.rgb * picture.alpha[..., None], picture.alpha])


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("way", WAYS)
def test_the_image_looks_as_if_the_layer_itself_was_filtered(
    runtime: Runtime, model: InstalledModel, way: str, situation: str
) -> None:
    project, document, layer = build(situation)
    before = project.content_hash()
    [key] = do(way, project, document, layer, runtime, model).chosen
    made, original = project.find(key, PixelLayer), project.find(layer, PixelLayer)
    assert made.parent == original.parent
    rgb = read_layer(project, made).rgb
    shown = read_layer(project, original).alpha > 0
    assert np.abs(rgb - photo())[shown].mean() > 0.005
    np.testing.assert_allclose(premultiplied(read_image(project, document)), exchanged(situation, rgb), atol=0.002)
    plain = situation in ("plain", "base of clipped", "group", "faint group", "clipped")
    assert original.visible == (plain and way != "denoise replace")
    project.undo()
    assert project.content_hash() == before


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("way", ["cartoon", "denoise above", "denoise replace", "duotone"])
def test_what_is_not_selected_looks_as_before(
    runtime: Runtime, model: InstalledModel, way: str, situation: str
) -> None:
    project, document, layer = build(situation)
    before = premultiplied(read_image(project, document))
    coverage = np.zeros((HEIGHT, WIDTH), np.float32)
    coverage[15:45, 25:80] = 1
    put_selection(project, document, coverage, 0, 0)
    do(way, project, document, layer, runtime, model)
    after = premultiplied(read_image(project, document))
    assert np.abs(after - before)[coverage == 0].max() < 0.002
    assert np.abs(after - before)[coverage == 1].max() > 0.01


def test_a_mask_is_copied_with_all_that_it_says(runtime: Runtime) -> None:
    project, document, layer = build("mask")
    [mask] = project.children(layer, Mask)
    put_fields(project, mask.id, inverted=True, density=0.75, linked=False)
    before = read_image(project, document).alpha
    [key] = do("cartoon", project, document, layer, runtime).chosen
    [copy] = project.children(key, Mask)
    assert (copy.inverted, copy.density, copy.linked, copy.outside) == (True, 0.75, False, mask.outside)
    np.testing.assert_allclose(read_image(project, document).alpha, before, atol=1e-6)
    put_fields(project, copy.id, enabled=False)
    assert project.find(mask.id, Mask).enabled


def test_a_group_that_is_drawn_wears_nothing_twice(runtime: Runtime) -> None:
    project, document, _ = build("faint group")
    group = project.children(document, Layer)[-1].id
    before = read_image(project, document)
    [key] = do("duotone", project, document, group, runtime).chosen
    assert read_layer(project, project.find(key, PixelLayer)).alpha.min() > 0.999
    np.testing.assert_allclose(read_image(project, document).rgb[:, :30], before.rgb[:, :30], atol=0.002)
    np.testing.assert_allclose(read_image(project, document).rgb[0, 0], (0.2, 0.7, 0.4), atol=0.002)
    assert not project.find(group, Layer).visible


def test_how_a_hidden_original_was_made_is_told_on(runtime: Runtime) -> None:
    project, document, layer = build("mask")
    run(project, "project.note_provenance", record=layer, tool="generate", generated=True, model="m", seed=4)
    run(project, "project.note_provenance", record=project.children(layer, Mask)[0].id, tool="remove_background")
    [key] = do("cartoon", project, document, layer, runtime).chosen
    notes = {note.tool: note for note in project.children(key, Provenance)}
    assert set(notes) == {"generate", "remove_background", "cartoon"}
    assert (notes["generate"].generated, notes["generate"].model, notes["generate"].seed) == (True, "m", 4)


def test_the_preview_shows_the_filter_alone(runtime: Runtime) -> None:
    project, document, layer = build("half alpha")
    tool = TOOLS["duotone"]
    sample = take_sample(project, document, (layer,), "whole")
    request = Request(project, document, (layer,), tool.options(), runtime, ModelStore(Path("nowhere")))
    after = try_tool(tool, request, sample, Progress())
    np.testing.assert_allclose(after[..., 3], sample.rgba[..., 3], atol=0.005)
    do("duotone", project, document, layer, runtime)
    np.testing.assert_allclose(after, read_image(project, document).rgba, atol=0.02)


# Which layer


def test_without_a_choice_it_is_the_topmost_layer_with_pixels(runtime: Runtime) -> None:
    project, document, layer = build("plain")
    run(project, "raster.add_adjustment", document=document, adjustment=GaussianBlur(), name="Soft")
    run(project, "raster.add_layer", document=document, name="Empty")
    hidden = put_layer(project, document, opaque((0, 0, 0)), "Depth")
    put_fields(project, hidden, visible=False)
    project.select(())
    assert chosen_layer(project, document, ()).id == layer
    [key] = do("depth_blur", project, document, "", runtime).chosen
    assert project.find(key, PixelLayer).name.startswith("Photo")
    order = [item.name for item in project.children(document, Layer)]
    assert order.index("Photo") < order.index(project.find(key, PixelLayer).name) < order.index("Soft")


def test_of_an_adjustment_it_is_what_lies_below() -> None:
    project, document, layer = build("plain")
    adjustment = run(project, "raster.add_adjustment", document=document, adjustment=GaussianBlur(), above=layer)
    put_layer(project, document, opaque((0, 0, 0)), "Above")
    assert chosen_layer(project, document, (adjustment,)).id == layer


def test_groups_links_and_hidden_layers_have_pixels_too() -> None:
    project, document, layer = build("plain")
    other = run(project, "raster.new_document", width=4, height=4)
    link = run(project, "raster.add_embed", document=document, source=Embed(document=other))
    assert chosen_layer(project, document, ()).id == link
    run(project, "project.delete", records=(link,))
    group = run(project, "raster.group_layers", layers=(layer,))
    run(project, "raster.add_group", document=document)
    assert chosen_layer(project, document, ()).id == group
    for item in project.children(document, Layer):
        put_fields(project, item.id, visible=False)
    assert chosen_layer(project, document, ()).id == group


# Exports


@pytest.mark.parametrize("way", ["cartoon", "denoise above", "denoise replace", "depth_blur", "duotone"])
def test_an_export_of_a_cut_out_stays_cut_out(runtime: Runtime, way: str, tmp_path: Path) -> None:
    project, document, layer = build("mask")
    do(way, project, document, layer, runtime)
    with closing(Display(project)) as display:
        export_document(display, document, tmp_path / "cut.png")
    alpha = np.asarray(Image.open(tmp_path / "cut.png").convert("RGBA"))[..., 3]
    assert alpha[5, 5] == 0 and alpha[30, 70] == 255 and alpha[30, 45] == pytest.approx(128, abs=1)


@pytest.mark.parametrize("way", ["cartoon", "denoise above", "denoise replace", "depth_blur", "duotone"])
def test_an_export_of_half_transparent_pixels_stays_half_transparent(
    runtime: Runtime, way: str, tmp_path: Path
) -> None:
    project, document, layer = build("half alpha")
    do(way, project, document, layer, runtime)
    with closing(Display(project)) as display:
        export_document(display, document, tmp_path / "half.png")
    alpha = np.asarray(Image.open(tmp_path / "half.png").convert("RGBA"))[..., 3]
    assert alpha[40, 20] == pytest.approx(128, abs=1) and alpha[40, 90] == 255 and alpha[2, 20] == 0
