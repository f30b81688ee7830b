"""Pixels: blending, blur and painting on 12 megapixels, beside libvips and beside reading the bytes once.

Blending compares the same eight layers in the same modes: libvips' `composite` through pyvips on premultiplied RGBA8 in
memory, ours as the compositor draws it (tiles, content keys, a fresh cache), on all cores both.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.color import Color
from render.geometry import IntRect
from render.kernels.blur import gaussian_blur
from render.kernels.modes import BlendMode
from render.raster.compositor import Compositor, Place
from render.raster.painting import Paint, StrokePainter
from render.raster.stroke import Brush, Sample
from render.raster.tree import TILE, Composition, PixelLayer, Tile, Tiles
from tests.benchmarks import Benchmark, PeerMissing, best, percentile

WIDTH, HEIGHT = 4000, 3000
LAYERS = 8
MODES = ("over", "multiply", "screen", "overlay", "soft-light", "difference", "darken", "colour-dodge")
OURS = (
    BlendMode.NORMAL,
    BlendMode.MULTIPLY,
    BlendMode.SCREEN,
    BlendMode.OVERLAY,
    BlendMode.SOFT_LIGHT,
    BlendMode.DIFFERENCE,
    BlendMode.DARKEN,
    BlendMode.COLOR_DODGE,
)


def picture(seed: int) -> NDArray[np.uint8]:
    """12 MP of premultiplied RGBA8 with every alpha."""
    rng = np.random.default_rng(seed)
    alpha = rng.integers(0, 256, (HEIGHT, WIDTH, 1), dtype=np.uint16)
    colour = rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint16)
    return np.concatenate([colour * alpha // 255, alpha], 2).astype(np.uint8)


def layer_of(pixels: NDArray[np.uint8], name: int, mode: BlendMode = BlendMode.NORMAL) -> PixelLayer:
    """The picture cut into tiles in memory."""
    grid = {}
    for row in range(0, HEIGHT, TILE):
        for column in range(0, WIDTH, TILE):
            square = np.zeros((TILE, TILE, 4), np.uint8)
            part = pixels[row : row + TILE, column : column + TILE]
            square[: part.shape[0], : part.shape[1]] = part
            grid[column // TILE, row // TILE] = Tile.of((name, column, row), square)
    return PixelLayer(tiles=Tiles(grid), blend=mode)


def blend_ours() -> float:
    """Eight layers into one array of 12 MP, nothing in the cache."""
    layers = tuple(layer_of(picture(seed), seed, mode) for seed, mode in enumerate(OURS))
    region = IntRect(0, 0, WIDTH, HEIGHT)
    return best(lambda: Compositor().composite(Composition(layers, "uint8", region), region))


def read_once() -> float:
    """Reading the bytes of eight layers once, as fast as numpy can sum them, on all cores."""
    from render.kernels.parallel import for_each

    pixels = [picture(seed).reshape(-1).view(np.uint64) for seed in range(LAYERS)]
    pieces = [part for layer in pixels for part in np.array_split(layer, 8)]
    return best(lambda: for_each(lambda part: None if np.bitwise_or.reduce(part) else None, pieces))


def vips() -> Any:
    try:
        import pyvips
    except (ImportError, OSError) as error:
        raise PeerMissing("libvips is not here: apt-get install libvips42, pip install pyvips") from error
    pyvips.cache_set_max(0)
    return pyvips


def blend_vips() -> float:
    """The same layers and modes in libvips, written to memory."""
    library = vips()
    # libvips reads the arrays' own memory: they must live as long as its images.
    pictures = [picture(seed) for seed in range(LAYERS)]
    images = [library.Image.new_from_array(pixels).copy(interpretation="srgb").copy_memory() for pixels in pictures]

    def run() -> None:
        images[0].composite(images[1:], list(MODES[1:]), premultiplied=True).cast("uchar").write_to_memory()

    return best(run, rounds=3)


def blur_ours() -> float:
    """Gaussian blur, sigma 20."""
    pixels = picture(1)
    return best(lambda: gaussian_blur(pixels, 20.0, extend=True))


def blur_vips() -> float:
    """The same in libvips."""
    library = vips()
    pixels = picture(1)  # kept for the image, which reads this memory
    image = library.Image.new_from_array(pixels).copy_memory()
    return best(lambda: image.gaussblur(20.0).write_to_memory(), rounds=3)


def paint_events() -> float:
    """95th percentile from a pointer event of a 200 px soft brush to composited tiles: ten layers of 12 MP, the sixth
    painted on, every touched tile of a whole view composed again; strokes across the picture, cold tiles included."""
    modes = [OURS[number % LAYERS] for number in range(10)]
    layers = [layer_of(picture(number % 4), number, mode) for number, mode in enumerate(modes)]
    painted = layers[5].tiles
    pixels = {grid: tile.load() for grid, tile in painted.grid.items()}
    compositor, region = Compositor(), IntRect(0, 0, WIDTH, HEIGHT)
    compositor.composite(Composition(tuple(layers), "uint8", region), region)
    brush = Brush(diameter=200, hardness=0.0, spacing=0.1, size_by_pressure=0.5)
    painter = StrokePainter(brush, Paint(Color(0.8, 0.2, 0.1)), pixels.get)
    grid, seconds = dict(painted.grid), []
    for number in range(240):
        angle = number / 15
        sample = Sample(2000 + 90 * angle * np.cos(angle), 1500 + 70 * angle * np.sin(angle), 0.7)
        start = time.perf_counter()
        changed = painter.extend([sample])
        for place, tile in changed.items():
            grid[place] = Tile.of((number, place), tile)
        layers[5] = PixelLayer(tiles=Tiles(dict(grid)), blend=modes[5])
        composition = Composition(tuple(layers), "uint8", region)
        compositor.tiles(composition, [Place(0, column, row) for column, row in changed])
        seconds.append(time.perf_counter() - start)
    return percentile(seconds, 0.95)


BENCHMARKS = (
    Benchmark("blend 8 layers of 12 MP, modes", blend_ours, peer="libvips composite", theirs=blend_vips, target=0.10),
    Benchmark("blend 8 layers of 12 MP, limit", blend_ours, peer="reading once", theirs=read_once, target=4.0),
    Benchmark("gaussian blur, sigma 20, 12 MP", blur_ours, peer="libvips gaussblur", theirs=blur_vips, target=0.3),
    Benchmark("200 px soft brush, event to tiles (p95)", paint_events, limit=0.008),
)
