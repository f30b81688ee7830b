"""Tiles: the same pixels as in one piece, at the borders too; smaller ones when memory is short; all or nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import ModelError, OutOfMemory
from ml.runtime.tiling import spans, tiled

RANDOM = np.random.default_rng(1)


def blurred(picture, radius=3):
    """A box blur with mirrored borders: what a model with a receptive field of `radius` does."""
    padded = np.pad(picture, ((radius, radius), (radius, radius), (0, 0)), "reflect")
    height, width = picture.shape[:2]
    steps = range(2 * radius + 1)
    total = sum(padded[y : y + height, x : x + width] for y in steps for x in steps)
    return (total / (2 * radius + 1) ** 2).astype(np.float32)


@given(
    length=st.integers(1, 700), tile=st.integers(16, 200), overlap=st.integers(0, 24), scale=st.sampled_from([1, 2, 4]),
    multiple=st.sampled_from([1, 4, 16]),
)
def test_weights_add_up_to_one(length, tile, overlap, scale, multiple) -> None:
    tile = max(tile // multiple, 1) * multiple
    total = np.zeros(length * scale)
    for span in spans(length, tile, min(overlap, tile // 4), scale, multiple):
        assert len(span.window) % multiple == 0 and len(span.window) <= max(tile, multiple)
        assert span.skip >= 0 and span.skip + span.end - span.start <= len(span.window) * scale
        total[span.start : span.end] += span.weights
    assert np.allclose(total, 1.0, atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 200, 1), (97, 130, 3), (300, 257, 4)])
@pytest.mark.parametrize("multiple", [1, 8])
def test_tiles_show_no_seam(shape, multiple) -> None:
    picture = RANDOM.random(shape, np.float32)
    assert np.abs(tiled(picture, lambda part: part, tile=64, overlap=16, multiple=multiple) - picture).max() < 1e-6
    if min(shape[:2]) > 8:
        found = tiled(picture, blurred, tile=64, overlap=16, multiple=multiple)
        assert np.abs(found - blurred(picture))[4:-4, 4:-4].max() < 1e-5
        assert np.abs(found - blurred(picture)).max() < 0.25


def test_a_model_that_shifts_brightness_fades_from_tile_to_tile() -> None:
    """The worst case: each tile has a level of its own. No step between two pixels may be seen."""
    levels = iter(np.linspace(0, 1, 100, dtype=np.float32))
    found = tiled(
        np.zeros((64, 600, 1), np.float32), lambda part: np.full_like(part, next(levels)), tile=128, overlap=32
    )
    assert np.abs(np.diff(found[..., 0], axis=1)).max() < 0.01 * 1.5 / 16 * 2


def test_scale_and_channels() -> None:
    picture = RANDOM.random((90, 150, 3), np.float32)
    found = tiled(
        picture, lambda part: part.mean(2, keepdims=True).repeat(2, 0).repeat(2, 1), tile=48, overlap=8, scale=2
    )
    assert found.shape == (180, 300, 1)
    assert np.allclose(found, picture.mean(2, keepdims=True).repeat(2, 0).repeat(2, 1), atol=1e-6)


def test_a_fixed_size_is_always_fed() -> None:
    seen = set()

    def function(part):
        seen.add(part.shape)
        return part

    for shape in ((30, 500, 3), (64, 64, 3), (65, 64, 3)):
        tiled(np.zeros(shape, np.float32), function, tile=64, overlap=8, multiple=64)
    assert seen == {(64, 64, 3)}


def test_memory_halves_the_tile_until_it_fits() -> None:
    sizes = []

    def function(part):
        sizes.append(part.shape[0])
        if part.shape[0] > 100:
            raise OutOfMemory("full")
        return part

    picture = RANDOM.random((400, 300, 3), np.float32)
    assert np.allclose(tiled(picture, function, tile=512, overlap=16), picture, atol=1e-6)
    assert sizes[:4] == [400, 256, 128, 64]


def test_memory_that_is_never_enough_is_said() -> None:
    def function(part):
        raise OutOfMemory("full")

    with pytest.raises(OutOfMemory):
        tiled(np.zeros((400, 300, 3), np.float32), function, tile=512, overlap=16)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_one_bad_tile_is_no_success(bad) -> None:
    def function(part):
        return part + (bad if part.max() > 0.5 else 0)

    picture = np.zeros((200, 200, 1), np.float32)
    picture[150, 150] = 1
    with pytest.raises(ModelError, match="no usable pixels"):
        tiled(picture, function, tile=64, overlap=8)


def test_a_wrong_size_is_said() -> None:
    with pytest.raises(ModelError, match="another size"):
        tiled(np.zeros((20, 20, 3), np.float32), lambda part: part[:-1], tile=64, overlap=8)


def test_progress_counts_and_stops() -> None:
    class Stop(Exception):
        pass

    class Counting:
        def __init__(self):
            self.shares = []

        def __call__(self, share, text=""):
            self.shares.append(share)
            if share > 0.5:
                raise Stop

        def check(self):
            pass

    counting = Counting()
    with pytest.raises(Stop):
        tiled(np.zeros((300, 300, 1), np.float32), lambda part: part, tile=64, overlap=8, progress=counting)
    assert counting.shares == sorted(counting.shares) and counting.shares[0] == 0.0
