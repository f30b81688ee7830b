"""A library of its own for each test, and files to put into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from editor.library.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "library")
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with three files, one of them in a folder of its own."""
    folder = tmp_path / "files"
    (folder / "inner").mkdir(parents=True)
    (folder / "SunsetBeach01.jpg").write_bytes(b"sunset")
    (folder / "oak.png").write_bytes(b"oak")
    (folder / "inner" / "rain.wav").write_bytes(b"rain")
    return folder
