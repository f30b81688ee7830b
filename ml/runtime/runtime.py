"""The one door to onnxruntime: load a model file, run it on arrays.

The work is done by a child process. It is started with the first model, keeps what it loaded, and is killed when the
caller wants to stop, when memory runs out, or with this process; so a model can neither freeze, fill nor crash the
studio. Arrays go over in shared memory.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError, OutOfMemory
from ml.progress import SILENT, Progress
from ml.runtime.child import Child, Died, too_much
from ml.runtime.inspection import Inspection, inspect
from ml.runtime.memory import CAN_SHRINK, RESERVE, free_memory, own_memory
from ml.runtime.messages import Describe, Described, Done, Failed, Forget, Reply, Run, Setup
from ml.runtime.signature import Port, Signature

Arrays = Mapping[str, NDArray[Any]]
LOADING_FACTOR = 2
"""A model takes its file's size while it is read, and again once it is laid out for the processor."""
CHECK_SECONDS = 0.05
WORTH_ASKING = 64 << 20
"""A run that takes less is not asked about."""
FIRST_GUESS = 2.0
"""Bytes for each byte that is given, before the model's first run has shown it: what is fed, and a result as large."""


class Runtime:
    """Sessions are kept until `close`. Give it a model's path each time; it loads what it does not hold yet.

    `threads` 0 means one a core. `memory` is how many bytes the worker may hold, None for what the machine has;
    `notice` is told, in an English sentence for `tr`, when the graphics card gave up. May be used from many threads.
    """

    def __init__(
        self, threads: int = 0, gpu: bool = True, memory: int | None = None,
        notice: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self._setup = Setup(threads, gpu, memory // 2 if memory else max(free_memory() // 4, 1 << 30))
        self._memory = memory
        self._notice = notice
        self._lock = threading.RLock()
        self._child: Child | None = None
        self._inspected: dict[tuple[Path, int, int], Inspection] = {}
        self._signatures: dict[tuple[Path, int, int], Signature] = {}
        self._appetite: dict[Path, float] = {}
        self.provider = ""

    def __enter__(self) -> Runtime:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def signature(self, model: Path, progress: Progress = SILENT) -> Signature:
        """Raises ModelError for a file that is not a model."""
        key = _key(model)
        with self._turn(progress):
            if key not in self._signatures:
                weight = self._weight(model)
                reply = self._ask(Describe(str(model.absolute()), weight), {}, model, progress)
                assert isinstance(reply, Described)
                self._signatures[key] = Signature(
                    tuple(Port(*_facts(item)) for item in reply.inputs),
                    tuple(Port(*_facts(item)) for item in reply.outputs), reply.metadata,
                )
            return self._signatures[key]

    def run(self, model: Path, feeds: Arrays, progress: Progress = SILENT) -> dict[str, NDArray[Any]]:
        """The outputs by name. Raises ModelError, OutOfMemory, and whatever `progress.check` raises to stop."""
        arrays = {name: np.asarray(item) for name, item in feeds.items()}
        if any(item.dtype.hasobject or item.dtype.kind in "USV" for item in arrays.values()):
            raise ModelError("This model takes text or other things that are not numbers.")
        progress.check()
        with self._turn(progress):
            weight = self._weight(model)
            given = sum(item.nbytes for item in arrays.values())
            self._check_appetite(model, given)
            child = self._started()
            request = Run(str(model.absolute()), weight, (), shrinks=CAN_SHRINK.get())
            reply = self._ask(request, arrays, model, progress)
            assert isinstance(reply, Done)
            if given:
                self._appetite[model] = max(self._appetite.get(model, 0.0), reply.used / given)
            self.provider = reply.provider
            return child.results(reply)

    def forget(self, model: Path) -> None:
        """Let go of one model, so that its file can be replaced or deleted."""
        with self._lock:
            if self._child is not None:
                self._child.tell(Forget(str(model.absolute())))

    def close(self) -> None:
        """End the worker; a later call starts another."""
        with self._lock:
            self._end()

    @property
    def worker(self) -> int | None:
        """The worker's process id while there is one."""
        child = self._child
        return child.pid if child is not None else None

    # One caller at a time

    @contextmanager
    def _turn(self, progress: Progress) -> Iterator[None]:
        while not self._lock.acquire(timeout=CHECK_SECONDS):
            progress.check()
        try:
            yield
        finally:
            self._lock.release()

    def _started(self) -> Child:
        if self._child is None or not self._child.alive:
            self._end()
            self._child = Child(self._setup)
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()

    def _ask(self, request: Describe | Run, arrays: Arrays, model: Path, progress: Progress) -> Reply:
        """Send, and wait for the answer while looking after cancelling and memory. Whatever ends it early ends the
        worker: there is no other way to stop it inside a model."""
        child = self._started()
        try:
            child.send(request, arrays)
            while not child.ready(CHECK_SECONDS):
                progress.check()
                self._watch(child)
            reply = child.reply()
        except Died as death:
            self._end()
            raise death.error() from death
        except BaseException:
            self._end()
            raise
        if reply.notice:
            self._notice(reply.notice)
        if isinstance(reply, Failed):
            raise _error(reply, model)
        return reply

    # Memory

    def _watch(self, child: Child) -> None:
        if self._memory is not None and own_memory(child.pid) > self._memory or free_memory() < RESERVE // 2:
            raise too_much()

    def _weight(self, model: Path) -> int:
        """The model's size in bytes, after looking whether it may be loaded at all."""
        key = _key(model)
        if key not in self._inspected:
            found = inspect(model)
            if found.unknown:
                raise ModelError(
                    "This model needs operations that are not built in: {names}.", "Export it with standard ones.",
                    names=", ".join(found.unknown)[:200],
                )
            room = self._room()
            if found.size * LOADING_FACTOR > room:
                raise ModelError(
                    "The model {name} needs {needed} MB of memory; {free} MB are free.",
                    "Close other programs, or use a smaller model.",
                    name=model.name, needed=found.size * LOADING_FACTOR >> 20, free=room >> 20,
                )
            self._inspected[key] = found
        return self._inspected[key].size

    def _check_appetite(self, model: Path, given: int) -> None:
        """What the model took for each byte it was given before tells what it will take now."""
        needed = int(max(self._appetite.get(model, 0.0), FIRST_GUESS) * given)
        if needed < WORTH_ASKING:
            return
        child = self._child
        held = own_memory(child.pid) if child is not None else 0
        if needed > self._room() + held // 2:
            raise OutOfMemory(
                "This needs {needed} MB of memory; {free} MB are free.",
                "Close other programs, or work at a smaller size.", needed=needed >> 20, free=self._room() >> 20,
            )

    def _room(self) -> int:
        room = free_memory() - RESERVE // 2
        if self._memory is not None:
            held = own_memory(self._child.pid) if self._child is not None else 0
            room = min(room, self._memory - held)
        return max(room, 0)


def _key(model: Path) -> tuple[Path, int, int]:
    try:
        facts = model.stat()
    except OSError as error:
        raise ModelError(
            "The model's file {name} is missing.", "Install the model again.", name=model.name
        ) from error
    return model, facts.st_mtime_ns, facts.st_size


def _facts(item: Any) -> tuple[str, tuple[int | None, ...], str]:
    return item.name, item.shape, item.dtype


def _error(failed: Failed, model: Path) -> ModelError:
    """A worker's failure in plain words."""
    if failed.kind == "memory":
        return too_much()
    if failed.kind == "model":
        return ModelError(
            "The model {name} cannot be loaded: {reason}", "Get it again, or export it to ONNX anew.",
            name=model.name, reason=failed.detail,
        )
    if failed.kind == "input":
        return ModelError(
            "The model {name} does not take what it was given: {reason}", "Use a model that was made for this task.",
            name=model.name, reason=failed.detail,
        )
    return ModelError("The model {name} failed: {reason}", "Use another model.", name=model.name, reason=failed.detail)
