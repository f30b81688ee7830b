"""Brush files made byte by byte, as the programs write them."""

from __future__ import annotations

import base64
import io
import struct

import numpy as np
from PIL import Image, PngImagePlugin

RAMP = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10


def gbr(pixels: np.ndarray = RAMP, spacing: int = 40, name: str = "Ramp", version: int = 2) -> bytes:
    channels = 4 if pixels.ndim == 3 else 1
    height, width = pixels.shape[:2]
    title = name.encode() + b"\0"
    if version == 1:
        head = struct.pack(">5I", 20 + len(title), 1, width, height, channels)
    else:
        head = struct.pack(">5I4sI", 28 + len(title), version, width, height, channels, b"GIMP", spacing)
    return head + title + pixels.tobytes()


def gih(order: str = "2 ncells:2 dim:1 rank0:2 sel0:random") -> bytes:
    return f"Pipe\n{order}\n".encode() + gbr(name="a") + gbr(255 - RAMP, name="b")


def packed_rows(pixels: np.ndarray) -> bytes:
    """Each row as one literal run."""
    rows = [bytes([len(row) - 1]) + row.tobytes() for row in pixels]
    return b"".join(struct.pack(">H", len(row)) for row in rows) + b"".join(rows)


def sampled(pixels: np.ndarray, packed: bool) -> bytes:
    height, width = pixels.shape
    depth = 16 if pixels.dtype.itemsize == 2 else 8
    body = packed_rows(pixels) if packed else pixels.astype(">u2" if depth == 16 else "u1").tobytes()
    return struct.pack(">4iHB", 0, 0, height, width, depth, packed) + body


def old_abr(version: int = 1) -> bytes:
    name = struct.pack(">I", 5) + "Ramp\0".encode("utf-16be") if version == 2 else b""
    picture = struct.pack(">IH", 0, 30) + name + struct.pack(">B4h", 1, 0, 0, 4, 6) + sampled(RAMP, True)
    reckoned = struct.pack(">IHHHhH", 0, 20, 50, 80, 30, 60)
    return struct.pack(">HH", version, 2) + b"".join(
        struct.pack(">HI", kind, len(body)) + body for kind, body in ((2, picture), (1, reckoned))
    )


KEY = "12345678-1234-1234-1234-123456789abc"


def text(value: str) -> bytes:
    return struct.pack(">I", len(value) + 1) + (value + "\0").encode("utf-16be")


def key(name: bytes) -> bytes:
    return struct.pack(">I", 0 if len(name) == 4 else len(name)) + name


def described(name: bytes, items: list[tuple[bytes, bytes, bytes]]) -> bytes:
    body = b"".join(key(label) + kind + value for label, kind, value in items)
    return text("") + key(name) + struct.pack(">I", len(items)) + body


def measure(unit: bytes, value: float) -> bytes:
    return unit + struct.pack(">d", value)


def preset(name: str, kind: bytes, items: list[tuple[bytes, bytes, bytes]]) -> bytes:
    return b"Objc" + described(b"brushPreset", [
        (b"Nm  ", b"TEXT", text(name)), (b"Brsh", b"Objc", described(kind, items)),
    ])  # fmt: skip


def new_abr(minor: int = 1, depth: type = np.uint8, packed: bool = False, speaks: bool = True) -> bytes:
    """One sampled brush that is described, one that is not, and a round one."""
    head = {1: 47, 2: 301}[minor]
    sections = b""
    for identifier, pixels in ((KEY, RAMP), (KEY.replace("1", "f"), 255 - RAMP)):
        values = pixels.astype(depth) * (257 if depth is np.uint16 else 1)
        body = (b"$" + identifier.encode()).ljust(head, b"\0") + sampled(values, packed)
        sections += struct.pack(">I", len(body)) + body + bytes(-len(body) % 4)
    data = struct.pack(">HH", 6, minor) + b"8BIMsamp" + struct.pack(">I", len(sections)) + sections
    if speaks:
        shared = [(b"Angl", b"UntF", measure(b"#Ang", 30.0)), (b"Rndn", b"UntF", measure(b"#Prc", 50.0))]
        brushes = [
            preset("Soft", b"computedBrush", [
                (b"Dmtr", b"UntF", measure(b"#Pxl", 33.0)), (b"Hrdn", b"UntF", measure(b"#Prc", 20.0)), *shared,
                (b"Spcn", b"UntF", measure(b"#Prc", 15.0)),
            ]),
            preset("Leaf", b"sampledBrush", [
                (b"Dmtr", b"UntF", measure(b"#Pxl", 12.0)), *shared, (b"Spcn", b"UntF", measure(b"#Prc", 70.0)),
                (b"sampledData", b"TEXT", text(KEY)),
            ]),
        ]  # fmt: skip
        listed = struct.pack(">I", len(brushes)) + b"".join(brushes)
        block = struct.pack(">I", 16) + described(b"null", [(b"Brsh", b"VlLs", listed)])
        data += b"8BIMdesc" + struct.pack(">I", len(block)) + block + bytes(-len(block) % 4)
    return data


def png(pixels: np.ndarray, preset_text: str | None = None) -> bytes:
    stream, told = io.BytesIO(), PngImagePlugin.PngInfo()
    if preset_text is not None:
        told.add_text("preset", preset_text, zip=True)
    Image.fromarray(pixels).save(stream, "PNG", pnginfo=told)
    return stream.getvalue()


def kpp(filename: str = "ramp.gbr", carried: bool = True, kind: str = "gbr_brush") -> bytes:
    inner = base64.b64encode(gbr()).decode()
    resource = f'<resource type="brushes" filename="ramp.gbr"><![CDATA[{inner}]]></resource>' if carried else ""
    definition = f'<Brush type="{kind}" filename="{filename}" scale="2" spacing="0.3"/>'
    return png(np.zeros((8, 8, 3), np.uint8), (
        f'<Preset name="Bristle" paintopid="paintbrush"><resources>{resource}</resources>'
        f'<param name="brush_definition" type="string"><![CDATA[{definition}]]></param></Preset>'
    ))  # fmt: skip
