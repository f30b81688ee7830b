"""Widgets in rings are deleted in the window's thread, whoever makes objects meanwhile."""

from __future__ import annotations

import gc
import threading
from typing import Any

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.shell.garbage import EVERY_MS, GarbageInOneThread


class Ring:
    """Tells in which thread it is cleared away."""

    def __init__(self, told: list[str]) -> None:
        self.told, self.widget, self.myself = told, QWidget(), self

    def __del__(self) -> None:
        self.told.append(threading.current_thread().name)


def make_many_objects() -> None:
    kept: list[Any] = [[] for _ in range(200_000)]
    kept.clear()


def test_a_job_that_makes_objects_clears_no_widget(qapp: Any) -> None:
    garbage, told = GarbageInOneThread(), []  # type: ignore[var-annotated]
    garbage.begin()
    try:
        Ring(told)
        thread = threading.Thread(target=make_many_objects, name="job")
        thread.start()
        thread.join()
        assert told == []
        garbage.end()
        assert told == ["MainThread"]
    finally:
        garbage.end()
    assert gc.isenabled()


def test_it_clears_while_the_window_waits(qapp: Any) -> None:
    garbage, told = GarbageInOneThread(), []  # type: ignore[var-annotated]
    garbage.begin()
    try:
        Ring(told)
        kept = [[] for _ in range(5000)]
        QTest.qWait(2 * EVERY_MS + 100)
        assert told == ["MainThread"]
        assert len(kept) == 5000
    finally:
        garbage.end()
