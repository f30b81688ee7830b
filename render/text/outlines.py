"""Glyph outlines, in units of the em's grid with y downwards, kept per face."""

import weakref

from render.geometry import Affine
from render.text.fonts import FontFace
from render.vector.path import EMPTY, PathBuilder, PathData

Variations = tuple[tuple[str, float], ...]
_cache: "weakref.WeakKeyDictionary[FontFace, dict[tuple[int, Variations], PathData]]" = weakref.WeakKeyDictionary()


class _Pen:
    """HarfBuzz's drawing callbacks (in fontTools' pen protocol) as a path, turned upside down."""

    def __init__(self) -> None:
        self.path = PathBuilder()

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 (the pen protocol's name)
        self.path.move_to(point[0], -point[1])

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self.path.line_to(point[0], -point[1])

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        (x1, y1), (x, y) = points
        self.path.quad_to(x1, -y1, x, -y)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        (x1, y1), (x2, y2), (x, y) = points
        self.path.cubic_to(x1, -y1, x2, -y2, x, -y)

    def closePath(self) -> None:  # noqa: N802
        self.path.close()

    def endPath(self) -> None:  # noqa: N802
        pass


def outline(face: FontFace, glyph: int, variations: Variations = ()) -> PathData:
    """The outline of one glyph; empty for a space or a glyph that is a picture."""
    known = _cache.setdefault(face, {})
    key = (glyph, variations)
    if key not in known:
        pen = _Pen()
        try:
            face.font(variations).draw_glyph_with_pen(glyph, pen)
            known[key] = pen.path.build()
        except (ValueError, RuntimeError):
            known[key] = EMPTY
    return known[key]


def placed_outline(face: FontFace, glyph: int, variations: Variations, size: float, place: Affine) -> PathData:
    """The outline at a size, mapped by `place`."""
    path = outline(face, glyph, variations)
    return path.transformed(Affine.scaling(size / face.units).then(place)) if path.verbs else path
