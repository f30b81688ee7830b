"""Live effects of a node: ready-made ones with few numbers, or a whole SVG filter."""

from typing import Literal

import msgspec

from editor.model.values import RecordId
from render.color import BLACK, Color
from render.vector.filters.values import AnyPrimitive


class BlurEffect(msgspec.Struct, frozen=True, kw_only=True, tag="blur"):
    """`radius` is the standard deviation in user units."""

    radius: float = 4.0


class ShadowEffect(msgspec.Struct, frozen=True, kw_only=True, tag="shadow"):
    dx: float = 4.0
    dy: float = 4.0
    radius: float = 4.0
    color: Color = BLACK


class ColorEffect(msgspec.Struct, frozen=True, kw_only=True, tag="color"):
    """One of CSS's filter functions on colour. `amount` is 1 for 100 %; for hue-rotate it is degrees."""

    function: Literal[
        "brightness", "contrast", "grayscale", "hue-rotate", "invert", "opacity", "saturate", "sepia"
    ]
    amount: float = 1.0


class FilterEffect(msgspec.Struct, frozen=True, kw_only=True, tag="filter"):
    """A FilterResource."""

    filter: RecordId


Effect = BlurEffect | ShadowEffect | ColorEffect | FilterEffect


class FilterStep(msgspec.Struct, frozen=True, kw_only=True):
    """One primitive of a FilterResource and its own region: x, y, width, height, each None when not said.

    `aspect` is how a picture step fits its picture into that region.
    """

    effect: AnyPrimitive
    box: tuple[float | None, float | None, float | None, float | None] = (None, None, None, None)
    aspect: str = "xMidYMid meet"
