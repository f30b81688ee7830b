"""What all tools of the timeline share."""

from collections.abc import Callable
from fractions import Fraction

from editor.document.project import Project
from editor.tools.tool import Tool, ToolContext


class TimelineTool(Tool):
    """`playhead` and `snapping` are set by the panel; `tell` shows a sentence while a drag is refused."""

    family = "video"
    name = ""
    label = ""
    icon = ""

    def __init__(self, context: ToolContext, tell: Callable[[str], None] = lambda sentence: None) -> None:
        self.playhead: Fraction | None = None
        self.snapping = True
        self.tell = tell
        super().__init__(context)

    @property
    def project(self) -> Project:
        return self.context.project
