"""Sampled brush tips as bytes: a blob of the project, named by its hash, so that a stroke replays wherever it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from render.raster.dynamics import Dynamics
from render.raster.grain import LARGEST_PAPER, Grain, GrainMode
from render.raster.stroke import Brush
from render.raster.tips import LARGEST, MOST_TIPS, Mode, Rank, Second, Tips

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERSION = 2
"""1 held pictures and their order alone."""
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


class Paper(msgspec.Struct, frozen=True, array_like=True):
    """The grain under a stroke: rows of a byte a pixel, 255 where all colour passes."""

    width: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PAPER)]
    height: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PAPER)]
    data: bytes
    scale: Annotated[float, msgspec.Meta(gt=0.0, le=100.0)] = 1.0
    strength: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 1.0
    mode: GrainMode = "multiply"


class PackedSecond(msgspec.Struct, frozen=True, array_like=True):
    """A second tip: its own blob without a third one, its diameter as a share of the first's, and how both are
    joined."""

    data: bytes
    brush: Brush
    share: Annotated[float, msgspec.Meta(gt=0.0, le=1000.0)]
    mode: Mode


class PackedTips(msgspec.Struct, frozen=True, array_like=True):
    """What the blob holds, as MessagePack. It is not compressed: the project's file does that for every blob."""

    version: int
    ranks: Annotated[tuple[Rank, ...], msgspec.Meta(max_length=4)]
    tips: Annotated[tuple[PackedTip, ...], msgspec.Meta(max_length=MOST_TIPS)]
    dynamics: Dynamics | None = None
    paper: Paper | None = None
    second: PackedSecond | None = None


@dataclass(frozen=True, eq=False)
class FoundBrush:
    """`pictures` are coverage (h, w) or straight RGBA (h, w, 4); none: a round tip of this hardness and roundness.

    Diameter in pixels, spacing in diameters, angle in degrees clockwise. `dynamics` say how it is driven, `paper` is
    its texture,
    `second` the tip that decides how much of this one is seen. `not_followed` are sentences: what the file asks for
    beside that.
    """

    name: str
    pictures: "tuple[NDArray[np.uint8], ...]" = ()
    ranks: tuple[Rank, ...] = ()
    diameter: float = 20.0
    spacing: float = 0.1
    angle: float = 0.0
    roundness: float = 1.0
    hardness: float = 1.0
    opacity: float = 1.0
    flow: float = 1.0
    smoothing: float | None = None
    erases: bool = False
    dynamics: Dynamics | None = None
    paper: Paper | None = None
    second: "FoundBrush | None" = None
    joined: Mode = "multiply"
    not_followed: tuple[str, ...] = ()

    @property
    def is_packed(self) -> bool:
        """Whether it paints with more than the studio's round tip has."""
        return bool(self.pictures) or any(part is not None for part in (self.dynamics, self.paper, self.second))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its first picture."""
        return (self.pictures[0].shape[1], self.pictures[0].shape[0]) if self.pictures else (0, 0)

    @property
    def packed(self) -> bytes:
        """Its pictures and what drives it as a blob; empty for a round tip."""
        if not self.is_packed:
            return b""
        second = None
        if self.second is not None:
            other = self.second
            brush = Brush(
                diameter=other.diameter, hardness=other.hardness, roundness=other.roundness, angle=other.angle,
                spacing=other.spacing, opacity=other.opacity, flow=other.flow,
            )  # fmt: skip
            share = min(1000.0, max(1e-3, other.diameter / max(self.diameter, 1e-3)))
            data = other.packed or pack_tips((), (), Dynamics())
            second = PackedSecond(data, brush, share, self.joined)
        return pack_tips(self.pictures, self.ranks, self.dynamics, self.paper, second)


def pack_tips(
    pictures: "Sequence[NDArray[np.uint8]]", ranks: Sequence[Rank] = (), dynamics: Dynamics | None = None,
    paper: Paper | None = None, second: PackedSecond | None = None,
) -> bytes:
    """Pictures (h, w) or (h, w, 4), uint8, as `Tips` takes them, and what is done with them."""
    tips = tuple(
        PackedTip(one.shape[1], one.shape[0], 4 if one.ndim == 3 else 1, one.tobytes()) for one in pictures
    )
    return msgspec.msgpack.encode(PackedTips(VERSION, tuple(ranks), tips, dynamics, paper, second))


@lru_cache(KEPT)
def unpack_tips(data: bytes) -> Tips:
    """Raises ExpectedError for bytes that are no tips. The last two stay, with the sizes they were stamped in."""
    try:
        return _unpacked(data)
    except (msgspec.DecodeError, ValueError, RecursionError, OverflowError) as error:
        raise ExpectedError(
            tr("The tip of this brush is damaged."), tr("Take the brush again from its file.")
        ) from error


def _unpacked(data: bytes, within_another: bool = False) -> Tips:
    import numpy as np

    found = msgspec.msgpack.decode(data, type=PackedTips)
    if found.version not in (1, VERSION):
        raise ValueError("version")
    if sum(tip.width * tip.height for tip in found.tips) > MOST_PIXELS:
        raise ValueError("pixels")
    pictures = [np.frombuffer(tip.data, np.uint8).reshape(_shape(tip)) for tip in found.tips]
    second = None
    if found.second is not None and not within_another:
        other = found.second
        second = Second(_unpacked(other.data, True), other.brush, other.share, other.mode)
    return Tips(pictures, found.ranks, found.dynamics, _grain(found.paper), second)


def _grain(paper: Paper | None) -> Grain | None:
    import numpy as np

    if paper is None:
        return None
    rows = np.frombuffer(paper.data, np.uint8).reshape(paper.height, paper.width)
    return Grain(rows, paper.scale, paper.strength, paper.mode)


def tips_of(project: Project, blob: str) -> Tips:
    """Those that a stroke names. Raises ExpectedError where the blob holds something else."""
    return unpack_tips(project.blobs.get(blob))


def _shape(tip: PackedTip) -> tuple[int, ...]:
    if tip.channels not in (1, 4):
        raise ValueError("channels")
    return (tip.height, tip.width) if tip.channels == 1 else (tip.height, tip.width, 4)
