"""Boxes of the ISO base media file format, of JPEG 2000 and JPEG XL: the same in all, so that others can be added."""

import struct

XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""Names a box with an XMP packet (ISO 16684-3)."""


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def xmp_box(packet: bytes) -> bytes:
    """A top-level box with an XMP packet."""
    return box(b"uuid", XMP + packet)


def with_last_size(data: bytes) -> bytes:
    """The same boxes, the last of which states its size, so that others can follow. Raises ValueError when they are
    damaged."""
    place = 0
    while place + 8 <= len(data):
        (size,) = struct.unpack_from(">I", data, place)
        if size == 0:
            return data[:place] + struct.pack(">I", len(data) - place) + data[place + 4 :]
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, place + 8)
        if size < 8:
            raise ValueError("a box smaller than its own head")
        place += size
    return data
