"""Packs sent to a real store on loopback beside rclone and `aws s3 sync`, and a folder of which nothing changed.

The store is Ceph (`python -m tests.sync.store.ceph install`). 200 MB go; ATELIER_SYNC_MB=1000 sends the whole gigabyte.
"""

from __future__ import annotations

import atexit
import itertools
import os
import random
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from app.packs.changing import SETTLED
from sync.bucket import Bucket
from sync.credentials import Credentials, Place
from sync.packs.building import Description, describe
from sync.packs.installing import take_in
from sync.packs.signing import SigningKey
from sync.transfer import plan_push, push
from tests.benchmarks import Benchmark, PeerMissing
from tests.sync.store import ceph
from tests.sync.store.processes import StoreMissing

MEGABYTES = int(os.environ.get("ATELIER_SYNC_MB", "200"))
ROUNDS = 3
UNCHANGED = 10_000
NAME = "bench"
KEY = SigningKey(bytes(range(32)))
_open, _running = ExitStack(), ExitStack()
atexit.register(_open.close)
atexit.register(_running.close)
_numbers = itertools.count()


def _store() -> str:
    """An empty one: it keeps everything in memory, and waits without a word once that is full."""
    _running.close()
    try:
        address = _running.enter_context(ceph.running(Path(tempfile.mkdtemp(dir=_folder()))))
    except StoreMissing as error:
        raise PeerMissing(str(error)) from error
    _bucket(address)._wire.send("PUT")
    return address


@cache
def _folder() -> Path:
    return Path(_open.enter_context(tempfile.TemporaryDirectory(prefix="bench-sync-")))


def _bucket(address: str, prefix: str = "") -> Bucket:
    bucket = Bucket(Place(NAME, prefix, address), Credentials(ceph.ACCESS, ceph.SECRET))
    _running.callback(bucket.close)
    return bucket


@cache
def _content() -> Path:
    """Many small files (a third of the bytes), some of some megabytes, and two large ones."""
    folder, chance = _folder() / "content", random.Random(1)
    left = MEGABYTES * 1_000_000
    sizes = [left // 5, left // 5]
    left -= sum(sizes)
    while left > MEGABYTES * 1_000_000 // 3:
        sizes.append(chance.randrange(1_000_000, 9_000_000))
        left -= sizes[-1]
    while left > 0:
        sizes.append(chance.randrange(2_000, 80_000))
        left -= sizes[-1]
    for number, size in enumerate(sizes):
        path = folder / f"part{number % 20}" / f"{number:05}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(chance.randbytes(size))
    return folder


def _fastest(work: object) -> float:
    """Each round sends to an empty place."""
    taken = []
    for _ in range(ROUNDS):
        prefix = f"round{next(_numbers)}"
        begin = time.perf_counter()
        work(prefix)  # type: ignore[operator]
        taken.append(time.perf_counter() - begin)
    return min(taken)


def ours() -> float:
    """From the folder to the published version: hashed, signed, sent, made visible."""
    address, folder = _store(), _content()

    def work(prefix: str) -> None:
        pack = describe(folder, Description("bench", "1.0.0", "Bench", "CC0-1.0"), KEY)
        push(_bucket(address, prefix), pack, folder)

    return _fastest(work)


def rclone() -> float:
    if shutil.which("rclone") is None:
        raise PeerMissing("rclone is not installed: apt-get install rclone")
    address, folder = _store(), _content()
    settings = {
        "TYPE": "s3", "PROVIDER": "Ceph", "ACCESS_KEY_ID": ceph.ACCESS, "SECRET_ACCESS_KEY": ceph.SECRET,
        "ENDPOINT": address, "REGION": "us-east-1", "NO_CHECK_BUCKET": "true",
    }  # fmt: skip
    own = {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}  # rclone stumbles over it
    environment = {**own, **{f"RCLONE_CONFIG_STORE_{name}": value for name, value in settings.items()}}
    return _fastest(lambda prefix: subprocess.run(
        ["rclone", "--config", os.devnull, "copy", "--transfers", "8", str(folder), f"store:{NAME}/{prefix}"],
        check=True, capture_output=True, env=environment,
    ))  # fmt: skip


def aws() -> float:
    if shutil.which("aws") is None:
        raise PeerMissing("the AWS command line is not installed: apt-get install awscli")
    address, folder = _store(), _content()
    environment = {
        **os.environ, "AWS_ACCESS_KEY_ID": ceph.ACCESS, "AWS_SECRET_ACCESS_KEY": ceph.SECRET,
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
    }  # fmt: skip
    return _fastest(lambda prefix: subprocess.run(
        ["aws", "--endpoint-url", address, "s3", "sync", "--only-show-errors", str(folder), f"s3://{NAME}/{prefix}"],
        check=True, capture_output=True, env=environment,
    ))  # fmt: skip


def unchanged() -> float:
    """Ten thousand files that are in the bucket already: hashed again, compared, nothing to send."""
    folder = _folder() / "unchanged"
    for number in range(UNCHANGED):
        path = folder / f"part{number % 50}" / f"{number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%d" % number * 2000)
    bucket = _bucket(_store(), "unchanged")
    push(bucket, describe(folder, Description("many", "1.0.0", "Bench", "CC0-1.0"), KEY), folder)
    taken = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        again = describe(folder, Description("many", "1.0.1", "Bench", "CC0-1.0"), KEY)
        assert not plan_push(bucket, again).files
        taken.append(time.perf_counter() - begin)
    return min(taken)


def status() -> float:
    """`sync status` of ten thousand installed files of which nothing changed since it was asked before."""
    from app.packs.state import how_it_stands

    folder, root = _folder() / "status", _folder() / "packs"
    for number in range(UNCHANGED):
        path = folder / f"part{number % 50}" / f"{number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%d" % number * 2000)
    pack = describe(folder, Description("many", "1.0.0", "Bench", "CC0-1.0"), KEY)
    take_in([(pack, lambda file, target: shutil.copyfile(folder / file.path, target))], root)
    before, taken = os.environ.get("ATELIER_PACKS"), []
    os.environ["ATELIER_PACKS"] = str(root)
    try:
        time.sleep(SETTLED / 1e9)  # files that were just written are not remembered
        how_it_stands(())
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            (state,) = how_it_stands(()).packs
            assert not (state.changed or state.added or state.gone)
            taken.append(time.perf_counter() - begin)
    finally:
        os.environ.pop("ATELIER_PACKS") if before is None else os.environ.update(ATELIER_PACKS=before)
    return min(taken)


BENCHMARKS = (
    Benchmark(f"send {MEGABYTES} MB of mixed files", ours, peer="rclone", theirs=rclone, target=1.11),
    Benchmark(f"send {MEGABYTES} MB of mixed files, beside aws", ours, peer="aws s3 sync", theirs=aws, target=1.11),
    Benchmark("10,000 unchanged files checked", unchanged, limit=2.0),
    Benchmark("status of 10,000 unchanged files", status, limit=2.0),
)
