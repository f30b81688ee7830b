"""The immutable plan of one frame: what lies over what, where, and how much of it shows."""

import hashlib
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from editor.base.errors import Cancelled
from editor.base.translation import tr
from editor.display.engine import Pixels, Request, Resources
from editor.display.video.media import MISSING
from editor.display.video.pictures import FilmPicture, GradedPicture, MissingPicture
from editor.model.video import ZERO, Caption, CaptionStyle
from render.color import Color
from render.geometry import Affine
from render.video.compose import Picture, add_weighted, over, placed


@dataclass(frozen=True)
class Layer:
    """A picture, the map from its own units to the frame's, its opacity, and its share in a dissolve."""

    picture: Picture
    place: Affine
    opacity: float
    share: float = 1.0


@dataclass(frozen=True)
class Text:
    """A caption on the frame."""

    caption: Caption


Stack = tuple[Layer, ...]


@dataclass(frozen=True)
class VideoDrawing:
    """Implements `Drawing`. Each stack is what one track shows: one layer, or the two of a dissolve."""

    size: tuple[float, float]
    background: Color
    stacks: tuple[Stack, ...]
    texts: tuple[Text, ...]
    resources: Resources

    @property
    def key(self) -> str:
        parts = [
            (layer.picture.key, layer.place, layer.opacity, layer.share, number)
            for number, stack in enumerate(self.stacks)
            for layer in stack
        ]
        words = [(text.caption.text, text.caption.style) for text in self.texts]
        plain = repr((self.size, self.background, parts, words))
        return "frame:" + hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()

    @property
    def problems(self) -> tuple[str, ...]:
        """Sentences on what is missing in this frame."""
        found = []
        for stack in self.stacks:
            for layer in stack:
                if isinstance(layer.picture, MissingPicture):
                    found.append(f"{layer.picture.name}: {layer.picture.sentence}")
                source = layer.picture.picture if isinstance(layer.picture, GradedPicture) else layer.picture
                if isinstance(source, FilmPicture) and source.state == MISSING:
                    found.append(tr("The file {name} is missing.", name=source.name))
        return tuple(dict.fromkeys(found))

    def draw(self, request: Request) -> Pixels:
        region = request.region
        color = [round(255 * part) for part in self.background.premultiplied()]
        canvas = np.empty((max(0, region.height), max(0, region.width), 4), dtype=np.uint8)
        canvas[...] = color
        if region.is_empty:
            return _as_type(canvas, request.dtype)
        for stack in self.stacks:
            if request.cancelled():
                raise Cancelled
            canvas = _draw_stack(canvas, stack, request)
        for text in (*self.texts, *self._notes()):
            canvas = over(canvas, self._text(text, request), 1.0)
        return _as_type(self._clipped(canvas, request), request.dtype)

    def _notes(self) -> tuple[Text, ...]:
        """What is missing, written across the frame."""
        words = "\n".join(self.problems[:3])
        note = Caption(id="note", start=ZERO, duration=Fraction(1), text=words, style=CaptionStyle(edge="middle"))
        return (Text(note),) if words else ()

    def _text(self, text: Text, request: Request) -> Pixels:
        from editor.display.video.captions import caption_pixels

        return caption_pixels(text.caption, self.size, request.region, request.scale, self.resources)

    def _clipped(self, canvas: Pixels, request: Request) -> Pixels:
        """Nothing shows outside the frame."""
        region, scale = request.region, request.scale
        right, bottom = round(self.size[0] * scale) - region.x, round(self.size[1] * scale) - region.y
        canvas[: max(0, -region.y)] = 0
        canvas[:, : max(0, -region.x)] = 0
        canvas[max(0, bottom) :] = 0
        canvas[:, max(0, right) :] = 0
        return canvas


def _draw_stack(canvas: Pixels, stack: Stack, request: Request) -> Pixels:
    if len(stack) == 1 and stack[0].share == 1.0:
        pixels = _placed(stack[0], request)
        return over(canvas, pixels, stack[0].opacity)
    both = np.zeros_like(canvas)
    for layer in stack:
        add_weighted(both, _placed(layer, request), layer.opacity * layer.share)
    return over(canvas, both, 1.0)


def _placed(layer: Layer, request: Request) -> Pixels:
    region, scale = request.region, request.scale
    return placed(layer.picture, layer.place.then(Affine.scaling(scale)), region)


def _as_type(canvas: Pixels, dtype: str) -> Pixels:
    if dtype == "uint8":
        return canvas
    if dtype == "uint16":
        return canvas.astype(np.uint16) * 257
    return (canvas.astype(np.float32) / 255).astype(dtype)
