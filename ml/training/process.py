"""Starts, pauses and stops the process that trains. Whoever starts it may end; the process goes on by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from ml.errors import ModelError
from ml.training.tracking import SILENT_SECONDS, Run, Tracking, Wish

FINISHED = {"done"}
BEGIN_SECONDS = 60.0


def require_torch() -> None:
    """Raises ModelError with what to install when torch is not there."""
    if find_spec("torch") is None:
        raise ModelError(
            "Training needs PyTorch, which is not installed.",
            "Install Atelier with its extra for training: pip install atelier[train].",
        )


def start(tracking: Tracking, key: int, threads: int = 0) -> subprocess.Popen[bytes]:
    """Begin a run, or go on with one from its last checkpoint. `threads` 0 leaves one core to everything else."""
    require_torch()
    run = refreshed(tracking, key)
    if run.state == "running":
        raise ModelError("The run {name} is being trained already.", name=run.name)
    if run.state in FINISHED:
        raise ModelError("The run {name} is done.", "Begin a new one to train on.", name=run.name)
    tracking.note(key, state="running", wanted="run", process=None, heartbeat=time.time(), message="")
    log = tracking.folder(key) / "log.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    count = threads or max(1, (os.cpu_count() or 2) - 1)
    environment = {**os.environ, "OMP_NUM_THREADS": str(count), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "ml.training.worker", str(tracking.path.absolute()), str(key)]
    with open(log, "ab") as output:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment,
            start_new_session=sys.platform != "win32",
        )


def ask(tracking: Tracking, key: int, wish: Wish) -> None:
    """Ask the process to pause or stop; it keeps a checkpoint and ends within a step or two. A run that nobody trains
    is set to that state at once."""
    run = refreshed(tracking, key)
    if run.state == "running":
        tracking.note(key, wanted=wish)
    elif wish == "stop" and run.state in {"new", "paused"}:
        tracking.note(key, state="stopped", wanted="stop")


def wait(tracking: Tracking, key: int, seconds: float) -> Run:
    """Until nobody trains it any more, or the time is over."""
    end = time.monotonic() + seconds
    while (run := refreshed(tracking, key)).state == "running" and time.monotonic() < end:
        time.sleep(0.05)
    return run


def refreshed(tracking: Tracking, key: int) -> Run:
    """The run as it is: one whose process died is paused, and can be resumed from its last checkpoint."""
    run = tracking.run(key)
    if run.state == "running" and not _lives(run):
        tracking.note(key, state="paused", process=None)
        return tracking.run(key)
    return run


def _lives(run: Run) -> bool:
    silent = time.time() - (run.heartbeat or 0.0)
    if run.process is None:
        return silent < BEGIN_SECONDS  # started a moment ago, Python is loading
    import psutil

    if not psutil.pid_exists(run.process):
        return False
    try:
        process = psutil.Process(run.process)
        trains = process.status() != psutil.STATUS_ZOMBIE and any("ml.training" in part for part in process.cmdline())
    except psutil.Error:
        return silent < SILENT_SECONDS
    return trains


def open_tracking(models: Path) -> Tracking:
    """The file of training runs that belongs to a folder of models. Its folder's name can be no model's."""
    return Tracking(models / ".training" / "training.sqlite")
