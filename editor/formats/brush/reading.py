"""The door to brush files: by the name's ending, bounded in bytes and pixels, with a sentence for what cannot be."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.tips import unpack_tips
from editor.formats.brush.found import DamagedBrush, FoundBrush, TooLarge
from editor.formats.brush.gimp import read_gbr, read_gih
from editor.formats.brush.krita import NoPicture, OtherEngine, read_kpp
from editor.formats.brush.krita_bundle import read_bundle
from editor.formats.brush.mypaint import read_myb
from editor.formats.brush.photoshop import read_abr
from editor.formats.brush.picture import read_picture

MOST_BYTES = 512 << 20
MOST_PIXELS = 256 << 20
MOST_BRUSHES = 1000
ONE_BRUSH = 32 << 20
"""Pixels of all tips of one brush: what a project keeps of it."""
READERS: dict[str, Callable[[bytes], Iterator[FoundBrush]]] = {
    "gbr": read_gbr, "gih": read_gih, "abr": read_abr, "kpp": read_kpp, "myb": read_myb,
    "bundle": read_bundle,
    **dict.fromkeys(("png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff", "gif"), read_picture),
}  # fmt: skip
BRUSH_FILES = ("abr", "gbr", "gih", "kpp", "myb", "bundle")


def can_read(extension: str) -> bool:
    """Whether files with this ending may hold tips."""
    return extension in READERS


def each_brush(path: Path, check: Callable[[], object] = lambda: None) -> Iterator[FoundBrush]:
    """In the file's order, each with a name. `check` is called between them and may raise to end it. Raises
    ExpectedError where the file ends making sense."""
    reader = READERS.get(path.suffix.lower().removeprefix("."))
    if reader is None:
        raise ExpectedError(tr("{name} holds no brush that can be painted with here.", name=path.name))
    if path.stat().st_size > MOST_BYTES:
        raise ExpectedError(tr("The brushes {name} are too large to be read.", name=path.name))
    count = pixels = refused = 0
    try:
        data = path.read_bytes()
        for brush in read_bundle(data, check) if reader is read_bundle else reader(data):
            check()
            if not _paints(brush):
                refused += 1
                continue
            own = sum(picture.shape[0] * picture.shape[1] for picture in brush.pictures)
            own += 0 if brush.paper is None else brush.paper.width * brush.paper.height
            count, pixels = count + 1, pixels + own
            if own > ONE_BRUSH or pixels > MOST_PIXELS or count > MOST_BRUSHES:
                raise ExpectedError(tr("The brushes {name} are too large to be read.", name=path.name))
            plain = path.stem if count == 1 else f"{path.stem} {count}"
            yield brush if brush.name else replace(brush, name=plain)
        if refused and not count:
            raise DamagedBrush("tip")
    except NoPicture as error:
        raise ExpectedError(
            tr("The tip of {name} is another file, which it does not carry.", name=path.name),
            tr("Take the brush from the bundle of Krita that its tip is in."),
        ) from error
    except OtherEngine as error:
        raise ExpectedError(
            tr("{name} does not paint with a tip.", name=path.name),
            tr("Krita paints it with its engine “{engine}”, which is not here.", engine=str(error)[:40]),
        ) from error
    except TooLarge as error:
        raise ExpectedError(tr("The brushes {name} are too large to be read.", name=path.name)) from error
    except (DamagedBrush, MemoryError, RecursionError) as error:
        raise ExpectedError(tr("The brushes {name} are damaged.", name=path.name)) from error


def _paints(brush: FoundBrush) -> bool:
    """Whether a project could keep it. Pictures alone are checked by those who read them."""
    if brush.dynamics is None and brush.paper is None and brush.second is None:
        return True
    try:
        unpack_tips(brush.packed)
    except ExpectedError:
        return False
    return True


def read_brushes(path: Path, check: Callable[[], object] = lambda: None) -> list[FoundBrush]:
    """All that can be read; damage behind the first brush leaves those before it. `check` is as in `each_brush`."""
    found: list[FoundBrush] = []
    try:
        found.extend(each_brush(path, check))
    except ExpectedError:
        if not found:
            raise
    if not found:
        raise ExpectedError(tr("{name} holds no brush tips.", name=path.name))
    return found
