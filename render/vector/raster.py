"""A scene as pixels."""

import numpy as np
import skia

from render.color import TRANSPARENT, Color
from render.geometry import Affine, IntRect
from render.vector.painter import Painter
from render.vector.skia_values import to_color, to_matrix
from render.vector.values import Node


def draw(node: Node, region: IntRect, scale: float, background: Color = TRANSPARENT) -> np.ndarray:
    """Premultiplied sRGB RGBA of `region`, uint8 (height, width, 4).

    `region` is in pixels of the scaled scene: a region at (0, 0) begins at the origin of user space, and one pixel is
    1 / `scale` user units wide.
    """
    return draw_mapped(node, region, Affine.scaling(scale), background)


def draw_mapped(node: Node, region: IntRect, to_pixels: Affine, background: Color = TRANSPARENT) -> np.ndarray:
    """As `draw`, with any map from user space to pixels."""
    pixels = np.zeros((region.height, region.width, 4), np.uint8)
    if region.is_empty:
        return pixels
    info = skia.ImageInfo.Make(region.width, region.height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    surface = skia.Surface.MakeRasterDirect(info, pixels)
    canvas = surface.getCanvas()
    if background.alpha > 0:
        canvas.clear(to_color(background))
    canvas.translate(-region.x, -region.y)
    canvas.concat(to_matrix(to_pixels))
    Painter(canvas).draw(node)
    surface.flushAndSubmit()
    return pixels
