"""Curves as Krita writes them, "x,y;x,y;", smooth through their points, as values at even places."""

from functools import lru_cache

from editor.formats.brush.found import bounded

MOST_POINTS = 64
Points = tuple[tuple[float, float], ...]


@lru_cache(256)
def heights(text: str, count: int) -> tuple[float, ...]:
    """The curve at `count` places from 0 to 1, within 0 and 1; a straight one where the text says nothing.

    >>> heights("0,0;1,1;", 3)
    (0.0, 0.5, 1.0)
    """
    points = read_points(text)
    return tuple(bounded(_at(points, slopes, place / (count - 1)), 0.0, 1.0) for slopes in (_bends(points),)
                 for place in range(count))  # fmt: skip


def read_points(text: str) -> Points:
    """From left to right, each place once."""
    found: dict[float, float] = {}
    for pair in text.split(";")[:MOST_POINTS]:
        x, comma, y = pair.partition(",")
        try:
            place, height = float(x), float(y.split(",")[0])
        except ValueError:
            continue
        if comma:
            found[bounded(place, 0.0, 1.0)] = bounded(height, 0.0, 1.0)
    return tuple(sorted(found.items())) if len(found) > 1 else ((0.0, 0.0), (1.0, 1.0))


def sampled(text: str, count: int = 17) -> Points:
    """The curve as so many points; two where it is straight."""
    points = read_points(text)
    if len(points) == 2:
        return points
    return tuple((place / (count - 1), height) for place, height in enumerate(heights(text, count)))


def _bends(points: Points) -> list[float]:
    """Second derivatives of the natural cubic through the points."""
    import numpy as np

    count = len(points)
    if count < 3:
        return [0.0] * count
    steps = [points[i + 1][0] - points[i][0] for i in range(count - 1)]
    rises = [(points[i + 1][1] - points[i][1]) / steps[i] for i in range(count - 1)]
    system, wanted = np.eye(count), np.zeros(count)
    for i in range(1, count - 1):
        system[i, i - 1 : i + 2] = steps[i - 1], 2 * (steps[i - 1] + steps[i]), steps[i]
        wanted[i] = 6 * (rises[i] - rises[i - 1])
    return [float(bend) for bend in np.linalg.solve(system, wanted)]


def _at(points: Points, bends: list[float], x: float) -> float:
    if x <= points[0][0]:
        return points[0][1]
    for number in range(len(points) - 1):
        (left, low), (right, high) = points[number], points[number + 1]
        if x <= right:
            step = right - left
            a, b = (right - x) / step, (x - left) / step
            bent = (a**3 - a) * bends[number] + (b**3 - b) * bends[number + 1]
            return a * low + b * high + bent * step * step / 6
    return points[-1][1]
