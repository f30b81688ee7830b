"""The immutable plan of one page: built nodes with their rectangles, drawn by region."""

import numpy as np
import skia

from editor.base.errors import Cancelled
from editor.display.engine import Pixels, Request
from editor.display.vector.built import Built
from render.color import Color
from render.geometry import Rect
from render.vector.painter import Painter
from render.vector.skia_values import to_color, to_rect
from render.vector.values import Group

BATCH = 256


class VectorDrawing:
    """Implements `Drawing`. `nodes` are in drawing order; rectangles let a region skip what it cannot show."""

    def __init__(
        self, key: str, size: tuple[float, float], nodes: list[Built], background: Color | None = None
    ) -> None:
        self._key = key
        self._size = size
        self.nodes = nodes
        self.background = background
        self._reaches: np.ndarray | None = None

    @property
    def key(self) -> str:
        return self._key

    @property
    def size(self) -> tuple[float, float]:
        return self._size

    @property
    def scene(self) -> Group:
        """The whole page as one value, for exports and for hosts that draw vectors themselves."""
        return Group(children=tuple(item.node for item in self.nodes))

    def draw(self, request: Request) -> Pixels:
        """sRGB as it is drawn in 8 bits; wider types hold the same values."""
        region, scale = request.region, request.scale
        pixels = np.zeros((region.height, region.width, 4), np.uint8)
        if region.is_empty:
            return _as_type(pixels, request.dtype)
        info = skia.ImageInfo.Make(region.width, region.height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        surface = skia.Surface.MakeRasterDirect(info, pixels)
        canvas = surface.getCanvas()
        canvas.translate(-region.x, -region.y)
        canvas.scale(scale, scale)
        if self.background is not None:
            paint = skia.Paint(to_color(self.background))
            canvas.drawRect(skia.Rect.MakeWH(*self._size), paint)
        painter = Painter(canvas)
        view = Rect(region.x / scale, region.y / scale, region.width / scale, region.height / scale)
        for count, index in enumerate(self._visible(view)):
            if count % BATCH == 0 and request.cancelled():
                raise Cancelled
            self._draw_one(painter, self.nodes[index])
        surface.flushAndSubmit()
        return _as_type(pixels, request.dtype)

    def _visible(self, view: Rect) -> list[int]:
        if self._reaches is None:
            flat = (number for item in self.nodes for number in item.edges)
            self._reaches = np.fromiter(flat, np.float64, 4 * len(self.nodes)).reshape(-1, 4)
        reaches = self._reaches
        seen = (
            (reaches[:, 0] <= view.right) & (reaches[:, 2] >= view.x)
            & (reaches[:, 1] <= view.bottom) & (reaches[:, 3] >= view.y)
        )  # fmt: skip
        found: list[int] = np.flatnonzero(seen).tolist()
        return found

    def _draw_one(self, painter: Painter, built: Built) -> None:
        """What looks the same at every scale is recorded once and played back."""
        if not built.scalable:
            painter.draw(built.node)
            return
        if not built.pictures:
            recorder = skia.PictureRecorder()
            recording = recorder.beginRecording(to_rect(built.reach.expanded(1.0)))
            Painter(recording, is_recorded=True).draw(built.node)
            built.pictures.append(recorder.finishRecordingAsPicture())
        painter.canvas.drawPicture(built.pictures[0])


def _as_type(pixels: np.ndarray, dtype: str) -> Pixels:
    if dtype == "uint8":
        return pixels
    if dtype == "uint16":
        return pixels.astype(np.uint16) * 257
    return (pixels.astype(np.float32) / 255).astype(dtype)
