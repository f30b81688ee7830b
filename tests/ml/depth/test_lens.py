"""The blur of a lens: what is in focus stays, light is spread as the aperture is shaped, nothing bleeds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.depth import lens as module
from ml.depth.lens import Lens, aperture, encoded, lens_blur, linear, signed_radius, slabs
from ml.depth.maps import around, stretched, top_to_bottom, with_outlines


class Stop(Exception):
    pass


def scene(height: int = 120, width: int = 160) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A pure red disc, near and in focus, before a blue and green board far behind it."""
    y, x = np.mgrid[0:height, 0:width]
    board = ((x // 8 + y // 8) % 2).astype(np.float32)
    picture = np.stack([np.zeros_like(board), 0.8 * board, 0.9 - 0.5 * board], 2).astype(np.float32)
    disc = np.hypot(x - width / 2, y - height / 2) < 30
    picture[disc] = (0.9, 0.0, 0.0)
    return picture, disc.astype(np.float32), disc


def test_what_is_in_focus_stays_and_gives_nothing_to_the_ground_behind_it() -> None:
    picture, depth, disc = scene()
    made = lens_blur(picture, depth, Lens(radius=9, focus=1.0))
    assert (made[disc] == picture[disc]).all()
    outside = ~disc
    assert made[outside][:, 0].max() < 0.02, "no red glow around the subject"
    assert made[outside].std(axis=0)[1] < 0.5 * picture[outside].std(axis=0)[1], "the board is blurred"


def test_a_near_thing_out_of_focus_spreads_over_what_is_sharp() -> None:
    picture, depth, disc = scene()
    made = lens_blur(picture, depth, Lens(radius=9, focus=0.0))
    y, x = np.mgrid[0:120, 0:160]
    rim = np.hypot(x - 80, y - 60)
    assert made[(rim > 32) & (rim < 35)][:, 0].min() > 0.1, "its edge is soft on both sides"
    assert made[(rim > 24) & (rim < 28)][:, 1:].max() > 0.1, "and lets through what is behind"
    far = rim > 44
    np.testing.assert_allclose(made[far], picture[far], atol=0.01)


@pytest.mark.parametrize("bokeh", ["disc", "hexagon"])
def test_a_light_becomes_the_shape_of_the_aperture(bokeh: str) -> None:
    picture = np.zeros((101, 101, 3), np.float32)
    picture[50, 50] = 1.0
    depth = np.zeros((101, 101), np.float32)
    made = linear(lens_blur(picture, depth, Lens(radius=6, focus=1.0, sharp=0.0, bokeh=bokeh)))  # type: ignore[arg-type]
    assert made[..., 0].sum() == pytest.approx(1.0, rel=0.05), "no light is lost or made"
    lit = made[..., 0] > 0.3 * made.max()
    area = np.pi * 36 if bokeh == "disc" else 1.5 * np.sqrt(3) * 36
    assert lit.sum() == pytest.approx(area, rel=0.2)
    assert made[50, 46:55, 0].std() < 0.15 * made.max(), "evenly"


def test_highlights_make_lights_glow_and_leave_a_bright_sky() -> None:
    picture = np.full((120, 120, 3), 0.1, np.float32)
    picture[58:62, 58:62] = 1.0
    depth = np.zeros((120, 120), np.float32)
    dull, glowing = (lens_blur(picture, depth, Lens(10, 1.0, highlights=share))[60, 60, 0] for share in (0.0, 1.0))
    assert glowing > 1.3 * dull
    sky = np.full((120, 120, 3), 0.95, np.float32)
    np.testing.assert_allclose(lens_blur(sky, depth, Lens(10, 1.0, highlights=1.0)), sky, atol=2e-3)


@pytest.mark.parametrize("radius", [2.0, 7.5, 26.0])
def test_an_even_picture_stays_even_at_any_depth(radius: float) -> None:
    picture = np.full((90, 130, 3), (0.2, 0.5, 0.7), np.float32)
    depth = np.random.default_rng(0).random((90, 130), np.float32)
    np.testing.assert_allclose(lens_blur(picture, depth, Lens(radius, 0.5)), picture, atol=2e-3)


def test_bands_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = np.random.default_rng(1).random((300, 90, 3), np.float32)
    depth = top_to_bottom(300, 90)
    whole = lens_blur(picture, depth, Lens(5, 1.0))
    monkeypatch.setattr(module, "BAND", 64)
    np.testing.assert_allclose(lens_blur(picture, depth, Lens(5, 1.0)), whole, atol=0.004)


@pytest.mark.parametrize("size", [(1, 1), (1, 90), (17, 3)])
def test_tiny_pictures(size: tuple[int, int]) -> None:
    made = lens_blur(np.full((*size, 3), 0.5, np.float32), np.zeros(size, np.float32), Lens(8, 1.0))
    assert made.shape == (*size, 3)
    np.testing.assert_allclose(made, 0.5, atol=2e-3)


def test_no_aperture_no_blur_and_it_can_be_stopped() -> None:
    picture, depth, _ = scene()
    assert (lens_blur(picture, depth, Lens(0.2, 1.0)) == picture).all()

    class Stopping:
        def __call__(self, share: float, text: str = "") -> None:
            raise Stop

        def check(self) -> None:
            raise Stop

        def part(self, start: float, end: float) -> Stopping:
            return self

    with pytest.raises(Stop):
        lens_blur(picture, depth, Lens(9, 1.0), Stopping())


@given(st.floats(0, 1), st.floats(0, 0.5), st.floats(1, 40))
@settings(max_examples=40)
def test_the_blur_grows_with_the_distance_from_focus(focus: float, sharp: float, radius: float) -> None:
    depth = np.linspace(0, 1, 50, dtype=np.float32)
    found = signed_radius(depth, Lens(radius, focus, sharp))
    assert (np.diff(found) >= -1e-5).all()
    assert np.abs(found).max() <= radius * 1.001
    assert (found[np.abs(depth - focus) < sharp / 2 - 1e-3] == 0).all()


@given(st.floats(-40, 0), st.floats(0, 40))
@settings(max_examples=40)
def test_slabs_cover_every_blur(lowest: float, highest: float) -> None:
    radii = slabs(lowest, highest)
    assert radii == sorted(radii) and 0.0 in radii
    assert radii[0] <= max(lowest, -0.0) + 1e-9 or lowest > -0.7
    assert radii[-1] >= highest or highest < 0.7


@pytest.mark.parametrize("bokeh", ["disc", "hexagon"])
def test_an_aperture_lets_all_light_through(bokeh: str) -> None:
    for radius in (0.4, 1.0, 3.3, 7.0):
        kernel = aperture(radius, bokeh)  # type: ignore[arg-type]
        assert kernel.sum() == pytest.approx(1, abs=1e-5) and (kernel == kernel[::-1]).all()


@given(st.floats(0, 8, width=32))
def test_the_curve_of_srgb_goes_both_ways(value: float) -> None:
    given_value = np.float32([[value]])
    np.testing.assert_allclose(encoded(linear(given_value)), given_value, rtol=1e-4, atol=1e-5)


def test_depths_by_hand() -> None:
    ground = top_to_bottom(5, 3)
    assert (ground[:, 0] == np.float32([0, 0.25, 0.5, 0.75, 1])).all() and (ground == ground[:, :1]).all()
    spot = around(101, 201, 0.25, 0.5)
    assert spot[50, 50] == 1.0 and spot.min() == pytest.approx(0, abs=1e-6) and spot[0, 200] == spot.min()
    assert stretched(np.full((4, 4), 7.0, np.float32)).tolist() == [[0.5] * 4] * 4
    assert top_to_bottom(1, 1).tolist() == [[1.0]] and around(1, 1, 0, 0).shape == (1, 1)


def test_a_coarse_map_gets_the_outlines_of_the_picture() -> None:
    picture, depth, disc = scene()
    picture[~disc] = (0.4, 0.1, 0.2)  # another colour, but as light as the disc
    coarse = depth.reshape(12, 10, 16, 10).mean(axis=(1, 3))
    made = with_outlines(coarse, picture)
    plain = np.repeat(np.repeat(coarse, 10, axis=0), 10, axis=1)
    assert ((made > 0.5) != disc).mean() < 0.3 * ((plain > 0.5) != disc).mean()
