"""What a document looks like in another size, drawn beside the window on a copy."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QImage

from app.canvas.images import image_of
from editor.display.display import Display
from editor.document.project import Project
from editor.workflows.templates.format_moments import telling_moment
from editor.workflows.templates.format_sizes import Format
from editor.workflows.templates.formats import make_formats

SIDE = 380


@dataclass(frozen=True)
class Preview:
    """The first page, and the names of what is hidden in this size."""

    image: QImage
    left_out: tuple[str, ...]


def draw_preview(project: Project, document: str, item: Format) -> Preview:
    """`project` is a snapshot that nobody writes to."""
    copy = project.snapshot(read_only=False)
    (made,) = make_formats(copy, document, [item])
    display = Display(copy)
    try:
        width, height = display.size(made.document)
        moment = telling_moment(copy, made.document)
        pixels = display.render_whole(made.document, min(1.0, SIDE / max(width, height)), time=moment)
        return Preview(image_of(pixels).copy(), made.left_out)
    finally:
        display.close()
