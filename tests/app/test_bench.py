"""Work beside the window: several hands where asked, each wish once, and an end."""

from __future__ import annotations

import threading

import pytest

from app.widgets.bench import Bench


def test_hands_work_at_once() -> None:
    together = threading.Barrier(3, timeout=20)
    done = threading.Semaphore(0)
    bench: Bench[int] = Bench("bench-test", 10, done.release, hands=3)

    def make() -> int:
        return together.wait()

    assert [bench.get(key, make) for key in range(3)] == [None] * 3
    for _ in range(3):
        assert done.acquire(timeout=20), "three had to meet"
    assert sorted(found for key in range(3) if (found := bench.peek(key)) is not None) == [0, 1, 2]
    assert not bench.is_busy
    bench.stop()


@pytest.mark.parametrize("hands", [1, 4])
def test_each_wish_is_made_once_and_stop_ends_it(hands: int) -> None:
    made: list[int] = []
    done = threading.Semaphore(0)
    bench: Bench[int] = Bench("bench-test", 100, done.release, hands=hands)

    def make(key: int) -> int:
        made.append(key)
        return key

    for _ in range(3):
        for key in range(20):
            bench.get(key, lambda key=key: make(key))
    for _ in range(20):
        assert done.acquire(timeout=20)
    assert sorted(made) == list(range(20))
    bench.stop()
    assert bench.get(99, lambda: make(99)) is None and 99 not in made


@pytest.mark.expects_log
def test_what_nobody_foresaw_ends_itself_only() -> None:
    done = threading.Semaphore(0)
    bench: Bench[int] = Bench("bench-test", 10, done.release)

    def fail() -> int:
        raise ArithmeticError("a decoder of somebody else")

    bench.get("bad", fail)
    bench.get("good", lambda: 7)
    assert done.acquire(timeout=20) and done.acquire(timeout=20)
    assert (bench.peek("good"), bench.peek("bad"), bench.is_busy) == (7, None, False)
    bench.stop()
