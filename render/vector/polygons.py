"""Areas combined as polygons: slower than curves and made of short lines, but no outline is beyond it.

manifold3d brings Clipper2, which combines any polygons, however often they cross themselves.
"""

import math
from collections.abc import Iterator

import manifold3d
import numpy as np
from numpy.typing import NDArray

from render.vector.path import POINTS_OF, PathBuilder, PathData

MOST_PIECES = 200
"""Of one curve."""
_RULES = {"nonzero": manifold3d.FillRule.NonZero, "evenodd": manifold3d.FillRule.EvenOdd}
_OPERATIONS = {
    "union": manifold3d.OpType.Add,
    "intersection": manifold3d.OpType.Intersect,
    "difference": manifold3d.OpType.Subtract,
}
Polygon = NDArray[np.float64]
"""(n, 2): the corners of a closed contour, in user units."""


def combined(paths: list[tuple[PathData, str]], operation: str, tolerance: float) -> PathData:
    """The areas of all paths, each by its own fill rule, as one for the nonzero rule. `operation` is union,
    intersection, difference (all later ones from the first) or xor; curves are followed within `tolerance` units."""
    areas = [manifold3d.CrossSection(list(polygons(path, tolerance)), _RULES[rule]) for path, rule in paths]
    if operation == "xor":
        result = areas[0]
        for area in areas[1:]:
            result = (result - area) + (area - result)
    else:
        result = manifold3d.CrossSection.batch_boolean(areas, _OPERATIONS[operation])
    return _to_path(result)


def polygons(path: PathData, tolerance: float) -> Iterator[Polygon]:
    """Each contour as corners, closed whether the path closes it or not: what a fill covers."""
    corners: list[Polygon] = []
    points = np.array(path.points, dtype=np.float64).reshape(-1, 2)
    at = 0
    for verb in path.verbs:
        count = POINTS_OF[verb]
        if verb == "M" and corners:
            yield np.concatenate(corners)
            corners = []
        if count > 1 and corners:
            corners.append(_on_curve(np.vstack([corners[-1][-1:], points[at : at + count]]), tolerance))
        elif count:
            corners.append(points[at : at + count])
        at += count
    if corners:
        yield np.concatenate(corners)


def _on_curve(control: Polygon, tolerance: float) -> Polygon:
    """Points on a Bézier curve behind its first one; as many as keep its chords within the tolerance.

    The bound is that of G. Wang: n² >= d (d - 1) / (8 tolerance) * max |second difference|.
    """
    degree = len(control) - 1
    bend = np.abs(np.diff(control, 2, axis=0)).sum(axis=1).max()
    pieces = math.sqrt(degree * (degree - 1) / (8 * tolerance) * bend)
    count = int(min(max(1.0, math.ceil(pieces)), MOST_PIECES))
    t = (np.arange(1, count + 1) / count)[:, None]
    result = np.repeat(control[None, :, :], count, axis=0)
    while result.shape[1] > 1:
        result = result[:, :-1] + (result[:, 1:] - result[:, :-1]) * t[:, :, None]
    return np.asarray(result[:, 0])


def _to_path(area: manifold3d.CrossSection) -> PathData:
    """Its outer contours run one way round and its holes the other, so that the nonzero rule gives the area."""
    builder = PathBuilder()
    for contour in area.to_polygons():
        builder.move_to(*map(float, contour[0]))
        for x, y in contour[1:]:
            builder.line_to(float(x), float(y))
        builder.close()
    return builder.build()
