from __future__ import annotations

import numpy as np

import render.raster.recycled as recycled_module
from render.geometry import IntRect
from render.raster.compositor import Compositor
from render.raster.recycled import MOST_BYTES, recycled
from render.raster.tree import TILE, Composition, PixelLayer, Tile, Tiles


def address(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])


def test_memory_comes_again_only_when_nobody_looks_at_it() -> None:
    first = recycled((100, 30, 4), "uint16")
    part = first[10:20, ::2, 3]
    del first
    second = recycled((100, 30, 4), "uint16")
    assert not np.shares_memory(part, second)
    place = address(second)
    del second
    third = recycled((100, 60, 4), "uint8")
    assert address(third) == place
    assert third.shape == (100, 60, 4)
    assert third.dtype == np.uint8
    assert not np.shares_memory(third, recycled((100, 60, 4), "uint8"))


def test_what_is_very_large_is_not_kept() -> None:
    assert recycled((MOST_BYTES + 1,), "uint8").base is None


def test_nothing_of_an_earlier_picture_is_left() -> None:
    """Pictures for files are drawn into used memory; places without tiles and outside the canvas are emptied."""
    region = IntRect(-TILE, 0, 4000, 2600)
    recycled_module._slot[:] = [np.full(region.width * region.height * 4, 77, np.uint8)]
    square = np.full((TILE, TILE, 4), 255, np.uint8)
    layer = PixelLayer(tiles=Tiles({(1, 1): Tile.of("one", square)}))
    drawn = Compositor().composite(Composition((layer,), "uint8", IntRect(0, 0, 1000, 1000)), region)
    expected = np.zeros_like(drawn)
    expected[TILE : 2 * TILE, 2 * TILE : 3 * TILE] = 255
    assert np.array_equal(drawn, expected)
