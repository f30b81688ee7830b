"""Numbers are typed over: what nobody typed changes nothing, and what was typed counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout

from app.widgets.number_field import NumberField

LEFT, RETURN = Qt.MouseButton.LeftButton, Qt.Key.Key_Return
EXACT: dict[str, float] = {"x": 100 / 3, "y": 200 / 3, "width": 1000 / 7, "height": 100 / 7}


@pytest.fixture
def drawing(studio: Any) -> Any:
    """A vector drawing on screen, with its properties in front."""
    studio.window.files.new_project("vector", name="Drawing", width=800, height=600)
    studio.window.parts.docks["properties"].raise_()
    return studio


def rectangles(drawing: Any, *places: dict[str, float]) -> list[str]:
    """New ones, all of them chosen."""
    session = drawing.session
    page = session.project.index.children(session.document)[0]
    made = [session.run("vector.add_rectangle", parent=page, **place) for place in places]
    session.project.select(tuple(made))
    drawing.window.parts.properties.refresh()
    return made


def field_of(drawing: Any, name: str) -> NumberField:
    field: NumberField = drawing.window.parts.properties.editor.editors[name].field
    return field


def values(drawing: Any, made: list[str], name: str) -> list[float]:
    return [getattr(drawing.session.project.get(key), name) for key in made]


def type_into(field: NumberField, text: str, end: Qt.Key = RETURN) -> None:
    QTest.mouseClick(field, LEFT)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, end)


def test_clicks_and_tabs_change_nothing(drawing: Any, qtbot: Any) -> None:
    (made,) = rectangles(drawing, EXACT)
    project = drawing.session.project
    steps, before = len(project.history), project.get(made)
    for name in EXACT:
        type_into(field_of(drawing, name), "")
    QTest.mouseClick(field_of(drawing, "x"), LEFT)
    for name in ("x", "y", "width"):
        qtbot.waitUntil(field_of(drawing, name).hasFocus)
        QTest.keyClick(field_of(drawing, name), Qt.Key.Key_Tab)
    QTest.mouseClick(field_of(drawing, "x"), LEFT)
    QTest.mouseClick(field_of(drawing, "y"), LEFT)
    QTest.keyClick(field_of(drawing, "y"), Qt.Key.Key_Escape)
    assert (len(project.history), project.get(made)) == (steps, before)
    assert field_of(drawing, "x").text() == "33.33"


def test_a_rounded_number_that_is_typed_counts(drawing: Any) -> None:
    made = rectangles(drawing, EXACT)
    type_into(field_of(drawing, "x"), "33.33")
    assert values(drawing, made, "x") == [33.33]


def test_an_arrow_key_steps_from_the_value_itself(drawing: Any) -> None:
    made = rectangles(drawing, EXACT)
    QTest.mouseClick(field_of(drawing, "x"), LEFT)
    QTest.keyClick(field_of(drawing, "x"), Qt.Key.Key_Up)
    QTest.keyClick(field_of(drawing, "x"), RETURN)
    assert values(drawing, made, "x") == [pytest.approx(EXACT["x"] + 1, abs=1e-9)]


@pytest.fixture
def mixed(drawing: Any) -> Iterator[tuple[Any, list[str]]]:
    """Two rectangles that lie elsewhere; the field has just shown the place of the first one."""
    first: dict[str, float] = {"x": 10, "y": 5, "width": 20, "height": 20}
    rectangles(drawing, first)
    made = rectangles(drawing, first, {**first, "x": 100 / 3})
    assert field_of(drawing, "x").text() == "–"
    yield drawing, made
    assert drawing.errors == []


@pytest.mark.parametrize("key", [RETURN, Qt.Key.Key_Tab, Qt.Key.Key_Up, Qt.Key.Key_Escape])
def test_things_that_differ_stay_where_they_are(mixed: Any, key: Qt.Key) -> None:
    drawing, made = mixed
    steps, field = len(drawing.session.project.history), field_of(drawing, "x")
    QTest.mouseClick(field, LEFT)
    assert field.text() == "" and field.placeholderText() == "–"
    QTest.keyClick(field, key)
    QTest.mouseClick(field_of(drawing, "y"), LEFT)
    assert values(drawing, made, "x") == [10, 100 / 3] and len(drawing.session.project.history) == steps
    assert field.text() == "–"


@pytest.mark.parametrize(("text", "all_at"), [("10", 10), ("50", 50), ("0", 0)])
def test_a_number_typed_for_things_that_differ_is_that_of_all(mixed: Any, text: str, all_at: float) -> None:
    drawing, made = mixed
    steps = len(drawing.session.project.history)
    type_into(field_of(drawing, "x"), text)
    assert values(drawing, made, "x") == [all_at, all_at] and field_of(drawing, "x").text() == text
    assert len(drawing.session.project.history) == steps + 1


@pytest.mark.parametrize(
    ("text", "value"), [("050", 50), ("1 250,5", 1250.5), ("1.234,5", 1234.5), ("-05", -5), ("012 + 8", 20)]
)
def test_numbers_may_be_typed_in_many_ways(drawing: Any, text: str, value: float) -> None:
    made = rectangles(drawing, EXACT)
    type_into(field_of(drawing, "x"), text)
    assert values(drawing, made, "x") == [value] and not field_of(drawing, "x").property("wrong")


def test_what_is_no_number_is_marked_and_changes_nothing(drawing: Any) -> None:
    made = rectangles(drawing, EXACT)
    steps, field = len(drawing.session.project.history), field_of(drawing, "x")
    usual = field.toolTip()
    QTest.mouseClick(field, LEFT)
    QTest.keyClicks(field, "12 px 5")
    for end in (Qt.Key.Key_Up, RETURN):
        QTest.keyClick(field, end)
        assert field.property("wrong") and field.text() == "12 px 5" and field.hasSelectedText()
        assert field.toolTip() == "12 px 5 is not a number."
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.property("wrong") and field.text() == "12 px 5", "what was typed is still there to be seen"
    assert values(drawing, made, "x") == [EXACT["x"]] and len(drawing.session.project.history) == steps
    type_into(field, "12")
    assert values(drawing, made, "x") == [12] and not field.property("wrong") and field.toolTip() == usual


def test_escape_and_another_choice_take_the_mark_away(drawing: Any) -> None:
    first, second = rectangles(drawing, EXACT, EXACT)
    field = field_of(drawing, "x")
    type_into(field, "abc")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.property("wrong") and field.text() == "33.33"
    type_into(field, "abc", Qt.Key.Key_Tab)
    drawing.session.project.select((second,))
    drawing.window.parts.properties.refresh()
    assert not field.property("wrong") and field.text() == "33.33"


def test_an_arrow_key_steps_a_number_with_its_unit(qtbot: Any) -> None:
    field = NumberField(0.2, 0.0, 1.0, 0, " %", 0.01, 100.0)
    qtbot.addWidget(field)
    with qtbot.waitExposed(field):
        field.show()
    type_into(field, "50 %", Qt.Key.Key_Up)
    assert field.value() == pytest.approx(0.51) and field.text() == "51"


def test_no_dialog_is_accepted_with_a_number_that_is_none(qtbot: Any) -> None:
    dialog, field = QDialog(), NumberField(3.0, 1, 10, 0)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok)
    buttons.accepted.connect(dialog.accept)
    column = QVBoxLayout(dialog)
    column.addWidget(field)
    column.addWidget(buttons)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    type_into(field, "five")
    assert dialog.isVisible() and field.property("wrong")
