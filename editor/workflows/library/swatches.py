"""Palettes: the colours of files that other programs keep them in, and a sheet that shows them."""

import colorsys
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.colors import leading_colors
from editor.library.looks import Look
from editor.workflows.library.archived import BROKEN, member
from editor.workflows.library.pictured import as_webp
from editor.workflows.library.small_pictures import SIDE

Rgb = tuple[int, int, int]
MOST = 1024
MOST_BYTES = 8 << 20
GAP = 2
ENTRY = re.compile(r"^\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s|$)")
OFFICE = re.compile(rb'draw:color="#([0-9a-fA-F]{6})"')
KRITA = re.compile(rb"<(?:RGB|sRGB)\b[^>]*>")
KRITA_PART = re.compile(rb'\b([rgb])="([0-9.eE+-]+)"')


def look_at_palette(path: Path) -> Look:
    """A sheet of swatches. Raises ExpectedError when the file holds no colour that can be read."""
    colors = palette_colors(path)
    sheet = _sheet(colors[:MOST])
    found = np.array([colors[:MOST]], np.uint8)
    return Look(thumbnail=as_webp(sheet), colors=tuple(leading_colors(found)))


def palette_colors(path: Path) -> list[Rgb]:
    """sRGB of every colour of a palette, in its order."""
    with open(path, "rb") as file:  # what this raises is said by whoever opens files
        data = file.read(MOST_BYTES)
    read = READERS.get(path.suffix.lower().removeprefix("."), _lines)
    try:
        colors = read(data) if read is not _krita else _krita_file(path)
    except (struct.error, IndexError, *BROKEN) as error:
        raise ExpectedError(tr("The palette {name} is damaged.", name=path.name)) from error
    if not colors:
        raise ExpectedError(tr("{name} holds no colors.", name=path.name))
    return colors


def _lines(data: bytes) -> list[Rgb]:
    """GIMP's and Paint Shop Pro's: three numbers a line, after lines that say other things."""
    if data[:4] == b"RIFF":
        return _riff(data)
    found = [ENTRY.match(line) for line in data.decode("utf-8", "replace").splitlines()]
    return [_clipped(float(m[1]), float(m[2]), float(m[3])) for m in found if m is not None]


def _riff(data: bytes) -> list[Rgb]:
    at = data.index(b"data") + 8
    (count,) = struct.unpack_from("<H", data, at + 2)
    return [(data[i], data[i + 1], data[i + 2]) for i in range(at + 4, min(at + 4 + count * 4, len(data) - 3), 4)]


def _table(data: bytes) -> list[Rgb]:
    """Photoshop's colour table: 256 colours, and perhaps how many of them count."""
    count = struct.unpack_from(">H", data, 768)[0] if len(data) >= 772 else 256
    return [(data[i * 3], data[i * 3 + 1], data[i * 3 + 2]) for i in range(min(count or 256, 256, len(data) // 3))]


def _photoshop(data: bytes) -> list[Rgb]:
    version, count = struct.unpack_from(">HH", data)
    if version not in (1, 2):
        raise ValueError(version)
    colors, at = [], 4
    for _ in range(count):
        space, *parts = struct.unpack_from(">H4H", data, at)
        at += 10
        if version == 2:
            at += 4 + 2 * int(struct.unpack_from(">I", data, at)[0])
        shares = [part / 65535 for part in parts]
        if space == 7:
            lab = struct.unpack(">3h", struct.pack(">H", parts[0]) + struct.pack(">2H", *parts[1:3]))
            colors.append(_of_lab(lab[0] / 100, lab[1] / 100, lab[2] / 100))
        elif space in PHOTOSHOP:
            colors.append(PHOTOSHOP[space](shares))
    return colors


def _exchange(data: bytes) -> list[Rgb]:
    """Adobe's swatch exchange: groups are passed over, every colour counts."""
    if data[:4] != b"ASEF":
        raise ValueError("ASEF")
    colors, at = [], 12
    for _ in range(min(struct.unpack_from(">I", data, 8)[0], MOST * 8)):
        kind, length = struct.unpack_from(">HI", data, at)
        if kind == 1:
            (name,) = struct.unpack_from(">H", data, at + 6)
            begin = at + 8 + name * 2
            model = data[begin : begin + 4]
            parts = struct.unpack_from(f">{EXCHANGE[model][0]}f", data, begin + 4)
            colors.append(EXCHANGE[model][1](list(parts)))
        at += 6 + length
        if at + 6 > len(data):
            break
    return colors


def _krita(data: bytes) -> list[Rgb]:
    """Krita writes shares from 0 to 1 into attributes, in any order."""
    colors = []
    for entry in KRITA.findall(data):
        parts = {name: float(value) for name, value in KRITA_PART.findall(entry)}
        if len(parts) == 3:
            colors.append(_of_rgb([parts[b"r"], parts[b"g"], parts[b"b"]]))
    return colors


def _krita_file(path: Path) -> list[Rgb]:
    with zipfile.ZipFile(path) as archive:
        return _krita(member(archive, "colorset.xml"))


def _office(data: bytes) -> list[Rgb]:
    return [(int(c[0:2], 16), int(c[2:4], 16), int(c[4:6], 16)) for c in OFFICE.findall(data)]


def _clipped(*parts: float) -> Rgb:
    red, green, blue = (round(min(max(part, 0.0), 255.0)) for part in parts)
    return red, green, blue


def _of_rgb(parts: list[float]) -> Rgb:
    return _clipped(*(part * 255 for part in parts[:3]))


def _of_cmyk(parts: list[float]) -> Rgb:
    """Without a profile, as the file has none: ink takes light away."""
    return _clipped(*(255 * (1 - part) * (1 - parts[3]) for part in parts[:3]))


def _of_lab(lightness: float, a: float, b: float) -> Rgb:
    rgb = cv2.cvtColor(np.array([[[lightness, a, b]]], np.float32), cv2.COLOR_LAB2RGB)[0, 0]
    return _of_rgb([float(part) for part in rgb])


def _sheet(colors: list[Rgb]) -> NDArray[np.uint8]:
    """Rows of equal swatches with a little air between them; as few and as large as fit."""
    columns = max(1, int(np.ceil(np.sqrt(len(colors)))))
    rows = -(-len(colors) // columns)
    edge = max(3, SIDE // columns)
    gap = GAP if edge > 8 else 0
    sheet = np.zeros((rows * edge, columns * edge, 4), np.uint8)
    for index, color in enumerate(colors):
        y, x = index // columns * edge, index % columns * edge
        sheet[y : y + edge - gap, x : x + edge - gap] = (*color, 255)
    if max(sheet.shape[:2]) > SIDE:
        sheet = np.asarray(cv2.resize(sheet, (SIDE, max(1, SIDE * rows // columns)), interpolation=cv2.INTER_AREA))
    return sheet


PHOTOSHOP: dict[int, Callable[[list[float]], Rgb]] = {
    0: _of_rgb,
    1: lambda parts: _of_rgb(list(colorsys.hsv_to_rgb(*parts[:3]))),
    2: lambda parts: _of_cmyk([1 - part for part in parts]),
    8: lambda parts: _of_rgb([1 - min(parts[0] * 65535 / 10000, 1.0)] * 3),
}
EXCHANGE: dict[bytes, tuple[int, Callable[[list[float]], Rgb]]] = {
    b"RGB ": (3, _of_rgb),
    b"CMYK": (4, _of_cmyk),
    b"LAB ": (3, lambda parts: _of_lab(parts[0] * 100, parts[1], parts[2])),
    b"Gray": (1, lambda parts: _of_rgb([parts[0]] * 3)),
}


def _kit(data: bytes) -> list[Rgb]:
    """A brand kit's own colours."""
    from editor.workflows.kits.kit import decode

    found = (item.color for item in decode(data, "").colors)
    return [(int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)) for text in found]


READERS: dict[str, Callable[[bytes], list[Rgb]]] = {
    "gpl": _lines, "pal": _lines, "act": _table, "aco": _photoshop, "ase": _exchange, "kpl": _krita, "soc": _office,
    "atelier-kit": _kit,
}  # fmt: skip
