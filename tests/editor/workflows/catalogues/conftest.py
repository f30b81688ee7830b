"""A server that speaks as the catalogues do, and a person's library beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from editor.library.library import Library
from editor.workflows.catalogues.catalogues import Catalogues
from tests.editor.workflows.catalogues.speaking import Speaking
from tests.ml.loopback import serving


@pytest.fixture
def speaking() -> Iterator[Speaking]:
    with serving() as server:
        yield Speaking(server).fill()


@pytest.fixture
def catalogues(speaking: Speaking, tmp_path: Path) -> Catalogues:
    """Those the program knows, at the server's address; nothing is agreed to yet."""
    mirrors = dict.fromkeys(("polyhaven", "googlefonts", "openverse"), speaking.base)
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "catalogues.json").write_text(json.dumps({"mirrors": mirrors}))
    return Catalogues(tmp_path / "library")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    yield made
    made.close()
