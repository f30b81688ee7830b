"""What the machine has and what work uses: processor, graphics, memory, disk, time, energy, and where the room went."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psutil
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.queue.graph import Graph
from app.queue.quotas import ALL, check_quotas, crossings, quotas, set_quota
from app.queue.rooms import RoomsView, rooms_of
from app.widgets.number_field import NumberField
from editor.base.numbers import number_text, percent_text, size_text
from editor.base.translation import tr
from editor.workflows.queue.energy import PackageCounter
from editor.workflows.queue.graphics import cards
from editor.workflows.queue.store import QueueStore

if TYPE_CHECKING:
    from app.preferences import Preferences
    from app.queue.desk import Desk
    from app.queue.rooms import Room

COUNT_EVERY = 20.0
GIGA = 1e9
LEAST_LIMIT = 1_000_000
"""Bytes: the least that the field can show."""


class ResourcesPane(QWidget):
    """`refresh` twice a second; folders are counted on a thread, now and then."""

    counted = Signal(object)

    def __init__(self, desk: Desk, preferences: Preferences) -> None:
        super().__init__()
        self.desk, self.preferences = desk, preferences
        self.graphs = {
            "cpu": Graph(tr("Processor")), "gpu": Graph(tr("Graphics")), "memory": Graph(tr("Memory")),
            "read": Graph(tr("Disk, read"), most=0.0), "write": Graph(tr("Disk, written"), "warning", 0.0),
        }  # fmt: skip
        self.work, self.disk, self.warning = QLabel(), QLabel(), QLabel()
        self.rooms = RoomsView()
        self.whose = QComboBox()
        self._projects: list[str] | None = None
        self.whose.setAccessibleName(tr("Limit for"))
        self.whose.currentIndexChanged.connect(lambda _index: self._show_limit())
        self.quota = NumberField(0.0, 0, 100_000, 3, tr("{number} GB", number=""), 1.0)
        self.quota.setFixedWidth(110)
        self.quota.setToolTip(tr("0 is no limit"))
        self.quota.setAccessibleName(tr("Warn above"))
        self.quota.committed.connect(self._set_quota)
        self.warning.setObjectName("problem")
        self.warning.setWordWrap(True)
        self.warning.hide()
        self.counted.connect(self._take_rooms)
        self._found: list[Room] = []
        self._limits: dict[str, int] = {}
        self._counted_at = -COUNT_EVERY
        self._fill_whose()
        self._thread: threading.Thread | None = None
        self._is_looking = False
        self._changed = 0
        desk.acted.connect(self._count_change)
        self._disk = (time.monotonic(), psutil.disk_io_counters())
        self._is_measured = PackageCounter().can_read
        self._lay_out()
        psutil.cpu_percent()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(10)
        grid = QGridLayout()
        grid.setSpacing(8)
        for index, graph in enumerate(self.graphs.values()):
            grid.addWidget(graph, 0, index)
        column.addLayout(grid)
        for label in (self.work, self.disk):
            label.setWordWrap(True)
            column.addWidget(label)
        self.work.setToolTip(tr("The energy of processors only: screen, disks and graphics card are not counted."))
        row = QHBoxLayout()
        heading = QLabel(tr("Room on the disk"))
        heading.setObjectName("sectionTitle")
        row.addWidget(heading)
        row.addStretch(1)
        row.addWidget(self.whose)
        row.addWidget(QLabel(tr("Warn above")))
        row.addWidget(self.quota)
        column.addLayout(row)
        column.addWidget(self.warning)
        column.addWidget(self.rooms, 1)

    def _fill_whose(self) -> None:
        """The projects that were opened last and those that have a limit; what is chosen stays."""
        chosen = self.whose.currentData() or ALL
        wanted = dict.fromkeys((*self.preferences.recent, *(place for place, limit in self._limits.items() if limit)))
        projects = [name for name in (*wanted, *({chosen: None} if chosen not in wanted else ())) if name != ALL]
        if projects == self._projects or self.whose.view().isVisible():
            return
        self._projects = projects
        with QSignalBlocker(self.whose):
            self.whose.clear()
            self.whose.addItem(tr("Everything together"), ALL)
            for name in projects:
                self.whose.addItem(tr("Project {name}", name=Path(name).stem), name)
                self.whose.setItemData(self.whose.count() - 1, name, Qt.ItemDataRole.ToolTipRole)
            self.whose.setCurrentIndex(self.whose.findData(chosen))

    def refresh(self) -> None:
        """Look at the machine now."""
        self._fill_whose()
        memory = psutil.virtual_memory()
        cpu = psutil.cpu_percent() / 100
        self.graphs["cpu"].add(cpu, tr("{share} of {count}", share=percent_text(cpu), count=os.cpu_count()))
        used = f"{size_text(memory.used)} / {size_text(memory.total)}"
        self.graphs["memory"].add(memory.percent / 100, used)
        self._show_graphics()
        self._show_disk()
        if not self._is_looking:
            self._is_looking = True
            before = None if self.desk.is_changing else self._changed
            self.desk.look(work_done).then(lambda done: self._show_work(done, before)).otherwise(self._end_look)
        if time.monotonic() - self._counted_at > COUNT_EVERY and (self._thread is None or not self._thread.is_alive()):
            self._counted_at = time.monotonic()
            self._thread = threading.Thread(target=self._count, name="count-rooms", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Until the folders are counted."""
        if self._thread is not None:
            self._thread.join(30.0)

    def _show_graphics(self) -> None:
        found = cards()
        if not found:
            self.graphs["gpu"].add(0.0, tr("no card"))
            return
        load = sum(card.load for card in found) / len(found)
        watts = sum(card.watts for card in found)
        room = f"{size_text(sum(card.used for card in found))} / {size_text(sum(card.total for card in found))}"
        share = percent_text(load)
        self.graphs["gpu"].add(load, f"{share} · {room}" + (f" · {number_text(watts, 0)} W" if watts else ""))

    def _show_disk(self) -> None:
        moment, counted = time.monotonic(), psutil.disk_io_counters()
        before_at, before = self._disk
        self._disk = (moment, counted)
        seconds = max(moment - before_at, 1e-3)
        for name, field in (("read", "read_bytes"), ("write", "write_bytes")):
            amount = 0.0
            if counted is not None and before is not None:
                amount = max(0, getattr(counted, field) - getattr(before, field)) / seconds
            self.graphs[name].add(amount, f"{size_text(round(amount))}/s")
        disk = shutil.disk_usage(self.desk.path.parent)
        self.disk.setText(tr("{free} of {total} are free.", free=size_text(disk.free), total=size_text(disk.total)))

    def _end_look(self, _error: BaseException) -> None:
        self._is_looking = False

    def _count_change(self) -> None:
        self._changed += 1

    def _show_work(self, done: WorkDone, before: int | None) -> None:
        """`before`: how many changes were done when this was asked for; None while one was going on."""
        self._is_looking = False
        how = (
            tr("shared out of what the processor counts")
            if self._is_measured
            else tr("estimated with {watts} W for each busy core", watts=number_text(done.watts, 1))
        )
        self.work.setText(
            tr(
                "The jobs of this list used {hours} h of processor, read {read}, wrote {written}, and took about "
                "{energy} Wh ({how}).",
                hours=number_text(done.seconds / 3600, 2),
                read=size_text(done.read),
                written=size_text(done.written),
                energy=number_text(done.energy, 2),
                how=how,
            )  # fmt: skip
        )
        is_current = before == self._changed and not self.desk.is_changing
        if is_current and done.limits != self._limits:  # older ones would take back what was typed meanwhile
            if done.limits.keys() - self._limits.keys():
                self._counted_at = -COUNT_EVERY
            self._limits = done.limits
            self._fill_whose()
            self._show_limit()
            self._show_rooms(self._found)

    def _count(self) -> None:
        found = rooms_of(self.preferences, list(self._limits))
        try:
            self.counted.emit(found)
        except RuntimeError:
            return  # the window is gone

    def _set_quota(self, gigabytes: float) -> None:
        place, limit = str(self.whose.currentData()), round(gigabytes * GIGA)
        if 0 < limit < LEAST_LIMIT:
            self._show_limit()
            self.warning.setText(tr("A limit is {least} or more, or 0 for none.", least=size_text(LEAST_LIMIT)))
            self.warning.show()
            return
        self._limits = {**self._limits, place: limit}
        self._show_rooms(self._found)
        self.desk.act(lambda store: set_quota(store, place, limit)).then(lambda _none: self._check())

    def _show_limit(self) -> None:
        self.quota.set_value(self._limits.get(str(self.whose.currentData()), 0) / GIGA)

    def _take_rooms(self, found: list[Room]) -> None:
        self._show_rooms(found)
        self._check()

    def _check(self) -> None:
        """A message besides the warning, once for each crossing."""
        found = self._found
        if found and any(self._limits.values()):
            self.desk.act(lambda store: check_quotas(store, found))

    def _show_rooms(self, found: list[Room]) -> None:
        """Bars, and the warnings above them."""
        self._found = found
        self.rooms.show_rooms(found)
        limits = {place: limit for place, limit in self._limits.items() if limit}
        texts = crossings(limits, found).values()
        self.warning.setText("\n".join(texts))
        self.warning.setVisible(bool(texts))


class WorkDone(msgspec.Struct, frozen=True, kw_only=True):
    """What the jobs of the list used, and the limits that are set."""

    seconds: float
    energy: float
    read: int
    written: int
    watts: float
    limits: dict[str, int]


def work_done(store: QueueStore) -> WorkDone:
    row = store.rows("SELECT total(cpu_seconds), total(energy_wh), total(read_bytes), total(written_bytes) FROM job")[0]
    seconds, energy, read, written = (float(str(value)) for value in row)
    return WorkDone(
        seconds=seconds, energy=energy, read=int(read), written=int(written),
        watts=float(store.setting("watts_a_core", "8")), limits=quotas(store),
    )  # fmt: skip
