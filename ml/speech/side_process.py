"""A library that cannot be stopped, or whose licence wants a wall around it, in a process of its own.

The process is started with the first question, answers one at a time, and is killed when the work should stop, when it
is closed and when this program ends.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import weakref
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from ml.errors import ModelError
from ml.progress import Progress

CHECK_SECONDS = 0.05


class SideProcess:
    """`target` is "module:function"; the function is called in the process with `arguments`, and returns what answers
    a question. Questions and answers are plain values."""

    def __init__(self, target: str, arguments: tuple[Any, ...] = ()) -> None:
        self._target, self._arguments = target, arguments
        self._connection: Connection | None = None
        self._end: weakref.finalize[Any, Any] | None = None

    def ask(self, question: Any, progress: Progress) -> Any:
        """The answer. Raises ModelError when the process dies, and whatever `progress.check` raises to stop."""
        connection = self._started()
        try:
            connection.send(question)
            while not connection.poll(CHECK_SECONDS):
                progress.check()
            return connection.recv()
        except (EOFError, OSError) as error:
            self.close()
            raise ModelError(
                "The model crashed the process that ran it; the studio goes on.", "Use another model."
            ) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process; a later question starts another."""
        if self._end is not None:
            self._end()
        self._end = self._connection = None

    def _started(self) -> Connection:
        if self._connection is None:
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            process = context.Process(
                target=_serve, args=(theirs, self._target, self._arguments), daemon=True, name="speech"
            )
            process.start()
            theirs.close()
            self._end = weakref.finalize(self, _stop, process, self._connection)
        return self._connection


def _stop(process: BaseProcess, connection: Connection) -> None:
    connection.close()
    if process.is_alive():
        process.kill()
    process.join()


def _serve(connection: Connection, target: str, arguments: tuple[Any, ...]) -> None:
    """In the process: answer until the other end closes. What libraries print is nobody's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    module, _, name = target.partition(":")
    answer = getattr(import_module(module), name)(*arguments)
    with contextlib.suppress(EOFError, OSError):
        while True:
            connection.send(answer(connection.recv()))


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(0)
