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
        self.timeline: Any = None

    def view_for(self, family: str) -> QWidget | None:
        """The view of a family; None means the canvas."""
        self._show_timeline(family == "video")
        return None

    def _show_timeline(self, wanted: bool) -> None:
        dock = self.parts.docks.get("timeline")
        if dock is not None:
            dock.setVisible(wanted)

    def close_document(self) -> None:
        """Let go of the project."""

    def zoom_by(self, direction: int) -> bool:
        return False

    def fit(self) -> bool:
        return False
