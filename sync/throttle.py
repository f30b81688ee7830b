"""How fast bytes may go, all transfers together, and how a transfer learns that it should stop."""

import threading
import time
from collections.abc import Callable
from typing import IO

Check = Callable[[], object]
"""Called often; what it raises stops the work."""


class Throttle:
    """A bucket of tokens: `rate` bytes a second (0: no limit), a quarter of a second's worth in one go."""

    def __init__(
        self, rate: int = 0, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self.rate = rate
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._free_at = clock()

    def wait(self, count: int, check: Check) -> None:
        """Return when so many bytes may go. `check` is called while waiting, and may raise."""
        if not self.rate:
            check()
            return
        with self._lock:
            now = self._clock()
            begin = max(self._free_at, now - 0.25)
            self._free_at = begin + count / self.rate
            ready = self._free_at
        while (left := ready - self._clock()) > 0:
            check()
            self._sleep(min(left, 0.1))
        check()


class Slice:
    """The body of one request as a file: throttled, and stopped when asked. It can be rewound and sent again."""

    def __init__(self, file: IO[bytes], size: int, throttle: Throttle, check: Check) -> None:
        self._file, self._size, self._throttle, self._check = file, size, throttle, check
        self.seek, self.tell = file.seek, file.tell

    def __len__(self) -> int:
        return self._size

    def read(self, count: int = -1) -> bytes:
        data = self._file.read(count)
        self._throttle.wait(len(data), self._check)
        return data
