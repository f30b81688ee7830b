"""Single members of zip archives, which strangers made: read to a limit, never unpacked to the disk."""

import lzma
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib

MOST_MEMBER = 48 << 20
PREVIEWS = (
    "mergedimage.png", "preview.png", "Thumbnails/thumbnail.png", "QuickLook/Thumbnail.png", "docProps/thumbnail.jpeg",
)  # fmt: skip
"""Under these names programs leave a picture of what they saved."""
BROKEN = (
    zipfile.BadZipFile, ElementTree.ParseError, ValueError, KeyError, NotImplementedError, OSError, EOFError,
    RuntimeError, StopIteration, zlib.error, lzma.LZMAError,
)  # fmt: skip
"""What reading a damaged archive raises."""


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Raises ValueError for one that would be larger than anybody needs."""
    with archive.open(name) as file:
        data = file.read(MOST_MEMBER + 1)
    if len(data) > MOST_MEMBER:
        raise ValueError(name)
    return data


def markup(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """Raises ValueError for one that defines entities, of which a few lines can grow to gigabytes."""
    data = member(archive, name)
    if b"<!ENTITY" in data:
        raise ValueError(name)
    return ElementTree.fromstring(data)


def preview(archive: zipfile.ZipFile) -> bytes:
    """The picture that the program which saved this left in it, or b""."""
    names = set(archive.namelist())
    return next((member(archive, name) for name in PREVIEWS if name in names), b"")
