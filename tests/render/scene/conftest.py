"""One offscreen renderer for all drawing tests; machines without OpenGL 3.3 skip them and say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from render.scene.errors import NoOpenGLError
from render.scene.offscreen import OffscreenRenderer


@pytest.fixture(scope="session")
def offscreen() -> Iterator[OffscreenRenderer]:
    renderer = OffscreenRenderer()
    try:
        renderer.run(lambda _: None)
    except NoOpenGLError as error:
        pytest.skip(str(error))
    yield renderer
    renderer.close()
