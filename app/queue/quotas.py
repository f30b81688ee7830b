"""Limits for the room that is used: all in all, and for single projects. A crossing is told once for each limit that
was set, wherever one is at work; again when a quarter more is used, or when it had gone below. No Qt here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from editor.base.numbers import size_text
from editor.base.translation import tr
from editor.workflows.queue.notes import add_note

if TYPE_CHECKING:
    from app.queue.rooms import Room
    from editor.workflows.queue.store import QueueStore

QUOTA, TOLD = "quota_bytes", "quota_told"
ALL = ""
"""Stands for everything together; a project is known by its path."""
MORE = 1.25
"""So much more than was told is told again."""


class Mark(NamedTuple):
    """What was told of a place: the limit that was crossed and how much was used. None: nobody wrote it down."""

    limit: int | None = None
    used: int | None = None


def quotas(store: QueueStore) -> dict[str, int]:
    """The limits that are set, in bytes."""
    rows = store.rows(f"SELECT name, value FROM setting WHERE name = '{QUOTA}' OR name LIKE '{QUOTA}:%'")
    found = {str(name).removeprefix(QUOTA).removeprefix(":"): int(float(str(value))) for name, value in rows}
    return {place: limit for place, limit in found.items() if limit > 0}


def set_quota(store: QueueStore, place: str, limit: int) -> None:
    """0 takes the limit away, and what was told of it."""
    store.set(_name(QUOTA, place), str(max(0, limit)))
    if limit <= 0:
        store.set(_name(TOLD, place), "0")


def used_by(rooms: Iterable[Room]) -> dict[str, int]:
    """Bytes of everything together, and of each project with its media."""
    used = {ALL: 0}
    for room in rooms:
        used[ALL] += room.size
        if room.project:
            used[room.project] = used.get(room.project, 0) + room.size
    return used


def known_use(limits: Mapping[str, int], rooms: Iterable[Room]) -> dict[str, int]:
    """What is used where that can be said: with a drive away everything together is at least what was counted, which
    says nothing as long as it is within the limit."""
    rooms = list(rooms)
    used = used_by(rooms)
    if any(room.is_away for room in rooms) and used[ALL] <= limits.get(ALL, 0):
        del used[ALL]
    return used


def crossings(limits: dict[str, int], rooms: Iterable[Room]) -> dict[str, str]:
    """A sentence for each limit that is crossed now."""
    used = used_by(rooms)
    crossed = [place for place, limit in limits.items() if used.get(place, 0) > limit]
    return {place: _sentence(place, used[place], limits[place]) for place in crossed}


def worth_telling(
    limits: Mapping[str, int], used: Mapping[str, int], marks: Mapping[str, Mark]
) -> tuple[list[str], dict[str, Mark]]:
    """The places to tell of now, and what is told of all places then.

    A place that could not be counted, such as a project on a drive that is away, keeps its mark.

    >>> worth_telling({"film": 10}, {"film": 12}, {})
    (['film'], {'film': Mark(limit=10, used=12)})
    >>> worth_telling({"film": 10}, {"film": 14}, {"film": Mark(10, 12)})
    ([], {'film': Mark(limit=10, used=12)})
    >>> worth_telling({"film": 10}, {"film": 15}, {"film": Mark(10, 12)})
    (['film'], {'film': Mark(limit=10, used=15)})
    """
    fresh, kept = [], {}
    for place, limit in limits.items():
        mark, size = marks.get(place), used.get(place)
        if size is None:
            kept.update({} if mark is None else {place: mark})
        elif size > limit:
            known = mark is not None and mark.limit in (None, limit)
            if known and mark is not None and (mark.used is None or size < MORE * mark.used):
                kept[place] = Mark(limit, size if mark.used is None else mark.used)
            else:
                fresh.append(place)
                kept[place] = Mark(limit, size)
    return fresh, kept


def check_quotas(store: QueueStore, rooms: list[Room]) -> list[str]:
    """Tell crossings that nobody told yet; what was told. Safe to call from several programs."""
    limits = quotas(store)
    used = known_use(limits, rooms)

    def action(connection: sqlite3.Connection) -> list[str]:
        rows = connection.execute(f"SELECT name, value FROM setting WHERE name = '{TOLD}' OR name LIKE '{TOLD}:%'")
        marks = {str(name).removeprefix(TOLD).removeprefix(":"): str(value) for name, value in rows}
        told = {place: _mark(value) for place, value in marks.items() if value != "0"}
        fresh, kept = worth_telling(limits, used, told)
        for place in marks.keys() - kept.keys():
            connection.execute("DELETE FROM setting WHERE name = ?", (_name(TOLD, place),))
        for place, mark in kept.items():
            if mark != told.get(place):
                values = (_name(TOLD, place), f"{mark.limit} {mark.used}")
                connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", values)
        texts = [_sentence(place, used[place], limits[place]) for place in fresh]
        for text in texts:
            add_note(connection, store.clock(), "quota", tr("Much room is used"), text)
        return texts

    return store.write(action)


def _mark(value: str) -> Mark:
    """Older programs wrote only that something was told."""
    numbers = value.split()
    return Mark(int(numbers[0]), int(numbers[1])) if len(numbers) == 2 else Mark()


def _name(kind: str, place: str) -> str:
    return f"{kind}:{place}" if place else kind


def _sentence(place: str, size: int, limit: int) -> str:
    if place == ALL:
        return tr(
            "{total} are used, more than the {limit} that were set.", total=size_text(size), limit=size_text(limit)
        )
    return tr(
        "{name} uses {total}, more than the {limit} that were set.",
        name=Path(place).stem, total=size_text(size), limit=size_text(limit),
    )  # fmt: skip
