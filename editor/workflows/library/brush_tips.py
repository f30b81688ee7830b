"""Brushes: the tips of a file on a sheet of paper, as they would paint."""

import math
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.tips import FoundBrush, unpack_tips
from editor.formats.brush.reading import each_brush
from editor.library.looks import Look
from editor.workflows.library.pictured import as_webp
from editor.workflows.library.small_pictures import SIDE
from render.color import Color
from render.raster.painting import Paint, paint_stroke
from render.raster.stroke import Brush, Sample
from render.raster.tree import TILE

Bytes = NDArray[np.uint8]
MOST_TIPS = 16
LOOKS = 40
INK = (30 / 255, 30 / 255, 30 / 255, 1.0)
LARGER = 3.0
"""Small tips are shown so many times larger at most."""


def look_at_brushes(path: Path) -> Look:
    """A sheet with up to sixteen tips. Raises ExpectedError when the file holds none."""
    tips: list[Bytes] = []
    try:
        for brush in each_brush(path):
            if brush.dynamics is not None:
                tips.append(stroked(brush, SIDE // 2))
            else:
                tips += [inked(picture) for picture in brush.pictures] or [_round(brush)]
            if len(tips) >= MOST_TIPS:
                break
    except ExpectedError:
        if not tips:
            raise
    if not tips:
        raise ExpectedError(tr("{name} holds no brush tips.", name=path.name))
    return Look(thumbnail=as_webp(_sheet(tips[:MOST_TIPS])))


def tip_picture(brush: FoundBrush, side: int) -> Bytes:
    """One brush on a square of paper, (side, side, 4)."""
    if brush.dynamics is not None:
        tip = stroked(brush, side)
    else:
        tip = inked(brush.pictures[0]) if brush.pictures else _round(brush)
    return _on_paper([tip], side, 1)


def stroked(brush: FoundBrush, side: int) -> Bytes:
    """Premultiplied RGBA of a stroke that a driven brush leaves, pressed most in its middle; what erases is shown
    painting."""
    tips = unpack_tips(brush.packed)
    largest = side * 0.34
    diameter = min(brush.diameter, largest)
    hand = Brush(
        diameter=diameter, hardness=brush.hardness, roundness=brush.roundness, angle=brush.angle, spacing=brush.spacing,
        opacity=brush.opacity, flow=brush.flow,
    )  # fmt: skip
    samples = []
    for number in range(LOOKS):
        share = number / (LOOKS - 1)
        x = side * (0.16 + 0.68 * share)
        y = side * (0.5 - 0.2 * math.sin(math.tau * share))
        samples.append(Sample(x, y, 0.05 + 0.95 * math.sin(math.pi * share), 0.0, 0.0, 0.012 * (number + 1)))
    tiles = paint_stroke(hand, Paint(Color(*INK)), samples, {}, tips=tips)
    picture = np.zeros((side, side, 4), np.uint8)
    for (column, row), pixels in tiles.items():
        x, y = column * TILE, row * TILE
        if 0 <= x < side and 0 <= y < side:
            part = pixels[: side - y, : side - x]
            picture[y : y + part.shape[0], x : x + part.shape[1]] = part
    return picture


def inked(tip: Bytes) -> Bytes:
    """Premultiplied RGBA of what one dab leaves: dark ink, or the tip's own colours."""
    if tip.ndim == 2:
        ink = (tip.astype(np.uint16) * 30 // 255).astype(np.uint8)
        return np.dstack([ink, ink, ink, tip])
    alpha = tip[..., 3:].astype(np.uint16)
    return np.dstack([(tip[..., :3] * alpha // 255).astype(np.uint8), tip[..., 3]])


def _round(brush: FoundBrush) -> Bytes:
    """A tip that Photoshop reckons: an ellipse, soft at its edge."""
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    turn = np.radians(brush.angle)
    long, short = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    distance = np.hypot(long, short / max(brush.roundness, 0.05))
    hard = min(brush.hardness, 0.98)
    return inked(np.asarray(np.clip((1 - distance) / (1 - hard), 0, 1) * 255, np.uint8))


def _sheet(tips: list[Bytes]) -> Bytes:
    columns = int(np.ceil(np.sqrt(len(tips))))
    return _on_paper(tips, SIDE // columns, columns)


def _on_paper(tips: list[Bytes], place: int, columns: int) -> Bytes:
    """White paper; each as large as its place, and small ones not much larger than they are."""
    rows = -(-len(tips) // columns)
    sheet = np.full((place * rows, place * columns, 4), 255, np.uint8)
    for index, tip in enumerate(tips):
        scale = min(LARGER, place * 0.82 / max(tip.shape[:2]))
        size = (max(1, round(tip.shape[1] * scale)), max(1, round(tip.shape[0] * scale)))
        small = np.asarray(cv2.resize(tip, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR))
        y = index // columns * place + (place - size[1]) // 2
        x = index % columns * place + (place - size[0]) // 2
        rest = 255 - small[..., 3:].astype(np.uint16)
        under = sheet[y : y + size[1], x : x + size[0], :3]
        under[...] = np.minimum(255, small[..., :3] + (under * rest + 127) // 255)
    return sheet
