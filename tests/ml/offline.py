"""Watches for anything that reaches for a network, however deep in a library it does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

EVENTS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"}
_watching: list[list[str]] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching or event not in EVENTS:
        return
    place = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[0]
    if isinstance(place, str) and event == "socket.connect":
        return  # a socket of this machine's own file system
    for seen in _watching:
        seen.append(f"{event} {place}")


sys.addaudithook(_hook)


@contextmanager
def network_watched() -> Iterator[list[str]]:
    """What reached for a network meanwhile, on any thread of this process."""
    seen: list[str] = []
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)
