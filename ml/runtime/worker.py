"""The worker process: holds the models, runs them, and ends as soon as whoever started it has."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection

import msgspec

from ml.runtime.memory import own_memory, says_no_room
from ml.runtime.messages import (
    ENCODER,
    REQUESTS,
    Describe,
    Described,
    Done,
    Failed,
    Forget,
    PortFacts,
    Reply,
    Run,
    Setup,
)
from ml.runtime.segment import Segment, places_for
from ml.runtime.sessions import LONGEST, Failure, Sessions

TYPES = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(double)": "float64"}
KEPT_SEGMENT = 256 << 20
"""A larger segment for results is kept for results as large only; smaller ones get a smaller one in its place."""


def serve(connection: Connection, lifeline: Connection, setup: bytes) -> None:
    """Answer requests until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to handle
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    worker = Worker(connection, msgspec.msgpack.decode(setup, type=Setup))
    while True:
        try:
            worker.answer(connection.recv_bytes())
        except (EOFError, OSError):
            return


def _end_with_parent(lifeline: Connection) -> None:
    """Nothing ever comes: it ends when the parent does, even in the middle of a long run."""
    with contextlib.suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os._exit(0)


class Worker:
    """One request at a time."""

    def __init__(self, connection: Connection, setup: Setup) -> None:
        self._connection = connection
        self._sessions = Sessions(setup)
        self._feeds: Segment | None = None
        self._results: Segment | None = None

    def answer(self, message: bytes) -> None:
        request = REQUESTS.decode(message)
        fresh = False
        try:
            if isinstance(request, Forget):
                self._sessions.forget(request.model)
                return
            if isinstance(request, Describe):
                reply: Reply = self._describe(request)
            else:
                reply, fresh = self._run(request)
        except Failure as failure:
            reply = Failed(failure.kind, failure.detail, self._sessions.take_notice())
        except (MemoryError, OSError) as error:
            kind = "memory" if says_no_room(error) else "run"
            reply = Failed(kind, str(error)[:LONGEST], self._sessions.take_notice())
        if isinstance(reply, Failed) and reply.kind != "input":
            self._give_back()
        self._connection.send_bytes(ENCODER.encode(reply))
        if fresh and self._results is not None:
            self._results.send(self._connection, os.getppid())

    def _give_back(self) -> None:
        """Shared memory after a failure: it may be what was missing, and what was half made is not used again. The
        other side does the same when it hears of the failure."""
        for segment in (self._feeds, self._results):
            if segment is not None:
                segment.close()
        self._feeds = self._results = None

    def _describe(self, request: Describe) -> Described:
        loaded = self._sessions.get(request.model, request.weight)
        session = loaded.session
        return Described(
            tuple(_port(item) for item in session.get_inputs()), tuple(_port(item) for item in session.get_outputs()),
            dict(session.get_modelmeta().custom_metadata_map), loaded.provider, self._sessions.take_notice(),
        )

    def _run(self, request: Run) -> tuple[Reply, bool]:
        """The reply, and whether a new segment must follow it."""
        if request.segment_size:
            if self._feeds is not None:
                self._feeds.close()
                self._feeds = None
            self._feeds = Segment.receive(self._connection, request.segment_size, request.segment_tag)
        assert self._feeds is not None
        feeds = {place.name: self._feeds.view(place) for place in request.feeds}
        self._sessions.get(request.model, request.weight)
        peak, held = _peak(), own_memory()
        outputs = self._sessions.run(request.model, request.weight, feeds, request.shrinks)
        used = _peak() - held if _peak() > peak else 0
        places, size = places_for(outputs)
        fresh = self._results is None or not size <= self._results.size <= max(size, KEPT_SEGMENT)
        if fresh:
            if self._results is not None:
                self._results.close()
                self._results = None
            self._results = Segment.create(size)
        assert self._results is not None
        self._results.write(places, outputs)
        provider = self._sessions.get(request.model, request.weight).provider
        told = (self._results.size, self._results.tag) if fresh else (0, "")
        return Done(places, *told, provider, used, self._sessions.take_notice()), fresh


def _port(item: object) -> PortFacts:
    shape = getattr(item, "shape", None) or []
    kind = str(getattr(item, "type", ""))
    sides = tuple(side if isinstance(side, int) and side > 0 else None for side in shape)
    return PortFacts(str(getattr(item, "name", "")), sides, TYPES.get(kind) or kind.removeprefix("tensor(")[:-1])


def _peak() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
