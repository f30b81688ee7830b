"""The queue: what an order costs beyond its work, thousands of orders, the window with ten thousand rows."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from editor.workflows.queue.orders import Used, Wish
from editor.workflows.queue.runner import Runner
from editor.workflows.queue.store import QueueStore
from tests.benchmarks import Benchmark, best, timings

MANY = 10_000


@cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def _fresh(name: str) -> QueueStore:
    path = Path(_kept().name) / name
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    return QueueStore(path)


def add_many() -> float:
    """Ten thousand orders added, each in its own transaction."""
    store = _fresh("added.sqlite")
    began = time.perf_counter()
    for number in range(MANY):
        store.add(Wish(arguments=("convert", f"{number}.png", "x.webp"), folder="/", label=f"Picture {number}"))
    seconds = time.perf_counter() - began
    store.close()
    return seconds


@cache
def full() -> QueueStore:
    store = _fresh("full.sqlite")
    for number in range(MANY):
        store.add(Wish(arguments=("convert", f"{number}.png", "x.webp"), folder="/", label=f"Picture {number}"))
    return store


def list_all() -> float:
    store = full()
    return best(lambda: store.orders(), rounds=5)


def begin_one() -> float:
    """Taking the next of ten thousand, and ending it."""
    store = full()

    def work() -> None:
        order = store.claim("bench", {"compute": 1})
        assert order is not None
        store.end(order.id, "bench", "done", "", Used())

    return best(work, rounds=20)


def overhead() -> float:
    """Seconds that one order costs beyond its process: fifty orders of an empty shell, less fifty empty shells."""
    import subprocess

    store = _fresh("overhead.sqlite")
    count = 50
    for _ in range(count):
        store.add(Wish(arguments=(":",), folder="/"))
    runner = Runner(store, ("/bin/sh", "-c"), room={"compute": 1}, rest=lambda _folders: "")
    began = time.perf_counter()
    while store.orders(("queued", "running"), 1):
        runner.step()
    seconds = time.perf_counter() - began
    runner.close()
    store.close()
    bare = best(lambda: subprocess.run(["/bin/sh", "-c", ":"], check=True), rounds=20)
    return seconds / count - bare


@contextmanager
def _page() -> Iterator[tuple[Any, Callable[[], None]]]:
    """The page of orders over ten thousand of them, and what reads and shows them all."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from app.queue.desk import Desk
    from app.queue.orders_page import OrdersPage

    def fail(error: BaseException) -> None:
        raise error

    application = QApplication.instance() or QApplication([])
    desk = Desk(full().path, fail)
    page = OrdersPage(desk, lambda act: act(), lambda path: path)
    page.resize(1100, 640)
    page.show()

    def read() -> None:
        page.refresh(True)
        while desk.is_busy:
            application.processEvents()

    read()
    yield page, read
    desk.close()
    page.close()


def paint_window() -> float:
    """The page of orders with ten thousand rows, read and painted."""
    with _page() as (page, read):
        return min(timings(lambda: (read(), page.grab()), 5))


def scroll_window() -> float:
    """One frame of scrolling through ten thousand rows."""
    with _page() as (page, _read):
        places = iter(range(1, 1000))

        def work() -> None:
            page.view.verticalScrollBar().setValue(next(places) * 37)
            page.view.viewport().repaint()

        return best(work, rounds=30)


BENCHMARKS = (
    Benchmark("what an order of the queue costs beyond its process", overhead, limit=0.05),
    Benchmark("10,000 orders added one by one", add_many, limit=10.0),
    Benchmark("10,000 orders listed", list_all, limit=0.3),
    Benchmark("the next of 10,000 orders begun and ended", begin_one, limit=0.05),
    Benchmark("the page of 10,000 orders read and painted", paint_window, limit=0.6),
    Benchmark("a frame of scrolling through 10,000 orders", scroll_window, limit=0.016),
)
