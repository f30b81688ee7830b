"""Commands of the raster family; importing this package registers them."""
