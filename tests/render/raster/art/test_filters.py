"""What holds for every art filter, and what makes each of them what it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.raster.art.cartoon import cartoon, ink_lines
from render.raster.art.duotone import duotone
from render.raster.art.mosaic import mosaic
from render.raster.art.oil import oil_paint
from render.raster.art.pencil import pencil
from render.raster.art.watercolour import watercolour

FILTERS: dict[str, Callable[..., Any]] = {
    "oil": oil_paint,
    "watercolour": watercolour,
    "pencil": pencil,
    "coloured pencil": partial(pencil, colour=1.0),
    "cartoon": cartoon,
    "stones": mosaic,
    "hexagons": partial(mosaic, cells="hexagons"),
    "squares": partial(mosaic, cells="squares"),
    "duotone": duotone,
}


class Stop(Exception):
    pass


def scene(height: int = 96, width: int = 128) -> np.ndarray:
    """A red disc and a dark bar on a sky that gets lighter, with some grain."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = np.stack([0.3 + 0.3 * y / height, 0.5 + 0.3 * y / height, 0.9 - 0.1 * y / height], 2)
    picture[np.hypot(x - 40, y - 48) < 24] = (0.8, 0.15, 0.1)
    picture[:, 92:104] = (0.08, 0.1, 0.12)
    picture += np.random.default_rng(0).normal(0, 0.02, picture.shape)
    return np.clip(picture, 0, 1).astype(np.float32)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_gives_the_same_picture_every_time_within_black_and_white(name: str) -> None:
    before = scene()
    made = FILTERS[name](before)
    assert made.shape == before.shape and made.dtype == np.float32
    assert made.min() >= 0 and made.max() <= 1
    assert (before == scene()).all(), "the picture given is left alone"
    assert (FILTERS[name](before) == made).all()
    assert np.abs(made - before).mean() > 0.005


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (3, 2), (5, 400)])
def test_tiny_and_thin_pictures_are_filtered_too(name: str, size: tuple[int, int]) -> None:
    made = FILTERS[name](np.full((*size, 3), 0.5, np.float32))
    assert made.shape == (*size, 3) and np.isfinite(made).all()


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_tells_its_share_and_can_be_stopped_at_any_of_them(name: str) -> None:
    shares: list[float] = []
    FILTERS[name](scene(), tell=shares.append)
    assert shares and min(shares) >= 0 and max(shares) <= 1.0001
    assert max(shares) - min(shares) > 0.5 or len(shares) < 4
    for stop_at in (0, len(shares) // 2, len(shares) - 1):
        left = [stop_at]

        def tell(_share: float, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Stop

        with pytest.raises(Stop):
            FILTERS[name](scene(), tell=tell)


@pytest.mark.parametrize("name", ["oil", "watercolour", "cartoon", "stones"])
def test_a_filter_looks_the_same_at_every_size(name: str) -> None:
    """Sizes are shares of the picture: filtered large and made small is as filtered small, but for the finest grain."""
    small = cv2.GaussianBlur(scene(), (0, 0), 1.5)
    large = cv2.resize(small, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    a = FILTERS[name](small)
    b = cv2.resize(FILTERS[name](np.clip(large, 0, 1)), (128, 96), interpolation=cv2.INTER_AREA)
    assert np.abs(cv2.GaussianBlur(a, (0, 0), 3) - cv2.GaussianBlur(b, (0, 0), 3)).mean() < 0.05


def test_duotone_prints_black_and_white_in_the_inks_themselves() -> None:
    ramp = np.linspace(0, 1, 256, dtype=np.float32)[None, :, None].repeat(3, 2)
    dark, bright = (0.1, 0.0, 0.4), (1.0, 0.9, 0.5)
    made = duotone(ramp, dark, bright, contrast=0.7, balance=0.4)
    np.testing.assert_array_equal(made[0, 0], np.float32(dark))
    np.testing.assert_array_equal(made[0, -1], np.float32(bright))
    assert (np.diff(made[0, :, 0]) > 0).all()


@given(
    st.tuples(*[st.floats(0, 1, width=32)] * 3), st.tuples(*[st.floats(0, 1, width=32)] * 3),
    st.tuples(*[st.floats(0, 1, width=32)] * 3),
)
@settings(max_examples=30)
def test_duotone_without_contrast_mixes_the_inks_by_light(colour: Any, dark: Any, bright: Any) -> None:
    made = duotone(np.full((1, 1, 3), colour, np.float32), dark, bright, contrast=0.0)
    share = float(np.float32(colour) @ np.float32([0.299, 0.587, 0.114]))
    np.testing.assert_allclose(made[0, 0], (1 - share) * np.array(dark) + share * np.array(bright), atol=2e-6)


@pytest.mark.parametrize("cells", ["squares", "hexagons", "stones"])
def test_a_cell_of_a_mosaic_has_the_mean_colour_of_what_it_covers(cells: Any) -> None:
    picture = scene()
    made = mosaic(picture, size=60, cells=cells, gap=0, relief=0, variation=0)
    colours, counts = np.unique(made.reshape(-1, 3), axis=0, return_counts=True)
    pitch = 60 * np.hypot(96, 128) / 1000
    assert 0.6 < len(colours) / (96 * 128 / pitch**2) < 1.8
    for colour in colours[counts > 10][:12]:
        inside = (made == colour).all(axis=2)
        np.testing.assert_allclose(picture[inside].mean(axis=0), colour, atol=1e-4)


def test_the_joints_of_a_mosaic_have_their_colour() -> None:
    made = mosaic(scene(), size=100, cells="squares", gap=0.4, gap_colour=(0.0, 1.0, 0.0), relief=0)
    green = (np.abs(made - (0, 1, 0)).max(axis=2) < 0.02).mean()
    assert 0.2 < green < 0.6


def test_a_cartoon_has_few_tones() -> None:
    ramp = np.linspace(0.02, 0.98, 400, dtype=np.float32)[None, :, None].repeat(120, 0).repeat(3, 2)
    light = cartoon(ramp, tones=5, lines=0, saturation=0).mean(axis=2)[60]
    rise = np.diff(light[40:-40])
    steps = (rise > 3 * rise.mean()).astype(int)
    assert (np.diff(steps) == 1).sum() in (3, 4), "it rises in steps"
    assert np.median(rise) < 0.6 * rise.mean(), "and is nearly even between them"
    assert rise.max() < 0.06, "softly"


def test_ink_runs_along_outlines_on_their_dark_side_and_not_in_flat_places() -> None:
    edge = np.where(np.arange(160)[None, :, None] < 80, 0.2, 0.8)
    picture = cv2.GaussianBlur(edge * np.ones((100, 160, 3)), (0, 0), 1)
    ink = ink_lines(picture.astype(np.float32), 1.0, 0.8)
    assert ink[:, 74:80].max(axis=1).min() > 0.5
    assert ink[:, :60].max() < 0.02 and ink[:, 90:].max() < 0.02


def test_graphite_is_grey_on_white_and_darker_where_it_is_dark() -> None:
    made = pencil(scene(200, 260))
    assert np.ptp(made, axis=2).max() < 0.05
    light, dark = made[20:60, 180:240].mean(), made[20:180, 95:101].mean()
    assert light > dark + 0.2
    white = pencil(np.ones((60, 80, 3), np.float32), paper=0)
    assert white.min() > 0.8


def test_coloured_pencils_keep_the_hue() -> None:
    made = pencil(scene(), colour=1.0)
    red = made[40:56, 32:48].mean(axis=(0, 1))
    assert red[0] > red[1] + 0.2 and red[0] > red[2] + 0.2


def test_oil_takes_grain_away_and_keeps_outlines() -> None:
    picture = scene(192, 256)
    made = oil_paint(picture, brush=8, bristle=0, shine=0)
    flat = (slice(10, 60), slice(150, 170))
    assert made[flat].std(axis=(0, 1)).mean() < 0.8 * picture[flat].std(axis=(0, 1)).mean()
    step = np.abs(np.diff(made.mean(axis=2), axis=1))[20:170, 88:108].max(axis=1)
    assert np.median(step) > 0.15


def test_the_light_on_the_paint_comes_from_where_it_is_told_to() -> None:
    y, x = np.mgrid[0:120, 0:160].astype(np.float32)
    hill = (0.3 + 0.5 * np.exp(-((x - 80) ** 2 + (y - 60) ** 2) / 800))[..., None].repeat(3, 2).astype(np.float32)
    sides = {}
    for angle in (0.0, 180.0):
        made = oil_paint(hill, bristle=0, shine=1, angle=angle).mean(axis=2)
        sides[angle] = made[40:80, 90:110].mean() - made[40:80, 50:70].mean()
    assert sides[0.0] * sides[180.0] < 0


def test_watercolour_is_lighter_and_its_pigment_gathers_at_edges() -> None:
    picture = scene(192, 256)
    made = watercolour(picture, edges=1, flow=0, paper=0)
    assert made.mean() > picture.mean()
    plain = watercolour(picture, edges=0, flow=0, paper=0)
    disc = np.hypot(*(np.mgrid[0:192, 0:256] - np.array([48, 40])[:, None, None]))
    rim, middle = (disc > 19) & (disc < 24), disc < 10
    gathered = (plain - made).mean(axis=2)
    assert gathered[rim].mean() > 3 * abs(gathered[middle].mean())
