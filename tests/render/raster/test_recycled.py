from __future__ import annotations

import numpy as np
import pytest

import render.raster.compositor as compositor_module
import render.raster.recycled as recycled_module
from render.geometry import IntRect
from render.kernels.modes import BlendMode
from render.raster.adjustments import Invert
from render.raster.compositor import Compositor, Place
from render.raster.recycled import MOST_BYTES, recycled
from render.raster.tree import TILE, AdjustmentLayer, Composition, Mask, PixelLayer, Tile, Tiles

MODES = (BlendMode.NORMAL, BlendMode.SOFT_LIGHT, BlendMode.DISSOLVE, BlendMode.OVERLAY)


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


def test_the_ragged_edges_of_large_pictures_are_as_their_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Edges are drawn no further than they go; masks, adjustments and all that is below are cut alike."""
    rng = np.random.default_rng(1)

    def tiles(seed: int, shape: tuple[int, ...]) -> Tiles:
        grid = {}
        for place in np.ndindex(3, 3):
            values = rng.integers(0, 256, shape, np.uint8)
            if len(shape) == 3:
                values[..., :3] = np.minimum(values[..., :3], values[..., 3:])
            grid[place] = Tile.of((seed, place), values)
        return Tiles(grid)

    picture = [PixelLayer(tiles=tiles(number, (TILE, TILE, 4)), blend=mode) for number, mode in enumerate(MODES)]
    masked = PixelLayer(tiles=tiles(9, (TILE, TILE, 4)), opacity=0.7, mask=Mask(tiles(10, (TILE, TILE)), inverted=True))
    layers = (picture[0], AdjustmentLayer(adjustment=Invert()), *picture[1:], masked)
    for region in (IntRect(0, 0, 700, 600), IntRect(0, 0, 560, 513), IntRect(16, 5, 600, 300)):
        composition = Composition(layers, "uint8", IntRect(0, 0, 768, 768))
        expected = Compositor().composite(composition, region)
        with monkeypatch.context() as patch:
            patch.setattr(compositor_module, "KEPT_PIXELS", 0)
            compositor = Compositor()
            assert np.array_equal(compositor.composite(composition, region), expected)
            compositor.tile(composition, Place(0, 2, 2))
            assert np.array_equal(compositor.composite(composition, region), expected)
