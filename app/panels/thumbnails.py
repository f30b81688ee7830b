"""Small pictures of pixel layers for the layer list, sampled from their tiles, remade a moment after an edit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from app.canvas.images import image_of

if TYPE_CHECKING:
    from app.session import Session
    from editor.model.record import Record

SIDE = 52
WAIT_MS = 350
AT_ONCE = 4


class LayerPictures(QObject):
    """`ready` says that some pictures are new. A layer without one shows its icon."""

    ready = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._pictures: dict[str, tuple[Any, QPixmap]] = {}
        self._wanted: dict[str, None] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
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
            self._timer.start()

    def forget(self) -> None:
        self._pictures.clear()
        self._wanted.clear()

    def _make(self) -> None:
        project = self.session.project
        if project is None:
            return
        if project.is_in_gesture:
            self._timer.start()
            return
        for key in list(self._wanted)[:AT_ONCE]:
            self._wanted.pop(key)
            made = self.session.attempt(partial(layer_picture, project, key))
            if made is not None:
                self._pictures[key] = (None, made)
        self.ready.emit()
        if self._wanted:
            self._timer.start()


def layer_picture(project: Any, key: str) -> QPixmap | None:
    """Sample every tile of a layer down to a small picture of the whole document."""
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
    if channels == 1:
        canvas = np.concatenate([np.repeat(canvas, 3, axis=2), np.ones_like(canvas)], axis=2)
    return QPixmap.fromImage(image_of((np.clip(canvas, 0, 1) * 255).astype(np.uint8)))
