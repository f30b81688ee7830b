"""The drawn document: an OpenGL widget that keeps the visible tiles of one document up to date."""

from __future__ import annotations

import logging
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtOpenGLWidgets import QOpenGLWidget

from app.canvas.gl_painter import GlPainter
from app.canvas.loader import Key, Loader, Order
from app.canvas.tiles import Tiles, area_of, level_for, region_of
from app.canvas.view import View
from app.theme import color
from editor.base.errors import ExpectedError
from editor.display.engine import Drawing, Request
from render.geometry import IntRect, Rect

if TYPE_CHECKING:
    from editor.display.display import Display

AT_ONCE = 700_000
"""Damaged pixels up to this many are drawn before the next frame, not on a worker: painting stays under the pen."""
SQUARE = 8.0
GRID_FROM = 8.0
log = logging.getLogger(__name__)


class Surface(QOpenGLWidget):
    """`view` is shared with the overlay above. Call `show_document`, `damage`, and `update` after moving the view."""

    failed = Signal(object)
    drawn = Signal()

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view
        self.display: Display | None = None
        self.document = ""
        self.part: str | None = None
        self.time = Fraction(0)
        self.pixel_grid = True
        self.values_only = False
        self.size_of_document = (0.0, 0.0)
        self.tiles = Tiles()
        self._painter: GlPainter | None = None
        self._loader: Loader | None = None
        self._arrived: list[tuple[Order, Any]] = []
        self._fresh: Rect | None = None
        self._is_pixels = True
        self._failures = 0

    # What to show

    def show_document(self, display: Display | None, document: str, part: str | None, time: Fraction) -> None:
        """Show another document, page or moment."""
        same = display is self.display and document == self.document and part == self.part
        if display is not self.display:
            self._close_loader()
            if display is not None:
                self._loader = Loader(display)
                self._loader.done.connect(self._take)
        self.display, self.document, self.part, self.time = display, document, part, time
        self._failures = 0
        if same:
            self.tiles.damage(None)
        else:
            self._forget()
        record = display.project.get(document) if display is not None else None
        self._is_pixels = getattr(record, "family", "raster") != "vector"
        self.update()

    def damage(self, region: Rect | None) -> None:
        """The document looks different there. Small damage is drawn at once, the rest on workers."""
        self.tiles.damage(region)
        if region is not None:
            self._fresh = region if self._fresh is None else self._fresh.union(region)
        else:
            self._fresh = None
        self.update()

    def is_complete(self) -> bool:
        """Whether every visible tile shows the document as it is now."""
        if self.display is None or not self.document:
            return True
        keys = self._visible_keys()
        return all((tile := self.tiles.tiles.get(key)) is not None and tile.shown >= tile.wanted for key in keys)

    def drawing(self) -> Drawing | None:
        """The plan of the document now; None when it cannot be drawn (said once)."""
        if self.display is None or not self.document:
            return None
        try:
            found = self.display.drawing(self.document, self.part, self.time)
        except Exception as error:  # noqa: BLE001 - the canvas must go on living; the window shows the error
            self._fail(error)
            return None
        self.size_of_document = found.size
        return found

    def _fail(self, error: Exception) -> None:
        self._failures += 1
        if self._failures == 1:
            self.failed.emit(error)

    # OpenGL

    def initializeGL(self) -> None:
        self._forget_names()
        try:
            self._painter = GlPainter()
        except Exception as error:  # noqa: BLE001 - no OpenGL 3.3 is a sentence for the person
            self._painter = None
            sentence = str(error) if isinstance(error, ExpectedError) else str(error)
            QTimer.singleShot(0, lambda: self.failed.emit(ExpectedError(sentence)))

    def paintGL(self) -> None:
        painter = self._painter
        if painter is None:
            return
        self.tiles.frame += 1
        self._upload_arrived(painter)
        size = (max(1.0, float(self.width())), max(1.0, float(self.height())))
        painter.begin(self.view.to_screen, size, color("canvas"), self.values_only)
        drawing = self.drawing()
        if drawing is not None:
            self._paint_document(painter, drawing)
        painter.end()
        painter.drop_textures(self.tiles.surplus())
        self.drawn.emit()

    def _paint_document(self, painter: GlPainter, drawing: Drawing) -> None:
        whole = Rect(0.0, 0.0, *drawing.size)
        painter.squares(whole, color("checker_light"), color("checker_dark"), SQUARE * self.devicePixelRatioF())
        keys = self._visible_keys()
        self._draw_fresh(painter, drawing, keys)
        smooth = not (self._is_pixels and self.view.device_scale >= 2.0)
        for key in keys:
            tile = self.tiles.get(key)
            if tile.shown >= 0:
                self._paint_tile(painter, key, key, whole, smooth)
            else:
                for other in self.tiles.stand_in(key):
                    self._paint_tile(painter, other, key, whole, smooth)
        self._order(drawing, keys)
        if self.pixel_grid and self._is_pixels and self.view.zoom > GRID_FROM:
            painter.grid(whole)

    def _paint_tile(self, painter: GlPainter, key: Key, place: Key, whole: Rect, smooth: bool) -> None:
        """Draw the part of a tile that lies in `place` and inside the document."""
        tile = self.tiles.tiles[key]
        tile.used = self.tiles.frame
        own = area_of(key)
        area = own.intersection(area_of(place)).intersection(whole)
        if area.is_empty:
            return
        side = own.width
        source = Rect((area.x - own.x) / side, (area.y - own.y) / side, area.width / side, area.height / side)
        of_document = own.intersection(whole)
        inside = Rect(
            (of_document.x - own.x) / side, (of_document.y - own.y) / side,
            of_document.width / side, of_document.height / side,
        )  # fmt: skip
        painter.tile(tile.texture, area, source, inside, smooth)

    # Tiles

    @property
    def level(self) -> int:
        return level_for(self.view.device_scale, self._is_pixels)

    def _visible_keys(self) -> list[Key]:
        area = self.view.visible().intersection(Rect(0.0, 0.0, *self.size_of_document))
        return [] if area.is_empty else list(self.tiles.cover(self.level, area))

    def _order(self, drawing: Drawing, keys: list[Key]) -> None:
        """Ask workers for what is missing or stale, nearest to the middle first."""
        if self._loader is None or self._failures:
            return
        self.tiles.drop_orders_except(set(keys))
        middle = self.view.center
        for key in keys:
            tile = self.tiles.get(key)
            if tile.shown < tile.wanted and tile.order is None:
                area = area_of(key)
                distance = math.hypot(area.center.x - middle.x, area.center.y - middle.y)
                tile.order = Order(key, drawing, region_of(key), 2.0 ** key[0], tile.wanted)
                self._loader.ask(tile.order, distance)

    def _take(self, order: Order, pixels: Any, error: Exception | None) -> None:
        if error is not None:
            self._fail(error)
        self._arrived.append((order, pixels))
        self.update()

    def _upload_arrived(self, painter: GlPainter) -> None:
        arrived, self._arrived = self._arrived, []
        for order, pixels in arrived:
            tile = self.tiles.tiles.get(order.key)
            if tile is None or tile.order is not order:
                continue
            tile.order = None
            if pixels is None or order.version <= tile.shown:
                continue
            if tile.texture:
                painter.update_texture(tile.texture, 0, 0, pixels)
            else:
                tile.texture = painter.make_texture(pixels)
            tile.shown = order.version

    def _draw_fresh(self, painter: GlPainter, drawing: Drawing, keys: list[Key]) -> None:
        """Draw what was just damaged, if it is little, straight into the textures."""
        from render.vector.photographs import NotAtOnce, at_once

        fresh, self._fresh = self._fresh, None
        if fresh is None or self.display is None:
            return
        scale = 2.0**self.level
        area = fresh.intersection(self.view.visible()).intersection(Rect(0.0, 0.0, *drawing.size)).scaled(scale)
        if area.is_empty:
            return
        region = area.rounded_out()
        if region.width * region.height > AT_ONCE:
            return
        try:
            with at_once():
                pixels = self.display.render(drawing, Request(region, scale))
        except NotAtOnce:
            return
        except Exception as error:  # noqa: BLE001 - shown by the window; the old tiles stay
            self._fail(error)
            return
        for key in keys:
            self._patch(painter, key, region, pixels)

    def _patch(self, painter: GlPainter, key: Key, region: IntRect, pixels: Any) -> None:
        tile = self.tiles.get(key)
        place = region_of(key)
        shared = place.intersection(region)
        # A tile that was behind before this damage needs more than this patch.
        if shared.is_empty or tile.shown < 0 or tile.wanted != self.tiles.version:
            return
        top, left = shared.y - region.y, shared.x - region.x
        part = pixels[top : top + shared.height, left : left + shared.width]
        painter.update_texture(tile.texture, shared.x - place.x, shared.y - place.y, part)
        if tile.order is None:
            tile.shown = tile.wanted

    # Ends

    def _forget(self) -> None:
        names = self.tiles.clear()
        self._arrived.clear()
        self._fresh = None
        if names and self._painter is not None:
            self.makeCurrent()
            self._painter.drop_textures(names)
            self.doneCurrent()

    def _forget_names(self) -> None:
        """The old context is gone, and its textures with it."""
        self.tiles.clear()

    def _close_loader(self) -> None:
        if self._loader is not None:
            self._loader.close()
            self._loader = None

    def close_document(self) -> None:
        """End the workers and free the graphics card."""
        self._close_loader()
        self._forget()
        self.display, self.document = None, ""
