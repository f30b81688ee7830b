"""AVIF: Pillow for 8 bit, animations and metadata; imagecodecs (libavif) for the pixels of 10 and 12 bit files."""

from dataclasses import replace

import numpy as np

from render.image_io.decoded import Decoded
from render.image_io.readers import pillow
from render.image_io.source import Source

_HEADER_BYTES = 1 << 16


def decode(source: Source) -> Decoded:
    """The first frame. Raises ImageError."""
    decoded = pillow.decode(source)
    bits = bits_of(source.data)
    if bits <= 8:
        return decoded
    import imagecodecs

    try:
        values = np.asarray(imagecodecs.avif_decode(source.data, index=0))
    except (imagecodecs.AvifError, ValueError, RuntimeError):
        return replace(decoded, notices=(*decoded.notices, f"Only 8 of the {bits} bits could be read."))
    if values.dtype != np.uint16 or values.shape[:2] != decoded.channels.shape[:2]:
        return decoded
    top = (1 << bits) - 1
    wide = (values.astype(np.uint32) * 65535 + top // 2) // top
    return replace(decoded, channels=wide.astype(np.uint16), bits=bits)


def bits_of(data: bytes) -> int:
    """Bits a channel, from the pixel information property (ISO/IEC 23008-12, `pixi`); 8 where there is none."""
    place = data.find(b"pixi", 0, _HEADER_BYTES)
    if place < 0 or place + 10 > len(data) or data[place + 8] not in (1, 3, 4):
        return 8
    return data[place + 9] if data[place + 9] in (8, 10, 12, 16) else 8
