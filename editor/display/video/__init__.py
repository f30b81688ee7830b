"""Timelines on screen: records become a plan of pictures at a time, drawn by `render.video`."""

from editor.display.engine import ENGINES
from editor.display.video.engine import VideoEngine

ENGINES.add("video", VideoEngine)

__all__ = ["VideoEngine"]
