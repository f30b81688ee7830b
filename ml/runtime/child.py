"""The parent's half of the pipe: starts the worker, sends arrays, gets them back, ends it for certain."""

from __future__ import annotations

import multiprocessing
import signal
import weakref
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError, OutOfMemory
from ml.runtime.memory import says_no_room
from ml.runtime.messages import ENCODER, REPLIES, Describe, Done, Failed, Forget, Reply, Run, Setup
from ml.runtime.segment import Segment, places_for
from ml.runtime.worker import serve

KEPT_SEGMENT = 256 << 20
MEMORY_SIGNALS = {-int(getattr(signal, name)) for name in ("SIGKILL", "SIGBUS", "SIGABRT") if hasattr(signal, name)}
"""What a process dies of when memory runs out: the system's killer, a page that is not there, a failed allocation."""


class Died(Exception):
    """The worker is gone."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"exit code {code}")
        self.code = code

    def error(self) -> ModelError:
        if self.code in MEMORY_SIGNALS:
            return too_much()
        return ModelError("The model crashed the process that ran it; the studio goes on.", "Use another model.")


def too_much() -> OutOfMemory:
    return OutOfMemory("The model needs more memory than there is.", "Close other programs, or work at a smaller size.")


def not_shared(error: OSError | MemoryError) -> ModelError:
    """Shared memory that could not be had, in plain words: OutOfMemory where less of it may do."""
    if says_no_room(error):
        return too_much()
    return ModelError(
        "Memory cannot be shared with the process that runs the model: {reason}.", "Close other programs.",
        reason=getattr(error, "strerror", None) or error,
    )


class Child:
    """One worker process. Not for several threads at once."""

    def __init__(self, setup: Setup) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        lifeline, self._lifeline = context.Pipe(duplex=False)
        self._process = context.Process(
            target=serve, args=(theirs, lifeline, msgspec.msgpack.encode(setup)), daemon=True, name="models"
        )
        self._process.start()
        theirs.close()
        lifeline.close()
        self._feeds: Segment | None = None
        self._results: Segment | None = None
        self._finalizer = weakref.finalize(self, _stop, self._process, self._connection, self._lifeline)

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def alive(self) -> bool:
        return self._finalizer.alive and self._process.is_alive()

    def send(self, request: Describe | Run, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Raises Died, and ModelError where there is no memory for the arrays; nothing has been sent then."""
        if isinstance(request, Run):
            places, size = places_for(arrays)
            told = self._make_room(size)
            assert self._feeds is not None
            self._feeds.write(places, arrays)
            request = msgspec.structs.replace(request, feeds=places, segment_size=told[0], segment_tag=told[1])
            self._post(request)
            if told[0]:
                try:
                    self._feeds.send(self._connection, self.pid)
                except OSError as error:
                    raise self._death() from error
        else:
            self._post(request)

    def tell(self, request: Forget) -> None:
        """Send what has no answer; a dead worker has forgotten everything already."""
        try:
            self._post(request)
        except Died:
            return

    def ready(self, seconds: float) -> bool:
        """Whether an answer has come, waiting for it that long."""
        try:
            return self._connection.poll(seconds)
        except OSError as error:
            raise self._death() from error

    def reply(self) -> Reply:
        """Raises Died, and ModelError where there is no memory for the results; the worker is of no use then."""
        try:
            reply: Reply = REPLIES.decode(self._connection.recv_bytes())
        except (EOFError, OSError) as error:
            raise self._death() from error
        if isinstance(reply, Failed) and reply.kind != "input":
            self._give_back()
        if isinstance(reply, Done) and reply.segment_size:
            self._receive(reply)
        return reply

    def _receive(self, done: Done) -> None:
        if self._results is not None:
            self._results.close()
            self._results = None
        try:
            self._results = Segment.receive(self._connection, done.segment_size, done.segment_tag)
        except (EOFError, OSError, MemoryError) as error:
            if not isinstance(error, EOFError) and says_no_room(error):
                raise too_much() from error
            raise self._death() from error

    def results(self, done: Done) -> dict[str, NDArray[Any]]:
        """Copies of the arrays that the worker left. Raises OutOfMemory."""
        assert self._results is not None
        try:
            return {place.name: np.array(self._results.view(place)) for place in done.outputs}
        except MemoryError as error:
            raise too_much() from error

    def kill(self) -> None:
        self._finalizer()
        self._give_back()

    def _give_back(self) -> None:
        for segment in (self._feeds, self._results):
            if segment is not None:
                segment.close()
        self._feeds = self._results = None

    def _make_room(self, size: int) -> tuple[int, str]:
        """(size, tag) of a new segment for what is sent, or (0, "") when the last one will do."""
        if self._feeds is not None and size <= self._feeds.size <= max(size, KEPT_SEGMENT):
            return 0, ""
        if self._feeds is not None:
            self._feeds.close()
            self._feeds = None
        try:
            self._feeds = Segment.create(size)
        except (OSError, MemoryError) as error:
            raise not_shared(error) from error
        return self._feeds.size, self._feeds.tag

    def _post(self, request: Describe | Run | Forget) -> None:
        try:
            self._connection.send_bytes(ENCODER.encode(request))
        except OSError as error:
            raise self._death() from error

    def _death(self) -> Died:
        self._process.join(2.0)
        return Died(self._process.exitcode)


def _stop(process: BaseProcess, *connections: Connection) -> None:
    for connection in connections:
        connection.close()
    if process.is_alive():
        process.kill()
    process.join()
