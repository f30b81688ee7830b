"""Moving pictures: what a media file holds, its frames by exact time, and MP4 files out.

Times are `fractions.Fraction` seconds from the first frame's start. Pixels are (height, width, 4) uint8, premultiplied,
sRGB-encoded. Knows no document. Import the modules on first use: PyAV is heavy.
"""
