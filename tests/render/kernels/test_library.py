from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import render.kernels.library as library_module
from render.geometry import Affine, IntRect
from render.kernels.adjust import apply_exposure, apply_hue_saturation
from render.kernels.blend import blend, mask_share
from render.kernels.blur import gaussian_blur
from render.kernels.convert import convert
from render.kernels.library import KernelError, Library, library, run
from render.kernels.modes import BlendMode
from render.kernels.resample import resize
from render.kernels.stack import Blend, blend_stack
from render.kernels.variants import LIBRARY, MANIFEST
from render.kernels.warp import warp
from render.kernels.yuv import rgba_to_yuv
from tests.render.kernels.reference import FORMATS, random_pixels, stored


def everything(dtype: type) -> list[np.ndarray]:
    """Something from every family."""
    first, second = random_pixels((40, 64), dtype, 1), random_pixels((40, 64), dtype, 2)
    results = [blend(first, second, mode, 0.7) for mode in BlendMode if mode is not BlendMode.HARD_MIX]
    results += [apply_exposure(first, 0.3), apply_hue_saturation(first, 30, 0.2, 0.1)]
    results += [gaussian_blur(first, 2), gaussian_blur(first, 9), resize(first, 50, 17), resize(first, 100, 60, "area")]
    results += [warp(first, Affine.rotation(0.3), IntRect(0, 0, 64, 40)), *(convert(first, kind) for kind in FORMATS)]
    if np.dtype(dtype).kind == "u":
        results += rgba_to_yuv(first)
    return results


@pytest.mark.parametrize("dtype", FORMATS)
def test_every_variant_gives_the_same(dtype: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to the last bit: fused multiply-add rounds once where older processors round twice."""
    expected = everything(dtype)
    for variant in library().variants[1:]:
        other = Library(LIBRARY, MANIFEST, variant)
        monkeypatch.setattr(library_module, "library", lambda other=other: other)
        for ours, theirs in zip(expected, everything(dtype), strict=True):
            step = 1.0 if ours.dtype.kind == "u" else 4e-3 if ours.dtype == np.float16 else 1e-4
            assert np.abs(ours.astype(float) - theirs.astype(float)).max() <= step


def test_a_missing_library_is_named(tmp_path: Path) -> None:
    with pytest.raises(KernelError, match=r"not built: run `python3 dev.py kernels`"):
        Library(tmp_path / "none.so", tmp_path / "none.json")


def test_refused_arguments_do_not_end_the_process() -> None:
    small, large = np.zeros((4, 16, 4), np.uint8), np.zeros((8, 32, 4), np.uint8)
    with pytest.raises(KernelError, match="convert_u8_u8: .*beyond"):
        run("convert_u8_u8", small, 0, large)


def test_halide_is_not_needed_to_run() -> None:
    code = (
        "import sys; sys.modules['halide'] = None\n"
        "import numpy as np; from render.kernels.blur import gaussian_blur; import render.raster.compositor\n"
        "gaussian_blur(np.zeros((40, 40, 4), np.uint8), 8.0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("dtype", FORMATS)
def test_a_stack_is_its_blends_in_turn(dtype: type) -> None:
    def layer(seed: int, mode: BlendMode, **options: Any) -> Blend:
        return Blend(random_pixels((90, 256), dtype, seed), int(mode), **options)

    mask = stored(np.random.default_rng(9).random((90, 256)), dtype)
    scale, offset = mask_share(0.7, 0.5, True)
    layers = [
        layer(1, BlendMode.NORMAL, scale=0.0, offset=1.0),
        layer(2, BlendMode.OVERLAY, scale=scale, offset=offset, mask=mask),
        layer(3, BlendMode.DISSOLVE, scale=0.0, offset=0.6),
        layer(4, BlendMode.HUE, scale=0.0, offset=0.9, keep_alpha=True),
    ]
    expected = blend(layers[0].source, np.zeros_like(layers[0].source))
    expected = blend(layers[1].source, expected, BlendMode.OVERLAY, 0.7, mask, density=0.5, invert=True)
    expected = blend(layers[2].source, expected, BlendMode.DISSOLVE, 0.6, origin=(7, 5))
    expected = blend(layers[3].source, expected, BlendMode.HUE, 0.9, keep_alpha=True)
    assert np.array_equal(blend_stack(None, layers, (7, 5)), expected)
    backdrop = random_pixels((90, 256), dtype, 5)
    onto = backdrop.copy()
    blend_stack(onto, layers[3:], out=onto)
    assert np.array_equal(onto, blend(layers[3].source, backdrop, BlendMode.HUE, 0.9, keep_alpha=True))
    with pytest.raises(KernelError, match="multiples of 16"):
        blend_stack(None, [Blend(np.zeros((4, 5, 4), np.uint8), 0, 0.0, 1.0)])
