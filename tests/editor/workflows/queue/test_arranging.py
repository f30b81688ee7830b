"""The last place, lanes, and what waits for what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.workflows.queue.arranging import move_last, run_after, set_lane
from editor.workflows.queue.orders import Wish
from editor.workflows.queue.store import QueueStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[QueueStore]:
    made = QueueStore(tmp_path / "queue.sqlite")
    yield made
    made.close()


def add(store: QueueStore, name: str, priority: int = 0) -> int:
    return store.add(Wish(arguments=("convert", name, "b"), folder="/", label=name, priority=priority))


def all_claimed(store: QueueStore) -> list[str]:
    room = {"compute": 1, "io": 1, "gpu": 1}
    return [one.label for one in iter(lambda: store.claim("me", room), None)]


def test_the_last_place_is_last_also_behind_what_is_less_urgent(store: QueueStore) -> None:
    urgent, also, _usual, idle = (
        add(store, "urgent", 5),
        add(store, "also", 5),
        add(store, "usual"),
        add(store, "idle", -3),
    )
    move_last(store, [urgent, also])
    assert store.order(urgent).priority == -3 == store.order(idle).priority
    move_last(store, [idle])
    assert all_claimed(store) == ["usual", "urgent", "also", "idle"]


def test_alone_it_keeps_its_priority(store: QueueStore) -> None:
    key = add(store, "only", 5)
    move_last(store, [key])
    assert store.order(key).priority == 5


def test_what_runs_keeps_its_lane(store: QueueStore) -> None:
    running, waits = add(store, "running"), add(store, "waits")
    store.claim("me", {"compute": 1})
    set_lane(store, [running, waits], "gpu")
    assert [store.order(key).lane for key in (running, waits)] == ["compute", "gpu"]


def test_it_begins_when_the_others_are_done_and_may_be_let_go(store: QueueStore) -> None:
    first, second = add(store, "first"), add(store, "second")
    run_after(store, [first], [second])
    assert (store.order(first).state, store.after(first)) == ("waiting", [second])
    run_after(store, [first], [])
    assert (store.order(first).state, store.after(first)) == ("queued", [])
    run_after(store, [first], [second])
    assert all_claimed(store) == ["second"]


def test_nothing_waits_for_itself_in_any_way(store: QueueStore) -> None:
    first, second, third = add(store, "first"), add(store, "second"), add(store, "third")
    run_after(store, [second], [first])
    run_after(store, [third], [second])
    for key, other in ((first, third), (first, first)):
        with pytest.raises(ExpectedError):
            run_after(store, [key], [other])
    with pytest.raises(ExpectedError):
        run_after(store, [first], [99])
    assert store.after(first) == []
