"""Pencil: strokes along outlines and hatching in the shadows.

After Lu, Xu and Jia, "Combining sketch and tone for pencil drawing production" (2012): gradients are sorted by
direction and drawn as straight strokes; tones are moved to those of drawings and rendered with hatching of our own.
"""

from __future__ import annotations

import numpy as np

from render.raster.art.flow import (
    Floats,
    Tell,
    by_strips,
    light_of,
    noise,
    scaled,
    silent,
    smooth_step,
    turbulence,
    unit_of,
)  # fmt: skip

DIRECTIONS = 8
WORKING_AREA = 4_000_000


def pencil(
    rgb: Floats, stroke: float = 0.7, darkness: float = 0.7, hatching: float = 0.62, colour: float = 0.0,
    paper: float = 0.3, tell: Tell = silent,
) -> Floats:
    """`stroke`: width in thousandths of the diagonal; `colour` 0 draws with graphite, 1 with coloured pencils.

    `darkness` of the strokes, `hatching` of the shadows and `paper` (its grain) from 0 to 1.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, (WORKING_AREA / max(1, height * width)) ** 0.5)
    tall, broad = max(1, round(height * scale)), max(1, round(width * scale))
    small = np.clip(scaled(rgb, tall, broad), 0, 1)
    unit = max(0.55, stroke * unit_of(tall, broad))
    light = light_of(small)
    lines = outlines(light, unit, darkness, lambda share: tell(0.5 * share))
    tone = hatched(light, unit, hatching, lambda share: tell(0.5 + 0.3 * share))
    grain = 1 + np.float32(0.25 * paper) * (turbulence(tall, broad, max(1.5, 1.6 * unit), 3, seed=9) - np.float32(0.5))
    drawn = np.clip(lines * tone * grain, 0, 1)
    tell(0.85)
    result = _graphite(drawn)
    if colour > 0:
        cover = _strokes(light.shape, unit, 0.75, 31)
        result += np.float32(colour) * (_crayon(small, lines, cover, grain) - result)
    tell(0.95)
    return np.asarray(np.clip(scaled(result, height, width), 0, 1), np.float32)


def outlines(light: Floats, width: float, darkness: float, tell: Tell = silent) -> Floats:
    """1 on white paper, less on strokes of `width` pixels along the outlines."""
    import cv2

    soft = cv2.GaussianBlur(light, (0, 0), max(0.5, 0.5 * width))
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=1 / 8)
    steep = np.hypot(across, down) * np.float32(width)
    half = max(3, round(7 * width))
    kernels = [_line(half, direction * np.pi / DIRECTIONS) for direction in range(DIRECTIONS)]
    chosen, best = np.zeros(light.shape, np.uint8), np.full(light.shape, -1, np.float32)
    for number, kernel in enumerate(kernels):
        tell(0.4 * number / DIRECTIONS)
        answer = cv2.filter2D(steep, -1, kernel)
        chosen[answer > best] = number
        best = np.maximum(best, np.asarray(answer, np.float32))
    total = np.zeros_like(steep)
    for number, kernel in enumerate(kernels):
        tell(0.4 + 0.6 * number / DIRECTIONS)
        total += cv2.filter2D(np.where(chosen == number, steep, 0).astype(np.float32), -1, kernel)
    return np.asarray(1 - np.float32(darkness) * smooth_step(0.012, 0.10, total), np.float32)


def _line(half: int, angle: float) -> Floats:
    """A straight stroke of 2 * half + 1 pixels through the middle, its ends thinner, its sum 1."""
    places = np.arange(-half, half + 1, dtype=np.float32)
    x, y = np.meshgrid(places, places)
    along, beside = x * np.cos(angle) + y * np.sin(angle), np.abs(y * np.cos(angle) - x * np.sin(angle))
    kernel = np.maximum(0, 1 - beside) * np.maximum(0, 1 - (along / (half + 1)) ** 2)
    return np.asarray(kernel / kernel.sum(), np.float32)


def hatched(light: Floats, width: float, strength: float, tell: Tell = silent) -> Floats:
    """1 on white paper; shadows as layers of hatching, each darker tone with one more direction."""
    import cv2

    soft = cv2.GaussianBlur(light, (0, 0), max(1.0, 2.5 * width))
    equal = _evened(np.asarray(soft, np.float32))
    result = np.ones_like(light)
    for number, (angle, begin, end) in enumerate(((0.8, 0.95, 0.40), (0.70, 0.60, 0.20), (-0.6, 0.40, 0.12))):
        tell(number / 3)
        texture = _strokes(light.shape, width, angle, 20 + number)
        amount = 1 - smooth_step(end, begin, equal)
        result *= 1 - np.float32(strength) * amount * (np.float32(0.22) + np.float32(0.65) * texture)
    return np.asarray(result, np.float32)


def _evened(light: Floats) -> Floats:
    """Half way to where each tone is as frequent, as artists use the whole range of the pencil."""
    counts, edges = np.histogram(light, 256, (0.0, 1.0))
    order = np.concatenate([[0], np.cumsum(counts)]) / max(1, light.size)
    return np.asarray(0.5 * light + 0.5 * np.interp(light, edges, order), np.float32)


def _strokes(shape: tuple[int, ...], size: float, angle: float, seed: int) -> Floats:
    """Parallel hand-drawn strokes from 0 to 1: noise drawn out along a direction."""
    import cv2

    grains = noise(shape[0], shape[1], max(1.0, 0.9 * size), seed)
    long = cv2.filter2D(grains, -1, _line(max(4, round(16 * size)), angle), borderType=cv2.BORDER_REFLECT)
    long = (long - long.mean()) / np.float32(max(1e-6, 4 * float(long.std())))
    return np.asarray(np.clip(0.5 + long, 0, 1), np.float32)


def _graphite(drawn: Floats) -> Floats:
    """Strokes of a soft pencil on white paper."""
    lead = np.array([0.07, 0.07, 0.085], np.float32)
    return by_strips((*drawn.shape, 3), lambda rows: lead + (1 - lead) * drawn[rows, :, None])


def _crayon(rgb: Floats, lines: Floats, cover: Floats, grain: Floats) -> Floats:
    """Coloured pencils: light pigments laid in strokes that leave paper between them, outlines pressed harder."""

    def paint(rows: slice) -> Floats:
        light = light_of(rgb[rows])[..., None]
        vivid = np.clip(light + np.float32(1.45) * (rgb[rows] - light), 0, 1) ** np.float32(0.85)
        laid = np.float32(0.6) + np.float32(0.5) * cover[rows] * grain[rows]
        shade = 1 - (1 - vivid) * np.minimum(laid, 1)[..., None]
        pressed = np.float32(0.25) + np.float32(0.75) * lines[rows]
        return np.asarray(shade * (pressed[..., None] + (1 - pressed[..., None]) * 0.35 * vivid), np.float32)

    return by_strips(rgb.shape, paint)
