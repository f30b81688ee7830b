"""Pixel arrays of the editor as Qt images."""

from typing import Any

from PySide6.QtGui import QImage


def image_of(pixels: Any) -> QImage:
    """A QImage with its own copy of (height, width, 4) premultiplied uint8 pixels."""
    height, width = pixels.shape[:2]
    data = pixels.tobytes()
    return QImage(data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied).copy()
