"""Limits for the room that is used: all in all, and for single projects. A crossing is told once, wherever one is at
work; again only when it had gone below in between. No Qt here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from app.library.details import size_text
from editor.base.translation import tr
from editor.workflows.queue.notes import add_note

if TYPE_CHECKING:
    from app.queue.rooms import Room
    from editor.workflows.queue.store import QueueStore

QUOTA, TOLD = "quota_bytes", "quota_told"
ALL = ""
"""Stands for everything together; a project is known by its path."""


def quotas(store: QueueStore) -> dict[str, int]:
    """The limits that are set, in bytes."""
    rows = store.rows(f"SELECT name, value FROM setting WHERE name = '{QUOTA}' OR name LIKE '{QUOTA}:%'")
    found = {str(name).removeprefix(QUOTA).removeprefix(":"): int(float(str(value))) for name, value in rows}
    return {place: limit for place, limit in found.items() if limit > 0}


def set_quota(store: QueueStore, place: str, limit: int) -> None:
    """0 takes the limit away."""
    store.set(_name(QUOTA, place), str(max(0, limit)))


def used_by(rooms: Iterable[Room]) -> dict[str, int]:
    """Bytes of everything together, and of each project with its media."""
    used = {ALL: 0}
    for room in rooms:
        used[ALL] += room.size
        if room.project:
            used[room.project] = used.get(room.project, 0) + room.size
    return used


def crossings(limits: dict[str, int], rooms: Iterable[Room]) -> dict[str, str]:
    """A sentence for each limit that is crossed now."""
    used = used_by(rooms)
    crossed = [place for place, limit in limits.items() if used.get(place, 0) > limit]
    return {place: _sentence(place, used[place], limits[place]) for place in crossed}


def check_quotas(store: QueueStore, rooms: list[Room]) -> list[str]:
    """Tell crossings that nobody told yet; what was told. Safe to call from several programs."""
    limits = quotas(store)
    crossed = crossings(limits, rooms)

    def action(connection: sqlite3.Connection) -> list[str]:
        rows = connection.execute(f"SELECT name FROM setting WHERE name LIKE '{TOLD}%' AND value <> '0'")
        told = {str(row[0]).removeprefix(TOLD).removeprefix(":") for row in rows}
        fresh = [text for place, text in crossed.items() if place not in told]
        for place in told - crossed.keys():
            connection.execute("DELETE FROM setting WHERE name = ?", (_name(TOLD, place),))
        for place in crossed.keys() - told:
            connection.execute("INSERT OR REPLACE INTO setting VALUES (?, '1')", (_name(TOLD, place),))
        for text in fresh:
            add_note(connection, store.clock(), "quota", tr("Much room is used"), text)
        return fresh

    return store.write(action)


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
