"""Files that the studio opens as documents, drawn small by the studio itself; and the strips of a timeline."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from editor.library.kinds import extension_of
from editor.library.looks import Look
from editor.workflows.library.papers import plain_card
from editor.workflows.library.pictured import as_webp, look_of
from editor.workflows.library.small_pictures import SIDE, SmallPicture, shrink_premultiplied

if TYPE_CHECKING:
    from editor.document.project import Project

Strip = tuple[int, float, float, tuple[int, int, int]]
"""Row, begin and end as shares of the whole, colour."""
STRIPS = (256, 144)
COLORS = {"video": (94, 140, 235), "audio": (76, 175, 128), "caption": (214, 160, 70)}


def look_at_document(path: Path) -> Look:
    """Imported into a project in memory and drawn small."""
    from editor.document.project import Project
    from editor.formats.registry import ImportOptions, import_file

    project = Project.in_memory()
    imported = import_file(project, path, ImportOptions())
    look = drawn(project, imported.documents[0]) if imported.documents else Look()
    return look if look.thumbnail else msgspec.structs.replace(look, thumbnail=plain_card(path).thumbnail)


def look_at_model(path: Path) -> Look:
    """A scene has no size in pixels."""
    return msgspec.structs.replace(look_at_document(path), width=None, height=None)


def look_at_project(path: Path) -> Look:
    """The first document of a project that shows anything; a timeline of another program as strips, for its films are
    mostly elsewhere."""
    from editor.storage import open_project

    if extension_of(path) not in ("atelier", "atelier-template"):
        return _timeline(path)
    with open_project(path, read_only=True) as opened:
        looks = (drawn(opened.project, document.id) for document in opened.project.documents()[:4])
        return next((look for look in looks if look.thumbnail), plain_card(path))


def drawn(project: "Project", document: str) -> Look:
    """One document, no side longer than a thumbnail's."""
    from editor.display.display import Display

    display = Display(project)
    try:
        width, height = display.size(document)
        scale = min(1.0, SIDE / max(width, height, 1.0))
        picture = display.render_whole(document, scale)
    finally:
        display.close()
    pixels = shrink_premultiplied(np.ascontiguousarray(picture), SIDE)
    if not pixels[..., 3].any():  # nothing is to be seen: no empty picture is kept
        return Look(width=round(width), height=round(height))
    return look_of(SmallPicture(pixels, round(width), round(height)))


def _timeline(path: Path) -> Look:
    from editor.document.project import Project
    from editor.formats.registry import ImportOptions, import_file

    project = Project.in_memory()
    imported = import_file(project, path, ImportOptions())
    strips, seconds = _strips(project, imported.documents[0]) if imported.documents else ([], 0.0)
    if not strips:
        return plain_card(path)
    return Look(thumbnail=as_webp(_draw_strips(strips)), seconds=seconds)


def _strips(project: "Project", document: str) -> tuple[list[Strip], float]:
    """All clips of a timeline, the topmost track in row 0; and its length."""
    from editor.model.video import Clip, Track

    tracks = list(project.children(document, Track))
    tracks = [t for t in tracks if t.media != "audio"][::-1] + [t for t in tracks if t.media == "audio"]
    clips = [(row, track, clip) for row, track in enumerate(tracks) for clip in project.children(track.id, Clip)]
    whole = max((float(clip.start + clip.duration) for _, _, clip in clips), default=0.0)
    if not whole:
        return [], 0.0
    return [
        (row, float(clip.start) / whole, float(clip.start + clip.duration) / whole, COLORS.get(track.media, (150,) * 3))
        for row, track, clip in clips
    ], whole


def _draw_strips(strips: Sequence[Strip]) -> NDArray[np.uint8]:
    """A lane for each track and a block for each clip."""
    width, height = STRIPS
    rows = min(max(strip[0] for strip in strips) + 1, 12)
    lane = min(24, (height - 16) // rows)
    top = (height - rows * lane) // 2
    picture = np.zeros((height, width, 4), np.uint8)
    for row in range(rows):
        cv2.rectangle(picture, (8, top + row * lane), (width - 9, top + (row + 1) * lane - 3), (60, 66, 76, 255), -1)
    for row, begin, end, color in strips:
        if row < rows:
            left, right = 8 + round(begin * (width - 17)), 8 + round(end * (width - 17))
            y = top + row * lane
            cv2.rectangle(picture, (left, y), (max(left, right - 1), y + lane - 3), (*color, 255), -1)
            cv2.line(picture, (left, y), (left, y + lane - 3), (30, 34, 40, 255), 1)
    return picture
