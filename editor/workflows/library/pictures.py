"""Picture files, and the previews that cameras and painting programs leave in theirs."""

import re
import struct
import zipfile
from pathlib import Path

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.looks import Look
from editor.workflows.library.archived import BROKEN, preview
from editor.workflows.library.pictured import look_of
from editor.workflows.library.small_pictures import SIDE, SmallPicture, small_picture, small_picture_of

JPEG = re.compile(rb"\xff\xd8\xff[\xdb\xe0-\xef]")
MOST_RAW = 256 << 20
MOST_PREVIEWS = 12
BLENDER = re.compile(rb"BLENDER([-_])([vV])\d\d\d")


def look_at_picture(path: Path) -> Look:
    """Raises ExpectedError for what is no picture that the studio reads."""
    return look_of(small_picture(path))


def look_at_raw(path: Path) -> Look:
    """The largest preview that the camera wrote: a photograph that nobody developed looks like that."""
    with open(path, "rb") as file:
        data = file.read(MOST_RAW)
    best: SmallPicture | None = None
    for match in list(JPEG.finditer(data))[:MOST_PREVIEWS]:
        try:
            found = small_picture_of(data[match.start() :], path.name)
        except ExpectedError:
            continue  # two bytes that only looked like a beginning
        if best is None or found.width * found.height > best.width * best.height:
            best = found
    return look_of(best) if best is not None else look_at_picture(path)


def look_at_painting(path: Path) -> Look:
    """The whole picture that painting programs keep beside their layers; else the studio reads the layers."""
    from editor.workflows.library.papers import plain_card

    if zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                whole = preview(archive)
        except BROKEN as error:
            raise ExpectedError(tr("The picture {name} is damaged.", name=path.name)) from error
        if whole:
            return look_of(small_picture_of(whole, path.name))
    try:
        return look_at_picture(path)
    except ExpectedError:
        with open(path, "rb") as file:
            if file.read(9) == b"gimp xcf " or path.suffix.lower() == ".bundle":
                return plain_card(path)  # whole, but of a kind that the studio does not draw
        raise


def look_at_blender(path: Path) -> Look:
    """The preview in the first blocks of a Blender file, which may be packed whole."""
    from editor.workflows.library.papers import plain_card

    with open(path, "rb") as file:
        data = _unpacked(file.read(4 << 20))
    header = BLENDER.match(data)
    if header is None:
        raise ExpectedError(tr("{name} is no Blender file.", name=path.name))
    order = "<" if header[2] == b"v" else ">"
    wide = header[1] == b"-"
    at, length = 12, 24 if wide else 20
    for _ in range(8):
        if at + length > len(data):
            break
        (size,) = struct.unpack_from(f"{order}I", data, at + 4)
        if data[at : at + 4] == b"TEST":
            width, height = struct.unpack_from(f"{order}II", data, at + length)
            begin = at + length + 8
            if 0 < width <= 1024 and 0 < height <= 1024 and begin + width * height * 4 <= len(data):
                pixels = np.frombuffer(data, np.uint8, width * height * 4, begin).reshape(height, width, 4)[::-1]
                step = max(1, max(width, height) // SIDE)
                look = look_of(SmallPicture(np.ascontiguousarray(pixels[::step, ::step]), width, height))
                return Look(thumbnail=look.thumbnail, colors=look.colors, hashes=look.hashes, vector=look.vector)
        at += length + size
    return plain_card(path)


def _unpacked(data: bytes) -> bytes:
    """The beginning of what may be zstd or gzip."""
    import zlib

    import zstandard

    try:
        if data[:4] == b"\x28\xb5\x2f\xfd":
            return zstandard.ZstdDecompressor().decompressobj().decompress(data)[: 4 << 20]
        if data[:2] == b"\x1f\x8b":
            return zlib.decompressobj(31).decompress(data, 4 << 20)
    except (zstandard.ZstdError, zlib.error):
        return b""
    return data
