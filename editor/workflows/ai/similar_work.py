"""Searching pictures: of the open project, and of a folder through an index that is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.numbers import percent_text
from editor.base.translation import tr, tr_count
from editor.display.display import Display
from editor.display.engine import Request as DrawRequest
from editor.model.raster import PixelLayer, RasterDocument
from editor.model.record import DocumentRecord, Record
from editor.workflows.ai.pictures import chosen_layer, read_image, read_layer
from editor.workflows.ai.similar_reading import SIDE, SUFFIXES, read_sample, sample_of
from editor.workflows.ai.tool import Outcome
from ml.similarity.embedding import Embedder
from ml.similarity.fingerprint import all_views
from ml.similarity.index import Entry, Hit, PictureIndex
from ml.similarity.likeness import COPY_SCORE, likeness
from ml.similarity.queries import score_of, words_in
from ml.similarity.update import Summary, entry_of, prefix_of, update
from render.geometry import IntRect

if TYPE_CHECKING:
    from editor.base.jobs import Progress
    from editor.document.project import Project
    from editor.workflows.ai.tool import Request

INDEX_NAME = ".pictures.sqlite"
BATCH = 16
MOST_IN_PROJECT = 2000


@dataclass(frozen=True)
class Query:
    """`like` (h, w, 3) uint8 sRGB is a picture to resemble. Without `folders` the disk is left alone."""

    words: str = ""
    like: NDArray[np.uint8] | None = None
    folders: tuple[Path, ...] = ()
    in_project: bool = True
    count: int = 100


@dataclass(frozen=True)
class Found:
    """One result: a file, or with `record` something of the project. `thumbnail` is a small picture file. `is_copy`
    says that it is the picture that was asked for, more or less changed."""

    name: str
    place: str
    score: float
    width: int
    height: int
    thumbnail: bytes
    record: str = ""
    is_copy: bool = False


@dataclass(frozen=True)
class ProjectPicture:
    """The entry's `place` is the record's id and its `keywords` the record's name."""

    entry: Entry
    pixels: NDArray[np.uint8]


@dataclass
class Result:
    """`folder` tells what bringing the index up to date met."""

    found: list[Found] = field(default_factory=list)
    folder: Summary | None = None


def find_pictures(request: Request, progress: Progress) -> Outcome:
    """The tool of the command line and of the menu: a list."""
    options = request.options
    like = None
    if options.like == "layer":
        layer = chosen_layer(request.project, request.document, request.selection)
        like = pixels_of(trimmed(read_layer(request.project, layer, progress).rgba))
    elif options.like == "image":
        like = pixels_of(read_image(request.project, request.document, progress).rgba)
    query = Query(
        options.words, like, (Path(options.folder).expanduser(),) if options.folder else (), options.in_project,
        options.count,
    )
    embedder = Embedder(request.model, request.runtime) if request.model is not None else None
    result = search(index_in(request.store.root), query, request.project, embedder, progress)
    rows = tuple((found.name, f"{percent_text(found.score)}  {found.place}") for found in result.found)
    return Outcome(sentence_of(result), rows)


def sentence_of(result: Result) -> str:
    """How many were found, and what could not be read."""
    sentence = tr_count("1 picture was found.", "{count} pictures were found.", count=len(result.found))
    if result.folder is not None and result.folder.unreadable:
        sentence += " " + tr_count(
            "1 file could not be read.", "{count} files could not be read.", count=len(result.folder.unreadable)
        )
    return sentence


def index_in(folder: Path) -> PictureIndex:
    """The index that is kept beside the models."""
    return PictureIndex(folder / INDEX_NAME)


def search(
    index: PictureIndex, query: Query, project: Project | None, embedder: Embedder | None, progress: Progress
) -> Result:
    """Look through the folders, then find. Raises ExpectedError when nothing is asked, ModelError for a folder or a
    model that cannot be used."""
    check_asked(query)
    result = Result()
    if query.folders:
        result.folder = look_through(index, query.folders, embedder, progress.part(0.0, 0.85))
    wanted = query.in_project and project is not None
    pictures = project_pictures(project, progress.part(0.85, 0.95)) if wanted and project is not None else []
    result.found = find(index, query, pictures, embedder, progress.part(0.95, 1.0))
    return result


def check_asked(query: Query) -> None:
    if not query.words.strip() and query.like is None:
        raise ExpectedError(tr("Say what to look for, or choose a picture to compare with."))


def look_through(
    index: PictureIndex, folders: tuple[Path, ...], embedder: Embedder | None, progress: Progress
) -> Summary:
    """Bring the index up to what lies in the folders; with a model, also what it says of each picture."""
    total, share = Summary(), 0.6 if embedder is not None else 1.0
    for number, folder in enumerate(folders):
        part = progress.part(share * number / len(folders), share * (number + 1) / len(folders))
        one = update(index, folder, SUFFIXES, read_sample, part)
        total.read, total.same, total.moved, total.gone = (
            total.read + one.read, total.same + one.same, total.moved + one.moved, total.gone + one.gone,
        )  # fmt: skip
        total.unreadable |= one.unreadable
    if embedder is not None:
        _embed_missing(index, embedder, progress.part(share, 1.0))
    return total


def find(
    index: PictureIndex, query: Query, pictures: Sequence[ProjectPicture], embedder: Embedder | None,
    progress: Progress,
) -> list[Found]:  # fmt: skip
    """The best first, from what the index knows of the folders and from a project's pictures."""
    found = list(_in_folders(index, query, embedder, progress)) if query.folders else []
    if pictures:
        found += _in_project(pictures, query, embedder, progress)
    found.sort(key=lambda one: (-one.score, one.name))
    return found[: query.count]


def _embed_missing(index: PictureIndex, embedder: Embedder, progress: Progress) -> None:
    """What the model says of each picture that it has not seen, kept in batches."""
    missing, ready = index.without_embedding(embedder.name), list[tuple[str, NDArray[np.float32]]]()
    for number, place in enumerate(missing):
        progress(number / len(missing), Path(place).name)
        try:
            ready.append((place, embedder.of_picture(read_sample(Path(place)).pixels, progress)))
        except OSError:
            continue  # gone since the index was brought up to date
        if len(ready) >= BATCH:
            index.put_embeddings(embedder.name, ready)
            ready.clear()
    index.put_embeddings(embedder.name, ready)


def _in_folders(index: PictureIndex, query: Query, embedder: Embedder | None, progress: Progress) -> Iterator[Found]:
    vector = None
    if embedder is not None and query.words.strip():
        vector = embedder.of_words(query.words, progress)
    views = all_views(query.like) if query.like is not None else []
    hits: dict[str, Hit] = {}
    for folder in query.folders:
        progress.check()
        under, lists = prefix_of(folder), list[list[Hit]]()
        if views:
            lists.append(index.like(views, query.count, under))
        if embedder is not None and vector is not None:
            lists.append(index.near(embedder.name, vector, query.count, under))
        elif query.words.strip():
            lists.append(index.by_words(query.words, query.count, under))
        hits |= {hit.place: hit for hit in _merged(lists)}
    best = sorted(hits.values(), key=lambda hit: -hit.score)[: query.count]
    entries = index.entries([hit.place for hit in best])
    for hit in best:
        entry = entries.get(hit.place)
        if entry is not None:
            yield Found(
                Path(hit.place).name, hit.place, hit.score, entry.width, entry.height, entry.thumbnail,
                is_copy=bool(views) and hit.score >= COPY_SCORE,
            )


def _merged(lists: list[list[Hit]]) -> list[Hit]:
    """One list as it is; of several, what is in all of them, by the mean score."""
    if len(lists) == 1:
        return lists[0]
    scores = [{hit.place: hit.score for hit in hits} for hits in lists]
    shared = set.intersection(*(set(one) for one in scores)) if scores else set()
    return [Hit(place, sum(one[place] for one in scores) / len(scores)) for place in shared]


def picture_of(project: Project, document: str, selection: tuple[str, ...]) -> NDArray[np.uint8]:
    """What a person has before them: the chosen layer of an image, the page of a drawing. Raises ExpectedError."""
    if isinstance(project.get(document), RasterDocument):
        return pixels_of(trimmed(read_layer(project, chosen_layer(project, document, selection)).rgba))
    display = Display(project)
    try:
        rgba = _drawn(project, display, project.find(document, DocumentRecord))[0]
    finally:
        display.close()
    if rgba is None:
        raise ExpectedError(tr("This document shows no picture to compare with."))
    return pixels_of(rgba)


def trimmed(rgba: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without the empty rows and columns around a layer's picture. Raises ExpectedError when nothing is left."""
    seen = rgba[..., 3] > 0
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        raise ExpectedError(tr("This document shows no picture to compare with."))
    return rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def pixels_of(rgba: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(h, w, 3) uint8 on white, at most SIDE large, from straight (height, width, 4) float32."""
    import cv2

    scale = min(1.0, SIDE / max(rgba.shape[:2]))
    size = (max(1, round(rgba.shape[1] * scale)), max(1, round(rgba.shape[0] * scale)))
    alpha = rgba[..., 3:]
    flat = np.ascontiguousarray(rgba[..., :3] * alpha + (1.0 - alpha))
    small = cv2.resize(flat, size, interpolation=cv2.INTER_AREA) if scale < 1.0 else flat
    return np.asarray(np.rint(np.clip(small, 0.0, 1.0) * 255), np.uint8)


# The project's own pictures


def _in_project(
    pictures: Sequence[ProjectPicture], query: Query, embedder: Embedder | None, progress: Progress
) -> list[Found]:
    wanted = None if embedder is None or not query.words.strip() else embedder.of_words(query.words, progress)
    views = all_views(query.like) if query.like is not None else []
    found = []
    for one in pictures:
        progress.check()
        entry, scores = one.entry, list[float]()
        if views and entry.fingerprint is not None:
            mine = entry.fingerprint
            scores.append(float(likeness(views, mine.hashes[None], mine.vector[None])[0]))
        if wanted is not None and embedder is not None:
            scores.append(float(embedder.of_picture(one.pixels, progress) @ wanted))
        elif query.words.strip():
            name = words_in(entry.keywords)
            scores.append(score_of(words_in(query.words), name, (), entry.looks.split()))
        if scores and min(scores) > 0:
            where = tr("in this project")
            mean = sum(scores) / len(scores)
            found.append(
                Found(
                    entry.keywords, where, mean, entry.width, entry.height, entry.thumbnail, entry.place,
                    is_copy=bool(views) and mean >= COPY_SCORE,
                )
            )
    return found


def project_pictures(project: Project, progress: Progress) -> list[ProjectPicture]:
    """Documents that have a picture, and the layers of images with more than one."""
    from PIL import Image

    found: list[ProjectPicture] = []
    records: list[Record] = []
    for document in project.documents():
        records.append(document)
        layers = project.children(document.id, PixelLayer) if isinstance(document, RasterDocument) else []
        records += layers if len(layers) > 1 else []
    display = Display(project)
    try:
        for number, record in enumerate(records[:MOST_IN_PROJECT]):
            progress(number / len(records))
            rgba, width, height = _drawn(project, display, record)
            if rgba is None:
                continue
            pixels = pixels_of(rgba)
            name = getattr(record, "name", "")
            sample = replace(sample_of(Image.fromarray(pixels), width, height), keywords=name)
            found.append(ProjectPicture(entry_of(sample, Entry(record.id)), pixels))
    finally:
        display.close()
    return found


def _drawn(project: Project, display: Display, record: Record) -> tuple[NDArray[np.float32] | None, int, int]:
    """A small picture of a document or a layer, with its real size; None for what shows none."""
    if isinstance(record, PixelLayer):
        try:
            rgba = trimmed(read_layer(project, record).rgba)
        except ExpectedError:  # an empty layer
            return None, 0, 0
        return rgba, rgba.shape[1], rgba.shape[0]
    assert isinstance(record, DocumentRecord)
    if record.family not in ("raster", "vector"):
        return None, 0, 0
    parts = display.parts(record.id)
    part = parts[0] if parts else None
    width, height = display.size(record.id, part)
    scale = min(1.0, SIDE / max(width, height, 1))
    area = IntRect(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))
    pixels = display.drawing(record.id, part).draw(DrawRequest(area, scale, "float32"))
    alpha = pixels[..., 3:]
    rgb = np.divide(pixels[..., :3], alpha, out=np.zeros_like(pixels[..., :3]), where=alpha > 0)
    return np.concatenate([rgb, alpha], axis=2), round(width), round(height)
