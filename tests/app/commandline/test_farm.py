"""The farm from the terminal: a scheduler and a worker as processes of their own, a film drawn by them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import pytest

from app.commandline.main import main
from editor.commands.registry import run
from editor.storage import create_project

pytest.importorskip("distributed", reason="the extra “farm” is not installed")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATELIER_FARM", str(tmp_path / "farm"))
    path = tmp_path / "Film.atelier"
    with create_project(path) as opened:
        document = run(opened.project, "video.new_document", name="Film", width=64, height=48, rate=Fraction(10))
        tracks = [item.id for item in opened.project.children(document) if getattr(item, "media", "") == "video"]
        run(opened.project, "video.add_color", track=tracks[0], start=Fraction(0), duration=Fraction(2))
    return path


@pytest.fixture
def address(tmp_path: Path, project: Path) -> Iterator[str]:
    """A scheduler with one worker, both started by our command line."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = f"tcp://127.0.0.1:{port}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    calls = (["scheduler", "--port", str(port)], ["worker", found, "--processes", "1"])
    children = []
    for call in calls:
        children.append(
            subprocess.Popen(
                [sys.executable, "-m", "app", "farm", *call], cwd=tmp_path, env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while call[0] == "scheduler" and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
    yield found
    for child in reversed(children):
        child.terminate()
        child.wait(20)


def test_a_film_is_drawn_by_a_worker_of_a_scheduler(
    address: str, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["farm", "render", str(project), str(tmp_path / "film.mp4"), "--scheduler", address]) == 0
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 20
    assert main(["farm", "status", address]) == 0
    assert "at work" in capsys.readouterr().out


def test_where_nobody_answers(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                              monkeypatch: pytest.MonkeyPatch) -> None:
    import editor.workflows.farm.cluster as cluster

    monkeypatch.setattr(cluster, "WAIT_SECONDS", 1.0)
    assert main(["farm", "status", "tcp://127.0.0.1:9"]) == 1
    assert "No farm answers" in capsys.readouterr().err
