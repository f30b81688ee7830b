"""Searching by colour: the leading colours of a picture in cubes of CIE Lab, so that an index finds what is near."""

import re
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr

EDGE = 14.0
"""Of a cube in Lab units. Those beside it count as near, so colours up to 14 units away are found, up to 28 may be."""
SIDE = 48
LEADING = 5
HEX = re.compile(r"^#?([0-9a-f]{3}|[0-9a-f]{6})$", re.IGNORECASE)
NAMES = {
    "black": "000000", "white": "ffffff", "gray": "808080", "grey": "808080", "red": "d8261c", "orange": "f08a24",
    "yellow": "f2d230", "green": "3a9b3a", "cyan": "2ab5c4", "blue": "2a5bd0", "purple": "7b3fb0", "pink": "ee8fb4",
    "brown": "7a4a28",
}  # fmt: skip
Lab = tuple[float, float, float]


@dataclass(frozen=True)
class LeadingColor:
    """CIE Lab (D65) and the share of the picture from 0 to 1."""

    lab: Lab
    share: float


def leading_colors(picture: NDArray[np.uint8], count: int = LEADING) -> list[LeadingColor]:
    """Of (h, w, 3) uint8 sRGB, the largest first: a k-means in Lab that always starts at the same places."""
    small = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    pixels = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float32).reshape(-1, 3)
    centers = _starts(pixels, count)
    for _ in range(8):
        nearest = ((pixels[:, None] - centers[None]) ** 2).sum(2).argmin(1)
        for index in range(len(centers)):
            mine = pixels[nearest == index]
            if len(mine):
                centers[index] = mine.mean(0)
    shares = np.bincount(nearest, minlength=len(centers)) / len(pixels)
    order = [int(index) for index in np.argsort(-shares) if shares[index] > 0.01]
    return [
        LeadingColor((float(c[0]), float(c[1]), float(c[2])), float(shares[i])) for i in order for c in (centers[i],)
    ]


def _starts(pixels: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """The mean, then again and again whatever is farthest from all chosen."""
    chosen = [pixels.mean(0)]
    distance = ((pixels - chosen[0]) ** 2).sum(1)
    while len(chosen) < count:
        chosen.append(pixels[int(distance.argmax())])
        distance = np.minimum(distance, ((pixels - chosen[-1]) ** 2).sum(1))
    return np.asarray(chosen, np.float32)


def cell_of(lab: Lab) -> int:
    """The number of a colour's cube."""
    return _number(*(round(part / EDGE) for part in lab))


def cells_near(lab: Lab) -> list[int]:
    """A colour's cube and the 26 around it."""
    middle = [round(part / EDGE) for part in lab]
    steps = (-1, 0, 1)
    return [_number(middle[0] + x, middle[1] + y, middle[2] + z) for x in steps for y in steps for z in steps]


def _number(lightness: int, a: int, b: int) -> int:
    return ((lightness + 64) << 16) | ((a + 64) << 8) | (b + 64)


def lab_of_hex(text: str) -> Lab:
    """CIE Lab of #rrggbb, #rgb or a colour's English name. Raises ExpectedError for anything else."""
    match = HEX.match(NAMES.get(text.lower(), text))
    if match is None:
        raise ExpectedError(tr("{text} is not a color.", text=text), tr("Write it like #ff8800 or blue."))
    digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
    rgb = np.array([[[int(digits[i : i + 2], 16) for i in (0, 2, 4)]]], np.float32) / 255.0
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0, 0]
    return float(lab[0]), float(lab[1]), float(lab[2])


def hex_of_lab(lab: Lab) -> str:
    """#rrggbb of a colour; what sRGB cannot show is clipped."""
    rgb = cv2.cvtColor(np.array([[lab]], np.float32), cv2.COLOR_LAB2RGB)[0, 0]
    return "#" + "".join(f"{round(min(max(float(part), 0.0), 1.0) * 255):02x}" for part in rgb)
