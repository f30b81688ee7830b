"""Rectangles on a sheet: whatever they are, none lies over another, and none beyond the edge."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from render.packing import pack, power_above

SIZES = some.lists(some.tuples(some.integers(1, 60), some.integers(1, 60)), min_size=1, max_size=30)


@given(SIZES, some.integers(0, 5), some.booleans())
def test_nothing_overlaps_and_all_is_inside(sizes: list[tuple[int, int]], padding: int, power: bool) -> None:
    found = pack(sizes, 4096, padding, power)
    assert found is not None
    boxes = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(found.places, sizes, strict=True)]
    for left, top, right, bottom in boxes:
        assert padding <= left and padding <= top
        assert right + padding <= found.width and bottom + padding <= found.height
    for one, other in combinations(boxes, 2):
        apart = (one[2] + padding <= other[0], other[2] + padding <= one[0],
                 one[3] + padding <= other[1], other[3] + padding <= one[1])  # fmt: skip
        assert any(apart)
    if power:
        assert found.width == power_above(found.width) and found.height == power_above(found.height)


@given(SIZES, some.integers(1, 200))
def test_no_side_is_longer_than_allowed(sizes: list[tuple[int, int]], most: int) -> None:
    found = pack(sizes, most)
    if found is None:
        assert max(max(size) for size in sizes) > most or sum(w * h for w, h in sizes) > most * most // 4
    else:
        assert max(found.width, found.height) <= most


@pytest.mark.parametrize("count", [1, 4, 16, 100])
def test_equal_squares_waste_little(count: int) -> None:
    found = pack([(32, 32)] * count, 4096)
    assert found is not None and found.width * found.height <= 1.3 * count * 32 * 32
