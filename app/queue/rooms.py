"""Where the room on the disk went: the studio's own folders, the projects, and what lies in them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from app.ai.folder import folder_of_this_person
from app.library.folder import library_folder
from app.queue.inside import Part, parts_of_project
from app.queue.place import queue_path, snapshots_folder
from app.theme import color
from editor.base.numbers import size_text
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.preferences import Preferences

ROW, LABEL, SIZE = 24, 250, 90
SHOWN_PARTS = 4


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A place and its bytes; `parts` are the largest things in it, `project` the project that it belongs to. Of what
    `is_away`, on a drive that is not connected, nobody knows the size."""

    label: str
    path: str
    size: int
    project: str = ""
    parts: tuple[Part, ...] = ()
    is_away: bool = False


def rooms_of(preferences: Preferences, limited: Iterable[str] = ()) -> list[Room]:
    """The largest first, with the projects that have a limit of their own. Reads folders and files: not for the
    window's thread."""
    return rooms_at(with_projects(list(places(preferences)), limited))


def with_projects(named: list[tuple[str, Path]], projects: Iterable[str]) -> list[tuple[str, Path]]:
    """These places and what belongs to these projects; "" is none."""
    held = {path for _, path in named}
    more = [pair for name in projects if name for pair in _places_of(name) if pair[1] not in held]
    return [*named, *more]


def rooms_at(named: list[tuple[str, Path]]) -> list[Room]:
    """The same for places that are known already."""
    found = []
    for label, path in named:
        if path.exists():
            size, project = size_of(path), path.with_suffix(".atelier")
            is_project = path.suffix in (".atelier", ".media")
            found.append(
                Room(label=label, path=str(path), size=size, parts=_parts(path),
                     project=str(project) if is_project else "")
            )  # fmt: skip
        elif path.suffix == ".atelier" and not path.parent.exists():
            found.append(Room(label=label, path=str(path), size=0, is_away=True))
    return sorted(found, key=lambda room: -room.size)


def present(rooms: Iterable[Room]) -> list[Room]:
    """Those whose size is known."""
    return [room for room in rooms if not room.is_away]


def places(preferences: Preferences) -> Iterator[tuple[str, Path]]:
    """What the studio keeps for this person, and the projects that were opened last."""
    models = folder_of_this_person()
    yield tr("Library"), library_folder()
    yield tr("Models"), models
    yield tr("Packs"), models.parent / "packs"
    yield tr("Queue"), queue_path()
    yield tr("Copies for queued work"), snapshots_folder()
    for name in preferences.recent:
        yield from _places_of(name)


def _places_of(project: str) -> Iterator[tuple[str, Path]]:
    path = Path(project)
    yield tr("Project {name}", name=path.stem), path
    yield tr("Media of {name}", name=path.stem), path.with_suffix(".media")


def size_of(path: Path) -> int:
    """Bytes of a file, or of all below a folder; what cannot be read counts nothing."""
    try:
        if path.is_file():
            return path.stat().st_size
    except OSError:
        return 0
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                continue
    return total


def _parts(path: Path) -> tuple[Part, ...]:
    """The largest entries of a folder; of a project, what its pixels and history take, and its largest things."""
    if path.is_dir():
        entries = sorted((Part(entry.name, size_of(entry)) for entry in path.iterdir()), key=lambda part: -part.size)
        return tuple(entries[:SHOWN_PARTS])
    return parts_of_project(path) if path.suffix == ".atelier" else ()


class RoomsView(QScrollArea):
    """One bar a place, the largest first, with its parts below in a paler ink."""

    def __init__(self) -> None:
        super().__init__()
        self.bars = _Bars()
        self.setWidget(self.bars)
        self.setWidgetResizable(True)
        self.setAccessibleName(tr("Room on the disk"))

    def show_rooms(self, rooms: list[Room]) -> None:
        rooms = present(rooms)
        self.bars.rooms = rooms
        self.bars.updateGeometry()
        self.bars.setMinimumHeight(self.bars.sizeHint().height())
        self.bars.update()
        words = [f"{room.label}: {size_text(room.size)}" for room in rooms]
        self.setAccessibleDescription(", ".join(words))


class _Bars(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.rooms: list[Room] = []

    def sizeHint(self) -> QSize:
        return QSize(500, ROW * sum(1 + len(room.parts) for room in self.rooms) + 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        largest, top = max([1, *(room.size for room in self.rooms)]), 6.0
        for room in self.rooms:
            top = self._paint(painter, top, room.label, room.size, largest, 0)
            for part in room.parts:
                top = self._paint(painter, top, part.label, part.size, largest, part.depth)

    def _paint(self, painter: QPainter, top: float, label: str, size: int, largest: int, depth: int) -> float:
        painter.setPen(color("muted" if depth else "text"))
        area = QRectF(8 + 18 * depth, top, LABEL - 18 * depth, ROW)
        text = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideMiddle, round(area.width()) - 8)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
        numbers = QRectF(LABEL, top, SIZE, ROW)
        painter.drawText(numbers, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, size_text(size))
        room = self.width() - LABEL - SIZE - 34
        thick = (12, 8, 5)[depth]
        bar = QRectF(LABEL + SIZE + 16, top + (ROW - thick) / 2, max(2.0, room * min(1.0, size / largest)), thick)
        ink = color("accent")
        ink.setAlphaF((1.0, 0.45, 0.3)[depth])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRoundedRect(bar, 2, 2)
        return top + ROW
