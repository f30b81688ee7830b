"""Brushes that are driven by curves: what their strokes leave, and that a live stroke is its replay."""

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.color import Color
from render.kernels.dab import Dab, Inking
from render.raster.driving import Driver, farthest
from render.raster.dynamics import AIMS, SOURCES, Curve, Dynamics
from render.raster.grain import Grain
from render.raster.inking import shifted
from render.raster.painting import Paint, StrokePainter, paint_stroke
from render.raster.stroke import Brush, Sample, StrokePath
from render.raster.tips import Second, Tips

BRUSH = Brush(diameter=20.0, spacing=0.1)
RED, BLUE = Color(1.0, 0.0, 0.0, 1.0), Color(0.0, 0.0, 1.0, 1.0)
RISING = ((0.0, 0.0), (1.0, 1.0))
LINE = [Sample(20.0 + 8 * number, 60.0, number / 24, 0.0, 0.0, 0.01 * (number + 1)) for number in range(25)]


def dabs_of(dynamics: Dynamics, samples: list[Sample] = LINE, brush: Brush = BRUSH) -> list[Dab]:
    path = StrokePath(brush, Tips((), dynamics=dynamics))
    return [*path.extend(samples), *path.finish()]


def test_pressure_drives_size_flow_and_angle() -> None:
    curves = (
        Curve("size", "pressure", RISING, multiplies=True), Curve("flow", "pressure", ((0.0, 0.0), (1.0, -0.5))),
        Curve("angle", "pressure", ((0.0, 0.0), (1.0, 90.0))),
    )  # fmt: skip
    dabs = dabs_of(Dynamics(curves=curves))
    diameters = [dab.diameter for dab in dabs]
    assert diameters == sorted(diameters) and diameters[-1] == pytest.approx(20.0, rel=0.02)
    assert dabs[-1].flow == pytest.approx(0.5, rel=0.02) and dabs[-1].angle == pytest.approx(np.pi / 2, rel=0.02)


def test_a_curve_ends_level_or_goes_on() -> None:
    points = ((0.0, 0.0), (0.5, 1.0), (1.0, 0.5))
    level, on = Curve("flow", "speed", points), Curve("flow", "speed", points, goes_on=True)
    assert [level.at(value) for value in (-1.0, 0.25, 2.0)] == [0.0, 0.5, 0.5]
    assert [on.at(value) for value in (-1.0, 0.25, 2.0)] == [-2.0, 0.5, -0.5]


@pytest.mark.parametrize("points", [
    ((0.5, 0.0), (0.5, 1.0)), ((0.5, 0.0), (0.1, 1.0)), ((0.0, 0.0), (1e-320, 1.0)),
])  # fmt: skip
def test_a_curve_that_does_not_go_to_the_right_is_refused(points: Any) -> None:
    with pytest.raises(ValueError, match="left to right"):
        Curve("flow", "pressure", points, goes_on=True)
    stored = msgspec.msgpack.encode(["flow", "pressure", points, False, 1.0, False, True])
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(stored, type=Curve)


def test_the_wildest_noise_still_paints() -> None:
    noisy = dabs_of(Dynamics(bases={"size_noise": 1e6}))
    assert all(0 < dab.diameter <= 5000 for dab in noisy)


def test_speed_is_that_of_the_samples_and_even_without_time() -> None:
    follows = Dynamics(curves=(Curve("size", "speed", ((-4.0, 0.1), (4.0, 4.0))),))
    slow = [Sample(x * 4.0, 0.0, 1.0, 0.0, 0.0, (x + 1) * 0.2) for x in range(20)]
    fast = [Sample(x * 4.0, 0.0, 1.0, 0.0, 0.0, (x + 1) * 0.001) for x in range(20)]
    still = [Sample(x * 4.0, 0.0) for x in range(20)]
    ends = [dabs_of(follows, samples)[-1].diameter for samples in (slow, still, fast)]
    assert ends == sorted(ends) and len(set(ends)) == 3
    assert follows.is_timed and not Dynamics().is_timed


def test_chance_is_the_strokes_own() -> None:
    strewn = Dynamics(bases={"jitter": 0.5, "scatter": 0.5, "count": 3.0})
    first, again = dabs_of(strewn), dabs_of(strewn)
    assert first == again
    assert len({(dab.x, dab.y) for dab in first}) == len(first)
    elsewhere = dabs_of(strewn, [Sample(one.x + 1.0, one.y, one.pressure) for one in LINE])
    assert [dab.x for dab in elsewhere] != [dab.x + 1.0 for dab in first]


@given(
    st.lists(st.tuples(st.sampled_from(AIMS), st.sampled_from(SOURCES), st.floats(-3, 3), st.floats(-3, 3)),
    max_size=8),
    st.dictionaries(st.sampled_from(AIMS), st.floats(-3, 3), max_size=6),
)  # fmt: skip
def test_whatever_drives_it_dabs_are_in_bounds(curves: list[Any], bases: Any) -> None:
    made = tuple(Curve(aim, source, ((0.0, low), (1.0, high)), goes_on=True) for aim, source, low, high in curves)
    dynamics = Dynamics(bases=bases, curves=made, oval=True)
    samples = LINE[:6]
    reach = farthest(dynamics, BRUSH)
    left, right = samples[0].x - reach, samples[-1].x + reach
    for dab in dabs_of(dynamics, samples)[:500]:
        assert 0 < dab.diameter <= 5000 and 0 < dab.roundness <= 1
        assert 0 <= dab.flow <= 1 and 0 <= dab.opacity <= 1 and 0 <= dab.hardness <= 1
        assert np.isfinite([dab.x, dab.y, dab.angle]).all()
        assert left - 1 <= dab.x <= right + 1


NOISE = np.random.default_rng(7).integers(0, 256, (24, 18), np.uint8)
KINDS = {
    "oval": Tips((), dynamics=Dynamics(oval=True, bases={"flow": 0.3, "jitter": 0.4})),
    "picture": Tips((NOISE,), dynamics=Dynamics(curves=(Curve("size", "chance", RISING, multiplies=True),))),
    "smudge": Tips((), dynamics=Dynamics(oval=True, bases={"smudge": 0.8, "smudge_length": 0.4, "hue": 0.1})),
    "paper": Tips((NOISE,), grain=Grain(NOISE, 1.5, 0.8)),
    "second": Tips((NOISE,), second=Second(Tips((), dynamics=Dynamics(bases={"scatter": 1.0})), Brush(spacing=0.6),
    0.5)),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cuts", [(1, 2, 3), (5, 6, 20), (13,)])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_a_live_stroke_is_its_replay(kind: str, cuts: tuple[int, ...], dtype: str) -> None:
    under = {(0, 0): np.full((256, 256, 4), 200 if dtype == "uint8" else 0.8, dtype)}
    whole = paint_stroke(BRUSH, Paint(RED), LINE, under, dtype, tips=KINDS[kind])
    live = StrokePainter(BRUSH, Paint(RED), under.get, dtype, tips=KINDS[kind])
    for start, end in zip((0, *cuts), (*cuts, len(LINE)), strict=True):
        assert live.fits(LINE[start:end])
        live.extend(LINE[start:end])
    live.finish()
    assert live.painted.keys() == whole.keys() and whole
    for grid, pixels in whole.items():
        np.testing.assert_array_equal(live.painted[grid], pixels)
    assert any((pixels != under.get(grid, 0)).any() for grid, pixels in whole.items())


def two_halves() -> dict[tuple[int, int], Any]:
    tile = np.zeros((256, 256, 4), np.uint8)
    tile[:, :100] = (255, 0, 0, 255)
    tile[:, 100:] = (0, 255, 0, 255)
    return {(0, 0): tile}


def test_a_smudge_takes_what_it_goes_over_along() -> None:
    tips = Tips((), dynamics=Dynamics(oval=True, bases={"smudge": 1.0, "smudge_length": 0.9}))
    painted = paint_stroke(BRUSH, Paint(BLUE), LINE, two_halves(), tips=tips)[0, 0]
    assert painted[60, 112, 0] > 60, "red has come over the border"
    assert painted[..., 2].max() == 0, "and none of the colour in the hand"
    assert (painted[..., 3] == 255).all()


def test_a_smudge_from_nothing_makes_transparent() -> None:
    tile = two_halves()
    tile[0, 0][:, :60] = 0
    tips = Tips((), dynamics=Dynamics(oval=True, bases={"smudge": 1.0, "smudge_length": 0.95}))
    painted = paint_stroke(BRUSH, Paint(BLUE), LINE, tile, tips=tips)[0, 0]
    assert painted[60, 70, 3] < 200
    locked = paint_stroke(BRUSH, Paint(BLUE, keep_alpha=True), LINE, tile, tips=tips)[0, 0]
    np.testing.assert_array_equal(locked[..., 3], tile[0, 0][..., 3])


def test_opacity_and_selection_are_between_the_stroke_and_what_was_there() -> None:
    tips = Tips((), dynamics=Dynamics(oval=True, bases={"value": -0.5}))
    half = np.zeros((256, 256), np.uint8)
    half[:60] = 255
    white = {(0, 0): np.full((256, 256, 4), 255, np.uint8)}
    brush = Brush(diameter=40.0, hardness=1.0, opacity=0.5)
    painted = paint_stroke(brush, Paint(RED), LINE, white, selection={(0, 0): half}, tips=tips)[0, 0]
    np.testing.assert_allclose(painted[55, 120], (191, 128, 128, 255), atol=2)
    assert (painted[60:] == 255).all()


def test_paper_takes_cover_away_where_it_is_dark() -> None:
    stripes = np.zeros((2, 4), np.uint8)
    stripes[:, :2] = 255
    for mode, dark in (("multiply", 0), ("subtract", 0)):
        tips = Tips((), grain=Grain(stripes, mode=mode))  # type: ignore[arg-type]
        painted = paint_stroke(Brush(diameter=40.0, hardness=1.0), Paint(RED), LINE, {}, tips=tips)[0, 0]
        assert (painted[55:65, 80:82, 3] > 200).all() and (painted[55:65, 82:84, 3] == dark).all()


def test_the_second_tip_decides_what_is_seen() -> None:
    """Dots that lie apart cut a broad line into pieces."""
    dots = Second(Tips((), dynamics=Dynamics()), Brush(hardness=1.0, spacing=2.0), 0.5)
    broad = Brush(diameter=40.0, hardness=1.0)
    painted = paint_stroke(broad, Paint(RED), LINE, {}, tips=Tips((), second=dots))[0, 0]
    plain = paint_stroke(broad, Paint(RED), LINE, {})[0, 0]
    seen = (painted[60, :, 3] > 128).sum() / (plain[60, :, 3] > 128).sum()
    assert 0.35 < seen < 0.65
    assert not painted[plain[..., 3] == 0].any()


def test_a_mask_takes_the_coverage_of_a_smudge() -> None:
    under = {(0, 0): np.full((256, 256), 255, np.uint8)}
    painted = paint_stroke(BRUSH, Paint(Color(0, 0, 0, 1)), LINE, under, planes=True, tips=KINDS["smudge"])[0, 0]
    assert painted[60, 100] < 30


def test_colours_move() -> None:
    assert shifted((1.0, 0.0, 0.0), Inking(hue=1 / 3)) == pytest.approx((0.0, 1.0, 0.0))
    assert shifted((1.0, 0.0, 0.0), Inking(value=-0.5)) == pytest.approx((0.5, 0.0, 0.0))
    assert shifted((1.0, 0.0, 0.0), Inking(lightness=0.25)) == pytest.approx((1.0, 0.5, 0.5))


def test_to_try_a_stroke_leaves_its_driver_as_it_is() -> None:
    dynamics = Dynamics(bases={"jitter": 1.0})
    driver = Driver(dynamics, BRUSH, LINE[0])
    other = driver.copied()
    tried = [*other.dabs(LINE[0], 600.0, 2.0)]
    assert [*driver.dabs(LINE[0], 600.0, 2.0)] == tried
