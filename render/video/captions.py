"""Caption text as pixels: a paragraph on a rounded plate, at the top, middle or bottom of a frame."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from render.color import Color
from render.geometry import IntRect, Rect
from render.text.fonts import FontDatabase
from render.text.layout import glyph_places
from render.text.outlines import placed_outline
from render.text.paragraph import Align, Line, set_paragraphs
from render.text.style import TextSpan, TextStyle
from render.vector.path import PathData, rectangle
from render.vector.raster import draw
from render.vector.values import Fill, Group, Shape, Solid

ALIGN: dict[str, Align] = {"left": "start", "center": "middle", "right": "end"}
WIDEST = 0.84


@dataclass(frozen=True, kw_only=True)
class CaptionLook:
    """All lengths are in pixels of the whole frame."""

    family: str
    size: float
    color: Color
    background: Color
    align: Literal["left", "center", "right"]
    edge: Literal["top", "middle", "bottom"]
    margin: float
    bold: bool = False
    italic: bool = False


def draw_caption(
    text: str, look: CaptionLook, frame: tuple[float, float], region: IntRect, scale: float, fonts: FontDatabase
) -> NDArray[np.uint8]:
    """Premultiplied RGBA of `region`, in pixels of the frame at `scale`. Without fonts only the plate is drawn."""
    return draw(_scene(text, look, frame, fonts), region, scale)


def _scene(text: str, look: CaptionLook, frame: tuple[float, float], fonts: FontDatabase) -> Group:
    width, height = frame
    style = TextStyle(
        families=(look.family, "sans-serif"), size=look.size, weight=700 if look.bold else 400,
        slant="italic" if look.italic else "normal",
    )
    room = WIDEST * width
    spans = (TextSpan(text=text, style=style),)
    made = set_paragraphs(spans, fonts, width=room, align=ALIGN[look.align])
    left = (width - room) / 2
    top = {"top": look.margin, "middle": (height - made.height) / 2, "bottom": height - look.margin - made.height}
    y = top[look.edge]
    verbs: list[str] = []
    points: list[float] = []
    for item in made.layout.placed:
        cluster = item.cluster
        for glyph, place in glyph_places(item):
            path = placed_outline(cluster.face, glyph, cluster.variations, cluster.size, place)
            verbs.append(path.verbs)
            points.extend(path.points)
    shifted = tuple(value + (left if index % 2 == 0 else y) for index, value in enumerate(points))
    children = [*_plate(made.lines, look, left, y)] if look.background.alpha > 0 else []
    if verbs:
        paints = (Fill(paint=Solid(look.color)),)
        children.append(Shape(path=PathData("".join(verbs), shifted), paints=paints, bounds=Rect(0, 0, width, height)))
    return Group(children=tuple(children))


def _plate(lines: tuple[Line, ...], look: CaptionLook, left: float, top: float) -> list[Shape]:
    """One rectangle around all lines, a little wider than the text."""
    boxes = [
        Rect(left + line.x, top + line.top, line.width, line.height)
        for line in lines
        if line.width > 0
    ]
    if not boxes:
        return []
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    pad = 0.35 * look.size
    path = rectangle(whole.x - pad, whole.y - pad / 2, whole.width + 2 * pad, whole.height + pad, pad / 2, pad / 2)
    return [Shape(path=path, paints=(Fill(paint=Solid(look.background)),))]
