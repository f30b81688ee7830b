"""Sampled brush tips as bytes: a blob of the project, named by its hash, so that a stroke replays wherever it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from render.raster.tips import LARGEST, MOST_TIPS, Rank, Tips

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERSION = 1
MOST_PIXELS = 32 << 20
"""Of all tips of one brush together."""
KEPT = 2
Length = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]


class PackedTip(msgspec.Struct, frozen=True, array_like=True):
    """Rows from above: coverage, or straight red, green, blue, alpha; a byte each."""

    width: Length
    height: Length
    channels: int
    data: bytes


class PackedTips(msgspec.Struct, frozen=True, array_like=True):
    """What the blob holds, as MessagePack. It is not compressed: the project's file does that for every blob."""

    version: int
    ranks: Annotated[tuple[Rank, ...], msgspec.Meta(max_length=4)]
    tips: Annotated[tuple[PackedTip, ...], msgspec.Meta(min_length=1, max_length=MOST_TIPS)]


@dataclass(frozen=True, eq=False)
class FoundBrush:
    """`pictures` are coverage (h, w) or straight RGBA (h, w, 4); none: a round tip of this hardness and roundness.

    Diameter in pixels, spacing in diameters, angle in degrees clockwise.
    """

    name: str
    pictures: "tuple[NDArray[np.uint8], ...]" = ()
    ranks: tuple[Rank, ...] = ()
    diameter: float = 20.0
    spacing: float = 0.1
    angle: float = 0.0
    roundness: float = 1.0
    hardness: float = 1.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its first picture."""
        return (self.pictures[0].shape[1], self.pictures[0].shape[0]) if self.pictures else (0, 0)

    @property
    def packed(self) -> bytes:
        """Its pictures as a blob; empty for a round tip."""
        return pack_tips(self.pictures, self.ranks) if self.pictures else b""


def pack_tips(pictures: "Sequence[NDArray[np.uint8]]", ranks: Sequence[Rank] = ()) -> bytes:
    """Pictures (h, w) or (h, w, 4), uint8, as `Tips` takes them."""
    tips = tuple(
        PackedTip(one.shape[1], one.shape[0], 4 if one.ndim == 3 else 1, one.tobytes()) for one in pictures
    )
    return msgspec.msgpack.encode(PackedTips(VERSION, tuple(ranks), tips))


@lru_cache(KEPT)
def unpack_tips(data: bytes) -> Tips:
    """Raises ExpectedError for bytes that are no tips. The last two stay, with the sizes they were stamped in."""
    import numpy as np

    try:
        found = msgspec.msgpack.decode(data, type=PackedTips)
        if found.version != VERSION:
            raise ValueError("version")
        if sum(tip.width * tip.height for tip in found.tips) > MOST_PIXELS:
            raise ValueError("pixels")
        pictures = [np.frombuffer(tip.data, np.uint8).reshape(_shape(tip)) for tip in found.tips]
        return Tips(pictures, found.ranks)
    except (msgspec.DecodeError, ValueError) as error:
        raise ExpectedError(
            tr("The tip of this brush is damaged."), tr("Take the brush again from its file.")
        ) from error


def tips_of(project: Project, blob: str) -> Tips:
    """Those that a stroke names. Raises ExpectedError where the blob holds something else."""
    return unpack_tips(project.blobs.get(blob))


def _shape(tip: PackedTip) -> tuple[int, ...]:
    if tip.channels not in (1, 4):
        raise ValueError("channels")
    return (tip.height, tip.width) if tip.channels == 1 else (tip.height, tip.width, 4)
