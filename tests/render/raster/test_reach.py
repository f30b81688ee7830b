"""How far a stroke goes is known before it is drawn: never less than it may, and not more."""

from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from render.color import Color
from render.raster import painting
from render.raster.painting import Brush, Paint, Sample, StrokePainter, nowhere
from render.raster.tips import Tips

SAMPLES = some.lists(
    some.builds(Sample, some.floats(-900, 900), some.floats(-400, 400), some.floats(0.2, 1.0)), min_size=1, max_size=4
)
BRUSHES = some.builds(
    Brush,
    diameter=some.sampled_from([2.0, 20.0, 90.0, 200.0]),
    spacing=some.sampled_from([0.1, 0.3, 1.0]),
    roundness=some.sampled_from([1.0, 0.2]),
    angle=some.floats(0, 360),
    smoothing=some.sampled_from([0.0, 0.9]),
    size_by_pressure=some.sampled_from([0.0, 1.0]),
)
SHAPES = some.sampled_from([None, (20, 40), (7, 7), (50, 3)])


def is_refused(painter: StrokePainter, samples: list[Sample], draws: bool) -> bool:
    try:
        if draws:
            painter.extend(samples)
            painter.finish()
        else:
            painter.refuse_too_large(samples)
    except painting.StrokeTooLarge:
        return True
    return False


@settings(max_examples=20)
@given(BRUSHES, SAMPLES, SHAPES)
def test_what_fits_is_painted_and_what_is_refused_at_a_glance_is_not(
    brush: Brush, samples: list[Sample], shape: tuple[int, int] | None
) -> None:
    tips = None if shape is None else Tips([np.full(shape, 255, np.uint8)])
    with patch.object(painting, "MOST_TILES", 6):
        glance, asked = (StrokePainter(brush, Paint(Color(1, 0, 0)), nowhere, tips=tips) for _ in range(2))
        fits, is_surely_refused = asked.fits(samples), is_refused(glance, samples, draws=False)
        assert is_refused(asked, samples, draws=True) is not fits
        assert not (fits and is_surely_refused)
