"""The one mechanism that draws documents: on screen, in exports, and inside one another.

`Display` follows a project, knows which documents a change damages (hosts of live links included), and keeps what was
drawn under its content key, so that undo and a second view cost nothing.
"""

from collections.abc import Hashable
from fractions import Fraction
from importlib import import_module

import msgspec
import numpy as np

from editor.base.errors import ExpectedError
from editor.base.signal import Signal
from editor.base.translation import tr
from editor.display.cache import PixelCache
from editor.display.engine import ENGINES, Drawing, Engine, Pixels, Request, Resources
from editor.display.placeholder import Placeholder
from editor.document.fingerprint import Fingerprints
from editor.document.project import Project, ProjectChange
from editor.model.embed import Embed
from editor.model.record import DocumentRecord
from render.geometry import IntRect, Rect

CACHE_BYTES = 512 << 20
DRAWINGS_KEPT = 256
NO_RESOURCES = Resources()


class Damage(msgspec.Struct, frozen=True):
    """A document that looks different now; `region` is in its units, None means everywhere."""

    document: str
    region: Rect | None


class Display:
    """Belongs to the document thread, but for `render` with a prepared drawing, which any thread may call."""

    def __init__(self, project: Project, resources: Resources = NO_RESOURCES, cache_bytes: int = CACHE_BYTES) -> None:
        self.project = project
        self.resources = resources
        self.cache = PixelCache(cache_bytes)
        self.damaged = Signal[Damage]()
        self.fingerprints = Fingerprints(project.records, project.index)
        self._engines: dict[str, Engine] = {}
        self._drawings: dict[Hashable, Drawing] = {}
        self._passing: dict[Hashable, Hashable] = {}
        self._preparing: set[str] = set()
        self._disconnect = project.changed.connect(self._follow)

    def close(self) -> None:
        self._disconnect()

    # Asking

    def engine(self, document: str) -> Engine:
        """The engine of a document's family. Raises ExpectedError for a family that this version cannot draw."""
        family = self.project.find(document, DocumentRecord).family
        if family not in self._engines:
            if family not in ENGINES:
                self._import_family(family)
            self._engines[family] = ENGINES[family](self)
        return self._engines[family]

    def fingerprint(self, document: str) -> str:
        """Names the content of a document and of everything linked into it."""
        return self.fingerprints.of(document)

    def drawing(self, document: str, part: str | None = None, time: Fraction | None = None) -> Drawing:
        """The immutable plan of a document now; the same object as long as nothing in it changed."""
        key = (document, part, time, self.fingerprints.of(document))
        found = self._drawings.get(key)
        if found is None:
            if document in self._preparing:  # only in a stranger's file: our own commits refuse cycles
                raise ExpectedError(tr("This document stands inside itself and cannot be drawn there."))
            self._preparing.add(document)
            try:
                found = self.engine(document).prepare(document, part, time)
            finally:
                self._preparing.discard(document)
            self._keep(key, found)
        return found

    def _keep(self, key: Hashable, drawing: Drawing) -> None:
        """States that a gesture passes through do not come back: of each document the last one is enough."""
        if self.project.is_in_gesture:
            shown = key[:-1] if isinstance(key, tuple) else key
            self._drawings.pop(self._passing.get(shown), None)
            self._passing[shown] = key
        if len(self._drawings) >= DRAWINGS_KEPT:
            self._drawings.pop(next(iter(self._drawings)))
        self._drawings[key] = drawing

    def embedded(self, embed: Embed, time: Fraction | None = None) -> Drawing:
        """The plan behind a live link at its own time, or else at the host's."""
        try:
            return self.drawing(embed.document, embed.part, embed.time if embed.time is not None else time)
        except ExpectedError as error:
            return Placeholder(error.sentence)

    def parts(self, document: str) -> tuple[str, ...]:
        return self.engine(document).parts(document)

    def size(self, document: str, part: str | None = None) -> tuple[float, float]:
        return self.drawing(document, part).size

    def render(self, drawing: Drawing, request: Request) -> Pixels:
        """The pixels, from the cache when they were drawn before. The array is read-only."""
        key = (drawing.key, request.region, request.scale, request.dtype)
        found = self.cache.get(key)
        if found is None:
            found = drawing.draw(request)
            self.cache.put(key, found)
        return found

    def render_whole(
        self, document: str, scale: float = 1.0, part: str | None = None, time: Fraction | None = None,
        dtype: str = "uint8",
    ) -> Pixels:
        """A whole document, page or frame as one array, at least one pixel each way."""
        drawing = self.drawing(document, part, time)
        width, height = drawing.size
        region = IntRect(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))
        return self.render(drawing, Request(region, scale, dtype))

    # Following

    def _follow(self, event: ProjectChange) -> None:
        self.fingerprints.follow(event.change)
        if not event.live:
            for key in self._passing.values():
                self._drawings.pop(key, None)
            self._passing.clear()
        direct: set[str] = set()
        for key, (before, after) in event.change.entries.items():
            present = after if after is not None else before
            if present is None:
                continue
            if key in self.project.records:
                direct.add(self.project.index.root(key))
            elif present.parent is not None and present.parent in self.project.records:
                direct.add(self.project.index.root(present.parent))
            elif present.parent is None:
                direct.add(key)
        for document in direct:
            self.damaged.emit(Damage(document, self._region(document, event)))
        for host in self.fingerprints.hosts(direct) - direct:
            self.damaged.emit(Damage(host, None))

    def _region(self, document: str, event: ProjectChange) -> Rect | None:
        if not isinstance(self.project.get(document), DocumentRecord):
            return None
        family = self.project.find(document, DocumentRecord).family
        engine = self._engines.get(family)
        return None if engine is None else engine.damage(document, event.change)

    def _import_family(self, family: str) -> None:
        try:
            import_module(f"editor.display.{family}")
        except ModuleNotFoundError as error:
            if error.name != f"editor.display.{family}":
                raise
        if family not in ENGINES:
            raise ExpectedError(tr("This version cannot draw documents of the kind {family}.", family=family))


def blank(region: IntRect, dtype: str) -> Pixels:
    """Transparent pixels of a region's size."""
    return np.zeros((max(0, region.height), max(0, region.width), 4), dtype=dtype)
