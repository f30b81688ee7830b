"""Memory that two processes share, without a name on the disk and without a size limit of its own.

`multiprocessing.shared_memory` lies in /dev/shm, which containers keep at 64 MB and whose overflow kills the writer;
an anonymous file does not. It reaches the other process as a handle over the pipe. Windows has named mappings for it.
"""

from __future__ import annotations

import mmap
import os
import secrets
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 64


class ArrayPlace(msgspec.Struct, frozen=True, array_like=True):
    """Where an array lies in a segment."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int


class Segment:
    """A piece of shared memory; made by one side, opened by the other from what `send` gave it."""

    def __init__(self, size: int, map_: mmap.mmap, handle: int = -1, tag: str = "") -> None:
        self.size = size
        self.tag = tag
        self._map = map_
        self._handle = handle

    @classmethod
    def create(cls, size: int) -> Segment:
        """Raises MemoryError or OSError when there is no room."""
        if sys.platform == "win32":
            tag = f"atelier-{os.getpid()}-{secrets.token_hex(8)}"
            return cls(size, mmap.mmap(-1, size, tagname=tag), tag=tag)
        handle = _anonymous_file()
        try:
            os.ftruncate(handle, size)
            return cls(size, mmap.mmap(handle, size), handle)
        except BaseException:
            os.close(handle)
            raise

    def send(self, connection: Connection, process: int) -> None:
        """Hand it to the process at the other end, which must call `receive` next."""
        if sys.platform != "win32":
            from multiprocessing.reduction import send_handle

            send_handle(connection, self._handle, process)

    @classmethod
    def receive(cls, connection: Connection, size: int, tag: str) -> Segment:
        if sys.platform == "win32":
            return cls(size, mmap.mmap(-1, size, tagname=tag), tag=tag)
        from multiprocessing.reduction import recv_handle

        handle = recv_handle(connection)
        try:
            return cls(size, mmap.mmap(handle, size))
        finally:
            os.close(handle)

    def view(self, place: ArrayPlace) -> NDArray[Any]:
        """The array at a place, not copied; it must be let go before `close`."""
        count = int(np.prod(place.shape, dtype=np.int64))
        return np.frombuffer(self._map, place.dtype, count, place.offset).reshape(place.shape)

    def write(self, places: tuple[ArrayPlace, ...], arrays: Mapping[str, NDArray[Any]]) -> None:
        for place in places:
            np.copyto(self.view(place), arrays[place.name], casting="no")

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        with suppress(BufferError):  # an array still looks at it: it goes with the array
            self._map.close()


def places_for(arrays: Mapping[str, NDArray[Any]]) -> tuple[tuple[ArrayPlace, ...], int]:
    """Where arrays go in a segment, and how large it must be."""
    places, offset = [], 0
    for name, array in arrays.items():
        places.append(ArrayPlace(name, array.dtype.str, array.shape, offset))
        offset += -(-array.nbytes // ALIGNMENT) * ALIGNMENT
    return tuple(places), max(offset, ALIGNMENT)


def _anonymous_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("atelier-models")
    with tempfile.TemporaryFile() as stream:
        return os.dup(stream.fileno())
