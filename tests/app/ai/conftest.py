"""Tests of this folder need the window; some bring small tools of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.app.tiny_tools import registered


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here:
            item.add_marker(pytest.mark.app)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Small tools stand in the menu; the folder of models, which is empty."""
    folder = tmp_path / "models"
    monkeypatch.setenv("ATELIER_MODELS", str(folder))
    with registered():
        yield folder


@pytest.fixture
def picture(tools: Path, image: Any) -> Any:
    """An image whose layer is grey."""
    image.session.run("raster.fill", layer=image.session.project.selection[0], color="#808080")
    return image
