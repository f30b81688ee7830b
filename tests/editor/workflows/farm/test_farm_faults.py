"""What goes wrong on farms: lost, hung, frozen and greedy workers, lost schedulers, cut lines, people who cancel."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import pytest

from editor.base.errors import Cancelled
from editor.commands.registry import run
from editor.storage import create_project
from editor.workflows.farm.cache import ResultCache
from editor.workflows.farm.film import render_film
from editor.workflows.farm.here import Here
from editor.workflows.farm.tasks import Done, Task
from tests.editor.workflows.farm.farm_works import counted, task

pytest.importorskip("distributed", reason="the extra “farm” is not installed")
from editor.workflows.farm.cluster import Farm

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(sys.platform == "win32", reason="kills with signals"),
]
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def farm(tmp_path: Path) -> Iterator[Farm]:
    with Farm(workers=3, cache=ResultCache(tmp_path / "cache"), scratch=tmp_path / "scratch") as opened:
        wait_for(lambda: len(opened.usable()) == 3)
        yield opened


def wait_for(condition: object, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def pids(farm: Farm) -> list[int]:
    return [farm.ask(address, os.getpid) for address in farm.usable()]


def all_once(found: list[Done], tasks: list[Task]) -> bool:
    """Every task has exactly one result, and it is its own."""
    return sorted(done.task.wish.number for done in found) == [one.wish.number for one in tasks] and all(
        done.data == f"{done.task.wish.number}:0".encode() for done in found
    )


def test_one_of_three_is_killed(farm: Farm, tmp_path: Path) -> None:
    """No task is missing or there twice, and only what the lost one held is done again."""
    tasks = [task("wait", tmp_path, number, 0.1) for number in range(30)]
    victim, found = pids(farm)[0], []
    for done in farm.run(tasks, {}):
        found.append(done)
        if len(found) == 4:
            os.kill(victim, signal.SIGKILL)
    assert all_once(found, tasks)
    assert 30 <= counted(tmp_path) <= 30 + 3


def test_a_film_loses_no_frame(farm: Farm, tmp_path: Path) -> None:
    """Three workers, one killed in the middle: frame by frame the film that one machine writes, by its hashes."""
    path = tmp_path / "Film.atelier"
    with create_project(path) as opened:
        project = opened.project
        document: str = run(project, "video.new_document", name="Film", width=320, height=240, rate=Fraction(20))
        track = next(item.id for item in project.children(document) if getattr(item, "media", "") == "video")
        clip = run(project, "video.add_color", track=track, start=Fraction(0), duration=Fraction(4),
               color=(1.0, 0.4, 0.1, 1.0))
        run(project, "video.set_opacity_key", clip=clip, time=Fraction(0), value=1.0)
        run(project, "video.set_opacity_key", clip=clip, time=Fraction(4), value=0.1)
    victim, shares = pids(farm)[0], list[float]()

    def progress(share: float) -> None:
        shares.append(share)
        if len(shares) == 10:
            os.kill(victim, signal.SIGKILL)

    render_film(farm, path, document, tmp_path / "farm.mp4", progress=progress)
    render_film(Here(), path, document, tmp_path / "here.mp4")
    there, here = hashes(tmp_path / "farm.mp4"), hashes(tmp_path / "here.mp4")
    assert len(there) == len(set(there)) == 80, "none is missing, none is there twice"
    assert there == here


def hashes(path: Path) -> list[str]:
    with av.open(str(path)) as container:
        pictures = (frame.to_ndarray(format="rgb24") for frame in container.decode(video=0))
        return [hashlib.sha256(picture.tobytes()).hexdigest() for picture in pictures]


def test_a_task_that_hangs_is_done_elsewhere(farm: Farm, tmp_path: Path) -> None:
    tasks = [task("hang", tmp_path, 0, longest=1.0), *(task("wait", tmp_path, number, 0.05) for number in range(1, 8))]
    found = list(farm.run(tasks, {}))
    assert all_once(found, tasks)
    assert counted(tmp_path, 0) == 2
    logs = list((tmp_path / "scratch" / "contents").glob("hung-*.log"))
    assert any("farm_works" in log.read_text() for log in logs), "where it hung is on record"


def test_a_task_that_kills_its_workers_is_told(farm: Farm, tmp_path: Path) -> None:
    tasks = [task("die", tmp_path, 0), *(task("wait", tmp_path, number, 0.05) for number in range(1, 8))]
    found = {done.task.wish.number: done for done in farm.run(tasks, {})}
    assert "its worker was lost 4 times" in found[0].failure
    assert all(found[number].data is not None for number in range(1, 8))
    assert counted(tmp_path, 0) == 4


def test_cancelling_waits_for_no_work_and_leaves_none(farm: Farm, tmp_path: Path) -> None:
    """One task listens and one does not; both are gone soon, and the farm works on."""
    tasks = [task("wait", tmp_path, 0, 60.0), task("deaf", tmp_path, 1, 60.0), task("wait", tmp_path, 2, 60.0)]
    moments: list[float] = []

    def check() -> None:
        if counted(tmp_path) == 3:
            moments.append(time.monotonic())
            raise Cancelled

    with pytest.raises(Cancelled):
        list(farm.run(tasks, {}, check))
    assert time.monotonic() - moments[0] < 30.0, "it waited for tasks of a minute"

    [deaf] = [int(path.name.split("-")[1]) for path in tmp_path.glob("1-*.run")]
    wait_for(lambda: not is_process_alive(deaf), 5.0)
    [done] = farm.run([task("read", tmp_path, 3)], {})
    assert done.data == b"3:0"
    assert counted(tmp_path) == 4, "nothing was begun again"


@pytest.mark.long
def test_a_frozen_worker_is_given_up(tmp_path: Path) -> None:
    with Farm(workers=2, scratch=tmp_path / "scratch", silent_seconds=3.0) as farm:
        wait_for(lambda: len(farm.usable()) == 2)
        tasks = [task("freeze", tmp_path, 0), *(task("wait", tmp_path, number, 0.05) for number in range(1, 8))]
        found = list(farm.run(tasks, {}))
    assert all_once(found, tasks)
    assert counted(tmp_path, 0) == 2


@pytest.mark.long
def test_a_worker_out_of_memory(tmp_path: Path) -> None:
    """One that was unlucky succeeds elsewhere; one that always needs too much is told, and the others are done."""
    with Farm(workers=2, scratch=tmp_path / "scratch", memory="700MB") as farm:
        wait_for(lambda: len(farm.usable()) == 2)
        tasks = [
            task("eat once", tmp_path, 0), task("eat", tmp_path, 1),
            *(task("wait", tmp_path, number, 0.05) for number in range(2, 8)),
        ]  # fmt: skip
        found = {done.task.wish.number: done for done in farm.run(tasks, {})}
    assert found.pop(1).failure.endswith("It may need more memory or time than a worker has.")
    assert all_once(list(found.values()), [tasks[0], *tasks[2:]])


CLIENT = """
import sys
from pathlib import Path
from editor.workflows.farm.cache import ResultCache
from editor.workflows.farm.cluster import Farm
from tests.editor.workflows.farm.farm_works import task

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with Farm(workers=2, cache=ResultCache(folder / "cache"), scratch=folder / "scratch") as farm:
        for done in farm.run([task("wait", folder, number, 0.1) for number in range(24)], {}):
            print(done.task.wish.number, done.was_known, flush=True)
"""


@pytest.mark.long
def test_a_client_that_was_killed_goes_on_from_the_cache(tmp_path: Path) -> None:
    script = tmp_path / "client.py"
    script.write_text(CLIENT)
    call = [sys.executable, str(script), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    client = subprocess.Popen(call, env=environment, stdout=subprocess.PIPE, text=True)
    assert client.stdout is not None
    seen = [client.stdout.readline().split()[0] for _ in range(6)]
    client.kill()
    client.wait()
    client.stdout.close()
    begun = counted(tmp_path)
    time.sleep(3.0)  # its workers notice by themselves that nobody is there any more
    assert counted(tmp_path) <= begun + 6
    again = subprocess.run(call, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
    told = {line.split()[0]: line.split()[1] for line in again}
    assert len(again) == len(told) == 24
    assert all(told[number] == "True" for number in seen[:-1])


def is_process_alive(pid: int) -> bool:
    """Whether it runs; one that has ended and was not fetched does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Line:
    """A proxy on loopback that can cut what goes through it."""

    def __init__(self, port: int) -> None:
        import socket

        self.target, self.ends = port, []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self) -> None:
        import socket

        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            self.ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass(one: object, other: object) -> None:
        try:
            while data := one.recv(1 << 16):  # type: ignore[attr-defined]
                other.sendall(data)  # type: ignore[attr-defined]
        except OSError:
            pass
        finally:
            for end in (one, other):
                end.close()  # type: ignore[attr-defined]

    def cut(self) -> None:
        import socket

        ends, self.ends = self.ends, []
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def close(self) -> None:
        import socket

        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        self.cut()
        self.thread.join(5.0)


@pytest.mark.long
def test_the_line_is_cut(farm: Farm, tmp_path: Path) -> None:
    """Between client and scheduler, twice: the client comes back, and every result is there once."""
    line = Line(int(farm.client.scheduler.address.rpartition(":")[2]))
    try:
        with Farm(f"tcp://127.0.0.1:{line.port}", cache=ResultCache(tmp_path / "far")) as far:
            tasks = [task("wait", tmp_path, number, 0.2) for number in range(24)]
            found = []
            for done in far.run(tasks, {}):
                found.append(done)
                if len(found) in (4, 12):
                    line.cut()
            assert all_once(found, tasks)
    finally:
        line.close()
