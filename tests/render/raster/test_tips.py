"""Sampled tips: their size and place, the order of a pipe, and a live stroke that is its replay."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.color import Color
from render.kernels.dab import Dab
from render.kernels.modes import BlendMode
from render.raster.painting import Paint, StrokePainter, paint_stroke
from render.raster.stroke import Brush, Sample
from render.raster.tips import Choice, Picker, Rank, Tips

RED = Color(1.0, 0.0, 0.0)
SQUARE = np.full((8, 8), 255, np.uint8)


def plane(tips: Tips, dab: Dab, side: int = 64) -> np.ndarray:
    coverage = np.zeros((side, side), np.float32)
    tips.stamp(dab).draw(coverage, 0, 0)
    return coverage


@pytest.mark.parametrize("shape", [(8, 8), (300, 300), (40, 160), (501, 90)])
@pytest.mark.parametrize("angle", [0.0, 0.4, math.pi / 2])
def test_a_full_tip_covers_its_area_in_the_middle(shape: tuple[int, int], angle: float) -> None:
    tip = np.full(shape, 255, np.uint8)
    coverage = plane(Tips([tip]), Dab(31.3, 30.8, 30.0, angle=angle))
    area = 30.0 * 30.0 * min(shape) / max(shape)
    assert coverage.sum() == pytest.approx(area, rel=0.06)
    y, x = np.mgrid[0.5:64.5, 0.5:64.5]
    assert (coverage * x).sum() / coverage.sum() == pytest.approx(31.3, abs=0.05)
    assert (coverage * y).sum() / coverage.sum() == pytest.approx(30.8, abs=0.05)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(3.0, 30.0), st.floats(0.0, 3.0))
def test_a_fine_pattern_is_grey_when_it_is_small(x: float, y: float, diameter: float, angle: float) -> None:
    """A checkerboard of single pixels: without filtering it would flicker between black and white."""
    checks = ((np.indices((256, 256)).sum(0) % 2) * 255).astype(np.uint8)
    coverage = plane(Tips([checks]), Dab(32 + x, 32 + y, diameter, angle=angle))
    assert coverage.max() < 0.56
    assert coverage.sum() == pytest.approx(diameter**2 / 2, rel=0.3)


def test_less_than_a_pixel_is_fainter() -> None:
    whole, half = (plane(Tips([SQUARE]), Dab(10.5, 10.5, size)).sum() for size in (1.0, 0.5))
    assert half == pytest.approx(whole / 4, rel=0.01)


def test_a_tip_is_turned_clockwise() -> None:
    bar = np.zeros((64, 64), np.uint8)
    bar[28:36, 32:] = 255  # from the middle to the right
    coverage = plane(Tips([bar]), Dab(32, 32, 60, angle=math.pi / 2))
    y, _ = np.mgrid[0.5:64.5, 0.5:64.5]
    assert (coverage * y).sum() / coverage.sum() > 40


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [("incremental", [0, 1, 2, 0, 1]), ("constant", [0] * 5), ("pressure", [1] * 5), ("tilt_x", [2] * 5)],
)
def test_what_a_pipe_follows(choice: Choice, wanted: list[int]) -> None:
    picker = Picker([Rank(3, choice)], 3, 1.0, 2.0)
    assert [picker.next(0.5, (90.0, 0.0), 0.0) for _ in range(5)] == wanted


@pytest.mark.parametrize(("degrees", "wanted"), [(-90, 0), (0, 1), (90, 2), (180, 3), (-180, 3), (-80, 0)])
def test_a_pipe_that_follows_the_way(degrees: float, wanted: int) -> None:
    assert Picker([Rank(4, "angular")], 4, 0, 0).next(1.0, (0, 0), math.radians(degrees)) == wanted


def test_chance_is_the_strokes_own() -> None:
    def drawn(x: float) -> list[int]:
        picker = Picker([Rank(6, "random")], 6, x, 0.0)
        return [picker.next(1.0, (0, 0), 0.0) for _ in range(200)]

    assert drawn(1.0) == drawn(1.0)
    assert drawn(1.0) != drawn(2.0)
    assert set(drawn(1.0)) == set(range(6))


def test_dimensions_count_the_last_fastest() -> None:
    picker = Picker([Rank(2, "pressure"), Rank(3, "incremental")], 6, 0, 0)
    assert [picker.next(1.0, (0, 0), 0.0) for _ in range(4)] == [3, 4, 5, 3]


def noise(seed: int, channels: int) -> np.ndarray:
    shape = (30, 24) if channels == 1 else (30, 24, 4)
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


SAMPLES = st.lists(
    st.builds(Sample, st.floats(0, 300), st.floats(0, 300), st.floats(0, 1), st.floats(-60, 60), st.floats(-60, 60)),
    min_size=1, max_size=12,
)  # fmt: skip


@given(SAMPLES, st.sampled_from([1, 4]), st.sampled_from(["incremental", "random", "angular"]), st.booleans())
def test_a_live_stroke_is_its_replay(samples: list[Sample], channels: int, choice: Choice, erases: bool) -> None:
    tips = Tips([noise(1, channels), noise(2, channels)], [Rank(2, choice)])
    brush = Brush(diameter=40, spacing=0.4, flow=0.7, opacity=0.8, size_by_pressure=0.6, opacity_by_pressure=0.5)
    start = {(0, 0): np.full((256, 256, 4), 90, np.uint8)}
    paint = Paint(None if erases else RED, BlendMode.NORMAL)
    live = StrokePainter(brush, paint, start.get, tips=tips)
    for sample in samples:
        live.extend([sample])
    live.finish()
    fresh = Tips([noise(1, channels), noise(2, channels)], [Rank(2, choice)])
    replay = paint_stroke(brush, paint, samples, start, tips=fresh)
    assert live.painted.keys() == replay.keys()
    assert all((live.painted[grid] == replay[grid]).all() for grid in replay)


def test_a_coloured_tip_paints_its_own_colours() -> None:
    tip = np.zeros((20, 20, 4), np.uint8)
    tip[:, :10], tip[:, 10:] = (0, 200, 0, 255), (0, 0, 200, 255)
    painted = paint_stroke(Brush(diameter=20), Paint(RED), [Sample(100, 100)], {}, tips=Tips([tip]))[0, 0]
    assert tuple(painted[100, 93]) == (0, 200, 0, 255)
    assert tuple(painted[100, 107]) == (0, 0, 200, 255)
    assert not painted[..., 0].any()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float16", "float32"])
def test_colours_in_every_depth(dtype: str) -> None:
    tip = np.full((20, 20, 4), (0, 255, 0, 255), np.uint8)
    brush = Brush(diameter=20, opacity=0.5)
    painted = paint_stroke(brush, Paint(RED), [Sample(50, 50)], {}, dtype, tips=Tips([tip]))[0, 0]
    full = np.iinfo(dtype).max if painted.dtype.kind == "u" else 1.0
    assert np.allclose(painted[50, 50] / full, (0, 0.5, 0, 0.5), atol=0.003)


def test_a_coloured_tip_on_a_mask_is_its_coverage() -> None:
    tip = np.full((20, 20, 4), (0, 255, 0, 255), np.uint8)
    mask = {(0, 0): np.full((256, 256), 255, np.uint8)}
    black = Paint(Color(0.0, 0.0, 0.0))
    painted = paint_stroke(Brush(diameter=20), black, [Sample(50, 50)], mask, planes=True, tips=Tips([tip]))[0, 0]
    assert painted[50, 50] == 0
    assert painted[50, 80] == 255


@pytest.mark.parametrize("shape", [(0, 4), (4, 5001), (4, 4, 3)])
def test_what_is_no_tip_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="plane"):
        Tips([np.zeros(shape, np.uint8)])
