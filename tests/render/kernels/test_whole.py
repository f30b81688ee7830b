from __future__ import annotations

import numpy as np
import pytest

import render.kernels.library as library_module
from render.kernels.blend import BlendMode, blend
from render.kernels.library import Library, library, run
from render.kernels.modes import WHOLE_MODES
from render.kernels.stack import Blend, blend_stack
from render.kernels.variants import LIBRARY, MANIFEST
from tests.render.kernels.reference import random_pixels


def every_pair() -> tuple[np.ndarray, np.ndarray]:
    """All alphas against all alphas, with colours from nothing to all of them."""
    p, q = np.meshgrid(np.arange(256), np.arange(256))
    shares = np.random.default_rng(1).integers(0, 256, (2, 256, 256, 3))
    shares[:, :, ::5], shares[:, ::7] = 255, 0
    source, backdrop = (np.dstack([shares[i] * a[..., None] // 255, a]).astype(np.uint8) for i, a in enumerate((p, q)))
    return source, backdrop


@pytest.mark.parametrize("mode", WHOLE_MODES, ids=lambda mode: mode.label)
def test_whole_numbers_give_the_general_kernel_s_bits(mode: BlendMode, monkeypatch: pytest.MonkeyPatch) -> None:
    random = random_pixels((64, 256), np.uint8, 1), random_pixels((64, 256), np.uint8, 2)
    for source, backdrop in (every_pair(), random):
        expected = blend(source, backdrop, mode)
        assert np.array_equal(blend_stack(backdrop, [Blend(source, int(mode), 0.0, 1.0)]), expected)
        for variant in library().variants:
            other = Library(LIBRARY, MANIFEST, variant)
            monkeypatch.setattr(library_module, "library", lambda other=other: other)
            out = np.empty_like(source).view(np.uint16).reshape(source.shape[0], -1)
            pairs = [image.view(np.uint16).reshape(out.shape) for image in (source, backdrop)]
            run("blend_whole", *pairs, int(mode), out)
            assert np.array_equal(out.view(np.uint8).reshape(source.shape), expected)
        monkeypatch.undo()
