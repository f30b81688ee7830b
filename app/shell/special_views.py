"""Views that are no flat canvas: the 3D viewport, and the timeline below a video's frame."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.parts import Parts


class SpecialViews:
    """Makes them when a document first needs them."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.session = parts.session
        self.viewport: Any = None
        self._viewports: dict[str, Any] = {}
        self.timeline: Any = None

    def view_for(self, family: str) -> QWidget | None:
        """The view of a family; None means the canvas."""
        self._show_timeline(family == "video")
        return self._scene_view() if family == "scene" else None

    def _scene_view(self) -> QWidget | None:
        """The viewport of the scene on top; each scene keeps its own, and with it where it was looked at from."""
        session = self.session
        found = self._viewports.get(session.document)
        if found is None:
            from app.scene.hosting import new_viewport

            found = session.attempt(lambda: new_viewport(session, self.parts.host))
            if found is None:
                return None
            self._viewports[session.document] = found
            self.parts.views.addWidget(found)
        self.viewport = found
        return found

    def _show_timeline(self, wanted: bool) -> None:
        dock = self.parts.docks.get("timeline")
        if dock is not None:
            dock.setVisible(wanted)

    def close_document(self) -> None:
        """Let go of the project."""
        for viewport in self._viewports.values():
            viewport.close_document()
            self.parts.views.removeWidget(viewport)
            viewport.deleteLater()
        self._viewports.clear()
        self.viewport = None

    def _shown(self) -> Any:
        """The viewport, when it is what is seen."""
        return self.viewport if self.viewport is not None and self.viewport.isVisible() else None

    def zoom_by(self, direction: int) -> bool:
        """True when a view of its own was zoomed."""
        shown = self._shown()
        if shown is not None:
            shown.zoom(1.25**direction)
        return shown is not None

    def fit(self) -> bool:
        """True when a view of its own shows everything now."""
        shown = self._shown()
        if shown is not None:
            shown.frame(selected=False)
        return shown is not None
