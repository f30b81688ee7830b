"""Where the forms of a picture run, and things that follow them: brush strokes, streaks, lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.kernels.library import run
from render.kernels.parallel import for_each, in_strips
from render.kernels.variants import LANES

Floats = NDArray[np.float32]
Tell = Callable[[float], None]

LIGHT = np.array([0.299, 0.587, 0.114], np.float32)
STRIP = 64
PRIOR, PRIOR_WIDTH = 0.02, 8.0
"""Where nothing shows, forms run as they do in the surroundings: so much of a tensor, so many times as wide."""
LARGEST_REMAP = 32_000
"""OpenCV moves pixels of pictures up to this side."""
ROUND = 1.0
"""How long strokes get where the picture has one direction: at 1 an ellipse of 2 : 1/2."""


def silent(_share: float) -> None:
    """Tells nobody."""


def unit_of(height: int, width: int) -> float:
    """A thousandth of the diagonal, in pixels: what all sizes are given in."""
    return float(np.hypot(height, width)) / 1000


def light_of(rgb: Floats) -> Floats:
    return np.asarray(rgb @ LIGHT, np.float32)


def scaled(picture: Floats, height: int, width: int) -> Floats:
    """Resized: by area when it shrinks, by cubic curves when it grows."""
    import cv2

    if picture.shape[:2] == (height, width):
        return picture
    how = cv2.INTER_AREA if height * width < picture.shape[0] * picture.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height), interpolation=how), np.float32)


def softened(picture: Floats, sigma: float) -> Floats:
    """Blurred by gaussians; wide blurs are made of a smaller picture, which is quick and looks the same."""
    import cv2

    height, width = picture.shape[:2]
    factor = max(1, int(sigma / 2.5))
    if factor == 1:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)
    small = scaled(picture, -(-height // factor), -(-width // factor))
    soft = np.asarray(cv2.GaussianBlur(small, (0, 0), sigma / factor), np.float32)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def soft_rows(picture: Floats, rows: slice, sigma: float) -> Floats:
    """These rows of the picture blurred by gaussians, for `by_strips`."""
    import cv2

    halo = int(4 * sigma) + 2
    above = min(halo, rows.start)
    part = picture[rows.start - above : rows.stop + halo]
    return np.asarray(cv2.GaussianBlur(part, (0, 0), sigma)[above : above + rows.stop - rows.start], np.float32)


def by_strips(shape: tuple[int, ...], paint: Callable[[slice], Floats], tell: Tell = silent) -> Floats:
    """A picture of this shape, made strip by strip of rows on all cores: quick, and what is between is small."""
    result = np.empty(shape, np.float32)

    def strip(top: int, bottom: int) -> None:
        tell(top / shape[0])
        result[top:bottom] = paint(slice(top, bottom))

    in_strips(strip, shape[0], shape[1])
    return result


@dataclass(frozen=True)
class Flow:
    """Unit vectors along the forms, and how plainly they run one way (0 to 1)."""

    x: Floats
    y: Floats
    clarity: Floats


def flow_of(rgb: Floats, sigma: float, tell: Tell = silent) -> Flow:
    """From the smoothed structure tensor of all channels (Brox et al., "Adaptive structure tensors", 2006)."""
    import cv2

    tell(0.0)
    across = cv2.Scharr(rgb, cv2.CV_32F, 1, 0, scale=1 / 32)
    down = cv2.Scharr(rgb, cv2.CV_32F, 0, 1, scale=1 / 32)
    tensor = []
    for number, (a, b) in enumerate(((across, across), (across, down), (down, down))):
        tell(0.2 + 0.2 * number)
        product = np.asarray(np.einsum("ijk,ijk->ij", a, b), np.float32)
        tensor.append(_with_prior(softened(product, max(0.8, sigma)), max(0.8, sigma)))
    xx, xy, yy = tensor
    tell(0.8)
    root = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)  # of the gradient; the form runs across it
    clarity = root / np.maximum(xx + yy, 1e-7)
    return Flow(
        np.asarray(-np.sin(angle), np.float32), np.asarray(np.cos(angle), np.float32), np.asarray(clarity, np.float32)
    )


def _with_prior(plane: Floats, sigma: float) -> Floats:
    """A part of a tensor with a little of a very wide blur."""
    return np.asarray(plane + np.float32(PRIOR) * softened(plane, PRIOR_WIDTH * sigma), np.float32)


def brushed(
    rgb: Floats, radius: float, sharpness: float = 8.0, hardness: float = 100.0, tell: Tell = silent
) -> Floats:
    """Brush strokes of `radius` pixels that follow the forms: the anisotropic Kuwahara filter."""
    import cv2

    flow = flow_of(rgb, max(1.0, radius / 2))
    height, width = rgb.shape[:2]
    reach = int(np.ceil(radius * (1 + ROUND))) + 1
    wide = max(-(-width // LANES) * LANES, LANES)
    stretch = (ROUND + flow.clarity) / ROUND
    long_side, short_side = 1 / (radius * stretch), stretch / radius
    maps = [flow.x * long_side, flow.y * long_side, -flow.y * short_side, flow.x * short_side]
    maps = [np.ascontiguousarray(np.pad(item, ((0, 0), (0, wide - width)), mode="edge"), np.float32) for item in maps]
    sides = (reach, reach, reach, reach + wide - width)
    planes = [
        np.ascontiguousarray(cv2.copyMakeBorder(plane, *sides, borderType=cv2.BORDER_REFLECT), np.float32)
        for plane in np.moveaxis(rgb, 2, 0)
    ]
    results = [np.empty((height, wide), np.float32) for _ in range(3)]

    def strip(top: int) -> None:
        tell(top / height)
        bottom = min(height, top + STRIP)
        colours = [plane[top : bottom + 2 * reach] for plane in planes]
        outs = [result[top:bottom] for result in results]
        run("kuwahara", *colours, *(item[top:bottom] for item in maps), reach, hardness, sharpness / 2, *outs)

    for_each(strip, range(0, height, STRIP))
    return np.stack([result[:, :width] for result in results], axis=2)


def streaked(plane: Floats, flow: Flow, length: int, step: float = 1.0, tell: Tell = silent) -> Floats:
    """Values smeared along the flow, `length` steps either way (line integral convolution, Cabral and Leedom 1993)."""

    def paint(rows: slice) -> Floats:
        down, across = np.mgrid[rows, 0 : plane.shape[1]].astype(np.float32)
        total = plane[rows].copy()
        for sign in (1.0, -1.0):
            start = np.float32(sign) * flow.x[rows], np.float32(sign) * flow.y[rows]
            total += _along(plane, flow, (across.copy(), down.copy()), start, length, step)
        return np.asarray(total / (2 * length + 1), np.float32)

    return by_strips(plane.shape, paint, tell)


def _along(
    plane: Floats, flow: Flow, places: tuple[Floats, Floats], start: tuple[Floats, Floats], length: int, step: float
) -> Floats:
    """The sum of the values met on `length` steps. `places` is written."""
    import cv2

    x, y = places
    before_x, before_y = start
    total = np.zeros_like(x)
    for number in range(length):
        x += np.float32(step) * before_x
        y += np.float32(step) * before_y
        met = cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        np.add(total, met, out=total)
        if number + 1 < length:
            next_x = cv2.remap(flow.x, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT)
            next_y = cv2.remap(flow.y, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT)
            turned = next_x * before_x + next_y * before_y < 0  # the direction has no sign of its own
            before_x = np.where(turned, -next_x, next_x).astype(np.float32)
            before_y = np.where(turned, -next_y, next_y).astype(np.float32)
    return total


def noise(height: int, width: int, grain: float, seed: int = 1) -> Floats:
    """Smooth noise from 0 to 1 around one half, its grain in pixels."""
    import cv2

    small = (max(1, int(np.ceil(height / grain))) + 2, max(1, int(np.ceil(width / grain))) + 2)
    values = np.random.default_rng(seed).random(small, np.float32)
    if grain <= 1:
        return values[:height, :width]
    wide = cv2.resize(values, (round(small[1] * grain), round(small[0] * grain)), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(wide[:height, :width], 0, 1), np.float32)


def turbulence(
    height: int, width: int, grain: float, octaves: int = 4, seed: int = 1, tell: Tell = silent
) -> Floats:
    """Noise of several grains, each half as coarse and half as strong (Perlin 1985)."""
    total, weight = np.zeros((height, width), np.float32), 0.0
    for octave in range(octaves):
        share = 0.5**octave
        tell(octave / octaves)
        total += np.float32(share) * noise(height, width, max(1.0, grain * share), seed + octave)
        weight += share
    return total / np.float32(weight)


def smooth_step(low: float, high: float, values: Floats) -> Floats:
    """0 below, 1 above, smooth between."""
    t = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
