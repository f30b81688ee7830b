"""Colour lookups: one test picture, on the left as it is and on the right through the table."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.formats.lut.reading import read_lookup
from editor.library.looks import Look
from editor.workflows.library.pictured import as_webp

WIDTH, HEIGHT = 256, 192
SKINS = ((0.94, 0.78, 0.69), (0.78, 0.56, 0.44), (0.42, 0.28, 0.21))


def look_at_lookup(path: Path) -> Look:
    """Raises ExpectedError for a table that cannot be read."""
    before = test_picture()
    after = through_lookup(path, before)
    half = WIDTH // 2
    picture = np.concatenate([before[:, :half], after[:, half:]], axis=1)
    picture[:, half - 1 : half + 1] = 1.0
    pixels = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
    pixels[..., :3] = np.clip(picture * 255 + 0.5, 0, 255)
    return Look(thumbnail=as_webp(pixels))


def through_lookup(path: Path, picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """(h, w, 3) float32 through the very table that an image or a clip would get."""
    opaque = np.dstack([picture, np.ones(picture.shape[:2], np.float32)])
    return np.asarray(read_lookup(path).apply(np.ascontiguousarray(opaque))[..., :3])


@cache
def test_picture() -> NDArray[np.float32]:
    """(h, w, 3) float32 sRGB, the same on both sides: sky over land, three skins, pure colours and a ramp of greys."""
    half = np.zeros((HEIGHT, WIDTH // 2, 3), np.float32)
    share = np.linspace(0, 1, 104, dtype=np.float32)[:, None, None]
    half[:104] = (1 - share) * np.array((0.22, 0.42, 0.74), np.float32) + share * np.array(
        (0.98, 0.76, 0.55), np.float32
    )
    hills = np.linspace(0, 1, 40, dtype=np.float32)[:, None, None]
    half[104:144] = (1 - hills) * np.array((0.36, 0.5, 0.24), np.float32) + hills * np.array(
        (0.12, 0.2, 0.1), np.float32
    )
    cv2.circle(half, (104, 84), 13, (1.0, 0.93, 0.74), -1, cv2.LINE_AA)
    for index, skin in enumerate(SKINS):
        _ball(half, (24 + index * 40, 118), 17, skin)
    pure = ((0.8, 0.1, 0.1), (0.9, 0.75, 0.1), (0.1, 0.6, 0.2), (0.1, 0.65, 0.75), (0.12, 0.2, 0.75), (0.7, 0.15, 0.6))
    edges = np.linspace(0, WIDTH // 2, len(pure) + 1).astype(int)
    for color, left, right in zip(pure, edges, edges[1:], strict=False):
        half[144:170, left:right] = color
    half[170:] = np.linspace(0, 1, WIDTH // 2, dtype=np.float32)[None, :, None]
    return np.concatenate([half, half], axis=1)


def _ball(picture: NDArray[np.float32], center: tuple[int, int], radius: int, color: tuple[float, ...]) -> None:
    """Lit from above left, so that a table shows what it does to shadows of that colour."""
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    across, down = (x - center[0]) / radius, (y - center[1]) / radius
    depth = np.sqrt(np.clip(1 - across**2 - down**2, 0, 1))
    light = np.clip(0.25 + 0.85 * (-0.45 * across - 0.6 * down + 0.65 * depth), 0.08, 1.1)[..., None]
    inside = np.clip((1 - np.hypot(across, down)) * radius + 0.5, 0, 1)[..., None]
    picture[:] = picture * (1 - inside) + np.clip(np.array(color, np.float32) * light, 0, 1) * inside
