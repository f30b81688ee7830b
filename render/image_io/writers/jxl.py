"""JPEG XL: OpenImageIO encodes, and EXIF and XMP follow as boxes of the container (ISO/IEC 18181-2, section 4)."""

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np

from render.boxes import box, with_last_size
from render.image_io.prepared import Prepared
from render.image_io.values import ImageError
from render.image_io.writers import oiio


def encode(prepared: Prepared, path: str) -> None:
    """Write to `path`. Raises ImageError."""
    if prepared.channels.shape[2] == 2:
        # libjxl, as OpenImageIO calls it, takes no grey with alpha (error 129).
        prepared = replace(prepared, channels=np.ascontiguousarray(prepared.channels[..., [0, 0, 0, 1]]))
    oiio.encode(prepared, path, "jxl")
    boxes = []
    if prepared.metadata.exif:
        boxes.append((b"Exif", b"\0\0\0\0" + prepared.metadata.exif))
    if prepared.metadata.xmp:
        boxes.append((b"xml ", prepared.metadata.xmp))
    if not boxes:
        return
    file = Path(path)
    data = _contained(file.read_bytes())
    file.write_bytes(data + b"".join(box(kind, body) for kind, body in boxes))


def _contained(data: bytes) -> bytes:
    """The codestream in a container whose last box states its size, so that boxes can follow."""
    if data.startswith(b"\xff\x0a"):
        start = b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0\0\0\x14ftypjxl \0\0\0\0jxl "
        return start + struct.pack(">I", len(data) + 8) + b"jxlc" + data
    try:
        return with_last_size(data)
    except ValueError as error:
        raise ImageError("The picture could not be written: the encoder gave an odd container.") from error
