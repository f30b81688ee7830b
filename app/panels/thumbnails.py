"""Small pictures of pixel layers for the layer list, sampled from their tiles, remade a moment after an edit."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from app.canvas.images import image_of

if TYPE_CHECKING:
    from app.session import Session
    from editor.model.record import Record

SIDE = 52
WAIT_MS = 350
SLICE_S = 0.01
"""How long the window may be held up in one go: a photograph of 24 megapixels has 400 tiles, a quarter of a second."""


class LayerPictures(QObject):
    """`ready` says that some pictures are new. A layer without one shows its icon."""

    ready = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self._pictures: dict[str, tuple[Any, QPixmap]] = {}
        self._wanted: dict[str, None] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._under_way: tuple[str, Generator[None, None, QPixmap | None]] | None = None
        self._timer.timeout.connect(self._make)

    def picture(self, item: Record) -> QPixmap | None:
        """The picture of a layer, perhaps of a moment ago; None when it has none (yet)."""
        from editor.model.record import kind_of

        if kind_of(item) not in ("raster.pixel_layer", "raster.mask"):
            return None
        found = self._pictures.get(item.id)
        if found is None:
            self.want(item.id)
        return found[1] if found is not None else None

    def want(self, key: str) -> None:
        """This layer's picture is missing or old."""
        self._wanted[key] = None
        if not self._timer.isActive():
            self._timer.start(WAIT_MS)

    def forget(self) -> None:
        self._pictures.clear()
        self._wanted.clear()
        self._under_way = None

    def _make(self) -> None:
        project = self.session.project
        if project is None:
            return
        if project.is_in_gesture:
            self._timer.start(WAIT_MS)
            return
        end = perf_counter() + SLICE_S
        while (self._under_way or self._wanted) and perf_counter() < end:
            if self._under_way is None:
                key = next(iter(self._wanted))
                self._wanted.pop(key)
                self._under_way = key, layer_picture(project, key)
            if self.session.attempt(self._step):
                self._under_way = None
                self.ready.emit()
        if self._under_way or self._wanted:
            self._timer.start(0)

    def _step(self) -> bool:
        """One more tile. Whether the picture is done, or cannot be."""
        assert self._under_way is not None
        (key, drawing), self._under_way = self._under_way, None
        try:
            next(drawing)
        except StopIteration as end:
            if end.value is not None:
                self._pictures[key] = (None, end.value)
            return True
        except KeyError:  # the tile is gone; an edit that took it away wants the picture anew
            return True
        self._under_way = key, drawing
        return False


def layer_picture(project: Any, key: str) -> Generator[None, None, QPixmap | None]:
    """Sample every tile of a layer down to a small picture of the whole document, one tile after the other."""
    import numpy as np

    from editor.model.raster import TILE, Mask, PixelLayer, RasterDocument, Tile

    layer = project.get(key)
    document = project.get(project.index.root(key)) if layer is not None else None
    if not isinstance(layer, PixelLayer | Mask) or not isinstance(document, RasterDocument):
        return None
    scale = SIDE / max(document.width, document.height)
    width, height = max(1, round(document.width * scale)), max(1, round(document.height * scale))
    channels, ground = (1, layer.outside) if isinstance(layer, Mask) else (4, 0.0)
    canvas = np.full((height, width, channels), ground, np.float32)
    xs = ((np.arange(width) + 0.5) / scale).astype(int) - layer.x
    ys = ((np.arange(height) + 0.5) / scale).astype(int) - layer.y
    peak = {"uint8": 255.0, "uint16": 65535.0}.get(document.depth, 1.0)
    for tile in project.children(key, Tile):
        columns = np.flatnonzero(xs // TILE == tile.x)
        rows = np.flatnonzero(ys // TILE == tile.y)
        if len(columns) and len(rows):
            pixels = np.frombuffer(project.blobs.get(tile.pixels), document.depth).reshape(TILE, TILE, channels)
            part = pixels[np.ix_(ys[rows] % TILE, xs[columns] % TILE)].astype(np.float32) / peak
            canvas[np.ix_(rows, columns)] = part
            yield
    if channels == 1:
        canvas = np.concatenate([np.repeat(canvas, 3, axis=2), np.ones_like(canvas)], axis=2)
    return QPixmap.fromImage(image_of((np.clip(canvas, 0, 1) * 255).astype(np.uint8)))
