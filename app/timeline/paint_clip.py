"""One clip: its colours, name, filmstrip or waveform, fades, and the frame around it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from app.timeline.colors import ClipColors, colors_for, themed
from app.timeline.geometry import Geometry
from app.timeline.workshop import Workshop
from editor.base.numbers import percent_text
from editor.display.display import Display
from editor.display.engine import Request
from editor.display.timeline import facts_of
from editor.model.embed import Embed
from editor.model.video import Caption, Clip, ColorSource, MediaFacts, TrackItem
from render.geometry import IntRect

BAR = 17
ROUND = 4.0
NARROW = 5.0
NAMELESS = 26.0


@dataclass
class ClipPainter:
    """Paints items with one painter onto one view."""

    painter: QPainter
    geometry: Geometry
    workshop: Workshop
    display: Display
    exposed: QRectF
    font: QFont

    def paint(self, item: TrackItem, media: str, rect: QRectF, selected: bool, locked: bool) -> None:
        colors = colors_for(item, media)
        painter = self.painter
        if rect.width() < NARROW:
            painter.fillRect(rect.adjusted(0, 0, -0.5 if rect.width() > 2 else 0, 0), colors.bar)
            if selected:
                painter.fillRect(rect, themed("text", 160))
            return
        painter.save()
        painter.setOpacity(0.45 if isinstance(item, Clip) and not item.enabled else 1.0)
        shape = QPainterPath()
        shape.addRoundedRect(rect.adjusted(0.5, 0, -0.5, 0), ROUND, ROUND)
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        painter.fillRect(rect, colors.body)
        content = rect.adjusted(0, BAR, 0, 0)
        if isinstance(item, Caption):
            painter.fillRect(rect, colors.bar)
        else:
            self._content(item, media, content, colors)
            painter.fillRect(QRectF(rect.x(), rect.y(), rect.width(), BAR), colors.bar)
            self._fades(item, content)
        self._name(item, rect, colors)
        if locked:
            painter.fillRect(rect, QBrush(QColor(0, 0, 0, 110), Qt.BrushStyle.BDiagPattern))
        painter.restore()
        self._frame(shape, colors, selected)

    def _frame(self, shape: QPainterPath, colors: ClipColors, selected: bool) -> None:
        painter = self.painter
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if selected:
            painter.setPen(QPen(QColor("#ffffff"), 2.0))
        else:
            painter.setPen(QPen(colors.bar.lighter(125), 1.0))
        painter.drawPath(shape)

    def _name(self, item: TrackItem, rect: QRectF, colors: ClipColors) -> None:
        if rect.width() < NAMELESS:
            return
        left = max(rect.left(), self.exposed.left() - 400, 0.0) + 7
        room = rect.right() - left - 5
        if room < 14:
            return
        text = item.text.replace("\n", " ") if isinstance(item, Caption) else item.name
        suffix = ""
        if isinstance(item, Clip) and item.opacity < 1:
            suffix = f"  {percent_text(item.opacity)}"
        metrics = QFontMetricsF(self.font)
        shown = metrics.elidedText(text + suffix, Qt.TextElideMode.ElideRight, room)
        height = rect.height() if isinstance(item, Caption) else BAR
        self.painter.setFont(self.font)
        self.painter.setPen(colors.text)
        self.painter.drawText(QRectF(left, rect.y(), room, height), int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _content(self, clip: Clip, media: str, rect: QRectF, colors: ClipColors) -> None:
        facts = facts_of(self.display.project, clip)
        if isinstance(clip.source, ColorSource):
            shown = clip.source.color
            parts = (shown.red, shown.green, shown.blue, shown.alpha)
            self.painter.fillRect(rect, QColor.fromRgbF(*(_unit(part) for part in parts)))
        elif media == "audio":
            if facts is not None:
                self._wave(clip, facts, rect, colors)
        elif isinstance(clip.source, Embed):
            self._document(clip, clip.source, rect)
        elif facts is not None and facts.width:
            self._strip(clip, facts, rect)

    def _strip(self, clip: Clip, facts: MediaFacts, rect: QRectF) -> None:
        """Pictures side by side, each of the source's time at its left edge, at times that zooming keeps."""
        height = max(8, int(rect.height()))
        width = height * facts.width / max(1, facts.height)
        step = Fraction(1, 8)
        while float(step) * self.geometry.zoom < width:
            step *= 2
        first = max(rect.left(), self.exposed.left())
        last = min(rect.right(), self.exposed.right())
        begin = clip.source_time(Fraction(max(0.0, self.geometry.seconds_at(first))).limit_denominator(10**6))
        number = int(begin // step)
        while True:
            time = number * step
            x = self.geometry.x_of(float(clip.start + (time - clip.source_start) / clip.speed))
            if x > last:
                break
            at = Fraction(0) if facts.still else max(Fraction(0), time)
            image = self.workshop.thumbnail(clip, facts, at, height)
            tile = QRectF(x, rect.y(), float(step) * self.geometry.zoom, rect.height())
            if image is not None:
                self._tile(image, tile, width)
            number += 1

    def _tile(self, image: QImage, tile: QRectF, width: float) -> None:
        """One picture, cut or continued to the tile's width."""
        x = tile.x()
        while x < tile.right() - 0.5:
            room = min(width, tile.right() - x)
            part = QRectF(0, 0, image.width() * room / width, image.height())
            self.painter.drawImage(QRectF(x, tile.y(), room, tile.height()), image, part)
            x += width

    def _document(self, clip: Clip, source: Embed, rect: QRectF) -> None:
        drawing = self.display.embedded(source, clip.source_start)
        own_width, own_height = drawing.size
        height = max(8, int(rect.height()))
        width = max(1, round(height * own_width / max(1e-6, own_height)))
        scale = height / max(1e-6, own_height)

        def draw() -> np.ndarray:
            return np.asarray(drawing.draw(Request(IntRect(0, 0, width, height), scale)), dtype=np.uint8)

        image = self.workshop.drawn(clip, ("document", drawing.key, height), draw)
        if image is not None:
            visible = rect.intersected(self.exposed)
            start = rect.left() + width * int((visible.left() - rect.left()) // width)
            self._tile(image, QRectF(start, rect.y(), visible.right() - start, rect.height()), width)

    def _wave(self, clip: Clip, facts: MediaFacts, rect: QRectF, colors: ClipColors) -> None:
        visible = rect.intersected(self.exposed)
        columns, height = int(visible.width()), int(rect.height()) - 4
        if columns < 1 or height < 4:
            return
        peaks = self.workshop.peaks(facts)
        middle = rect.y() + 2 + height / 2
        if peaks is None:
            self.painter.setPen(QPen(themed("text", 40), 1))
            self.painter.drawLine(QPointF(visible.left(), middle), QPointF(visible.right(), middle))
            return
        first = self.geometry.seconds_at(visible.left()) - float(clip.start) + float(clip.source_start)
        found = peaks.between(first, first + columns / self.geometry.zoom, columns) * min(4.0, clip.volume)
        low = np.clip(found[:, 0], -1, 0) * (height / 2)
        high = np.clip(found[:, 1], 0, 1) * (height / 2)
        rows = np.arange(height)[:, None] - (height - 1) / 2
        inside = (rows >= -np.maximum(high, 0.5)) & (rows <= np.maximum(-low, 0.5))
        ink = np.array([colors.ink.red(), colors.ink.green(), colors.ink.blue(), 255], dtype=np.uint8)
        pixels = np.where(inside[..., None], ink, np.uint8(0)).astype(np.uint8)
        image = QImage(pixels.data, columns, height, 4 * columns, QImage.Format.Format_RGBA8888_Premultiplied)
        self.painter.drawImage(QPointF(visible.left(), rect.y() + 2), image)

    def _fades(self, clip: Clip, rect: QRectF) -> None:
        """Dark corners where the clip fades, with the ramp as a line."""
        zoom = self.geometry.zoom
        painter = self.painter
        for length, left in ((float(clip.fade_in), True), (float(clip.fade_out), False)):
            width = length * zoom
            if width < 2:
                continue
            outer = rect.left() if left else rect.right()
            inner = outer + width if left else outer - width
            corner = QPolygonF([QPointF(outer, rect.top()), QPointF(inner, rect.top()), QPointF(outer, rect.bottom())])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 120))
            painter.drawPolygon(corner)
            painter.setPen(QPen(themed("text", 190), 1.2))
            painter.drawLine(QPointF(outer, rect.bottom()), QPointF(inner, rect.top()))


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))
