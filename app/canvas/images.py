"""Pixel arrays of the editor as Qt images."""

from typing import Any

from PySide6.QtGui import QImage


def image_of(pixels: Any, straight: bool = False) -> QImage:
    """A QImage with its own copy of (height, width, 4) uint8 pixels, premultiplied unless they are `straight`."""
    height, width = pixels.shape[:2]
    data = pixels.tobytes()
    kind = QImage.Format.Format_RGBA8888 if straight else QImage.Format.Format_RGBA8888_Premultiplied
    return QImage(data, width, height, 4 * width, kind).copy()
