"""The farm on this machine: every frame once, results that are kept, contents that travel once, others refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.commands.registry import run
from editor.formats.movie import Frames, MovieOptions, export_movie, plan_export
from editor.storage import create_project, open_project
from editor.workflows.farm.cache import ResultCache, key_of
from editor.workflows.farm.contents import PIECE, Folder, content_of, pieces_of
from editor.workflows.farm.film import Early, frames_a_task, render_film, tasks_of
from editor.workflows.farm.here import Here, OnDemand
from editor.workflows.farm.projects import Packed, packed_project
from editor.workflows.farm.versions import different, mark, versions
from tests.editor.workflows.farm import farm_works

pytest.importorskip("distributed", reason="the extra “farm” is not installed")
from editor.workflows.farm import cluster, worker
from editor.workflows.farm.cluster import Farm

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
    """A second run computes nothing, and needs no farm for that; another size is other work."""
    path, document = film
    render_film(farm, path, document, tmp_path / "one.mp4")
    assert farm.cache is not None

    def never() -> Farm:
        raise AssertionError("a farm was opened for what is known")

    with OnDemand(farm.cache, never) as place:
        render_film(place, path, document, tmp_path / "two.mp4")
    render_film(Here(farm.cache), path, document, tmp_path / "three.mp4")
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "three.mp4").read_bytes()
    with pytest.raises(AssertionError, match="what is known"), OnDemand(farm.cache, never) as place:
        render_film(place, path, document, tmp_path / "small.mp4", MovieOptions(width=32, height=24))


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


def test_contents_travel_once(farm: Farm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What many tasks share is sent once to a folder; a second run over the same files sends none of them."""
    shared, own = tmp_path / "shared.bin", tmp_path / "own.bin"
    shared.write_bytes(os.urandom(PIECE + 5))
    own.write_bytes(os.urandom(3 << 20))
    contents = content_of(shared), content_of(own)
    files = {contents[0].digest: shared, contents[1].digest: own}
    sent: list[int] = []
    real = farm.deliver
    monkeypatch.setattr(farm, "deliver", lambda *given: sent.append(real(*given)))

    def tasks(number: int) -> list[farm_works.Task]:
        return [farm_works.task("read", tmp_path, number, shared=contents[:1], inputs=contents[1:])]

    [done] = farm.run(tasks(1), files)
    assert done.required() == f"1:{shared.stat().st_size + own.stat().st_size}".encode()
    assert sum(sent) == shared.stat().st_size, "two workers share the folder of their machine"
    sent.clear()
    from editor.workflows.farm.running import Run

    scattered: list[object] = []
    real_pieces = Run._pieces
    monkeypatch.setattr(
        Run, "_pieces", lambda self, task: (scattered.append(found := real_pieces(self, task)), found)[1]
    )
    [done] = farm.run(tasks(2), files)
    assert done.required().startswith(b"2:")
    assert sum(sent) == 0
    assert scattered == [{}]


def test_files_that_went_are_sent_again(farm: Farm, tmp_path: Path) -> None:
    """A worker that made room asks for what it lacks."""
    shared = tmp_path / "shared.bin"
    shared.write_bytes(os.urandom(100_000))
    content = content_of(shared)
    wanted = [farm_works.task("read", tmp_path, number, shared=(content,)) for number in (11, 12)]
    assert len(list(farm.run(wanted[:1], {content.digest: shared}))) == 1
    results = farm.run(wanted, {content.digest: shared})
    assert next(results).was_known
    for place in (farm.scratch or tmp_path).rglob(f"{content.digest}/*"):
        place.unlink()
    [done] = results
    assert done.required() == b"12:100000"


def test_a_bad_file_costs_itself_only(farm: Farm, tmp_path: Path) -> None:
    tasks = [farm_works.task("refuse", tmp_path, 21), farm_works.task("read", tmp_path, 22)]
    found = {done.task.wish.number: done for done in farm.run(tasks, {})}
    assert found[21].failure == "This file is not good."
    assert found[22].data == b"22:0"
    assert farm_works.counted(tmp_path, 21) == 1, "trying again would not make the file better"


def test_what_fails_everywhere_is_told_with_its_log(farm: Farm, tmp_path: Path) -> None:
    [done] = farm.run([farm_works.task("break", tmp_path, 31)], {})
    assert done.data is None
    assert "break 31 failed 3 times" in done.failure
    assert "broken on purpose" in done.failure
    assert done.log.count("RuntimeError") >= 3
    assert "Traceback" in done.log
    assert farm_works.counted(tmp_path, 31) == 3
    assert len({path.name.split("-")[1] for path in tmp_path.glob("31-*.run")}) == 2, "both workers tried"


def test_workers_that_cannot_be_used(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WAIT_SECONDS", 1.0)
    with pytest.raises(ExpectedError, match="No farm answers"):
        Farm("tcp://127.0.0.1:9")
    address = farm.client.scheduler.address
    monkeypatch.setattr(cluster, "mark", lambda: "atelier-other")
    theirs = {**versions(), "program": "other", "numpy": "1.0"}
    monkeypatch.setattr(cluster, "versions", lambda: theirs)
    with pytest.raises(ExpectedError, match=r"No worker of the farm can be used. .* has another Atelier, numpy"):
        Farm(address)


def test_what_is_different_is_named() -> None:
    ours = versions()
    assert different(ours, ours) == ""
    assert different(ours, {**ours, "python": "3.9"}) == "another Python"
    assert different(ours, {**ours, "kernels": "-", "av": "1.0"}) == "other pixel kernels, av 1.0"
    assert different(ours, {name: value for name, value in ours.items() if name != "mitsuba"}) == "no mitsuba"
    assert mark().startswith("atelier-")


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


def test_a_worker_receives_a_file_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(worker.FOLDER_VARIABLE, str(tmp_path / "there"))
    path = tmp_path / "big.bin"
    path.write_bytes(os.urandom(PIECE + 1000))
    content = content_of(path)
    assert worker.missing([content]) == [content.digest]
    for number, piece in enumerate(pieces_of(path)):
        worker.receive(content, number, piece)
    worker.received(content)
    assert worker.missing([content]) == []
    assert not (tmp_path / "there" / "arriving" / content.digest).exists()


def test_a_folder_keeps_to_its_limit(tmp_path: Path) -> None:
    """What was not used for longest goes, what is in use stays."""
    folder = Folder(tmp_path / "there", most=250)
    contents = []
    for number in range(4):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(bytes([number]) * 100)
        contents.append(content_of(path))
        folder.put(contents[-1], dict(zip(contents[-1].pieces, pieces_of(path), strict=True)).__getitem__)
        os.utime(folder.path_of(contents[-1]).parent, (number + 1, number + 1))
    assert folder.has(contents[0]), "used now"
    assert folder.size() == 400
    assert folder.shrink() == 2
    assert [folder.has(content) for content in contents] == [True, False, False, True]
    assert Folder(tmp_path / "there", most=0).shrink() == 0, "all were used a moment ago"


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
    path, document = film
    packed = Packed(contents=(content_of(path),), files={})
    with open_project(path, read_only=True) as opened:
        plan = plan_export(opened.project, document, tmp_path / "x.mp4")
        parts = [task.wish for task in tasks_of(plan, document, packed, 7)]
    assert [part.first for part in parts] == [0, 7, 14, 21, 28, 35]
    assert sum(part.count for part in parts) == 40


def test_parts_follow_from_the_film_alone(film: tuple[Path, str], tmp_path: Path) -> None:
    """Large frames make small parts; a short film is cut finely enough for many workers."""
    path, document = film
    with open_project(path, read_only=True) as opened:
        for size, count in (((64, 48), 4), ((1920, 1080), 4), ((7680, 4320), 1)):
            options = MovieOptions(width=size[0], height=size[1])
            assert frames_a_task(plan_export(opened.project, document, tmp_path / "x.mp4", options)) == count


def test_the_timeline_stays_open_from_part_to_part(film: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Frames] = []
    closed: list[Frames] = []
    real_open, real_close = Frames.__init__, Frames.close
    monkeypatch.setattr(Frames, "__init__", lambda self, plan: (opened.append(self), real_open(self, plan))[1])
    monkeypatch.setattr(Frames, "close", lambda self: (closed.append(self), real_close(self))[1])
    path, document = film
    with packed_project(path) as (project, packed):
        plan = plan_export(project, document, path.with_name("x.mp4"))
        tasks = tasks_of(plan, document, packed, 8)
        one, two = ([done.required() for done in Here(threads=count).run(tasks, packed.files)] for count in (1, 2))
    assert one == two, "one thread draws what two draw"
    assert sum(map(len, one)) == 40 * 64 * 48 * 3 // 2
    assert len(opened) == 2
    assert closed == opened


def test_early_frames_wait_in_bounded_memory() -> None:
    with Early(most=100) as early:
        for number in range(10):
            early.put(str(number), bytes([number]) * 60)
        assert early.held == 60
        assert [early.pop(str(number)) for number in reversed(range(10))] == [
            bytes([number]) * 60 for number in reversed(range(10))
        ]
        assert early.held == 0
        assert "3" not in early
