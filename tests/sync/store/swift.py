"""OpenStack Swift with its S3 API, installed, started and stopped by an ordinary user in folders of its own.

    python -m tests.sync.store.swift install           into a virtual environment beside the user's caches, once
    python -m tests.sync.store.swift run [FOLDER]      until Ctrl+C; says the address and the keys

Four processes on loopback, one copy of everything, an in-process cache instead of memcached. ATELIER_SWIFT
names another place for the environment.
"""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_path

from tests.sync.store import configs
from tests.sync.store.processes import Process, StoreMissing, ending, free_ports, until_stopped

VERSION = "2.38.3"
KINDS = ("account", "container", "object", "proxy")


def home() -> Path:
    given = os.environ.get("ATELIER_SWIFT")
    return Path(given) if given else user_cache_path("atelier-tests") / f"swift-{VERSION}"


def install() -> None:
    """Into a virtual environment: Swift has needs of its own that the studio must not share."""
    place = home()
    venv.create(place, with_pip=True, clear=True)
    subprocess.run([place / "bin" / "python", "-m", "pip", "install", "-q", f"swift=={VERSION}"], check=True)


@contextmanager
def running(folder: Path, workers: int = 0) -> Iterator[str]:
    """The address of a store whose files lie in an empty folder. Raises StoreMissing."""
    binaries = home() / "bin"
    if not (binaries / "swift-proxy-server").exists():
        raise StoreMissing("OpenStack Swift is not installed: python -m tests.sync.store.swift install")
    ports = _prepare(binaries, folder, workers)
    environment = {**os.environ, "PYTHONPATH": str(folder), "EVENTLET_NO_GREENDNS": "yes"}
    with ending() as servers:
        for kind in KINDS:
            call = (binaries / "python", binaries / f"swift-{kind}-server", folder / f"{kind}.conf", "-v")
            servers.append(Process(call, folder / f"{kind}.out", environment))
        for kind, server in zip(KINDS, servers):
            server.wait_for(ports[kind])
        yield f"http://127.0.0.1:{ports['proxy']}"


def _prepare(binaries: Path, folder: Path, workers: int) -> dict[str, int]:
    (folder / "devices" / "d1").mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("process_cache.py"), folder)  # beside it lie names that Swift's would hide
    ports = dict(zip(KINDS, free_ports(len(KINDS))))
    configs.write(folder, ports, getpass.getuser(), workers)
    for kind in KINDS[:3]:
        builder = str(folder / f"{kind}.builder")
        for call in (
            [builder, "create", "4", "1", "1"],
            [builder, "add", "--region", "1", "--zone", "1", "--ip", "127.0.0.1", "--port", str(ports[kind]),
             "--device", "d1", "--weight", "1"],
            [builder, "rebalance"],
        ):  # fmt: skip
            subprocess.run(
                [binaries / "python", binaries / "swift-ring-builder", *call], check=True, stdout=subprocess.DEVNULL
            )
    return ports


def main(action: str = "run", folder: str = "") -> None:
    if action == "install":
        install()
        return
    with tempfile.TemporaryDirectory(prefix="swift-") as fresh, running(Path(folder or fresh)) as address:
        until_stopped(f"{address}  access {configs.ACCESS}  secret {configs.SECRET}")


if __name__ == "__main__":
    main(*sys.argv[1:])
