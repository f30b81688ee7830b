"""Short answers of a server as bytes, and how long a file of it is: with the same care as for a whole download."""

from __future__ import annotations

import time
from collections.abc import Callable

from ml.catalogue.transfer import Cut, Refused, ServerError, Transfer, Unreachable, anywhere
from ml.progress import SILENT, Progress

SECONDS = 60.0
"""Whoever sends so little for so long is not waited for."""


class _Until:
    """A progress that also stops when time is up."""

    def __init__(self, progress: Progress, end: float, told: ServerError) -> None:
        self._progress, self._end, self._told = progress, end, told

    def __call__(self, share: float, text: str = "") -> None:
        self._progress(share, text)

    def check(self) -> None:
        self._progress.check()
        if time.monotonic() > self._end:
            raise self._told

    def part(self, start: float, end: float) -> _Until:
        return _Until(self._progress.part(start, end), self._end, self._told)


def read_answer(
    address: str, most: int, allows: Callable[[str], bool] = anywhere, progress: Progress = SILENT,
    seconds: float = SECONDS,
) -> bytes:
    """What an address says, up to `most` bytes. Raises ServerError, and what `progress` raises."""
    transfer = Transfer(address, allows=allows)
    waiting = _until(transfer, progress, seconds)
    pieces: list[bytes] = []
    read = 0
    try:
        transfer.open(0, waiting)
        if transfer.length > most:
            raise _too_long(transfer, most)
        for block in transfer.blocks(waiting):
            read += len(block)
            if read > most:
                raise _too_long(transfer, most)
            pieces.append(block)
        if read < transfer.length:
            raise transfer.cut_off()
    except (Refused, Cut, Unreachable) as error:
        raise error.told from error
    finally:
        transfer.close()
    return b"".join(pieces)


def length_of(
    address: str, allows: Callable[[str], bool] = anywhere, progress: Progress = SILENT, seconds: float = SECONDS
) -> int:
    """How many bytes a file has by what its server says, 0 if it does not say. Only the head of it is asked for."""
    transfer = Transfer(address, allows=allows, method="HEAD")
    try:
        transfer.open(0, _until(transfer, progress, seconds))
    except (Refused, Cut, Unreachable) as error:
        raise error.told from error
    finally:
        transfer.close()
    return transfer.length


def _until(transfer: Transfer, progress: Progress, seconds: float) -> _Until:
    told = ServerError(
        "The server {server} takes too long to answer.", "Try again later.", server=transfer.server
    )
    return _Until(progress, time.monotonic() + seconds, told)


def _too_long(transfer: Transfer, most: int) -> ServerError:
    return ServerError(
        "The server {server} sends a longer answer than can be right: more than {most} MB.", "Try again later.",
        server=transfer.server, most=max(most >> 20, 1),
    )
