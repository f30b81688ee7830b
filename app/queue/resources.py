"""What the machine has and what work uses: processor, graphics, memory, disk, time, energy, and where the room went."""

from __future__ import annotations

import os
import shutil
import threading
import time
from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.library.details import size_text
from app.queue.graph import Graph
from app.queue.rooms import RoomsView, rooms_of
from app.widgets.number_field import NumberField
from editor.base.translation import tr
from editor.workflows.queue.energy import PackageCounter
from editor.workflows.queue.graphics import cards
from editor.workflows.queue.store import QueueStore

if TYPE_CHECKING:
    from app.preferences import Preferences
    from app.queue.rooms import Room

QUOTA = "quota_bytes"
COUNT_EVERY = 20.0
QUOTA_STEP = 1.25
"""A quota is told once; again only when a quarter more than then is used."""


class ResourcesPane(QWidget):
    """`refresh` twice a second; folders are counted on a thread, now and then."""

    counted = Signal(object)

    def __init__(self, store: QueueStore, preferences: Preferences) -> None:
        super().__init__()
        self.store, self.preferences = store, preferences
        self.graphs = {
            "cpu": Graph(tr("Processor")), "gpu": Graph(tr("Graphics")), "memory": Graph(tr("Memory")),
            "read": Graph(tr("Disk, read"), most=0.0), "write": Graph(tr("Disk, written"), "warning", 0.0),
        }  # fmt: skip
        self.work, self.disk, self.warning = QLabel(), QLabel(), QLabel()
        self.rooms = RoomsView()
        self.quota = NumberField(float(store.setting(QUOTA, "0")) / 1e9, 0, 100_000, 2, " GB", 1.0)
        self.quota.setFixedWidth(110)
        self.quota.setToolTip(tr("0 is no limit"))
        self.quota.setAccessibleName(tr("Warn above"))
        self.quota.committed.connect(self._set_quota)
        self.warning.setObjectName("problem")
        self.warning.setWordWrap(True)
        self.warning.hide()
        self.counted.connect(self._show_rooms)
        self._found: list[Room] = []
        self._counted_at = -COUNT_EVERY
        self._thread: threading.Thread | None = None
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
        self.work.setToolTip(
            tr("The energy of processors only: screen, disks and graphics card are not counted.")
        )
        row = QHBoxLayout()
        heading = QLabel(tr("Room on the disk"))
        heading.setObjectName("sectionTitle")
        row.addWidget(heading)
        row.addStretch(1)
        row.addWidget(QLabel(tr("Warn above")))
        row.addWidget(self.quota)
        column.addLayout(row)
        column.addWidget(self.warning)
        column.addWidget(self.rooms, 1)

    def refresh(self) -> None:
        """Look at the machine now."""
        memory = psutil.virtual_memory()
        cpu = psutil.cpu_percent() / 100
        self.graphs["cpu"].add(cpu, tr("{share} % of {count}", share=round(cpu * 100), count=os.cpu_count()))
        used = f"{size_text(memory.used)} / {size_text(memory.total)}"
        self.graphs["memory"].add(memory.percent / 100, used)
        self._show_graphics()
        self._show_disk()
        self._show_work()
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
        self.graphs["gpu"].add(load, f"{load:.0%} · {room}" + (f" · {watts:.0f} W" if watts else ""))

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
        disk = shutil.disk_usage(self.store.path.parent)
        self.disk.setText(tr("{free} of {total} are free.", free=size_text(disk.free), total=size_text(disk.total)))

    def _show_work(self) -> None:
        row = self.store.rows(
            "SELECT total(cpu_seconds), total(energy_wh), total(read_bytes), total(written_bytes), max(peak_bytes, 0)"
            " FROM job"
        )[0]
        seconds, energy, read, written = (float(str(value)) for value in row[:4])
        how = tr("shared out of what the processor counts") if self._is_measured else tr(
            "estimated with {watts} W for each busy core", watts=f"{float(self.store.setting('watts_a_core', '8')):g}"
        )
        self.work.setText(
            tr(
                "The jobs of this list used {hours} h of processor, read {read}, wrote {written}, and took about "
                "{energy} Wh ({how}).",
                hours=round(seconds / 3600, 2), read=size_text(int(read)), written=size_text(int(written)),
                energy=round(energy, 2), how=how,
            )  # fmt: skip
        )

    def _count(self) -> None:
        found = rooms_of(self.preferences)
        try:
            self.counted.emit(found)
        except RuntimeError:
            return  # the window is gone

    def _set_quota(self, gigabytes: float) -> None:
        self.store.set(QUOTA, str(int(gigabytes * 1e9)))
        self.store.set("quota_told", "0")
        self._show_rooms(self._found)

    def _show_rooms(self, found: list[Room]) -> None:
        """Bars, and the warning above them; a message besides, once, and again only when it has grown by a quarter."""
        self._found = found
        self.rooms.show_rooms(found)
        total, limit = sum(room.size for room in found), float(self.store.setting(QUOTA, "0"))
        is_over = bool(limit) and total > limit
        text = tr(
            "{total} are used, more than the {limit} that were set.",
            total=size_text(total), limit=size_text(int(limit)),
        )  # fmt: skip
        self.warning.setText(text if is_over else "")
        self.warning.setVisible(is_over)
        told = float(self.store.setting("quota_told", "0"))
        if is_over and total > told * QUOTA_STEP:
            from editor.workflows.queue.notes import tell

            self.store.set("quota_told", str(total))
            tell(self.store, "quota", tr("Much room is used"), text, lambda _title, _text: False)
