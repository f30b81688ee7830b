"""Looking at real files, and the way of an asset into a project and back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from editor.commands.registry import run
from editor.document.project import Project
from editor.formats.registry import import_file
from editor.library.library import Library
from editor.library.looks import colors_of, fingerprints, thumbnails_of
from editor.library.usage import uses_of
from editor.model.embed import Embed
from editor.model.origin import Origin
from editor.model.raster import EmbedLayer
from editor.storage import create_project
from editor.workflows.library.alike import alike, look_alikes
from editor.workflows.library.links import bring_up_to_date, outdated
from editor.workflows.library.looking import look_at
from editor.workflows.library.origins import note_origins, read_uses
from editor.workflows.library.updating import look_at_new


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "library")
    yield opened
    opened.close()


def picture(path: Path, color: tuple[int, int, int], size: tuple[int, int] = (600, 400)) -> Path:
    Image.new("RGB", size, color).save(path)
    return path


def test_a_photograph_is_upright_and_knows_its_colours(tmp_path: Path) -> None:
    pixels = np.zeros((300, 500, 3), np.uint8)
    pixels[:, 250:] = (200, 30, 30)
    exif = Image.Exif()
    exif[274] = 6  # turned a quarter
    Image.fromarray(pixels).save(tmp_path / "turned.jpg", exif=exif)
    look = look_at(tmp_path / "turned.jpg", "image")
    assert (look.width, look.height) == (300, 500)
    small = Image.open(io.BytesIO(look.thumbnail))
    assert small.size == (154, 256)
    assert small.convert("RGB").getpixel((77, 230))[0] > 150  # type: ignore[index]
    assert sorted(round(color.share, 1) for color in look.colors if color.share > 0.1) == [0.5, 0.5]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("image", "psd/psd-tools+psd-tools"), ("vector", "svg"), ("model", "3d"), ("clip", "video"), ("sound", "audio"),
        ("font", "svg/linebender+resvg"),
    ],
)  # fmt: skip
@pytest.mark.conformance
def test_other_peoples_files_have_thumbnails(corpora: Path, library: Library, kind: str, name: str) -> None:
    suffixes = {
        "image": ".psd", "vector": ".svg", "model": ".glb", "clip": ".mp4", "sound": ".wav", "font": ".ttf",
    }  # fmt: skip
    files = sorted(path for path in (corpora / name).rglob(f"*{suffixes[kind]}"))[:6]
    if not files:
        pytest.skip(f"no {kind} files there")
    taken = library.take_in(files)
    looked = look_at_new(library)
    shown = thumbnails_of(library.catalogue, taken.assets)
    assert len(shown) + len(looked.problems) >= len(taken.assets)
    assert len(shown) >= len(taken.assets) / 2
    for data in shown.values():
        assert max(Image.open(io.BytesIO(data)).size) <= 256


def test_a_bad_file_is_noted_and_stops_nothing(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    picture(folder / "good.png", (10, 120, 40))
    (folder / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    (folder / "note.txt").write_text("text")
    library.take_in([folder])
    looked = look_at_new(library)
    assert looked.seen == 3
    bad = library.asset(int(library.finder.find("name:bad")[0]))
    good = library.asset(int(library.finder.find("name:good")[0]))
    assert bad.problem
    assert set(library.finder.find("is:broken")) == {bad.id}
    assert (good.width, good.height) == (600, 400)
    assert set(library.finder.find("color:#0a7828")) == {good.id}
    assert colors_of(library.catalogue, good.id)[0].share > 0.9
    assert look_at_new(library).seen == 0, "nothing is looked at twice"


def test_a_changed_copy_is_alike_and_another_picture_is_not(library: Library, tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    scenes = [
        np.asarray(
            Image.fromarray(random.integers(0, 255, (6, 8, 3), np.uint8)).resize((640, 480), Image.Resampling.BICUBIC)
        )
        for _ in range(3)
    ]
    for index, scene in enumerate(scenes):
        Image.fromarray(scene).save(tmp_path / f"{index}.png")
    Image.fromarray(scenes[0]).crop((20, 10, 620, 470)).resize((500, 380)).save(tmp_path / "copy.jpg", quality=70)
    library.take_in([tmp_path / f"{index}.png" for index in range(3)] + [tmp_path / "copy.jpg"])
    look_at_new(library)
    assert len(fingerprints(library.catalogue)[0]) == 4
    first = int(library.finder.find("name:0.png")[0])
    copy = int(library.finder.find("name:copy")[0])
    found = alike(library, first)
    assert found[0][0] == copy
    assert found[0][1] > 0.9 > found[1][1]
    assert [set(group) for group in look_alikes(library)] == [{first, copy}]


def test_where_used_is_read_from_projects(library: Library, tmp_path: Path) -> None:
    path = picture(tmp_path / "oak.png", (10, 120, 40))
    asset = library.asset(library.take_in([path]).added[0])
    with create_project(tmp_path / "Poster.atelier") as opened:
        imported = import_file(opened.project, path)
        note_origins(opened.project, imported.documents, asset)
    assert read_uses(library, tmp_path / "Poster.atelier") == 1
    ((project, use),) = uses_of(library.catalogue, asset.hash)
    assert (project.name, use.document) == ("Poster.atelier", "oak")
    assert set(library.finder.find("used:poster")) == {asset.id}
    (tmp_path / "Poster.atelier").unlink()
    assert read_uses(library, tmp_path / "Poster.atelier") == 0
    assert set(library.finder.find("used:no")) == {asset.id}


def test_a_live_link_follows_the_edited_file(library: Library, tmp_path: Path) -> None:
    path = picture(tmp_path / "logo.png", (200, 0, 0), (64, 64))
    asset = library.asset(library.take_in([path]).added[0])
    project = Project.in_memory()
    host: str = run(project, "raster.new_document", name="Page", width=200, height=200)
    (old,) = import_file(project, path).documents
    note_origins(project, (old,), asset, linked=True)
    layer: str = run(project, "raster.add_embed", document=host, source=Embed(document=old))
    assert outdated(project, library) == []

    picture(path, (0, 0, 200), (80, 80))
    library.take_in([path])
    ((note, now),) = outdated(project, library)
    assert now.id == asset.id
    new = bring_up_to_date(project, library, note, now)
    assert project.find(layer, EmbedLayer).source.document == new
    assert project.get(old) is None
    assert outdated(project, library) == []
    (kept,) = project.children(new, Origin)
    assert kept.hash == now.hash
