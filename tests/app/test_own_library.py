"""Whoever runs these tests keeps a library of their own, which no test touches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that the environment names before the window opens."""
    folder = tmp_path / "own"
    monkeypatch.setenv("ATELIER_LIBRARY", str(folder))
    return folder


def test_the_window_opens_a_library_of_the_test(own_library: Path, image: Any, tmp_path: Path, qtbot: Any) -> None:
    image.window.parts.show_library()
    panel = image.window.parts.library
    qtbot.waitUntil(lambda: panel.service is not None)
    assert panel.library.content.root.is_relative_to(tmp_path / "library")
    assert not own_library.exists()
