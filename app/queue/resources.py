"""What the machine has and what work uses: processor, memory, disk, time, energy, and where the room went."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from app.ai.folder import folder_of_this_person
from app.library.details import size_text
from app.library.folder import library_folder
from app.queue.table import Table
from editor.base.translation import tr
from editor.workflows.queue.store import QueueStore

if TYPE_CHECKING:
    from app.preferences import Preferences

QUOTA = "quota_bytes"
COUNT_EVERY = 20.0


class ResourcesPane(QWidget):
    """`refresh` twice a second; folders are counted on a thread, now and then."""

    counted = Signal(object)

    def __init__(self, store: QueueStore, preferences: Preferences) -> None:
        super().__init__()
        self.store, self.preferences = store, preferences
        self.bars = {name: QProgressBar() for name in ("cpu", "memory", "disk")}
        self.labels = {name: QLabel() for name in (*self.bars, "gpu", "work")}
        self.rooms = Table([tr("Where"), tr("Room"), tr("Folder")], 2, tr("Room on the disk"))
        self.quota = QDoubleSpinBox()
        self.quota.setRange(0, 100_000)
        self.quota.setSuffix(" GB")
        self.quota.setFixedWidth(140)
        self.quota.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.quota.setSpecialValueText(tr("no limit"))
        self.quota.setValue(float(store.setting(QUOTA, "0")) / 1e9)
        self.quota.valueChanged.connect(lambda gigabytes: store.set(QUOTA, str(int(gigabytes * 1e9))))
        self.warning = QLabel()
        self.warning.setObjectName("problem")
        self.warning.setWordWrap(True)
        self.counted.connect(self._show_rooms)
        self._counted_at = -COUNT_EVERY
        self._thread: threading.Thread | None = None
        self._lay_out()
        psutil.cpu_percent()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        form = QFormLayout()
        names = {"cpu": tr("Processor"), "memory": tr("Memory"), "disk": tr("Disk")}
        for name, bar in self.bars.items():
            bar.setRange(0, 1000)
            bar.setTextVisible(False)
            bar.setFixedHeight(8)
            row = QHBoxLayout()
            row.addWidget(bar, 1)
            self.labels[name].setMinimumWidth(190)
            row.addWidget(self.labels[name])
            form.addRow(names[name], row)
        form.addRow(tr("Graphics"), self.labels["gpu"])
        form.addRow(tr("Queue"), self.labels["work"])
        form.addRow(tr("Warn above"), self.quota)
        column.addLayout(form)
        column.addWidget(self.warning)
        column.addWidget(self.rooms, 1)

    def refresh(self) -> None:
        memory, disk = psutil.virtual_memory(), shutil.disk_usage(self.store.path.parent)
        cpu = psutil.cpu_percent() / 100
        self._show("cpu", cpu, f"{cpu:.0%}  ·  {os.cpu_count()}")
        self._show("memory", memory.percent / 100, f"{size_text(memory.used)} / {size_text(memory.total)}")
        self._show("disk", disk.used / disk.total, f"{size_text(disk.used)} / {size_text(disk.total)}")
        self.labels["gpu"].setText(graphics() or tr("no sensor"))
        orders = self.store.orders()
        seconds, energy = sum(one.cpu_seconds for one in orders), sum(one.energy_wh for one in orders)
        text = tr("{hours} h of processor, about {energy} Wh", hours=round(seconds / 3600, 2), energy=round(energy, 1))
        self.labels["work"].setText(text)
        if time.monotonic() - self._counted_at > COUNT_EVERY and (self._thread is None or not self._thread.is_alive()):
            self._counted_at = time.monotonic()
            self._thread = threading.Thread(target=self._count, name="count-rooms", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Until the folders are counted."""
        if self._thread is not None:
            self._thread.join(30.0)

    def _show(self, name: str, share: float, text: str) -> None:
        self.bars[name].setValue(round(min(max(share, 0.0), 1.0) * 1000))
        self.labels[name].setText(text)

    def _count(self) -> None:
        found = [(label, size_of(path), str(path)) for label, path in places(self.preferences) if path.exists()]
        try:
            self.counted.emit(found)
        except RuntimeError:
            return  # the window is gone

    def _show_rooms(self, found: list[tuple[str, int, str]]) -> None:
        found = sorted(found, key=lambda row: -row[1])
        self.rooms.show_rows(
            [(index, (label, size_text(size), path)) for index, (label, size, path) in enumerate(found)]
        )
        total, limit = sum(size for _, size, _ in found), float(self.store.setting(QUOTA, "0"))
        text = tr(
            "{total} are used, more than the {limit} that were set.",
            total=size_text(total),
            limit=size_text(int(limit)),
        )
        self.warning.setText(text if limit and total > limit else "")


def places(preferences: Preferences) -> Iterator[tuple[str, Path]]:
    """What the studio keeps for this person, and the projects that were opened last."""
    models = folder_of_this_person()
    yield tr("Library"), library_folder()
    yield tr("Models"), models
    yield tr("Packs"), models.parent / "packs"
    for name in preferences.recent:
        yield tr("Project {name}", name=Path(name).stem), Path(name)
        yield tr("Media of {name}", name=Path(name).stem), Path(name).with_suffix(".media")


def size_of(path: Path) -> int:
    """Bytes of a file, or of all below a folder; what cannot be read counts nothing."""
    if path.is_file():
        return path.stat().st_size
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                continue
    return total


def graphics() -> str:
    """Load and memory of NVIDIA cards by their own tool's library; "" where there is none."""
    try:
        import pynvml
    except ImportError:
        return ""
    try:
        pynvml.nvmlInit()
        handles = [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(pynvml.nvmlDeviceGetCount())]
        parts = []
        for handle in handles:
            memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
            load = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu
            parts.append(f"{load} %  ·  {size_text(memory.used)} / {size_text(memory.total)}")
        return "   ".join(parts)
    except pynvml.NVMLError:
        return ""
