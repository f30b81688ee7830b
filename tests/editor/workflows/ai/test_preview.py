"""A tool tried on a small copy: the picture before and after, nothing written, other documents at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.document.project import Project
from editor.workflows.ai.preview import SIDE, scratch, take_sample, try_tool
from editor.workflows.ai.tool import TOOLS, Request
from ml.catalogue.store import ModelStore
from ml.runtime.runtime import Runtime
from tests.app import tiny_tools


@pytest.fixture
def image() -> tuple[Project, str, str]:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=1000, height=500, background=None)
    layer = run(project, "raster.add_layer", document=document)
    run(project, "raster.fill", layer=layer, color="#808080")
    run(project, "raster.add_layer", document=document, name="Above")
    project.select((layer,))
    return project, document, layer


def test_a_sample_is_small_and_only_of_the_layer(image: Any) -> None:
    project, document, layer = image
    sample = take_sample(project, document, (layer,), "whole")
    assert sample.rgba.shape == (SIDE // 2, SIDE, 4)
    assert np.allclose(sample.rgba[..., :3], 128 / 255, atol=0.01)
    assert sample.selected is None
    assert take_sample(project, document, (layer,), "detail").rgba.shape == (500, SIDE, 4)
    above = project.children(document)[-1].id
    with pytest.raises(ExpectedError, match="is empty"):
        take_sample(project, document, (above,), "whole")


def test_a_sample_has_the_selection(image: Any) -> None:
    project, document, layer = image
    run(project, "raster.select_all", document=document)
    sample = take_sample(project, document, (layer,), "whole")
    assert sample.selected is not None
    assert sample.selected.shape == (SIDE // 2, SIDE)
    assert sample.selected.min() > 0.99


def test_trying_writes_nothing(image: Any, tmp_path: Path) -> None:
    project, document, layer = image
    before, blobs = project.content_hash(), set(project.blobs.names())
    with tiny_tools.registered(), Runtime() as runtime:
        tool = TOOLS["test.brighten"]
        request = Request(project, document, (layer,), tool.options(amount=1.0), runtime, ModelStore(tmp_path))
        after = try_tool(tool, request, take_sample(project, document, (layer,), "whole"), Progress())
    assert after.shape == (SIDE // 2, SIDE, 4)
    assert np.allclose(after, 1.0)
    assert project.content_hash() == before
    assert set(project.blobs.names()) == blobs


def test_a_scratch_project_reads_the_blobs_of_the_real_one(image: Any) -> None:
    project, _, _ = image
    name = next(iter(project.blobs.names()))
    copy = scratch(project)
    assert copy.blobs.get(name) == project.blobs.get(name)
    fresh = copy.blobs.put(b"only here")
    assert fresh in copy.blobs
    assert fresh not in project.blobs
