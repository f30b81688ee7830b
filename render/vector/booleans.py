"""Boolean operations on outlines, by skia-pathops."""

from typing import Literal

import pathops

from render.vector.path import PathBuilder, PathData

Operation = Literal["union", "intersection", "difference", "xor", "divide"]
_OPERATIONS = {
    "union": pathops.PathOp.UNION,
    "intersection": pathops.PathOp.INTERSECTION,
    "difference": pathops.PathOp.DIFFERENCE,
    "xor": pathops.PathOp.XOR,
}


class BooleanError(ValueError):
    """These outlines could not be combined."""


def combine(paths: list[tuple[PathData, str]], operation: Operation) -> PathData:
    """Fold outlines, each with its fill rule, from the first to the last. The result fills by the nonzero rule.

    "difference" takes all later outlines away from the first. Raises BooleanError.
    """
    try:
        result = _to_pathops(*paths[0])
        result.simplify(fix_winding=True)
        for path, rule in paths[1:]:
            result = pathops.op(result, _to_pathops(path, rule), _OPERATIONS[operation], fix_winding=True)
    except pathops.PathOpsError as error:
        raise BooleanError("These outlines could not be combined.") from error
    return _from_pathops(result)


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
