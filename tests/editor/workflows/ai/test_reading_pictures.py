"""What tools read of an image: the same numbers at every depth, with a stop that is heard tile by tile."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from editor.base.errors import Cancelled
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.model.raster import Group, Layer
from editor.workflows.ai.pictures import Picture, put_layer, read_image, read_layer

SIDE = 600
"""Nine tiles."""


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(3).random((SIDE, SIDE, 4), np.float32)


def image(pixels: np.ndarray, depth: str) -> tuple[Project, str]:
    project = Project.in_memory()
    document = run(project, "raster.new_document", name="Image", width=SIDE, height=SIDE, depth=depth, background=None)
    with project.transaction("Sample"):
        put_layer(project, document, Picture(pixels.copy()), "Photo")
        put_layer(project, document, Picture(pixels[::-1, :300].copy(), 100, 50), "Over")
    return project, document


@pytest.mark.parametrize("depth", ["uint8", "uint16", "float16", "float32"])
def test_an_image_is_read_as_it_shows(pixels: np.ndarray, depth: str) -> None:
    project, document = image(pixels, depth)
    display = Display(project)
    shown = display.render_whole(document, dtype="float32")
    display.close()
    read = read_image(project, document).rgba
    np.testing.assert_allclose(read[..., 3], shown[..., 3], atol=1e-6)
    np.testing.assert_allclose(read[..., :3] * read[..., 3:], shown[..., :3], atol=1e-6)


def read_whole(project: Project, document: str, progress: Progress) -> None:
    read_image(project, document, progress)


def read_group(project: Project, document: str, progress: Progress) -> None:
    layers = [layer.id for layer in project.children(document, Layer)]
    run(project, "raster.group_layers", layers=tuple(layers[-2:]))
    [group] = project.children(document, Group)
    read_layer(project, group, progress)


def read_pixels_of_layer(project: Project, document: str, progress: Progress) -> None:
    read_layer(project, project.children(document, Layer)[-1], progress)


@pytest.mark.parametrize("read", [read_whole, read_group, read_pixels_of_layer])
def test_a_stop_is_heard_before_every_row_of_tiles(
    pixels: np.ndarray, read: Callable[[Project, str, Progress], None]
) -> None:
    asked = [0]

    def count() -> bool:
        asked[0] += 1
        return False

    project, document = image(pixels, "uint8")
    read(project, document, Progress(cancelled=count))
    assert asked[0] >= 2
    words = asked[0]
    for number in range(words):
        left = iter(range(number))
        fresh, name = image(pixels[:8, :8].repeat(75, axis=0).repeat(75, axis=1), "uint8")
        with pytest.raises(Cancelled):
            read(fresh, name, Progress(cancelled=lambda left=left: next(left, None) is None))
