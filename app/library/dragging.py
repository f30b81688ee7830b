"""Assets on the way into documents: as files that any drop target takes, and as a copy or a live link."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QRectF, Qt, QUrl
from PySide6.QtGui import QDrag, QDropEvent, QFontMetrics, QGuiApplication, QPainter, QPixmap

from app.icons import pixmap
from app.presets.using import is_preset
from app.theme import color
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.library.library import Library

ASSET_MIME = "application/x-atelier-asset"
IDS_MIME = "application/x-atelier-asset-ids"
LINKED = b"linked"
COPY, LINK = Qt.DropAction.CopyAction, Qt.DropAction.LinkAction
ARROW = ((0, 0), (0, 15), (4, 11), (7, 17), (9, 16), (6, 10), (11, 10))


def mime_of(library: Library, assets: list[int], linked: bool = False) -> QMimeData:
    """Files that are away are left out; which assets of which library they are, is told beside."""
    paths = []
    for key in assets:
        try:
            paths.append(library.file_of(library.asset(key)))
        except ExpectedError:
            continue
    data = mime_of_paths(paths, linked)
    told = {"library": _name_of(library), "assets": assets}
    data.setData(IDS_MIME, json.dumps(told).encode())
    return data


def is_of(library: Library, data: QMimeData) -> bool:
    """Whether assets of this very library are dragged, be it from another window."""
    return bool(assets_of(library, data))


def assets_of(library: Library, data: QMimeData) -> list[int]:
    """Ids of the assets that are dragged; none when they are files, or assets of another library."""
    try:
        told = json.loads(bytes(data.data(IDS_MIME).data()))
        return [int(key) for key in told["assets"]] if told["library"] == _name_of(library) else []
    except (ValueError, TypeError, KeyError):
        return []


def _name_of(library: Library) -> str:
    return str(library.catalogue.folder.resolve())


def mime_of_paths(paths: Sequence[Path], linked: bool = False) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    data.setData(ASSET_MIME, LINKED if linked else b"copied")
    return data


def is_linked(data: QMimeData) -> bool:
    """Whether what is dragged shall follow the asset's file."""
    return bytes(data.data(ASSET_MIME).data()) == LINKED


def local_paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


# On the side of who takes it


def wants_link(event: QDropEvent) -> bool:
    """A drag that was begun as a link, or the keys for one: Alt, or what the system has for links."""
    alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
    return is_linked(event.mimeData()) or alt or event.proposedAction() == LINK


def welcome(event: QDropEvent) -> str:
    """Accept files, so that the pointer says as what they would come; gives a hint for the status bar."""
    paths = local_paths(event.mimeData())
    if not paths:
        return ""
    if all(is_preset(path) for path in paths):
        event.setDropAction(COPY)
        event.accept()
        return tr("Drop to apply the preset here.")
    linked = wants_link(event)
    event.setDropAction(LINK if linked and event.possibleActions() & LINK else COPY)
    event.accept()
    if linked:
        return tr("Drop for a live link: it follows its file.")
    return tr("Drop for a copy. With Alt it becomes a live link that follows its file.")


# On the side of who gives it


def show_what_it_does(drag: QDrag) -> None:
    """Pointers that say which of the two a drop would be."""
    drag.setDragCursor(_pointer(tr("Copy"), "duplicate"), COPY)
    drag.setDragCursor(_pointer(tr("Live link"), "link"), LINK)


def _pointer(text: str, symbol: str) -> QPixmap:
    """An arrow with a small label at its foot."""
    font = QGuiApplication.font()
    width = QFontMetrics(font).horizontalAdvance(text) + 34
    made = QPixmap(width + 16, 42)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(color("window"))
    painter.setBrush(color("text"))
    painter.drawPolygon([QPoint(x + 1, y + 1) for x, y in ARROW])
    label = QRectF(13, 18, width, 22)
    painter.setPen(color("border"))
    painter.setBrush(color("raised"))
    painter.drawRoundedRect(label, 5, 5)
    painter.drawPixmap(20, 22, pixmap(symbol, 14, "accent"))
    painter.setPen(color("text"))
    painter.setFont(font)
    area = label.adjusted(26, 0, -6, 0)
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.end()
    return made
