"""Brushes: the tips of Photoshop's sets on a sheet of paper; GIMP's and Krita's are pictures already."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.looks import Look
from editor.workflows.library.pictured import as_webp
from editor.workflows.library.small_pictures import SIDE

Tip = NDArray[np.uint8]
MOST_TIPS = 16
MOST_BYTES = 256 << 20
LARGEST = 10_000
ROUND = re.compile(rb"HrdnUntF#Prc(.{8}).{0,16}?AnglUntF#Ang(.{8}).{0,16}?RndnUntF#Prc(.{8})", re.DOTALL)
KEY_BYTES = {1: 47, 2: 301}
"""What stands before a sampled tip, by the file's minor version: its name and fields that nobody documents."""


def look_at_brushes(path: Path) -> Look:
    """A sheet with up to sixteen tips. Raises ExpectedError when the file holds none."""
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES)
    tips: list[Tip] = []
    try:
        for tip in _tips(data):
            tips.append(tip)
            if len(tips) == MOST_TIPS:
                break
    except (struct.error, ValueError, IndexError, RuntimeError) as error:
        if not tips:
            raise ExpectedError(tr("The brushes {name} are damaged.", name=path.name)) from error
    if not tips:
        raise ExpectedError(tr("{name} holds no brush tips.", name=path.name))
    return Look(thumbnail=as_webp(_sheet(tips)))


def _tips(data: bytes) -> Iterator[Tip]:
    """Each as coverage, (h, w) uint8."""
    version, other = struct.unpack_from(">HH", data)
    if version in (1, 2):
        yield from _old(data, version, other)
    elif version in (6, 7, 9, 10) and other in KEY_BYTES:
        yield from _new(data, KEY_BYTES[other])
    else:
        raise ValueError(version)


def _old(data: bytes, version: int, count: int) -> Iterator[Tip]:
    at = 4
    for _ in range(count):
        kind, length = struct.unpack_from(">HI", data, at)
        at += 6
        if kind == 1:
            yield _round(*struct.unpack_from(">4xHHH", data, at)[1:])
        elif kind == 2:
            begin = at + 6
            if version == 2:
                begin += 4 + 2 * int(struct.unpack_from(">I", data, begin)[0])
            yield _sampled(data, begin + 9)
        at += length


def _new(data: bytes, skipped: int) -> Iterator[Tip]:
    at = 4
    while at + 12 <= len(data):
        magic, name, length = struct.unpack_from(">4s4sI", data, at)
        if magic != b"8BIM":
            raise ValueError(magic)
        at += 12
        if name == b"desc":
            yield from _reckoned(data[at : at + length])
        elif name == b"samp":
            end = min(at + length, len(data))
            while at + 4 <= end:
                (size,) = struct.unpack_from(">I", data, at)
                yield _sampled(data, at + 4 + skipped)
                at += 4 + -(-size // 4) * 4
            at = end
            continue
        at += -(-length // 4) * 4


def _reckoned(data: bytes) -> Iterator[Tip]:
    """The round tips of a new set, from what its descriptor says of each."""
    for match in ROUND.finditer(data):
        hardness, angle, roundness = (struct.unpack(">d", part)[0] for part in match.groups())
        yield _round(round(roundness), round(angle), round(hardness))


def _sampled(data: bytes, at: int) -> Tip:
    """A tip with its bounds before it: 8 or 16 bits, plain or packed line by line."""
    top, left, bottom, right, depth, packed = struct.unpack_from(">4iHB", data, at)
    height, width = bottom - top, right - left
    if not (0 < height <= LARGEST and 0 < width <= LARGEST and depth in (8, 16)):
        raise ValueError("bounds")
    at += 19
    line = width * depth // 8
    if not packed:
        flat = data[at : at + line * height]
    else:
        lengths = struct.unpack_from(f">{height}H", data, at)
        flat = _unpacked(data, at + 2 * height, lengths, line)
    values = np.frombuffer(flat, ">u2" if depth == 16 else "u1").reshape(height, width)
    return (values >> 8).astype(np.uint8) if depth == 16 else np.asarray(values, np.uint8)


def _unpacked(data: bytes, at: int, lengths: tuple[int, ...], line: int) -> bytes:
    import imagecodecs

    lines = []
    for length in lengths:
        lines.append(bytes(imagecodecs.packbits_decode(data[at : at + length]))[:line].ljust(line, b"\0"))
        at += length
    return b"".join(lines)


def _round(roundness: int, angle: int, hardness: int) -> Tip:
    """A tip that Photoshop reckons: an ellipse, soft at its edge."""
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    turn = np.radians(angle)
    long, short = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    distance = np.hypot(long, short / max(roundness / 100, 0.05))
    hard = min(hardness / 100, 0.98)
    return np.asarray(np.clip((1 - distance) / (1 - hard), 0, 1) * 255, np.uint8)


def _sheet(tips: list[Tip]) -> NDArray[np.uint8]:
    """White paper, ink where a tip covers it; each as large as its place, and small ones no larger than they are."""
    columns = int(np.ceil(np.sqrt(len(tips))))
    rows = -(-len(tips) // columns)
    place = SIDE // columns
    sheet = np.full((place * rows, place * columns), 255, np.uint8)
    for index, tip in enumerate(tips):
        scale = min(3.0, place * 0.82 / max(tip.shape))
        size = (max(1, round(tip.shape[1] * scale)), max(1, round(tip.shape[0] * scale)))
        small = np.asarray(cv2.resize(tip, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR))
        y = index // columns * place + (place - size[1]) // 2
        x = index % columns * place + (place - size[0]) // 2
        sheet[y : y + size[1], x : x + size[0]] = 255 - (small.astype(np.uint16) * 225 // 255).astype(np.uint8)
    return np.dstack([sheet, sheet, sheet, np.full_like(sheet, 255)])
