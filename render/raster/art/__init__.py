"""Art filters: encoded colour (height, width, 3) float32 in, the same out, sizes in shares of the picture's diagonal.

`tell` is called with the share done and may raise to stop. Each filter gives the same picture every time.
"""
