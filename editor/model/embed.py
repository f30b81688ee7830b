"""A live link: any document standing inside another one.

An `Embed` is a value, carried by a field of the record that shows it (a raster layer, a shape, a clip, a texture), so
that every family links by the same mechanism. Cycles are refused when a transaction closes.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import msgspec

from editor.model.record import Record, walk_values
from editor.model.values import RecordId


class Embed(msgspec.Struct, frozen=True, kw_only=True, tag="embed"):
    """Which document to draw: `part` is a page or a camera (None: the first), `time` is in seconds."""

    document: RecordId
    part: str | None = None
    time: Fraction | None = None


def embeds_of(item: Record) -> Iterator[Embed]:
    """Every live link that a record carries."""
    if _may_embed(type(item)):
        for value in walk_values(item):
            if isinstance(value, Embed):
                yield value


@cache
def _may_embed(cls: type[Record]) -> bool:
    """Whether any field of a record class can hold an Embed: tiles and shapes by the thousand need no walk."""
    return any(_names_embed(field.type, set()) for field in msgspec.structs.fields(cls))


def _names_embed(kind: object, seen: set[object]) -> bool:
    if kind is Embed:
        return True
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if kind in seen:
            return False
        seen.add(kind)
        return any(_names_embed(field.type, seen) for field in msgspec.structs.fields(kind))
    return any(_names_embed(part, seen) for part in getattr(kind, "__args__", ()))
