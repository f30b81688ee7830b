"""Tools of the vector editor; importing this package registers them in the order of the tool bar."""

from editor.tools.vector import select, nodes, pen, shapes, text, gradient  # noqa: F401, I001  (tool bar order)
