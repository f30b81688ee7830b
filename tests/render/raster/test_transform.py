from __future__ import annotations

import math

import numpy as np
import pytest

from render.geometry import Affine, IntRect, Point
from render.raster.transform import Placed, cropped, into_tiles, resized, transformed, trimmed
from tests.render.kernels.reference import random_pixels


def disc(size: int, radius: float) -> np.ndarray:
    y, x = np.mgrid[:size, :size] + 0.5
    inside = np.hypot(x - size / 2, y - size / 2) < radius
    return np.where(inside[..., None], np.uint8(255), np.uint8(0)).repeat(4, 2)


def test_whole_moves_keep_the_pixels() -> None:
    layer = Placed(random_pixels((20, 30), np.uint8, 1), 5, 6)
    moved = transformed(layer, Affine.translation(-7, 12))
    assert (moved.x, moved.y) == (-2, 18)
    assert moved.pixels is layer.pixels


def test_quarter_turns_are_exact() -> None:
    pixels = random_pixels((20, 30), np.uint8, 2)
    pixels[..., 3] = 255
    turned = transformed(Placed(pixels), Affine.rotation(math.pi / 2), "nearest")
    assert (turned.x, turned.y) == (-20, 0)
    assert np.array_equal(turned.pixels, np.rot90(pixels, -1))


@pytest.mark.parametrize("scale", [0.25, 0.7, 2.0])
def test_area_grows_with_the_map(scale: float) -> None:
    layer = Placed(disc(200, 80), 10, 20)
    around = Affine.rotation(0.5).then(Affine.scaling(scale)).about(Point(110, 120))
    result = transformed(layer, around)
    assert result.pixels[..., 3].sum() / 255 == pytest.approx(math.pi * (80 * scale) ** 2, rel=0.01)
    center = (np.argwhere(result.pixels[..., 3] > 127) + 0.5).mean(0)
    assert np.abs(center - (120 - result.y, 110 - result.x)).max() < 0.5


def test_resizing_a_picture_keeps_layers_in_place() -> None:
    small = resized(Placed(disc(200, 80), 40, 60), 0.5, 0.25)
    assert small.area == IntRect(20, 15, 100, 50)


def test_crop_and_trim() -> None:
    layer = Placed(disc(100, 30), 7, 9)
    assert cropped(layer, IntRect(0, 0, 20, 20)).area == IntRect(7, 9, 13, 11)
    assert cropped(layer, IntRect(500, 0, 20, 20)).area.is_empty
    assert trimmed(layer).area == IntRect(27, 29, 60, 60)
    assert trimmed(Placed(np.zeros((5, 5, 4), np.uint8))).area.is_empty


def test_tiles_hold_the_layer() -> None:
    layer = Placed(disc(300, 140), -20, 200)
    tiles = into_tiles(layer)
    assert set(tiles) == {(0, 0), (-1, 1), (0, 1), (1, 1)}
    total = sum(int(tile.sum(dtype=np.int64)) for tile in tiles.values())
    assert total == int(layer.pixels.sum(dtype=np.int64))
    assert into_tiles(Placed(np.zeros((50, 50, 4), np.uint8))) == {}
