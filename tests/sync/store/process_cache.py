"""A cache for the store's proxy that lives in its process: what memcached would do on a real installation.

Runs inside Swift's own environment, as a filter of its pipeline; nothing of the studio imports it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


class ProcessCache:
    """The few verbs that Swift asks of memcached."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, Any]] = {}

    def get(self, key: str, raise_on_error: bool = False) -> Any:
        ends, value = self._kept.get(key, (0.0, None))
        return value if ends > time.time() else None

    def set(
        self, key: str, value: Any, serialize: bool = True, time: float = 0, min_compress_len: int = 0,
        raise_on_error: bool = False,
    ) -> None:  # fmt: skip
        self._kept[key] = (_now() + (time or 86_400), value)

    def incr(self, key: str, delta: int = 1, time: float = 0) -> int:
        value: int = (self.get(key) or 0) + delta
        self.set(key, value, time=time)
        return value

    def decr(self, key: str, delta: int = 1, time: float = 0) -> int:
        return self.incr(key, -delta, time)

    def delete(self, key: str, server_key: str | None = None) -> None:
        self._kept.pop(key, None)

    def set_multi(self, values: dict[str, Any], server_key: str, time: float = 0, **others: Any) -> None:
        for key, value in values.items():
            self.set(key, value, time=time)

    def get_multi(self, keys: list[str], server_key: str) -> list[Any]:
        return [self.get(key) for key in keys]


def _now() -> float:
    return time.time()


def filter_factory(settings: dict[str, str], **local: str) -> Callable[[Any], Any]:
    """As PasteDeploy wants it."""
    cache = ProcessCache()

    def put_before(application: Any) -> Any:
        def answer(environment: dict[str, Any], start_response: Any) -> Any:
            environment["swift.cache"] = cache
            return application(environment, start_response)

        return answer

    return put_before
