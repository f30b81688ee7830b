"""A picture made of pieces of another one."""

from __future__ import annotations

import numpy as np
import pytest

from render.raster.art.flow import light_of
from render.raster.art.texture import TooSmall, transfer_texture


def stripes(height: int = 96, width: int = 112) -> np.ndarray:
    """Black and ochre stripes of many widths: no other colours."""
    places = (np.mgrid[0:height, 0:width][1] ** 1.3).astype(int) // 12 % 2
    return np.where(places[..., None] == 0, (0.05, 0.05, 0.05), (0.8, 0.6, 0.2)).astype(np.float32)


def ramp(height: int = 80, width: int = 100) -> np.ndarray:
    return np.linspace(0.05, 0.7, width, dtype=np.float32)[None, :, None].repeat(height, 0).repeat(3, 2)


def test_what_comes_out_is_made_of_the_reference_and_shows_the_picture() -> None:
    made = transfer_texture(ramp(), stripes(), likeness=0.6)
    assert made.shape == ramp().shape
    inks = np.float32([(0.05, 0.05, 0.05), (0.8, 0.6, 0.2)])
    distance = np.abs(made[:, :, None] - inks).max(axis=3).min(axis=2)
    assert np.median(distance) < 0.12, "the colours are the reference's"
    light = light_of(made)
    assert light[:, 70:].mean() > light[:, :30].mean() + 0.1, "dark stays dark and light stays light"


def test_the_seed_alone_decides() -> None:
    first = transfer_texture(ramp(), stripes(), seed=4)
    assert (first == transfer_texture(ramp(), stripes(), seed=4)).all()
    assert (first != transfer_texture(ramp(), stripes(), seed=5)).any()


def test_a_reference_smaller_than_its_pieces_is_refused() -> None:
    with pytest.raises(TooSmall):
        transfer_texture(ramp(), np.ones((6, 300, 3), np.float32))


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (9, 9)])
def test_tiny_pictures_are_drawn_too(size: tuple[int, int]) -> None:
    assert transfer_texture(np.full((*size, 3), 0.5, np.float32), stripes()).shape == (*size, 3)


def test_it_can_be_stopped() -> None:
    class Stop(Exception):
        pass

    def tell(_share: float) -> None:
        raise Stop

    with pytest.raises(Stop):
        transfer_texture(ramp(), stripes(), tell=tell)
