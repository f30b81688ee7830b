"""A file that fills a slot, read once in each of the ways that the editors need it."""

import tempfile
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.registry import FileFormat, format_of
from editor.model.video import MediaFacts
from render.image_io.values import ImageData

PLAIN_PICTURES = ("png", "jpeg", "webp", "gif")
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
        """Straight sRGB pixels; a drawing is drawn."""
        from editor.formats.image import load

        if self.format.family == "vector":
            return self._drawn()
        return load(self.path)[0]

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
        image = self.image
        metadata = image.metadata
        if kind in PLAIN_PICTURES and not metadata.icc and not _turned(metadata.exif) and image.bits == 8:
            return Encoded(data, image.width, image.height, f"image/{kind}")
        return Encoded(_png(image), image.width, image.height, "image/png")

    def facts(self, media: str) -> MediaFacts:
        """What a film, a sound or a still holds."""
        from editor.formats.movie import facts_of_file

        return facts_of_file(self.path, media)[0]


def _turned(exif: bytes | None) -> bool:
    """Whether a picture was taken with the camera turned: drawings show the stored pixels."""
    if not exif:
        return False
    from PIL import Image

    found = Image.Exif()
    found.load(exif)
    return bool(found.get(0x0112, 1) != 1)


def _png(image: ImageData) -> bytes:
    from render.image_io.values import Metadata, to_depth
    from render.image_io.write import write

    small = replace(image, pixels=to_depth(image.pixels, "uint8"), metadata=Metadata())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "picture.png")
        write(path, small)
        return path.read_bytes()
