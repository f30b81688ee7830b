"""The timeline panel under real mouse and key events."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from app.playback.player import Player
from app.timeline.geometry import RULER
from app.timeline.panel import TimelinePanel
from editor.commands.registry import run
from editor.display.display import Display
from editor.display.timeline import items_on, transitions_on
from editor.model.video import Clip, MediaFacts, MediaItem, Track
from render.lookup import LookupTable
from tests.editor.commands.video.timelines import Timeline, check
from tests.render.video.clips import make_film

pytestmark = pytest.mark.app
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


class Hand:
    """A mouse on the tracks, in tenths of a second and track names."""

    def __init__(self, panel: TimelinePanel, line: Timeline) -> None:
        self.panel, self.line, self.view = panel, line, panel.view

    def point(self, tenths: float, track: str, part: float = 0.4) -> QPoint:
        geometry = self.panel.geometry_
        number = next(place for place, row in enumerate(self.panel.rows) if row.name == track)
        y = geometry.row_top(number) + geometry.row_height(number) * part
        return QPoint(round(geometry.x_of(tenths / 10)), round(y))

    def press(self, place: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mousePress(self.view, LEFT, modifiers, place)

    def move(self, place: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """QTest's move carries no modifiers, so the event is sent by hand."""
        from PySide6.QtCore import QEvent
        from PySide6.QtGui import QMouseEvent

        inside = QPointF(place)
        outside = QPointF(self.view.mapToGlobal(place))
        event = QMouseEvent(QEvent.Type.MouseMove, inside, outside, Qt.MouseButton.NoButton, LEFT, modifiers)
        QApplication.sendEvent(self.view, event)

    def release(self, place: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseRelease(self.view, LEFT, modifiers, place)

    def drag(self, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.press(start)
        for step in (1, 2, 3):
            self.move(start + (end - start) * step / 3, modifiers)
        self.release(end, modifiers)


@pytest.fixture
def line() -> Timeline:
    return Timeline()


@pytest.fixture
def panel(qtbot, line: Timeline) -> Iterator[TimelinePanel]:
    made = TimelinePanel(line.project, line.document, Display(line.project))
    made.resize(1200, 460)
    with qtbot.waitExposed(made):
        made.show()
    made.geometry_.zoom, made.geometry_.left = 100.0, 0.0
    made.refresh()
    yield made
    made.shut_down()
    made.close()


@pytest.fixture
def hand(panel: TimelinePanel, line: Timeline) -> Hand:
    return Hand(panel, line)


def test_a_click_selects_and_an_empty_place_deselects(hand: Hand, line: Timeline) -> None:
    a, _ = line.lay("V1", ("A", 0, 20), ("B", 20, 40))
    hand.press(hand.point(10, "V1"))
    hand.release(hand.point(10, "V1"))
    assert line.project.selection == (a,)
    hand.press(hand.point(60, "V1"))
    hand.release(hand.point(60, "V1"))
    assert line.project.selection == ()


def test_dragging_moves_as_one_step_of_history(hand: Hand, line: Timeline) -> None:
    line.lay("V1", ("A", 0, 20))
    before = line.project.history.head
    hand.drag(hand.point(10, "V1"), hand.point(33, "V1"))
    assert line.drawn("V1") == "." * 23 + "A" * 20
    assert line.project.history[line.project.history.head].parent == before


def test_dragging_to_the_track_above(hand: Hand, line: Timeline) -> None:
    line.lay("V1", ("A", 0, 20))
    hand.drag(hand.point(10, "V1"), hand.point(20, "V2"))
    assert (line.drawn("V1"), line.drawn("V2")) == ("", "." * 10 + "A" * 20)


def test_edges_attract_and_a_guide_shows(hand: Hand, line: Timeline, panel: TimelinePanel) -> None:
    line.lay("V1", ("A", 0, 20))
    line.lay("V2", ("B", 43, 60))
    start = hand.point(10, "V1")
    hand.press(start)
    hand.move(start + QPoint(100, 0))
    hand.move(start + QPoint(225, 0))
    assert any(getattr(item, "style", "") == "guide" for item in panel.tool.overlay())
    hand.release(start + QPoint(225, 0))
    assert line.drawn("V1") == "." * 23 + "A" * 20
    panel.set_snapping(False)
    start = hand.point(30, "V1")
    hand.drag(start, start + QPoint(15, 0))
    assert line.drawn("V1") == "." * 25 + "A" * 20 or line.drawn("V1") == "." * 24 + "A" * 20


def test_trimming_both_ends(hand: Hand, line: Timeline) -> None:
    line.lay("V1", ("A", 10, 40))
    hand.drag(hand.point(10, "V1") + QPoint(2, 0), hand.point(15, "V1") + QPoint(2, 0))
    hand.drag(hand.point(40, "V1") - QPoint(3, 0), hand.point(32, "V1") - QPoint(3, 0))
    assert line.drawn("V1") == "." * 15 + "A" * 17
    assert line.source_frames("V1") == [55]


def test_ripple_trimming_with_control(hand: Hand, line: Timeline) -> None:
    line.lay("V1", ("A", 0, 30), ("B", 30, 50))
    place = hand.point(30, "V1") - QPoint(3, 0)
    hand.drag(place, place - QPoint(100, 0), Qt.KeyboardModifier.ControlModifier)
    assert line.drawn("V1") == "A" * 20 + "B" * 20


def test_the_razor_cuts_where_it_clicks(hand: Hand, line: Timeline, panel: TimelinePanel) -> None:
    line.lay("V1", ("A", 0, 30))
    QTest.keyClick(panel, Qt.Key.Key_C)
    hand.press(hand.point(12, "V1"))
    hand.release(hand.point(12, "V1"))
    lengths = [int(item.duration * 10) for item in items_on(line.project, line.tracks["V1"])]
    assert lengths == [12, 18]
    QTest.keyClick(panel, Qt.Key.Key_V)
    assert panel.tool_name == "select"


def test_undo_during_a_drag_cancels_it(hand: Hand, line: Timeline, panel: TimelinePanel) -> None:
    line.lay("V1", ("A", 0, 20))
    before, head = line.project.content_hash(), line.project.history.head
    start = hand.point(10, "V1")
    hand.press(start)
    hand.move(start + QPoint(100, 0))
    assert line.project.content_hash() != before
    line.project.undo()
    assert line.project.content_hash() == before
    hand.move(start + QPoint(200, 0))
    hand.release(start + QPoint(200, 0))
    assert (line.project.content_hash(), line.project.history.head) == (before, head)
    assert panel.tool.is_idle


def test_escape_during_a_drag_cancels_it(hand: Hand, line: Timeline, panel: TimelinePanel) -> None:
    line.lay("V1", ("A", 0, 20))
    before = line.project.content_hash()
    start = hand.point(10, "V1")
    hand.press(start)
    hand.move(start + QPoint(100, 0))
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    hand.release(start + QPoint(100, 0))
    assert line.project.content_hash() == before


def test_a_rectangle_selects_what_it_touches(hand: Hand, line: Timeline) -> None:
    a, b, _ = line.lay("V1", ("A", 0, 20), ("B", 20, 40), ("C", 60, 80))
    (d,) = line.lay("V2", ("D", 0, 20))
    hand.drag(hand.point(55, "V1", 0.8), hand.point(5, "V2", 0.5))
    assert set(line.project.selection) == {a, b, d}


def test_keys_split_delete_and_ripple(hand: Hand, line: Timeline, panel: TimelinePanel) -> None:
    a, b = line.lay("V1", ("A", 0, 20), ("B", 20, 40))
    panel.seek(Fraction(1))
    QTest.keyClick(panel, Qt.Key.Key_S)
    assert len(items_on(line.project, line.tracks["V1"])) == 3
    line.project.select((a,))
    QTest.keyClick(panel, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert line.drawn("V1") == "A" * 10 + "B" * 20
    line.project.select((b,))
    QTest.keyClick(panel, Qt.Key.Key_Delete)
    assert line.drawn("V1") == "A" * 10


def test_dissolve_by_key_and_by_its_box(hand: Hand, line: Timeline, panel: TimelinePanel) -> None:
    a, _ = line.lay("V1", ("A", 0, 30), ("B", 30, 60))
    line.project.select((a,))
    panel.seek(Fraction(29, 10))
    QTest.keyClick(panel, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    (transition,) = transitions_on(line.project, line.tracks["V1"])
    place = hand.point(31, "V1", 0.8)
    hand.press(place)
    hand.release(place)
    assert line.project.selection == (transition.id,)
    QTest.keyClick(panel, Qt.Key.Key_Delete)
    assert transitions_on(line.project, line.tracks["V1"]) == []


def test_the_ruler_moves_the_playhead(hand: Hand, panel: TimelinePanel) -> None:
    QTest.mousePress(panel.view, LEFT, NONE, QPoint(250, RULER // 2))
    assert panel.position == Fraction(25, 10)
    hand.move(QPoint(370, RULER // 2))
    assert panel.position == Fraction(37, 10)
    QTest.mouseRelease(panel.view, LEFT, NONE, QPoint(370, RULER // 2))


def test_control_and_the_wheel_zoom_about_the_pointer(panel: TimelinePanel) -> None:
    geometry = panel.geometry_
    before = geometry.seconds_at(400)
    place = QPointF(400, 100)
    event = QWheelEvent(
        place, panel.view.mapToGlobal(place), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )
    QApplication.sendEvent(panel.view, event)
    assert geometry.zoom > 120
    assert geometry.seconds_at(400) == pytest.approx(before)


def test_switches_of_a_track(line: Timeline, panel: TimelinePanel, hand: Hand) -> None:
    line.lay("V1", ("A", 0, 20))
    button = panel.heads.findChild(QToolButton, "locked:V1")
    button.click()
    assert line.project.find(line.tracks["V1"], Track).locked
    said: list[str] = []
    panel.message.connect(said.append)
    hand.drag(hand.point(10, "V1"), hand.point(30, "V1"))
    assert line.drawn("V1") == "A" * 20
    assert any("locked" in sentence for sentence in said)


def test_a_dropped_file_becomes_a_clip(line: Timeline, panel: TimelinePanel, hand: Hand, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=50)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(film))])
    place = QPointF(hand.point(10, "V2"))
    panel.view.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, data, LEFT, NONE))
    assert line.drawn("V2") == "." * 10 + "f" * 20
    assert any(item.name == "film.mp4" for item in line.project.children(line.document, MediaItem))
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"nothing")
    said: list[str] = []
    panel.message.connect(said.append)
    data.setUrls([QUrl.fromLocalFile(str(bad))])
    panel.view.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, data, LEFT, NONE))
    assert said


def test_markers_in_and_out_by_key(line: Timeline, panel: TimelinePanel) -> None:
    line.lay("V1", ("A", 0, 90))
    panel.seek(Fraction(2))
    QTest.keyClick(panel, Qt.Key.Key_M)
    QTest.keyClick(panel, Qt.Key.Key_I)
    panel.seek(Fraction(5))
    QTest.keyClick(panel, Qt.Key.Key_O)
    assert panel.play_range == (Fraction(2), Fraction(5))
    QTest.keyClick(panel, Qt.Key.Key_Up)
    assert panel.position == 2


def test_undo_of_the_timeline_itself_is_survived(line: Timeline, panel: TimelinePanel) -> None:
    while line.project.undo() is not None:
        pass
    panel.view.repaint()
    assert not panel.is_alive


def test_a_thousand_clips_paint_only_what_is_seen(line: Timeline, panel: TimelinePanel) -> None:
    with line.project.transaction("Many"):
        for number in range(1000):
            run(
                line.project, "video.add_color", track=line.tracks["V1"], start=Fraction(number), duration=Fraction(1)
            )
    panel.refresh()
    lane = panel.engine.lane(next(track for track in panel.rows if track.name == "V1"))
    from PySide6.QtCore import QRectF

    assert len(panel.view._visible(lane, QRectF(0, 0, 1000, 400))) < 20
    panel.fit()
    panel.view.repaint()
    check(line.project)


def test_the_player_leads_the_playhead(qtbot, line: Timeline) -> None:
    line.lay("V1", ("A", 0, 50))
    display = Display(line.project)
    player = Player(line.project, line.document, display, sound=False)
    panel = TimelinePanel(line.project, line.document, display, player)
    qtbot.addWidget(panel)
    panel.show()
    QTest.keyClick(panel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: panel.position > 0)
    QTest.keyClick(panel, Qt.Key.Key_Space)
    assert not player.playing
    QTest.keyClick(panel, Qt.Key.Key_Home)
    assert panel.position == player.position == 0
    panel.shut_down()
    player.close()
    assert line.project.find(items_on(line.project, line.tracks["V1"])[0].id, Clip)


def test_pictures_of_graded_clips_show_the_grade(
    qtbot, panel: TimelinePanel, line: Timeline, tmp_path: Path
) -> None:  # fmt: skip
    """A black film through a negative is white on the timeline too, and black again without it."""
    make_film(tmp_path / "film.mp4", frames=4)
    facts = {"media": line.project.media.add(tmp_path / "film.mp4"), "name": "film.mp4", "duration": Fraction(3),
             "has_video": True, "width": 160, "height": 96}  # fmt: skip
    item = line.run("import_media", document=line.document, facts=facts)
    clip = line.run("add_clip", track=line.tracks["V1"], item=item, start=Fraction(0), duration=Fraction(1))
    corners = np.array([[r, g, b] for b in (0, 1) for g in (0, 1) for r in (0, 1)], np.float32)
    table = line.project.blobs.put(LookupTable(cube=1 - corners).to_bytes())

    def brightness() -> int:
        shown = line.project.find(clip, Clip)
        image = panel.workshop.thumbnail(shown, MediaFacts(**facts), Fraction(0), 48)
        return -1 if image is None else image.pixelColor(image.width() // 2, 24).green()

    qtbot.waitUntil(lambda: 0 <= brightness() < 40)
    run(line.project, "video.set_lookup", clips=(clip,), table=table)
    qtbot.waitUntil(lambda: brightness() > 215)
    run(line.project, "video.remove_lookup", clips=(clip,))
    qtbot.waitUntil(lambda: 0 <= brightness() < 40)
