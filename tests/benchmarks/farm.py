"""The farm on this machine: one worker, two workers, and the same work without a farm, in the same run.

The ideal of two workers is half of one worker's time, times what two processes that only count lose here beside one: a
processor that others use as well, or half a core, cannot give more. "Plain" is what the program does by itself.
Workers are started outside the clock (their start has lines of its own), results are not kept, files travel once.
On two processors the ideal is out of reach for films: with one worker the encoder has a processor to itself.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np

from tests.benchmarks import Benchmark, PeerMissing, best

PICTURES = 36
FRAMES, RATE = 96, 24
HALF = "half of 1 worker"
FILM, PICTURE, STILL = (1280, 720), (1600, 1200), 320


@cache
def folder() -> Path:
    return Path(_kept().name)


@cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="atelier-bench-farm-")


@cache
def farm(workers: int):
    """Started once, warm."""
    try:
        from editor.workflows.farm.cluster import Farm
    except ImportError as error:
        raise PeerMissing("Dask is not installed: the extra “farm”") from error
    import atexit

    made = Farm(workers=workers, scratch=folder() / f"scratch{workers}")
    atexit.register(made.close)
    return made


def starting() -> float:
    from editor.workflows.farm.cluster import Farm

    def work() -> None:
        Farm(workers=2, scratch=folder() / "starting").close()

    return best(work, rounds=2)


def starting_first() -> float:
    """As on the command line: with every import, in a process of its own."""
    call = (
        "import time; began = time.perf_counter(); from pathlib import Path;"
        "from editor.workflows.farm.cluster import Farm;"
        "Farm(workers=2, scratch=Path({!r})).close(); print(time.perf_counter() - began)"
    ).format(str(folder() / "first"))

    def told() -> float:
        return float(subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True).stdout)

    return min(told() for _ in range(2))


def _loss() -> float:
    """How much longer two processes take that count beside each other than one alone; 1 where nothing is shared."""
    call = "import time; began = time.perf_counter(); sum(range(30_000_000)); print(time.perf_counter() - began)"

    def beside(count: int) -> float:
        running = [subprocess.Popen([sys.executable, "-c", call], stdout=subprocess.PIPE) for _ in range(count)]
        return max(float(one.communicate()[0]) for one in running)

    return max(1.0, statistics.median(beside(2) / beside(1) for _ in range(5)))


# Films


@cache
def film() -> tuple[Path, str]:
    """A film clip that dissolves into itself, and over it a picture that grows and turns: decoding and drawing."""
    from editor.commands.registry import run
    from editor.formats.movie import import_file
    from editor.model.video import Placement
    from editor.storage import create_project

    path = folder() / "Film.atelier"
    with create_project(path) as opened:
        project = opened.project
        document = run(project, "video.new_document", name="Film", width=FILM[0], height=FILM[1], rate=Fraction(RATE))
        low, high = (item.id for item in project.children(document) if getattr(item, "media", "") == "video")
        clip, _ = import_file(project, document, source())
        still, _ = import_file(project, document, noise(0, FILM, folder() / "still.png"))
        half = Fraction(FRAMES // 2, RATE)
        joined = [run(project, "video.add_clip", track=low, item=clip, start=half * number, source_start=half * number,
                      duration=half) for number in range(2)]  # fmt: skip
        run(project, "video.add_dissolve", clip=joined[0], duration=Fraction(1))
        over = run(project, "video.add_clip", track=high, item=still, start=Fraction(0), duration=2 * half)
        run(project, "video.set_placement_key", clip=over, time=Fraction(0), value=Placement(scale=0.3))
        run(project, "video.set_placement_key", clip=over, time=2 * half, value=Placement(scale=0.7, rotation=30.0))
    return path, document


def noise(seed: int, size: tuple[int, int], path: Path) -> Path:
    from PIL import Image

    coarse = np.random.default_rng(seed).integers(0, 255, (size[1] // 8, size[0] // 8, 3), dtype=np.uint8)
    Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).save(path, quality=90)
    return path


def source() -> Path:
    """Noise that wanders, as an H.264 file."""
    from render.video.encode import MovieSettings, MovieWriter

    path = folder() / "source.mp4"
    settings = MovieSettings(width=FILM[0], height=FILM[1], rate=Fraction(RATE), preset="ultrafast", audio=False)
    coarse = np.random.default_rng(1).integers(0, 255, (FILM[1] // 8, FILM[0] // 8, 4), dtype=np.uint8)
    picture = np.repeat(np.repeat(coarse, 8, 0), 8, 1)
    with MovieWriter(path, settings) as writer:
        for number in range(FRAMES):
            writer.write_frame(np.roll(picture, 4 * number, 1))
        writer.finish()
    return path


def film_at(place: Callable[[], object]) -> float:
    from editor.formats.movie import MovieOptions
    from editor.workflows.farm.film import render_film

    path, document = film()
    options = MovieOptions(preset="ultrafast", sound=False)
    opened = place()
    return best(lambda: render_film(opened, path, document, folder() / "film.mp4", options), rounds=2, warm=0)


def film_two() -> float:
    return film_at(lambda: farm(2))


def film_half() -> float:
    return film_at(lambda: farm(1)) / 2 * _loss()


def film_plain() -> float:
    from editor.formats.movie import MovieOptions, export_movie
    from editor.storage import open_project

    path, document = film()
    with open_project(path, read_only=True) as opened:
        options = MovieOptions(preset="ultrafast", sound=False)
        return best(lambda: export_movie(opened.project, document, folder() / "plain.mp4", options), rounds=2, warm=0)


# Batches


@cache
def pictures() -> list:
    from editor.workflows.batch import Task

    made = []
    for number in range(PICTURES):
        path = noise(number, PICTURE, folder() / f"{number}.jpg")
        made.append(Task(path, folder() / "out" / f"{number}.webp"))
    return made


def batch_at(place: Callable[[], object]) -> float:
    from editor.workflows.convert import ConvertOptions
    from editor.workflows.farm.converting import convert_at

    tasks, options = pictures(), ConvertOptions(width=800)
    opened = place()
    return best(lambda: list(convert_at(opened, tasks, options, 120.0)), rounds=2, warm=0)


def batch_two() -> float:
    return batch_at(lambda: farm(2))


def batch_half() -> float:
    return batch_at(lambda: farm(1)) / 2 * _loss()


def batch_plain() -> float:
    from editor.workflows.batch import convert_all
    from editor.workflows.convert import ConvertOptions

    return best(lambda: list(convert_all(pictures(), ConvertOptions(width=800), 2)), rounds=2, warm=0)


# Path tracing


@cache
def scene() -> tuple[Path, str]:
    from editor.commands.registry import run
    from editor.storage import create_project

    path = folder() / "Scene.atelier"
    with create_project(path) as opened:
        project = opened.project
        document = run(project, "scene.new_document", name="Scene")
        for number in range(9):
            place = (1.2 * (number % 3), 0.0, 1.2 * (number // 3))
            run(project, "scene.add_shape", document=document, shape=("sphere", "torus", "cube")[number % 3],
                translation=place, color=(0.9, 0.1 * number, 0.2, 1.0))
        floor = run(project, "scene.add_shape", document=document, shape="plane", translation=(0.0, -0.5, 0.0))
        run(project, "scene.scale", nodes=(floor,), factors=(9.0, 9.0, 9.0))
    return path, document


def trace_at(place: Callable[[], object]) -> float:
    try:
        import mitsuba  # noqa: F401
    except ImportError as error:
        raise PeerMissing("Mitsuba is not installed: the extra “scene”") from error
    from editor.workflows.farm.tracing import TraceOptions, trace

    path, document = scene()
    options = TraceOptions(width=STILL, samples=32, tile=64)
    return best(lambda: trace(place(), path, document, folder() / "still.png", options), rounds=1)


def trace_two() -> float:
    return trace_at(lambda: farm(2))


def trace_half() -> float:
    return trace_at(lambda: farm(1)) / 2 * _loss()


def trace_plain() -> float:
    from editor.workflows.farm.here import Here

    return trace_at(Here)


BENCHMARKS = (
    Benchmark("farm of 2 workers, first in a program", starting_first, limit=3.0),
    Benchmark("farm of 2 workers, started again", starting, limit=1.0),
    Benchmark("film of 96 frames, 2 workers", film_two, peer=HALF, theirs=film_half, target=1.25),
    Benchmark("film of 96 frames, beside plain", film_two, peer="plain export", theirs=film_plain, target=1.25),
    Benchmark("36 pictures, 2 workers", batch_two, peer=HALF, theirs=batch_half, target=1.25),
    Benchmark("36 pictures, beside plain", batch_two, peer="plain batch", theirs=batch_plain, target=1.25),
    Benchmark("path traced still, 2 workers", trace_two, peer=HALF, theirs=trace_half, target=1.25),
    Benchmark("path traced still, beside plain", trace_two, peer="one process", theirs=trace_plain, target=1.3),
)
