"""The tools of the 3D viewport: select, move, turn, scale. Their events are in the viewport's own pixels."""

from editor.tools.scene.tools import MoveTool, ScaleTool, SelectTool, TurnTool

__all__ = ["MoveTool", "ScaleTool", "SelectTool", "TurnTool"]
