"""What a document looks like in another size, drawn beside the window on a copy."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from app.canvas.images import image_of
from editor.display.display import Display
from editor.document.project import Project
from editor.model.vector import VectorDocument
from editor.workflows.templates.format_moments import telling_moment
from editor.workflows.templates.format_sizes import Format
from editor.workflows.templates.formats import make_formats

SIDE = 600
MOST = 8
"""So many pages of one document are shown."""
GAP = 10


@dataclass(frozen=True)
class Preview:
    """All pages, and the names of what is hidden in this size."""

    image: QImage
    left_out: tuple[str, ...]


def draw_preview(project: Project, document: str, item: Format) -> Preview:
    """`project` is a snapshot that nobody writes to."""
    copy = project.snapshot(read_only=False)
    (made,) = make_formats(copy, document, [item])
    display = Display(copy)
    try:
        paged = isinstance(copy.document_of(made.document), VectorDocument)
        pages = display.parts(made.document)[:MOST] if paged else ()
        moment = telling_moment(copy, made.document)
        images = [_drawn(display, made.document, page, moment, len(pages)) for page in pages or (None,)]
        return Preview(_sheet(images), made.left_out)
    finally:
        display.close()


def _drawn(display: Display, document: str, page: str | None, moment: Fraction, among: int) -> QImage:
    width, height = display.size(document, page)
    side = SIDE if among < 2 else SIDE // 2 * 1.5
    pixels = display.render_whole(document, min(1.0, side / max(width, height)), part=page, time=moment)
    return image_of(pixels).copy()


def _sheet(images: list[QImage]) -> QImage:
    """Pages beside each other, or below each other where they are wider than high; four make two rows."""
    if len(images) == 1:
        return images[0]
    width, height = max(image.width() for image in images), max(image.height() for image in images)
    columns = 2 if len(images) > 3 else 1 if width > height else len(images)
    columns = 1 if width > 2.5 * height else columns
    rows = -(-len(images) // columns)
    across, down = columns * (width + GAP) - GAP, rows * (height + GAP) - GAP
    sheet = QImage(across, down, QImage.Format.Format_ARGB32_Premultiplied)
    sheet.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sheet)
    for number, image in enumerate(images):
        painter.drawImage(number % columns * (width + GAP), number // columns * (height + GAP), image)
    painter.end()
    return sheet
