"""The pictures that a frame is put together from: film, another document, a colour, or a note that one is missing."""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from editor.base.translation import tr
from editor.display.cache import PixelCache
from editor.display.engine import Drawing, Request
from editor.display.placeholder import Placeholder
from editor.display.video.media import MediaPool, Unreadable
from render.color import Color
from render.geometry import IntRect
from render.lookup import LookupTable
from render.video.compose import Picture
from render.video.errors import MediaError

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class FilmPicture:
    """One frame of a file; `state` tells one content of the file from another."""

    media: str
    name: str
    time: Fraction
    size: tuple[float, float]
    state: str
    pool: MediaPool = field(compare=False)
    cache: PixelCache = field(compare=False)

    @property
    def key(self) -> str:
        return f"film:{self.media}:{self.state}:{self.time}:{self.size}"

    def pixels(self, width: int, height: int) -> Pixels:
        cached = self.cache.get((self.key, width, height))
        if cached is not None:
            return cached
        try:
            made = self.pool.picture(self.media).read(max(Fraction(0), self.time), (width, height))
        except Unreadable as problem:
            return missing(self.name, str(problem), width, height)
        except MediaError as problem:
            return missing(self.name, tr(str(problem)), width, height)
        self.cache.put((self.key, width, height), made)
        return made


@dataclass(frozen=True)
class DocumentPicture:
    """Another document, as planned when the frame was prepared."""

    drawing: Drawing
    cache: PixelCache = field(compare=False)

    @property
    def key(self) -> str:
        return f"document:{self.drawing.key}"

    @property
    def size(self) -> tuple[float, float]:
        return self.drawing.size

    def pixels(self, width: int, height: int) -> Pixels:
        cached = self.cache.get((self.key, width, height))
        if cached is not None:
            return cached
        own_width, own_height = self.size
        scale = max(width / max(own_width, 1e-6), height / max(own_height, 1e-6))
        made = self.drawing.draw(Request(IntRect(0, 0, width, height), scale))
        made = np.ascontiguousarray(made, dtype=np.uint8)
        self.cache.put((self.key, width, height), made)
        return made


@dataclass(frozen=True)
class ColorPicture:
    """One colour over the whole frame."""

    color: Color
    size: tuple[float, float]

    @property
    def key(self) -> str:
        return f"color:{self.color}:{self.size}"

    def pixels(self, width: int, height: int) -> Pixels:
        values = [round(255 * min(1.0, max(0.0, part))) for part in self.color.premultiplied()]
        return np.full((height, width, 4), values, dtype=np.uint8)


@dataclass(frozen=True)
class GradedPicture:
    """Another picture with its colours led through a table."""

    picture: Picture
    table: LookupTable
    strength: float
    cache: PixelCache = field(compare=False)

    @property
    def key(self) -> str:
        return f"graded:{self.table.name}:{self.strength}:{self.picture.key}"

    @property
    def size(self) -> tuple[float, float]:
        return self.picture.size

    def pixels(self, width: int, height: int) -> Pixels:
        cached = self.cache.get((self.key, width, height))
        if cached is not None:
            return cached
        made = np.asarray(self.table.apply(self.picture.pixels(width, height), self.strength))
        self.cache.put((self.key, width, height), made)
        return made


@dataclass(frozen=True)
class MissingPicture:
    """Stands for a clip whose source is gone."""

    name: str
    sentence: str
    size: tuple[float, float]

    @property
    def key(self) -> str:
        return f"missing:{self.name}:{self.sentence}:{self.size}"

    def pixels(self, width: int, height: int) -> Pixels:
        return missing(self.name, self.sentence, width, height)


def missing(name: str, sentence: str, width: int, height: int) -> Pixels:
    """A hatched field; the sentence is shown as text by the views, which ask `VideoDrawing.problems`."""
    placeholder = Placeholder(f"{name}: {sentence}", (float(width), float(height)))
    return np.asarray(placeholder.draw(Request(IntRect(0, 0, width, height), 1.0)))
