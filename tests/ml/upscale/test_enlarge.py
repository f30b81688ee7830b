"""Enlarging through models of any maker: size, seams, alpha, values beyond white, and what is no upscaler."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.catalogue.built_in import built_in_models
from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from ml.upscale import enlarge as enlarging
from ml.upscale.bleed import bled
from ml.upscale.enlarge import bands, enlarge, overlap_of
from ml.upscale.lanczos import enlarged
from ml.upscale.model import upscaler
from tests.ml.small_models import blur
from tests.ml.training.pictures import drawn
from tests.ml.upscale.growers import installed, repeating


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime(threads=1, gpu=False) as made:
        yield made


def picture(height: int = 90, width: int = 120, seed: int = 1) -> np.ndarray:
    return drawn(seed, max(height, width))[:height, :width].astype(np.float32) / np.float32(255)


@pytest.mark.parametrize(
    "shape",
    [{}, {"scale": 3}, {"scale": 4}, {"channels": 1}, {"peak": 255.0}, {"side": 64}, {"side": 64, "channels": 1},
     {"last": True}, {"half": True}, {"last": True, "channels": 1, "peak": 255.0}],
    ids=lambda shape: ", ".join(f"{name} {value}" for name, value in shape.items()) or "plain",
)
def test_models_of_any_shape_are_understood(runtime: Runtime, tmp_path: Path, shape: dict) -> None:
    found = upscaler(runtime, installed(repeating(tmp_path / "model.onnx", **shape)))
    scale = shape.get("scale", 2)
    assert (found.scale, found.peak, found.luma_only) == (scale, shape.get("peak", 1.0), shape.get("channels") == 1)
    given = picture()
    made = enlarge(runtime, found, given, scale)
    assert made.shape == (90 * scale, 120 * scale, 3)
    inner = made.reshape(90, scale, 120, scale, 3).mean((1, 3))[4:-4, 4:-4]
    soft = np.mean([np.roll(given, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)], axis=0)
    loss = 0.06 if found.luma_only else 0.003
    assert np.abs(inner - soft[4:-4, 4:-4]).mean() < loss


@pytest.mark.parametrize("times", [2, 3, 4])
def test_a_model_of_another_scale_is_used_as_often_as_needed(runtime: Runtime, tmp_path: Path, times: int) -> None:
    found = upscaler(runtime, installed(repeating(tmp_path / "model.onnx", side=64)))
    given = picture(50, 70)
    made = enlarge(runtime, found, given, times)
    assert made.shape == (50 * times, 70 * times, 3)
    small = made.reshape(50, times, 70, times, 3).mean((1, 3))
    assert np.abs(small - given)[6:-6, 6:-6].mean() < 0.05


def test_tiles_leave_no_seam(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network that comes along: in tiles of 96 it gives what it gives for the whole, to half a level of 255."""
    found = upscaler(runtime, built_in_models("upscale")[0])
    given = picture(200, 260)
    whole = enlarge(runtime, found, given, 2)
    monkeypatch.setattr(enlarging, "TILE", 96)
    assert overlap_of(found) < 96 // 2
    apart = np.abs(enlarge(runtime, found, given, 2) - whole)
    assert apart.max() < 0.5 / 255 and np.abs(whole - enlarged(given, 2)).max() > 4 / 255


def test_transparent_pixels_leave_no_fringe(runtime: Runtime) -> None:
    """A red disc on nothing: enlarged, what is visible of it is red to its edge, and alpha stays between 0 and 1."""
    found = upscaler(runtime, built_in_models("upscale")[0])
    down, across = np.mgrid[0:80, 0:80]
    alpha = np.clip(30 - np.hypot(down - 40, across - 40), 0, 1).astype(np.float32)
    given = np.zeros((80, 80, 4), np.float32)
    given[..., 3] = alpha
    given[alpha > 0, :3] = (0.9, 0.1, 0.1)
    made = enlarge(runtime, found, given, 2)
    assert made[..., 3].min() >= 0 and made[..., 3].max() <= 1
    assert np.abs(made[made[..., 3] > 0.1][:, :3] - (0.9, 0.1, 0.1)).max() < 0.03
    assert not enlarge(runtime, found, np.zeros((20, 20, 4), np.float32), 2).any()


def test_light_beyond_white_is_kept(runtime: Runtime) -> None:
    found = upscaler(runtime, built_in_models("upscale")[0])
    given = picture(64, 64)
    given[20:40, 20:40] = 6.0
    made = enlarge(runtime, found, given, 2)
    assert abs(float(made[50:70, 50:70].mean()) - 6.0) < 0.05 and np.isfinite(made).all()


@pytest.mark.parametrize("sun", [200.0, 60_000.0, 3.4e38])
def test_a_sun_has_no_rings(runtime: Runtime, sun: float) -> None:
    """Beside it the sky stays as dark as it is without it, and no pixel is brighter than it."""
    found = upscaler(runtime, built_in_models("upscale")[0])
    given = np.full((48, 48, 3), 0.5, np.float32)
    given[:, 30:] = 0.4
    given[20:26, 20:26] = 1.0
    plain = enlarge(runtime, found, given, 2)
    given[20:26, 20:26] = sun
    made = enlarge(runtime, found, given, 2)
    assert np.isfinite(made).all()
    assert made.max() <= np.float32(sun) + 0.1
    assert made[44:48, 44:48].min() > 0.9 * min(sun, enlarging.LARGEST)
    away = np.ones((96, 96), bool)
    away[36:56, 36:56] = False  # what a pixel beside it becomes is between both
    np.testing.assert_array_equal(made[away], plain[away])
    assert made.min() > 0.3


def test_flat_colours_stay(runtime: Runtime) -> None:
    """Black, white and a middle grey come back as they are: no drift in tone, neither beside other things nor alone."""
    found = upscaler(runtime, built_in_models("upscale")[0])
    for level in (0.0, 0.5, 1.0):
        given = np.full((40, 60, 3), level, np.float32)
        assert np.array_equal(enlarge(runtime, found, given, 2), np.full((80, 120, 3), level, np.float32))
        given[:, 45:] = 0.3
        made = enlarge(runtime, found, given, 2)
        assert np.abs(made[:, :60] - level).max() < 1.5 / 255


@pytest.mark.parametrize("size", [(1, 1), (1, 200), (3, 2)])
def test_the_smallest_pictures_are_enlarged_too(runtime: Runtime, size: tuple[int, int]) -> None:
    found = upscaler(runtime, built_in_models("upscale")[0])
    made = enlarge(runtime, found, np.full((*size, 3), 0.4, np.float32), 2)
    assert made.shape == (2 * size[0], 2 * size[1], 3) and np.abs(made - 0.4).max() < 0.02


def test_what_does_not_enlarge_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not enlarge"):
        upscaler(runtime, installed(blur(tmp_path / "blur.onnx")))


@given(st.integers(1, 300), st.integers(1, 64), st.integers(0, 20))
def test_bands_cover_every_row_once(height: int, step: int, margin: int) -> None:
    rows = []
    for first, last, top, bottom in bands(height, step, margin):
        rows += range(first, last)
        assert 0 <= top <= first < last <= bottom <= height and first - top <= margin and bottom - last <= margin
    assert rows == list(range(height))


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_colour_bleeds_only_under_what_is_hidden(height: int, width: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    rgb = chance.random((height, width, 3), np.float32)
    alpha = (chance.random((height, width)) < 0.4).astype(np.float32)
    made = bled(rgb, alpha)
    seen = alpha > 0
    assert np.array_equal(made[seen], rgb[seen]) and np.isfinite(made).all()
    if seen.any():
        low, high = rgb[seen].min(0) - 1e-4, rgb[seen].max(0) + 1e-4
        assert (made >= low).all() and (made <= high).all()
