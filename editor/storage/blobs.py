"""Blobs in the project file: immutable bytes, compressed when it pays, checked against their name on every read.

A blob that was put waits in memory until an edit that names it is committed, in the same transaction. When many wait,
as in a large import, the oldest move to a temporary file, already compressed, so that memory stays bounded and the
project holds no bytes that nothing names; but for large ones that were prepared, which are written ahead, and which
compacting takes away again when no edit followed.
"""

import sqlite3
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import IO

import zstandard

from editor.base.errors import ExpectedError
from editor.document.journal import BlobDamaged, BlobMissing, blob_name
from editor.storage.store import Store

PENDING_BYTES = 64 << 20
CACHE_BYTES = 64 << 20
LARGEST_BLOB = 1 << 30
WRITTEN_AHEAD = 1 << 20
"""Bytes; less than that is written in no time by the edit itself."""
BATCH = 4 << 20
PROBE_BYTES = 32 << 10
PAYS = 0.9
PLAIN, ZSTD = 0, 1
PUT_BLOB = "INSERT OR IGNORE INTO blob (name, codec, size, data) VALUES (?, ?, ?, ?)"

Packed = tuple[int, int, bytes]
"""Codec, size when unpacked, stored bytes."""


def pack(data: bytes) -> Packed:
    """Compress when a first piece shrinks by a tenth; noise and compressed media stay as they are."""
    compressor = zstandard.ZstdCompressor(level=1)
    if len(data) < 64 or len(compressor.compress(data[:PROBE_BYTES])) > min(len(data), PROBE_BYTES) * PAYS:
        return PLAIN, len(data), data
    packed = compressor.compress(data)
    return (ZSTD, len(data), packed) if len(packed) < len(data) * PAYS else (PLAIN, len(data), data)


def unpack(name: str, codec: object, size: object, data: object) -> bytes:
    """The bytes of a blob row. Raises BlobDamaged unless they are exactly those that the name stands for."""
    if not isinstance(data, bytes) or not isinstance(size, int) or not 0 <= size <= LARGEST_BLOB:
        raise BlobDamaged(name)
    if codec == ZSTD:
        try:
            if zstandard.frame_content_size(data) != size:
                raise BlobDamaged(name)
            data = zstandard.ZstdDecompressor().decompress(data)
        except zstandard.ZstdError as error:
            raise BlobDamaged(name) from error
    elif codec != PLAIN:
        raise BlobDamaged(name)
    if len(data) != size or blob_name(data) != name:
        raise BlobDamaged(name)
    return data


class FileBlobs:
    """The `BlobStore` of a project file. Safe from every thread; `memory` and `cache` are budgets in bytes."""

    def __init__(self, store: Store, memory: int = PENDING_BYTES, cache: int = CACHE_BYTES) -> None:
        self._store = store
        self._memory = memory
        self._cache_budget = cache
        self._lock = threading.Lock()
        self._pending: OrderedDict[str, bytes] = OrderedDict()
        self._pending_bytes = 0
        self._packed: dict[str, Packed] = {}
        self.put_again: set[str] = set()  # names that an edit may be about to use: no garbage, whatever names them
        self._spilled: dict[str, tuple[int, int, int, int]] = {}
        self._spill: IO[bytes] | None = None
        self._spill_end = 0
        self._cache: OrderedDict[str, bytes] = OrderedDict()
        self._cache_bytes = 0

    def put(self, data: bytes, name: str | None = None) -> str:
        name = name or blob_name(data)
        if name in self:
            self.put_again.add(name)
        else:
            with self._lock:
                if name not in self._pending and name not in self._spilled:  # another thread may have put it meanwhile
                    self._pending[name] = bytes(data)
                    self._pending_bytes += len(data)
            self._spill_what_is_too_much()
        return name

    def get(self, name: str) -> bytes:
        """Raises BlobMissing (a KeyError) when there is none, BlobDamaged when its bytes are not what they were."""
        with self._lock:
            found = self._pending.get(name)
            if found is None:
                found = self._cached(name)
            if found is None and name in self._spilled:
                found = unpack(name, *self._read_spilled(name))
        if found is None:
            found = self._load(name)
            with self._lock:
                self._remember(name, found)
        return found

    def __contains__(self, name: object) -> bool:
        with self._lock:
            if name in self._pending or name in self._cache or name in self._spilled:
                return True
        question = "SELECT 1 FROM blob WHERE name = ?"
        return self._store.read(lambda connection: connection.execute(question, (name,)).fetchone()) is not None

    def discard(self, name: str) -> None:
        with self._lock:
            self._spilled.pop(name, None)
            self._packed.pop(name, None)
            data = self._pending.pop(name, None)
            if data is not None:
                self._pending_bytes -= len(data)

    def prepare(self) -> None:
        """Compress what waits, and write it ahead when it is much, so that the commit, which holds up the window, need
        not."""
        with self._lock:
            waiting = [(name, data) for name, data in self._pending.items() if name not in self._packed]
            names = [*self._spilled, *self._pending]
        for name, data in waiting:
            packed = pack(data)
            with self._lock:
                if self._pending.get(name) is not data:
                    continue
                self._packed[name] = packed
        with suppress(ExpectedError):  # the edit will say what is wrong with the disk
            self._write_ahead(names)

    def _write_ahead(self, names: list[str]) -> None:
        """Some at a time: an edit that comes between waits for no more than that."""
        with self._lock:
            sizes = {name: len(self._packed[name][2]) for name in names if name in self._packed}
            sizes |= {name: place[3] for name, place in self._spilled.items() if name in names}
        if sum(sizes.values()) < WRITTEN_AHEAD:
            return
        self.put_again.update(sizes)
        left = list(sizes)
        while left:
            count = 1
            while count < len(left) and sum(sizes[name] for name in left[: count + 1]) <= BATCH:
                count += 1
            waiting, left = self.waiting(left[:count]), left[count:]
            self._store.write(partial(self.insert, waiting=waiting))
            self.stored(waiting)

    def names(self) -> list[str]:
        """Every stored name; what is still waiting for a commit is not among them."""
        return [row[0] for row in self._store.read(lambda c: c.execute("SELECT name FROM blob").fetchall())]

    # What waits for a commit

    def waiting(self, names: Iterable[str]) -> dict[str, Packed | None]:
        """Those of `names` that wait, packed; None stands for one that lies packed in the temporary file."""
        with self._lock:
            held = {name: self._pending.get(name) for name in names if name in self._pending or name in self._spilled}
            packed = {name: self._packed[name] for name in held if name in self._packed}
        return {name: None if data is None else packed.get(name) or pack(data) for name, data in held.items()}

    def insert(self, connection: sqlite3.Connection, waiting: dict[str, Packed | None]) -> None:
        """Store what `waiting` gave, inside the caller's transaction; one blob at a time is in memory."""
        for name, packed in waiting.items():
            if packed is None:
                with self._lock:
                    packed = self._read_spilled(name)
            connection.execute(PUT_BLOB, (name, *packed))

    def stored(self, names: Iterable[str]) -> None:
        """The transaction that inserted these is committed."""
        with self._lock:
            for name in names:
                data = self._pending.pop(name, None)
                self._spilled.pop(name, None)
                self._packed.pop(name, None)
                if data is not None:
                    self._pending_bytes -= len(data)
                    self._remember(name, data)
            if not self._spilled and self._spill is not None:
                self._spill.seek(0)
                self._spill.truncate()
                self._spill_end = 0

    def close(self) -> None:
        with self._lock:
            if self._spill is not None:
                self._spill.close()
                self._spill = None

    def forget_cache(self) -> None:
        """Drop what was read before: the file may have changed under it."""
        with self._lock:
            self._cache.clear()
            self._cache_bytes = 0

    def _spill_what_is_too_much(self) -> None:
        while self._pending_bytes > self._memory:
            with self._lock:
                name, data = next(iter(self._pending.items()))
            packed = pack(data)
            with self._lock:
                if self._pending.get(name) is not data:
                    continue
                self._write_spilled(name, packed)
                del self._pending[name]
                self._packed.pop(name, None)
                self._pending_bytes -= len(data)

    def _write_spilled(self, name: str, packed: Packed) -> None:
        if self._spill is None:
            self._spill = tempfile.TemporaryFile(prefix="atelier-blobs-")  # noqa: SIM115 - closed by `close`
        codec, size, data = packed
        self._spill.seek(self._spill_end)
        self._spill.write(data)
        self._spilled[name] = (codec, size, self._spill_end, len(data))
        self._spill_end += len(data)

    def _read_spilled(self, name: str) -> Packed:
        codec, size, start, length = self._spilled[name]
        if self._spill is None:
            raise BlobMissing(name)
        self._spill.seek(start)
        return codec, size, self._spill.read(length)

    def _load(self, name: str) -> bytes:
        question = "SELECT codec, size, data FROM blob WHERE name = ?"
        try:
            with self._store.readers.lend() as connection:
                row = connection.execute(question, (name,)).fetchone()
        except sqlite3.Error as error:
            raise BlobDamaged(name) from error
        if row is None:
            raise BlobMissing(name)
        return unpack(name, *row)

    # The cache, under the lock

    def _cached(self, name: str) -> bytes | None:
        found = self._cache.get(name)
        if found is not None:
            self._cache.move_to_end(name)
        return found

    def _remember(self, name: str, data: bytes) -> None:
        if name in self._cache or len(data) > self._cache_budget:
            return
        self._cache[name] = data
        self._cache_bytes += len(data)
        while self._cache_bytes > self._cache_budget:
            _, dropped = self._cache.popitem(last=False)
            self._cache_bytes -= len(dropped)
