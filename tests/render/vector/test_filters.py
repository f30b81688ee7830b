"""Filter primitives against small statements of their definitions (Filter Effects Module Level 1, section 9)."""

import numpy as np
import pytest

from render.color import Color
from render.geometry import Affine, IntRect, Rect
from render.vector.filters import effects, values
from render.vector.filters.images import Canvas, premultiplied, unpremultiplied
from render.vector.filters.lighting import surface_normals
from render.vector.path import rectangle
from render.vector.raster import draw
from render.vector.values import Fill, Group, Shape, Solid

AREA = IntRect(0, 0, 24, 24)
CANVAS = Canvas(area=AREA, grid=Affine())


def noise(seed: int = 1) -> np.ndarray:
    straight = np.random.default_rng(seed).random((24, 24, 4)).astype(np.float32)
    return premultiplied(straight)


def test_premultiplying_goes_both_ways() -> None:
    pixels = noise()
    assert np.allclose(premultiplied(unpremultiplied(pixels)), pixels, atol=1e-6)


@pytest.mark.parametrize("operator", ["over", "in", "out", "atop", "xor"])
def test_composite_follows_porter_and_duff(operator: str) -> None:
    top, bottom = noise(1), noise(2)
    a, b = top[..., 3:], bottom[..., 3:]
    factors = {"over": (1, 1 - a), "in": (b, 0), "out": (1 - b, 0), "atop": (b, 1 - a), "xor": (1 - b, 1 - a)}
    one, two = factors[operator]
    primitive = values.Composite(operator=operator, under="x")  # type: ignore[arg-type]
    assert np.allclose(effects.composite(primitive, top, bottom, CANVAS, AREA), top * one + bottom * two, atol=1e-6)


def test_blur_keeps_the_amount_of_light() -> None:
    pixels = np.zeros((24, 24, 4), np.float32)
    pixels[12, 12] = 1.0
    blurred = effects.blur(values.Blur(x=2.0, y=2.0), pixels, None, CANVAS, AREA)
    assert blurred.sum() == pytest.approx(4.0, abs=1e-3)
    assert blurred[12, 12, 0] == pytest.approx(1 / (2 * np.pi * 4), rel=0.05)


def test_morphology_takes_extremes_of_a_window() -> None:
    pixels = np.zeros((24, 24, 4), np.float32)
    pixels[10:14, 10:14] = 1.0
    grown = effects.morphology(values.Morphology(operator="dilate", x=2.0, y=1.0), pixels, None, CANVAS, AREA)
    assert grown[..., 3].sum() == 8 * 6
    shrunk = effects.morphology(values.Morphology(operator="erode", x=1.0, y=1.0), pixels, None, CANVAS, AREA)
    assert shrunk[..., 3].sum() == 2 * 2


def test_a_flat_surface_looks_up() -> None:
    normals = surface_normals(np.full((8, 8), 0.5, np.float32), 10.0)
    assert np.allclose(normals, (0, 0, 1))


def test_a_slope_leans_as_the_sobel_rule_says() -> None:
    slope = np.tile(np.arange(8, dtype=np.float32) / 10, (8, 1))
    normals = surface_normals(slope, 1.0)
    # Nx = -scale / 4 * (sum of the weights 1, 2, 1 times the difference over two pixels) = -1/4 * 4 * 0.2
    interior = normals[4, 4] / normals[4, 4, 2]
    assert interior[0] == pytest.approx(-0.2, rel=1e-4)
    assert interior[1] == pytest.approx(0, abs=1e-6)
    # At the left border: -scale / 2 * (1 + 2 + 1) * 0.1
    assert normals[4, 0, 0] / normals[4, 0, 2] == pytest.approx(-0.2, rel=1e-4)


def test_a_filter_region_bounds_what_is_drawn() -> None:
    shape = Shape(path=rectangle(0, 0, 24, 24), paints=(Fill(paint=Solid(Color(1.0, 0.0, 0.0))),))
    graph = values.FilterGraph(
        region=Rect(4.0, 4.0, 8.0, 8.0), primitives=(values.Offset(source="SourceGraphic", linear=False),)
    )
    pixels = draw(Group(children=(shape,), filters=(graph,)), AREA, 1.0)
    assert (pixels[4:12, 4:12] == (255, 0, 0, 255)).all()
    assert pixels[..., 3].sum() == 64 * 255


def test_turbulence_does_not_move_with_the_region() -> None:
    primitive = values.Turbulence(x=0.1, y=0.1, octaves=2, seed=3)
    whole = effects.turbulence(primitive, noise(), None, CANVAS, AREA)
    part = Canvas(area=IntRect(6, 4, 10, 10), grid=Affine())
    assert np.allclose(effects.turbulence(primitive, noise(), None, part, AREA), whole[4:14, 6:16])
