"""How one asset looks in the grid: its picture, its name and stars, and marks for what a person should know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QPainter, QPixmap

from app.icons import pixmap
from app.theme import color, current_theme
from editor.base.translation import tr
from editor.library.asset import Asset
from editor.library.kinds import LABELS, AssetKind

PADDING, TEXT = 10, 20
STARS_FROM = 96
MARK, MARKS_FROM = 20, 48
KIND_ICONS: dict[AssetKind, str] = {
    "image": "image", "vector": "vector", "layout": "page", "brush": "brush", "palette": "color", "lut": "adjustment",
    "font": "text", "sound": "audio", "clip": "video", "model": "mesh", "material": "material", "template": "document",
    "preset": "properties", "kit": "color", "ai_model": "command", "document": "document", "text": "caption",
    "other": "unknown",
}  # fmt: skip
CENTERED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
SMOOTH = QPainter.RenderHint.Antialiasing
"""Round corners need it, and nothing else: a straight line costs ten times as much with it."""
SPEAKS_FOR_ITSELF = ("image", "other")
"""Kinds whose picture needs no sign of what they are."""


@dataclass(frozen=True)
class Look:
    """What there is to know beside the row of the catalogue. `linked` is "used" when the open project shows the asset,
    "outdated" when it shows an older state of its file; `note` is
    a second line."""

    picture: QPixmap | None = None
    chosen: bool = False
    current: bool = False
    under_pointer: bool = False
    missing: bool = False
    linked: str = ""
    note: str = ""


class CellPainter:
    """Paints the cells of one screen; what all of them need is made once."""

    def __init__(self, painter: QPainter, side: int, ratio: float) -> None:
        self.painter, self.side, self.ratio = painter, side, ratio
        self.metrics: QFontMetrics = painter.fontMetrics()
        names = ("text", "muted", "accent", "selected", "hover", "window", "border")
        self.tones = {name: color(name) for name in names}
        self.tones["window"].setAlpha(200)
        self.star = self.metrics.horizontalAdvance("★")
        self.theme = current_theme()

    def paint(self, cell: QRect, asset: Asset, look: Look) -> None:
        painter, side = self.painter, self.side
        inner = cell.adjusted(3, 3, -3, -3)
        if look.chosen or look.under_pointer:
            self._fill(inner, "selected" if look.chosen else "hover", 6)
        if look.current:
            painter.setPen(self.tones["accent"])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(SMOOTH)
            painter.drawRoundedRect(QRectF(inner).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setRenderHint(SMOOTH, False)
        size = side - PADDING
        area = QRect(inner.center().x() - size // 2, inner.top() + (side - size) // 2, size, size)
        if look.missing:
            painter.setOpacity(0.35)
        place = self._paint_picture(area, asset, look.picture)
        if look.missing:
            painter.setOpacity(1.0)
        if asset.seconds is not None and look.picture is not None:
            self._paint_length(place, length_text(asset.seconds))
        self._paint_marks(place if look.picture is not None else area, asset, look)
        self._paint_text(inner, asset)
        if look.note:
            line = QRect(inner.left() + 4, inner.top() + side + TEXT - 2, inner.width() - 8, TEXT)
            painter.setPen(self.tones["muted"])
            note = self.metrics.elidedText(look.note, Qt.TextElideMode.ElideMiddle, line.width())
            painter.drawText(line, CENTERED, note)

    def _paint_picture(self, area: QRect, asset: Asset, picture: QPixmap | None) -> QRect:
        if picture is None:
            small = min(40, area.width() // 2)
            name = "warning" if asset.problem else KIND_ICONS.get(asset.kind, "unknown")
            place = QRect(0, 0, small, small)
            place.moveCenter(area.center())
            self.painter.drawPixmap(place, _sign(name, small, "muted", self.ratio, self.theme))
            return place
        width, height = picture.width() / self.ratio, picture.height() / self.ratio
        if width > area.width() or height > area.height():
            share = min(area.width() / width, area.height() / height)
            width, height = width * share, height * share
        place = QRect(0, 0, max(1, round(width)), max(1, round(height)))
        place.moveCenter(area.center())
        self.painter.drawPixmap(place, picture)
        if not picture.hasAlphaChannel():  # a white sheet ends where the ground begins, in a light theme as well
            self.painter.setPen(self.tones["border"])
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
            self.painter.drawRect(place.adjusted(0, 0, -1, -1))
        return place

    def _paint_length(self, place: QRect, text: str) -> None:
        width = self.metrics.horizontalAdvance(text) + 8
        badge = QRect(place.right() - width - 3, place.bottom() - 20, width, 17)
        self._fill(badge, "window", 3)
        self.painter.setPen(self.tones["text"])
        self.painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_marks(self, place: QRect, asset: Asset, look: Look) -> None:
        """In the corners: what kind it is at the left; missing, outdated, used at the right."""
        if look.picture is not None and asset.kind not in SPEAKS_FOR_ITSELF and place.width() >= MARKS_FROM:
            self._paint_mark(place.left() + 3, place.top() + 3, KIND_ICONS.get(asset.kind, "unknown"), "text")
        right, top = place.right() - MARK - 2, place.top() + 3
        if look.missing:
            self._paint_mark(right, top, "warning", "warning")
        elif look.linked == "outdated":
            self._paint_mark(right, top, "link", "warning")
        elif look.linked:
            self._paint_mark(right, top, "link", "accent")

    def _paint_mark(self, left: int, top: int, symbol: str, tone: str) -> None:
        self._fill(QRect(left, top, MARK, MARK), "window", 4)
        sign = _sign(symbol, MARK - 6, tone, self.ratio, self.theme)
        self.painter.drawPixmap(QRect(left + 3, top + 3, MARK - 6, MARK - 6), sign)

    def _fill(self, area: QRect, tone: str, radius: int) -> None:
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.tones[tone])
        self.painter.setRenderHint(SMOOTH)
        self.painter.drawRoundedRect(area, radius, radius)
        self.painter.setRenderHint(SMOOTH, False)

    def _paint_text(self, inner: QRect, asset: Asset) -> None:
        left, width = inner.left() + 4, inner.width() - 8
        line = QRect(left, inner.top() + self.side, width, TEXT)
        side = CENTERED
        if asset.rating and self.side >= STARS_FROM:
            width = self.star * asset.rating
            stars = _stars(asset.rating, width, self.ratio, self.theme)
            self.painter.drawPixmap(line.right() - width, line.top(), stars)
            line.setRight(line.right() - width - 4)
            side = LEFT
        self.painter.setPen(self.tones["text"])
        text = self.metrics.elidedText(asset.label, Qt.TextElideMode.ElideMiddle, line.width())
        self.painter.drawText(line, side, text)


@lru_cache(maxsize=32)
def _stars(count: int, width: int, ratio: float, _theme: str) -> QPixmap:
    """The sign comes from another font than the letters: looking for it anew for every cell takes long."""
    made = QPixmap(round(width * ratio), round(TEXT * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setFont(QGuiApplication.font())
    painter.setPen(color("accent"))
    painter.drawText(QRect(0, 0, width, TEXT), Qt.AlignmentFlag.AlignCenter, "★" * count)
    painter.end()
    return made


@lru_cache(maxsize=256)
def _sign(name: str, size: int, tone: str, ratio: float, _theme: str) -> QPixmap:
    """Drawing an icon takes longer than all the rest of a cell."""
    return pixmap(name, size, tone, ratio)


def hint_of(asset: Asset, look: Look) -> str:
    """What a pointer that rests on it is told."""
    lines = [asset.label, f"{tr(LABELS[asset.kind])} · {asset.name}"]
    if look.note:
        lines.append(look.note)
    elif asset.width and asset.height:
        lines.append(f"{asset.width} × {asset.height}")
    if asset.problem:
        lines.append(asset.problem)
    if look.missing:
        lines.append(tr("Its file is not at its place."))
    if look.linked == "outdated":
        lines.append(tr("The open project shows an older state of this file."))
    elif look.linked:
        lines.append(tr("Used in the open project"))
    return "\n".join(lines)


def length_text(seconds: float) -> str:
    """>>> length_text(3725)
    '1:02:05'
    """
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
