"""Looking at a file: its thumbnail, its size, its colours and its fingerprint, for every kind that the studio opens."""

import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.colors import leading_colors
from editor.library.kinds import AssetKind
from editor.library.looks import Look
from editor.workflows.library.small_pictures import SIDE, SmallPicture, shrink_premultiplied, small_picture

if TYPE_CHECKING:
    from editor.document.project import Project

VERSION = 1
"""Of thumbnails and facts: assets that were looked at by an older one are looked at again."""
QUALITY = 82
WAVE = (256, 144)
SPECIMEN = "Aa"


def look_at(path: Path, kind: AssetKind) -> Look:
    """Raises ExpectedError when the file cannot be read; a kind that nobody can draw gives an empty look."""
    from render.video.errors import MediaError

    try:
        return LOOKS[kind](path) if kind in LOOKS else Look()
    except MediaError as error:
        raise ExpectedError(str(error)) from error


def _picture(path: Path) -> Look:
    return _look_of(small_picture(path))


def _look_of(small: SmallPicture, seconds: float | None = None) -> Look:
    from ml.similarity.fingerprint import fingerprint

    on_white = _on_white(small.pixels)
    print_ = fingerprint(on_white)
    return Look(
        thumbnail=as_webp(small.pixels), width=small.width, height=small.height, seconds=seconds,
        colors=tuple(leading_colors(on_white)), hashes=print_.hashes.astype("<u8").tobytes(),
        vector=print_.vector.astype("<f2").tobytes(),
    )  # fmt: skip


def _document(path: Path) -> Look:
    """Through the studio: imported into a project in memory and drawn small."""
    from editor.document.project import Project
    from editor.formats.registry import ImportOptions, import_file

    project = Project.in_memory()
    imported = import_file(project, path, ImportOptions())
    if not imported.documents:
        return Look()
    return _drawn(project, imported.documents[0])


def _model(path: Path) -> Look:
    """A scene has no size in pixels."""
    return msgspec.structs.replace(_document(path), width=None, height=None)


def _project(path: Path) -> Look:
    from editor.storage import open_project

    if path.suffix.lower() != ".atelier":
        return _document(path)  # a timeline of another program

    with open_project(path, read_only=True) as opened:
        documents = opened.project.documents()
        return _drawn(opened.project, documents[0].id) if documents else Look()


def _drawn(project: "Project", document: str) -> Look:
    from editor.display.display import Display

    display = Display(project)
    try:
        width, height = display.size(document)
        scale = min(1.0, SIDE / max(width, height, 1.0))
        drawn = display.render_whole(document, scale)
    finally:
        display.close()
    pixels = shrink_premultiplied(np.ascontiguousarray(drawn), SIDE)
    return _look_of(SmallPicture(pixels, round(width), round(height)))


def _clip(path: Path) -> Look:
    """A frame from a tenth of the film, at most ten seconds in: the first one is often black."""
    from render.video.probe import probe
    from render.video.reader import VideoReader

    info = probe(path)
    if not info.video:
        return _sound(path)
    seconds = float(info.duration)
    moment = Fraction(min(10.0, seconds / 10)).limit_denominator(1000)
    width, height = info.video[0].upright_size
    scale = min(1.0, SIDE / max(width, height))
    with VideoReader(path, info) as reader:
        frame = reader.read(moment, (max(1, round(width * scale)), max(1, round(height * scale))))
    return _look_of(SmallPicture(shrink_premultiplied(frame, SIDE), width, height), seconds)


def _sound(path: Path) -> Look:
    """The waveform, drawn in a grey that reads on dark and on light."""
    from render.audio import SAMPLE_RATE
    from render.audio.peaks import measure
    from render.audio.reader import AudioReader
    from render.video.probe import probe

    info = probe(path)
    if not info.audio:
        raise ExpectedError(tr("{name} has no sound.", name=path.name))
    seconds = float(info.duration)
    with AudioReader(path) as reader:
        peaks = measure(reader, round(seconds * SAMPLE_RATE))
    width, height = WAVE
    columns = peaks.between(0.0, seconds, width)
    picture = np.zeros((height, width, 4), np.uint8)
    picture[..., :3] = (110, 150, 205)
    rows = (np.arange(height) - (height - 1) / 2) / (height / 2 - 8)
    low, high = np.minimum(columns[:, 0], -0.01), np.maximum(columns[:, 1], 0.01)
    picture[..., 3] = np.where((-rows[:, None] >= low[None]) & (-rows[:, None] <= high[None]), 255, 0)
    return Look(thumbnail=as_webp(picture), seconds=seconds)


def _font(path: Path) -> Look:
    """Two letters as large as fit, black on white."""
    from PIL import Image, ImageDraw, ImageFont

    try:
        font = ImageFont.truetype(str(path), SIDE // 2)
        picture = Image.new("RGBA", (SIDE, SIDE), "white")
        draw = ImageDraw.Draw(picture)
        text = SPECIMEN if font.getmask(SPECIMEN).getbbox() else _own_letters(path)
        draw.text((SIDE / 2, SIDE / 2), text, font=font, fill="#16181c", anchor="mm")
    except (OSError, ValueError) as error:
        raise ExpectedError(tr("The font {name} cannot be read.", name=path.name)) from error
    return Look(thumbnail=as_webp(np.asarray(picture, np.uint8)))


def _own_letters(path: Path) -> str:
    """The first letters that a font for another script has."""
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=0, lazy=True) as font:
        known = sorted(font.getBestCmap() or {})
    return "".join(chr(code) for code in known if chr(code).isalpha())[:2] or "?"


def _on_white(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = pixels[..., 3:].astype(np.uint16)
    return ((pixels[..., :3].astype(np.uint16) * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def as_webp(pixels: NDArray[np.uint8]) -> bytes:
    """(h, w, 4) uint8 straight; without alpha where nothing is transparent."""
    from PIL import Image

    image = Image.fromarray(pixels)
    if pixels[..., 3].min() == 255:
        image = image.convert("RGB")
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=QUALITY, method=2)
    return stream.getvalue()


LOOKS: dict[AssetKind, Callable[[Path], Look]] = {
    "image": _picture,
    "vector": _document,
    "model": _model,
    "clip": _clip,
    "sound": _sound,
    "font": _font,
    "document": _project,
}
