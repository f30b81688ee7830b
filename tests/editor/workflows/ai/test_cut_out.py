"""Removing a background: masks, layers and selections, on layers of every kind, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from onnx import helper

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.commands.raster.selection import selection_of
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.provenance import Provenance
from editor.model.raster import Mask, PixelLayer
from editor.workflows.ai.cut_out import CutOutOptions
from editor.workflows.ai.cut_out_work import _faces as faces_in
from editor.workflows.ai.pictures import Picture, put_layer, read_image, read_layer
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.tool import TOOLS, Outcome, Request
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from tests.ml.matting.scenes import disc_scene, overlap, texture
from tests.ml.small_models import save


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def project_with(picture: np.ndarray, x: int = 0, y: int = 0, **more: Any) -> tuple[Project, str, str]:
    project = Project.in_memory()
    height, width = picture.shape[:2]
    document = run(project, "raster.new_document", width=width + x, height=height + y, background=None, **more)
    rgba = np.dstack([picture, np.ones((height, width), np.float32)]) if picture.shape[2] == 3 else picture
    return project, document, put_layer(project, document, Picture(rgba, x, y), "Photo")


def cut_out(
    project: Project, document: str, layer: str, runtime: Runtime, model: InstalledModel | None = None,
    progress: Progress | None = None, **options: Any,
) -> Outcome:
    request = Request(
        project, document, (layer,), CutOutOptions(**options), runtime, ModelStore(Path("nowhere")), model
    )
    return run_tool(TOOLS["remove_background"], request, progress or Progress())


@pytest.mark.parametrize("depth", ["uint8", "uint16", "float32"])
def test_a_mask_hides_the_background_and_the_pixels_stay(runtime: Runtime, depth: str) -> None:
    picture, alpha = disc_scene()
    project, document, layer = project_with(picture, 13, 21, depth=depth)
    before = read_layer(project, project.find(layer, PixelLayer)).rgba
    cut_out(project, document, layer, runtime)
    shown = read_image(project, document).rgba[21:, 13:]
    assert overlap(shown[..., 3] > 0.5, alpha > 0.5) > 0.95
    assert np.array_equal(read_layer(project, project.find(layer, PixelLayer)).rgba, before)
    mask = project.children(layer, Mask)[0]
    note = project.children(mask.id, Provenance)[0]
    assert note.tool == "remove_background" and "grabcut" in note.model and not note.generated
    assert note.parameters["result"] == "mask"
    project.undo()
    assert not project.children(layer, Mask)


def test_inverting_leaves_the_background(runtime: Runtime) -> None:
    picture, alpha = disc_scene()
    project, document, layer = project_with(picture)
    cut_out(project, document, layer, runtime, keep_background=True)
    assert overlap(read_image(project, document).alpha > 0.5, alpha < 0.5) > 0.97


def test_a_new_layer_with_clean_edges_above_the_hidden_original(runtime: Runtime) -> None:
    picture, alpha = disc_scene()
    project, document, layer = project_with(picture)
    outcome = cut_out(project, document, layer, runtime, result="new_layer", decontaminate_edges=True)
    made = project.find(outcome.chosen[0], PixelLayer)
    assert not project.find(layer, PixelLayer).visible and made.name == "Photo cut out"
    found = read_layer(project, made)
    edge = (found.alpha > 0.3) & (found.alpha < 0.8)
    blue = [picture[..., 2][edge].mean(), found.rgb[..., 2][edge].mean()]
    assert edge.any() and blue[1] < 0.75 * blue[0]  # the wall's blue is gone from the orange edge


def test_clean_edges_with_a_mask_keep_the_mask(runtime: Runtime) -> None:
    picture, _ = disc_scene()
    project, document, layer = project_with(picture)
    outcome = cut_out(project, document, layer, runtime, decontaminate_edges=True)
    assert outcome.chosen[0] != layer and project.children(outcome.chosen[0], Mask)
    assert not project.children(layer, Mask)


def test_the_selection_as_result(runtime: Runtime) -> None:
    picture, alpha = disc_scene()
    project, document, layer = project_with(picture)
    cut_out(project, document, layer, runtime, result="selection", edge="hard", threshold=0.5)
    assert selection_of(project, document) is not None
    run(project, "raster.add_mask", layer=layer, start="selection")
    assert overlap(read_image(project, document).alpha > 0.5, alpha > 0.5) > 0.95
    assert set(np.unique(read_image(project, document).alpha)) == {0.0, 1.0}


def test_a_linked_document_gets_a_mask_too(runtime: Runtime) -> None:
    picture, alpha = disc_scene()
    project, document, _ = project_with(picture)
    outer = run(project, "raster.new_document", width=300, height=200, background=None)
    layer = run(project, "raster.add_embed", document=outer, source=Embed(document=document))
    cut_out(project, outer, layer, runtime)
    shown = read_image(project, outer).alpha
    assert 0.9 < shown.sum() / alpha.sum() < 1.1


def test_what_is_transparent_already_stays_out(runtime: Runtime) -> None:
    picture, alpha = disc_scene()
    whole = np.dstack([picture, np.ones_like(alpha)])
    whole[:, :118] = 0
    project, document, layer = project_with(whole)
    cut_out(project, document, layer, runtime)
    shown = read_image(project, document).alpha
    assert not shown[:, :118].any() and shown[90, 150] > 0.9 and shown[5, 230] < 0.1


def test_no_subject_is_a_sentence_and_no_edit(runtime: Runtime) -> None:
    project, document, layer = project_with(texture())
    before = dict(project.records)
    with pytest.raises(ExpectedError, match="No clear subject"):
        cut_out(project, document, layer, runtime)
    assert dict(project.records) == before


def test_an_empty_layer_and_a_locked_one_are_refused(runtime: Runtime) -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=40, height=30, background=None)
    layer = project.children(document, PixelLayer)[0].id
    with pytest.raises(ExpectedError, match="empty"):
        cut_out(project, document, layer, runtime)
    run(project, "project.set_fields", records=(layer,), values={"locked": True})
    with pytest.raises(ExpectedError, match="locked"):
        cut_out(project, document, layer, runtime)


@pytest.mark.parametrize("words", [2, 9, 16])
def test_cancelling_leaves_nothing(runtime: Runtime, words: int) -> None:
    project, document, layer = project_with(disc_scene()[0])
    before, asked = dict(project.records), iter(range(words))
    with pytest.raises(Cancelled):
        cut_out(project, document, layer, runtime, progress=Progress(cancelled=lambda: next(asked, None) is None))
    assert dict(project.records) == before


def test_a_network_s_answer_is_refined_to_the_full_size(runtime: Runtime, tmp_path: Path) -> None:
    nodes = [helper.make_node("Conv", ["x", "k"], ["d0"]), helper.make_node("Identity", ["d0"], ["d1"])]
    constants = {"k": np.float32([1, 0, -1]).reshape(1, 3, 1, 1)}
    path = save(
        tmp_path / "tiny.onnx", nodes, {"x": [1, 3, 32, 32]}, {"d0": [1, 1, 32, 32], "d1": [1, 1, 32, 32]}, constants
    )
    model = InstalledModel("tiny", "matting", {"model": path}, "a" * 64)
    picture, alpha = disc_scene(320, 240)
    errors = []
    for refine in (False, True):
        project, document, layer = project_with(picture)
        cut_out(project, document, layer, runtime, model, refine_edges=refine)
        errors.append(np.abs(read_image(project, document).alpha - alpha).mean())
        note = project.children(project.children(layer, Mask)[0].id, Provenance)[0]
        assert note.model == "tiny" and note.model_sha256 == "a" * 64
    assert errors[1] < 0.5 * errors[0]


@pytest.mark.conformance
def test_the_astronaut_is_cut_out_of_her_photograph(corpora, runtime: Runtime) -> None:
    path = corpora / "photos/scikit-image+scikit-image/src/_skimage2/data/astronaut.png"
    project, document, layer = project_with(cv2.imread(str(path))[..., ::-1].astype(np.float32) / 255)
    cut_out(project, document, layer, runtime)
    shown = read_image(project, document).alpha
    assert shown[110, 230] > 0.9 and shown[360, 200] > 0.9  # face, suit
    assert shown[60, 320] < 0.1 and shown[30, 120] < 0.1  # wall


@pytest.mark.conformance
def test_a_face_tells_where_the_body_is(corpora) -> None:
    path = corpora / "photos/scikit-image+scikit-image/src/_skimage2/data/astronaut.png"
    picture = cv2.imread(str(path))[..., ::-1].astype(np.float32) / 255
    [(left, top, width, height)] = faces_in(cv2.resize(picture, (1400, 1400)), Progress())
    assert left < 0.44 < left + width and top < 0.25 < top + height
    assert faces_in(picture[300:], Progress()) == ()
    assert faces_in(picture[:1, :1], Progress()) == ()
