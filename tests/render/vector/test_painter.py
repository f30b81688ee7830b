"""Drawing of single features, checked where the answer is plain."""

import numpy as np

from render.color import Color
from render.geometry import Affine, IntRect, Rect
from render.vector.path import ellipse, rectangle
from render.vector.pdf import PdfPage, write_pdf
from render.vector.raster import draw
from render.vector.values import (
    Clip,
    Fill,
    Group,
    Image,
    LinearGradient,
    Mask,
    PatternPaint,
    Shape,
    Solid,
    Stop,
    Stroke,
)  # fmt: skip

RED, BLUE, WHITE = Color(1.0, 0.0, 0.0), Color(0.0, 0.0, 1.0), Color(1.0, 1.0, 1.0)
AREA = IntRect(0, 0, 20, 20)


def square(x: float, y: float, size: float, color: Color = RED) -> Shape:
    return Shape(path=rectangle(x, y, size, size), paints=(Fill(paint=Solid(color)),))


def test_a_fill_covers_its_rectangle_and_nothing_else() -> None:
    pixels = draw(square(5, 5, 10), AREA, 1.0)
    assert (pixels[5:15, 5:15] == (255, 0, 0, 255)).all()
    assert pixels.sum() == 100 * 510


def test_a_region_is_a_window_on_the_scaled_scene() -> None:
    whole = draw(square(2, 3, 4), IntRect(0, 0, 40, 40), 2.0)
    part = draw(square(2, 3, 4), IntRect(3, 5, 10, 10), 2.0)
    assert np.array_equal(whole[5:15, 3:13], part)


def test_gradient_stops_keep_their_places_when_they_do_not_span_everything() -> None:
    stops = (Stop(0.5, RED), Stop(1.0, BLUE))
    paint = LinearGradient(x1=0.0, y1=0.0, x2=20.0, y2=0.0, stops=stops)
    pixels = draw(Shape(path=rectangle(0, 0, 20, 20), paints=(Fill(paint=paint),)), AREA, 1.0)
    assert tuple(pixels[10, 4]) == (255, 0, 0, 255)
    assert pixels[10, 19, 2] > 220


def test_a_pattern_begins_at_the_corner_of_its_tile() -> None:
    content = Group(children=(square(5, 5, 5),))
    paint = PatternPaint(tile=Rect(5.0, 5.0, 10.0, 10.0), content=content)
    pixels = draw(Shape(path=rectangle(0, 0, 20, 20), paints=(Fill(paint=paint),)), AREA, 1.0)
    assert pixels[7, 7, 3] == 255
    assert pixels[12, 12, 3] == 0
    assert pixels[17, 17, 3] == 255


def test_group_opacity_is_not_that_of_each_child() -> None:
    group = Group(children=(square(0, 0, 10), square(5, 0, 10)), opacity=0.5)
    pixels = draw(group, AREA, 1.0)
    assert np.unique(pixels[5, :15, 3]).tolist() in ([127], [128])


def test_clips_and_masks_cut() -> None:
    circle = Shape(path=ellipse(10, 10, 5, 5), paints=(Fill(paint=Solid(WHITE)),))
    clipped = Group(children=(square(0, 0, 20),), clips=(Clip(content=Group(children=(circle,))),))
    masked = Group(children=(square(0, 0, 20),), mask=Mask(content=Group(children=(circle,))))
    for scene in (clipped, masked):
        pixels = draw(scene, AREA, 1.0)
        assert pixels[10, 10, 3] == 255
        assert pixels[1, 1, 3] == 0
    black = Group(children=(Shape(path=circle.path, paints=(Fill(paint=Solid()),)),))
    assert draw(Group(children=(square(0, 0, 20),), mask=Mask(content=black)), AREA, 1.0).max() == 0


def test_a_stroke_inside_stays_inside() -> None:
    stroke = Stroke(paint=Solid(BLUE), width=3.0, align="inside")
    pixels = draw(Shape(path=rectangle(5, 5, 10, 10), paints=(stroke,)), AREA, 1.0)
    assert pixels[:5].max() == 0
    assert pixels[6, 10, 3] == 255
    assert pixels[10, 10, 3] == 0


def test_a_map_that_flattens_draws_nothing() -> None:
    assert draw(Group(children=(square(0, 0, 20),), transform=Affine(0.0, 0.0, 0.0, 1.0)), AREA, 1.0).max() == 0


def test_a_pdf_is_the_same_every_time() -> None:
    page = PdfPage(width=20.0, height=20.0, content=square(1, 1, 5))
    data = write_pdf([page, page], "Title")
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == 2
    assert data == write_pdf([page, page], "Title")


def test_a_reduced_picture_is_averaged() -> None:
    """Noise, fifty times smaller, is grey; picking single pixels would leave noise."""
    noise = np.full((1000, 1000, 4), 255, np.uint8)
    noise[..., :3] = np.random.default_rng(1).integers(0, 2, (1000, 1000, 1)) * 255
    pixels = draw(Image(rect=Rect(0, 0, 20, 20), pixels=noise), AREA, 1.0)
    assert np.abs(pixels[2:-2, 2:-2, :3].astype(int) - 128).max() < 25
