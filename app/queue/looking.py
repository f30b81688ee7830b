"""What the main window wants to know of the queue again and again; asked on a thread, only reads. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from app.queue.place import WORKS_HERE
from app.queue.quotas import quotas
from app.queue.service import any_runner
from editor.workflows.queue.measuring import is_process_alive
from editor.workflows.queue.notes import Note, last_note, notes_after
from editor.workflows.queue.states import State

if TYPE_CHECKING:
    from editor.workflows.queue.store import QueueStore


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """`last` is the note that was told last; at the first look nothing older than it is told."""

    is_wanted: bool
    is_worked_on: bool
    counts: Mapping[State, int]
    notes: list[Note]
    last: int
    has_quotas: bool


def look_at(store: QueueStore, last: int | None) -> Seen:
    notes = notes_after(store, last) if last is not None else []
    before = last if last is not None else last_note(store)
    return Seen(
        is_wanted=store.setting(WORKS_HERE, "1") == "1", is_worked_on=any_runner(store, is_process_alive),
        counts=store.counts(), notes=notes, last=notes[-1].id if notes else before, has_quotas=bool(quotas(store)),
    )  # fmt: skip
