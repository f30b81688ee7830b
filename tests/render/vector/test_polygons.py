"""Areas as polygons: the last resort of strokes on one side and of combined shapes."""

from __future__ import annotations

import math

import pathops
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.geometry import Point
from render.vector import booleans
from render.vector.path import PathData, ellipse, rectangle
from render.vector.polygons import combined, polygons
from render.vector.skia_values import hits_fill

SQUARE = rectangle(0.0, 0.0, 10.0, 10.0)
DISC = ellipse(10.0, 5.0, 4.0, 4.0)
WITHIN = {
    "union": lambda one, other: one or other,
    "intersection": lambda one, other: one and other,
    "difference": lambda one, other: one and not other,
    "xor": lambda one, other: one != other,
}


@pytest.mark.parametrize("operation", list(WITHIN))
def test_each_operation_keeps_what_it_says(operation: str) -> None:
    area = combined([(SQUARE, "nonzero"), (DISC, "nonzero")], operation, 0.001)
    for x in range(-1, 31):
        for y in range(-1, 25):
            spot = Point(x / 2 + 0.13, y / 2 + 0.17)
            wanted = WITHIN[operation](hits_fill(SQUARE, "nonzero", spot), hits_fill(DISC, "nonzero", spot))
            assert hits_fill(area, "nonzero", spot) == wanted, spot


@pytest.mark.parametrize("tolerance", [0.5, 0.05, 0.001])
def test_curves_are_followed_within_the_tolerance(tolerance: float) -> None:
    (corners,) = polygons(ellipse(0.0, 0.0, 100.0, 100.0), tolerance)
    middles = (corners[1:] + corners[:-1]) / 2
    off = max(abs(math.hypot(x, y) - 100.0) for x, y in middles)
    assert off <= tolerance + 0.03  # four cubics are that far from a circle themselves
    assert len(corners) < 40 / math.sqrt(tolerance)


def test_an_area_with_a_hole_keeps_it_under_each_rule() -> None:
    both = SQUARE.joined(rectangle(3.0, 3.0, 4.0, 4.0))
    for rule, is_filled in (("evenodd", False), ("nonzero", True)):
        area = combined([(both, rule)], "union", 0.01)
        assert hits_fill(area, "nonzero", Point(5.0, 5.0)) == is_filled
        assert hits_fill(area, "nonzero", Point(1.0, 5.0))


numbers = st.lists(st.floats(-1e4, 1e4), min_size=8, max_size=8).map(tuple)


@settings(max_examples=60)
@given(numbers, numbers, st.sampled_from(list(WITHIN)))
def test_no_outline_is_beyond_it(one: tuple[float, ...], other: tuple[float, ...], operation: str) -> None:
    area = combined([(PathData("MCZ", one), "nonzero"), (PathData("MCZ", other), "evenodd")], operation, 1.0)
    assert all(map(math.isfinite, area.points))


def test_shapes_are_combined_where_curves_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(*args: object, **kwargs: object) -> None:
        raise pathops.PathOpsError("too wild")

    monkeypatch.setattr(booleans.pathops, "op", gives_up)
    area = booleans.combine([(SQUARE, "nonzero"), (DISC, "nonzero")], "difference")
    assert hits_fill(area, "nonzero", Point(1.0, 5.0))
    assert not hits_fill(area, "nonzero", Point(9.0, 5.0))


def test_what_is_no_place_is_refused() -> None:
    with pytest.raises(booleans.BooleanError):
        booleans.combine([(SQUARE, "nonzero"), (rectangle(0.0, 0.0, math.nan, 5.0), "nonzero")], "union")
