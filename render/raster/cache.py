"""Drawn tiles by the key of their content, within a budget of bytes, longest unused out first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]


class TileCache:
    """Arrays are read-only once they are in. Safe from many threads; work for one key is done by one of them."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.size = 0
        self._arrays: OrderedDict[Hashable, Array] = OrderedDict()
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, threading.Event | None] = {}

    def get(self, key: Hashable) -> Array | None:
        with self._lock:
            found = self._arrays.get(key)
            if found is not None:
                self._arrays.move_to_end(key)
            return found

    def put(self, key: Hashable, array: Array) -> None:
        """Keep an array that nobody writes to any more."""
        array.flags.writeable = False
        with self._lock:
            old = self._arrays.pop(key, None)
            self.size += array.nbytes - (0 if old is None else old.nbytes)
            self._arrays[key] = array
            while self.size > self.budget and len(self._arrays) > 1:
                _, dropped = self._arrays.popitem(last=False)
                self.size -= dropped.nbytes

    def once(self, key: Hashable, make: Callable[[], Array]) -> Array:
        """The array of a key, made if it is not there; a thread that wants it while another makes it waits."""
        while True:
            with self._lock:
                found = self._arrays.get(key)
                if found is not None:
                    self._arrays.move_to_end(key)
                    return found
                other = self._joined(key)
            if other is None:
                return self._made(key, make)
            other.wait()

    def _joined(self, key: Hashable) -> threading.Event | None:
        """What to wait for if another thread makes this key; else note that this one does. The lock must be held.

        The event is made by the first who waits: hardly anybody does, and events are dear.
        """
        if key not in self._under_way:
            self._under_way[key] = None
            return None
        event = self._under_way[key]
        if event is None:
            event = self._under_way[key] = threading.Event()
        return event

    def _made(self, key: Hashable, make: Callable[[], Array]) -> Array:
        try:
            made = make()
            self.put(key, made)
            return made
        finally:
            with self._lock:
                event = self._under_way.pop(key)
            if event is not None:
                event.set()

    def clear(self) -> None:
        with self._lock:
            self._arrays.clear()
            self.size = 0
