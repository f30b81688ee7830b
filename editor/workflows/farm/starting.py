"""Worker processes of this machine: quick to start, and quick at large pictures.

Where there is a fork server it imports Dask and us once, while this process does the same; every worker, one that
replaces a lost one included, is then a copy of it.
"""

import multiprocessing
import os
import sys
import threading
from typing import Any

from editor.workflows.farm.versions import MARK_VARIABLE, mark

PRELOAD = "editor.workflows.farm.worker"
WARM = (
    "distributed", "distributed.nanny", PRELOAD, "editor.workflows.farm.film", "editor.workflows.farm.converting",
    "editor.workflows.farm.warm",
)  # fmt: skip
LARGE = 32 << 20
ENVIRONMENT = {
    "MALLOC_MMAP_THRESHOLD_": str(LARGE), "MALLOC_TRIM_THRESHOLD_": str(4 * LARGE),
    "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
}  # fmt: skip
"""Dask's own wish is to give memory back at once; then every frame would cost a thousand page faults."""
THREADS_VARIABLE = "ATELIER_FARM_THREADS"
"""How many threads a task of this worker may draw with."""
PROCESS_BYTES = 2 << 30
"""What a process that draws large pictures may need."""
_one_at_a_time = threading.Lock()


def shared_out(cores: int, free: int | None, wanted: int = 0) -> tuple[int, int]:
    """How many processes a worker has and how many threads each: a process for each core draws most frames in an hour,
    but not more of them than memory has room for; cores that are left over become threads. `wanted` processes are had
    whatever that means.

    >>> shared_out(16, 64 << 30), shared_out(16, 8 << 30), shared_out(16, 64 << 30, wanted=2), shared_out(2, 1 << 30)
    ((16, 1), (4, 4), (2, 8), (1, 2))
    """
    processes = wanted or min(cores, free // PROCESS_BYTES if free is not None else cores)
    return max(1, processes), max(1, cores // max(1, processes))


def usable_cores() -> int:
    """Cores that this process may run on: fewer than the machine has where somebody gave it fewer."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def settings(silent_seconds: float) -> dict[str, Any]:
    """What is set for a cluster of our own."""
    return {
        "distributed.worker.daemon": False,
        "distributed.worker.profile.enabled": False,
        "distributed.worker.multiprocessing-method": "forkserver" if can_fork() else "spawn",
        "distributed.nanny.pre-spawn-environ": ENVIRONMENT,
        "distributed.scheduler.http.routes": [],
        "distributed.scheduler.allowed-failures": 0,
        "distributed.scheduler.worker-ttl": f"{silent_seconds} s",
    }


def environment(**more: str) -> dict[str, str]:
    """Of a worker: ours of this moment, not of when the fork server began."""
    return {**os.environ, **ENVIRONMENT, MARK_VARIABLE: mark(), **more}


def can_fork() -> bool:
    """Elsewhere than on Linux system libraries do not live through a fork."""
    return sys.platform == "linux"


def warm_up() -> None:
    """Begin to import in the fork server what workers need; returns at once."""
    if not can_fork():
        return
    from multiprocessing import forkserver

    with _one_at_a_time:
        before = {name: os.environ.get(name) for name in ENVIRONMENT}
        os.environ.update(ENVIRONMENT)
        try:
            multiprocessing.get_context("forkserver").set_forkserver_preload(list(WARM))
            forkserver.ensure_running()
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
