"""Watt hours of a piece of work. Where the processor counts its own energy (RAPL, Linux) that is shared out by
processor time; elsewhere a busy core is taken to draw so many watts. Neither knows the screen, disks or graphics."""

import time
from pathlib import Path

import psutil

WATTS_A_CORE = 8.0
"""What one busy core draws beyond an idle machine: between 5 (laptops) and 12 (desktops): an estimate."""
RAPL = Path("/sys/class/powercap")
JOULES = 3600.0


class PackageCounter:
    """The microjoules of all processor packages, as far as they may be read (mostly by administrators only)."""

    def __init__(self, folder: Path = RAPL) -> None:
        found = sorted(folder.glob("intel-rapl:?")) if folder.is_dir() else []
        self._files = [path / "energy_uj" for path in found]
        self._most = [_number(path / "max_energy_range_uj") for path in found]
        self._last = [_number(path) for path in self._files]

    @property
    def can_read(self) -> bool:
        return bool(self._last) and None not in self._last

    def joules(self) -> float:
        """Since it was asked last; counters begin anew when they are full."""
        total = 0.0
        for index, path in enumerate(self._files):
            value, before = _number(path), self._last[index]
            if value is None or before is None:
                continue
            step = value - before
            total += step if step >= 0 else step + (self._most[index] or 0)
            self._last[index] = value
        return total / 1e6


class Energy:
    """Adds up what a piece of work took; `add` is told the processor seconds that it used since the last time."""

    def __init__(self, watts: float = WATTS_A_CORE, folder: Path = RAPL) -> None:
        self.watts, self.watt_hours = watts, 0.0
        self._counter = PackageCounter(folder)
        self._busy = busy_seconds()
        self._at = time.monotonic()

    @property
    def is_measured(self) -> bool:
        return self._counter.can_read

    def add(self, cpu_seconds: float) -> None:
        if not self.is_measured:
            self.watt_hours += cpu_seconds * self.watts / JOULES
            return
        busy = busy_seconds()
        share = min(1.0, cpu_seconds / max(busy - self._busy, cpu_seconds, 1e-9))
        self._busy = busy
        self.watt_hours += self._counter.joules() * share / JOULES


def busy_seconds() -> float:
    """Processor seconds of everything on this machine since it started."""
    times = psutil.cpu_times()
    return float(times.user + times.system)


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
