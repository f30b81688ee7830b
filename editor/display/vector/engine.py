"""The display engine of vector documents."""

import hashlib
from fractions import Fraction

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.engine import DrawContext, Drawing, Request
from editor.display.vector.builder import Builder
from editor.display.vector.drawing import VectorDrawing
from editor.display.vector.fonts import font_database
from editor.document.change import Change
from editor.document.fingerprint import record_fingerprint
from editor.model.embed import Embed
from editor.model.vector import Node, Page, VectorDocument
from render.geometry import IDENTITY, Affine, IntRect, Rect
from render.text.fonts import FontDatabase
from render.vector import values

LARGEST_EMBED = 4096


class VectorEngine:
    """One a Display. Each page is a part; the first page stands for the document."""

    def __init__(self, context: DrawContext) -> None:
        self._context = context
        self._builders: dict[str, Builder] = {}

    def fonts(self) -> FontDatabase:
        return font_database(self._context.resources)

    def builder(self, document: str) -> Builder:
        """The cache of built nodes of one document."""
        found = self._builders.get(document)
        if found is None:
            found = self._builders[document] = Builder(self._context.project, self.fonts, self._embed)
        return found

    def page(self, document: str, part: str | None) -> Page:
        """Raises ExpectedError for a part that is no page, and for a document without pages."""
        project = self._context.project
        project.find(document, VectorDocument)
        pages = project.children(document, Page)
        for page in pages:
            if part is None or page.id == part:
                return page
        raise ExpectedError(tr("This document has no such page."))

    def prepare(self, document: str, part: str | None, time: Fraction | None) -> Drawing:
        page = self.page(document, part)
        nodes = self.builder(document).page(page)
        key = f"vector:{self._fingerprint(document)}:{page.id}"
        return VectorDrawing(key, (page.width, page.height), nodes, page.background)

    def _fingerprint(self, document: str) -> str:
        fingerprints = getattr(self._context, "fingerprints", None)
        if fingerprints is not None:
            return str(fingerprints.of(document))
        records = self._context.project.records
        digest = hashlib.blake2b(digest_size=16)
        for key in self._context.project.index.subtree(document):
            digest.update(record_fingerprint(records[key]).to_bytes(16, "big"))
        return digest.hexdigest()

    def parts(self, document: str) -> tuple[str, ...]:
        return tuple(page.id for page in self._context.project.children(document, Page))

    def damage(self, document: str, change: Change) -> Rect | None:
        """Where changed nodes were and are. Anything but nodes on pages may show anywhere."""
        damaged: Rect | None = None
        builder = self._builders.get(document)
        for key, (before, after) in change.entries.items():
            if builder is None or any(side is not None and not isinstance(side, Node) for side in (before, after)):
                return None
            old = builder._cache.get(key)
            areas = [self._on_page(key, before, old[2].reach)] if old is not None and old[2] is not None else []
            if isinstance(after, Node):
                built = builder.node(after)
                if built is not None:
                    areas.append(self._on_page(key, after, built.reach))
            for area in areas:
                if area is None:
                    return None
                damaged = area if damaged is None else damaged.union(area)
        return damaged.expanded(2.0) if damaged is not None else None

    def _on_page(self, key: str, record: object, reach: Rect) -> Rect | None:
        """A rectangle of a node's parent, on the page; None where an ancestor has effects that spread."""
        parent = getattr(record, "parent", None)
        project = self._context.project
        while parent is not None:
            holder = project.get(parent)
            if isinstance(holder, Page):
                return reach
            if not isinstance(holder, Node) or holder.effects:
                return None
            reach = holder.transform.bounds(reach)
            parent = holder.parent
        return None

    def to_page(self, key: str) -> Affine:
        """From the space of a node's children to the page."""
        project = self._context.project
        result = IDENTITY
        item = project.get(key)
        while isinstance(item, Node):
            result = result.then(item.transform)
            item = project.get(item.parent) if item.parent else None
        return result

    def _embed(self, embed: Embed, rect: Rect) -> tuple[values.Node, object]:
        """A vector page is drawn as vectors; anything else is asked for pixels when its size is known."""
        drawing = self._context.embedded(embed)
        width, height = drawing.size
        if isinstance(drawing, VectorDrawing) and width > 0 and height > 0:
            place = Affine(rect.width / width, 0.0, 0.0, rect.height / height, rect.x, rect.y)
            return values.Group(children=(drawing.scene,), transform=place), drawing.key

        def draw(scale: float) -> np.ndarray:
            return _embedded_pixels(drawing, rect, scale)

        return values.Live(rect=rect, draw=draw), drawing.key


def _embedded_pixels(drawing: Drawing, rect: Rect, scale: float) -> np.ndarray:
    """The other document at about the size at which it is seen, within bounds."""
    width, height = drawing.size
    factor = max(rect.width / max(width, 1e-6), rect.height / max(height, 1e-6)) * scale
    factor = min(factor, LARGEST_EMBED / max(width, height, 1e-6))
    region = IntRect(0, 0, max(1, round(width * factor)), max(1, round(height * factor)))
    return drawing.draw(Request(region, factor))
