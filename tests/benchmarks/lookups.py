"""Colour lookups: 12 megapixels through a cube of 33 nodes, beside ffmpeg's lut3d and Pillow's Color3DLUT; a file read.

All have the same picture and the same table. ffmpeg and we interpolate tetrahedrally, Pillow trilinearly. ffmpeg uses
as many threads as it likes; Pillow has one.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from editor.formats.lut.reading import read_lookup
from render.lookup import LookupTable
from tests.benchmarks import Benchmark, PeerMissing, best

WIDTH, HEIGHT = 4000, 3000
SIZE = 33


def picture() -> NDArray[np.uint8]:
    """A photograph's kind of pixels: slow changes with grain on them, opaque."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    plain = np.stack([columns / WIDTH, rows / HEIGHT, (rows + columns) / (WIDTH + HEIGHT)], -1) * 215
    grain = np.random.default_rng(1).integers(0, 40, plain.shape).astype(np.float32)
    return np.dstack([(plain + grain).astype(np.uint8), np.full((HEIGHT, WIDTH), 255, np.uint8)])


def table(size: int = SIZE) -> LookupTable:
    steps = np.linspace(0, 1, size, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    nodes = np.stack([red**0.8, green * 0.9 + 0.1 * red, blue**1.3], -1).reshape(-1, 3)
    return LookupTable(cube=nodes.astype(np.float32))


def written(made: LookupTable, folder: str) -> Path:
    path = Path(folder) / "bench.cube"
    assert made.cube is not None
    rows = "\n".join(" ".join(f"{value:.6f}" for value in node) for node in made.cube.tolist())
    path.write_text(f"LUT_3D_SIZE {made.size}\n{rows}\n")
    return path


def ours() -> float:
    pixels, made = picture(), table()
    return best(lambda: made.apply(pixels))


def ours_deep() -> float:
    pixels, made = picture().astype(np.uint16) * 257, table()
    return best(lambda: made.apply(pixels))


def frame_ours() -> float:
    """A frame of a film as the timeline shows it."""
    pixels, made = np.ascontiguousarray(picture()[:1080, :1920]), table()
    return best(lambda: made.apply(pixels))


def in_ffmpeg() -> float:
    try:
        import av
        import av.filter
    except ImportError as error:
        raise PeerMissing("PyAV is not here: pip install av") from error
    frame = av.VideoFrame.from_ndarray(picture(), "rgba")
    with tempfile.TemporaryDirectory() as folder:
        graph = av.filter.Graph()
        source = graph.add_buffer(width=WIDTH, height=HEIGHT, format="rgba", time_base="1/25")
        through = graph.add("lut3d", f"file={written(table(), folder)}:interp=tetrahedral")
        end = graph.add("buffersink")
        source.link_to(through)
        through.link_to(end)
        graph.configure()

    def run() -> None:
        source.push(frame)
        end.pull()

    return best(run)


def in_pillow() -> float:
    from PIL import Image, ImageFilter

    made = table()
    image = Image.fromarray(picture())
    through = ImageFilter.Color3DLUT(SIZE, np.asarray(made.cube).reshape(-1).tolist())
    return best(lambda: image.filter(through))


def read_file() -> float:
    """A cube of 65 nodes from its text: 275,000 colours."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(table(65), folder)
        return best(lambda: read_lookup(path), rounds=3)


BENCHMARKS = (
    Benchmark("12 MP through a cube of 33", ours, peer="ffmpeg lut3d", theirs=in_ffmpeg, target=1.0),
    Benchmark("12 MP through a cube of 33, Pillow", ours, peer="Color3DLUT", theirs=in_pillow, target=1.0),
    Benchmark("12 MP through a cube of 33, 16 bit", ours_deep, limit=0.4),
    Benchmark("a frame of 1080p through a cube of 33", frame_ours, limit=0.04),
    Benchmark("a .cube file of 65 nodes is read", read_file, limit=1.0),
)
