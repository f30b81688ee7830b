"""Pencil: strokes along outlines and hatching in the shadows.

After Lu, Xu and Jia, "Combining sketch and tone for pencil drawing production" (2012): gradients are sorted by
direction and drawn as straight strokes; tones are moved to those of drawings and rendered with hatching of our own.
"""

from __future__ import annotations

import numpy as np

from render.raster.art.flow import Floats, Tell, light_of, noise, scaled, silent, smooth_step, turbulence, unit_of

DIRECTIONS = 8
WORKING_AREA = 4_000_000


def pencil(
    rgb: Floats, stroke: float = 0.7, darkness: float = 0.7, hatching: float = 0.55, colour: float = 0.0,
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
    result = _coloured(drawn, small, colour)
    return np.asarray(np.clip(scaled(np.asarray(result, np.float32), height, width), 0, 1), np.float32)


def outlines(light: Floats, width: float, darkness: float, tell: Tell = silent) -> Floats:
    """1 on white paper, less on strokes of `width` pixels along the outlines."""
    import cv2

    soft = cv2.GaussianBlur(light, (0, 0), max(0.5, 0.5 * width))
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=1 / 8)
    steep = np.hypot(across, down) * np.float32(width)
    half = max(3, round(7 * width))
    kernels = [_line(half, direction * np.pi / DIRECTIONS) for direction in range(DIRECTIONS)]
    answers = np.stack([cv2.filter2D(steep, -1, kernel) for kernel in kernels])
    tell(0.4)
    chosen = answers.argmax(axis=0)
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
    for number, (angle, begin, end) in enumerate(((0.8, 0.95, 0.40), (0.70, 0.55, 0.15), (-0.6, 0.38, 0.05))):
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


def _coloured(drawn: Floats, rgb: Floats, colour: float) -> Floats:
    """Graphite on white, or strokes in the colours of the picture."""
    graphite = np.array([0.12, 0.12, 0.14], np.float32)
    grey = drawn[..., None] + (1 - drawn[..., None]) * graphite * np.float32(0.8)
    if colour <= 0:
        return np.asarray(grey, np.float32)
    light = light_of(rgb)[..., None]
    vivid = np.clip(light + np.float32(1.3) * (rgb - light), 0, 1)
    tinted = 1 - (1 - vivid * np.float32(0.85)) * (np.float32(0.35) + np.float32(0.9) * (1 - drawn[..., None]))
    tinted = np.clip(tinted, 0, 1) * (np.float32(0.35) + np.float32(0.65) * drawn[..., None])
    return np.asarray((1 - np.float32(colour)) * grey + np.float32(colour) * tinted, np.float32)
