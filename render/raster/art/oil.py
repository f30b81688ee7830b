"""Oil paint: strokes that follow the forms, and the relief of the bristles under a light."""

from __future__ import annotations

import numpy as np

from render.raster.art.flow import (
    Floats,
    Flow,
    Tell,
    brushed,
    by_strips,
    flow_of,
    light_of,
    noise,
    scaled,
    silent,
    soft_rows,
    streaked,
    unit_of,
)  # fmt: skip

WORKING_RADIUS = 5.0
"""Larger strokes are painted on a smaller picture."""
RELIEF_AREA = 3_500_000


def oil_paint(
    rgb: Floats, brush: float = 4.0, cleanliness: float = 0.6, bristle: float = 0.5, shine: float = 0.4,
    angle: float = 135.0, tell: Tell = silent,
) -> Floats:
    """`brush`: radius of a stroke in thousandths of the diagonal; `cleanliness` 0 (smeared) to 1 (clear patches).

    `bristle` and `shine` (0 to 1): the relief of the paint, and how it catches the light that comes from `angle`.
    """
    height, width = rgb.shape[:2]
    unit = unit_of(height, width)
    radius = max(1.5, brush * unit)
    scale = min(1.0, WORKING_RADIUS / radius)
    small = scaled(rgb, max(1, round(height * scale)), max(1, round(width * scale)))
    sharpness = 2 + 10 * cleanliness
    painted = brushed(small, radius * scale, sharpness, tell=lambda share: tell(0.4 * share))
    painted = brushed(painted, 0.7 * radius * scale, sharpness, tell=lambda share: tell(0.4 + 0.2 * share))
    result = _crisp(scaled(painted, height, width), radius, lambda share: tell(0.6 + 0.1 * share))
    if bristle > 0 or shine > 0:
        result = _with_relief(result, painted, radius, (bristle, shine, angle), lambda share: tell(0.7 + 0.3 * share))
    return np.asarray(np.clip(result, 0, max(1.0, float(rgb.max(initial=1.0))), out=result), np.float32)


def _crisp(painted: Floats, radius: float, tell: Tell) -> Floats:
    """The edges of strokes as sharp as the picture can hold them."""
    tell(0.0)
    sigma = max(0.6, radius / 6)

    def paint(rows: slice) -> Floats:
        return painted[rows] + np.float32(0.6) * (painted[rows] - soft_rows(painted, rows, sigma))

    return by_strips(painted.shape, paint, tell)


def _with_relief(
    result: Floats, painted: Floats, radius: float, look: tuple[float, float, float], tell: Tell
) -> Floats:
    """Grooves along the strokes, lit from the side, deepest in thick light paint."""
    bristle, shine, angle = look
    height, width = result.shape[:2]
    scale = min(1.0, (RELIEF_AREA / max(1, height * width)) ** 0.5)
    tall, broad = max(1, round(height * scale)), max(1, round(width * scale))
    flow = flow_of(scaled(painted, tall, broad), max(2.0, 1.2 * radius * scale), lambda share: tell(0.2 * share))
    flow = Flow(*(np.ascontiguousarray(item) for item in (flow.x, flow.y, flow.clarity)))
    grain = max(1.0, 0.16 * radius * scale)
    steps = max(4, round(1.5 * radius * scale / grain))
    grooves = streaked(noise(tall, broad, grain), flow, steps, grain, lambda share: tell(0.2 + 0.4 * share))
    grooves = (grooves - grooves.mean()) / np.float32(max(1e-6, 3 * float(grooves.std())))
    body = _slope(scaled(light_of(painted), tall, broad) * np.float32(2.5), angle)
    slope = np.float32(0.30 * bristle) * _slope(grooves, angle) + np.float32(0.5 * shine) * body
    tell(0.7)
    lit = scaled(np.asarray(slope, np.float32), height, width)

    def paint(rows: slice) -> Floats:
        share = np.clip(lit[rows], -0.5, 0.5)[..., None]
        darker = result[rows] * (1 + np.minimum(share, 0))
        room = np.maximum(0, 1 - darker)
        gleam = np.maximum(share, 0) * (np.float32(0.35) * darker + np.float32(0.55) * room)
        return np.asarray(darker + gleam, np.float32)

    return by_strips(result.shape, paint, lambda share: tell(0.8 + 0.2 * share))


def _slope(heights: Floats, angle: float) -> Floats:
    """How steeply a surface rises towards the light, in units of its own steepness."""
    import cv2

    turn = np.radians(angle)
    across = cv2.Sobel(heights, cv2.CV_32F, 1, 0, scale=1 / 4)
    down = cv2.Sobel(heights, cv2.CV_32F, 0, 1, scale=1 / 4)
    return np.asarray(np.sin(turn) * down - np.cos(turn) * across, np.float32)
