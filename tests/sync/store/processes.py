"""What the stores of the tests have in common: they are processes on loopback that end with the test."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


class StoreMissing(Exception):
    """There is no such store here; the sentence says how to get it."""


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


class Process:
    """A server in the foreground, what it says in a file."""

    def __init__(self, call: Iterable[object], log: Path, environment: dict[str, str]) -> None:
        self.log = log
        with log.open("wb") as out:
            self._process = subprocess.Popen([str(word) for word in call], stdout=out, stderr=out, env=environment)

    def wait_for(self, port: int, seconds: float = 60) -> None:
        """Return when it listens. Raises StoreMissing with the end of its log."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    said = self.log.read_text(errors="replace")[-2000:]
                    raise StoreMissing(f"{self.log.stem} does not start: {said}") from None
                time.sleep(0.05)

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def ending() -> Iterator[list[Process]]:
    """A list whose processes end with the block, the last one first."""
    processes: list[Process] = []
    try:
        yield processes
    finally:
        for process in reversed(processes):
            process.end()


def until_stopped(said: str) -> None:
    """Say where the store is and return at Ctrl+C or when the process is told to end."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print(said, flush=True)
    stop.wait()
