from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.color import Color
from render.kernels.modes import BlendMode
from render.raster.painting import Paint, StrokePainter, paint_stroke, touched
from render.raster.stroke import Brush, Sample, StrokePath, dabs_of
from tests.render.kernels.reference import FORMATS, random_pixels, reals

RED = Color(1.0, 0.2, 0.1)
PATH = [Sample(20, 30, 0.2), Sample(60, 80, 0.5), Sample(120, 60, 0.9), Sample(260, 330, 1.0), Sample(300, 240, 0.3)]
PEN = Brush(diameter=40, hardness=0.5, size_by_pressure=1, opacity_by_pressure=0.5, flow=0.4, smoothing=0.3)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_any_cutting_gives_the_same_dabs(sizes: list[int]) -> None:
    samples = list(itertools.islice(itertools.cycle(PATH), sum(sizes)))
    path, dabs, start = StrokePath(PEN), [], 0
    for size in sizes:
        dabs += path.extend(samples[start : start + size])
        start += size
    assert [*dabs, *path.finish()] == dabs_of(PEN, samples)


@pytest.mark.parametrize("dtype", FORMATS)
def test_a_live_stroke_is_its_replay(dtype: type) -> None:
    name = np.dtype(dtype).name
    tiles = {(0, 0): random_pixels((256, 256), dtype, 1), (1, 0): random_pixels((256, 256), dtype, 2)}
    paint = Paint(RED, BlendMode.MULTIPLY)
    live = StrokePainter(PEN, paint, tiles.get, name)
    for sample in PATH:
        live.extend([sample])
    live.finish()
    replay = paint_stroke(PEN, paint, PATH, tiles, name)
    assert live.painted.keys() == replay.keys() >= {(0, 0), (1, 0), (0, 1)}
    assert all(np.array_equal(live.painted[grid], replay[grid]) for grid in replay)


def test_tiles_before_the_stroke_and_earlier_updates_stay() -> None:
    before = random_pixels((256, 256), np.uint8, 3)
    tiles = {(0, 0): before.copy()}
    painter = StrokePainter(Brush(diameter=30), Paint(RED), tiles.get)
    first = painter.extend([Sample(50, 50)])[0, 0]
    kept = first.copy()
    painter.extend([Sample(90, 90), Sample(150, 150)])
    assert np.array_equal(tiles[0, 0], before)
    assert np.array_equal(first, kept)


def test_dabs_lie_at_even_steps() -> None:
    dabs = dabs_of(Brush(diameter=20, spacing=0.25), [Sample(0, 0), Sample(37, 0), Sample(100, 0), Sample(163, 0)])
    steps = np.diff([dab.x for dab in dabs])
    assert np.abs(steps - 5).max() < 0.05
    assert dabs[-1].x > 157


def test_pressure_drives_size_flow_and_opacity() -> None:
    brush = Brush(diameter=10, opacity=0.8, size_by_pressure=1, opacity_by_pressure=0.5, flow_by_pressure=1)
    dab = dabs_of(brush, [Sample(0, 0, 0.5)])[0]
    assert (dab.diameter, dab.opacity, dab.flow) == (5.0, pytest.approx(0.6), 0.5)


def test_tilt_turns_a_flat_tip() -> None:
    brush = Brush(roundness=0.3, angle_by_tilt=True)
    assert dabs_of(brush, [Sample(0, 0, 1, 0, 30)])[0].angle == pytest.approx(np.pi / 2)


def test_smoothing_steadies_and_still_arrives() -> None:
    shaky = [Sample(x, 20 + 8 * (-1) ** x) for x in range(0, 100, 5)]
    rough = [dab.y for dab in dabs_of(Brush(diameter=4), shaky)]
    steady = dabs_of(Brush(diameter=4, smoothing=0.8), shaky)
    assert np.std([dab.y for dab in steady[:-20]]) < 0.6 * np.std(rough)
    assert abs(steady[-1].x - shaky[-1].x) < 1


def test_a_click_is_one_dab() -> None:
    assert len(dabs_of(Brush(), [Sample(5, 5)])) == 1


def test_standing_still_adds_nothing() -> None:
    assert len(dabs_of(Brush(), [Sample(5, 5)] * 10)) == 1


def test_opacity_holds_where_a_stroke_crosses_itself() -> None:
    across = [Sample(20, 128), Sample(230, 128), Sample(128, 20), Sample(128, 230)]
    tile = paint_stroke(Brush(diameter=40, hardness=1, opacity=0.5), Paint(Color(1, 1, 1)), across, {})[0, 0]
    assert tile.max() == 128
    assert (tile[128, 60:200] == 128).all()


def test_eraser_and_locked_transparency() -> None:
    full = np.full((256, 256, 4), 255, np.uint8)
    erased = paint_stroke(Brush(hardness=1), Paint(None), [Sample(100, 100)], {(0, 0): full})[0, 0]
    assert (erased[100, 100] == 0).all()
    assert (erased[10, 10] == 255).all()
    assert paint_stroke(Brush(), Paint(None), [Sample(100, 100)], {}) == {}
    assert paint_stroke(Brush(), Paint(RED, keep_alpha=True), [Sample(100, 100)], {}) == {}
    half = full.copy()
    half[:, :100] = 0
    locked = paint_stroke(Brush(diameter=60), Paint(RED, keep_alpha=True), [Sample(100, 100)], {(0, 0): half})[0, 0]
    assert np.array_equal(locked[..., 3], half[..., 3])
    assert not np.array_equal(locked, half)


def test_only_the_selection_is_painted() -> None:
    selected = np.zeros((256, 256), np.uint8)
    selected[:, 128:] = 255
    tiles = paint_stroke(Brush(diameter=100), Paint(RED), [Sample(128, 128)], {}, selection={(0, 0): selected})
    assert tiles.keys() == {(0, 0)}
    assert not tiles[0, 0][:, :128].any()
    assert tiles[0, 0][128, 140].any()


def test_masks_are_painted_as_planes() -> None:
    mask = np.full((256, 256), 255, np.uint8)
    tile = paint_stroke(Brush(hardness=1), Paint(Color(0, 0, 0)), [Sample(50, 60)], {(0, 0): mask}, planes=True)[0, 0]
    assert tile.shape == (256, 256)
    assert tile[60, 50] == 0
    assert tile[200, 200] == 255


def test_painted_pixels_follow_the_coverage() -> None:
    tile = paint_stroke(Brush(diameter=100, hardness=0), Paint(RED), [Sample(128, 128)], {}, "float32")[0, 0]
    alpha = reals(tile)[..., 3]
    assert np.allclose(tile[..., 0], alpha * RED.red, atol=1e-6)
    profile = alpha[128, 128:180]
    assert (np.diff(profile) <= 1e-6).all()
    assert profile[0] > 0.99


def test_damage_of_a_dab_covers_it() -> None:
    dab = dabs_of(Brush(diameter=300), [Sample(256, 256)])[0]
    assert set(touched(dab)) == {(0, 0), (1, 0), (0, 1), (1, 1)}
