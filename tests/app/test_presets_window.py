"""Presets with real mouse and keys: saved, chosen, dragged, renamed, put into the trash; each application one step."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.presets.menu import PresetButton
from app.presets.saving import SavePresetDialog
from editor.display.timeline import tracks_of
from editor.formats.preset.content import (
    AdjustmentsContent,
    AdjustmentStep,
    AppearanceContent,
    CaptionContent,
    ClipContent,
    ClipPicture,
    Content,
    ExportContent,
    Preset,
    ToolContent,
)
from editor.formats.preset.file import SUFFIX, read_preset, write_preset
from editor.model.raster import AdjustmentLayer, GaussianBlur, Levels
from editor.model.vector import RectangleShape
from editor.model.vector.paints import FillStyle, SolidPaint
from editor.model.video import CaptionStyle, Clip
from editor.tools.video.rows import rows_of
from editor.workflows.presets.keeping import keep_preset, presets_for
from render.color import Color
from tests.app.dragged import drag
from tests.app.meanwhile import Meanwhile, click_entry, dialog_open, inner_menu, menu_open
from tests.app.shelved import make_library

LEFT = Qt.MouseButton.LeftButton
RED = Color(1.0, 0.0, 0.0)
DARK = AdjustmentsContent(steps=(AdjustmentStep(adjustment=Levels(gamma=0.5), name="Dark"),))
INK = ToolContent(tool="raster.brush", options={"size": 77.0, "pressure_size": True}, color="#123456")
RED_LOOK = AppearanceContent(styles=(FillStyle(paint=SolidPaint(color=RED)),))


@pytest.fixture
def shelf(studio: Any, qtbot: Any, tmp_path: Path) -> Callable[..., Any]:
    """Open a document above a library that holds one preset."""

    def open_with(name: str, content: Content, family: str, **wishes: Any) -> Any:
        folder = tmp_path / "files"
        folder.mkdir()
        write_preset(folder / f"{name}{SUFFIX}", Preset(name=name, content=content))
        make_library(tmp_path / "library", folder)
        studio.window.files.new_project(family, name="Host", **wishes)
        studio.window.parts.show_library()
        panel = studio.window.parts.library
        qtbot.waitUntil(lambda: panel.service is not None and panel.shelf.count() == 1)
        qtbot.waitUntil(lambda: not studio.session.has_jobs and panel.grid.viewport().height() > 60)
        for _ in range(5):  # docks slide into place
            QApplication.processEvents()
        return panel

    return open_with


def double_click(panel: Any, row: int = 0) -> None:
    cell = panel.grid.cell(row)
    place = QPoint(cell.center().x(), cell.top() + 40)
    QTest.mouseClick(panel.grid.viewport(), LEFT, pos=place)
    QTest.mouseDClick(panel.grid.viewport(), LEFT, pos=place)


def adjustments(studio: Any) -> list[AdjustmentLayer]:
    return list(studio.session.project.children(studio.session.document, AdjustmentLayer))


def named(studio: Any, name: str) -> Any:
    """The preset that the library has under a name; None where it has none."""
    panel = studio.window.parts.library
    found = presets_for(panel.library, lambda _subject: True) if panel.service is not None else []
    return next((one for one in found if one.asset.label == name), None)


def type_and_save(name: str) -> Callable[[Any], None]:
    def act(dialog: SavePresetDialog) -> None:
        assert isinstance(dialog, SavePresetDialog)
        assert not dialog.save.isEnabled()
        QTest.keyClicks(dialog.name, name)
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)

    return act


def press(qtbot: Any, button: PresetButton, *steps: Any) -> None:
    """Open the menu with the mouse, and do what follows in it."""
    qtbot.waitUntil(button.isVisible)
    meanwhile = Meanwhile(*steps)
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: meanwhile.is_over)


def bar_button(studio: Any) -> PresetButton:
    row = studio.window.parts.options.row
    widgets = [row.itemAt(place).widget() for place in range(row.count())]
    (found,) = [one for one in widgets if isinstance(one, PresetButton)]
    return found


def test_a_brush_is_saved_and_taken_again_from_its_options(image: Any, qtbot: Any) -> None:
    session = image.session
    session.choose_tool("raster.brush")
    for option, value in (("size", 64.0), ("pressure_size", True)):
        session.set_tool_option("raster.brush", option, value)
    press(qtbot, bar_button(image), (menu_open, click_entry("Save as preset...")), (dialog_open, type_and_save("Soft")))
    kept = named(image, "Soft")
    assert (kept.asset.kind, kept.content.options["size"], kept.content.color) == ("preset", 64.0, None)
    for option, value in (("size", 5.0), ("pressure_size", False)):
        session.set_tool_option("raster.brush", option, value)
    press(qtbot, bar_button(image), (menu_open, click_entry("Soft")))
    settings = session.tool_settings["raster.brush"]
    assert (settings["size"], settings["pressure_size"]) == (64.0, True)
    editors = image.window.parts.options.editors
    assert editors["size"].value() == 64.0
    assert editors["pressure_size"].isChecked()
    assert image.errors == []


def test_the_same_name_takes_the_place_of_the_old_one_and_its_stars(image: Any, qtbot: Any) -> None:
    session = image.session
    session.choose_tool("raster.brush")
    press(qtbot, bar_button(image), (menu_open, click_entry("Save as preset...")), (dialog_open, type_and_save("Soft")))
    panel, old = image.window.parts.library, named(image, "Soft")
    from editor.library.edits import edit_assets
    from editor.library.tags import tag_assets

    edit_assets(panel.library.catalogue, [old.asset.id], rating=4)
    tag_assets(panel.library.catalogue, [old.asset.id], ["ink"])
    session.set_tool_option("raster.brush", "size", 9.0)
    told: list[str] = []

    def again(dialog: SavePresetDialog) -> None:
        QTest.keyClicks(dialog.name, "soft")
        told.append(dialog.save.text())
        QTest.mouseClick(dialog.save, LEFT)

    press(qtbot, bar_button(image), (menu_open, click_entry("Save as preset...")), (dialog_open, again))
    assert told == ["Replace"]
    (new,) = presets_for(panel.library, lambda _subject: True)
    assert new.asset.id != old.asset.id
    assert (new.asset.rating, new.content.options["size"]) == (4, 9.0)
    assert set(panel.library.finder.find("tag:ink")) == {new.asset.id}
    assert panel.library.asset(old.asset.id).trashed is not None
    panel.go_back(forward=False)
    (back,) = presets_for(panel.library, lambda _subject: True)
    assert (back.asset.id, back.asset.rating) == (old.asset.id, 4), "one of that name, the old one"
    panel.go_back(forward=True)
    (again_new,) = presets_for(panel.library, lambda _subject: True)
    assert (again_new.asset.id, again_new.asset.rating) == (new.asset.id, 4)
    assert set(panel.library.finder.find("tag:ink")) == {new.asset.id}


def test_a_long_menu_says_how_many_it_has_no_room_for(shelf: Any, studio: Any, qtbot: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.presets.menu.MOST_SHOWN", 2)
    panel = shelf("Ink", INK, "raster", width=60, height=40)
    studio.session.choose_tool("raster.brush")
    for number in range(3):
        keep_preset(panel.library, Preset(name=f"Ink {number}", content=INK))
    press(qtbot, bar_button(studio), (menu_open, click_entry("2 more presets in the library...")))
    qtbot.waitUntil(lambda: panel.field.text() == "kind:preset")
    assert studio.errors == []


def test_rename_and_trash_are_steps_of_the_library(shelf: Any, studio: Any, qtbot: Any) -> None:
    panel = shelf("Ink", INK, "raster", width=60, height=40)
    studio.session.choose_tool("raster.brush")

    def new_name(dialog: Any) -> None:
        QTest.keyClicks(dialog.field, "Wet ink")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)

    press(
        qtbot, bar_button(studio), (menu_open, click_entry("Rename")), (inner_menu("Rename"), click_entry("Ink")),
        (dialog_open, new_name),
    )  # fmt: skip
    qtbot.waitUntil(lambda: named(studio, "Wet ink") is not None)
    trash = "Move to the trash"
    press(qtbot, bar_button(studio), (menu_open, click_entry(trash)), (inner_menu(trash), click_entry("Wet ink")))
    qtbot.waitUntil(lambda: named(studio, "Wet ink") is None)
    panel.go_back(False)
    qtbot.waitUntil(lambda: named(studio, "Wet ink") is not None)
    panel.go_back(False)
    qtbot.waitUntil(lambda: named(studio, "Ink") is not None)


def test_a_double_click_takes_a_tool_in_hand_with_its_colour(shelf: Any, studio: Any) -> None:
    panel = shelf("Ink", INK, "raster", width=60, height=40)
    studio.session.choose_tool("raster.move")
    steps = len(studio.session.project.history)
    double_click(panel)
    session = studio.session
    assert (session.tool, session.foreground) == ("raster.brush", "#123456")
    assert session.tool_settings["raster.brush"]["size"] == 77.0
    assert studio.window.parts.options.editors["size"].value() == 77.0
    assert len(session.project.history) == steps
    assert studio.errors == []


def test_a_double_click_adds_adjustments_and_undo_takes_them_back(shelf: Any, studio: Any, qtbot: Any) -> None:
    panel = shelf("Dark", DARK, "raster", width=60, height=40)
    project = studio.session.project
    double_click(panel)
    (layer,) = adjustments(studio)
    assert (layer.name, layer.adjustment) == ("Dark", Levels(gamma=0.5))
    studio.window.parts.canvas.setFocus()
    QTest.keyClick(studio.window.parts.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: adjustments(studio) == [])
    assert project.history.head is not None


def test_a_drop_on_the_picture_adds_and_one_on_a_row_sets_that_layer(shelf: Any, studio: Any, qtbot: Any) -> None:
    panel = shelf("Dark", DARK, "raster", width=400, height=300)
    session, canvas = studio.session, studio.window.parts.canvas
    qtbot.waitUntil(lambda: canvas.surface.size_of_document == (400.0, 300.0))
    drag(panel, canvas, canvas.rect().center())
    qtbot.waitUntil(lambda: len(adjustments(studio)) == 1)
    plain = session.run("raster.add_adjustment", document=session.document, adjustment=Levels(), name="Plain")
    session.run("raster.add_adjustment", document=session.document, adjustment=GaussianBlur())
    layers = studio.window.parts.layers
    studio.window.parts.docks["layers"].raise_()
    qtbot.waitUntil(lambda: layers.model.index_of(plain).isValid() and layers.tree.isVisible())
    QApplication.processEvents()
    steps = len(session.project.history)
    row = layers.tree.visualRect(layers.model.index_of(plain))
    drag(panel, layers.tree.viewport(), row.center())
    qtbot.waitUntil(lambda: session.project.get(plain).adjustment == Levels(gamma=0.5))
    assert len(adjustments(studio)) == 3
    assert len(session.project.history) == steps + 1
    session.project.undo()
    assert session.project.get(plain).adjustment == Levels()
    assert studio.errors == []


def test_a_drop_on_a_shape_dresses_that_shape(shelf: Any, studio: Any, qtbot: Any) -> None:
    panel = shelf("Red", RED_LOOK, "vector", width=400.0, height=300.0)
    session, canvas = studio.session, studio.window.parts.canvas
    box = session.run(
        "vector.add_rectangle", parent=session.document, x=150.0, y=100.0, width=100.0, height=100.0
    )
    other = session.run("vector.add_rectangle", parent=session.document, x=0.0, y=0.0, width=50.0, height=50.0)
    session.project.select((other,))
    qtbot.waitUntil(lambda: canvas.surface.size_of_document == (400.0, 300.0))
    drag(panel, canvas, canvas.rect().center())
    qtbot.waitUntil(lambda: session.project.find(box, RectangleShape).styles == RED_LOOK.styles)
    assert session.project.find(other, RectangleShape).styles != RED_LOOK.styles
    double_click(panel)
    assert session.project.find(other, RectangleShape).styles == RED_LOOK.styles
    assert studio.errors == []


def test_a_drop_on_a_clip_sets_that_clip(shelf: Any, studio: Any, qtbot: Any) -> None:
    content = ClipContent(picture=ClipPicture(opacity=0.25))
    panel = shelf("Faint", content, "video")
    session = studio.session
    track = tracks_of(session.project, session.document, "video")[0].id
    clips = [session.run("video.add_color", track=track, start=start, duration=3) for start in (0, 3)]
    timeline = studio.window.parts.special.timeline
    geometry = timeline.geometry_
    row = [item.id for item in rows_of(session.project, session.document)].index(track)
    x = next(x for x in range(timeline.view.width()) if geometry.seconds_at(x) > 4)
    session.project.select((clips[0],))
    drag(panel, timeline.view, QPoint(x, round(geometry.row_top(row) + 10)))
    opacities = lambda: [session.project.find(key, Clip).opacity for key in clips]  # noqa: E731
    qtbot.waitUntil(lambda: opacities() == [1.0, 0.25])
    session.project.undo()
    assert opacities() == [1.0, 1.0]
    assert studio.errors == []


@pytest.mark.parametrize(("content", "word"), [
    (RED_LOOK, "shapes"), (ClipContent(picture=ClipPicture()), "timeline"),
    (CaptionContent(style=CaptionStyle()), "captions"), (ExportContent(family="video", extension="mp4"), "timelines"),
    (ToolContent(tool="vector.pen", options={}), "tool"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_in_a_sentence(
    shelf: Any, studio: Any, content: Content, word: str
) -> None:  # fmt: skip
    panel = shelf("Wrong", content, "raster", width=60, height=40)
    before = dict(studio.session.project.records)
    double_click(panel)
    (error,) = studio.errors
    assert word in error
    assert "Wrong" in error
    assert dict(studio.session.project.records) == before


def test_the_settings_of_a_chosen_layer_are_saved_from_its_properties(image: Any, qtbot: Any) -> None:
    session, panel = image.session, image.window.parts.properties
    image.window.parts.docks["properties"].raise_()
    session.run("raster.add_adjustment", document=session.document, adjustment=Levels(gamma=3.0))
    qtbot.waitUntil(lambda: panel._classes == (AdjustmentLayer,) and panel.findChild(PresetButton).isVisible())
    press(qtbot, panel.findChild(PresetButton), (menu_open, click_entry("Save as preset...")),
          (dialog_open, type_and_save("Bright")))  # fmt: skip
    assert named(image, "Bright").content.steps[0].adjustment == Levels(gamma=3.0)
    session.run("project.set_field", record=session.project.selection[0], field="adjustment", value=Levels())
    press(qtbot, panel.findChild(PresetButton), (menu_open, click_entry("Bright")))
    assert [layer.adjustment for layer in adjustments(image)] == [Levels(gamma=3.0)]


def test_parts_that_are_not_ticked_are_left_out(studio: Any, qtbot: Any) -> None:
    studio.window.files.new_project("video", name="Line")
    session = studio.session
    track = tracks_of(session.project, session.document, "video")[0].id
    clip = session.run("video.add_color", track=track, start=0, duration=3)
    session.run("video.set_fades", clips=(clip,), fade_in=Fraction(1), fade_out=Fraction(1))
    session.project.select((clip,))

    def fades_only(dialog: SavePresetDialog) -> None:
        QTest.keyClicks(dialog.name, "Fades")
        for part in ("picture", "colors"):
            QTest.mouseClick(dialog.boxes[part], LEFT, pos=QPoint(8, dialog.boxes[part].height() // 2))
        QTest.mouseClick(dialog.boxes["fades"], LEFT, pos=QPoint(8, dialog.boxes["fades"].height() // 2))
        assert not dialog.save.isEnabled()
        QTest.mouseClick(dialog.boxes["fades"], LEFT, pos=QPoint(8, dialog.boxes["fades"].height() // 2))
        QTest.mouseClick(dialog.save, LEFT)

    meanwhile = Meanwhile((dialog_open, fades_only))
    studio.window.bindings.actions["preset.save"].trigger()
    qtbot.waitUntil(lambda: meanwhile.is_over)
    content = named(studio, "Fades").content
    assert isinstance(content, ClipContent)
    assert (content.picture, content.colors, content.sound) == (None, None, None)
    assert content.fades is not None
    assert content.fades.fade_in == 1


def test_export_settings_are_saved_chosen_and_opened(image: Any, qtbot: Any, tmp_path: Path) -> None:
    from app.dialogs.export import ExportDialog

    def set_up(dialog: ExportDialog) -> None:
        dialog.format.setCurrentIndex(dialog.format.findData("webp"))
        dialog.width_.set_value(200)
        dialog.quality.set_value(55)
        QTest.mouseClick(dialog.presets, LEFT)

    def leave(dialog: ExportDialog) -> None:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    def export_again() -> ExportDialog | None:
        found = dialog_open()
        return found if isinstance(found, ExportDialog) else None

    meanwhile = Meanwhile(
        (export_again, set_up), (menu_open, click_entry("Save as preset...")), (dialog_open, type_and_save("Web")),
        (export_again, leave),
    )  # fmt: skip
    image.window.bindings.actions["file.export"].trigger()
    qtbot.waitUntil(lambda: meanwhile.is_over)
    kept = named(image, "Web")
    assert kept.content == ExportContent(family="raster", extension="webp", width=200, quality=55)
    seen: list[Any] = []

    def look(dialog: ExportDialog) -> None:
        seen.append((dialog.extension, dialog.options().width, dialog.options().quality))
        leave(dialog)

    meanwhile = Meanwhile(
        (export_again, lambda dialog: QTest.mouseClick(dialog.presets, LEFT)), (menu_open, click_entry("Web")),
        (lambda: menu_open() is None and export_again(), look), (export_again, look),
    )  # fmt: skip
    image.window.bindings.actions["file.export"].trigger()
    panel = image.window.parts.library
    panel.opening.open(kept.asset.id)
    qtbot.waitUntil(lambda: meanwhile.is_over)
    assert seen == [("webp", 200, 55)] * 2
    assert read_preset(panel.library.file_of(kept.asset)).name == "Web"
