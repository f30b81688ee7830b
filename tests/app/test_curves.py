"""The curve of an adjustment layer, drawn and dragged with a real pointer."""

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.widgets.curve_editor import CurveField
from editor.model.raster import AdjustmentLayer, Curves

LEFT = Qt.MouseButton.LeftButton


def curves_of(image: Any) -> Curves:
    (key,) = image.session.project.selection
    adjustment = image.session.project.find(key, AdjustmentLayer).adjustment
    assert isinstance(adjustment, Curves)
    return adjustment


def field_of(image: Any, qtbot: Any) -> CurveField:
    image.window.parts.layers._add_adjustment(Curves())
    panel = image.window.parts.properties
    image.window.parts.docks["properties"].raise_()
    qtbot.waitUntil(lambda: panel.findChild(CurveField) is not None and panel.findChild(CurveField).isVisible())
    return panel.findChild(CurveField)


def test_a_point_is_added_dragged_and_removed(image: Any, qtbot: Any) -> None:
    field = field_of(image, qtbot)
    steps = len(image.session.project.history)
    start, end = field.at((0.5, 0.5)).toPoint(), field.at((0.4, 0.7)).toPoint()
    QTest.mousePress(field, LEFT, pos=start)
    QTest.mouseMove(field, start + QPoint(-4, -4))
    QTest.mouseMove(field, end)
    QTest.mouseRelease(field, LEFT, pos=end)
    (x, y) = curves_of(image).rgb[1]
    assert abs(x - 0.4) < 0.02 and abs(y - 0.7) < 0.02
    assert len(image.session.project.history) == steps + 1
    qtbot.waitUntil(lambda: len(field.points) == 3)
    QTest.mouseDClick(field, LEFT, pos=end)
    assert len(curves_of(image).rgb) == 2
    assert image.errors == []


def test_escape_during_a_drag_takes_it_back(image: Any, qtbot: Any) -> None:
    field = field_of(image, qtbot)
    before = image.session.project.content_hash()
    QTest.mousePress(field, LEFT, pos=field.at((0.5, 0.5)).toPoint())
    QTest.mouseMove(field, field.at((0.6, 0.2)).toPoint())
    assert image.session.project.content_hash() != before
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    QTest.mouseRelease(field, LEFT, pos=field.at((0.6, 0.2)).toPoint())
    assert image.session.project.content_hash() == before
