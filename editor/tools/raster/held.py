"""The brush of another program that is in the hand: one of those that its file holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from editor.commands.raster.tips import FoundBrush

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from editor.tools.tool import Option

TRACED = 96
MOST_OUTLINES = 24


@dataclass(frozen=True, eq=False)
class HeldBrush:
    """`brushes` are all of the file `name`, so that another of them is taken without reading it again. `before` are the
    options that the round tip had, which come back when this is put down."""

    name: str
    brushes: tuple[FoundBrush, ...]
    chosen: int = 0
    before: Mapping[str, Any] = field(default_factory=dict)

    @property
    def brush(self) -> FoundBrush:
        return self.brushes[self.chosen]

    @cached_property
    def packed(self) -> bytes:
        """The tip as a project keeps it; empty where it is round."""
        return self.brush.packed

    @cached_property
    def outlines(self) -> tuple[tuple[tuple[float, float], ...], ...]:
        """The rim of the first picture, its longer side being 1 and its middle 0: what the pointer shows."""
        return _outlines(self.brush.pictures[0]) if self.brush.pictures else ()

    def choosing(self, number: int) -> "HeldBrush":
        """The same file with another brush."""
        return replace(self, chosen=number)

    @property
    def settings(self) -> dict[str, Any]:
        """The tool options that it comes with."""
        brush = self.brush
        found = {
            "tip": self, "size": float(round(max(1.0, brush.diameter))), "spacing": round(100 * brush.spacing, 1),
            "angle": round(brush.angle, 1),
        }  # fmt: skip
        if brush.dynamics is not None:  # it says itself what pressure does
            found |= {
                "opacity": round(100 * brush.opacity, 1), "flow": max(1.0, round(100 * brush.flow, 1)),
                "pressure_size": False, "pressure_opacity": False,
            }  # fmt: skip
        if brush.smoothing is not None:
            found["smoothing"] = round(min(95.0, 100 * brush.smoothing), 1)
        return found if brush.pictures else {**found, "hardness": round(100 * brush.hardness, 1)}


def round_settings(settings: Mapping[str, Any], options: Iterable["Option"]) -> dict[str, Any]:
    """What the options of the round tip are, or were before a brush of a file was taken in its place."""
    held = brush_of_a_file(settings)
    if held is not None and held.before:
        return dict(held.before)
    return {one.name: settings.get(one.name, one.default) for one in options if one.kind != "tip"}


def _outlines(picture: "NDArray[np.uint8]") -> tuple[tuple[tuple[float, float], ...], ...]:
    """Around what covers a fifth or more, the largest pieces; a spray of dots is not drawn dot by dot."""
    import cv2
    import numpy as np

    cover = picture if picture.ndim == 2 else picture[..., 3]
    height, width = cover.shape
    scale = TRACED / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(np.ascontiguousarray(cover), size, interpolation=cv2.INTER_AREA))
    shape = np.pad((small > max(1, int(small.max()) // 5)).astype(np.uint8), 1)
    found, _ = cv2.findContours(shape, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = sorted(found, key=cv2.contourArea, reverse=True)[:MOST_OUTLINES]
    rims = [cv2.approxPolyDP(rim, 0.7, True)[:, 0] for rim in largest]
    middle = np.array([size[0] + 1, size[1] + 1]) / 2  # the rim goes through the middles of pixels
    return tuple(tuple((float(x), float(y)) for x, y in (rim - middle) / TRACED) for rim in rims)


def brush_of_a_file(settings: Mapping[str, Any]) -> HeldBrush | None:
    """What a tool's settings hold; None for the studio's own round tip."""
    held = settings.get("tip")
    return held if isinstance(held, HeldBrush) else None


def is_foreign(settings: Mapping[str, Any]) -> bool:
    """Whether a brush of a file is in the hand, round ones of Photoshop's too."""
    return brush_of_a_file(settings) is not None


def is_round(settings: Mapping[str, Any]) -> bool:
    """Whether hardness means anything."""
    held = brush_of_a_file(settings)
    return held is None or not held.brush.pictures
