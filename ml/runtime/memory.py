"""How much memory there is, asked before it is taken: the system's free memory, the process's own limit."""

from __future__ import annotations

import errno
import sys
from contextvars import ContextVar
from pathlib import Path

from ml.errors import ModelError, OutOfMemory

RESERVE = 256 << 20
"""Left to everything else on the machine."""
CAN_SHRINK: ContextVar[bool] = ContextVar("can_shrink", default=False)
"""Whether whoever runs a model now would try a smaller piece if this one does not fit."""

NO_ROOM = {errno.ENOMEM, errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
NO_ROOM_WINDOWS = {8, 14, 112, 1450, 1455}
"""Not enough memory, out of memory, disk full, no system resources, paging file too small."""


def says_no_room(error: OSError | MemoryError) -> bool:
    """Whether the system refused memory, shared or not; less of it may be had."""
    if isinstance(error, MemoryError):
        return True
    return error.errno in NO_ROOM or getattr(error, "winerror", None) in NO_ROOM_WINDOWS


def free_memory() -> int:
    """Bytes that this process may still take before the system swaps, a container or a limit stops it."""
    import psutil

    return min(int(psutil.virtual_memory().available), _container_room(), _limit_room())


def own_memory(process: int | None = None) -> int:
    """Bytes that a process holds now; 0 when it is gone."""
    import psutil

    try:
        return int(psutil.Process(process).memory_info().rss)
    except psutil.Error:
        return 0


def require_memory(needed: int, reserve: int = RESERVE, retry: bool = True) -> None:
    """Raise when there is less: OutOfMemory where a smaller piece may do (`retry`), or else a ModelError."""
    free = free_memory() - reserve
    if needed > free:
        kind = OutOfMemory if retry else ModelError
        raise kind(
            "This needs {needed} MB of memory; {free} MB are free.", "Close other programs, or work at a smaller size.",
            needed=needed >> 20, free=max(free, 0) >> 20,
        )


def _limit_room() -> int:
    """What `ulimit -v` leaves of the address space."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource

    import psutil

    soft, _hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY:
        return sys.maxsize
    return max(0, soft - int(psutil.Process().memory_info().vms))


def _container_room() -> int:
    """What the control group of a container leaves (Linux, version 2); the caches it could drop count as free."""
    try:
        group = next(line[3:] for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::"))
        folder = Path("/sys/fs/cgroup") / group.lstrip("/")
        limit = (folder / "memory.max").read_text().strip()
        if limit == "max":
            return sys.maxsize
        pairs = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        used = int((folder / "memory.current").read_text()) - int(pairs.get("inactive_file", 0))
        return max(0, int(limit) - used)
    except (OSError, ValueError, StopIteration):
        return sys.maxsize
