"""AI tools that a tool on the canvas begins: no dialog, the method that was chosen last in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from app.ai.memory import recall
from app.ai.service import AI, Wishes

if TYPE_CHECKING:
    from editor.base.jobs import JobHandle
    from editor.workflows.ai.tool import Tool
    from ml.catalogue.store import InstalledModel


class CanvasWork:
    """A job as a canvas tool sees it."""

    def __init__(self, handle: JobHandle[Any]) -> None:
        self.handle = handle

    @property
    def is_over(self) -> bool:
        return self.handle.status.state in ("cancelled", "failed")

    def cancel(self) -> None:
        self.handle.cancel()


def begin_on_canvas(ai: AI, name: str, options: Mapping[str, Any], ended: Callable[[bool], object]) -> CanvasWork:
    """Begin the AI tool of this name; see `ToolContext.begin_ai`."""
    from editor.workflows.ai.tool import TOOLS, load_tools

    load_tools()
    tool = TOOLS[name]
    return CanvasWork(ai.run(tool, Wishes(options=tool.options(**options), model=method_of(ai, tool)), ended))


def method_of(ai: AI, tool: Tool) -> InstalledModel | None:
    """What the dialog was told last; before it was told anything, an installed model rather than the built-in way."""
    models = ai.models_for(tool)
    preferences = ai.session.preferences
    if tool.name in preferences.ai_options:
        wanted = recall(preferences, tool).model
        return next((model for model in models if model.name == wanted), None)
    return models[0] if models else None
