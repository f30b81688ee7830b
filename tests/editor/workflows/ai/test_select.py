"""Selecting objects: selections, masks and layers by clicks and boxes, with a model and without, and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.commands.raster.selection import coverage, selection_of
from editor.commands.registry import run
from editor.commands.replay import replay_project
from editor.document.project import Project
from editor.model.provenance import Provenance
from editor.model.raster import Mask, PixelLayer, RasterDocument
from editor.workflows.ai.pictures import Picture, put_layer, put_selection, read_image, read_layer
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.select import SelectObjectOptions
from editor.workflows.ai.tool import TOOLS, Outcome, Request, load_tools
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from render.geometry import IntRect
from render.raster.depth import to_unit
from tests.ml.matting.scenes import disc_scene, overlap
from tests.ml.segmentation.tiny_sam import family

load_tools()
CLICK = ((125.0, 90.0, True),)
BOX = ((55.0, 25.0, 190.0, 160.0),)


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def project_with(picture: np.ndarray, **more: Any) -> tuple[Project, str, str]:
    project = Project.in_memory()
    height, width = picture.shape[:2]
    document = run(project, "raster.new_document", width=width, height=height, background=None, **more)
    rgba = np.dstack([picture, np.ones((height, width), np.float32)]) if picture.shape[2] == 3 else picture
    return project, document, put_layer(project, document, Picture(rgba), "Photo")


def select(
    project: Project, document: str, runtime: Runtime, model: InstalledModel | None = None,
    progress: Progress | None = None, layer: str = "", **options: Any,
) -> Outcome:
    chosen = (layer,) if layer else ()
    request = Request(
        project, document, chosen, SelectObjectOptions(**options), runtime, ModelStore(Path("nowhere")), model
    )
    return run_tool(TOOLS["select_object"], request, progress or Progress())


def selected(project: Project, document: str) -> np.ndarray:
    sheet = project.find(document, RasterDocument)
    found = coverage(project, document, IntRect(0, 0, sheet.width, sheet.height))
    assert found is not None
    return np.asarray(to_unit(found))


@pytest.mark.parametrize("depth", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("pointed", [{"points": CLICK}, {"boxes": BOX}])
def test_an_object_becomes_the_selection(runtime: Runtime, depth: str, pointed: dict[str, Any]) -> None:
    picture, alpha = disc_scene()
    project, document, _ = project_with(picture, depth=depth)
    select(project, document, runtime, **pointed)
    found = selected(project, document)
    assert overlap(found > 0.5, alpha > 0.5) > 0.97
    assert np.abs(found - alpha).mean() < 0.012  # soft where the picture is
    [note] = project.children(document, Provenance)
    assert (note.tool, note.model, note.generated) == ("select_object", "grabcut", False)
    project.undo()
    assert selection_of(project, document) is None


def test_it_replays_without_models(runtime: Runtime, tmp_path: Path) -> None:
    project, document, layer = project_with(disc_scene()[0])
    select(project, document, runtime, family(tmp_path, "sam"), points=CLICK)
    select(project, document, runtime, layer=layer, result="new_layer", boxes=BOX)
    again = Project.in_memory()
    again.media = project.media
    assert replay_project(project, again).equal


@pytest.mark.parametrize(("how", "corner", "middle"), [
    ("add", True, True), ("subtract", True, False), ("intersect", False, False), ("replace", False, True),
])  # fmt: skip
def test_with_what_was_selected_before(runtime: Runtime, how: str, corner: bool, middle: bool) -> None:
    project, document, _ = project_with(disc_scene()[0])
    run(project, "raster.select_rectangle", document=document, rect=[0, 0, 30, 30])
    select(project, document, runtime, points=CLICK, how=how)
    if how == "intersect":  # nothing is in both
        assert selection_of(project, document) is None or not selected(project, document).any()
        return
    found = selected(project, document)
    assert (found[10, 10] > 0.5, found[90, 125] > 0.5) == (corner, middle)


def test_the_present_selection_is_the_box_where_nothing_is_pointed_at(runtime: Runtime) -> None:
    picture, alpha = disc_scene()
    project, document, _ = project_with(picture)
    run(project, "raster.select_ellipse", document=document, rect=[50, 20, 150, 145])
    select(project, document, runtime)
    assert overlap(selected(project, document) > 0.5, alpha > 0.5) > 0.95


def test_a_mask_on_the_layer(runtime: Runtime) -> None:
    picture, alpha = disc_scene()
    project, document, layer = project_with(picture)
    outcome = select(project, document, runtime, layer=layer, points=CLICK, result="mask")
    assert outcome.chosen == (layer,) and project.children(layer, Mask)
    assert overlap(read_image(project, document).alpha > 0.5, alpha > 0.5) > 0.97
    assert selection_of(project, document) is None


def test_a_layer_of_the_object_alone(runtime: Runtime) -> None:
    picture, alpha = disc_scene()
    project, document, layer = project_with(picture)
    outcome = select(project, document, runtime, layer=layer, boxes=BOX, result="new_layer", feather=4.0)
    made = project.find(outcome.chosen[0], PixelLayer)
    assert made.name == "Photo cut out" and project.find(layer, PixelLayer).visible
    found = read_layer(project, made)
    whole = np.zeros_like(alpha)
    height, width = found.alpha.shape
    whole[found.y : found.y + height, found.x : found.x + width] = found.alpha
    assert overlap(whole > 0.5, alpha > 0.5) > 0.95 and found.alpha.size < 0.8 * alpha.size
    assert project.children(made.id, Provenance)[0].tool == "select_object"


def test_feather_reaches_out_of_the_object(runtime: Runtime) -> None:
    project, document, _ = project_with(disc_scene()[0])
    widths = []
    for feather in (0.0, 12.0):
        select(project, document, runtime, points=CLICK, feather=feather)
        row = selected(project, document)[90]
        widths.append(int(((row > 0.02) & (row < 0.98)).sum()))
    assert widths[1] > widths[0] + 15


def test_without_refining_it_is_rougher(runtime: Runtime, tmp_path: Path) -> None:
    picture, alpha = disc_scene(400, 300)
    project, document, _ = project_with(picture)
    errors = []
    for refine in (False, True):
        model = family(tmp_path, "sam2")
        select(project, document, runtime, model, points=((208.0, 150.0, True),), refine_edges=refine)
        errors.append(float(np.abs(selected(project, document) - alpha).mean()))
    assert errors[1] < 0.8 * errors[0] < 0.05


@pytest.mark.parametrize("name", ["sam", "transformers", "sam2", "efficient"])
def test_by_a_model(runtime: Runtime, tmp_path: Path, name: str) -> None:
    picture, alpha = disc_scene(400, 300)
    project, document, _ = project_with(picture)
    model = family(tmp_path, name)
    select(project, document, runtime, model, points=((208.0, 150.0, True), (30.0, 30.0, False)))
    assert overlap(selected(project, document) > 0.5, alpha > 0.5) > 0.85  # its cells are 16 pixels
    [note] = project.children(document, Provenance)
    assert (note.model, note.model_sha256) == (name, model.sha256)
    assert "208.0" in note.parameters["points"]


def test_what_shows_counts_not_the_layer(runtime: Runtime) -> None:
    """The object is looked for in the image as it is seen, moved layers and all."""
    picture, alpha = disc_scene()
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=300, height=220, background="#404040")
    put_layer(project, document, Picture(np.dstack([picture, np.ones_like(alpha)]), 40, 25), "Photo")
    select(project, document, runtime, boxes=((95.0, 50.0, 230.0, 185.0),))
    found = selected(project, document)[25:205, 40:280]
    assert overlap(found > 0.5, alpha > 0.5) > 0.95


# What is refused


def test_nothing_pointed_at_and_nothing_selected(runtime: Runtime) -> None:
    project, document, _ = project_with(disc_scene()[0])
    with pytest.raises(ExpectedError, match="Nothing says which object"):
        select(project, document, runtime)
    with pytest.raises(ExpectedError, match="Nothing says which object"):
        select(project, document, runtime, points=((-5.0, 20.0, True),))


@pytest.mark.parametrize("box", [(-50.0, -50.0, -10.0, -10.0), (20.0, 20.0, 21.0, 90.0), (300.0, 10.0, 400.0, 90.0)])
def test_a_box_beside_the_image_or_too_small(runtime: Runtime, box: tuple[float, float, float, float]) -> None:
    project, document, _ = project_with(disc_scene()[0])
    with pytest.raises(ExpectedError, match="outside the image, or is too small"):
        select(project, document, runtime, boxes=(box,))


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (5, 5)])
def test_a_tiny_image(runtime: Runtime, size: tuple[int, int]) -> None:
    project, document, _ = project_with(np.full((*size, 3), 0.5, np.float32))
    with pytest.raises(ExpectedError):
        select(project, document, runtime, points=((0.5, 0.5, True),))
    assert selection_of(project, document) is None


def test_a_transparent_image(runtime: Runtime, tmp_path: Path) -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=60, height=50, background=None)
    for model in (None, family(tmp_path, "sam")):
        with pytest.raises(ExpectedError, match="nothing to see"):
            select(project, document, runtime, model, points=((30.0, 20.0, True),))


def test_a_layer_that_holds_nothing_of_it_and_a_locked_one(runtime: Runtime) -> None:
    picture, alpha = disc_scene()
    project, document, layer = project_with(picture)
    empty = np.zeros((10, 10, 4), np.float32)
    empty[..., 3] = 1
    corner = put_layer(project, document, Picture(empty), "Corner")
    with pytest.raises(ExpectedError, match="Corner holds nothing"):
        select(project, document, runtime, layer=corner, points=CLICK, result="new_layer")
    run(project, "project.set_fields", records=(layer,), values={"locked": True})
    with pytest.raises(ExpectedError, match="locked"):
        select(project, document, runtime, layer=layer, points=CLICK, result="mask")


def test_nothing_found_by_a_model_is_a_sentence(runtime: Runtime, tmp_path: Path) -> None:
    project, document, _ = project_with(disc_scene()[0])
    with pytest.raises(ExpectedError, match="No object stands out"):
        select(project, document, runtime, family(tmp_path, "sam"), boxes=((5.0, 5.0, 40.0, 40.0),))


@pytest.mark.parametrize("words", [1, 5, 14])
def test_cancelling_leaves_nothing(runtime: Runtime, words: int) -> None:
    project, document, _ = project_with(disc_scene()[0])
    before, asked = dict(project.records), iter(range(words))
    with pytest.raises(Cancelled):
        select(
            project, document, runtime, points=CLICK,
            progress=Progress(cancelled=lambda: next(asked, None) is None),
        )
    assert dict(project.records) == before


def test_options_come_from_the_command_line_too() -> None:
    found = msgspec.convert({"boxes": [[1, 2, 3, 4]], "points": [[5, 6, True]]}, SelectObjectOptions, strict=False)
    assert found.boxes == ((1.0, 2.0, 3.0, 4.0),) and found.points == ((5.0, 6.0, True),)


@pytest.mark.conformance
def test_twelve_megapixels_take_sane_memory(corpora: Path, runtime: Runtime) -> None:
    """The pixels, the selection and what drawing holds: no more than some 60 bytes a pixel at once."""
    import tracemalloc

    path = corpora / "photos/scikit-image+scikit-image/src/_skimage2/data/astronaut.png"
    small = cv2.imread(str(path))[..., ::-1]
    large = cv2.resize(small, (3464, 3464), interpolation=cv2.INTER_LINEAR).astype(np.float32) / 255
    project, document, _ = project_with(large)
    tracemalloc.start()
    select(project, document, runtime, points=((1560.0, 750.0, True),))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    found = selected(project, document)
    assert found[750, 1560] > 0.9 and found[2600, 1300] > 0.9 and found[200, 800] < 0.1
    assert peak / (3464 * 3464) < 60


def test_a_selection_survives_a_second_tool(runtime: Runtime) -> None:
    project, document, _ = project_with(disc_scene()[0])
    put_selection(project, document, np.ones((180, 240), np.float32), 0, 0)
    select(project, document, runtime, points=CLICK, how="intersect")
    assert 0.1 < selected(project, document).mean() < 0.4
