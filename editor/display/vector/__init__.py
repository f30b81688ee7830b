"""Vector documents on screen: records become scene values, cached per record, drawn by `render.vector`."""

from editor.display.engine import ENGINES
from editor.display.vector.engine import VectorEngine

ENGINES.add("vector", VectorEngine)

__all__ = ["VectorEngine"]
