"""Draws scenes: records become the plain values of render.scene, and those become pixels."""

from editor.display.scene.engine import SceneEngine

__all__ = ["SceneEngine"]
