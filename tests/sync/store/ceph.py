"""Ceph's object store with its S3 gateway, fetched, started and stopped by an ordinary user in folders of its own.

    python -m tests.sync.store.ceph install            Debian's packages, unpacked beside the user's caches, once
    python -m tests.sync.store.ceph run [FOLDER]       until Ctrl+C; says the address and the keys

A monitor, one object server that keeps everything in memory, and a gateway, all on loopback. ATELIER_CEPH names
another place for the unpacked packages.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from platformdirs import user_cache_path

from tests.sync.store.processes import Process, StoreMissing, ending, free_ports, until_stopped

PACKAGES = ("ceph-mon", "ceph-osd", "radosgw")
ACCESS, SECRET = "test", "secret"
SETTINGS = """
[global]
fsid = {fsid}
mon initial members = a
mon host = v1:127.0.0.1:{mon}
auth cluster required = none
auth service required = none
auth client required = none
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 2
osd pool default pgp num = 2
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon cluster log file = /dev/null
mon data avail warn = 1
mon data avail crit = 1
run dir = {folder}/run
admin socket = {folder}/run/$name.asok
pid file = {folder}/run/$name.pid
log file = {folder}/$name.log
erasure code dir = {libraries}/ceph/erasure-code
plugin dir = {libraries}/ceph
osd class dir = {libraries}/rados-classes
mon data = {folder}/mon
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 8589934592
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{gateway}
rgw data = {folder}/rgw
"""


def home() -> Path:
    given = os.environ.get("ATELIER_CEPH")
    return Path(given) if given else user_cache_path("atelier-tests") / "ceph"


def _libraries() -> Path:
    return home() / "usr" / "lib" / f"{platform.machine()}-linux-gnu"


def _environment() -> dict[str, str]:
    libraries = _libraries()
    folders = (libraries, home() / "lib" / libraries.name, libraries / "ceph")
    return {
        **os.environ, "LD_LIBRARY_PATH": os.pathsep.join(map(str, folders)),
        "PYTHONPATH": str(home() / "usr/lib/python3/dist-packages"),
    }  # fmt: skip


def install() -> None:
    """Debian's packages and what they need and this system lacks, unpacked; nothing of the system is touched."""
    if shutil.which("apt-get") is None:
        raise StoreMissing("Ceph is taken from Debian's packages, and there is no apt-get here.")
    with tempfile.TemporaryDirectory() as fetched:
        (Path(fetched) / "partial").mkdir()
        subprocess.run(
            ["apt-get", "install", "-q", "-y", "--no-install-recommends", "--download-only", "-o", "Debug::NoLocking=1",
             "-o", f"Dir::Cache::archives={fetched}", *PACKAGES],
            check=True,
        )  # fmt: skip
        home().mkdir(parents=True, exist_ok=True)
        for package in sorted(Path(fetched).glob("*.deb")):
            subprocess.run(["dpkg", "-x", package, home()], check=True)


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The address of a store whose files lie in a folder. Raises StoreMissing.

    On a busy machine Ceph sometimes does not come up: then it gets another try in a folder of its own.
    """
    if not (home() / "usr/bin/radosgw").exists():
        raise StoreMissing("Ceph is not installed: python -m tests.sync.store.ceph install")
    with ExitStack() as stack:
        for left in (2, 1, 0):
            try:
                address = stack.enter_context(_started(folder / f"try{left}"))
                break
            except StoreMissing:
                if not left:
                    raise
        yield address


@contextmanager
def _started(folder: Path) -> Iterator[str]:
    binaries, environment = home() / "usr/bin", _environment()
    mon, gateway = free_ports(2)
    fsid, settings = str(uuid.uuid4()), folder / "ceph.conf"
    for name in ("mon", "osd", "run", "rgw"):
        (folder / name).mkdir(parents=True)
    settings.write_text(SETTINGS.format(fsid=fsid, mon=mon, gateway=gateway, folder=folder, libraries=_libraries()))

    def call(program: str, *words: object) -> bytes:
        """A monitor that has just begun refuses what it answers a moment later."""
        for left in range(20, -1, -1):
            try:
                return subprocess.run(
                    [binaries / program, *map(str, words)], env=environment, capture_output=True, timeout=60, check=True
                ).stdout
            except subprocess.CalledProcessError as error:
                if not left:
                    raise StoreMissing(f"{program} fails: {error.stderr!r}") from error
                time.sleep(0.5)
            except subprocess.TimeoutExpired as error:
                raise StoreMissing(f"{program} takes for ever") from error
        return b""

    def start(program: str, *words: object) -> Process:
        words = (binaries / program, "-c", settings, "-f", *words)
        processes.append(Process(words, folder / f"{program}.out", environment))
        return processes[-1]

    with ending() as processes:
        call("monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"v1:127.0.0.1:{mon}", folder / "monmap")
        call("ceph-mon", "-c", settings, "--mkfs", "-i", "a", "--monmap", folder / "monmap")
        start("ceph-mon", "-i", "a").wait_for(mon)
        call("ceph", "-c", settings, "osd", "new", fsid)
        call("ceph-osd", "-c", settings, "-i", "0", "--mkfs", "--osd-uuid", fsid)
        start("ceph-osd", "-i", "0")
        deadline = time.monotonic() + 30
        while b"1 up" not in call("ceph", "-c", settings, "osd", "stat"):  # who asks for more before waits for ever
            if time.monotonic() > deadline:
                raise StoreMissing("ceph-osd does not come up")
            time.sleep(0.2)
        for uid, access, secret in (("test", ACCESS, SECRET), ("other", "other", "other-secret")):
            call("radosgw-admin", "-c", settings, "user", "create", "--uid", uid, "--display-name", uid,
                 "--access-key", access, "--secret", secret)  # fmt: skip
        start("radosgw", "-n", "client.rgw").wait_for(gateway)
        yield f"http://127.0.0.1:{gateway}"


def quota(folder: Path, most_bytes: int) -> None:
    """From now on buckets of the tests' user take no more than so many bytes: how a full bucket is made."""
    common = [str(home() / "usr/bin/radosgw-admin"), "-c", str(next(folder.glob("try*/ceph.conf"))), "quota"]
    for words in (
        ["set", "--quota-scope=bucket", "--uid=test", f"--max-size={most_bytes}"],
        ["enable" if most_bytes else "disable", "--quota-scope=bucket", "--uid=test"],
    ):  # fmt: skip
        subprocess.run(common + words, env=_environment(), check=True, capture_output=True)


def main(action: str = "run", folder: str = "") -> None:
    if action == "install":
        install()
        return
    with tempfile.TemporaryDirectory(prefix="ceph-") as fresh, running(Path(folder or fresh)) as address:
        until_stopped(f"{address}  access {ACCESS}  secret {SECRET}")


if __name__ == "__main__":
    main(*sys.argv[1:])
