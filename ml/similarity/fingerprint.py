"""What a picture looks like in a few hundred numbers: hashes for copies, a vector for likeness.

- `difference hash` and `DCT hash` (64 bits each): Krawetz, "Looks Like It" (2011); Zauner, "Implementation and
  Benchmarking of Perceptual Image Hash Functions" (2010). The DCT hash is also taken of five crops, so that a copy
  that lost its edges is still found.
- colour: a histogram in CIE Lab with soft bins, so that neighbouring colours are near each other as in the earth
  mover's distance (Rubner et al., 2000) at the price of a product; compared by Hellinger's distance.
- edges: orientations of gradients in 4 x 4 cells, after Dalal and Triggs, "Histograms of Oriented Gradients" (2005).
- layout: the picture at 6 x 6 in Lab, without its mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Hashes = NDArray[np.uint64]
SIDE = 128
"""Everything is measured on a picture of this size; its shape is let go."""
CELLS, ORIENTATIONS = 4, 8
BINS = (4, 6, 6)
LAYOUT = 6
WEIGHTS = {"colour": 0.35, "edges": 0.4, "layout": 0.25}
LENGTH = BINS[0] * BINS[1] * BINS[2] + CELLS * CELLS * ORIENTATIONS + LAYOUT * LAYOUT * 3
CROPS = ((0, 0, 1), (0.05, 0.05, 0.9), (0, 0, 0.9), (0.1, 0, 0.9), (0, 0.1, 0.9), (0.1, 0.1, 0.9))
"""Left, top and side of the views whose DCT hash is kept."""
VIEWS = len(CROPS) + 1


@dataclass(frozen=True)
class Fingerprint:
    """`hashes` (VIEWS,): the difference hash, then DCT hashes of CROPS; `vector` (LENGTH,) of length 1."""

    hashes: Hashes
    vector: Floats


def fingerprint(picture: NDArray[np.uint8]) -> Fingerprint:
    """Of (height, width, 3) uint8 sRGB. About 1 ms."""
    small = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    gray = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    tiny = cv2.resize(small, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    lab = np.asarray(cv2.cvtColor(tiny, cv2.COLOR_RGB2LAB), np.float32)
    hashes = [difference_hash(gray), *(dct_hash(_crop(gray, *crop)) for crop in CROPS)]
    parts = {"colour": colour_part(lab), "edges": edge_part(gray), "layout": layout_part(lab)}
    vector = np.concatenate([part * np.float32(WEIGHTS[name] ** 0.5) for name, part in parts.items()])
    return Fingerprint(np.array(hashes, np.uint64), np.asarray(vector, np.float32))


def mirrored(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(picture[:, ::-1])


def all_views(picture: NDArray[np.uint8]) -> list[Fingerprint]:
    """Of the picture, its mirror image, and the picture turned by quarters: what is looked for."""
    turned = [np.ascontiguousarray(np.rot90(picture, quarters)) for quarters in (1, 2, 3)]
    return [fingerprint(one) for one in (picture, mirrored(picture), *turned)]


def difference_hash(gray: Floats) -> int:
    """Whether each of 8 x 8 places is darker than its right neighbour."""
    small = cv2.resize(gray, (9, 8), interpolation=cv2.INTER_AREA)
    return _bits(small[:, 1:] > small[:, :-1])


def dct_hash(gray: Floats) -> int:
    """Whether each of the 8 x 8 lowest frequencies of 32 x 32 pixels lies above their median."""
    small = cv2.resize(gray, (32, 32), interpolation=cv2.INTER_AREA)
    low = cv2.dct(small)[:8, :8]
    return _bits(low > np.median(low))


def _bits(values: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(values).tobytes(), "big")


def _crop(gray: Floats, left: float, top: float, side: float) -> Floats:
    x, y, length = round(left * SIDE), round(top * SIDE), round(side * SIDE)
    return gray[y : y + length, x : x + length]


def colour_part(lab: Floats) -> Floats:
    """Soft histogram over (L, a, b), square-rooted, of length 1."""
    places = np.stack([
        lab[..., 0] / 100.0 * (BINS[0] - 1),
        (lab[..., 1] + 80.0) / 160.0 * (BINS[1] - 1),
        (lab[..., 2] + 80.0) / 160.0 * (BINS[2] - 1),
    ], axis=-1).reshape(-1, 3)  # fmt: skip
    places = np.clip(places, 0, np.array(BINS) - 1.001)
    first = places.astype(int)
    share = places - first
    total = np.zeros(BINS[0] * BINS[1] * BINS[2])
    for corner in range(8):
        step = np.array([corner >> 2 & 1, corner >> 1 & 1, corner & 1])
        weight = np.prod(np.where(step, share, 1.0 - share), axis=1)
        at = first + step
        total += np.bincount((at[:, 0] * BINS[1] + at[:, 1]) * BINS[2] + at[:, 2], weight, len(total))
    return np.asarray(np.sqrt(total / total.sum()), np.float32)


def edge_part(gray: Floats) -> Floats:
    """Gradient strength by orientation in each cell, of length 1; nothing where the picture is flat."""
    smooth = cv2.GaussianBlur(gray, (0, 0), 1.0)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    strength = np.sqrt(across * across + down * down)
    turn = (np.arctan2(down, across) % np.pi) / np.pi * ORIENTATIONS
    first = turn.astype(int) % ORIENTATIONS
    share = turn - np.floor(turn)
    cells = _cells(gray.shape[0])
    size = CELLS * CELLS * ORIENTATIONS
    total = np.bincount((cells + first).ravel(), (strength * (1 - share)).ravel(), size)
    total += np.bincount((cells + (first + 1) % ORIENTATIONS).ravel(), (strength * share).ravel(), size)
    return _unit(np.sqrt(total))


@cache
def _cells(side: int) -> NDArray[np.int64]:
    """The first bin of each pixel's cell."""
    line = np.arange(side) * CELLS // side
    return np.asarray((line[:, None] * CELLS + line[None, :]) * ORIENTATIONS, np.int64)


def layout_part(lab: Floats) -> Floats:
    small = np.asarray(cv2.resize(lab, (LAYOUT, LAYOUT), interpolation=cv2.INTER_AREA), np.float32)
    return _unit((small - small.mean(axis=(0, 1))).ravel())


def _unit(values: NDArray[np.floating]) -> Floats:
    length = float(np.sqrt((values * values).sum()))
    return np.asarray(values / length if length > 1e-6 else values * 0.0, np.float32)
