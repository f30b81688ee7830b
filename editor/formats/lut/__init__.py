"""Colour lookups of other programs, read into `render.lookup.LookupTable`."""
