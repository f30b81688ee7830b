"""Image generation on documents, with a tiny complete model whose pictures are known in advance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.provenance import Provenance
from editor.model.raster import PixelLayer, RasterDocument
from editor.workflows.ai.generate import CHANGE, FILL, GENERATE, ChangeOptions, FillOptions, GenerateOptions
from editor.workflows.ai.generate_work import around
from editor.workflows.ai.pictures import Picture, put_layer, read_image, read_layer
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.tool import Request
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from render.geometry import Rect
from tests.ml.generation.tiny_folder import Kind, colour_of, make_folder


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    return make_folder(tmp_path_factory.mktemp("model"), Kind(scheduler="EulerDiscreteScheduler"))


def request(project: Project, document: str, options: Any, runtime: Runtime, model: Any, **more: Any) -> Request:
    store = ModelStore(Path("nowhere"))
    return Request(project, document, project.selection, options, runtime, store, model, **more)


def picture_of(project: Project, layer: str) -> np.ndarray:
    return read_layer(project, project.find(layer, PixelLayer)).rgba


PLAIN = {"prompt": "red", "steps": 4, "guidance": 1.0}


def test_without_a_document_a_new_image_is_made(runtime: Runtime, model: InstalledModel) -> None:
    project = Project.in_memory()
    options = GenerateOptions(**PLAIN, width=64, height=128)
    outcome = run_tool(GENERATE, request(project, "", options, runtime, model, seed=7), Progress())
    document = project.documents()[0]
    assert isinstance(document, RasterDocument)
    assert (document.width, document.height, document.name) == (64, 128, "red")
    assert np.abs(picture_of(project, outcome.chosen[0])[..., :3] - colour_of("red")).max() < 0.02
    note = project.children(outcome.chosen[0], Provenance)[0]
    assert note.generated and note.seed == 7 and note.parameters["prompt"] == "red" and note.model == "tiny"


def test_pictures_come_as_layers_in_the_middle_of_the_image(runtime: Runtime, model: InstalledModel) -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=200, height=100)
    options = GenerateOptions(**PLAIN, width=64, height=64, count=2)
    run_tool(GENERATE, request(project, document, options, runtime, model, seed=3), Progress())
    layers = project.children(document, PixelLayer)
    assert [layer.name for layer in layers[1:]] == ["red", "red 2"]
    assert (layers[1].x, layers[1].y) == (68, 18)
    assert project.children(layers[2].id, Provenance)[0].parameters["picture_seed"] == "4"


def test_a_layer_is_changed_beside_itself(runtime: Runtime, model: InstalledModel) -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=90, height=60)
    rgba = np.zeros((40, 50, 4), np.float32)
    rgba[5:, :, :] = (0.1, 0.2, 0.9, 1.0)
    before = put_layer(project, document, Picture(rgba, 10, 12), "Sky")
    project.select((before,))
    options = ChangeOptions(prompt="teal", steps=6, guidance=1.0, strength=0.9)
    outcome = run_tool(CHANGE, request(project, document, options, runtime, model), Progress())
    made = read_layer(project, project.find(outcome.chosen[0], PixelLayer))
    assert np.abs(made.rgb[10:30, 5:45] - colour_of("teal")).max() < 0.02
    assert np.allclose(read_image(project, document).rgba[17, 20, :3], colour_of("teal"), atol=0.02)
    assert not picture_of(project, before)[:5, :, 3].any()
    assert (made.x, made.y) == (10, 17) or (made.x, made.y) == (10, 12)


@pytest.mark.parametrize("shown", [4, 9])
def test_only_the_selection_is_filled(shown: int, runtime: Runtime, tmp_path: Path) -> None:
    filler = make_folder(tmp_path, Kind(shown=shown, scheduler="EulerDiscreteScheduler"))
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=160, height=120, background="#1a33e6")
    run(project, "raster.select_rectangle", document=document, rect=Rect(40, 30, 60, 40))
    options = FillOptions(prompt="red", steps=4, guidance=1.0)
    run_tool(FILL, request(project, document, options, runtime, filler), Progress())
    image = read_image(project, document).rgb
    assert np.abs(image[35:65, 45:95] - colour_of("red")).max() < 0.02
    assert np.allclose(image[:29, :], image[0, 0], atol=0.005) and np.allclose(image[:, 101:], image[0, 0], atol=0.005)


def test_a_larger_canvas_is_filled_where_it_is_empty(runtime: Runtime, model: InstalledModel) -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=80, height=60, background="#1a33e6")
    with pytest.raises(ExpectedError, match="Nothing is selected"):
        run_tool(FILL, request(project, document, FillOptions(prompt="red"), runtime, model), Progress())
    run(project, "raster.set_canvas_size", document=document, width=120, height=60, anchor_x=0.0)
    options = FillOptions(prompt="red", steps=4, guidance=1.0)
    run_tool(FILL, request(project, document, options, runtime, model), Progress())
    image = read_image(project, document)
    assert image.alpha.min() == 1.0
    assert np.abs(image.rgb[:, 90:] - colour_of("red")).max() < 0.02
    assert np.allclose(image.rgb[:, :70], (0.102, 0.2, 0.902), atol=0.01)


def test_what_is_missing_is_said(runtime: Runtime, model: InstalledModel) -> None:
    project = Project.in_memory()
    with pytest.raises(ExpectedError, match="needs a model"):
        run_tool(GENERATE, request(project, "", GenerateOptions(prompt="red"), runtime, None), Progress())
    with pytest.raises(ExpectedError, match="Say in words"):
        run_tool(GENERATE, request(project, "", GenerateOptions(), runtime, model), Progress())
    assert not project.documents()


def test_it_is_cancelled_between_steps_and_tells_the_time_left(runtime: Runtime, model: InstalledModel) -> None:
    project, heard = Project.in_memory(), []
    progress = Progress(lambda share, text: heard.append((share, text)), lambda: bool(heard) and heard[-1][0] > 0.5)
    options = GenerateOptions(**{**PLAIN, "steps": 50}, width=64, height=64)
    with pytest.raises(Cancelled):
        run_tool(GENERATE, request(project, "", options, runtime, model), progress)
    assert 0.5 < max(share for share, _ in heard) < 0.6
    assert heard[-1][1].startswith("About") and not project.documents()


def test_the_box_around_a_hole_stays_in_the_image() -> None:
    hole = np.zeros((1000, 2000), np.float32)
    hole[0:100, 1900:2000] = 1
    box = around(hole, 0.5, 512)
    assert (box.x, box.y, box.width, box.height) == (1488, 0, 512, 512)
    hole[:, 500:1600] = 1
    assert around(hole, 0.5, 512).width == 2000
