"""Brush files of other programs: their tips, as pictures that the brush tool stamps.

`read_brushes` is the door. What a file says of size, spacing, angle and order is taken; jitter, textures and other
dynamics that those programs reckon while painting are not.
"""
