"""Pages, books and texts: the first page, the cover, the previews that other programs leave in their files.

A card for whatever is kept and cannot be drawn.
"""

import base64
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.numbers import size_text
from editor.base.translation import tr
from editor.library.kinds import extension_of
from editor.library.looks import Look
from editor.workflows.library.archived import BROKEN, markup, member, preview
from editor.workflows.library.cards import card, paper
from editor.workflows.library.pictured import as_webp, look_of
from editor.workflows.library.small_pictures import SIDE, SmallPicture, small_picture_of

XMP_PICTURE = re.compile(rb"<xmpGImg:image>([^<]+)</xmpGImg:image>")
PDF_SCALE = 4.0
"""Of a page smaller than a thumbnail; no further."""


def look_at_pdf(path: Path) -> Look:
    """The first page on white; `width` and `height` in points. Illustrator's files are PDF as well."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if extension_of(path) == "ai":  # from before 2001: PostScript
            return plain_card(path)
        raise ExpectedError(
            tr("The PDF {name} cannot be opened: it is damaged or has a password.", name=path.name)
        ) from error
    with document:
        if not len(document):
            raise ExpectedError(tr("{name} has no pages.", name=path.name))
        page = document[0]
        width, height = page.get_size()
        scale = min(SIDE / max(width, height, 1.0), PDF_SCALE)
        picture = page.render(scale=scale, fill_color=(255, 255, 255, 255), rev_byteorder=True).to_numpy()
    pixels = np.full((*picture.shape[:2], 4), 255, np.uint8)
    pixels[..., :3] = picture[..., :3]
    return look_of(SmallPicture(pixels, round(width), round(height)))


def look_at_layout(path: Path) -> Look:
    """A PDF's page, or the preview that InDesign leaves in an IDML."""
    if extension_of(path) == "pdf":
        return look_at_pdf(path)
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name == "META-INF/metadata.xml"]
            found = XMP_PICTURE.search(member(archive, names[0])) if names else None
            data = base64.b64decode(found[1].replace(b"&#xA;", b"")) if found else preview(archive)
    except BROKEN as error:
        raise ExpectedError(tr("The document {name} is damaged.", name=path.name)) from error
    return look_of(small_picture_of(data, path.name)) if data else plain_card(path)


def look_at_text(path: Path) -> Look:
    """A book's cover, or the beginning of what is written."""
    extension = extension_of(path)
    if extension in ("docx", "odt", "epub"):
        try:
            with zipfile.ZipFile(path) as archive:
                picture = preview(archive) if extension != "epub" else _cover(archive)
                text = "" if picture else _written(archive, extension)
        except BROKEN as error:
            raise ExpectedError(tr("The document {name} is damaged.", name=path.name)) from error
        if picture:
            return look_of(small_picture_of(picture, path.name))
    elif extension == "rtf":
        return plain_card(path)
    else:
        with open(path, "rb") as file:
            text = file.read(1 << 16).decode("utf-8", "replace").replace("\0", "")
    return Look(thumbnail=as_webp(paper(text))) if text.strip() else plain_card(path)


def plain_card(path: Path) -> Look:
    """Of a file that is kept and cannot be drawn: what it is and how large."""
    size = path.stat().st_size
    return Look(thumbnail=as_webp(card(extension_of(path).upper()[:8] or "?", [size_text(size)], 0xFF7C8794)))


def _package(archive: zipfile.ZipFile) -> tuple[ElementTree.Element, str]:
    """The list of what is in a book, and the folder that its names count from."""
    container = markup(archive, "META-INF/container.xml")
    place = next(node.get("full-path", "") for node in container.iter() if node.tag.endswith("rootfile"))
    return markup(archive, place), dirname(place)


def _cover(archive: zipfile.ZipFile) -> bytes:
    """The picture that a book names as its cover, in either way that EPUB has for it."""
    package, folder = _package(archive)
    items = {node.get("id", ""): node for node in package.iter() if node.tag.endswith("}item")}
    notes = (node for node in package.iter() if node.tag.endswith("}meta"))
    named = {node.get("content", "") for node in notes if node.get("name") == "cover"}
    for key, node in items.items():
        kind = node.get("media-type", "")
        if "cover-image" in (node.get("properties") or "").split() or key in named:
            name = normpath(join(folder, unquote(node.get("href", ""))))
            if kind.startswith("image/") and kind != "image/svg+xml" and name in archive.namelist():
                return member(archive, name)
    return b""


def _written(archive: zipfile.ZipFile, extension: str) -> str:
    if extension == "epub":
        return _first_chapter(archive)
    name = "word/document.xml" if extension == "docx" else "content.xml"
    lines = []
    for node in markup(archive, name).iter():
        if node.tag.endswith(("}p", "}h")):
            lines.append("".join(node.itertext()))
            if len(lines) > 60:
                break
    return "\n".join(lines)


def _first_chapter(archive: zipfile.ZipFile) -> str:
    """The text of the first pages in reading order that have any."""
    package, folder = _package(archive)
    items = {node.get("id", ""): node.get("href", "") for node in package.iter() if node.tag.endswith("}item")}
    spine = [node.get("idref", "") for node in package.iter() if node.tag.endswith("}itemref")]
    for key in spine[:5]:
        name = normpath(join(folder, unquote(items.get(key, ""))))
        if name in archive.namelist():
            reader = _Words()
            reader.feed(member(archive, name).decode("utf-8", "replace"))
            text = "".join(reader.found).strip()
            if text:
                return re.sub(r"\s*\n\s*", "\n", text)
    return ""


class _Words(HTMLParser):
    """What a person would read of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in ("style", "script", "title")
        if tag in ("p", "div", "h1", "h2", "h3", "li", "br"):
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(re.sub(r"\s+", " ", data))
