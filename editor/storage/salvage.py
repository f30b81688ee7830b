"""Rows from the raw pages of a project file, without its indexes, for when SQLite itself cannot read it any more.

The format is SQLite's own (sqlite.org/fileformat2.html): a leaf page of a table begins with 0x0D and lists the places
of its cells; a cell is payload length, rowid, and the payload, which may go on in a chain of overflow pages; a payload
is a header of serial types followed by the values. Rows of our tables prove themselves by checksum or hash, so a row
that was read wrongly is never taken for a right one.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

LEAF = 0x0D
FREELIST_TRUNK = 32
LARGEST_PAYLOAD = 1 << 30
FIXED_SIZES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}


class RawRow(NamedTuple):
    """One row as it stands on a page; `stale` when the page is on the list of free ones."""

    rowid: int
    values: tuple[Any, ...]
    stale: bool


class BadCell(Exception):
    """This cell is no whole row."""


def read_rows(path: Path, page_size: int) -> Iterator[RawRow]:
    """Every whole row on any leaf page of any table."""
    pages = Pages(path.read_bytes() if path.stat().st_size < LARGEST_PAYLOAD else _mapped(path), page_size)
    free = pages.free_pages()
    for number in range(1, pages.count + 1):
        pages.begin_leaf()
        for cell in pages.cells(number):
            try:
                rowid, payload = pages.payload(number, cell)
                yield RawRow(rowid, tuple(decode_payload(payload)), number in free)
            except (BadCell, IndexError, struct.error, UnicodeDecodeError):
                continue


def _mapped(path: Path) -> Any:
    """Large files are not read into memory at once."""
    import mmap

    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class Pages:
    """The file as numbered pages (from 1), with nothing in it trusted."""

    def __init__(self, data: Any, page_size: int) -> None:
        self._data = data
        self._size = page_size
        self._budget = 0
        self.count = len(data) // page_size

    def begin_leaf(self) -> None:
        """The rows of one page cannot together be larger than the file: damage must not cost time without end."""
        self._budget = len(self._data) + self._size

    def page(self, number: int) -> bytes:
        if not 1 <= number <= self.count:
            raise BadCell
        return bytes(self._data[(number - 1) * self._size : number * self._size])

    def free_pages(self) -> set[int]:
        """The pages on the free list as far as it can be followed."""
        free: set[int] = set()
        trunk = struct.unpack_from(">I", self._data, FREELIST_TRUNK)[0] if self.count else 0
        while 1 < trunk <= self.count and trunk not in free:
            free.add(trunk)
            page = self.page(trunk)
            trunk, leaves = struct.unpack_from(">II", page)
            leaves = min(leaves, self._size // 4 - 2)
            free.update(struct.unpack_from(f">{leaves}I", page, 8))
        return free

    def cells(self, number: int) -> list[int]:
        """Where the cells of a table's leaf page begin; empty for every other page."""
        start = 100 if number == 1 else 0
        page = self.page(number)
        if page[start] != LEAF:
            return []
        count = struct.unpack_from(">H", page, start + 3)[0]
        count = min(count, (self._size - start - 8) // 2)
        return [place for place in struct.unpack_from(f">{count}H", page, start + 8) if place > start]

    def payload(self, number: int, cell: int) -> tuple[int, bytes]:
        """(rowid, payload) of a cell, its overflow pages included."""
        page = self.page(number)
        length, after = varint(page, cell)
        rowid, after = varint(page, after)
        if not 0 < length <= min(LARGEST_PAYLOAD, len(self._data)):
            raise BadCell
        self._budget -= length
        if self._budget < 0:
            raise BadCell
        most = self._size - 35
        if length <= most:
            return rowid, self._exactly(page[after : after + length], length)
        least = (self._size - 12) * 32 // 255 - 23
        here = least + (length - least) % (self._size - 4)
        here = here if here <= most else least
        parts = [page[after : after + here]]
        following = struct.unpack_from(">I", page, after + here)[0]
        left = length - here
        while left > 0:
            page = self.page(following)
            following = struct.unpack_from(">I", page)[0]
            parts.append(page[4 : 4 + left])
            left -= self._size - 4
        return rowid, self._exactly(b"".join(parts), length)

    @staticmethod
    def _exactly(data: bytes, length: int) -> bytes:
        if len(data) != length:
            raise BadCell
        return data


def varint(data: bytes, place: int) -> tuple[int, int]:
    """A big-endian number of 1 to 9 bytes, 7 bits in each but the ninth; returns it and the place after it."""
    value = 0
    for index in range(8):
        byte = data[place + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + index + 1
    value = value << 8 | data[place + 8]
    return value - (1 << 64) if value >> 63 else value, place + 9


def decode_payload(payload: bytes) -> Iterator[Any]:
    """The values of a row: None, int, float, str or bytes."""
    header_end, place = varint(payload, 0)
    body = header_end
    if not 0 < header_end <= len(payload):
        raise BadCell
    while place < header_end:
        kind, place = varint(payload, place)
        size = FIXED_SIZES.get(kind, -1) if kind < 12 else (kind - 12) // 2
        if size < 0 or body + size > len(payload):
            raise BadCell
        yield _value(kind, payload[body : body + size])
        body += size


def _value(kind: int, data: bytes) -> Any:
    if kind == 0:
        return None
    if kind in (8, 9):
        return kind - 8
    if kind == 7:
        return struct.unpack(">d", data)[0]
    if kind < 7:
        return int.from_bytes(data, "big", signed=True)
    return data.decode() if kind % 2 else data
