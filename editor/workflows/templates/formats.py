"""A document in many formats at once: a copy for each, laid out anew, as one step of the history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.raster import RasterDocument
from editor.model.record import DocumentRecord
from editor.model.scene import SceneDocument
from editor.model.vector import Page, VectorDocument
from editor.model.video import VideoDocument
from editor.workflows.templates.format_drawings import resize_page, resize_pages
from editor.workflows.templates.format_films import resize_film, resize_scene
from editor.workflows.templates.format_images import resize_image
from editor.workflows.templates.format_sizes import Format
from render.geometry import Rect

PRINT_RESOLUTION = 300.0
DEEPEST = 3


@dataclass(frozen=True)
class Made:
    """A new document, its format, and the names of what was too much for it."""

    document: str
    format: Format
    left_out: tuple[str, ...] = ()


def make_formats(
    project: Project, document: str, formats: Sequence[Format],
    progress: Callable[[float], object] = lambda share: None,
) -> list[Made]:
    """One new document for each format, in one transaction. Raises ExpectedError for a kind that has no size."""
    source = project.find(document, DocumentRecord)
    if not formats:
        raise ExpectedError(tr("Choose at least one format."))
    if not isinstance(source, RasterDocument | VectorDocument | VideoDocument | SceneDocument):
        raise ExpectedError(tr("{name} has no size that could be changed.", name=source.name))
    made = []
    with project.transaction(tr("Make formats")):
        for number, item in enumerate(formats):
            progress(number / len(formats))
            made.append(_Resizing(project, item).run(document))
        order = [made_.document for made_ in made]
        _behind(project, document, order)
    progress(1.0)
    return made


def _behind(project: Project, document: str, new: list[str]) -> None:
    """The new documents right behind the one that they were made from."""
    others = [item.id for item in project.documents() if item.id not in new]
    place = others.index(document) + 1
    run(project, "project.order_documents", documents=(*others[:place], *new, *others[place:]))


def _on_page(name: str, number: int) -> str:
    return tr("page {number}: {name}", number=number, name=name)


@dataclass
class _Resizing:
    """One format. Documents that fill a frame are copied with it, each once."""

    project: Project
    format: Format
    copies: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def run(self, document: str) -> Made:
        name = tr(
            "{name} – {format}", name=self.project.find(document, DocumentRecord).name, format=tr(self.format.label)
        )
        key: str = run(self.project, "project.duplicate_document", document=document, name=name)
        item = self.project.find(key, DocumentRecord)
        resolution = item.resolution if isinstance(item, RasterDocument) else 96.0
        if self.format.unit == "mm" and not isinstance(item, VectorDocument):
            resolution = max(resolution, PRINT_RESOLUTION)
            if isinstance(item, RasterDocument):
                run(self.project, "project.set_field", record=key, field="resolution", value=resolution)
        size = self.format.page() if isinstance(item, VectorDocument) else self.format.pixels(resolution)
        self._resize(key, size[0], size[1], self.format.least_letters(), 0)
        return Made(key, self.format, tuple(dict.fromkeys(self.left_out)))

    def _resize(self, key: str, width: float, height: float, smallest: float, depth: int) -> None:
        item = self.project.find(key, DocumentRecord)

        def linked(document: str, wide: float, high: float) -> str | None:
            return self._linked(document, wide, high, depth + 1)

        if isinstance(item, VectorDocument):
            pages = self.project.children(key, Page)
            for number, page in enumerate(pages, 1):
                names = resize_page(self.project, page.id, width, height, smallest)
                self.left_out += [_on_page(name, number) if len(pages) > 1 else name for name in names]
        elif isinstance(item, RasterDocument):
            self.left_out += resize_image(
                self.project, key, round(width), round(height), linked, self._words
            )
        elif isinstance(item, VideoDocument):
            resize_film(self.project, key, round(width), round(height), linked, self._together)
        elif isinstance(item, SceneDocument):
            resize_scene(self.project, key, round(width), round(height))

    def _linked(self, document: str, width: float, height: float, depth: int) -> str | None:
        """A page or a scene that fills a frame is laid out with it; an image or a film is cropped like any picture."""
        item = self.project.get(document)
        if depth > DEEPEST or not isinstance(item, VectorDocument | SceneDocument):
            return None
        if document not in self.copies:
            self._resize(self._copied(document), width, height, self._smallest_linked(), depth)
        return self.copies[document]

    def _together(self, documents: Sequence[str], width: float, height: float) -> None:
        """Pages of several linked drawings, laid out as if they were one."""
        pages = [self.project.children(self._copied(document), Page)[0].id for document in documents]
        self.left_out += resize_pages(self.project, pages, width, height, self._smallest_linked())

    def _words(self, document: str, before: Rect, after: Rect, width: float, height: float) -> str:
        """A page of words over an image, its words brought from one part of it to another."""
        page = self.project.children(self._copied(document), Page)[0].id
        smallest = self._smallest_linked()
        self.left_out += resize_pages(self.project, (page,), width, height, smallest, before, after)
        return self.copies[document]

    def _copied(self, document: str) -> str:
        name = tr(
            "{name} – {format}", name=self.project.find(document, DocumentRecord).name, format=tr(self.format.label)
        )
        key: str = run(self.project, "project.duplicate_document", document=document, name=name)
        self.copies[document] = key
        return key

    def _smallest_linked(self) -> float:
        """The least letters on pages whose units are the pixels of a frame."""
        per_inch = self.format.pixels(PRINT_RESOLUTION)[0] / self.format.page()[0]
        return self.format.least_letters() * (per_inch if self.format.unit == "mm" else 1.0)
