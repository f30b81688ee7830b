"""The timeline panel: it holds the parts together, runs commands, and follows project and player."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QInputDialog, QScrollBar, QWidget

from app.playback.player import Player
from app.timeline import drop, keys
from app.timeline.bar import TimelineBar
from app.timeline.geometry import RULER, Geometry
from app.timeline.headers import HeaderColumn
from app.timeline.menu import context_menu
from app.timeline.view import TimelineView
from app.timeline.workshop import Workshop
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.display.display import Display
from editor.display.timeline import edges_of, end_of, items_on, timeline_of
from editor.display.video.engine import VideoEngine
from editor.document.project import Project, ProjectChange
from editor.model.video import ZERO, Caption, Clip, Track, VideoDocument
from editor.tools.events import PointerEvent
from editor.tools.tool import ToolContext
from editor.tools.video.razor import RazorTool
from editor.tools.video.rows import hit, rows_of
from editor.tools.video.select import SelectTool
from editor.tools.video.timeline_tool import TimelineTool
from editor.workflows.library.placing import Spot

TOOLS: dict[str, type[TimelineTool]] = {"select": SelectTool, "razor": RazorTool}
SCROLL_UNITS = 1000.0


class TimelinePanel(QWidget):
    """Shows and edits one timeline. Without a player it keeps a playhead of its own. Call `shut_down` before deleting.

    `position_changed(Fraction)` follows the playhead, `message(str)` carries sentences for the person, `hint(str)` what
    the tool does, `item_opened(str)` the id of a document behind a clip that was double clicked.
    """

    position_changed = Signal(object)
    message = Signal(str)
    hint = Signal(str)
    item_opened = Signal(str)

    def __init__(
        self, project: Project, document: str, display: Display, player: Player | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("timelinePanel")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.project, self.document, self.display, self.player = project, document, display, player
        self.geometry_ = Geometry()
        self.workshop = Workshop(project, self)
        self.position = player.position if player is not None else ZERO
        self.snapping: bool = True
        self.rows: list[Track] = []
        self._range: tuple[Fraction, Fraction] | None = None
        self._fitted = False
        self.take_files: Callable[[list[Path], Spot, bool], object] = partial(drop.take_files, self)
        self._make_tool("select")
        self._make_parts()
        self._follow()
        self.refresh()

    # Parts

    def _make_parts(self) -> None:
        self.bar = TimelineBar(self)
        self.heads = HeaderColumn(self)
        self.view = TimelineView(self)
        self.across = QScrollBar(Qt.Orientation.Horizontal, self)
        self.down = QScrollBar(Qt.Orientation.Vertical, self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.bar, 0, 0, 1, 3)
        grid.addWidget(self.heads, 1, 0)
        grid.addWidget(self.view, 1, 1)
        grid.addWidget(self.down, 1, 2)
        grid.addWidget(self.across, 2, 1)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)
        self.across.valueChanged.connect(self._on_across)
        self.down.valueChanged.connect(self._on_down)
        self.view.scrolled.connect(self._on_resized)
        self.view.dropped.connect(self._on_drop)

    def _make_tool(self, name: str) -> None:
        context = ToolContext(project=self.project, display=self.display, document=self.document)
        self.tool_name = name
        self.tool = TOOLS[name](context, self.tell)
        self.tool.snapping = self.snapping

    def _follow(self) -> None:
        self._disconnect: list[Callable[[], None]] = [
            self.project.changed.connect(self._on_change),
            self.project.selection_changed.connect(lambda _keys: self._on_selection()),
        ]
        self.workshop.ready.connect(self.view.update)
        if self.player is not None:
            self.player.position_changed.connect(self._on_position)
            self.player.playing_changed.connect(self._on_playing)
            self.player.range_changed.connect(self.view.update)

    def shut_down(self) -> None:
        """Stop threads and listening; the panel is of no use afterwards. The player belongs to whoever made it."""
        self.tool.cancel()
        for disconnect in self._disconnect:
            disconnect()
        self._disconnect = []
        if self.player is not None:
            self.player.position_changed.disconnect(self._on_position)
            self.player.playing_changed.disconnect(self._on_playing)
            self.player.range_changed.disconnect(self.view.update)
        self.workshop.close()

    # State

    @property
    def is_alive(self) -> bool:
        """Whether the timeline still exists: undo can take it away."""
        return isinstance(self.project.get(self.document), VideoDocument)

    @property
    def timeline(self) -> VideoDocument:
        return timeline_of(self.project, self.document)

    @property
    def engine(self) -> VideoEngine:
        engine = self.display.engine(self.document)
        assert isinstance(engine, VideoEngine)
        return engine

    @property
    def end(self) -> Fraction:
        return end_of(self.project, self.document)

    @property
    def is_playing(self) -> bool:
        return self.player is not None and self.player.playing

    @property
    def play_range(self) -> tuple[Fraction, Fraction] | None:
        return self.player.range if self.player is not None else self._range

    def tell(self, sentence: str) -> None:
        self.message.emit(sentence)

    # Following

    def refresh(self) -> None:
        """Read the tracks anew and paint everything."""
        if not self.is_alive:
            return
        self.rows = rows_of(self.project, self.document)
        self.geometry_.set_rows([track.media for track in self.rows])
        self._set_scroll_bars()
        self.heads.refresh()
        self.bar.refresh()
        self.view.update()

    def _on_change(self, event: ProjectChange) -> None:
        if not self.is_alive:
            return
        touched = any(
            isinstance(side, Track | VideoDocument)
            for pair in event.change.entries.values() for side in pair if side is not None
        )
        if touched:
            self.refresh()
        else:
            self._set_scroll_bars()
            self.view.update()
            if not event.live:
                self.bar.refresh()

    def _on_selection(self) -> None:
        if self.is_alive:
            self.bar.refresh()
            self.view.update()

    def _on_position(self, time: Fraction) -> None:
        before, self.position = self.position, time
        x = self.geometry_.x_of(float(time))
        if self.is_playing and not 0 <= x <= self.view.width() - 20:
            self.geometry_.left = max(0.0, float(time) - 0.05 * self.view.width() / self.geometry_.zoom)
            self._after_scroll()
        self.view.move_playhead(before, time)
        self.heads.show_time()
        self.position_changed.emit(time)

    def _on_playing(self, playing: bool) -> None:
        self.workshop.rest(playing)
        self.bar.refresh()

    # Scrolling and zooming

    def scroll_by(self, seconds: float, pixels: int) -> None:
        geometry = self.geometry_
        geometry.left = max(0.0, geometry.left + seconds)
        room = max(0, geometry.content_height - (self.view.height() - RULER))
        geometry.top = min(room, max(0, geometry.top + pixels))
        self._after_scroll()

    def zoom_about(self, x: float, factor: float) -> None:
        self.geometry_.zoom_about(x, factor)
        self._after_scroll()
        self.bar.refresh()

    def zoom_about_playhead(self, factor: float) -> None:
        """About the playhead when it is seen, else about the middle."""
        x = self.geometry_.x_of(float(self.position))
        self.zoom_about(x if 0 <= x <= self.view.width() else self.view.width() / 2, factor)

    def fit(self) -> None:
        """Show the whole timeline."""
        self.geometry_.fit(float(self.end) or 60.0)
        self._after_scroll()
        self.bar.refresh()

    def _after_scroll(self) -> None:
        self._set_scroll_bars()
        self.heads.refresh()
        self.view.update()

    def _set_scroll_bars(self) -> None:
        geometry = self.geometry_
        shown = self.view.width() / geometry.zoom
        whole = max(float(self.end) * 1.2 + 10, geometry.left + shown)
        for bar, value, page, most in (
            (self.across, geometry.left, shown, whole),
            (self.down, geometry.top, self.view.height() - RULER, geometry.content_height),
        ):
            unit = SCROLL_UNITS if bar is self.across else 1
            limit = max(1, min(2**30, int((most - page) * unit)))
            bar.blockSignals(True)
            bar.setRange(0, limit if most > page else 0)
            bar.setPageStep(max(1, min(2**30, int(page * unit))))
            bar.setSingleStep(max(1, int(page * unit / 10)))
            bar.setValue(min(limit, int(value * unit)))
            bar.blockSignals(False)

    def _on_across(self, value: int) -> None:
        self.geometry_.left = value / SCROLL_UNITS
        self.view.update()

    def _on_down(self, value: int) -> None:
        self.geometry_.top = value
        self.heads.refresh()
        self.view.update()

    def _on_resized(self) -> None:
        if not self._fitted and self.view.width() > 200 and self.is_alive:
            self._fitted = True
            self.fit()
        elif self.is_alive:
            self._after_scroll()

    # Transport

    def seek(self, time: Fraction) -> None:
        """Put the playhead on the nearest frame."""
        time = max(ZERO, self.timeline.snap(time))
        if self.player is not None:
            self.player.seek(time)
        elif time != self.position:
            self._on_position(time)

    def step(self, frames: int) -> None:
        self.seek(self.position + frames * self.timeline.frame)

    def toggle_play(self) -> None:
        if self.player is not None:
            self.player.toggle()

    def shuttle(self, direction: int) -> None:
        if self.player is not None:
            self.player.shuttle(direction)

    def set_loop(self, loop: bool) -> None:
        if self.player is not None:
            self.player.set_loop(loop)

    def to_end(self) -> None:
        self.seek(self.end)

    def to_edit(self, direction: int) -> None:
        """To the previous or next edge of a clip, or marker."""
        edges = sorted({ZERO, *edges_of(self.project, self.document)})
        if direction > 0:
            self.seek(next((edge for edge in edges if edge > self.position), self.position))
        else:
            self.seek(next((edge for edge in reversed(edges) if edge < self.position), ZERO))

    def set_in(self, time: Fraction | None = None) -> None:
        low = self.position if time is None else time
        high = self.play_range[1] if self.play_range is not None else None
        self._set_range(low, high if high is not None and high > low else None)

    def set_out(self, time: Fraction | None = None) -> None:
        high = self.position if time is None else time
        low = self.play_range[0] if self.play_range is not None else None
        self._set_range(low if low is not None and low < high else None, high)

    def clear_range(self) -> None:
        self._set_range(None, None)

    def _set_range(self, low: Fraction | None, high: Fraction | None) -> None:
        if self.player is not None:
            self.player.set_range(low, high)
        elif low is None and high is None:
            self._range = None
        else:
            self._range = (low or ZERO, high if high is not None else self.end)
        self.view.update()

    # Editing

    def run(self, name: str, /, **parameters: Any) -> Any:
        """Run a command; a refusal is told, and None comes back."""
        try:
            return run(self.project, name, **parameters)
        except ExpectedError as error:
            self.tell(str(error))
            return None

    def choose_tool(self, name: str) -> None:
        self.tool.cancel()
        self._make_tool(name)
        self.hint.emit(tr(self.tool.hint))
        self.bar.refresh()
        self.view.update()

    def set_snapping(self, snapping: bool) -> None:
        self.snapping = self.tool.snapping = snapping
        self.bar.snap.setChecked(snapping)

    def selected(self, cls: type) -> tuple[str, ...]:
        """Ids of the selected records of one class."""
        return tuple(key for key in self.project.selection if isinstance(self.project.get(key), cls))

    def split(self) -> None:
        """Cut the selected clips at the playhead, or everything there when none of them lies under it."""
        time = self.position
        for key in self.project.selection:
            item = self.project.get(key)
            if isinstance(item, Clip | Caption) and item.start < time < item.end:
                self.run("video.split_clip", clip=key, time=time)
                return
        self.run("video.split_at", document=self.document, time=time)

    def dissolve(self, edge: str | None = None) -> None:
        """At the given edge of the selected clip, or at the one that is nearer to the playhead."""
        clips = self.selected(Clip)
        if not clips:
            self.tell(tr("Select a clip first."))
            return
        clip = self.project.find(clips[0], Clip)
        nearer = "head" if abs(self.position - clip.start) < abs(self.position - clip.end) else "tail"
        self.run("video.add_dissolve", clip=clip.id, edge=edge or nearer)

    def delete(self) -> None:
        if self.project.selection:
            self.run("video.delete_clips", clips=self.project.selection)

    def ripple_delete(self) -> None:
        if self.project.selection:
            self.run("video.ripple_delete", clips=self.project.selection)

    def select_all(self) -> None:
        self.project.select(
            tuple(item.id for track in self.rows if not track.locked for item in items_on(self.project, track.id))
        )

    def set_marker(self, time: Fraction | None = None) -> None:
        self.run("video.set_marker", document=self.document, time=self.position if time is None else time)

    def add_caption(self, time: Fraction | None = None) -> None:
        """A new caption at the playhead; its text is asked for."""
        start = self.position if time is None else time
        key = self.run("video.add_caption", document=self.document, start=start, text=tr("Caption"))
        if key is not None:
            self.project.select((key,))

    def edit_caption(self, key: str) -> None:
        caption = self.project.find(key, Caption)
        text, agreed = QInputDialog.getMultiLineText(self, tr("Caption"), tr("Text"), caption.text)
        if agreed:
            self.run("video.edit_caption", caption=key, text=text)

    def open_item_under(self, event: PointerEvent) -> None:
        """A caption's text, or the document behind a clip."""
        found = hit(self.project, self.document, event.x, event.y, event.scale)
        if found is None:
            return
        if isinstance(found.item, Caption):
            self.edit_caption(found.item.id)
            return
        target = getattr(found.item.source, "document", None)
        if target is not None:
            self.item_opened.emit(target)

    # Events

    def accepts(self, data: QMimeData) -> bool:
        return drop.accepts(data)

    def _on_drop(self, data: QMimeData, seconds: float, row: float, linked: bool) -> None:
        try:
            drop.drop(self, data, seconds, row, linked)
        except ExpectedError as error:
            self.tell(str(error))

    def show_menu(self, place: QPoint, seconds: float, row: float, on_ruler: bool) -> None:
        menu = context_menu(self, seconds, row, on_ruler)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_alive and keys.press(self, event):
            event.accept()
        else:
            super().keyPressEvent(event)
