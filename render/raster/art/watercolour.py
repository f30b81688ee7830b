"""Watercolour: pigment that flows, gathers at edges and settles in the grain of the paper.

Bousseau, Kaplan, Thollot and Sillion, "Interactive watercolor rendering with temporal coherence and abstraction"
(2006): an even picture whose pigment is made denser or thinner: C' = C * (1 - (1 - C) * (density - 1)).
"""

from __future__ import annotations

import numpy as np

from render.raster.art.flow import Floats, Tell, brushed, light_of, scaled, silent, smooth_step, turbulence, unit_of

WORKING_RADIUS = 5.0


def watercolour(
    rgb: Floats, brush: float = 5.0, edges: float = 0.6, flow: float = 0.6, paper: float = 0.5, wash: float = 0.5,
    tell: Tell = silent,
) -> Floats:
    """`brush`: size of a touch in thousandths of the diagonal. From 0 to 1: dark `edges`, uneven `flow` of the pigment,
    grain of the `paper`, and `wash`, how much water thins the colours."""
    height, width = rgb.shape[:2]
    unit = unit_of(height, width)
    radius = max(1.5, brush * unit)
    scale = min(1.0, WORKING_RADIUS / radius)
    small = np.clip(scaled(rgb, max(1, round(height * scale)), max(1, round(width * scale))), 0, 1)
    even = brushed(small, radius * scale, 7, tell=lambda share: tell(0.3 * share))
    even = brushed(even, radius * scale, 9, tell=lambda share: tell(0.3 + 0.2 * share))
    painted = _wavering(scaled(even, height, width), unit, flow)
    tell(0.6)
    painted = _thinned(np.clip(painted, 0, 1), wash)
    density = 1 + np.float32(2.2 * edges) * _gathered(painted, unit)
    density += np.float32(1.5 * flow) * (turbulence(height, width, 45 * unit, 4, seed=3) - np.float32(0.5))
    tell(0.8)
    grain = turbulence(height, width, max(1.2, 1.3 * unit), 3, seed=5) - np.float32(0.5)
    density += np.float32(1.3 * paper) * grain
    painted = painted * (1 - (1 - painted) * (density[..., None] - 1))
    relief = 1 + np.float32(0.08 * paper) * grain
    return np.asarray(np.clip(painted * relief[..., None], 0, 1), np.float32)


def _wavering(rgb: Floats, unit: float, amount: float) -> Floats:
    """Edges that a wet brush drew: places moved by smooth noise."""
    import cv2

    height, width = rgb.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    reach = np.float32(5 * amount * unit)
    moved = [turbulence(height, width, 7 * unit + 2, 3, seed) - np.float32(0.5) for seed in (11, 17)]
    return np.asarray(
        cv2.remap(
            rgb, columns + reach * moved[0], rows + reach * moved[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        ), np.float32,
    )


def _thinned(rgb: Floats, wash: float) -> Floats:
    """More water: lighter and clearer, the shadows too, and white stays paper."""
    light = light_of(rgb)[..., None]
    vivid = np.clip(light + np.float32(1.35) * (rgb - light), 0, 1)
    lifted = vivid ** np.float32(1 - 0.4 * wash)
    least = np.float32(0.30 * wash) * np.array([0.75, 0.8, 1.0], np.float32)  # the darkest washes are blue, not black
    return np.asarray(least + (1 - least) * lifted, np.float32)


def _gathered(rgb: Floats, unit: float) -> Floats:
    """Where pigment gathers: a narrow band inside the edges of an area."""
    import cv2

    narrow = cv2.GaussianBlur(rgb, (0, 0), max(0.7, 0.5 * unit))
    wide = cv2.GaussianBlur(rgb, (0, 0), max(1.5, 2.2 * unit))
    darker = np.maximum(0, wide - narrow).sum(axis=2)  # the darker side of an edge, where paint dried
    return smooth_step(0.01, 0.25, np.asarray(darker, np.float32))
