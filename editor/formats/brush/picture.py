"""A plain picture as a tip: what is dark paints where it is grey, what is coloured paints its own colours."""

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from editor.formats.brush.found import DamagedBrush, FoundBrush, checked_size, longest, spacing_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SPACING = 10.0
BROKEN = (OSError, ValueError, SyntaxError, EOFError, MemoryError, IndexError, KeyError, TypeError, AttributeError)


def read_picture(data: bytes) -> Iterator[FoundBrush]:
    """Raises DamagedBrush for what is no picture, or one too large for a tip."""
    tip = (tip_of(pixels_of(data)),)
    yield FoundBrush("", tip, (), longest(tip), spacing_of(SPACING))


def pixels_of(data: bytes) -> "NDArray[np.uint8]":
    """Straight RGBA. The size is looked at before anything is decoded."""
    import numpy as np
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata; the pixels count
            with Image.open(io.BytesIO(data)) as opened:
                checked_size(*opened.size)
                return np.asarray(opened.convert("RGBA"), np.uint8)
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise DamagedBrush("picture") from error


def tip_of(rgba: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """Coverage of a grey picture: black paints in full, white and what is transparent not at all."""
    import numpy as np

    seen = rgba[rgba[..., 3] > 0]
    if len(seen) and int(np.ptp(seen[:, :3].astype(np.int16), axis=1).max()) > 8:
        return np.ascontiguousarray(rgba)
    ink, alpha = 255 - rgba[..., 0].astype(np.uint16), rgba[..., 3].astype(np.uint16)
    if len(seen) and int(seen[:, :3].min()) > 247 and int(alpha.min()) < 255:
        return np.ascontiguousarray(rgba[..., 3])  # white on nothing: only its shape can be meant
    return ((ink * alpha + 127) // 255).astype(np.uint8)
