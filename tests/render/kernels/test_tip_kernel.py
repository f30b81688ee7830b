"""Stamping a picture against the same in numpy, and never a byte outside."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.kernels.tips import Placing, stamp, stamp_colours

REAL = st.floats(-40.0, 40.0)


def picture(height: int, width: int, channels: int = 1) -> np.ndarray:
    """Noise within an empty margin."""
    shape = (height, width) if channels == 1 else (height, width, channels)
    noise = np.random.default_rng(height * 100 + width).integers(0, 256, shape, np.uint8)
    if channels == 4:
        noise[..., :3] = noise[..., :3].astype(int) * noise[..., 3:] // 255
    return np.ascontiguousarray(np.pad(noise, ((1, 1), (1, 1), (0, 0))[: noise.ndim]))


def sampled(tip: np.ndarray, placing: Placing, height: int, width: int) -> np.ndarray:
    """The picture read between its pixels, 0 outside."""
    y, x = np.mgrid[0:height, 0:width]
    s = placing.s + x * placing.s_across + y * placing.s_down
    t = placing.t + x * placing.t_across + y * placing.t_down
    inside = (s >= 0) & (s < tip.shape[1] - 1) & (t >= 0) & (t < tip.shape[0] - 1)
    column = np.clip(np.floor(s).astype(int), 0, tip.shape[1] - 2)
    row = np.clip(np.floor(t).astype(int), 0, tip.shape[0] - 2)
    right, below = s - column, t - row
    value = tip / 255.0
    if tip.ndim == 3:
        right, below, inside = right[..., None], below[..., None], inside[..., None]
    above = value[row, column] * (1 - right) + value[row, column + 1] * right
    under = value[row + 1, column] * (1 - right) + value[row + 1, column + 1] * right
    return np.where(inside, above * (1 - below) + under * below, 0.0)


def turned(angle: float, scale: float, s: float, t: float) -> Placing:
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    return Placing(s, t, cos, -sin, sin, cos)


@given(st.floats(-math.pi, math.pi), st.floats(0.05, 4.0), REAL, REAL, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_coverage_is_the_picture_where_it_falls(
    angle: float, scale: float, s: float, t: float, flow: float, cap: float
) -> None:
    tip, placing = picture(9, 13), turned(angle, scale, s, t)
    coverage = np.full((20, 24), 0.25, np.float32)
    stamp(coverage, tip, placing, flow, cap)
    wanted = 0.25 + max(cap - 0.25, 0.0) * flow * sampled(tip, placing, 20, 24)
    assert np.abs(coverage - wanted).max() < 2e-3  # of a float's rounding at the edge of a texel


@given(st.floats(-math.pi, math.pi), st.floats(0.05, 4.0), REAL, REAL)
def test_a_coloured_picture_on_nothing_is_its_own_colours(angle: float, scale: float, s: float, t: float) -> None:
    tip, placing = picture(9, 13, 4), turned(angle, scale, s, t)
    painted = np.zeros((20, 24, 4), np.float32)
    stamp_colours(painted, tip, placing, 1.0, 1.0)
    wanted = sampled(tip, placing, 20, 24)
    assert np.abs(painted[..., 3] - wanted[..., 3]).max() < 2e-3
    assert np.abs(painted[..., :3] * painted[..., 3:] - wanted[..., :3]).max() < 4e-3


def test_colour_over_colour_covers_it_at_the_cap() -> None:
    red, blue = np.zeros((2, 5, 5, 4), np.uint8)
    red[1:4, 1:4], blue[1:4, 1:4] = (255, 0, 0, 255), (0, 0, 255, 255)
    placing = Placing(1.0, 1.0, 1.0, 0.0, 0.0, 1.0)
    painted = np.zeros((3, 3, 4), np.float32)
    for tip in (red, blue):
        stamp_colours(painted, tip, placing, 1.0, 0.5)
    assert np.allclose(painted[1, 1], (0, 0, 1, 0.5))


def test_a_lower_cap_takes_nothing_away() -> None:
    tip = np.zeros((5, 5), np.uint8)
    tip[1:4, 1:4] = 255
    coverage = np.full((3, 3), 0.8, np.float32)
    stamp(coverage, tip, Placing(1.0, 1.0, 1.0, 0.0, 0.0, 1.0), 1.0, 0.5)
    assert np.allclose(coverage, 0.8)


def test_what_is_no_plane_is_refused() -> None:
    placing = Placing(0.0, 0.0, 1.0, 0.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="packed"):
        stamp(np.zeros((4, 4), np.float64), picture(3, 3), placing, 1.0, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="margin"):
        stamp(np.zeros((4, 4), np.float32), picture(3, 3)[:, ::2], placing, 1.0, 1.0)
    with pytest.raises(ValueError, match="coloured"):
        stamp_colours(np.zeros((4, 4, 4), np.float32), picture(3, 3), placing, 1.0, 1.0)
