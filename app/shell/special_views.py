"""Views that are no flat canvas: the 3D viewport, and a player's picture above its timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from editor.base.translation import tr

if TYPE_CHECKING:
    from app.playback.player import Player
    from app.playback.viewer import VideoViewer
    from app.scene.viewport import SceneViewport
    from app.shell.parts import Parts
    from app.timeline.panel import TimelinePanel

TIMELINE_HEIGHT = 290


class SpecialViews:
    """Made when a document needs them, closed when another comes to the top."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.session = parts.session
        self.document = ""
        self.viewport: SceneViewport | None = None
        self.player: Player | None = None
        self.viewer: VideoViewer | None = None
        self.timeline: TimelinePanel | None = None

    def view_for(self, family: str) -> QWidget | None:
        """The view of a family; None means the canvas."""
        document = self.session.document
        if document != self.document:
            self.close_document()
            self.document = document
        if family == "scene":
            return self._scene()
        if family == "video":
            return self._video()
        return None

    def _scene(self) -> QWidget:
        if self.viewport is None:
            from app.scene.hosting import new_viewport

            self.viewport = new_viewport(self.session, self.parts.host)
            self.viewport.files_dropped.connect(self.parts.window.files.drop)
            self.parts.views.addWidget(self.viewport)
        return self.viewport

    def _video(self) -> QWidget:
        if self.viewer is None:
            self._make_video()
        assert self.viewer is not None
        self.parts.docks["timeline"].show()
        return self.viewer

    def _make_video(self) -> None:
        from app.playback.player import Player
        from app.playback.viewer import VideoViewer
        from app.timeline.panel import TimelinePanel

        session, parts = self.session, self.parts
        project, display = session.required_project(), session.display
        assert display is not None
        self.player = Player(project, self.document, display)
        self.viewer = VideoViewer(self.player)
        self.timeline = TimelinePanel(project, self.document, display, self.player)
        self.timeline.take_files = lambda paths, spot, linked: parts.window.files.incoming.bring_in(paths, linked, spot)
        self.timeline.message.connect(lambda text: session.message.emit("error", text, ""))
        self.timeline.hint.connect(session.hint)
        self.timeline.item_opened.connect(session.activate)
        self.timeline.position_changed.connect(session.seek)
        parts.views.addWidget(self.viewer)
        dock = parts.docks.get("timeline")
        if dock is None:
            dock = parts.add_dock("timeline", tr("Timeline"), self.timeline, Qt.DockWidgetArea.BottomDockWidgetArea)
            parts.window.resizeDocks([dock], [TIMELINE_HEIGHT], Qt.Orientation.Vertical)
        else:
            dock.setWidget(self.timeline)

    def close_document(self) -> None:
        """End threads and let go of the document on top."""
        self.document = ""
        dock = self.parts.docks.get("timeline")
        if dock is not None:
            dock.hide()
        if self.timeline is not None:
            self.timeline.shut_down()
            self.timeline.setParent(None)
            self.timeline.deleteLater()
        if self.player is not None:
            self.player.close()
        if self.viewport is not None:
            self.viewport.close_document()
        for widget in (self.viewer, self.viewport):
            if widget is not None:
                self.parts.views.removeWidget(widget)
                widget.deleteLater()
        self.timeline = self.player = self.viewer = self.viewport = None

    def zoom_by(self, direction: int) -> bool:
        """True when a special view took it."""
        if self.viewport is not None:
            self.viewport.zoom(0.8 if direction > 0 else 1.25)
        elif self.timeline is not None:
            self.timeline.zoom_about_playhead(1.25 if direction > 0 else 0.8)
        else:
            return False
        return True

    def fit(self) -> bool:
        if self.viewport is not None:
            self.viewport.frame(False)
        elif self.timeline is not None:
            self.timeline.fit()
        else:
            return False
        return True
