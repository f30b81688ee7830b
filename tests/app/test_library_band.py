"""A rubber band over the grid of assets: it joins, it scrolls at the edges, it goes on while the wheel turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.library.band import pace
from app.library.grid import Grid
from app.library.shelf import Shelf
from editor.library.library import Library

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def grid(qtbot: Any, tmp_path: Any) -> Iterator[Any]:
    """A thousand assets with nothing known of them, four in a line, and a strip at the left that belongs to none."""
    library = Library(tmp_path / "library")
    library.catalogue.write(lambda connection: connection.executemany(
        "INSERT INTO asset (id, hash, kind, extension, name, size, stored, added, modified, rating, looked)"
        " VALUES (?, ?, 'other', 'x', ?, 1, 1, 1, 1, 0, 99)",
        ((key, f"{key:040x}", f"{key}.x") for key in range(1, 1001)),
    ))  # fmt: skip
    made = Grid(Shelf(library))
    qtbot.addWidget(made)
    made.resize(560, 420)
    made.shelf.show_ids(np.arange(1, 1001))
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.shelf.close()
    library.close()


def edge(grid: Any, row: int) -> QPoint:
    """A place just outside an asset, where a band can begin."""
    return grid.cell(row).topLeft() + QPoint(1, 1)


def move(grid: Any, place: QPoint, keys: Any = NONE) -> None:
    where = grid.viewport().mapToGlobal(QPointF(place))
    QApplication.sendEvent(
        grid.viewport(), QMouseEvent(QEvent.Type.MouseMove, QPointF(place), where, Qt.MouseButton.NoButton, LEFT, keys)
    )


def pull(grid: Any, start: QPoint, end: QPoint, keys: Any = NONE) -> None:
    QTest.mousePress(grid.viewport(), LEFT, keys, start)
    move(grid, start + (end - start) / 2, keys)
    move(grid, end, keys)


def test_a_band_takes_what_it_touches_and_joins_with_keys(grid: Any) -> None:
    columns = grid.columns()
    pull(grid, edge(grid, 0), grid.cell(1).center())
    QTest.mouseRelease(grid.viewport(), LEFT, NONE, grid.cell(1).center())
    assert grid.chosen == {1, 2}
    pull(grid, edge(grid, columns), grid.cell(columns).center(), SHIFT)
    QTest.mouseRelease(grid.viewport(), LEFT, SHIFT, grid.cell(columns).center())
    assert grid.chosen >= {1, 2, columns + 1}, "Shift adds"
    before = set(grid.chosen)
    pull(grid, edge(grid, 1) + QPoint(1, 0), grid.cell(1).center(), CONTROL)
    QTest.mouseRelease(grid.viewport(), LEFT, CONTROL, grid.cell(1).center())
    assert 2 not in grid.chosen and grid.chosen == before - {2}, "Ctrl changes sides"


def test_the_edge_scrolls_and_nothing_that_was_caught_is_dropped(grid: Any, qtbot: Any) -> None:
    pull(grid, edge(grid, 0), QPoint(grid.viewport().width() - 4, grid.viewport().height() + 60))
    qtbot.waitUntil(lambda: grid.verticalScrollBar().value() > 3 * grid.cell_height())
    assert {1, 2, 3} <= grid.chosen and len(grid.chosen) > 6 * grid.columns(), "more than one screen"
    move(grid, QPoint(grid.viewport().width() - 4, 40))
    at = grid.verticalScrollBar().value()
    assert not grid._edge.isActive()
    QTest.mouseRelease(grid.viewport(), LEFT, NONE, QPoint(40, 40))
    assert grid.verticalScrollBar().value() == at and 1 in grid.chosen


def test_the_wheel_turns_below_a_band(grid: Any) -> None:
    pull(grid, edge(grid, 0), grid.cell(0).center())
    assert grid.chosen == {1}
    place = QPointF(grid.cell(0).center())
    for _ in range(6):
        QApplication.sendEvent(grid.viewport(), QWheelEvent(
            place, grid.viewport().mapToGlobal(place), QPoint(), QPoint(0, -120), LEFT, NONE,
            Qt.ScrollPhase.NoScrollPhase, False,
        ))  # fmt: skip
    columns = grid.columns()
    assert {1, 1 + columns, 1 + 2 * columns} <= grid.chosen


def test_the_pace_grows_with_the_distance() -> None:
    assert pace(0, 100) == pace(99, 100) == 0
    assert 0 < pace(100, 100) < pace(200, 100) <= pace(9000, 100)
    assert pace(-30, 100) == -pace(129, 100)


def test_a_large_screen_keeps_all_that_it_shows(grid: Any) -> None:
    grid.set_side(72)
    grid.resize(3800, 2100)
    shown = grid.columns() * (grid.viewport().height() // grid.cell_height())
    assert shown > 700
    assert grid.shelf._kept >= 2 * shown and grid.shelf._pictures.kept >= 2 * shown


def test_another_size_is_told(grid: Any, qtbot: Any) -> None:
    with qtbot.waitSignal(grid.sized) as told:
        grid.set_side(150)
    assert told.args == [150]
