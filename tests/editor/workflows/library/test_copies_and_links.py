"""The same file as a copy and as a live link in one document: only the link follows the file, whichever came first."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from editor.commands.registry import load_commands, run
from editor.display.display import Display
from editor.document.project import Project
from editor.library.library import Library
from editor.model.origin import Origin
from editor.model.record import Record
from editor.model.video import Clip, MediaItem, MediaSource
from editor.storage import create_project, open_project
from editor.storage.media import OUTSIDE_FROM
from editor.storage.opening import OpenProject
from editor.workflows.library.links import bring_all_up_to_date, outdated
from editor.workflows.library.placing import Spot, place_files
from tests.render.video.clips import make_film

load_commands()
RED, BLUE = (255, 0, 0), (0, 0, 255)
COPY_FIRST, LINK_FIRST = (False, True), (True, False)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "library")
    yield opened
    opened.close()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenProject]:
    with create_project(tmp_path / "Film.atelier") as made:
        yield made


def picture(path: Path, fresh: bool) -> Path:
    Image.new("RGB", (64, 48), BLUE if fresh else RED).save(path)
    return path


def film(path: Path, fresh: bool) -> Path:
    return make_film(path, frames=20 if fresh else 10)


def sound(path: Path, fresh: bool) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(np.full(8000, 9000 if fresh else 100, np.int16).tobytes())
    return path


def model(path: Path, fresh: bool) -> Path:
    size = 3.0 if fresh else 1.0
    import trimesh  # takes long

    trimesh.creation.box((size, size, size)).export(path)
    return path


def drawing(path: Path, fresh: bool) -> Path:
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="9">'
        f'<rect width="9" height="9" fill="{"blue" if fresh else "red"}"/></svg>'
    )
    return path


Make = Callable[[Path, bool], Path]
FILES: dict[str, Make] = {
    "oak.png": picture, "take.mp4": film, "hum.wav": sound, "box.stl": model, "leaf.svg": drawing,
}  # fmt: skip


def new_host(project: Project, family: str) -> str:
    size = {} if family in ("video", "scene") else {"width": 300, "height": 200}
    host: str = run(project, f"{family}.new_document", name="Host", **size)
    return host


def notes(project: Project) -> list[Origin]:
    return [item for item in project.records.values() if isinstance(item, Origin)]


def clips(project: Project) -> list[Clip]:
    return sorted((item for item in project.records.values() if isinstance(item, Clip)), key=lambda clip: clip.start)


def put(project: Project, library: Library, path: Path, host: str, linked: bool) -> frozenset[str]:
    """The records that one drop adds."""
    before = set(project.records)
    spot = Spot(time=Fraction(20 if linked else 0))
    placed = place_files(project, [path], host, spot, linked=linked, known=library.at)
    assert not placed.refused
    return frozenset(set(project.records) - before)


def below(project: Project, keys: frozenset[str]) -> dict[str, Record | None]:
    return {key: project.get(key) for key in keys}


PLACES = [
    (family, name)
    for family in ("raster", "vector", "scene", "video")
    for name in FILES
    if name not in ("take.mp4", "hum.wav") or family == "video"
]


@pytest.mark.parametrize("order", [COPY_FIRST, LINK_FIRST])
@pytest.mark.parametrize(("family", "name"), PLACES)
def test_only_the_link_follows(
    opened: OpenProject, library: Library, tmp_path: Path, family: str, name: str, order: tuple[bool, bool]
) -> None:
    project, make = opened.project, FILES[name]
    path = make(tmp_path / name, False)
    library.take_in([path])
    host = new_host(project, family)
    made = {linked: put(project, library, path, host, linked) for linked in order}
    assert sorted(note.linked for note in notes(project)) == [False, True], "each has a note of its own"
    copied = below(project, made[False])
    make(path, True)
    library.take_in([path])
    ((note, asset),) = outdated(project, library)
    assert note.id in made[True]
    done, failed = bring_all_up_to_date(project, library)
    assert (len(done), failed) == (1, [])
    assert below(project, made[False]) == copied, "the copy stays as it was"
    now = {kept.linked: kept.hash for kept in notes(project)}
    assert now[True] == asset.hash != now[False]


def colors(project: Project, host: str) -> dict[bool, tuple[int, ...]]:
    """What the middle of the picture shows where the copy and where the link stand."""
    display = Display(project)
    try:
        shown = {}
        for linked, second in ((False, 1), (True, 21)):
            pixels = display.render_whole(host, time=Fraction(second))
            shown[linked] = tuple(int(part) for part in pixels[24, 32, :3])
        return shown
    finally:
        display.close()


@pytest.mark.parametrize("order", [COPY_FIRST, LINK_FIRST])
def test_each_shows_its_own_state_now_and_when_the_film_is_opened_again(
    tmp_path: Path, library: Library, order: tuple[bool, bool]
) -> None:
    path = picture(tmp_path / "oak.png", False)
    library.take_in([path])
    with create_project(tmp_path / "Film.atelier") as opened:
        host = new_host(opened.project, "video")
        run(opened.project, "video.set_size", document=host, width=64, height=48)
        for linked in order:
            put(opened.project, library, path, host, linked)
        assert colors(opened.project, host) == {False: RED, True: RED}
        picture(path, True)
        library.take_in([path])
        bring_all_up_to_date(opened.project, library)
        assert colors(opened.project, host) == {False: RED, True: BLUE}
        put(opened.project, library, path, host, True)
        assert colors(opened.project, host) == {False: RED, True: BLUE}
    with open_project(tmp_path / "Film.atelier") as again:
        assert colors(again.project, host) == {False: RED, True: BLUE}


def test_the_same_again_is_the_same_item(opened: OpenProject, library: Library, tmp_path: Path) -> None:
    project, path = opened.project, picture(tmp_path / "oak.png", False)
    library.take_in([path])
    host = new_host(project, "video")
    for linked in (False, True, False, True):
        put(project, library, path, host, linked)
    assert len(project.children(host, MediaItem)) == 2
    picture(path, True)
    library.take_in([path])
    put(project, library, path, host, False)
    bring_all_up_to_date(project, library)
    held = {note.parent: note.linked for note in notes(project)}
    assert [held[item.id] for item in project.children(host, MediaItem)].count(True) == 1
    assert len(held) == 3, "an old copy, a new copy and the link, which shows the new file beside it"
    sources = [clip.source for clip in clips(project)]
    assert len({source.item for source in sources if isinstance(source, MediaSource)}) == len(sources)


def test_a_copy_out_of_the_librarys_own_bytes_needs_no_file_beside_the_project(
    opened: OpenProject, library: Library, tmp_path: Path
) -> None:
    path = picture(tmp_path / "oak.png", False)
    (key,) = library.take_in([path], copy=True).added
    assert opened.project.media is not None
    host = new_host(opened.project, "video")
    put(opened.project, library, library.file_of(library.asset(key)), host, False)
    assert not opened.project.media.folder.exists()
    library.take_in([path])
    put(opened.project, library, path, host, False)
    assert [item.name for item in opened.project.media.folder.iterdir()] == ["oak.png"]


def test_a_large_copy_stays_where_it_is(opened: OpenProject, tmp_path: Path) -> None:
    assert opened.project.media is not None
    path = tmp_path / "raw.bin"
    with open(path, "wb") as file:
        file.truncate(OUTSIDE_FROM)
    key = opened.project.media.add(path)
    opened.project.media.hold(key)
    assert opened.project.media.find(key) == path
    assert not opened.project.media.folder.exists()
