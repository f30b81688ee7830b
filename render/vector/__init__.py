"""Vector drawing on Skia: plain frozen values in, premultiplied RGBA arrays or PDF pages out.

`values.py` says what can be drawn, `painter.py` draws it, `raster.py` and `pdf.py` are the two ways out. Everything is
in one user space: whoever builds the values has resolved units, percentages, bounding boxes and style already.
"""
