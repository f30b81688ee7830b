"""Colour lookups as values: a ramp for each channel and, where colours depend on one another, a cube of colours.

Every table of other programs comes to one of these: tables of one dimension are ramps alone; cubes have ramps before
them that lead into the cube, straight ones in most files. A lookup expects colours as they are stored, straight and
encoded, and leaves alpha as it is.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.kernels.adjust import apply_lookup
from render.kernels.blend import blend

Array = NDArray[Any]
Floats = NDArray[np.float32]
Limits = tuple[float, float, float]

MAGIC = b"atlookup"
HEAD = struct.Struct("<8sHHI6f")
VERSION = 1
MOST_ENTRIES = 65_536
LARGEST_CUBE = 129


def straight_ramps() -> Floats:
    """What changes nothing."""
    return np.tile(np.array([0, 1], np.float32), (3, 1))


@dataclass(frozen=True, eq=False)
class LookupTable:
    """`entries` (3, count) from `low` to `high` of each channel, held beyond; `cube` (size^3, 3), red fastest."""

    low: Limits = (0.0, 0.0, 0.0)
    high: Limits = (1.0, 1.0, 1.0)
    entries: Floats = field(default_factory=straight_ramps)
    cube: Floats | None = None

    @property
    def size(self) -> int:
        """Nodes along an edge of the cube; 0 without one."""
        return 0 if self.cube is None else round(len(self.cube) ** (1 / 3))

    @cached_property
    def name(self) -> str:
        """Equal names give equal pixels."""
        return hashlib.blake2b(self.to_bytes(), digest_size=16).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LookupTable) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def apply(self, pixels: Array, strength: float = 1.0, *, opaque: bool = False) -> Array:
        """Premultiplied pixels (h, w, 4) through it, mixed with what they were by `strength`; with `opaque` straight
        colour with alpha 1."""
        if strength >= 1 or opaque:
            return apply_lookup(pixels, self.low, self.high, self.entries, self.cube, opaque=opaque)
        through = apply_lookup(pixels, self.low, self.high, self.entries, self.cube, opaque=True)
        return blend(through, pixels, opacity=strength, keep_alpha=True)

    def to_bytes(self) -> bytes:
        """As a project keeps it: a head, then the entries and the nodes as 32-bit floats, least byte first."""
        head = HEAD.pack(MAGIC, VERSION, self.size, self.entries.shape[1], *self.low, *self.high)
        nodes = b"" if self.cube is None else np.ascontiguousarray(self.cube, "<f4").tobytes()
        return head + np.ascontiguousarray(self.entries, "<f4").tobytes() + nodes

    @classmethod
    def from_bytes(cls, data: bytes) -> LookupTable:
        """Raises ValueError for anything that `to_bytes` did not make."""
        if len(data) < HEAD.size:
            raise ValueError("too short for a color lookup")
        magic, version, size, count, *limits = HEAD.unpack_from(data)
        if magic != MAGIC or version != VERSION:
            raise ValueError("no color lookup")
        if not 2 <= count <= MOST_ENTRIES or size == 1 or size > LARGEST_CUBE:
            raise ValueError("a color lookup of an impossible size")
        if len(data) != HEAD.size + 12 * (count + size**3):
            raise ValueError("a color lookup that was cut off")
        numbers = np.frombuffer(data, "<f4", offset=HEAD.size).astype(np.float32)
        if not (np.isfinite(numbers).all() and np.isfinite(limits).all()):
            raise ValueError("a color lookup with numbers that are none")
        entries = numbers[: 3 * count].reshape(3, count)
        cube = numbers[3 * count :].reshape(-1, 3) if size else None
        red, green, blue = limits[:3]
        return cls((red, green, blue), (limits[3], limits[4], limits[5]), entries, cube)
