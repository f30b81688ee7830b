"""Watercolour: pigment that flows, gathers at edges and settles in the grain of the paper.

Bousseau, Kaplan, Thollot and Sillion, "Interactive watercolor rendering with temporal coherence and abstraction"
(2006): an even picture whose pigment is made denser or thinner: C' = C * (1 - (1 - C) * (density - 1)).
"""

from __future__ import annotations

import numpy as np

from render.raster.art.flow import (
    LARGEST_REMAP,
    Floats,
    Tell,
    brushed,
    by_strips,
    light_of,
    scaled,
    silent,
    smooth_step,
    soft_rows,
    softened,
    turbulence,
    unit_of,
)  # fmt: skip

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
    even = scaled(even, height, width)
    painted = _wavering(even, unit, flow, wash, lambda share: tell(0.5 + 0.15 * share))
    density = _density(painted, unit, (edges, flow, paper), lambda share: tell(0.65 + 0.25 * share))
    relief = turbulence(height, width, max(1.2, 1.3 * unit), 2, seed=5, tell=lambda share: tell(0.9 + 0.05 * share))

    def dried(rows: slice) -> Floats:
        colour = painted[rows]
        colour = colour * (1 - (1 - colour) * (density[rows, :, None] - 1))
        shade = 1 + np.float32(0.08 * paper) * (relief[rows] - np.float32(0.5))
        return np.asarray(np.clip(colour * shade[..., None], 0, 1), np.float32)

    return by_strips(rgb.shape, dried, lambda share: tell(0.95 + 0.05 * share))


def _density(painted: Floats, unit: float, look: tuple[float, float, float], tell: Tell) -> Floats:
    """(height, width) how much pigment lies, 1 is usual: more at edges, uneven by the water, in the paper's grain."""
    edges, flow, paper = look
    height, width = painted.shape[:2]
    density = _gathered(painted, unit, lambda share: tell(0.4 * share))
    density *= np.float32(2.2 * edges)
    density += np.float32(1 - 0.75 * flow - 0.55 * paper)
    uneven = turbulence(height, width, 45 * unit, 4, seed=3, tell=lambda share: tell(0.4 + 0.3 * share))
    density += np.float32(1.5 * flow) * uneven
    grain = turbulence(height, width, max(1.2, 1.3 * unit), 3, seed=5, tell=lambda share: tell(0.7 + 0.3 * share))
    density += np.float32(1.1 * paper) * grain
    return density


def _wavering(rgb: Floats, unit: float, amount: float, wash: float, tell: Tell) -> Floats:
    """Edges that a wet brush drew: places moved by smooth noise; and the colours thinned."""
    import cv2

    height, width = rgb.shape[:2]
    reach = np.float32(5 * amount * unit)
    if max(height, width) > LARGEST_REMAP:
        return by_strips(rgb.shape, lambda rows: _thinned(np.clip(rgb[rows], 0, 1), wash), tell)
    aside, along = (
        turbulence(height, width, 7 * unit + 2, 3, seed, lambda share, a=start: tell(a + 0.3 * share))  # type: ignore[misc]
        for seed, start in ((11, 0.0), (17, 0.3))
    )

    def paint(rows: slice) -> Floats:
        down, across = np.mgrid[rows, 0:width].astype(np.float32)
        x, y = across + reach * (aside[rows] - np.float32(0.5)), down + reach * (along[rows] - np.float32(0.5))
        moved = cv2.remap(rgb, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        return _thinned(np.asarray(np.clip(moved, 0, 1), np.float32), wash)

    return by_strips(rgb.shape, paint, lambda share: tell(0.6 + 0.4 * share))


def _thinned(rgb: Floats, wash: float) -> Floats:
    """More water: lighter and clearer, the shadows too, and white stays paper."""
    light = light_of(rgb)[..., None]
    vivid = np.clip(light + np.float32(1.35) * (rgb - light), 0, 1)
    lifted = vivid ** np.float32(1 - 0.4 * wash)
    least = np.float32(0.36 * wash) * np.array([0.62, 0.72, 1.0], np.float32)  # the darkest washes are blue, not black
    return np.asarray(least + (1 - least) * lifted, np.float32)


def _gathered(rgb: Floats, unit: float, tell: Tell) -> Floats:
    """Where pigment gathers: a narrow band on the darker side of an edge, where paint dried."""
    tell(0.0)
    wide = softened(rgb, max(1.5, 2.2 * unit))

    def paint(rows: slice) -> Floats:
        darker = np.maximum(0, wide[rows] - soft_rows(rgb, rows, max(0.7, 0.5 * unit)))
        return smooth_step(0.01, 0.25, np.asarray(darker @ np.ones(3, np.float32), np.float32))

    return by_strips(rgb.shape[:2], paint, lambda share: tell(0.3 + 0.7 * share))
