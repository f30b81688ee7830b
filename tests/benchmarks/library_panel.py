"""The library's panel over 100,000 assets with thumbnails: opening, scrolling, choosing all, what it holds in memory.

A frame is all that happens between a turn of the wheel and the picture: reading rows, asking for thumbnails, painting.
The catalogue is made once, of noise: every thumbnail is another one.
"""

from __future__ import annotations

import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks import Benchmark, PeerMissing, best, percentile

COUNT = 100_000
PICTURES = 500
FRAME = 0.016
STEPS = 240


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


@cache
def library() -> Any:
    """100,000 assets of three kinds, half of them rated, tagged, with a look each."""
    from PIL import Image

    from editor.library.library import Library

    made, random = Library(Path(_folder().name)), np.random.default_rng(5)
    pictures = []
    for _ in range(PICTURES):
        stream, noise = io.BytesIO(), random.integers(0, 255, (12, 16, 3), np.uint8)
        Image.fromarray(noise).resize((256, 192)).save(stream, "WEBP", quality=82)
        pictures.append(stream.getvalue())
    kinds = ("image", "clip", "model")

    def write(connection: Any) -> None:
        connection.executemany(
            "INSERT INTO asset (id, hash, kind, extension, name, size, stored, added, modified, rating, looked)"
            " VALUES (?, ?, ?, 'png', ?, ?, 1, ?, ?, ?, 99)",
            ((key, f"{key:040x}", kinds[key % 3], f"picture {key * 7919 % COUNT}.png", key, key, key, key % 6)
             for key in range(1, COUNT + 1)),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO look (asset, thumbnail, hashes, vector) VALUES (?, ?, x'', x'')",
            ((key, pictures[key % PICTURES]) for key in range(1, COUNT + 1)),
        )
        connection.executemany("INSERT INTO tag (id, key, name) VALUES (?, ?, ?)",
                               ((key, f"tag {key}", f"tag {key}") for key in range(1, 301)))
        connection.executemany("INSERT INTO asset_tag VALUES (?, ?)",
                               ((key, key % 300 + 1) for key in range(1, COUNT + 1)))
        connection.executemany("INSERT INTO words (rowid, name) VALUES (?, ?)",
                               ((key, f"picture {key}") for key in range(1, COUNT + 1)))

    made.catalogue.write(write)
    return made


@cache
def _application() -> Any:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        raise PeerMissing("Qt is not installed: pip install PySide6") from error
    from app.theme import apply_theme

    application = QApplication.instance() or QApplication(["bench"])
    apply_theme(application, "dark")  # type: ignore[arg-type]
    return application


@cache
def grid() -> Any:
    """On screen, as large as on a full-screen window."""
    from app.library.grid import Grid
    from app.library.shelf import Shelf

    _application()
    made = Grid(Shelf(library()))
    made.resize(1500, 900)
    made.shelf.show_ids(library().finder.find(""))
    made.show()
    _settle(made)
    return made


def _settle(made: Any) -> None:
    """Until the thumbnails that are on screen are there."""
    end = time.perf_counter() + 10
    while time.perf_counter() < end:
        _application().processEvents()
        if not made.shelf.is_busy:
            return
        time.sleep(0.002)


def _frames(turn: Callable[[int], object], steps: int = STEPS) -> float:
    """The 95th percentile over frames, each with what its thumbnails need; the next one comes after 16 ms at the
    soonest, as on a screen, so that the thread of the thumbnails has its share."""
    made, seconds = grid(), []
    made.verticalScrollBar().setValue(0)
    _settle(made)
    for step in range(steps):
        start = time.perf_counter()
        turn(step)
        _application().processEvents()
        spent = time.perf_counter() - start
        seconds.append(spent)
        time.sleep(max(0.0, FRAME - spent))
    return percentile(seconds, 0.95)


def wheel() -> float:
    """Turning the wheel through the grid, one notch a frame."""
    from PySide6.QtCore import QPoint, QPointF, Qt
    from PySide6.QtGui import QWheelEvent

    made = grid()

    def turn(_step: int) -> None:
        place = QPointF(made.viewport().rect().center())
        event = QWheelEvent(
            place, made.viewport().mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        _application().sendEvent(made.viewport(), event)

    return _frames(turn)


def bar() -> float:
    """Dragging the bar from the top to the bottom: every frame shows other assets."""
    made = grid()
    most = made.verticalScrollBar().maximum()
    return _frames(lambda step: made.verticalScrollBar().setValue(most * step // STEPS))


def choosing_all() -> float:
    """Ctrl+A and what the details say of all of them."""
    from app.library.details import Details

    made, details = grid(), Details(library(), lambda label, assets, change: None)

    def work() -> None:
        made.choose_all()
        details.show_assets(made.selection())
        made.choose_none()

    return best(work, rounds=3)


def by_kind() -> float:
    """Another order for all of them, as the list of orders gives it."""
    made, finder = grid(), library().finder

    def work() -> None:
        finder._kept.clear()
        made.shelf.show_ids(finder.find("", sort="kind"))
        made.viewport().repaint()

    return best(work, rounds=3)


def opening() -> float:
    """The first look: catalogue, places on the left with their numbers, all assets in order, the first screen."""
    from app.library.grid import Grid
    from app.library.shelf import Shelf
    from app.library.sidebar import Sidebar
    from editor.library.library import Library

    library()
    _application()

    def work() -> None:
        opened = Library(Path(_folder().name))
        side, made = Sidebar(opened), Grid(Shelf(opened))
        for widget in (side, made):
            widget.resize(1500 if widget is made else 220, 900)
            widget.show()
        made.shelf.show_ids(opened.finder.find(""))
        _application().processEvents()
        made.viewport().repaint()
        made.shelf.close()
        for widget in (side, made):
            widget.close()
            widget.deleteLater()
        opened.close()

    return best(work, rounds=3)


def memory() -> float:
    """What scrolling through everything adds, in GB (shown as seconds): pages and pictures are let go again."""
    grid()
    bar()
    if sys.platform == "win32":
        raise PeerMissing("there is no count of memory here")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bar()
    wheel()
    return max(1, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / 1e9


BENCHMARKS = (
    Benchmark("library panel: a frame of the wheel, 100,000 assets", wheel, limit=FRAME),
    Benchmark("library panel: a frame of the bar, 100,000 assets", bar, limit=FRAME),
    Benchmark("library panel: choosing all 100,000", choosing_all, limit=0.5),
    Benchmark("library panel: 100,000 in another order", by_kind, limit=0.25),
    Benchmark("library panel: first look at 100,000", opening, limit=0.5),
    Benchmark("library panel: memory that scrolling adds (GB)", memory, limit=0.1),
)
