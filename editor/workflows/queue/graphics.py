"""NVIDIA cards, seen through NVIDIA's own library; without a card, or without the library, there are none."""

from functools import cache
from typing import Any

import msgspec


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One graphics card at this moment: load 0 to 1, bytes, watts (0 where it does not say)."""

    name: str
    load: float
    used: int
    total: int
    watts: float = 0.0


def cards() -> list[Card]:
    library = _library()
    if library is None:
        return []
    found = []
    for handle in _handles(library):
        try:
            memory = library.nvmlDeviceGetMemoryInfo(handle)
            load = library.nvmlDeviceGetUtilizationRates(handle).gpu / 100
            found.append(
                Card(name=_name(library, handle), load=load, used=int(memory.used), total=int(memory.total),
                     watts=_watts(library, handle))
            )  # fmt: skip
        except library.NVMLError:
            continue
    return found


def memory_of(pids: set[int]) -> int:
    """Bytes on all cards of these processes."""
    library = _library()
    if library is None:
        return 0
    total = 0
    for handle in _handles(library):
        try:
            running = library.nvmlDeviceGetComputeRunningProcesses(handle)
        except library.NVMLError:
            continue
        total += sum(int(one.usedGpuMemory or 0) for one in running if one.pid in pids)
    return total


@cache
def _library() -> Any:
    """The library, ready; None where there is nothing to ask. Asked once: cards do not come while we run."""
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    return pynvml


def _handles(library: Any) -> list[Any]:
    try:
        return [library.nvmlDeviceGetHandleByIndex(index) for index in range(library.nvmlDeviceGetCount())]
    except library.NVMLError:
        return []


def _name(library: Any, handle: Any) -> str:
    name = library.nvmlDeviceGetName(handle)
    return name.decode() if isinstance(name, bytes) else str(name)


def _watts(library: Any, handle: Any) -> float:
    try:
        return float(library.nvmlDeviceGetPowerUsage(handle)) / 1000
    except library.NVMLError:
        return 0.0
