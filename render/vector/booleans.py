"""Boolean operations on outlines: by skia-pathops, which keeps curves; as polygons where it gives up."""

import math
from typing import Literal

import pathops

from render.vector.path import PathBuilder, PathData

Operation = Literal["union", "intersection", "difference", "xor"]
_OPERATIONS = {
    "union": pathops.PathOp.UNION,
    "intersection": pathops.PathOp.INTERSECTION,
    "difference": pathops.PathOp.DIFFERENCE,
    "xor": pathops.PathOp.XOR,
}
FINE = 20_000
"""Where curves become polygons, these follow them within this part of the whole."""


class BooleanError(ValueError):
    """These outlines could not be combined: they hold numbers that are no places."""


def combine(paths: list[tuple[PathData, str]], operation: Operation) -> PathData:
    """Fold outlines, each with its fill rule, from the first to the last. The result fills by the nonzero rule.

    "difference" takes all later outlines away from the first. Raises BooleanError.
    """
    if not all(math.isfinite(number) for path, _ in paths for number in path.points):
        raise BooleanError("These outlines could not be combined.")
    try:
        result = _to_pathops(*paths[0])
        result.simplify(fix_winding=True)
        for path, rule in paths[1:]:
            result = pathops.op(result, _to_pathops(path, rule), _OPERATIONS[operation], fix_winding=True)
    except pathops.PathOpsError:  # outlines that cross themselves wildly are beyond Skia
        return _as_polygons(paths, operation)
    return _from_pathops(result)


def _as_polygons(paths: list[tuple[PathData, str]], operation: Operation) -> PathData:
    from render.vector.polygons import combined

    bounds = [found for path, _ in paths if (found := path.control_bounds()) is not None]
    whole = max((max(one.width, one.height) for one in bounds), default=0.0) or 1.0
    return combined(paths, operation, whole / FINE)


def simplify(path: PathData, rule: str) -> PathData:
    """The same area without overlaps, for the nonzero rule."""
    return combine([(path, rule)], "union")


def _to_pathops(path: PathData, rule: str) -> pathops.Path:
    fill = pathops.FillType.EVEN_ODD if rule == "evenodd" else pathops.FillType.WINDING
    result = pathops.Path(fillType=fill)
    points = iter(path.points)
    for verb in path.verbs:
        if verb == "M":
            result.moveTo(next(points), next(points))
        elif verb == "L":
            result.lineTo(next(points), next(points))
        elif verb == "Q":
            result.quadTo(*(next(points) for _ in range(4)))
        elif verb == "C":
            result.cubicTo(*(next(points) for _ in range(6)))
        else:
            result.close()
    return result


def _from_pathops(path: pathops.Path) -> PathData:
    result = PathBuilder()
    for verb, points in path:
        numbers = [number for point in points for number in point]
        if verb == pathops.PathVerb.MOVE:
            result.move_to(*numbers)
        elif verb == pathops.PathVerb.LINE:
            result.line_to(*numbers)
        elif verb == pathops.PathVerb.QUAD:
            result.quad_to(*numbers)
        elif verb == pathops.PathVerb.CUBIC:
            result.cubic_to(*numbers)
        elif verb == pathops.PathVerb.CLOSE:
            result.close()
    return result.build()
