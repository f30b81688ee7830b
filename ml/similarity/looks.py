"""What a picture's colours, brightness and shape are called, so that it can be found by words without any model.

The names are Berlin and Kay's eleven ("Basic Color Terms", 1969) and cyan; the borders in CIE Lab hue are our own.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

HUES = (
    (15, "pink"), (50, "red"), (78, "orange"), (112, "yellow"), (168, "green"), (225, "cyan"), (300, "blue"),
    (335, "purple"), (361, "pink"),
)  # fmt: skip
"""Upper ends of hue angles in Lab, in degrees."""
ENOUGH = 0.12
"""A colour's share of the picture from which it counts."""
LOOKS = frozenset({
    "red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink", "brown", "black", "white", "gray",
    "dark", "bright", "colorful", "pale", "monochrome", "portrait", "landscape", "square", "panorama", "small", "large",
    "transparent",
})  # fmt: skip


def looks_of(picture: NDArray[np.uint8], width: int, height: int) -> tuple[str, ...]:
    """Words of LOOKS for (any, any, 3) uint8 sRGB, a small copy of a picture of width x height."""
    small = cv2.resize(picture, (48, 48), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float32).reshape(-1, 3)
    words = [name for name, share in colour_shares(lab).items() if share >= ENOUGH]
    lightness, chroma = float(lab[:, 0].mean()), float(np.hypot(lab[:, 1], lab[:, 2]).mean())
    words += ["dark"] if lightness < 32 else []
    words += ["bright"] if lightness > 70 else []
    words += ["monochrome"] if chroma < 3.5 else []
    words += ["pale"] if 3.5 <= chroma < 12 and lightness > 60 else []
    words += ["colorful"] if chroma > 34 else []
    return (*words, *shape_words(width, height))


def shape_words(width: int, height: int) -> tuple[str, ...]:
    ratio = width / max(height, 1)
    shape = "square" if 0.95 < ratio < 1.06 else "landscape" if ratio > 1 else "portrait"
    words = [shape]
    words += ["panorama"] if ratio > 2.2 else []
    words += ["small"] if max(width, height) <= 256 else []
    words += ["large"] if width * height >= 8_000_000 else []
    return tuple(words)


def colour_shares(lab: NDArray[np.float32]) -> dict[str, float]:
    """Which part of (n, 3) Lab pixels has which colour name."""
    lightness, chroma = lab[:, 0], np.hypot(lab[:, 1], lab[:, 2])
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360
    names = np.full(len(lab), "gray", dtype="<U8")
    low = 0.0
    for high, name in HUES:
        names[(hue >= low) & (hue < high)] = name
        low = float(high)
    names[(lightness < 55) & np.isin(names, ("orange", "yellow")) | ((lightness < 35) & (names == "red") & (
        chroma < 35))] = "brown"
    names[(names == "red") & (lightness > 65)] = "pink"
    names[chroma < 9] = "gray"
    names[(lightness > 90) & (chroma < 12)] = "white"
    names[(lightness < 14) & (chroma < 20)] = "black"
    found, counts = np.unique(names, return_counts=True)
    return {str(name): float(count) / len(lab) for name, count in zip(found, counts)}
