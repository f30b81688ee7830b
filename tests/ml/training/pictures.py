"""Folders of pictures made in a test: smooth colours, sharp lines and texture, so that there is something to learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def drawn(seed: int, side: int) -> np.ndarray:
    """(side, side, 3) bytes, the same for the same seed."""
    chance = np.random.default_rng(seed)
    image = Image.new("RGB", (side, side), tuple(chance.integers(60, 200, 3).tolist()))
    pen = ImageDraw.Draw(image)
    for _ in range(24):
        ends = chance.integers(0, side, 4).tolist()
        pen.line(ends, fill=tuple(chance.integers(0, 255, 3).tolist()), width=int(chance.integers(1, 6)))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(0.6)))


def folder_of_pictures(folder: Path, count: int = 4, side: int = 128) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(count):
        Image.fromarray(drawn(seed, side)).save(folder / f"picture-{seed}.png")
    return folder
