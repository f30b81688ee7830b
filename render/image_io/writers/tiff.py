"""TIFF through tifffile: every depth, straight alpha, Deflate, profile, XMP, resolution, and EXIF as a directory."""

import struct
from io import BytesIO
from typing import Any

import tifffile
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from render.image_io.prepared import Prepared

EXIF_POINTER, GPS_POINTER, XMP, MAKER_NOTE = 34665, 34853, 700, 37500
_ASCII, _LONG = 2, 4


def encode(prepared: Prepared) -> bytes:
    channels, metadata = prepared.channels, prepared.metadata
    grey, with_alpha = channels.shape[2] < 3, channels.shape[2] in (2, 4)
    tags: list[tuple[int, int, int, Any, bool]] = []
    parsed = _parsed(metadata.exif)
    if metadata.xmp:
        tags.append((XMP, 1, len(metadata.xmp), metadata.xmp, True))
    for tag, value in parsed.items():
        if isinstance(value, str) and tag in (270, 271, 272, 305, 306, 315, 33432):
            tags.append((tag, _ASCII, 0, value, True))
    target = BytesIO()
    options: dict[str, Any] = {"resolution": metadata.resolution, "resolutionunit": 2} if metadata.resolution else {}
    tifffile.imwrite(
        target, channels if channels.shape[2] > 1 else channels[..., 0], photometric="minisblack" if grey else "rgb",
        planarconfig="contig", extrasamples=("unassalpha",) if with_alpha else None, compression="zlib",
        predictor=True, iccprofile=None if grey else metadata.icc, extratags=tags, metadata=None, software=False,
        **options,
    )
    return _with_directories(bytearray(target.getvalue()), parsed)


def _parsed(block: bytes | None) -> Image.Exif:
    parsed = Image.Exif()
    if block:
        parsed.load(b"Exif\0\0" + block)
    return parsed


def _with_directories(data: bytearray, parsed: Image.Exif) -> bytes:
    """EXIF and GPS directories behind the picture, and the first directory once more with pointers to them.

    tifffile writes no inner directories. Values lie at absolute places, so a copied directory stays valid.
    """
    order = "<" if data[:2] == b"II" else ">"
    pointers = []
    for pointer in (EXIF_POINTER, GPS_POINTER):
        directory = ImageFileDirectory_v2(ifh=bytes(data[:8]))
        for tag, value in parsed.get_ifd(pointer).items():
            if tag != MAKER_NOTE and not isinstance(value, dict):
                directory[tag] = value
        if len(directory):
            data += b"\0" * (len(data) % 2)
            pointers.append(struct.pack(order + "HHII", pointer, _LONG, 1, len(data)))
            data += directory.tobytes(len(data))
    if pointers:
        (start,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, start)
        entries = [bytes(data[start + 2 + 12 * i : start + 14 + 12 * i]) for i in range(count)] + pointers
        entries.sort(key=lambda entry: struct.unpack(order + "H", entry[:2]))
        data += b"\0" * (len(data) % 2)
        struct.pack_into(order + "I", data, 4, len(data))
        data += struct.pack(order + "H", len(entries)) + b"".join(entries) + bytes(4)
    return bytes(data)
