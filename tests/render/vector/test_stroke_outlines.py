"""The area of a stroke on one side, as outlines: what exports and boolean operations work with."""

from __future__ import annotations

import math
from typing import Literal

import pytest

from render.geometry import Point
from render.vector import skia_values
from render.vector.path import PathData
from render.vector.skia_values import from_path, hits_fill, stroke_outline, to_path
from render.vector.values import Solid, Stroke

CROSSING = PathData(
    "MLCCCMLCZ",
    (
        -0.897, 0.199, 119.999, 1.404, -0.691, -11.749, 65.537, 1.977, 65.537, 1.977, 65.537, 1.977, 1.727, 0.682,
        -11.698, 65.535, 0.471, 1.03, 0.576, -4.099, 0.576, -4.099, -0.514, 81.343, -0.813, -0.212, -0.403, 114.464,
        2.061, -7.243, -0.514, 81.343,
    ),
)  # fmt: skip


@pytest.mark.parametrize(("align", "within"), [("outside", False), ("inside", True)])
@pytest.mark.parametrize("sizes", [skia_values.SIZES, ()], ids=["by curves", "by polygons"])
def test_an_outline_that_crosses_itself_wildly_is_cut_all_the_same(
    align: Literal["outside", "inside"], within: bool, sizes: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At its own size Skia gives up on this one, and the stroke would lie on both sides."""
    monkeypatch.setattr(skia_values, "SIZES", sizes)
    stroke = Stroke(paint=Solid(), width=2.478297525420225, cap="round", join="bevel", align=align)
    area = stroke_outline(CROSSING, stroke, 4.0)
    spots = [Point(x * 0.7 - 15.0, y * 0.7 - 10.0) for x in range(200) for y in range(135)]
    covered = [spot for spot in spots if area.contains(spot.x, spot.y)]
    strays = [spot for spot in covered if hits_fill(CROSSING, "nonzero", spot) != within]
    assert len(covered) > 100
    assert len(strays) <= 0.01 * len(covered)


def test_round_ends_are_round() -> None:
    """Skia makes them of conics, which no file format holds."""
    line = PathData("ML", (0.0, 0.0, 40.0, 0.0))
    area = to_path(from_path(stroke_outline(line, Stroke(paint=Solid(), width=20.0, cap="round"), 4.0)))
    for degree in range(-89, 90, 2):
        x, y = math.cos(math.radians(degree)), math.sin(math.radians(degree))
        assert area.contains(40 + 9.99 * x, 9.99 * y)
        assert not area.contains(40 + 10.01 * x, 10.01 * y)
