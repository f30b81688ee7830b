"""Files that nobody gave a checksum for: whether they are what their names say, before the library takes them."""

from __future__ import annotations

from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.kinds import extension_of, kind_of

HEAD = 512
FONTS = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")
SOUNDS = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9", b"OggS", b"fLaC", b"RIFF", b"FORM")
PAGES = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"{")


def check_arrived(path: Path, host: str) -> None:
    """Raises ExpectedError, and takes the file away, when it is a web page or something else in its place."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if _fits(head, path):
        return
    path.unlink(missing_ok=True)
    raise ExpectedError(
        tr("{host} sent something else than {name}. It was thrown away.", host=host, name=path.name),
        tr("Look at its page; it may have moved."),
    )


def _fits(head: bytes, path: Path) -> bool:
    from render.image_io.formats import sniff

    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGES):
        return False
    kind = kind_of(path)
    if kind == "font":
        return head.startswith(FONTS)
    if kind == "sound":
        return head.startswith(SOUNDS) or head[4:8] == b"ftyp"
    if kind == "vector":
        return b"<svg" in head.lower() or head.lstrip().startswith((b"<?xml", b"<!--"))
    return kind != "image" or sniff(head[:256], path.name) is not None or extension_of(path) in ("exr", "hdr")
