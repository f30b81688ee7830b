"""How one asset looks in the grid: its picture, its name and stars, and marks for what a person should know."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap

from app.icons import pixmap
from app.theme import color
from editor.base.translation import tr
from editor.library.asset import Asset
from editor.library.kinds import LABELS, AssetKind

PADDING, TEXT = 10, 20
STARS_FROM = 96
MARK = 20
KIND_ICONS: dict[AssetKind, str] = {
    "image": "image", "vector": "vector", "layout": "page", "brush": "brush", "palette": "color", "lut": "adjustment",
    "font": "text", "sound": "audio", "clip": "video", "model": "mesh", "material": "material", "template": "document",
    "preset": "properties", "kit": "color", "ai_model": "command", "document": "document", "text": "caption",
    "other": "unknown",
}  # fmt: skip
SPEAKS_FOR_ITSELF = ("image", "other")
"""Kinds whose picture needs no sign of what they are."""


@dataclass(frozen=True)
class Look:
    """What there is to know beside the row of the catalogue. `linked` is "used" when the open project shows the asset,
    "outdated" when it shows an older state of its file."""

    picture: QPixmap | None = None
    chosen: bool = False
    current: bool = False
    under_pointer: bool = False
    missing: bool = False
    linked: str = ""


def paint_cell(painter: QPainter, cell: QRect, side: int, asset: Asset, look: Look, ratio: float) -> None:
    inner = cell.adjusted(3, 3, -3, -3)
    if look.chosen or look.under_pointer:
        path = QPainterPath()
        path.addRoundedRect(QRectF(inner), 6, 6)
        painter.fillPath(path, color("selected" if look.chosen else "hover"))
    if look.current:
        painter.setPen(color("accent"))
        painter.drawRoundedRect(QRectF(inner).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    area = QRect(0, 0, side - PADDING, side - PADDING)
    area.moveCenter(QPoint(inner.center().x(), inner.top() + side // 2))
    if look.missing:
        painter.setOpacity(0.35)
    place = _paint_picture(painter, area, asset, look.picture, ratio)
    painter.setOpacity(1.0)
    if asset.seconds is not None and look.picture is not None:
        _paint_badge(painter, place, length_text(asset.seconds))
    _paint_marks(painter, place, asset, look, ratio)
    _paint_text(painter, inner, side, asset)


def _paint_picture(painter: QPainter, area: QRect, asset: Asset, picture: QPixmap | None, ratio: float) -> QRect:
    if picture is None:
        small = min(40, area.width() // 2)
        name = "warning" if asset.problem else KIND_ICONS.get(asset.kind, "unknown")
        place = QRect(0, 0, small, small)
        place.moveCenter(area.center())
        painter.drawPixmap(place, pixmap(name, small, "muted", ratio))
        return place
    size = picture.size()
    if size.width() > area.width() or size.height() > area.height():
        size = size.scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(0, 0, size.width(), size.height())
    place.moveCenter(area.center())
    painter.drawPixmap(place, picture)
    return place


def _paint_badge(painter: QPainter, place: QRect, text: str) -> None:
    width = painter.fontMetrics().horizontalAdvance(text) + 8
    badge = QRect(place.right() - width - 3, place.bottom() - 20, width, 17)
    _paint_ground(painter, badge)
    painter.setPen(color("text"))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


def _paint_marks(painter: QPainter, area: QRect, asset: Asset, look: Look, ratio: float) -> None:
    """In the corners: what kind it is at the left; missing, outdated, used at the right."""
    if look.picture is not None and asset.kind not in SPEAKS_FOR_ITSELF and area.width() >= STARS_FROM // 2:
        _paint_mark(painter, area.topLeft() + QPoint(3, 3), KIND_ICONS.get(asset.kind, "unknown"), "muted", ratio)
    right = QPoint(area.right() - MARK - 2, area.top() + 3)
    if look.missing:
        _paint_mark(painter, right, "warning", "warning", ratio)
    elif look.linked == "outdated":
        _paint_mark(painter, right, "link", "warning", ratio)
    elif look.linked:
        _paint_mark(painter, right, "link", "accent", ratio)


def _paint_mark(painter: QPainter, corner: QPoint, symbol: str, tone: str, ratio: float) -> None:
    badge = QRect(corner.x(), corner.y(), MARK, MARK)
    _paint_ground(painter, badge)
    painter.drawPixmap(badge.adjusted(3, 3, -3, -3), pixmap(symbol, MARK - 6, tone, ratio))


def _paint_ground(painter: QPainter, badge: QRect) -> None:
    path = QPainterPath()
    path.addRoundedRect(QRectF(badge), 4, 4)
    ground = color("window")
    ground.setAlpha(200)
    painter.fillPath(path, ground)


def _paint_text(painter: QPainter, inner: QRect, side: int, asset: Asset) -> None:
    line = QRect(inner.left() + 4, inner.top() + side, inner.width() - 8, TEXT)
    with_stars = bool(asset.rating) and side >= STARS_FROM
    if with_stars:
        stars = "★" * asset.rating
        painter.setPen(color("accent"))
        width = painter.fontMetrics().horizontalAdvance(stars)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, stars)
        line.setRight(line.right() - width - 4)
    painter.setPen(color("text"))
    text = painter.fontMetrics().elidedText(asset.label, Qt.TextElideMode.ElideMiddle, line.width())
    side_ = Qt.AlignmentFlag.AlignLeft if with_stars else Qt.AlignmentFlag.AlignHCenter
    painter.drawText(line, side_ | Qt.AlignmentFlag.AlignVCenter, text)


def hint_of(asset: Asset, look: Look) -> str:
    """What a pointer that rests on it is told."""
    lines = [asset.label, f"{tr(LABELS[asset.kind])} · {asset.name}"]
    if asset.width and asset.height:
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
