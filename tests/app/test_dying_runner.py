"""A runner that dies again and again: begun at once, then later and later, and people hear of it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.queue.restarts import LONG_LIFE, Restarts
from app.queue.service import QueueService
from editor.workflows.queue.store import QueueStore

DYING = "import sys; print('before', file=sys.stderr); sys.exit('atelier: the roof fell in')"


class Steady:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_pauses_grow_and_a_long_life_ends_the_row() -> None:
    steady = Steady()
    restarts = Restarts(steady)
    told, pauses = [], []
    for _ in range(12):
        restarts.began()
        told.append(restarts.died())
        before = steady.time
        while not restarts.may_begin():
            steady.time += 1.0
        pauses.append(steady.time - before)
    assert pauses[:5] == [0, 4, 8, 16, 32]
    assert pauses[-1] == 300
    assert told == [False, False, True, *[False] * 9]
    restarts.began()
    steady.time += LONG_LIFE
    assert not restarts.died()
    assert restarts.may_begin()
    restarts.began()
    assert not restarts.died()
    assert not restarts.may_begin()
    restarts.forget()
    assert restarts.may_begin()


def test_a_service_says_once_what_its_runner_said_last(tmp_path: Path) -> None:
    path, steady, begun = tmp_path / "queue.sqlite", Steady(), list[int]()
    QueueStore(path).close()

    def call() -> list[str]:
        begun.append(1)
        return [sys.executable, "-c", DYING]

    service = QueueService(path, call)
    service.restarts = Restarts(steady)
    told = []
    for _ in range(5):
        told.append(service.keep())
        if service._process is not None:
            service._process.wait(30)
    assert len(begun) == 2, "the second death is followed by a pause"
    for _ in range(4):
        steady.time += 50
        told.append(service.keep())
        if service._process is not None:
            service._process.wait(30)
    assert [text for text in told if text] == ["the roof fell in"]
    service.close()


def test_a_runner_that_ends_well_is_begun_again_at_once(tmp_path: Path) -> None:
    path, begun = tmp_path / "queue.sqlite", list[int]()
    QueueStore(path).close()

    def call() -> list[str]:
        begun.append(1)
        return [sys.executable, "-c", ""]

    service = QueueService(path, call)
    for _ in range(5):
        assert service.keep() == ""
        assert service._process is not None
        service._process.wait(30)
    assert len(begun) == 5
    service.close()


@pytest.mark.app
def test_the_window_tells_it(studio: Any, qtbot: Any, tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    QueueStore(path).close()
    service = QueueService(path, lambda: [sys.executable, "-c", DYING])
    service.restarts = Restarts(lambda: time.monotonic() * 20)  # pauses of seconds pass in no time
    window = studio.window
    window.queue = window.follower.service = service
    window.follower._timer.setInterval(50)
    told: list[Any] = []
    window.follower.told.connect(told.append)
    window.follower.start()
    qtbot.waitUntil(lambda: bool(told), timeout=40_000)
    assert told[0].title == "Work on the queue keeps ending"
    assert told[0].text.endswith("It said last: the roof fell in")
    window.follower.close()
    service.close()
