"""The contract between the Display and the engine of each document family.

Drawing has two halves. `Engine.prepare` runs on the document thread, reads records and returns a `Drawing`: an
immutable plan. `Drawing.draw` runs on any thread, later, and reads nothing but the plan. So a person can go on editing
while worker threads draw what was there when they were asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from editor.base.registry import Registry
from editor.document.change import Change
from editor.document.project import Project
from editor.model.embed import Embed
from render.geometry import IntRect, Rect

Pixels = NDArray[Any]
"""(height, width, 4) premultiplied RGBA, sRGB-encoded, C-contiguous; dtype uint8, uint16, float16 or float32."""


def never_cancelled() -> bool:
    return False


@dataclass(frozen=True)
class Request:
    """Which pixels are wanted: `region` in pixels of the drawing at `scale` pixels a document unit.

    Pixel (x, y) of the region covers document units from (x / scale, y / scale). `cancelled` is asked between pieces of
    work; when it says True the engine raises `editor.base.errors.Cancelled`.
    """

    region: IntRect
    scale: float = 1.0
    dtype: str = "uint8"
    cancelled: Callable[[], bool] = field(default=never_cancelled, compare=False)


class Drawing(Protocol):
    """An immutable plan of one document at one time. `key` names its content: equal keys draw equal pixels."""

    @property
    def key(self) -> str: ...

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in document units."""
        ...

    def draw(self, request: Request) -> Pixels:
        """The pixels of `request.region`, of exactly that size; transparent where there is nothing."""
        ...


@dataclass(frozen=True)
class Resources:
    """What drawing needs beside the project: fonts in order of preference, family names that stand for others."""

    fonts: tuple[Path, ...] = ()
    families: Mapping[str, str] = field(default_factory=dict)


class DrawContext(Protocol):
    """What an engine may ask for while it prepares; the Display implements it."""

    project: Project
    resources: Resources

    def fingerprint(self, document: str) -> str:
        """Names the content of a document and of everything linked into it."""
        ...

    def drawing(self, document: str, part: str | None = None, time: Fraction | None = None) -> Drawing:
        """The plan of a document. Raises ExpectedError when there is no such document."""
        ...

    def embedded(self, embed: Embed, time: Fraction | None = None) -> Drawing:
        """The plan behind a live link; a placeholder that says so when its document is gone."""
        ...


class Engine(Protocol):
    """One instance a Display, so it may cache by record identity. Subclass nothing; register the class."""

    def __init__(self, context: DrawContext) -> None: ...

    def prepare(self, document: str, part: str | None, time: Fraction | None) -> Drawing: ...

    def parts(self, document: str) -> tuple[str, ...]:
        """Ids of the pages or cameras that can be drawn, in order; empty when there is only the whole."""
        ...

    def damage(self, document: str, change: Change) -> Rect | None:
        """Where the document looks different after the change, in its units; None means everywhere."""
        ...


ENGINES: Registry[type[Engine]] = Registry("Display engine")
"""Engine classes by the `family` of the DocumentRecord that they draw."""
