"""What an export really shows: the records that are drawn or heard, through live links too.

What only stands ready is left out: hidden layers, clips outside the stretch that is written, items of the bin that no
clip plays, materials that nothing wears, patterns that nothing is painted with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from editor.document.project import Project
from editor.model.about import About
from editor.model.embed import Embed, embeds_of
from editor.model.raster import Tile
from editor.model.record import DocumentRecord, Record
from editor.model.scene import SceneMaterial, SceneMesh, SceneNode, SceneSkin, SceneTexture
from editor.model.values import RecordId
from editor.model.vector import Page, Resource, VectorDocument
from editor.model.video import LATEST, Caption, Clip, MediaItem, Track, Transition, VideoDocument

if TYPE_CHECKING:
    from editor.formats.registry import ExportOptions

Span = tuple[Fraction, Fraction]
WHEN_USED = (MediaItem, SceneMesh, SceneMaterial, SceneTexture, SceneSkin, Resource)
"""Kinds that show only through what refers to them."""

MOST_STRETCHES = 64
"""Stretches of one linked timeline that are told apart; after so many it counts whole: films in films multiply."""


@dataclass(frozen=True)
class Scope:
    """`part` is a page, None for all; `span` a stretch of a timeline, or one moment twice, None for all of it; `heard`
    whether its sounds count. `whole`: the file holds everything that is in the document, seen or not."""

    part: str | None = None
    span: Span | None = None
    heard: bool = True
    whole: bool = False


EVERYTHING_SHOWN = Scope()


def shown_records(project: Project, document: str, scope: Scope = EVERYTHING_SHOWN) -> Iterator[Record]:
    """Each record once, in the order of the document; those of linked documents where they are met."""
    return _Walk(project).document(document, scope)


def scope_of(project: Project, document: str, name: str, options: ExportOptions) -> Scope:
    """What of a document a file shows, by its format's name: all pages only in a PDF, one moment in a picture."""
    found = project.find(document, DocumentRecord)
    part = options.part
    if part is None and found.family == "vector" and name != "pdf":
        part = next((page.id for page in project.children(document, Page)), None)
    span: tuple[Fraction, Fraction] | None = None
    if found.family == "video" and name in ("image", "pdf"):
        moment = options.time or Fraction(0)
        span = (moment, moment)
    elif found.family == "video":
        start, end = (options.settings.get(name) for name in ("start", "end"))
        span = (Fraction(start or 0), Fraction(end) if end is not None else LATEST)
    heard = name not in ("image", "pdf") and options.settings.get("sound", True) not in (False, 0, "False")
    return Scope(part, span, heard, whole=name in ("svg", "glb"))


@dataclass
class _Walk:
    project: Project
    seen: set[str] = field(default_factory=set)
    walked: set[tuple[str, Scope]] = field(default_factory=set)
    stretches: Counter[str] = field(default_factory=Counter)
    open: set[str] = field(default_factory=set)

    def document(self, key: str, scope: Scope) -> Iterator[Record]:
        if key in self.open or (key, scope) in self.walked:
            return
        self.stretches[key] += 1
        if self.stretches[key] > MOST_STRETCHES:
            scope = replace(scope, span=None)
        self.open.add(key)
        yield from self._below(key, scope)
        self.open.discard(key)

    def _below(self, key: str, scope: Scope) -> Iterator[Record]:
        item = self.project.get(key)
        if item is None or not self._counts(item, scope):
            return
        if (key, scope) in self.walked:
            return
        self.walked.add((key, scope))
        if key not in self.seen:
            self.seen.add(key)
            yield item
        for other in _references(item):
            if isinstance(self.project.get(other), WHEN_USED) and other not in self.seen:
                yield from self._below(other, replace(scope, whole=True))
        for embed in embeds_of(item):
            yield from self.document(embed.document, self._scope_of(item, embed, scope))
        for child in self.project.index.children(key):
            if scope.whole or not isinstance(self.project.get(child), WHEN_USED):
                yield from self._below(child, scope)

    def _counts(self, item: Record, scope: Scope) -> bool:
        if isinstance(item, About | Tile):
            return False
        if isinstance(item, Page):
            return scope.part is None or item.id == scope.part
        if scope.whole:
            return True
        if isinstance(item, SceneNode):
            return not item.hidden
        if isinstance(item, Track):
            return self._track_counts(item, scope)
        if isinstance(item, Clip | Caption):
            return getattr(item, "enabled", True) and self._is_in(item, scope.span)
        return bool(getattr(item, "visible", True) and getattr(item, "enabled", True))

    def _track_counts(self, track: Track, scope: Scope) -> bool:
        if track.media == "audio":
            return scope.heard and not track.muted
        return not track.hidden

    def _is_in(self, item: Clip | Caption, span: Span | None) -> bool:
        if span is None:
            return True
        first, last = self._stretch(item)
        return first < span[1] and last > span[0] or first <= span[0] == span[1] < last

    def _stretch(self, item: Clip | Caption) -> Span:
        """When it shows: dissolves show a clip a little before and after its own time."""
        first, last = item.start, item.end
        for dissolve in self.project.children(item.parent or "", Transition):
            first = min(first, item.start - dissolve.in_offset) if dissolve.after == item.id else first
            last = max(last, item.end + dissolve.out_offset) if dissolve.before == item.id else last
        return first, last

    def _scope_of(self, item: Record, embed: Embed, scope: Scope) -> Scope:
        """Of a linked document: its page, and its stretch where that can be told and counts."""
        linked = self.project.get(embed.document)
        part = embed.part
        if part is None and isinstance(linked, VectorDocument):
            part = next((page.id for page in self.project.children(embed.document, Page)), None)
        if not isinstance(linked, VideoDocument):
            return Scope(part, None, scope.heard)
        span = (embed.time, embed.time) if embed.time is not None else None
        if isinstance(item, Clip) and span is None:
            begin, end = self._stretch(item)
            first, last = scope.span or (begin, end)
            times = (item.source_time(max(first, begin)), item.source_time(max(min(last, end), begin)))
            span = (min(times), max(times))
        return Scope(part, span, scope.heard)


def _references(item: Record) -> Iterator[str]:
    for name in _naming_fields(type(item)):
        yield from _texts(getattr(item, name))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _texts(getattr(value, name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


@cache
def _naming_fields(cls: type[Record]) -> tuple[str, ...]:
    """The fields of a record class in which other records may be named: paths by the thousand points need no walk."""
    fields = (item for item in msgspec.structs.fields(cls) if item.name not in ("id", "parent", "order"))
    return tuple(item.name for item in fields if _names_records(item.type, set()))


def _names_records(kind: object, seen: set[object]) -> bool:
    if kind == RecordId:
        return True
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if kind in seen:
            return False
        seen.add(kind)
        return any(_names_records(item.type, seen) for item in msgspec.structs.fields(kind))
    return any(_names_records(part, seen) for part in getattr(kind, "__args__", ()))
