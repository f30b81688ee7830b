"""Finding pictures of the project and of a folder, through the tool and the search beneath it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.document.project import Project
from editor.workflows.ai.pictures import Picture, put_layer
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.similar import FIND, FindOptions
from editor.workflows.ai.similar_reading import SUFFIXES, read_sample
from editor.workflows.ai.similar_work import Query, index_in, search
from editor.workflows.ai.tool import Request
from ml.catalogue.store import ModelStore
from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from ml.similarity.embedding import Embedder
from ml.similarity.update import files_under
from tests.ml.similarity.pictures import clip_model, plain, scene


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "pictures"
    place.mkdir()
    for number in range(6):
        Image.fromarray(scene(number)).save(place / f"scene {number}.png")
    Image.fromarray(plain((220, 20, 20), 60, 90)).save(place / "poster.jpg")
    (place / "broken.jpg").write_bytes(b"\xff\xd8 no more")
    return place


def project_with(picture: np.ndarray) -> tuple[Project, str, str]:
    project = Project.in_memory()
    height, width = picture.shape[:2]
    document = run(project, "raster.new_document", width=width, height=height, name="Blue sheet", background="#1430dc")
    rgba = np.dstack([picture / 255.0, np.ones((height, width))]).astype(np.float32)
    return project, document, put_layer(project, document, Picture(rgba), "Copy")


def ask(project: Project, document: str, options: FindOptions, runtime: Runtime, store: Path, model: Any = None) -> Any:
    request = Request(project, document, project.selection, options, runtime, ModelStore(store), model)
    return run_tool(FIND, request, Progress())


def test_the_layer_is_found_in_a_folder(folder: Path, tmp_path: Path, runtime: Runtime) -> None:
    project, document, layer = project_with(np.ascontiguousarray(scene(4)[:, ::-1][8:, 10:]))
    project.select((layer,))
    options = FindOptions(like="layer", folder=str(folder), in_project=False, count=3)
    outcome = ask(project, document, options, runtime, tmp_path / "models")
    assert outcome.rows[0][0] == "scene 4.png" and len(outcome.rows) == 3
    assert outcome.sentence == "3 pictures were found. 1 file could not be read."
    assert len(project.history) == len(project_with(scene(0))[0].history)  # nothing was edited


def test_words_find_colours_and_shapes(folder: Path, tmp_path: Path, runtime: Runtime) -> None:
    project, document, _layer = project_with(scene(1))
    options = FindOptions(words="red portrait", folder=str(folder))
    rows = ask(project, document, options, runtime, tmp_path / "models").rows
    assert [name for name, _ in rows] == ["poster.jpg"]
    rows = ask(project, document, FindOptions(words="copy"), runtime, tmp_path / "models").rows
    assert [name for name, _ in rows] == ["Copy"]


def test_pictures_of_the_project_are_compared(folder: Path, tmp_path: Path) -> None:
    project, _document, layer = project_with(scene(2))
    query = Query(like=scene(2), folders=(folder,))
    result = search(index_in(tmp_path), query, project, None, Progress())
    best = {(found.name, found.record) for found in result.found if found.is_copy}
    assert ("scene 2.png", "") in best and ("Copy", layer) in best
    assert all(found.thumbnail for found in result.found)


def test_a_model_finds_by_meaning(folder: Path, tmp_path: Path, runtime: Runtime) -> None:
    for name, colour in {"a": (230, 10, 10), "b": (0, 220, 180), "c": (10, 10, 230)}.items():
        Image.fromarray(plain(colour)).save(folder / f"{name}.png")
    embedder = Embedder(clip_model(tmp_path / "clip"), runtime)
    query = Query(words="teal", folders=(folder,), in_project=False)
    result = search(index_in(tmp_path), query, None, embedder, Progress())
    assert result.found[0].name == "b.png"


def test_what_cannot_be_searched_is_said(tmp_path: Path, runtime: Runtime) -> None:
    with pytest.raises(ExpectedError, match="Say what to look for"):
        ask(Project.in_memory(), "", FindOptions(), runtime, tmp_path)
    with pytest.raises(ExpectedError, match="no folder"):
        ask(Project.in_memory(), "", FindOptions(words="x", folder=str(tmp_path / "none")), runtime, tmp_path)


def test_keywords_and_upright_sizes_are_read(tmp_path: Path) -> None:
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r" xmlns:dc="d"><rdf:Description><dc:subject>'
        b"<rdf:Bag><rdf:li>harbour</rdf:li><rdf:li>evening light</rdf:li></rdf:Bag></dc:subject></rdf:Description>"
        b"</rdf:RDF></x:xmpmeta>"
    )
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(scene(1, 640, 400)).save(tmp_path / "a.jpg", xmp=packet, exif=exif)
    sample = read_sample(tmp_path / "a.jpg")
    assert sample.keywords == "harbour, evening light"
    assert (sample.width, sample.height) == (400, 640) and sample.pixels.shape[0] > sample.pixels.shape[1]


@pytest.mark.conformance
@pytest.mark.parametrize("part", ["image-formats", "photos"])
def test_other_peoples_pictures_are_read_or_refused(corpora: Path, part: str) -> None:
    read, refused = 0, 0
    for path in files_under(corpora / part, SUFFIXES):
        try:
            sample = read_sample(path)
        except ModelError:
            refused += 1
        else:
            read += 1
            assert max(sample.pixels.shape[:2]) <= 512 and sample.pixels.shape[2] == 3 and sample.thumbnail
    assert read > 5 * refused
