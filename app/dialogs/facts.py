"""Facts of something that a person must agree to: a quiet name at the left, what is known at the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QGridLayout, QLabel, QTextEdit

from app.theme import color
from editor.base.translation import tr

FILES_WIDTH, FILES_HEIGHT, MARGIN = 576, 250, 12


def facts(rows: tuple[tuple[str, str], ...]) -> QGridLayout:
    """Texts are shown as they are, whoever wrote them."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(8)
    grid.setColumnMinimumWidth(0, 90)
    grid.setColumnStretch(1, 1)
    for row, (name, text) in enumerate(rows):
        caption = muted(name)
        caption.setAlignment(Qt.AlignmentFlag.AlignTop)
        grid.addWidget(caption, row, 0)
        grid.addWidget(_value(text), row, 1)
    return grid


def muted(text: str) -> QLabel:
    """Quiet text over as many lines as it needs."""
    label = QLabel(text)
    label.setObjectName("muted")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def file_list(files: Iterable[tuple[str, Sequence[str]]]) -> QTextEdit:
    """Files, each with quieter lines below its name, to be read and copied; no higher than it needs to be."""
    quiet = f'style="color:{color("muted").name()}"'
    parts = [
        f"<p>{escape(name)}<br><span {quiet}>{'<br>'.join(map(escape, lines))}</span></p>" for name, lines in files
    ]
    view = QTextEdit()
    view.setReadOnly(True)
    view.setTabChangesFocus(True)
    view.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    view.setAccessibleName(tr("Files"))
    view.setHtml("".join(parts))
    view.document().setTextWidth(FILES_WIDTH)
    view.setFixedHeight(min(round(view.document().size().height()) + MARGIN, FILES_HEIGHT))
    return view


def _value(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
