"""Take a colour from the image: click, or drag and watch it change."""

from editor.tools.events import PointerEvent
from editor.tools.raster.base import RasterTool, pixel_at
from editor.tools.raster.picking import color_at
from editor.tools.tool import State, register_tool


@register_tool
class EyedropperTool(RasterTool):
    """Sets the foreground colour of the window."""

    name, label, icon, shortcut = "raster.eyedropper", "Eyedropper", "eyedropper", "I"
    hint = "Click or drag over the image to take its colour."
    cursor = "eyedropper"

    def idle(self) -> State:
        return Idle(self)

    def pick(self, event: PointerEvent) -> None:
        color = color_at(self.context, *pixel_at(event))
        if color is not None:
            self.context.pick_color(color.to_hex())


class Idle(State):
    def __init__(self, tool: EyedropperTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        self.tool.pick(event)
        return Picking(self.tool)


class Picking(State):
    def __init__(self, tool: EyedropperTool) -> None:
        self.tool = tool

    def moved(self, event: PointerEvent) -> State:
        self.tool.pick(event)
        return self

    def released(self, event: PointerEvent) -> State:
        return self.tool.idle()
