"""Our plain values as Skia's objects: paths, matrices, colours, strokes, shaders."""

import contextlib
import functools
import math

import msgspec
import skia

from render.color import Color
from render.geometry import Affine, Point, Rect
from render.vector.path import POINTS_OF, PathData
from render.vector.values import LinearGradient, RadialGradient, Solid, Stop, Stroke, SweepGradient

_VERBS = {"M": 0, "L": 1, "Q": 2, "C": 4, "Z": 5}
_CAPS = {"butt": skia.Paint.kButt_Cap, "round": skia.Paint.kRound_Cap, "square": skia.Paint.kSquare_Cap}
_JOINS = {
    "miter": skia.Paint.kMiter_Join,
    "miter-clip": skia.Paint.kMiter_Join,
    "arcs": skia.Paint.kMiter_Join,
    "round": skia.Paint.kRound_Join,
    "bevel": skia.Paint.kBevel_Join,
}
_SPREADS = {"pad": skia.TileMode.kClamp, "reflect": skia.TileMode.kMirror, "repeat": skia.TileMode.kRepeat}
BLENDS = {
    "normal": skia.BlendMode.kSrcOver,
    "multiply": skia.BlendMode.kMultiply,
    "screen": skia.BlendMode.kScreen,
    "overlay": skia.BlendMode.kOverlay,
    "darken": skia.BlendMode.kDarken,
    "lighten": skia.BlendMode.kLighten,
    "color-dodge": skia.BlendMode.kColorDodge,
    "color-burn": skia.BlendMode.kColorBurn,
    "hard-light": skia.BlendMode.kHardLight,
    "soft-light": skia.BlendMode.kSoftLight,
    "difference": skia.BlendMode.kDifference,
    "exclusion": skia.BlendMode.kExclusion,
    "hue": skia.BlendMode.kHue,
    "saturation": skia.BlendMode.kSaturation,
    "color": skia.BlendMode.kColor,
    "luminosity": skia.BlendMode.kLuminosity,
    "plus-lighter": skia.BlendMode.kPlus,
}

SIZES = (1.0, 16.0, 10.7)
"""At which outlines are combined until it succeeds: Skia's tolerances are lengths, so another size is another try."""


def to_matrix(map_: Affine) -> skia.Matrix:
    return skia.Matrix.MakeAll(map_.a, map_.c, map_.e, map_.b, map_.d, map_.f, 0, 0, 1)


def from_matrix(matrix: skia.Matrix) -> Affine:
    return Affine(
        matrix.getScaleX(), matrix.getSkewY(), matrix.getSkewX(),
        matrix.getScaleY(), matrix.getTranslateX(), matrix.getTranslateY(),
    )  # fmt: skip


def to_rect(rect: Rect) -> skia.Rect:
    return skia.Rect.MakeXYWH(rect.x, rect.y, rect.width, rect.height)


def from_rect(rect: skia.Rect) -> Rect:
    return Rect(rect.left(), rect.top(), rect.width(), rect.height())


def to_color(color: Color, opacity: float = 1.0) -> skia.Color4f:
    return skia.Color4f(color.red, color.green, color.blue, color.alpha * opacity)


@functools.lru_cache(maxsize=50_000)
def to_path(path: PathData, rule: str = "nonzero") -> skia.Path:
    """Cached, so never change the result in place."""
    points = [skia.Point(x, y) for x, y in zip(path.points[::2], path.points[1::2], strict=True)]
    kind = skia.PathFillType.kEvenOdd if rule == "evenodd" else skia.PathFillType.kWinding
    return skia.Path.Make(points, [_VERBS[verb] for verb in path.verbs], [], kind)


def from_path(path: skia.Path) -> PathData:
    """Conics, such as the round ends of strokes, become the cubics that meet them at both ends and in the middle."""
    verbs: list[str] = []
    points: list[float] = []
    steps = skia.Path.RawIter(path)
    verb, ends = steps.next()
    while verb != skia.Path.kDone_Verb:
        if verb == skia.Path.kConic_Verb:
            verbs.append("C")
            start, control, end = ((place.x(), place.y()) for place in ends[:3])
            points += _cubic_of_conic(start, control, end, steps.conicWeight())
        elif verb == skia.Path.kClose_Verb:
            verbs.append("Z")
        else:
            verbs.append("M" if verb == skia.Path.kMove_Verb else "LQC"[len(ends) - 2])
            for point in ends[-POINTS_OF[verbs[-1]] :]:
                points += (point.x(), point.y())
        verb, ends = steps.next()
    return PathData("".join(verbs), tuple(points))


Place = tuple[float, float]


def _cubic_of_conic(start: Place, control: Place, end: Place, weight: float) -> tuple[float, ...]:
    """The two handles and the end: for a quarter of a circle, the usual handles of 0.5523 radii."""
    length = 4 * weight / (3 * (1 + weight))
    handles = [place + length * (to - place) for one in (start, end) for place, to in zip(one, control, strict=True)]
    return (*handles, *end)


def stroke_paint(stroke: Stroke) -> skia.Paint:
    """The geometry of a stroke, without its colour."""
    paint = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=stroke.width)
    paint.setStrokeCap(_CAPS[stroke.cap])
    paint.setStrokeJoin(_JOINS[stroke.join])
    paint.setStrokeMiter(stroke.miter_limit)
    dashes = stroke.dashes * (2 if len(stroke.dashes) % 2 else 1)
    if dashes and sum(dashes) > 0 and all(dash >= 0 for dash in dashes):
        paint.setPathEffect(skia.DashPathEffect.Make(list(dashes), stroke.dash_offset))
    return paint


def last_color(stops: tuple[Stop, ...]) -> Color:
    return stops[-1].color if stops else Color(0, 0, 0, 0)


def gradient_shader(paint: LinearGradient | RadialGradient | SweepGradient) -> skia.Shader | None:
    """None where the gradient is one flat colour: the last stop's (SVG 2, 14.2.2 and 14.2.3)."""
    stops = paint.stops
    if len(stops) < 2:
        return None
    # Skia's binding loses the places of a list that does not span from 0 to 1.
    stops = (Stop(0.0, stops[0].color), *stops, Stop(1.0, stops[-1].color))
    colors = [to_color(stop.color).toColor() for stop in stops]
    places = [stop.offset for stop in stops]
    mode, matrix = _SPREADS[paint.spread], to_matrix(paint.transform)
    if isinstance(paint, LinearGradient):
        if paint.x1 == paint.x2 and paint.y1 == paint.y2:
            return None
        ends = [skia.Point(paint.x1, paint.y1), skia.Point(paint.x2, paint.y2)]
        return skia.GradientShader.MakeLinear(ends, colors, places, mode, 0, matrix)
    if isinstance(paint, SweepGradient):
        return skia.GradientShader.MakeSweep(
            paint.cx, paint.cy, colors, places, mode, paint.start, paint.end, 0, matrix
        )
    if paint.r <= 0:
        return None
    start, end = skia.Point(paint.fx, paint.fy), skia.Point(paint.cx, paint.cy)
    return skia.GradientShader.MakeTwoPointConical(start, paint.fr, end, paint.r, colors, places, mode, 0, matrix)


def solid_color(paint: object) -> Color:
    """The flat colour of a paint that has no shader."""
    return paint.color if isinstance(paint, Solid) else last_color(getattr(paint, "stops", ()))


def stroke_outline(path: PathData, stroke: Stroke, resolution: float = 1.0) -> skia.Path:
    """The area that a stroke covers, on its side of the outline. It looks smooth at `resolution` pixels a unit."""
    source = to_path(path)
    result = skia.Path()
    if stroke.align != "center":
        stroke_paint(doubled(stroke)).getFillPath(source, result, None, resolution)
        operation = skia.PathOp.kIntersect_PathOp if stroke.align == "inside" else skia.PathOp.kDifference_PathOp
        for size in SIZES:
            with contextlib.suppress(RuntimeError):  # outlines that cross themselves wildly are beyond Skia
                return _combined(result, source, operation, size)
        return _as_polygons(result, source, stroke.align, 0.05 / resolution)
    stroke_paint(stroke).getFillPath(source, result, None, resolution)
    return result


def _combined(one: skia.Path, other: skia.Path, operation: skia.PathOp, size: float) -> skia.Path:
    """`one` and `other` combined at another size, and back at their own."""
    if size == 1.0:
        return skia.Op(one, other, operation)
    large, small = skia.Matrix.Scale(size, size), skia.Matrix.Scale(1 / size, 1 / size)
    return _mapped(skia.Op(_mapped(one, large), _mapped(other, large), operation), small)


def _as_polygons(stroked: skia.Path, outline: skia.Path, side: str, tolerance: float) -> skia.Path:
    from render.vector.polygons import combined

    areas = [(from_path(area), "evenodd" if is_even_odd(area) else "nonzero") for area in (stroked, outline)]
    return to_path(combined(areas, "intersection" if side == "inside" else "difference", tolerance))


def _mapped(path: skia.Path, matrix: skia.Matrix) -> skia.Path:
    result = skia.Path()
    path.transform(matrix, result)
    return result


def doubled(stroke: Stroke) -> Stroke:
    """Twice as wide, around the outline: what one half is cut from."""
    return msgspec.structs.replace(stroke, width=2 * stroke.width, align="center")


def is_even_odd(path: skia.Path) -> bool:
    """Which rule the area of a path follows: the results of boolean operations may be of either kind."""
    return bool(path.getFillType() == skia.PathFillType.kEvenOdd)


def hits_fill(path: PathData, rule: str, point: Point) -> bool:
    return bool(to_path(path, rule).contains(point.x, point.y))


def hits_outline(path: PathData, point: Point, distance: float) -> bool:
    """Whether a point lies within a distance of the outline itself."""
    result = skia.Path()
    paint = skia.Paint(Style=skia.Paint.kStroke_Style, StrokeWidth=2 * distance, StrokeJoin=skia.Paint.kRound_Join)
    paint.setStrokeCap(skia.Paint.kRound_Cap)
    paint.getFillPath(to_path(path), result)
    return bool(result.contains(point.x, point.y))


def tight_bounds(path: PathData) -> Rect | None:
    """The rectangle that the curves themselves touch; None for an empty path."""
    if not path.verbs:
        return None
    rect = to_path(path).computeTightBounds()
    return from_rect(rect)


def stroke_reach(stroke: Stroke) -> float:
    """How far a stroke may go beyond the outline."""
    half = stroke.width / 2 if stroke.align == "center" else stroke.width
    corner = stroke.miter_limit if stroke.join == "miter" else 1.0
    return half * max(corner, math.sqrt(2) if stroke.cap == "square" else 1.0)
