"""kill -9 in the middle of push and pull: what was said to be done is done, nothing half done shows, and it goes on."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sync.bucket import Bucket
from sync.credentials import Credentials, Place
from sync.packs.installing import INCOMING, installed
from sync.packs.verifying import verify
from sync.published import read_pointer, read_version
from sync.sending import object_name
from tests.sync.killed import contents_of
from tests.sync.packs import contents

ROOT = Path(__file__).parents[2]


def test_a_few_kills(store: str, tmp_path: Path) -> None:
    kill_at_random_moments(store, tmp_path, 8)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_hundred_kills_against_a_real_store(ceph_store: tuple[str, Path], tmp_path: Path) -> None:
    kill_at_random_moments(ceph_store[0], tmp_path, 100)


def kill_at_random_moments(store: str, tmp_path: Path, rounds: int) -> None:
    name = f"kill{rounds}"
    near = Bucket(Place(name, "", store), Credentials("test", "secret"))
    near._wire.send("PUT")
    chance = random.Random(7)
    number = 0
    pushed: set[str] = set()
    for _ in range(rounds):
        said = killed_after(store, name, tmp_path, number, chance.randrange(3), chance.uniform(0.0, 0.7))
        pushed |= {version for verb, version in said if verb == "pushed"}
        versions = read_pointer(near, "papers").versions
        assert pushed <= versions.keys()
        check_bucket(near)
        packs = {pack.manifest.version: pack for pack in installed(tmp_path / "packs")}
        assert {version for verb, version in said if verb == "pulled"} <= packs.keys()
        for version, pack in packs.items():
            assert contents(pack.content) == contents_of(int(version.split(".")[1]))
        number = max((int(version.split(".")[1]) for version in versions), default=-1) + 1
    assert number > 1
    for pack in installed(tmp_path / "packs"):
        verify(pack.folder)
    visible = [item for item in (tmp_path / "packs").iterdir() if item.name != INCOMING]
    assert [item.name for item in visible] == ["papers"]
    print(f"{rounds} kills, {len(pushed)} versions said to be pushed, {number} there, none lost and none half")
    near.close()


def killed_after(
    store: str, bucket: str, folder: Path, begin: int, done: int, seconds: float
) -> list[tuple[str, str]]:
    """Run the child until it works and has done that many things, then kill it a little later; what it said it did."""
    arguments = [sys.executable, "-m", "tests.sync.killed", store, bucket, str(folder), str(begin)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        lines: list[str] = []
        reader = threading.Thread(target=lambda: lines.extend(child.stdout or ()))
        reader.start()
        deadline = time.monotonic() + 60
        while child.poll() is None and time.monotonic() < deadline and (len(lines) < done or not begun(folder)):
            time.sleep(0.01)
        time.sleep(seconds)
        alive = child.poll() is None
        child.kill()
        child.wait()
        reader.join()
    assert alive, "the child ended by itself"
    pairs = (line.split() for line in lines)
    return [(words[0], words[1]) for words in pairs if len(words) == 2]


def begun(folder: Path) -> bool:
    """The child has written what it will push: from here on a kill hits its work."""
    counter = folder / "content" / "counter.txt"
    return counter.exists() and time.time() - counter.stat().st_mtime < 5


def check_bucket(near: Bucket) -> None:
    """Every version that shows is whole: each of its files is there with its size."""
    pointer = read_pointer(near, "papers")
    for version in pointer.versions:
        manifest = read_version(near, pointer, version, None).manifest
        for file in manifest.files:
            held = near.held(object_name(file.sha256))
            assert held is not None
            assert held[0] == file.size
