"""PNG through imagecodecs (8 and 16 bit), with metadata in chunks (PNG specification, third edition, section 11)."""

import struct
import zlib

import imagecodecs

from render.image_io.prepared import Prepared
from render.image_io.values import Metadata

_HEADER_END = 8 + 25
_INCHES_A_METRE = 39.37007874015748


def encode(prepared: Prepared) -> bytes:
    channels = prepared.channels if prepared.channels.shape[2] > 1 else prepared.channels[..., 0]
    data = bytes(imagecodecs.png_encode(channels, level=4))
    chunks = _chunks(prepared.metadata, grey=prepared.channels.shape[2] < 3)
    return data[:_HEADER_END] + b"".join(chunks) + data[_HEADER_END:]


def _chunks(metadata: Metadata, grey: bool) -> list[bytes]:
    """A profile for RGB does not fit grey pixels, so grey files are left without: by default they are sRGB's grey."""
    chunks: list[bytes] = []
    if metadata.icc and not grey:
        chunks.append(_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(metadata.icc, 9)))
    if metadata.resolution:
        across, down = (max(1, round(value * _INCHES_A_METRE)) for value in metadata.resolution)
        chunks.append(_chunk(b"pHYs", struct.pack(">IIB", across, down, 1)))
    if metadata.exif:
        chunks.append(_chunk(b"eXIf", metadata.exif))
    if metadata.xmp:
        chunks.append(_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + metadata.xmp))
    return chunks


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
