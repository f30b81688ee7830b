"""SIGKILL at random moments: every edit that was acknowledged is there afterwards, with its history.

The child (kill_child.py) edits, imports, drags, checkpoints, copies, compacts, closes and opens; the kill comes after
a random delay, so that it falls inside commits, checkpoints and copies as often as those take.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from editor.model.record import encode
from editor.storage import create_project, open_project
from editor.storage.doctor import doctor
from editor.storage.rows import blob_names
from tests.editor.storage.kill_child import KINDS

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the child program forks, which this system cannot")

ROOT = Path(__file__).resolve().parents[3]
KILLS_A_FILE = 4
LONGEST_DELAY = 0.35


@dataclass
class Acknowledged:
    """What the child said: the content hash at each history entry, and where it stood last."""

    hashes: dict[int, str] = field(default_factory=dict)
    head: int = 0

    def take(self, line: str) -> None:
        _, head, digest = line.split()
        known = self.hashes.setdefault(int(head), digest)
        assert known == digest, "an entry of the history changed its content"
        self.head = int(head)


class Victim:
    """The server process and the child that it forked last."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.editor.storage.kill_child"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def kill_while(self, path: Path, kind: str, seed: int, delay: float, heard: Acknowledged) -> None:
        """Let a child work, kill it `delay` seconds after it has the file open, note what it acknowledged."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"path": str(path), "kind": kind, "seed": seed}) + "\n")
        self._process.stdin.flush()
        child, killed = 0, False
        while (line := self._line()) != "ended":
            assert line, "the server died"
            if line.startswith("pid "):
                child = int(line.split()[1])
            elif line.startswith("ack "):
                heard.take(line)
            else:
                pytest.fail(f"{kind}: {line}")
            if child and heard.hashes and not killed:
                time.sleep(delay)
                os.kill(child, signal.SIGKILL)
                killed = True
        assert killed

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    server = Victim()
    yield server
    server.close()


def check(path: Path, heard: Acknowledged, chance: random.Random) -> None:
    """Everything acknowledged is there; the file is healthy; undo leads to the start and redo back."""
    with open_project(path) as opened:
        project = opened.project
        assert not opened.read_only and not opened.losses, (opened.notices, opened.losses)
        stands, digest = project.history.head, project.content_hash()
        missing = [entry for entry in heard.hashes if entry not in project.history]
        assert missing == [], "acknowledged edits are gone"
        assert len(project.history) <= max(heard.hashes) + 11, "more than what was under way appeared"
        assert heard.hashes.get(stands, digest) == digest
        for name in {name for item in project.records.values() for name in blob_names(encode(item))}:
            project.blobs.get(name)
        for entry in {heard.head, *chance.sample(sorted(heard.hashes), min(2, len(heard.hashes)))}:
            project.travel(entry)
            assert project.content_hash() == heard.hashes[entry]
        project.travel(stands)
        steps = 0
        while project.undo() is not None:
            steps += 1
        assert not project.records
        for _ in range(steps):
            project.redo()
        assert (project.history.head, project.content_hash()) == (stands, digest)
    assert doctor(path).problems == []
    beside = {item.name for item in path.parent.iterdir()} - {path.name, "copy.atelier"}
    assert not [name for name in beside if name.startswith(path.name)], "files stayed beside the project"
    check_copy(path.with_name("copy.atelier"))


def check_copy(copy: Path) -> None:
    """A copy is whole or not there."""
    if copy.exists():
        assert doctor(copy).problems == []
        with open_project(copy) as opened:
            assert opened.losses == ()


def kill_often(victim: Victim, folder: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    kinds = list(KINDS)
    heard, path = Acknowledged(), folder / "p.atelier"
    for number in range(kills):
        kind = kinds[number // KILLS_A_FILE % len(kinds)]
        if number % KILLS_A_FILE == 0:
            for old in folder.iterdir():
                old.unlink()
            create_project(path).close()
            heard = Acknowledged()
        victim.kill_while(path, kind, chance.randrange(1 << 30), chance.random() ** 2 * LONGEST_DELAY, heard)
        check(path, heard, chance)
        with open_project(path) as opened:  # the checks travelled: the next round goes on from where they ended
            heard.hashes[opened.project.history.head] = opened.project.content_hash()


def test_thirty_kills_lose_nothing(victim: Victim, tmp_path: Path) -> None:
    kill_often(victim, tmp_path, 30, seed=2026)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_three_hundred_kills_lose_nothing(victim: Victim, tmp_path: Path) -> None:
    kill_often(victim, tmp_path, 320, seed=int(time.time()))
