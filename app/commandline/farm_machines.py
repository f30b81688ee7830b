"""`farm scheduler`, `farm worker`, `farm keys`: what a farm is made of: Dask's programs, watched by ours."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.commandline.terminal import complain, say
from app.farm.choice import farm_folder
from editor.base.errors import ExpectedError
from editor.base.memory import free_memory
from editor.base.numbers import day_text
from editor.base.translation import tr, tr_count
from editor.workflows.farm.addresses import (
    AUTHORITY,
    CERTIFICATE,
    KEY,
    check_address,
    check_keys,
    is_this_machine,
)
from editor.workflows.farm.cluster import SILENT_SECONDS, check_installed
from editor.workflows.farm.starting import ENVIRONMENT, PRELOAD, THREADS_VARIABLE, shared_out, usable_cores

ROOT = Path(__file__).resolve().parents[2]
AGAIN_SECONDS = 2.0
STOP_SECONDS = 10.0
NO_PAGES = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")
"""Dask would serve facts to whoever asks, unencrypted, at every address of the machine."""


def keys(arguments: argparse.Namespace) -> int:
    from editor.workflows.farm.keys import make_keys

    until = make_keys(arguments.folder, tuple(arguments.host))
    say(tr("keys for a farm in {folder}, good until {day}", folder=arguments.folder, day=day_text(until.timestamp())))
    say(tr("Copy the folder to every machine of the farm by a safe way: whoever has it can run programs there."))
    return 0


def scheduler(arguments: argparse.Namespace) -> int:
    """Hands out work until Ctrl+C. Raises ExpectedError for an open door that nobody asked for."""
    check_installed()
    if arguments.keys is None and not is_this_machine(arguments.host) and not arguments.unencrypted:
        raise ExpectedError(
            tr("At {host} other machines could reach this scheduler, and whoever does can run programs on its workers.",
               host=arguments.host),
            tr("Give it --keys (farm keys makes them), or say --unencrypted in a network that you trust entirely."),
        )  # fmt: skip
    scheme = "tcp" if arguments.keys is None else "tls"
    call = ["scheduler", "--host", f"{scheme}://{arguments.host}", "--port", str(arguments.port), *NO_PAGES]
    say(tr("farm scheduler at {address}", address=f"{scheme}://{arguments.host}:{arguments.port}"))
    return _ended(_started([*call, *_tls(arguments.keys)], {}))


def worker(arguments: argparse.Namespace) -> int:
    """Works until Ctrl+C; when its scheduler goes away it waits until there is one again."""
    check_installed()
    check_address(arguments.address, arguments.keys, arguments.unencrypted)
    folder = farm_folder() / "worker"
    folder.mkdir(parents=True, exist_ok=True)
    processes, threads = shared_out(usable_cores(), free_memory(), max(0, arguments.processes))
    many = tr_count("1 process", "{count} processes", count=processes)
    each = tr_count("1 thread each", "{count} threads each", count=threads)
    say(f"{many}, {each}")
    call = [
        "worker", arguments.address, "--nworkers", str(processes), "--nthreads", "1",
        *NO_PAGES, "--local-directory", str(folder), "--death-timeout", "30", "--preload", PRELOAD,
        "--memory-limit", arguments.memory, *_tls(arguments.keys),
    ]  # fmt: skip
    if arguments.keys is None and is_this_machine(arguments.address.split("://")[-1].rpartition(":")[0]):
        call += ["--host", "tcp://127.0.0.1"]
    environment = {
        **ENVIRONMENT,
        THREADS_VARIABLE: str(threads),
        "ATELIER_FARM_CONTENTS": str(folder / "contents"),
        "ATELIER_FARM_LIMIT_MB": str(max(1, arguments.keep) << 10),
    }  # fmt: skip
    while True:
        code = _ended(_started(call, environment))
        if code == 130:
            return code
        complain(tr("The scheduler at {address} is gone; waiting for it.", address=arguments.address))
        time.sleep(AGAIN_SECONDS)


def _started(call: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Dask's command line as a process of its own."""
    settings = {
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": f"{SILENT_SECONDS} s",
        "DASK_DISTRIBUTED__SCHEDULER__HTTP__ROUTES": "[]", "DASK_DISTRIBUTED__WORKER__HTTP__ROUTES": "[]",
        "DASK_DISTRIBUTED__WORKER__DAEMON": "False", "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
        "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "100",
    }  # fmt: skip
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *call], env={**settings, **os.environ, "PYTHONPATH": path, **environment},
        start_new_session=sys.platform != "win32",
    )  # fmt: skip


def _ended(process: subprocess.Popen[bytes]) -> int:
    """Its exit code; 130 when we were told to stop, and then it is stopped, too."""
    stopped: list[int] = []

    def stop(number: int, _frame: object) -> None:
        stopped.append(number)
        if process.poll() is None:
            process.terminate()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        while process.poll() is None:
            try:
                process.wait(STOP_SECONDS if stopped else 0.5)
            except subprocess.TimeoutExpired:
                if stopped:
                    process.kill()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 130 if stopped else process.returncode


def _tls(folder: Path | None) -> list[str]:
    if folder is None:
        return []
    check_keys(folder)
    names = {"--tls-ca-file": AUTHORITY, "--tls-cert": CERTIFICATE, "--tls-key": KEY}
    return [part for option, name in names.items() for part in (option, str((folder / name).resolve()))]
