"""The one door through which catalogues are asked: agreed hosts, short answers, and a sentence for every failure."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.workflows.catalogues.reading import host_of, may_be_asked
from ml.catalogue.answers import length_of, read_answer
from ml.catalogue.transfer import ServerError
from ml.errors import ModelError

BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, NOT_ALLOWED, GONE, TOO_MANY = 400, 401, 403, 404, 405, 410, 429
SERVER_FAILED, NOT_IMPLEMENTED = 500, 501
LARGEST_ANSWER = 6 << 20
KEPT_SECONDS = 900.0
KEPT_BYTES = 64 << 20
Clock = Callable[[], float]


class TooOften(ExpectedError):
    """A server asks for a pause of `wait` seconds, 0 where it does not say how long."""

    wait = 0


class Memory:
    """Answers that will do again for a while: lists are not fetched anew with every letter that is typed."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def get(self, address: str) -> bytes | None:
        with self._lock:
            made, data = self._answers.get(address, (0.0, b""))
            return data if data and self._clock() - made < KEPT_SECONDS else None

    def put(self, address: str, data: bytes) -> None:
        with self._lock:
            self._answers.pop(address, None)
            self._answers[address] = (self._clock(), data)
            while sum(len(one) for _, one in self._answers.values()) > KEPT_BYTES:
                self._answers.popitem(last=False)


class Asking:
    """Asks the hosts that were agreed to, and no others; `progress` may stop it."""

    def __init__(self, hosts: Iterable[str], memory: Memory, progress: Progress | None = None) -> None:
        self.hosts = frozenset(hosts)
        self._memory = memory
        self._progress = progress or Progress()

    def __call__(self, address: str, most: int = LARGEST_ANSWER, keep: bool = False) -> bytes:
        """Raises ExpectedError, or Cancelled."""
        self.check(address)
        known = self._memory.get(address) if keep else None
        if known is not None:
            return known
        try:
            data = read_answer(address, most, self.allows, self._progress)
        except ModelError as error:
            raise in_plain_words(error, host_of(address)) from error
        if keep:
            self._memory.put(address, data)
        return data

    def length(self, address: str) -> int:
        """Bytes of a file, 0 where its server does not say; some refuse to be asked that."""
        self.check(address)
        try:
            return length_of(address, self.allows, self._progress)
        except ServerError as error:
            if error.status in (NOT_ALLOWED, FORBIDDEN, NOT_IMPLEMENTED):
                return 0
            raise in_plain_words(error, host_of(address)) from error

    def allows(self, address: str) -> bool:
        return may_be_asked(address, self.hosts)

    def check(self, address: str) -> None:
        """Raises ExpectedError for an address that nobody agreed to."""
        if not self.allows(address):
            raise ExpectedError(
                tr("The catalogue points to {host}, which was not agreed to.", host=host_of(address) or address[:60]),
                tr("Nothing was asked of it."),
            )


def in_plain_words(error: ModelError, host: str) -> ExpectedError:
    """What went wrong with a server, and what a person can do."""
    if not isinstance(error, ServerError):
        return ExpectedError(tr(error.sentence, **error.values), tr(error.remedy, **error.values))
    status = error.status
    if status == TOO_MANY:
        wait = tr("Try again in {seconds} s.", seconds=error.wait) if error.wait else tr("Try again later.")
        told = TooOften(tr("{host} asks for a pause: it was asked too often.", host=host), wait)
        told.wait = int(error.wait or 0)
        return told
    if status in (UNAUTHORIZED, FORBIDDEN):
        return ExpectedError(tr("{host} does not let this program in.", host=host), tr("Try again later."))
    if status in (NOT_FOUND, GONE):
        return ExpectedError(tr("{host} does not have this any more.", host=host), tr("Search again."))
    if status >= SERVER_FAILED:
        return ExpectedError(tr("{host} is out of order at the moment.", host=host), tr("Try again later."))
    if status == BAD_REQUEST:
        return ExpectedError(tr("{host} does not understand this search.", host=host), tr("Try other words."))
    return ExpectedError(tr(error.sentence, **error.values), tr("Try again later."))
