"""What a process and its children use, sampled from outside, and why work should rest."""

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from platform import node

import psutil

from editor.base.translation import tr
from editor.workflows.queue.energy import WATTS_A_CORE, Energy
from editor.workflows.queue.graphics import memory_of
from editor.workflows.queue.orders import Used

GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)


class Meter:
    """Samples one process; what ended children used is kept."""

    def __init__(self, pid: int, watts: float = WATTS_A_CORE) -> None:
        self.energy = Energy(watts)
        self._root = psutil.Process(pid)
        self._cpu: dict[int, float] = {}
        self._io: dict[int, tuple[int, int]] = {}
        self._peak = self._gpu = 0

    def sample(self) -> Used:
        memory, before, tree = 0, sum(self._cpu.values()), self._tree()
        for process in tree:
            try:
                times = process.cpu_times()
                self._cpu[process.pid] = times.user + times.system
                memory += process.memory_info().rss
                if hasattr(process, "io_counters"):
                    counted = process.io_counters()
                    self._io[process.pid] = (counted.read_bytes, counted.write_bytes)
            except GONE:
                continue
        self._peak = max(self._peak, memory)
        self._gpu = max(self._gpu, memory_of({process.pid for process in tree}))
        self.energy.add(sum(self._cpu.values()) - before)
        return self.used()

    def used(self) -> Used:
        seconds = sum(self._cpu.values())
        return Used(
            cpu_seconds=seconds, peak_bytes=self._peak, read_bytes=sum(read for read, _ in self._io.values()),
            written_bytes=sum(written for _, written in self._io.values()), energy_wh=self.energy.watt_hours,
            gpu_bytes=self._gpu,
        )  # fmt: skip

    def suspend(self, asleep: bool) -> None:
        """Let the process and its children rest, or go on."""
        for process in self._tree():
            try:
                process.suspend() if asleep else process.resume()
            except GONE:
                continue

    def kill(self) -> None:
        for process in self._tree():
            try:
                process.kill()
            except GONE:
                continue

    def _tree(self) -> list[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except GONE:
            return []


def battery_percent() -> float | None:
    """How full the battery is that the machine runs on; None on mains, or without one."""
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    return None if battery is None or battery.power_plugged else float(battery.percent)


def free_on_disk(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def reason_to_rest(
    on_battery: bool, least_free: int, folders: Iterable[Path],
    battery: Callable[[], float | None] = battery_percent, free_on: Callable[[Path], int] = free_on_disk,
) -> str:  # fmt: skip
    """A sentence when work should rest: the machine runs on its battery (if `on_battery` says to care), or a disk has
    less than `least_free` bytes. "" when it may go on. `battery` and `free_on` look at the machine."""
    percent = battery() if on_battery else None
    if percent is not None:
        return tr("Waiting for power: the battery has {percent} %.", percent=round(percent))
    for folder in folders:
        try:
            free = free_on(folder)
        except OSError:
            continue
        if free < least_free:
            return tr("Waiting for room: {free} MB are free on the disk of {folder}.", free=free >> 20, folder=folder)
    return ""


def is_process_alive(worker: str) -> bool:
    """Whether a runner by this name ("host:pid:started") still lives; those of other hosts are taken to."""
    if worker.partition(":")[0] != node():
        return True
    try:
        return _process(worker) is not None
    except psutil.AccessDenied:
        return True


def end_process(name: str) -> None:
    """Kill a process of this machine by its name, with its children; one that is gone, or of another host, is left."""
    if name.partition(":")[0] != node():
        return
    try:
        found = _process(name)
        for process in [*found.children(recursive=True), found] if found is not None else []:
            process.kill()
    except GONE:
        return


def _process(name: str) -> psutil.Process | None:
    """The process, if it still is the same: numbers are given again."""
    _, pid, started = (*name.split(":"), "", "")[:3]
    try:
        found = psutil.Process(int(pid))
        same = abs(found.create_time() - float(started)) < 2.0 and found.status() != psutil.STATUS_ZOMBIE
        return found if same else None
    except (psutil.NoSuchProcess, ValueError):
        return None


def name_of_process(pid: int | None = None) -> str:
    """The name of a process, or of this one."""
    return f"{node()}:{pid or os.getpid()}:{psutil.Process(pid).create_time():.2f}"
