"""Tools of the raster editor; importing this package registers them in the order of the tool bar."""

import editor.tools.raster.move  # noqa: I001  (the tool bar shows them in this order)
import editor.tools.raster.select
import editor.tools.raster.select_object
import editor.tools.raster.crop
import editor.tools.raster.brush
import editor.tools.raster.fill
import editor.tools.raster.eyedropper
import editor.tools.raster.face_points  # noqa: F401
