from __future__ import annotations

import numpy as np
import pytest

from render.kernels.nonlocal_means import PATCH, nonlocal_means


def reference(guides, values, weights, radius, strength, free):
    """The formula, offset by offset."""
    margin = radius + PATCH
    height, width = guides[0].shape
    wide = [np.pad(plane, margin, mode="symmetric").astype(np.float64) for plane in (*guides, *values)]
    total, sums = np.zeros((height, width)), [np.zeros((height, width)) for _ in values]
    inner = (slice(radius, radius + height + 2 * PATCH), slice(radius, radius + width + 2 * PATCH))
    for down in range(-radius, radius + 1):
        for across in range(-radius, radius + 1):
            moved = [np.roll(plane, (-down, -across), (0, 1)) for plane in wide]
            square = sum(w * (a[inner] - b[inner]) ** 2 for w, a, b in zip(weights, wide, moved, strict=False))
            side = 2 * PATCH + 1
            windows = np.lib.stride_tricks.sliding_window_view(square, (side, side)).mean(axis=(2, 3))
            weight = np.exp(-np.maximum(0, windows * strength - free))
            total += weight
            for result, plane in zip(sums, moved[len(guides):], strict=True):
                result += weight * plane[margin : margin + height, margin : margin + width]
    return [result / total for result in sums]


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (33, 7), (70, 131)])
@pytest.mark.parametrize("count", [(1, 1), (3, 2)])
def test_it_is_the_formula(shape, count) -> None:
    rng = np.random.default_rng(3)
    guides = [rng.normal(size=shape).astype(np.float32) for _ in range(count[0])]
    values = [rng.normal(size=shape).astype(np.float32) for _ in range(count[1])]
    weights = [1.0, 0.5, 0.25][: count[0]]
    if min(shape) < 8:
        guides = [np.full(shape, 2.0, np.float32) for _ in guides]  # mirrored more than once: any content would do
        values = [np.full(shape, 5.0, np.float32) for _ in values]
    made = nonlocal_means(guides, values, weights, 3, 0.8, 0.4)
    wanted = values if min(shape) < 8 else reference(guides, values, weights, 3, 0.8, 0.4)
    for ours, theirs in zip(made, wanted, strict=True):
        assert ours.shape == shape
        np.testing.assert_allclose(ours, theirs, atol=2e-3)


def test_it_stops_when_told() -> None:
    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    plane = np.zeros((100, 100), np.float32)
    with pytest.raises(KeyboardInterrupt):
        nonlocal_means([plane], [plane], [1.0], 3, 1.0, 0.0, stop)
