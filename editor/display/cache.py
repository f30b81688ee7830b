"""A cache of arrays by content key, bounded in bytes, oldest use out first. Safe to use from many threads."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

from numpy.typing import NDArray


class PixelCache:
    """`budget` is in bytes. An array larger than a quarter of it is not kept: it would push out everything else."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.hits = 0
        self.misses = 0
        self._size = 0
        self._arrays: OrderedDict[Hashable, NDArray[Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> NDArray[Any] | None:
        with self._lock:
            found = self._arrays.get(key)
            if found is None:
                self.misses += 1
            else:
                self.hits += 1
                self._arrays.move_to_end(key)
            return found

    def put(self, key: Hashable, array: NDArray[Any]) -> None:
        """Keep an array; it must not be written to any more, so it is marked read-only."""
        array.flags.writeable = False
        if array.nbytes * 4 > self.budget:
            return
        with self._lock:
            old = self._arrays.pop(key, None)
            self._size += array.nbytes - (0 if old is None else old.nbytes)
            self._arrays[key] = array
            while self._size > self.budget:
                _, dropped = self._arrays.popitem(last=False)
                self._size -= dropped.nbytes

    def clear(self) -> None:
        with self._lock:
            self._arrays.clear()
            self._size = 0
