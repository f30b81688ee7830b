"""GIMP's brushes: .gbr, one picture, and .gih, a pipe of them with the order in which they come."""

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from editor.formats.brush.found import (
    DamagedBrush,
    FoundBrush,
    checked_ranks,
    checked_size,
    longest,
    spacing_of,
)
from render.raster.tips import MOST_TIPS, Choice, Rank

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAGIC = b"GIMP"
LONGEST_LINE = 4096
LONGEST_HEADER = 1 << 16
MOST_DIMENSIONS = 4
CHOICES: dict[str, Choice] = {
    "incremental": "incremental", "random": "random", "angular": "angular", "pressure": "pressure",
    "xtilt": "tilt_x", "ytilt": "tilt_y",
}  # fmt: skip
"""What GIMP lets a pipe follow. A stroke here has no speed, so "velocity" and "constant" keep to the first tip."""


def read_gbr(data: bytes) -> Iterator[FoundBrush]:
    """The brush of a .gbr. Raises DamagedBrush."""
    yield _brush_at(data, 0)[0]


def read_gih(data: bytes) -> Iterator[FoundBrush]:
    """The pipe of a .gih as one brush of several tips. Raises DamagedBrush."""
    name, at = _line(data, 0)
    order, at = _line(data, at)
    words = order.split()
    try:
        count = int(words[0])
    except (ValueError, IndexError):
        raise DamagedBrush("count") from None
    if not 0 < count <= MOST_TIPS:
        raise DamagedBrush("count")
    brushes: list[FoundBrush] = []
    for _ in range(count):
        try:
            brush, at = _brush_at(data, at)
        except DamagedBrush:
            if brushes and at >= len(data) - 4:  # Krita's own pipes say more than they hold
                break
            raise
        brushes.append(brush)
    count = len(brushes)
    pictures = tuple(brush.pictures[0] for brush in brushes)
    ranks = checked_ranks(_ranks(words[1:]), count)
    first = brushes[0]
    yield FoundBrush(name.strip() or first.name, pictures, ranks, longest(pictures), first.spacing)


def _line(data: bytes, at: int) -> tuple[str, int]:
    end = data.find(b"\n", at, at + LONGEST_LINE)
    if end < 0:
        raise DamagedBrush("line")
    return data[at:end].decode("utf-8", "replace"), end + 1


def _ranks(words: list[str]) -> tuple[Rank, ...]:
    """From words such as `dim:2 rank0:4 sel0:random rank1:2 sel1:pressure`."""
    said = dict(word.split(":", 1) for word in words if ":" in word)
    try:
        dimensions = min(MOST_DIMENSIONS, int(said.get("dim", "1")))
        counts = [int(said[f"rank{number}"]) for number in range(dimensions)]
    except (ValueError, KeyError):
        return ()
    if not all(0 < count <= MOST_TIPS for count in counts):
        return ()
    chosen = [CHOICES.get(said.get(f"sel{number}", ""), "constant") for number in range(dimensions)]
    return tuple(Rank(count, choice) for count, choice in zip(counts, chosen, strict=True))


def _brush_at(data: bytes, at: int) -> tuple[FoundBrush, int]:
    """One brush and where the next begins."""
    try:
        header, version, width, height, channels = struct.unpack_from(">5I", data, at)
        fixed = 20 if version == 1 else 28
        if version not in (1, 2) or not fixed <= header <= LONGEST_HEADER or channels not in (1, 4):
            raise DamagedBrush("header")
        spacing = 25
        if version == 2:
            magic, spacing = struct.unpack_from(">4sI", data, at + 20)
            if magic != MAGIC:
                raise DamagedBrush("magic")
    except struct.error:
        raise DamagedBrush("header") from None
    checked_size(width, height)
    name = data[at + fixed : at + header].split(b"\0")[0].decode("utf-8", "replace").strip()
    begin, length = at + header, width * height * channels
    picture = _picture(data[begin : begin + length], width, height, channels)
    brush = FoundBrush(name, (picture,), (), float(max(width, height)), spacing_of(spacing))
    return brush, begin + length


def _picture(data: bytes, width: int, height: int, channels: int) -> "NDArray[np.uint8]":
    import numpy as np

    if len(data) != width * height * channels:
        raise DamagedBrush("pixels")
    shape = (height, width) if channels == 1 else (height, width, 4)
    return np.frombuffer(data, np.uint8).reshape(shape)
