"""A file that fills a slot, read once in each of the ways that the editors need it."""

import io
import tempfile
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.journal import MediaTable
from editor.formats.registry import FileFormat, format_of
from editor.model.video import MediaFacts
from render.image_io.values import ImageData, Pixels

PLAIN_PICTURES = ("png", "jpeg", "webp", "gif")
ORIENTATION = 0x0112
DRAWN_WIDTH = 2048
"""How many pixels wide a drawing becomes where only pixels can stand."""


class Encoded(NamedTuple):
    """A picture file's bytes, and its size in pixels."""

    data: bytes
    width: int
    height: int
    media_type: str


class SourceFile:
    """Everything is read on first use. Raises ExpectedError with the file's name when it cannot be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fitted: dict[object, tuple[Pixels, int, int]] = {}
        """Pixels in the sizes of the places that they came into: a form shows the same ones again and again."""
        self._facts: MediaFacts | None = None
        self._known: tuple[MediaTable, str] | None = None

    @cached_property
    def format(self) -> FileFormat:
        if not self.path.is_file():
            raise ExpectedError(tr("There is no file {name}.", name=str(self.path)))
        return format_of(self.path)

    @property
    def is_picture(self) -> bool:
        return self.format.family in ("raster", "vector")

    @property
    def is_clip(self) -> bool:
        return self.format.name == "media"

    @cached_property
    def image(self) -> ImageData:
        """Straight sRGB pixels; a drawing is drawn. Half a picture is none: it would be noticed in print."""
        from editor.formats.image import load
        from render.image_io.readers.pillow import CUT_OFF

        if self.format.family == "vector":
            return self._drawn()
        image = load(self.path)[0]
        if CUT_OFF in image.notices:
            raise ExpectedError(tr("{name} is cut off or damaged.", name=self.path.name))
        return image

    def _drawn(self) -> ImageData:
        from editor.display.display import Display
        from editor.document.project import Project
        from editor.formats.image import picture_of
        from editor.formats.registry import ExportOptions, import_file

        project = Project.in_memory()
        document = import_file(project, self.path).documents[0]
        display = Display(project)
        try:
            return picture_of(display, document, ExportOptions(width=DRAWN_WIDTH), "uint8")
        finally:
            display.close()

    @cached_property
    def encoded(self) -> Encoded:
        """PNG, JPEG, WebP or GIF: the file's own bytes where they show as they are, else a PNG of its pixels."""
        from render.image_io.formats import sniff

        data = self.path.read_bytes() if self.format.family == "raster" else b""
        kind = sniff(data[:256], self.path.name) if data else None
        size = _plain_size(data) if kind in PLAIN_PICTURES else None
        if size is not None:
            return Encoded(data, *size, f"image/{kind}")
        return Encoded(_png(self.image), self.image.width, self.image.height, "image/png")

    @property
    def held_bytes(self) -> int:
        """What of it lies in memory."""
        known = self.__dict__
        pixels = known["image"].pixels.nbytes if "image" in known else 0
        pixels += sum(made.nbytes for made, _, _ in self.fitted.values())
        return pixels + (len(known["encoded"].data) if "encoded" in known else 0)

    def facts(self, media: str) -> MediaFacts:
        """What a film, a sound or a still holds."""
        from editor.formats.movie import facts_of_file

        if self._facts is None:
            self._facts = facts_of_file(self.path, media)[0]
        return msgspec.structs.replace(self._facts, media=media)

    def known_in(self, table: MediaTable) -> str:
        """The file's id in a project's table of media, which reads it for that once."""
        if self._known is None or self._known[0] is not table:
            self._known = (table, table.add(self.path.absolute()))
        return self._known[1]


def _plain_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a picture whose bytes can be drawn as they are; None for one that is turned, deep, in
    another colour space, or damaged. Pixels are decoded only to see that they are all there."""
    from PIL import Image

    from render.image_io import profiles

    try:
        with Image.open(io.BytesIO(data)) as picture:
            plain = picture.mode in ("RGB", "RGBA", "L", "LA", "P") and picture.getexif().get(ORIENTATION, 1) == 1
            if not plain or not profiles.is_srgb(picture.info.get("icc_profile")):
                return None
            picture.draft("RGB", (64, 64))
            size = picture.size if picture.format != "JPEG" else _size_of(data)
            picture.load()
            return size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _size_of(data: bytes) -> tuple[int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        return picture.size


def _png(image: ImageData) -> bytes:
    from render.image_io.values import Metadata, to_depth
    from render.image_io.write import write

    small = replace(image, pixels=to_depth(image.pixels, "uint8"), metadata=Metadata())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "picture.png")
        write(path, small)
        return path.read_bytes()
