"""A Change says what an edit did, as pairs of before and after. Undo is its inverse; there is no other undo."""

from collections.abc import Iterable, Mapping

import msgspec
import zstandard

from editor.model.record import Record, decode, encode, kind_of, version_of

Entry = tuple[Record | None, Record | None]
COMPRESS_FROM = 4096
LARGEST = 1 << 30


class Change(msgspec.Struct, frozen=True):
    """`entries[id]` is (before, after); None stands for a record that does not exist on that side."""

    entries: Mapping[str, Entry]

    def inverse(self) -> "Change":
        return Change({key: (after, before) for key, (before, after) in self.entries.items()})

    def __bool__(self) -> bool:
        return bool(self.entries)


def between(before: Mapping[str, Record | None], records: Mapping[str, Record]) -> Change:
    """What happened to the records named in `before`, leaving out those that ended as they began."""
    entries: dict[str, Entry] = {}
    for key, old in before.items():
        new = records.get(key)
        if new is not old and new != old:
            entries[key] = (old, new)
    return Change(entries)


def compose(changes: Iterable[Change]) -> Change:
    """One change with the effect of several in a row."""
    entries: dict[str, Entry] = {}
    for change in changes:
        for key, (before, after) in change.entries.items():
            first = entries[key][0] if key in entries else before
            entries[key] = (first, after)
    return Change({key: pair for key, pair in entries.items() if pair[0] != pair[1]})


def to_bytes(change: Change) -> bytes:
    """The change as msgpack of [id, before, after] with [kind, version, JSON] on each side; zstd when large."""
    rows = [
        (key, *(None if side is None else (kind_of(side), version_of(side), encode(side)) for side in pair))
        for key, pair in change.entries.items()
    ]
    plain = msgspec.msgpack.encode(rows)
    return b"z" + zstandard.compress(plain, 3) if len(plain) >= COMPRESS_FROM else b"p" + plain


def unpack(data: bytes) -> bytes:
    """The msgpack inside; raises zstandard.ZstdError for damage and for what would fill the memory."""
    if data[:1] != b"z":
        return data[1:]
    if zstandard.frame_content_size(data[1:]) > LARGEST:
        raise zstandard.ZstdError("the change is larger than any edit")
    return zstandard.decompress(data[1:])


def from_bytes(data: bytes) -> Change:
    """The inverse of `to_bytes`; raises ValueError when the bytes are damaged."""
    try:
        plain = unpack(data)
        rows = msgspec.msgpack.decode(plain)
        return Change({key: (_side(before), _side(after)) for key, before, after in rows})
    except (zstandard.ZstdError, msgspec.MsgspecError, TypeError) as error:
        raise ValueError(f"a stored change is damaged: {error}") from error


def _side(row: tuple[str, int, bytes] | None) -> Record | None:
    return None if row is None else decode(*row)
