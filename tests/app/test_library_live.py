"""What happens around the open library reaches it by itself: files in followed folders, uses in the open project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from editor.library.edits import edit_assets
from editor.library.library import Library
from editor.library.places import follow
from editor.library.usage import uses_of
from editor.workflows.library.placing import place_files


@pytest.fixture
def service(image: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from app.library import service as module

    monkeypatch.setattr(module, "READ_MS", 50)
    image.session.preferences.recent = []
    made = module.LibraryService(image.session, tmp_path / "library")
    yield made
    qtbot.waitUntil(lambda: not image.session.has_jobs)
    made.close()


@pytest.mark.app
def test_a_file_that_comes_into_a_followed_folder_is_shown(service: Any, qtbot: Any, tmp_path: Path) -> None:
    folder = tmp_path / "followed"
    folder.mkdir()
    follow(service.library.catalogue, folder)
    Image.new("RGB", (60, 40), "red").save(folder / "new.png")
    qtbot.waitUntil(lambda: len(service.library.finder.find("name:new.png color:#f00")) == 1, timeout=30_000)
    (folder / "new.png").unlink()
    qtbot.waitUntil(lambda: len(service.library.finder.find("is:missing")) == 1, timeout=20_000)


@pytest.mark.app
def test_what_the_open_project_shows_is_noted_by_itself(service: Any, image: Any, qtbot: Any, tmp_path: Path) -> None:
    path = tmp_path / "oak.png"
    Image.new("RGB", (60, 40), "green").save(path)
    asset = service.library.asset(service.library.take_in([path]).added[0])
    if image.session.storage is None:
        pytest.skip("this window's project is not on a disk")
    image.session.preferences.recent = [str(image.session.storage.store.path)]
    place_files(image.session.project, [path], image.session.document, known=service.library.at)
    qtbot.waitUntil(lambda: len(uses_of(service.library.catalogue, asset.hash)) == 1, timeout=20_000)
    ((project, _use),) = uses_of(service.library.catalogue, asset.hash)
    assert project == image.session.storage.store.path


@pytest.mark.app
def test_what_another_program_writes_is_shown(service: Any, qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "oak.txt").write_text("oak")
    other = Library(tmp_path / "library")
    with qtbot.waitSignal(service.changed, timeout=20_000):
        (key,) = other.take_in([tmp_path / "oak.txt"]).added
    with qtbot.waitSignal(service.changed, timeout=20_000):
        edit_assets(other.catalogue, [key], rating=5)
    other.close()
    assert service.library.finder.find("rating:5").tolist() == [key]
