"""Commands of the raster family; importing this package registers them."""

from editor.commands.raster import (  # noqa: F401  (registers the commands)
    documents,
    enlarging,
    faces,
    fill,
    layers,
    masks,
    painting,
    pictures,
    pixels,
    replacing,
    results,
    selection,
)
