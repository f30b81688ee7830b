"""Tools of the raster editor; importing this package registers them in the order of the tool bar."""

from editor.tools.raster import move, select, crop, brush, fill, eyedropper  # noqa: F401, I001  (tool bar order)
