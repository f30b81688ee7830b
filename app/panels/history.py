"""The history of the project: click a step to go there. Branches are kept and shown; versions have a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from app.icons import pixmap
from app.theme import color
from editor.base.numbers import time_text
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.session import Session
    from editor.document.history import History

ENTRY, DEPTH, STATE, VERSION, TIME = (Qt.ItemDataRole.UserRole + number for number in range(1, 6))
HEIGHT = 26
SHOWN = 1000
"""Rows shown at most: the newest."""


class HistoryDelegate(QStyledItemDelegate):
    """A dot on a line, the label, and the time of the step."""

    def sizeHint(self, option: Any, index: Any) -> QSize:
        return QSize(120, HEIGHT)

    def paint(self, painter: QPainter, option: Any, index: Any) -> None:
        area: QRect = option.rect
        state = index.data(STATE)
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, color("hover"))
        if state == "here":
            painter.fillRect(area, color("selected"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = area.left() + 14 + 14 * int(index.data(DEPTH) or 0)
        middle = area.center().y() + 1
        painter.setPen(color("border"))
        painter.drawLine(x, area.top(), x, area.bottom())
        tone = color({"here": "accent", "done": "muted"}.get(state, "faint"))
        painter.setPen(tone)
        painter.setBrush(tone if state in ("here", "done") else color("panel"))
        painter.drawEllipse(x - 3, middle - 4, 6, 6)
        left, right = x + 14, area.right() - 58
        if index.data(VERSION):
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(left, area.top() + 6, pixmap("version", 14, "accent", ratio))
            left += 19
        painter.setPen(color("text" if state in ("here", "done") else "faint"))
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRect(left, area.top(), right - left, area.height()), Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(color("faint"))
        clock = QRect(right, area.top(), 50, area.height())
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(clock, right, str(index.data(TIME) or ""))


class HistoryPanel(QWidget):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.list = QListWidget()
        self.list.setItemDelegate(HistoryDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setAccessibleName(tr("History"))
        self.list.itemClicked.connect(self._travel)
        self.list.itemActivated.connect(self._travel)
        column.addWidget(self.list, 1)
        self.foot = QLabel()
        self.foot.setObjectName("muted")
        self.foot.setContentsMargins(12, 5, 12, 5)
        column.addWidget(self.foot)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(60)
        self._timer.timeout.connect(self._refresh_if_seen)
        session.changed.connect(self._follow)
        session.project_opened.connect(self._timer.start)
        session.project_closed.connect(self._timer.start)
        self.refresh()

    def _follow(self, event: Any) -> None:
        if event is None or not event.live:
            self._timer.start()

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Show the tree of steps as it is now."""
        self.list.clear()
        project = self.session.project
        if project is None:
            self.foot.clear()
            return
        history = project.history
        versions = self._versions()
        done = {0, *history.path(history.head)}
        for key, depth in rows_of(history)[-SHOWN:]:
            item = QListWidgetItem(tr(history[key].label) if key else tr("Start"))
            state = "here" if key == history.head else "done" if key in done else "ahead"
            moment = time_text(history[key].time) if key else ""
            names = versions.get(key, [])
            if names:
                item.setText(f"{', '.join(names)} · {item.text()}")
            for role, value in ((ENTRY, key), (DEPTH, depth), (STATE, state), (VERSION, bool(names)), (TIME, moment)):
                item.setData(role, value)
            self.list.addItem(item)
            if state == "here":
                self.list.scrollToItem(item)
        branches = max(1, history.branch_count())
        steps = tr_count("1 step", "{count} steps", count=len(history))
        self.foot.setText(f"{steps}, {tr_count('1 branch', '{count} branches', count=branches)}")

    def _versions(self) -> dict[int, list[str]]:
        storage = self.session.storage
        found: dict[int, list[str]] = {}
        if storage is not None:
            for version in self.session.attempt(storage.versions.list) or ():
                found.setdefault(version.entry, []).append(version.name)
        return found

    def _travel(self, item: QListWidgetItem) -> None:
        key = item.data(ENTRY)
        project = self.session.project
        if project is not None:
            self.session.attempt(lambda: project.travel(key))


def rows_of(history: History) -> list[tuple[int, int]]:
    """(entry, depth) for the whole tree: the line that one is on keeps to the left, left branches are set in."""
    line = set(history.visible())
    rows: list[tuple[int, int]] = [(0, 0)]
    pending = [(child, 0) for child in _ordered(history, 0, line)]
    while pending:
        key, depth = pending.pop()
        own = depth if key in line else depth + (1 if _leaves_line(history, key, line) else 0)
        rows.append((key, min(own, 6)))
        pending.extend((child, own) for child in _ordered(history, key, line))
    return rows


def _ordered(history: History, key: int, line: set[int]) -> list[int]:
    """Children so that the branches left behind are shown before the line goes on (the last one is popped first)."""
    children = history.children(key)
    return [child for child in children if child in line] + [child for child in reversed(children) if child not in line]


def _leaves_line(history: History, key: int, line: set[int]) -> bool:
    parent = history[key].parent
    return parent in line or parent == 0 or len(history.children(parent)) > 1
