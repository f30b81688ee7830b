"""Colour lookups: ramps and cubes beside plain numpy, Pillow, ffmpeg and OpenColorIO; as bytes and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from render.lookup import HEAD, LookupTable, straight_ramps
from render.raster.adjustments import ColorLookup, adjust
from tests.render.kernels.reference import FORMATS, divide, random_pixels, reals

TOLERANCE = {"uint8": 0.6 / 255, "uint16": 8e-5, "float16": 3e-3, "float32": 4e-5}
SHAPE = (13, 37)


def grid(size: int) -> np.ndarray:
    """(size^3, 3), red fastest."""
    steps = np.linspace(0, 1, size)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    return np.stack([red, green, blue], -1).reshape(-1, 3).astype(np.float32)


def warm(size: int) -> LookupTable:
    """Bent, mixed between channels, and never straight between nodes."""
    at = grid(size)
    bent = at ** np.array([0.8, 1.0, 1.3], np.float32)
    mixed = bent * 0.85 + 0.15 * bent[:, [1, 2, 0]] * at[:, [2, 0, 1]]
    return LookupTable(cube=mixed.astype(np.float32))


def tetrahedral(colors: np.ndarray, table: LookupTable) -> np.ndarray:
    """Along the sorted shares, a node at each corner: one colour after the other, in double precision."""
    size, nodes, made = table.size, np.asarray(table.cube, np.float64), np.empty_like(colors)
    for row, color in enumerate(colors):
        place = np.clip(color, 0, 1) * (size - 1)
        corner = np.minimum(place.astype(int), size - 2)
        share = place - corner
        order = np.argsort(-share, kind="stable")
        weights = np.diff(np.concatenate([[1.0], share[order], [0.0]])) * -1
        value, at = np.zeros(3), corner.copy()
        for step in range(4):
            value += weights[step] * nodes[at[0] + size * (at[1] + size * at[2])]
            if step < 3:
                at[order[step]] += 1
        made[row] = value
    return made


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("size", [2, 5, 33])
def test_a_cube_is_tetrahedral_and_keeps_alpha(dtype: type, size: int) -> None:
    pixels, table = random_pixels(SHAPE, dtype, size), warm(size)
    before = reals(pixels)
    straight = divide(before[..., :3], before[..., 3:])
    wanted = tetrahedral(straight.reshape(-1, 3), table).reshape(straight.shape)
    made = table.apply(pixels)
    limit = TOLERANCE[np.dtype(dtype).name]
    error = np.abs(reals(made)[..., :3] - wanted * before[..., 3:])
    unsure = np.where(before[..., 3:] > 0, 1.0, 0.0)  # what is behind full transparency does not count
    assert (error * unsure).max() <= limit * 2
    assert np.array_equal(made[..., 3], pixels[..., 3])
    covered = adjust(pixels, ColorLookup(table), opaque=True)
    assert (reals(covered)[..., 3] == 1).all()


@pytest.mark.parametrize("dtype", FORMATS)
def test_ramps_between_their_limits(dtype: type) -> None:
    rows = np.stack([np.linspace(0, 1, 50) ** power for power in (0.5, 1.0, 2.2)]).astype(np.float32)
    table = LookupTable((0.1, 0.0, -0.5), (0.9, 1.0, 1.5), rows)
    pixels = random_pixels(SHAPE, dtype, 3)
    pixels[..., 3] = pixels[..., 3].max()
    before = reals(pixels)[..., :3]
    wanted = np.dstack([
        np.interp(before[..., i], np.linspace(table.low[i], table.high[i], 50), rows[i]) for i in range(3)
    ])  # fmt: skip
    assert np.abs(reals(table.apply(pixels))[..., :3] - wanted).max() <= 2 * TOLERANCE[np.dtype(dtype).name]


@pytest.mark.parametrize("shape", [(1, 1), (1, 16), (3, 17), (40, 1)])
def test_a_straight_table_changes_nothing_at_any_size(shape: tuple[int, int]) -> None:
    pixels = random_pixels(shape, np.uint8, 5)
    assert np.array_equal(LookupTable(cube=grid(17)).apply(pixels), pixels)
    assert np.array_equal(LookupTable(entries=straight_ramps()).apply(pixels), pixels)
    strided = random_pixels((40, 60), np.uint16, 6)[3:33:2, 5:50]
    assert np.array_equal(LookupTable(cube=grid(2)).apply(strided), strided)


def test_numbers_that_are_none_do_no_harm() -> None:
    pixels = np.array([[[np.nan, np.inf, -np.inf, 1.0]] * 17], np.float32)
    assert warm(5).apply(pixels).shape == pixels.shape


def test_strength_is_the_way_to_it() -> None:
    pixels, table = random_pixels(SHAPE, np.uint8, 7), LookupTable(cube=1 - grid(2))
    half = reals(table.apply(pixels, 0.5))
    assert np.abs(half - (reals(pixels) + reals(table.apply(pixels))) / 2).max() <= 1.6 / 255
    assert np.array_equal(table.apply(pixels, 0.5)[..., 3], pixels[..., 3])


def opaque_picture() -> np.ndarray:
    colors = np.random.default_rng(1).integers(0, 256, (64, 80, 3), np.uint8)
    return np.dstack([colors, np.full((64, 80), 255, np.uint8)])


def test_beside_pillow() -> None:
    """Pillow is trilinear: between nodes of a table that bends slowly the two are a step apart."""
    picture, table = opaque_picture(), warm(33)
    cube = np.asarray(table.cube).reshape(-1).tolist()
    theirs = np.asarray(Image.fromarray(picture[..., :3]).filter(ImageFilter.Color3DLUT(33, cube)))
    assert np.abs(table.apply(picture)[..., :3].astype(int) - theirs.astype(int)).max() <= 1


def written(table: LookupTable, path: Path) -> Path:
    lines = [f"LUT_3D_SIZE {table.size}", *(" ".join(f"{value:.9g}" for value in node) for node in table.cube)]
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("size", [5, 33])
def test_beside_ffmpeg(tmp_path: Path, size: int) -> None:
    """Its lut3d filter with tetrahedral interpolation."""
    import av
    import av.filter

    picture, table = opaque_picture(), warm(size)
    path = written(table, tmp_path / "warm.cube")
    graph = av.filter.Graph()
    source = graph.add_buffer(width=80, height=64, format="rgb24", time_base="1/25")
    through = graph.add("lut3d", f"file={path}:interp=tetrahedral")
    end = graph.add("buffersink")
    source.link_to(through)
    through.link_to(end)
    graph.configure()
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[..., :3]), "rgb24")
    frame.pts = 0
    source.push(frame)
    theirs = end.pull().to_ndarray()
    assert np.abs(table.apply(picture)[..., :3].astype(int) - theirs.astype(int)).max() <= 1


def test_bytes_are_read_back_and_name_the_table() -> None:
    for table in (warm(5), LookupTable((-1.0, 0.0, 0.0), (2.0, 1.0, 1.0), np.random.rand(3, 9).astype(np.float32))):
        again = LookupTable.from_bytes(table.to_bytes())
        assert again == table and hash(again) == hash(table)
        assert again.low == table.low and again.high == table.high
    assert warm(5) != warm(6)


@given(st.binary(max_size=200))
def test_bytes_of_something_else_are_refused(data: bytes) -> None:
    good = warm(2).to_bytes()
    for bad in (data, good[:8] + data, good[: HEAD.size] + data):
        if bad != good:
            with pytest.raises(ValueError, match="lookup"):
                LookupTable.from_bytes(bad)
