"""Vector documents and their pages."""

from typing import Annotated

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.copying import copy_subtree
from editor.commands.registry import command
from editor.document.project import Project
from editor.model.values import RecordId
from editor.model.vector import Page, VectorDocument
from render.color import Color

PageLength = Annotated[float, msgspec.Meta(gt=0, le=1e6)]


def _color(text: str | None) -> Color | None:
    try:
        return Color.from_hex(text) if text else None
    except ValueError as error:
        raise ExpectedError(tr("{text} is no colour.", text=text), tr("Write #rrggbb or #rrggbbaa.")) from error


@command("vector.new_document", label="New drawing")
def new_document(
    project: Project, *, name: str = "", width: PageLength = 1122.52, height: PageLength = 793.7,
    background: str | None = "#ffffff", pages: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1,
) -> str:
    """Make a drawing with pages of one size, in units of 1/96 inch. Returns the document's id."""
    key = project.new_id()
    order = project.order_at_end(None)[0]
    project.put(VectorDocument(id=key, order=order, name=name or tr("Drawing")))
    color = _color(background)
    for number, place in enumerate(project.order_at_end(key, pages), 1):
        page = Page(
            id=project.new_id(), parent=key, order=place, name=tr("Page {number}", number=number), width=width,
            height=height, background=color,
        )  # fmt: skip
        project.put(page)
    project.select(())
    return key


@command("vector.add_page", label="Add page")
def add_page(
    project: Project, *, document: RecordId, width: PageLength | None = None, height: PageLength | None = None,
    name: str = "", after: RecordId | None = None,
) -> str:
    """Add a page at the end or after another one, of the last page's size unless told otherwise."""
    project.find(document, VectorDocument)
    pages = project.children(document, Page)
    last = pages[-1] if pages else Page(id="")
    place = project.order_at_end(document)[0] if after is None else project.order_after(document, after)
    page = Page(
        id=project.new_id(), parent=document, order=place, name=name or tr("Page {number}", number=len(pages) + 1),
        width=width or last.width, height=height or last.height, background=last.background,
    )  # fmt: skip
    project.put(page)
    return page.id


@command("vector.duplicate_page", label="Duplicate page")
def duplicate_page(project: Project, *, page: RecordId) -> str:
    """A copy of a page with all on it, right behind it."""
    item = project.find(page, Page)
    order = project.order_after(item.parent, item.id)
    return copy_subtree(project, item.id, parent=item.parent, order=order)


@command("vector.set_page", label="Change page")
def set_page(
    project: Project, *, page: RecordId, width: PageLength | None = None, height: PageLength | None = None,
    background: str | None = None, transparent: bool = False,
) -> None:
    """Another size or background; `transparent` takes the background away."""
    item = project.find(page, Page)
    color = None if transparent else _color(background) if background else item.background
    size = {"width": width or item.width, "height": height or item.height}
    project.put(msgspec.structs.replace(item, background=color, **size))


@command("vector.delete_page", label="Delete page")
def delete_page(project: Project, *, page: RecordId) -> None:
    """Remove a page with all on it; the last page of a document stays."""
    item = project.find(page, Page)
    if len(project.children(item.parent, Page)) < 2:
        raise ExpectedError(tr("A drawing keeps at least one page."))
    project.delete(page)
