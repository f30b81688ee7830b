"""Caption records as pixels, with the display's fonts."""

from editor.display.engine import Pixels, Resources
from editor.display.vector.fonts import font_database
from editor.model.video import Caption
from render.geometry import IntRect
from render.video.captions import CaptionLook, draw_caption


def caption_pixels(
    caption: Caption, size: tuple[float, float], region: IntRect, scale: float, resources: Resources
) -> Pixels:
    """Premultiplied RGBA of the region of a frame of `size` at `scale`."""
    style, height = caption.style, size[1]
    look = CaptionLook(
        family=style.family, size=style.size * height, color=style.color, background=style.background,
        align=style.align, edge=style.edge, margin=style.margin * height, bold=style.bold, italic=style.italic,
    )
    return draw_caption(caption.text, look, size, region, scale, font_database(resources))
