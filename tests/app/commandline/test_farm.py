"""The farm from the terminal: schedulers and workers as processes of their own, encrypted and not, and what they do."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from app.commandline.main import main
from editor.commands.registry import run
from editor.storage import create_project

pytest.importorskip("distributed", reason="the extra “farm” is not installed")
from editor.workflows.farm import cluster, versions

ROOT = Path(__file__).resolve().parents[3]
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(autouse=True)
def one_program(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever edits a file while tests run makes another program of it; here all are one."""
    monkeypatch.setenv(versions.MARK_VARIABLE, "atelier-of-the-tests")
    versions.mark.cache_clear()
    yield
    versions.mark.cache_clear()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ATELIER_FARM", str(tmp_path / "farm"))
    yield tmp_path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "Film.atelier"
    with create_project(path) as opened:
        document = run(opened.project, "video.new_document", name="Film", width=64, height=48, rate=Fraction(10))
        tracks = [item.id for item in opened.project.children(document) if getattr(item, "media", "") == "video"]
        run(opened.project, "video.add_color", track=tracks[0], start=Fraction(0), duration=Fraction(2))
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    place = tmp_path / "photos"
    place.mkdir()
    for number in range(5):
        pixels = np.random.default_rng(number).integers(0, 255, (24, 32, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(place / f"{number}.png")
    (place / "bad.png").write_bytes(b"no picture")
    return place


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Begins `farm ...` as a process; all of them end with the test."""
    children: list[subprocess.Popen[bytes]] = []

    def begin(*call: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        children.append(
            subprocess.Popen(
                [sys.executable, "-m", "app", "farm", *call], cwd=tmp_path, env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip
        return children[-1]

    yield begin
    for child in reversed(children):
        child.terminate()
    for child in children:
        assert child.wait(20) == 130


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("no scheduler came")


@pytest.fixture
def address(start: Start) -> str:
    """A scheduler with one worker, both started by our command line."""
    port = free_port()
    start("scheduler", "--port", str(port))
    wait_for_port(port)
    start("worker", f"tcp://127.0.0.1:{port}", "--processes", "1")
    return f"tcp://127.0.0.1:{port}"


def test_a_film_is_drawn_by_a_worker_of_a_scheduler(
    address: str, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["farm", "render", str(project), str(tmp_path / "film.mp4"), "--scheduler", address]) == 0
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 20
    capsys.readouterr()
    time.sleep(1.0)  # one sign of life, with the counts
    assert main(["farm", "status", address]) == 0
    told = capsys.readouterr().out
    assert "1 of 1 worker can be used" in told
    assert max(map(len, told.splitlines())) <= 80
    assert main(["farm", "status", address, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["workers"][0]["done"] == 5
    assert found["workers"][0]["contents"] > 0
    assert found["results"] > 0
    assert found["workers"][0]["refusal"] == ""
    monkeypatch.setattr(cluster, "mark", lambda: "atelier-other")
    from editor.workflows.farm import looking

    monkeypatch.setattr(looking, "mark", lambda: "atelier-other")
    monkeypatch.setattr(cluster, "versions", lambda: {"program": "other"})
    assert main(["farm", "status", address]) == 0
    told = capsys.readouterr().out
    assert "0 of 1 worker can be used" in told
    assert "has another Atelier" in " ".join(told.split())
    assert max(map(len, told.splitlines())) <= 80


def test_a_batch_is_the_same_at_the_farm(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", "--batch", str(photos), str(tmp_path / "here"), "--to", "webp", "--width", "16"]) == 1
    call = ["convert", "--batch", str(photos), str(tmp_path / "there"), "--to", "webp", "--width", "16", "--farm"]
    assert main(call) == 1
    told = capsys.readouterr()
    assert told.out.splitlines().count("Files written: 5 of 6, failed: 1.") == 2
    assert told.err.count("bad.png") == 2
    here, there = (sorted((tmp_path / name).iterdir()) for name in ("here", "there"))
    assert [path.name for path in here] == [path.name for path in there] == [f"{n}.webp" for n in range(5)]
    assert [path.read_bytes() for path in here] == [path.read_bytes() for path in there]


def test_ai_tools_and_recipes_at_the_farm(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A tool and a recipe that begins with it give what they give here; the file that is bad costs itself."""
    files = [str(path) for path in sorted(photos.glob("[01b]*.png"))]
    for name, more in (("here", []), ("there", ["--farm", "--workers", "1"])):
        assert main(["ai", "run", "mosaic", *files, "--output", str(tmp_path / name), *more]) == 1
    here, there = (sorted((tmp_path / name).iterdir()) for name in ("here", "there"))
    assert [path.name for path in here] == [path.name for path in there] == ["0.png", "1.png"]
    for one, other in zip(here, there, strict=True):
        assert np.array_equal(np.array(Image.open(one)), np.array(Image.open(other)))
    assert "bad.png" in capsys.readouterr().err
    recipe = tmp_path / "web.atelier-recipe"
    recipe.write_text(
        'name = "Web"\nsteps = [["ai", "run", "mosaic", "{input}", "--output", "{work}"],'
        ' ["convert", "{work}/{stem}.png", "{output}/small/{stem}.webp", "--width", "8"]]\n'
    )
    (photos / "small").mkdir()
    call = ["farm", "apply", str(recipe), *files, "--output", str(tmp_path / "web"), "--workers", "1"]
    assert main(call) == 1, "convert makes no folders: the step says so"
    assert "There is no folder" in capsys.readouterr().err
    recipe.write_text(recipe.read_text().replace("small/", ""))
    assert main(call) == 1
    told = capsys.readouterr()
    assert "2 files done, 1 failed" in told.out
    assert sorted(path.name for path in (tmp_path / "web").iterdir()) == [
        "0.png.report.json", "0.webp", "1.png.report.json", "1.webp", "bad.png.report.json",
    ]  # fmt: skip


def test_a_recipe_at_the_farm_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = tmp_path / "web.atelier-recipe"
    recipe.write_text('name = "Web"\nfiles = ["png"]\nsteps = [["convert", "{input}", "{output}/{stem}.webp"]]\n')
    for number, name in enumerate(("a/hero.png", "b/hero.png", "c/sub/hero.png")):
        (tmp_path / name).parent.mkdir(parents=True)
        Image.new("RGB", (8 + number, 8)).save(tmp_path / name)
    output = tmp_path / "out"
    (output / "sub").mkdir(parents=True)
    (output / "sub" / "hero.webp").write_bytes(b"a person's own")
    given = [str(tmp_path / name) for name in ("a/hero.png", "b/hero.png", "c")]
    assert main(["farm", "apply", str(recipe), *given, "--output", str(output), "--workers", "1"]) == 0
    assert "3 files done, 0 failed" in capsys.readouterr().out
    widths = {path.relative_to(output).as_posix(): Image.open(path).width for path in output.rglob("hero*-*.webp")}
    assert sorted(widths) == ["hero-png.webp", "sub/hero-png.webp"]
    assert {Image.open(output / "hero.webp").width, widths["hero-png.webp"]} == {8, 9}
    assert (output / "sub" / "hero.webp").read_bytes() == b"a person's own"


def test_an_open_door_must_be_asked_for(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = str(tmp_path / "film.mp4")
    for call, sentence in (
        (["farm", "scheduler", "--host", "0.0.0.0"], "could reach this scheduler"),
        (["farm", "worker", "tcp://studio:8786"], "is not encrypted"),
        (["farm", "render", str(project), film, "--scheduler", "tcp://studio:8786"], "is not encrypted"),
        (["farm", "status", "tls://studio:8786"], "needs its keys"),
        (["farm", "status", "studio"], "is no address of a farm"),
        (["farm", "status", "tls://studio:8786", "--keys", str(tmp_path)], "There is no authority.pem"),
        (["farm", "status"], "Which farm?"),
    ):  # fmt: skip
        assert main(call) == 1
        assert sentence in capsys.readouterr().err
    assert main(["export", str(project), str(tmp_path / "a.png"), "--farm"]) == 1
    assert "A farm draws films" in capsys.readouterr().err


def test_where_nobody_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "WAIT_SECONDS", 1.0)
    assert main(["farm", "status", "tcp://127.0.0.1:9"]) == 1
    assert "No farm answers" in capsys.readouterr().err


@pytest.mark.long
def test_an_encrypted_farm(
    start: Start, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the keys it works; without them, or with others, nobody gets in."""
    keys, others = tmp_path / "keys", tmp_path / "others"
    assert main(["farm", "keys", str(keys), "--host", "studio"]) == 0
    assert main(["farm", "keys", str(others)]) == 0
    assert main(["farm", "keys", str(keys)]) == 1
    assert "There are keys" in capsys.readouterr().err
    assert (keys / "farm-key.pem").stat().st_mode & 0o077 == 0
    port = free_port()
    start("scheduler", "--port", str(port), "--host", "0.0.0.0", "--keys", str(keys))
    wait_for_port(port)
    start("worker", f"tls://127.0.0.1:{port}", "--processes", "1", "--keys", str(keys))
    call = ["farm", "render", str(project), str(tmp_path / "film.mp4"), "--scheduler", f"tls://127.0.0.1:{port}"]
    assert main([*call, "--keys", str(keys)]) == 0
    assert (tmp_path / "film.mp4").is_file()
    monkeypatch.setattr(cluster, "WAIT_SECONDS", 2.0)
    assert main(["farm", "status", f"tls://127.0.0.1:{port}", "--keys", str(others)]) == 1
    assert "No farm answers" in capsys.readouterr().err
    assert main(["farm", "status", f"tcp://127.0.0.1:{port}"]) == 1


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_a_scheduler_that_is_killed_and_comes_back(start: Start, tmp_path: Path) -> None:
    """Workers wait for it, the client too; what was brought home is not done again and nothing is missing."""
    from editor.workflows.farm.cache import ResultCache
    from editor.workflows.farm.cluster import Farm
    from tests.editor.workflows.farm.farm_works import counted, task

    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    call = [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen(call, env=environment, **quiet)
    wait_for_port(port)
    start("worker", f"tcp://127.0.0.1:{port}", "--processes", "2")
    tasks, found = [task("wait", tmp_path, number, 0.1) for number in range(40)], []
    try:
        with Farm(f"tcp://127.0.0.1:{port}", cache=ResultCache(tmp_path / "cache")) as farm:
            for done in farm.run(tasks, {}):
                found.append(done.task.wish.number)
                if len(found) == 6:
                    scheduler.send_signal(signal.SIGKILL)
                    scheduler.wait()
                    scheduler = subprocess.Popen(call, env=environment, **quiet)
    finally:
        scheduler.kill()
        scheduler.wait()
    assert sorted(found) == list(range(40))
    assert counted(tmp_path) <= 40 + 6, "only what was on its way is done again"
