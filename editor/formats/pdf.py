"""PDF out: the pages of a drawing as vectors and text, any other document as one picture."""

from collections.abc import Callable
from fractions import Fraction

from editor.base.translation import tr
from editor.display.display import Display
from editor.display.engine import Drawing, Request
from editor.display.vector.drawing import VectorDrawing
from editor.formats.provenance.credits import credits_of
from editor.formats.provenance.pdf import with_packet
from editor.formats.provenance.shown import Scope
from editor.formats.provenance.subject import with_subject
from editor.formats.provenance.wishes import ALL, NoteWishes
from editor.formats.report import Report, ReportBuilder
from editor.model.record import DocumentRecord
from editor.model.vector import EmbedFrame, Node, VectorDocument
from render.geometry import IntRect, Rect
from render.vector.pdf import PdfPage, write_pdf
from render.vector.values import Group, Image

POINTS = 0.75
"""Points a unit: a unit is 1/96 inch, a point 1/72."""
DPI = 300.0
LARGEST_PICTURE = 8192


def export_pdf(
    display: Display, document: str, *, part: str | None = None, time: Fraction | None = None,
    progress: Callable[[float], object] = lambda share: None, dpi: float = DPI, notes: NoteWishes = ALL,
) -> tuple[bytes, Report]:  # fmt: skip
    """The bytes of a PDF with fonts embedded as subsets, and what became of the parts. Raises ExpectedError.

    Filters, which PDF does not know, and live links to pictures become pixels at `dpi`.
    """
    found = display.project.find(document, DocumentRecord)
    report = ReportBuilder()
    parts: tuple[str | None, ...] = (part,)
    if part is None and isinstance(found, VectorDocument):
        parts = display.parts(document) or (None,)
    pages: list[PdfPage] = []
    for count, one in enumerate(parts):
        pages.append(_page(display.drawing(document, one, time), dpi))
        progress((count + 1) / (len(parts) + 1))
    if isinstance(found, VectorDocument):
        _remark(display, document, report)
    else:
        report.converted(tr("The document is one picture on its page."))
    moment = time or Fraction(0)
    scope = Scope(part, (moment, moment) if found.family == "video" else None)
    told = credits_of(display.project, document, scope, notes)
    authors = ", ".join(dict.fromkeys(work.author for work in told.works if work.author)) if told is not None else ""
    data = write_pdf(pages, found.name, dpi, author=authors)
    packet = None if told is None else told.packet()
    if notes.kept:
        packet = with_subject(display.project, document, packet)
    if packet is not None:
        data = with_packet(data, packet)
    for sentence in told.sentences() if told is not None else ():
        report.noted(sentence)
    progress(1.0)
    return data, report.report()


def _page(drawing: Drawing, dpi: float) -> PdfPage:
    width, height = drawing.size
    if isinstance(drawing, VectorDrawing):
        return PdfPage(
            width=width, height=height, content=drawing.scene, scale=POINTS, background=drawing.background
        )
    scale = min(1.0, LARGEST_PICTURE / max(width, height, 1.0))
    region = IntRect(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))
    pixels = drawing.draw(Request(region, scale))
    picture = Image(rect=Rect(0.0, 0.0, width, height), pixels=pixels)
    return PdfPage(width=width, height=height, content=Group(children=(picture,)), scale=POINTS)


def _remark(display: Display, document: str, report: ReportBuilder) -> None:
    project = display.project
    for key in project.index.subtree(document):
        item = project.get(key)
        if isinstance(item, Node) and item.effects:
            report.converted(tr("An object with effects becomes pixels."))
        if isinstance(item, EmbedFrame):
            linked = project.get(item.embed.document)
            if isinstance(linked, VectorDocument):
                report.converted(tr("A live link to a drawing becomes part of the page."))
            else:
                report.converted(tr("A live link becomes the picture that it shows now."))
