"""The farm on this machine: every frame once, workers that die, results that are kept, other programs refused."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.commands.registry import run
from editor.formats.movie import MovieOptions, export_movie
from editor.storage import create_project, open_project
from editor.workflows.farm.cache import ResultCache, key_of
from editor.workflows.farm.cluster import Farm
from editor.workflows.farm.contents import PIECE, Folder, content_of, pieces_of
from editor.workflows.farm.film import parts_of, render_film

pytest.importorskip("distributed", reason="the extra “farm” is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A project with a timeline of forty frames: two colours with a dissolve of opacity between them."""
    path = tmp_path_factory.mktemp("film") / "Film.atelier"
    with create_project(path) as opened:
        project = opened.project
        document: str = run(project, "video.new_document", name="Film", width=64, height=48, rate=Fraction(20))
        tracks = [item.id for item in project.children(document) if getattr(item, "media", "") == "video"]
        for number, shade in enumerate(((1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0))):
            clip = run(
                project, "video.add_color", track=tracks[0], start=Fraction(number), duration=Fraction(1), color=shade
            )
            run(project, "video.set_opacity_key", clip=clip, time=Fraction(number), value=1.0)
            run(project, "video.set_opacity_key", clip=clip, time=Fraction(number + 1), value=0.2)
    return path, document


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    folder = tmp_path_factory.mktemp("farm")
    with Farm(workers=2, cache=ResultCache(folder / "cache"), scratch=folder / "scratch") as opened:
        yield opened


def frames_of(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def test_the_farms_film_is_the_film(farm: Farm, film: tuple[Path, str], tmp_path: Path) -> None:
    path, document = film
    shares: list[float] = []
    render_film(farm, path, document, tmp_path / "farm.mp4", progress=shares.append)
    with open_project(path, read_only=True) as opened:
        export_movie(opened.project, document, tmp_path / "here.mp4")
    there, here = frames_of(tmp_path / "farm.mp4"), frames_of(tmp_path / "here.mp4")
    assert there.shape == here.shape
    assert len(there) == 40
    assert np.array_equal(there, here)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_what_was_done_is_not_done_again(farm: Farm, film: tuple[Path, str], tmp_path: Path) -> None:
    path, document = film
    render_film(farm, path, document, tmp_path / "one.mp4")
    submitted = []
    real = farm.submit
    farm.submit = lambda *a, **k: submitted.append(k) or real(*a, **k)  # type: ignore[method-assign, func-returns-value]
    render_film(farm, path, document, tmp_path / "two.mp4")
    render_film(farm, path, document, tmp_path / "small.mp4", MovieOptions(width=32, height=24))
    del farm.submit
    assert len(submitted) == 5, "only the film in another size was drawn"
    assert np.array_equal(frames_of(tmp_path / "one.mp4"), frames_of(tmp_path / "two.mp4"))


def test_cancelling_leaves_nothing(farm: Farm, film: tuple[Path, str], tmp_path: Path) -> None:
    path, document = film
    steps = iter(range(100))

    def check() -> None:
        if next(steps) > 0:
            raise Cancelled

    options = MovieOptions(width=48, height=36)
    with pytest.raises(Cancelled):
        render_film(farm, path, document, tmp_path / "no.mp4", options, check=check)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_a_killed_worker_costs_only_its_pieces(film: tuple[Path, str], tmp_path: Path) -> None:
    path, document = film
    scratch = tmp_path / "scratch"
    with Farm(workers=3, cache=ResultCache(tmp_path / "cache"), scratch=scratch) as farm:
        pids = list(farm.client.run(os.getpid).values())
        assert len(pids) == 3
        shares: list[float] = []

        def kill_soon() -> None:
            while not shares:
                time.sleep(0.005)
            os.kill(pids[0], signal.SIGKILL)

        killer = threading.Thread(target=kill_soon)
        killer.start()
        target = tmp_path / "film.mp4"
        render_film(farm, path, document, target, MovieOptions(width=320, height=240), progress=shares.append)
        killer.join()
        assert pids[0] not in farm.client.run(os.getpid).values()
    frames = frames_of(target)
    assert len(frames) == 40, "no frame is missing and none is there twice"
    red = frames[:20].mean(axis=(1, 2))[:, 0]
    assert (np.diff(red) < 0).all(), "each is darker than the one before: they are in order"


def test_nobody_there_and_other_programs(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    import editor.workflows.farm.cluster as cluster

    monkeypatch.setattr(cluster, "WAIT_SECONDS", 1.0)
    with pytest.raises(ExpectedError, match="No farm answers"):
        Farm("tcp://127.0.0.1:9")
    monkeypatch.setattr(cluster, "WAIT_SECONDS", 15.0)
    monkeypatch.setattr(cluster, "versions", lambda: {"program": "other"})
    with pytest.raises(ExpectedError, match="has another program"):
        Farm(farm.client.scheduler.address)


def test_files_travel_in_pieces_and_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "big.bin"
    path.write_bytes(os.urandom(PIECE + 1000))
    content = content_of(path)
    assert len(content.pieces) == 2
    pieces = dict(zip(content.pieces, pieces_of(path), strict=True))
    folder = Folder(tmp_path / "there")
    assert not folder.has(content)
    with pytest.raises(ExpectedError, match="damaged"):
        folder.put(content, lambda name: b"x" + pieces[name][1:])
    assert not folder.has(content)
    assert folder.put(content, pieces.__getitem__).read_bytes() == path.read_bytes()
    assert folder.has(content)


def test_a_damaged_result_counts_as_missing(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    key = key_of("film", "1", {"b": 1, "a": 2})
    assert key == key_of("film", "1", {"a": 2, "b": 1})
    assert key != key_of("film", "2", {"a": 2, "b": 1})
    cache.put(key, b"frame" * 100)
    assert cache.get(key) == b"frame" * 100
    other = key_of("film", "1", 2)
    cache.put(other, b"other")
    cache.path_of(key).write_bytes(cache.path_of(other).read_bytes()[:-3])
    assert cache.get(key) is None
    assert cache.size() > 0
    assert cache.shrink(0) == 2


def test_parts_cover_the_film(film: tuple[Path, str], tmp_path: Path) -> None:
    from editor.formats.movie import plan_export

    path, document = film
    with open_project(path, read_only=True) as opened:
        parts = parts_of(plan_export(opened.project, document, tmp_path / "x.mp4"), document, 7)
    assert [part.first for part in parts] == [0, 7, 14, 21, 28, 35]
    assert sum(part.count for part in parts) == 40
