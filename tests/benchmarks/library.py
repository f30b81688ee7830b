"""The library over 100,000 assets: searches of five kinds and as it is typed, taking files in, copies, opening."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks import Benchmark, best, median, percentile

COUNT = 100_000
TAGS = 1_200
PLACES_TWICE = 5_000
FILES = 1_000
PICTURES = 200
PROJECTS = 200
WORDS = (
    "harbour boat evening garden rose tower night portrait dog cat mountain snow street market window river bridge oak"
    " stone wood metal glass paper cloth rust sand grass leaf cloud sun rain storm forest field road house door stair"
).split()
LICENCES = ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "OFL-1.1 OR MIT", "")
KINDS = ("image", "image", "image", "vector", "sound", "clip", "model", "font", "palette")
QUESTIONS = {
    "words": ("oak", "rose night", '"river bridge"', "mountain -snow", "wood OR metal OR glass", "stone sand grass"),
    "fields": (
        "kind:image rating>=3", "size:200kb..2mb", "added:30d kind:clip", "licence:CC-BY-4.0",
        "width>3000 is:landscape",
    ),
    "tags and collections": ("tag:t1", "tag:t7 -tag:t70", "in:collection3", "is:untagged", "tag:t10*"),
    "colors": ("color:blue", "color:#c08040 kind:image", "color:red -color:green", "color:#222"),
    "folders and all together": (
        "folder:/disk/shoot7", "folder:shoot12 rating:5", '(oak OR elm) kind:image color:green -is:missing rating>=2',
        "NOT (kind:image OR kind:clip) licence:mit", "used:yes OR is:missing",
    ),
}  # fmt: skip
TYPED = ("mountain snow kind:image", "rose -night rating>=4", "color:blue oak", "tag:t12 river")


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="atelier-library-")


@cache
def library() -> Any:
    """100,000 assets with words, tags in trees, collections, colours, licences, places and uses; by chance, but always
    the same."""
    from editor.library.library import Library

    made = Library(Path(_folder().name) / "library")
    random = np.random.default_rng(4)
    made.catalogue.write(lambda connection: _fill(connection, random))
    return made


def _fill(connection: Any, random: np.random.Generator) -> None:
    from editor.library.colors import cell_of
    from editor.library.words import write_words

    now = time.time()
    words = random.choice(WORDS, (COUNT, 3))
    numbers = random.integers(0, 1 << 30, (COUNT, 6))
    connection.executemany(
        "INSERT INTO asset (id, hash, kind, extension, name, size, stored, added, modified, rating, licence, width,"
        " height, looked) VALUES (?, ?, ?, 'png', ?, ?, 0, ?, ?, ?, ?, ?, ?, 99)",
        (
            (
                key, f"{key:040x}", KINDS[n[0] % len(KINDS)], f"{'_'.join(w)}_{key}.png", int(n[1] % 4_000_000),
                now - float(n[2] % (400 * 86400)), now - float(n[3] % (900 * 86400)), int(n[4] % 6),
                LICENCES[n[5] % len(LICENCES)], int(n[0] % 6000) + 1, int(n[1] % 4000) + 1,
            )
            for key, (w, n) in enumerate(zip(words, numbers.tolist(), strict=True), 1)
        ),
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO tag (id, key, name) VALUES (?, ?, ?)", [(k, f"t{k}", f"t{k}") for k in range(1, TAGS + 1)]
    )
    connection.executemany("INSERT INTO tag_parent VALUES (?, ?)", [(k, k // 10) for k in range(10, TAGS + 1)])
    connection.executemany(
        "INSERT OR IGNORE INTO asset_tag VALUES (?, ?)",
        zip(random.integers(1, COUNT + 1, COUNT).tolist(), random.integers(1, TAGS + 1, COUNT).tolist(), strict=True),
    )
    connection.executemany(
        "INSERT INTO collection (id, name) VALUES (?, ?)", [(k, f"collection{k}") for k in range(1, 30)]
    )
    connection.executemany(
        "INSERT INTO collection_item VALUES (?, ?, ?)", ((key % 29 + 1, key, key) for key in range(1, COUNT, 3))
    )
    labs = np.stack([random.uniform(5, 95, COUNT * 4), *random.normal(0, 28, (2, COUNT * 4))], 1).round(2).tolist()
    connection.executemany(
        "INSERT OR REPLACE INTO color VALUES (?, ?, ?, ?, ?, ?)",
        ((cell_of(tuple(lab)), at % COUNT + 1, *lab, 0.25) for at, lab in enumerate(labs)),
    )
    connection.executemany(
        "INSERT INTO place VALUES (?, ?, 1000, 1, NULL)",
        ((f"/disk/shoot{key % 40}/{key:06}.png", (key - 1) % COUNT + 1) for key in range(1, COUNT + PLACES_TWICE + 1)),
    )
    connection.executemany(
        "INSERT INTO usage VALUES (?, 'Page', ?, ?, 'Picture')",
        ((f"/disk/project{key % 50}.atelier", f"r{key}", f"{key:040x}") for key in range(1, 4000)),
    )
    write_words(connection, range(1, COUNT + 1))


@cache
def question(kind: str) -> float:
    """Of every question of a kind asked twelve times, the time that 95 of 100 answers stay below."""
    finder = library().finder
    seconds = []
    for _ in range(12):
        for text in QUESTIONS[kind]:
            finder._answers.clear()  # or all but the first round would find them ready
            start = time.perf_counter()
            finder.find(text)
            seconds.append(time.perf_counter() - start)
    return percentile(seconds[len(QUESTIONS[kind]) :], 0.95)


def typing() -> float:
    """An answer after every letter; the time that 95 of 100 stay below."""
    from editor.base.errors import ExpectedError

    finder, seconds = library().finder, []
    for text in TYPED:
        for length in range(1, len(text) + 1):
            start = time.perf_counter()
            with suppress(ExpectedError):  # half a field means nothing yet; saying so takes its time as well
                finder.find(text[:length])
            seconds.append(time.perf_counter() - start)
    return percentile(seconds, 0.95)


def after_an_edit() -> float:
    """The first search after something was rated: what was kept ready is made again."""
    from editor.library.edits import edit_assets

    made, seconds = library(), []
    for rating in (1, 2, 3, 4, 5) * 4:
        edit_assets(made.catalogue, [rating * 100], rating=rating)
        start = time.perf_counter()
        made.finder.find("oak rating>=3", sort="rating")
        seconds.append(time.perf_counter() - start)
    return percentile(seconds, 0.95)


@contextmanager
def fresh() -> Iterator[tuple[Any, Path]]:
    from editor.library.library import Library

    with tempfile.TemporaryDirectory(prefix="atelier-import-") as folder:
        files = Path(folder) / "files"
        files.mkdir()
        made = Library(Path(folder) / "library")
        try:
            yield made, files
        finally:
            made.close()


def taking_in(copy: bool) -> float:
    """1,000 files of 2 to 40 kB: hashed, entered, their words indexed; with `copy` copied and synced as well."""
    random = np.random.default_rng(2)
    seconds = []
    for _ in range(3):
        with fresh() as (made, files):
            for number in range(FILES):
                (files / f"{WORDS[number % len(WORDS)]} {number}.bin").write_bytes(random.bytes(2000 + number * 38))
            start = time.perf_counter()
            taken = made.take_in([files], copy=copy)
            seconds.append(time.perf_counter() - start)
            assert len(taken.added) == FILES
    return min(seconds)


def looking() -> float:
    """200 JPEG files of 1.2 MP taken in and looked at in two child processes, their start included."""
    from PIL import Image

    from editor.workflows.library.updating import look_at_new

    random = np.random.default_rng(3)
    with fresh() as (made, files):
        for number in range(PICTURES):
            noise = Image.fromarray(random.integers(0, 255, (9, 12, 3), np.uint8))
            noise.resize((1280, 960)).save(files / f"{number}.jpg", quality=88)
        start = time.perf_counter()
        made.take_in([files])
        assert look_at_new(made).seen == PICTURES
        return time.perf_counter() - start


def visiting() -> float:
    """A followed folder of 10,000 files in which nothing changed."""
    from editor.library.places import refresh

    with fresh() as (made, files):
        for number in range(10_000):
            (files / f"{number}.txt").write_text(str(number))
        refresh(made.catalogue, made.content, files)
        return best(lambda: refresh(made.catalogue, made.content, files), rounds=3)


def noticing() -> float:
    """From a file being there to its being found, in a watched folder; the middle of nine."""
    from editor.library.places import follow
    from editor.library.watching import FolderWatch

    with fresh() as (made, files):
        (files / "first.txt").write_text("first")
        follow(made.catalogue, files)
        with FolderWatch(made):
            _until(made, 1)
            numbers = iter(range(2, 100))

            def drop() -> None:
                number = next(numbers)
                (files / f"{number}.txt").write_text(str(number))
                _until(made, number)

            return median(drop, rounds=9)


def _until(made: Any, count: int) -> None:
    end = time.perf_counter() + 60
    while len(made.finder.find("")) < count:
        if time.perf_counter() > end:
            raise TimeoutError("the watch saw nothing")
        time.sleep(0.005)


def copies() -> float:
    from editor.library.duplicates import duplicates

    made = library()
    assert len(duplicates(made.catalogue)) == PLACES_TWICE
    return best(lambda: duplicates(made.catalogue), rounds=5)


def opening() -> float:
    """The whole library, with a first search."""
    from editor.library.library import Library

    folder = library().catalogue.folder

    def work() -> None:
        made = Library(folder)
        made.finder.find("")
        made.close()

    return best(work, rounds=5)


def unchanged_projects() -> float:
    """Whether any of 200 projects, all read before, has to be read again."""
    from editor.library.usage import note_read, stamp_of, unread_projects

    with fresh() as (made, files):
        projects = [files / f"{number}.atelier" for number in range(PROJECTS)]
        for project in projects:
            project.write_bytes(b"project")
            note_read(made.catalogue, project, stamp_of(project))
        return best(lambda: unread_projects(made.catalogue, projects), rounds=5)


BENCHMARKS = (
    *(Benchmark(f"100,000 assets: search by {kind} (p95)", partial(question, kind), limit=0.05) for kind in QUESTIONS),
    Benchmark("100,000 assets: as it is typed (p95)", typing, limit=0.05),
    Benchmark("100,000 assets: first search after an edit (p95)", after_an_edit, limit=0.2),
    Benchmark("100,000 assets: open and show all", opening, limit=0.5),
    Benchmark("100,000 assets: 5,000 files that lie there twice", copies, limit=0.5),
    Benchmark("take in 1,000 small files where they lie", partial(taking_in, False), limit=5.0),
    Benchmark("take in 1,000 small files, copied", partial(taking_in, True), limit=5.0),
    Benchmark("take in 200 photographs with thumbnails", looking, limit=20.0),
    Benchmark("visit 10,000 unchanged files", visiting, limit=2.0),
    Benchmark("a watched folder notices a file", noticing, limit=2.0),
    Benchmark("200 projects that did not change", unchanged_projects, limit=0.05),
)
