"""Pixels of raster documents: compositor, strokes, selections and fills, on plain values."""
