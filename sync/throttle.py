"""How fast bytes may go, all transfers of one push or pull together, and how they learn that they should stop."""

import io
import threading
import time
from collections.abc import Callable


class Throttle:
    """A bucket of tokens: `rate` bytes a second (0: no limit), a quarter of a second's worth in one go. What `check`
    raises stops the transfer."""

    def __init__(self, rate: int, check: Callable[[], object]) -> None:
        self.rate, self.check = rate, check
        self._lock, self._free_at = threading.Lock(), time.monotonic()

    def wait(self, count: int) -> None:
        """Return when so many bytes may go."""
        ready = 0.0
        if self.rate:
            with self._lock:
                ready = self._free_at = max(self._free_at, time.monotonic() - 0.25) + count / self.rate
        self.check()
        while self.rate and (left := ready - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))
            self.check()


class Body(io.BytesIO):
    """What one request sends, throttled. It can be rewound and sent again."""

    def __init__(self, data: bytes, throttle: Throttle) -> None:
        super().__init__(data)
        self._size, self._throttle = len(data), throttle

    def __len__(self) -> int:
        return self._size

    def read(self, count: int | None = -1) -> bytes:
        data = super().read(count)
        self._throttle.wait(len(data))
        return data
