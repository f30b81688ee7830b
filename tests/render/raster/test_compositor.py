from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

import render.raster.compositor as compositor_module
import render.raster.growing as growing
from render.geometry import IntRect, Rect
from render.kernels.adjust import Level
from render.kernels.blur import gaussian_blur
from render.kernels.modes import BlendMode
from render.raster.adjustments import Curves, Exposure, GaussianBlur, HueSaturation, Levels
from render.raster.compositor import Cancelled, Compositor, Place, level_of
from render.raster.tree import (
    AdjustmentLayer,
    Composition,
    DrawnLayer,
    GroupLayer,
    Layer,
    Mask,
    PixelLayer,
    Tile,
    Tiles,
)
from tests.render.kernels.reference import reals, stored
from tests.render.raster.scenes import coverage, naive, noise, tiles_of

WIDTH, HEIGHT = 300, 270
REGION = IntRect(0, 0, WIDTH, HEIGHT)
M = BlendMode


def pixels(seed: int, x: int = 0, y: int = 0, **options: Any) -> PixelLayer:
    return PixelLayer(tiles=tiles_of(noise(220, 200, seed), x, y, name=str(seed)), **options)


def mask(seed: int, x: int = 10, y: int = 7, outside: float = 1.0, **options: Any) -> Mask:
    return Mask(tiles_of(coverage(180, 190, seed), x, y, outside, name=f"m{seed}"), **options)


SCENES: dict[str, tuple[Layer, ...]] = {
    "nothing": (),
    "one": (pixels(1),),
    "offsets": (pixels(1, -30, 17), pixels(2, 61, 50), pixels(3, 256, 0, opacity=0.5)),
    "modes": (pixels(1), pixels(2, 40, 40, blend=M.MULTIPLY, opacity=0.7), pixels(3, 5, 60, blend=M.SOFT_LIGHT)),
    "masks": (pixels(1, mask=mask(1)), pixels(2, 20, 9, mask=mask(2, inverted=True, density=0.6), opacity=0.8)),
    "hidden by mask": (pixels(1), pixels(2, mask=Mask(Tiles({}, outside=0.0)))),
    "isolated group": (pixels(1), GroupLayer(children=(pixels(2, blend=M.SCREEN), pixels(3, 50, 50)), blend=M.OVERLAY)),
    "pass-through": (pixels(1), GroupLayer(children=(pixels(2, blend=M.SCREEN), pixels(3, 50, 50)), pass_through=True)),
    "pass-through with opacity": (
        pixels(1),
        GroupLayer(
            children=(pixels(2, blend=M.DIFFERENCE), GroupLayer(children=(pixels(3, 9, 9, blend=M.MULTIPLY),))),
            pass_through=True, opacity=0.4, mask=mask(5),
        ),
        pixels(4, blend=M.LIGHTEN),
    ),
    "clipping": (
        pixels(1),
        pixels(2, 30, 30, blend=M.HARD_LIGHT, opacity=0.9, mask=mask(3)),
        pixels(3, clipped=True, blend=M.MULTIPLY, opacity=0.5),
        pixels(4, 70, 20, clipped=True, mask=mask(4)),
        pixels(5, 100, 100),
    ),
    "clipped to hidden": (pixels(1), pixels(2, visible=False), pixels(3, clipped=True)),
    "clipped to group": (
        pixels(1),
        GroupLayer(children=(pixels(2, 30, 30, blend=M.EXCLUSION),), pass_through=True, opacity=0.7),
        pixels(3, clipped=True, blend=M.LIGHTER_COLOR, mask=mask(7)),
    ),
    "adjustments": (
        pixels(1),
        AdjustmentLayer(adjustment=Levels(Level(0.1, 1.0, 1.4))),
        AdjustmentLayer(adjustment=Exposure(-0.5), opacity=0.5),
        AdjustmentLayer(adjustment=HueSaturation(60, -0.3, 0.1), mask=mask(6), blend=M.COLOR),
        pixels(2, 50, 50, opacity=0.5),
    ),
    "clipped adjustment": (
        pixels(1),
        pixels(2, 40, 40),
        AdjustmentLayer(adjustment=Curves(((0, 0.1), (0.4, 0.7), (1, 0.9))), clipped=True, opacity=0.8),
    ),
    "adjustment in pass-through": (
        pixels(1),
        GroupLayer(
            children=(AdjustmentLayer(adjustment=Exposure(-1)), pixels(2, 80, 80)), pass_through=True, opacity=0.5
        ),
    ),
    "adjustment on nothing": (AdjustmentLayer(adjustment=Exposure(1)), pixels(1, 100, 100)),
}  # fmt: skip


@pytest.mark.parametrize("name", SCENES)
def test_trees_look_as_the_naive_compositor_draws_them(name: str) -> None:
    actual = Compositor().composite(Composition(SCENES[name], "float32"), REGION)
    assert np.abs(actual - naive(SCENES[name], WIDTH, HEIGHT)).max() < 4e-4


@pytest.mark.parametrize("name", SCENES)
def test_pictures_for_files_are_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large regions are drawn in place and not kept; edges that cut tiles included."""
    picture = Composition(SCENES[name], "float32")
    region = IntRect(-40, -256, 700, 600)
    expected = Compositor().composite(picture, region)
    monkeypatch.setattr(compositor_module, "KEPT_PIXELS", 0)
    compositor = Compositor()
    assert np.array_equal(compositor.composite(picture, region), expected)
    assert np.array_equal(compositor.composite(picture, region), expected)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float16"])
def test_every_format(dtype: str) -> None:
    layers = tuple(
        PixelLayer(tiles=tiles_of(noise(220, 200, seed, dtype), 20 * seed, 7, name=f"{seed}"), blend=mode, opacity=0.8)
        for seed, mode in enumerate((M.NORMAL, M.MULTIPLY, M.SCREEN))
    )
    actual = Compositor().composite(Composition(layers, dtype), REGION)
    assert actual.dtype == dtype
    limit = {"uint8": 3 / 255, "uint16": 3 / 65535, "float16": 3e-3}[dtype]
    assert np.abs(reals(actual) - naive(layers, WIDTH, HEIGHT)).max() < limit


def test_any_region_is_the_same_part_of_the_whole() -> None:
    picture = Composition(SCENES["clipping"], "float32")
    whole = Compositor().composite(picture, IntRect(-100, -100, 600, 500))
    for region in (IntRect(-50, -20, 400, 300), IntRect(3, 5, 1, 1), IntRect(250, 250, 20, 20)):
        part = Compositor().composite(picture, region)
        assert np.array_equal(part, whole[region.y + 100 : region.bottom + 100, region.x + 100 : region.right + 100])


def test_mip_levels_are_means_of_layers() -> None:
    layer = pixels(1, -30, 18)
    whole = Compositor().composite(Composition((layer,), "float32"), IntRect(-64, -64, 512, 512))
    for level in (1, 2, 3):
        side = 512 >> level
        region = IntRect(-64 >> level, -64 >> level, side, side)
        small = Compositor().composite(Composition((layer,), "float32"), region, level)
        mean = whole.reshape(side, 1 << level, side, 1 << level, 4).mean((1, 3))
        assert np.abs(small - mean).max() < 1e-5


def test_masks_shrink_with_their_layers() -> None:
    layers = (pixels(1, mask=mask(1, 3, 4, outside=0.5)),)
    small = Compositor().composite(Composition(layers, "float32"), IntRect(0, 0, 100, 100), 1)
    assert np.isfinite(small).all()
    assert small.any()


def test_drawn_layers_are_asked_for_their_part() -> None:
    asked = []

    def draw(region: IntRect, scale: float) -> np.ndarray:
        asked.append((region, scale))
        result = np.zeros((region.height, region.width, 4), np.float32)
        result[...] = 0.5
        return result

    layers = (pixels(1), DrawnLayer(key="d", draw=draw, bounds=Rect(0, 0, 100, 100), blend=M.MULTIPLY))
    compositor = Compositor()
    picture = Composition(layers, "float32")
    first = compositor.composite(picture, REGION)
    assert asked == [(IntRect(0, 0, 256, 256), 1.0)]
    assert np.array_equal(compositor.composite(picture, REGION), first)
    assert len(asked) == 1


@pytest.mark.parametrize("sigma", [0.0, 2.0, 40.0])
def test_blur_layers_see_beyond_the_tile(sigma: float) -> None:
    canvas = IntRect(0, 0, 700, 600)
    base = PixelLayer(tiles=tiles_of(noise(700, 600, 1), name="b"))
    above = PixelLayer(tiles=tiles_of(noise(90, 90, 2), 200, 200, name="a"))
    picture = Composition((base, AdjustmentLayer(adjustment=GaussianBlur(sigma)), above), "float32", canvas)
    below = Compositor().composite(Composition((base,), "float32"), canvas)
    blurred = gaussian_blur(below, sigma, extend=True)
    expected = blurred.copy()
    patch = noise(90, 90, 2)
    expected[200:290, 200:290] = patch + expected[200:290, 200:290] * (1 - patch[..., 3:])
    assert np.abs(Compositor().composite(picture, canvas) - expected).max() < 1e-4


def test_blur_opacity_mixes() -> None:
    canvas = IntRect(0, 0, 260, 100)
    base = PixelLayer(tiles=tiles_of(noise(260, 100, 1), name="b"))
    blur = AdjustmentLayer(adjustment=GaussianBlur(3), opacity=0.5)
    below = Compositor().composite(Composition((base,), "float32"), canvas)
    expected = below * 0.5 + gaussian_blur(below, 3, extend=True) * 0.5
    actual = Compositor().composite(Composition((base, blur), "float32", canvas), canvas)
    assert np.abs(actual - expected).max() < 1e-4


def test_undo_draws_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    blends = counted(monkeypatch)
    compositor = Compositor()
    before = Composition(SCENES["modes"], "float32")
    after = Composition((*SCENES["modes"][:2], pixels(9, blend=M.DARKEN)), "float32")
    compositor.composite(before, REGION)
    compositor.composite(after, REGION)
    blends.clear()
    compositor.composite(Composition(SCENES["modes"], "float32"), REGION)
    assert not blends


def test_painting_draws_only_from_the_painted_layer_up(monkeypatch: pytest.MonkeyPatch) -> None:
    blends = counted(monkeypatch)
    compositor = Compositor()
    region = IntRect(0, 0, 256, 256)

    def picture(stroke: int) -> Composition:
        painted = noise(256, 256, 1)
        painted[0, 0] = stroke / 100
        layers = [pixels(seed, blend=M.SCREEN) for seed in range(8)]
        layers[5] = PixelLayer(tiles=Tiles({(0, 0): Tile.of(("stroke", stroke), painted)}), blend=M.MULTIPLY)
        return Composition(tuple(layers), "float32")

    for stroke in range(3):
        compositor.composite(picture(stroke), region)
    blends.clear()
    result = compositor.composite(picture(3), region)
    assert len(blends) == 3
    assert np.array_equal(result, Compositor().composite(picture(3), region))


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows with every blend."""
    blends: list[int] = []
    original = growing.blend_stack

    def blend_stack(backdrop: Any, layers: Any, *rest: Any) -> Any:
        blends.extend([1] * len(layers))
        return original(backdrop, layers, *rest)

    monkeypatch.setattr(growing, "blend_stack", blend_stack)
    return blends


def test_layers_under_an_opaque_one_are_not_loaded() -> None:
    def refuse() -> np.ndarray:
        raise AssertionError("loaded")

    hidden = PixelLayer(tiles=Tiles({(0, 0): Tile("hidden", refuse)}))
    cover = np.ones((256, 256, 4), np.float32)
    top = PixelLayer(tiles=tiles_of(cover))
    picture = Composition((hidden, pixels(1), top), "float32")
    tile = Compositor().tile(picture, Place(0, 0, 0))
    assert tile is not None
    assert np.array_equal(tile, cover)


def test_empty_places_cost_nothing() -> None:
    compositor = Compositor()
    assert compositor.tile(Composition(SCENES["modes"], "float32"), Place(0, 50, 50)) is None
    assert compositor.cache.size == 0


def test_cancelling_raises() -> None:
    with pytest.raises(Cancelled):
        Compositor().composite(Composition(SCENES["modes"], "float32"), REGION, cancelled=lambda: True)


def test_the_cache_stays_within_its_budget() -> None:
    compositor = Compositor(cache_bytes=3 << 20)
    for seed in range(6):
        compositor.composite(Composition((pixels(seed), pixels(seed + 20, opacity=0.5)), "float32"), REGION)
        assert compositor.cache.size <= 3 << 20


def test_many_threads_draw_the_same() -> None:
    compositor = Compositor()
    picture = Composition(SCENES["pass-through with opacity"], "float32")
    expected = Compositor().composite(picture, REGION)
    results = []
    threads = [threading.Thread(target=lambda: results.append(compositor.composite(picture, REGION))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(result, expected) for result in results)


@pytest.mark.parametrize(("scale", "level"), [(1.0, 0), (0.6, 0), (0.5, 1), (0.2, 2), (4.0, 0)])
def test_any_scale(scale: float, level: int) -> None:
    assert level_of(scale) == level
    grey = np.full((512, 512, 4), 200, np.uint8)
    picture = Composition((PixelLayer(tiles=tiles_of(grey)),), "uint8")
    side = int(512 * scale)
    result = Compositor().draw(picture, IntRect(0, 0, side, side), scale, "float32")
    assert result.shape == (side, side, 4)
    assert np.abs(result[: side - 1, : side - 1] - 200 / 255).max() < 1e-5


def test_regions_at_any_scale_join_without_a_seam() -> None:
    compositor, picture = Compositor(), Composition((PixelLayer(tiles=tiles_of(noise(600, 500, 4))),), "float32")
    for scale in (0.9, 0.61, 0.3):
        whole = compositor.draw(picture, IntRect(0, 0, 150, 120), scale)
        for region in (IntRect(30, 17, 60, 50), IntRect(1, 2, 3, 4)):
            part = compositor.draw(picture, region, scale)
            expected = whole[region.y : region.bottom, region.x : region.right]
            assert np.abs(part - expected).max() < 1e-4


def test_magnified_pixels_are_squares() -> None:
    picture = Composition((PixelLayer(tiles=tiles_of(noise(64, 64, 3, np.uint8))),), "uint8")
    big = Compositor().draw(picture, IntRect(8, 4, 40, 40), 4.0)
    small = Compositor().composite(picture, IntRect(2, 1, 10, 10))
    assert np.array_equal(big, np.kron(small, np.ones((4, 4, 1), np.uint8)))


def test_dissolve_is_the_same_in_every_tiling() -> None:
    half = stored(np.full((300, 300, 4), 0.5), np.uint8)
    picture = Composition((PixelLayer(tiles=tiles_of(half), blend=M.DISSOLVE),), "uint8")
    whole = Compositor().composite(picture, IntRect(0, 0, 300, 300))
    assert set(np.unique(whole)) == {0, 255}
    assert not np.array_equal(whole[:40, :40], whole[256:296, 256:296])
