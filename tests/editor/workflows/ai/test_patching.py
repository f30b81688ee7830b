"""What covers a removed object is as opaque as the layer, wears what it wears and takes nothing from those above."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.raster import PixelLayer
from editor.workflows.ai.pictures import Picture, put_layer, put_selection, read_image
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.tool import TOOLS, Request
from ml.catalogue.store import ModelStore
from ml.runtime.runtime import Runtime
from tests.editor.workflows.ai.test_layering import HEIGHT, SITUATIONS, WIDTH, build, photo, premultiplied


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_fills_a_hole_is_as_opaque_as_the_layer(runtime: Runtime, situation: str) -> None:
    project, document, layer = build(situation)
    before = premultiplied(read_image(project, document))
    coverage = np.zeros((HEIGHT, WIDTH), np.float32)
    coverage[25:45, 35:55] = 1
    put_selection(project, document, coverage, 0, 0)
    tool = TOOLS["remove_object"]
    request = Request(project, document, (layer,), tool.options(), runtime, ModelStore(Path("nowhere")))
    [key] = run_tool(tool, request, Progress()).chosen
    after = premultiplied(read_image(project, document))
    assert project.find(key, PixelLayer).parent == project.find(layer, PixelLayer).parent
    far = np.s_[:, 80:]
    np.testing.assert_allclose(after[far], before[far], atol=0.002)
    if situation not in ("half alpha", "all at once"):
        np.testing.assert_allclose(after[..., 3], before[..., 3], atol=0.002)
    assert np.abs(after - before)[30:40, 52:55].max() > 0.01 or np.abs(after - before)[30:40, 40:50].max() > 0.01


def test_half_transparent_pixels_are_filled_half_transparent(runtime: Runtime) -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=WIDTH, height=HEIGHT, background=None)
    alpha = np.full((HEIGHT, WIDTH), 128 / 255, np.float32)
    layer = put_layer(project, document, Picture(np.dstack([photo(), alpha])), "Photo")
    coverage = np.zeros((HEIGHT, WIDTH), np.float32)
    coverage[25:45, 35:55] = 1
    put_selection(project, document, coverage, 0, 0)
    tool = TOOLS["remove_object"]
    run_tool(
        tool, Request(project, document, (layer,), tool.options(), runtime, ModelStore(Path("nowhere"))), Progress()
    )
    assert np.ptp(read_image(project, document).alpha) < 0.005
    assert not project.find(layer, PixelLayer).visible
