"""Commands of the raster family; importing this package registers them."""

from editor.commands.raster import documents, fill, layers, masks, selection  # noqa: F401  (registers the commands)
