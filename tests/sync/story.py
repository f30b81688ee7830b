"""The full story through a bad network: push, two who publish at once, pull, and again until it is done.

    python -m tests.sync.story [FAULT...]      the table of faults, against a real store (resources/docs/sync.md)
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sync.bucket import Bucket
from sync.credentials import Credentials, Place
from sync.errors import SyncError
from sync.packs.installing import INCOMING, installed
from sync.packs.signing import SigningKey
from sync.packs.verifying import verify
from sync.published import read_pointer
from sync.transfer import Limits, push
from tests.sync.packs import contents, described, pull, written
from tests.sync.proxy import FAULTS, Proxy, proxied
from tests.sync.store import ceph

TRIES = 30
SHARES = {"500": 0.1, "503": 0.1}
"""These come in bursts."""
THREADS = Limits(threads=4)


@dataclass
class Told:
    """What people were told on the way, and how often they began again."""

    sentences: Counter[str] = field(default_factory=Counter)


def tell(store: str, keys: Credentials, bucket: str, fault: str, folder: Path, share: float, seed: int = 4) -> (
    tuple[Proxy, Told]
):  # fmt: skip
    """Play it; raises AssertionError when anything is lost, half or wrong."""
    chance, key, told = random.Random(seed), SigningKey(bytes(range(32))), Told()
    first = {f"f{number:02}.bin": chance.randbytes(20_000 + 7_000 * number) for number in range(12)}
    versions = {"1.0.0": first, "1.1.0": {**first, "b.bin": b"b" * 9000}, "1.2.0": {**first, "c.bin": b"c" * 9000}}
    sources = {version: written(folder / version, files) for version, files in versions.items()}
    with proxied(store, seed) as proxy:
        near = Bucket(Place(bucket, f"story-{fault.replace(' ', '-')}", proxy.address), keys, attempts=4)
        proxy.faults, proxy.share = (fault,), share

        def publish(version: str) -> None:
            pack = described(sources[version], key, version)
            persist(proxy, told, lambda: push(near, pack, sources[version], THREADS))

        publish("1.0.0")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(publish, ("1.1.0", "1.2.0")))
        for version in versions:
            persist(proxy, told, lambda version=version: pull(near, "papers", folder / "packs", version, THREADS))
        proxy.faults = ()
        assert set(read_pointer(near, "papers").versions) == set(versions)
        near.close()
    packs = list(installed(folder / "packs"))
    assert {pack.manifest.version: contents(pack.content) for pack in packs} == versions
    for pack in packs:
        verify(pack.folder)
    assert {item.name for item in (folder / "packs").iterdir()} == {"papers", INCOMING}
    return proxy, told


def persist(proxy: Proxy, told: Told, work: Callable[[], object]) -> None:
    """As a person does: again, until it works; what goes wrong is always a sentence."""
    for attempt in range(TRIES):
        try:
            work()
        except SyncError as error:
            assert str(error)
            told.sentences[error.sentence] += 1
        else:
            return
        if attempt == TRIES - 5:
            proxy.share = 0.0
    raise AssertionError(f"it never went through: {told.sentences}")


def main() -> None:
    keys = Credentials(ceph.ACCESS, ceph.SECRET)
    with tempfile.TemporaryDirectory() as folder, ceph.running(Path(folder) / "store") as store:
        Bucket(Place("story", "", store), keys)._wire.send("PUT")
        print("| fault | requests | hit | people were told | lost |\n|---|---|---|---|---|")
        for number, (fault, meaning) in enumerate(FAULTS.items()):
            if sys.argv[1:] and fault not in sys.argv[1:]:
                continue
            proxy, told = tell(store, keys, "story", fault, Path(folder) / str(number), SHARES.get(fault, 0.3))
            said = "; ".join(f"“{text}” {count} times" for text, count in told.sentences.items()) or "nothing"
            print(f"| {meaning} | {proxy.requests} | {proxy.hits} | {said} | nothing |", flush=True)


if __name__ == "__main__":
    main()
