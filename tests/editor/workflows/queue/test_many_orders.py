"""Many orders at once, many moves in a row, and looking without waiting for anybody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.workflows.queue import opening
from editor.workflows.queue.orders import Wish
from editor.workflows.queue.store import QueueStore


def wish(name: str) -> Wish:
    return Wish(arguments=("convert", name), folder="/", label=name)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[QueueStore]:
    opened = QueueStore(tmp_path / "queue.sqlite")
    yield opened
    opened.close()


def order_of(store: QueueStore) -> list[int]:
    return [int(str(row[0])) for row in store.rows("SELECT id FROM job ORDER BY priority DESC, rank, id")]


def test_ranks_never_run_out(store: QueueStore) -> None:
    one, two, last = (store.add(wish(name)) for name in "abc")
    for number in range(200):
        moved = (one, two)[number % 2]
        store.move_before(moved, last)
        assert order_of(store) == [(two, one)[number % 2], moved, last], f"move {number + 1}"
    with pytest.raises(ExpectedError, match="no job 99"):
        store.move_before(one, 99)


def test_thousands_are_one_transaction(store: QueueStore) -> None:
    written: list[str] = []
    keys = store.add_all(wish(str(number)) for number in range(2000))
    store._connection.set_trace_callback(lambda text: written.append(text) if text == "COMMIT" else None)
    store.set_priorities((key, 7) for key in keys)
    store.pause(*keys)
    store.go_on(*keys)
    store.cancel(*keys)
    store.again(*keys)
    store.cancel(*keys)
    store.forget(*keys)
    store._connection.set_trace_callback(None)
    assert len(written) == 7
    assert store.orders() == []


def test_one_who_looks_waits_for_nobody_and_writes_nothing(store: QueueStore) -> None:
    key = store.add(wish("a"))
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    looking = QueueStore(store.path, looks_only=True)
    assert looking.order(key).label == "a"
    QueueStore(store.path).close()
    with pytest.raises(ExpectedError):
        looking.set("paused", "1")
    other.execute("ROLLBACK")
    other.close()
    with pytest.raises(ExpectedError):
        looking.set("paused", "1")
    store.set("paused", "1")
    assert looking.setting("paused") == "1"
    looking.close()


def test_one_who_looks_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError):
        QueueStore(tmp_path / "none.sqlite", looks_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_read_through_once_a_process(store: QueueStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add(wish("a"))
    asked: list[str] = []
    connect = sqlite3.connect

    def traced(*given: object, **more: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*given, **more)  # type: ignore[call-overload]
        connection.set_trace_callback(lambda text: asked.append(text) if "quick_check" in text else None)
        return connection

    monkeypatch.setattr(opening.sqlite3, "connect", traced)
    for _ in range(3):
        QueueStore(store.path).close()
    assert len(asked) == 1
    opening.check_again(store.path)
    QueueStore(store.path).close()
    assert len(asked) == 2, "after a hint of damage"
