"""Pixel kernels: compiled ahead of time from Halide sources, called on numpy arrays without holding the GIL.

`generators/` holds the sources (build time only), `build.py` compiles them into one library, `library.py` calls it,
and the other modules are what the rest of `render` uses. Arrays are (height, width, 4), RGBA, one of uint8, uint16,
float16 or float32, premultiplied unless a function says otherwise; planes are (height, width).
"""
