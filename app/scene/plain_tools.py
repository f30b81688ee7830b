"""Holds a scene tool without the window around it: for the viewport alone, and for tests."""

from __future__ import annotations

from editor.display.display import Display
from editor.document.project import Project
from editor.tools.events import KeyEvent, PointerEvent
from editor.tools.scene.tools import SceneTool
from editor.tools.tool import TOOLS, ToolContext


class PlainTools:
    """The same face as the window's ToolHost."""

    def __init__(self, project: Project, display: Display, document: str, name: str = "scene.move") -> None:
        self._context = ToolContext(project=project, display=display, document=document)
        self.tool: SceneTool | None = None
        self.take(name)

    def take(self, name: str) -> None:
        """Put the old tool away and take another one."""
        self.cancel()
        made = TOOLS[name](self._context)
        assert isinstance(made, SceneTool)
        self.tool = made

    def pressed(self, event: PointerEvent) -> None:
        if self.tool is not None:
            self.tool.pressed(event)

    def pointer_moved(self, event: PointerEvent) -> None:
        if self.tool is not None:
            self.tool.moved(event)

    def released(self, event: PointerEvent) -> None:
        if self.tool is not None:
            self.tool.released(event)

    def key(self, event: KeyEvent) -> bool:
        return self.tool is not None and self.tool.key(event)

    def cancel(self) -> None:
        if self.tool is not None:
            self.tool.cancel()
