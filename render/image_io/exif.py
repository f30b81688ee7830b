"""EXIF blocks: reading the orientation and the resolution, and writing the block again for upright pixels.

Pillow's `Exif` parses and writes the block. Its prefix "Exif\\0\\0" belongs to JPEG, not to the block,
so it is cut here.
"""

import struct

from render.image_io.orientation import UPRIGHT

PREFIX = b"Exif\0\0"
ORIENTATION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x0112, 0x011A, 0x011B, 0x0128
GPS_DIRECTORY = 0x8825
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Bytes of a value by its type (TIFF 6.0, section 2)."""


def bare(block: bytes | None) -> bytes | None:
    """The block without JPEG's prefix; None when nothing useful is there."""
    if not block:
        return None
    block = block.removeprefix(PREFIX)
    return block if block[:4] in (b"II*\0", b"MM\0*") else None


def orientation_of(block: bytes | None) -> int:
    """1 to 8; 1 when the block says nothing or cannot be read."""
    entry = _orientation_entry(block) if block else None
    if block is None or entry is None:
        return UPRIGHT
    order = "<H" if block[:2] == b"II" else ">H"
    value: int = struct.unpack_from(order, block, entry)[0]
    return value if 1 <= value <= 8 else UPRIGHT


def made_upright(block: bytes | None) -> bytes | None:
    """The same block saying orientation 1: one number is replaced, so maker notes and offsets stay valid."""
    entry = _orientation_entry(block) if block else None
    if block is None or entry is None:
        return block
    order = "<H" if block[:2] == b"II" else ">H"
    return block[:entry] + struct.pack(order, UPRIGHT) + block[entry + 2 :]


def _orientation_entry(block: bytes) -> int | None:
    """Where in the block the orientation's value stands."""
    order = "<" if block[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, start)
        for index in range(min(count, 512)):
            place = start + 2 + 12 * index
            tag, kind = struct.unpack_from(order + "HH", block, place)
            if tag == ORIENTATION and kind == 3:
                struct.unpack_from(order + "H", block, place + 8)
                return int(place + 8)
    except struct.error:
        return None
    return None


def without_place(block: bytes | None) -> bytes | None:
    """The same block without where the picture was taken: the GPS directory is emptied and its entry goes, while all
    else stays at its place. None for a block that cannot be followed that far."""
    if not block:
        return None
    data = bytearray(block)
    order = "<" if data[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, start)
        for index in range(count):
            entry = start + 2 + 12 * index
            tag, _, _, place = struct.unpack_from(order + "HHII", data, entry)
            if tag == GPS_DIRECTORY:
                _empty_directory(data, order, place)
                end = start + 2 + 12 * count + 4
                data[entry:end] = data[entry + 12 : end] + bytes(12)
                struct.pack_into(order + "H", data, start, count - 1)
                return bytes(data)
    except struct.error:
        return None
    return block


def _empty_directory(data: bytearray, order: str, start: int) -> None:
    """Zeros over a directory and over the values that lie outside it."""
    (count,) = struct.unpack_from(order + "H", data, start)
    for index in range(count):
        entry = start + 2 + 12 * index
        _, kind, length, place = struct.unpack_from(order + "HHII", data, entry)
        size = _SIZES.get(kind, 1) * length
        if size > 4 and place + size <= len(data):
            data[place : place + size] = bytes(size)
    end = min(len(data), start + 2 + 12 * count)
    data[start:end] = bytes(end - start)
