"""Scenes as the pages of a PDF, by Skia's PDF backend.

Outlines, gradients, clips and text stay what they are (fonts are embedded as subsets); what PDF cannot say, filters
above all, becomes pixels at `dpi`.
"""

import re
from collections.abc import Sequence

import msgspec
import skia

from render.color import Color
from render.geometry import Affine
from render.vector.painter import Painter
from render.vector.skia_values import to_color
from render.vector.values import Node


class PdfPage(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """One page: `scale` points (1/72 inch) to a user unit."""

    width: float
    height: float
    content: Node
    scale: float = 0.75
    background: Color | None = None


def write_pdf(pages: Sequence[PdfPage], title: str = "", dpi: float = 300.0, author: str = "") -> bytes:
    """The bytes of a PDF. The same pages give the same bytes: no clock, no random id."""
    stream = skia.DynamicMemoryWStream()
    metadata = skia.PDF.Metadata()
    metadata.fTitle, metadata.fCreator, metadata.fRasterDPI = skia.String(title), skia.String("Atelier"), dpi
    if author:
        metadata.fAuthor = skia.String(author)
    document = skia.PDF.MakeDocument(stream, metadata)
    for page in pages:
        canvas = document.beginPage(page.width * page.scale, page.height * page.scale)
        if page.background is not None:
            canvas.drawColor(to_color(page.background).toColor())
        canvas.scale(page.scale, page.scale)
        Painter(canvas, Affine.scaling(dpi / 72), text_as_text=True).draw(page.content)
        document.endPage()
    document.close()
    return _without_dates(bytes(stream.detachAsData()))


def _without_dates(data: bytes) -> bytes:
    """Give the same bytes every day: dates become a fixed one of the same length."""
    return re.sub(rb"\(D:\d{14}", b"(D:20000101000000", data)
