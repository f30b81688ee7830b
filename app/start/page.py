"""The start page: what to make, what to go on with, and the report of a crash when there is one."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.icons import icon, pixmap
from app.shell.reports import Crash
from app.start.presets import KINDS, Kind, Preset
from app.start.recent import RecentCard
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow

CARD_WIDTH = 236
SIDE_WIDTH, SIDE_MARGIN = 220, 18
SHOWN_RECENT = 12
WIDE = 1180


class StartPage(QWidget):
    """Left: what can be done at once. Right: a card for each kind, then recent projects."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.setObjectName("startPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.window_ = window
        self._recent_shown: list[str] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side())
        row.addWidget(self._main(), 1)

    def _side(self) -> QWidget:
        side = QFrame()
        side.setObjectName("startSide")
        column = QVBoxLayout(side)
        column.setContentsMargins(SIDE_MARGIN, 26, SIDE_MARGIN, 18)
        column.setSpacing(4)
        name = QLabel("Atelier")
        name.setObjectName("heading")
        column.addWidget(name)
        column.addSpacing(18)
        self.back = self._side_button("chevron-left", tr("Back to the project"), self.window_.show_work)
        column.addWidget(self.back)
        files = self.window_.files
        for picture, text, act in (
            ("new", tr("New from template..."), partial(self._trigger, "file.new_from_template")),
            ("open", tr("Open..."), files.open_dialog),
            ("import", tr("Import a file..."), files.import_dialog),
            ("sample", tr("Sample project"), files.open_sample),
        ):
            column.addWidget(self._side_button(picture, text, act))
        column.addStretch(1)
        for picture, text, name_ in (
            ("command", tr("Commands"), "edit.palette"), ("keyboard", tr("Shortcuts"), "edit.shortcuts"),
            ("settings", tr("Preferences"), "edit.preferences"),
        ):  # fmt: skip
            column.addWidget(self._side_button(picture, text, partial(self._trigger, name_)))
        widest = max(button.sizeHint().width() for button in side.findChildren(QPushButton))
        self.side_width = max(SIDE_WIDTH, widest + 2 * SIDE_MARGIN)  # as wide as its longest words
        side.setFixedWidth(self.side_width)
        return side

    def _trigger(self, name: str) -> None:
        self.window_.bindings.actions[name].trigger()

    def _side_button(self, picture: str, text: str, act: object) -> QPushButton:
        button = QPushButton(icon(picture, "muted"), f"  {text}")
        button.setProperty("flat", True)
        button.setStyleSheet("text-align: left; padding: 7px 8px;")
        button.setIconSize(QSize(18, 18))
        button.clicked.connect(lambda _on=False: act())  # type: ignore[operator]
        return button

    def _main(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(36, 28, 36, 28)
        column.setSpacing(14)
        self.crash_box = QFrame()
        self.crash_box.setObjectName("messageBar")
        self.crash_box.setProperty("level", "warning")
        self.crash_box.hide()
        column.addWidget(self.crash_box)
        column.addWidget(self._title(tr("New")))
        self.kinds = QGridLayout()
        self.kinds.setSpacing(14)
        self.kind_cards = [self._kind_card(kind) for kind in KINDS]
        column.addLayout(self.kinds)
        column.addSpacing(14)
        column.addWidget(self._title(tr("Recent")))
        self.recent = QGridLayout()
        self.recent.setSpacing(14)
        self.recent.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        column.addLayout(self.recent)
        self.empty = QLabel(tr("Nothing here yet. Make something above, or drop a file anywhere on this window."))
        self.empty.setObjectName("emptyState")
        column.addWidget(self.empty)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        return scroll

    def _title(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setObjectName("heading")
        return label

    def _kind_card(self, kind: Kind) -> QWidget:
        card = QFrame()
        card.setObjectName("kindCard")
        column = QVBoxLayout(card)
        column.setContentsMargins(4, 4, 4, 0)
        column.setSpacing(1)
        head = QHBoxLayout()
        head.setSpacing(10)
        picture = QLabel()
        picture.setPixmap(pixmap(kind.icon, 24, "accent", self.devicePixelRatioF()))
        title = QLabel(tr(kind.label))
        title.setStyleSheet("font-size: 15px; font-weight: 600;")
        head.addWidget(picture)
        head.addWidget(title, 1)
        column.addLayout(head)
        summary = QLabel(tr(kind.summary))
        summary.setObjectName("muted")
        summary.setWordWrap(True)
        column.addWidget(summary)
        column.addSpacing(8)
        for preset in kind.presets:
            column.addWidget(PresetRow(preset, partial(self._make, kind, preset)))
        column.addWidget(PresetRow(Preset("Other size...", ""), partial(self._other, kind)))
        column.addStretch(1)
        return card

    def _make(self, kind: Kind, preset: Preset) -> None:
        files = self.window_.files
        files.new_project(kind.family, name=tr(kind.label), **preset.parameters)

    def _other(self, kind: Kind) -> None:
        from app.dialogs.new_document import NewDocumentDialog

        NewDocumentDialog(self.window_, kind.family).exec()

    # What changes

    def refresh(self) -> None:
        """Show the recent projects as they are now."""
        preferences = self.window_.session.preferences
        self.back.setVisible(self.window_.session.project is not None)
        wanted = [text for text in preferences.recent if Path(text).exists()][:SHOWN_RECENT]
        if wanted == self._recent_shown:
            return
        self._recent_shown = wanted
        while self.recent.count():
            item = self.recent.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for text in wanted:
            self.recent.addWidget(RecentCard(Path(text), self.window_.files.open_path))
        self._lay_out_recent()
        self.empty.setVisible(not wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out_kinds()
        self._lay_out_recent()

    def _lay_out_kinds(self) -> None:
        """Four in a row, or two where the window is narrow."""
        columns = 4 if self.width() >= WIDE else 2
        for place, card in enumerate(self.kind_cards):
            self.kinds.addWidget(card, place // columns, place % columns)
        for column in range(4):
            self.kinds.setColumnStretch(column, 1 if column < columns else 0)

    def _lay_out_recent(self) -> None:
        cards = [item.widget() for i in range(self.recent.count()) if (item := self.recent.itemAt(i)) is not None]
        columns = max(1, (self.width() - self.side_width - 72) // (CARD_WIDTH + 14))
        for place, card in enumerate(cards):
            if card is not None:
                self.recent.addWidget(card, place // columns, place % columns)

    def offer_crash(self, crash: Crash | None) -> None:
        """Say that the last start ended badly; the project is not opened by itself."""
        if crash is None:
            return
        row = QHBoxLayout(self.crash_box)
        row.setContentsMargins(14, 10, 10, 10)
        picture = QLabel()
        picture.setPixmap(pixmap("warning", 20, "warning", self.devicePixelRatioF()))
        text = tr("The last start ended badly. All edits up to that moment are saved.")
        if crash.project:
            text = f"{text} {tr('{name} was open then and was not opened now.', name=Path(crash.project).stem)}"
        words = QLabel(text)
        words.setWordWrap(True)
        row.addWidget(picture)
        row.addWidget(words, 1)
        for label, act in (
            (tr("Show the report"), partial(self._show_report, crash)),
            (tr("Open that project"), partial(self._open_crashed, crash)),
            (tr("Dismiss"), self.crash_box.hide),
        ):
            if label == tr("Open that project") and not crash.project:
                continue
            button = QPushButton(label)
            button.clicked.connect(lambda _on=False, act=act: act())
            row.addWidget(button)
        self.crash_box.show()

    def _show_report(self, crash: Crash) -> None:
        from app.dialogs.report import ReportDialog

        ReportDialog(self.window_, crash.report).exec()

    def _open_crashed(self, crash: Crash) -> None:
        self.crash_box.hide()
        self.window_.files.open_path(Path(crash.project))


class PresetRow(QPushButton):
    """A preset as one row: its name, and its size in grey."""

    def __init__(self, preset: Preset, act: object) -> None:
        super().__init__()
        self.setProperty("flat", True)
        self.setAccessibleName(f"{tr(preset.label)} {preset.size}")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 5, 8, 5)
        name = QLabel(tr(preset.label))
        size = QLabel(preset.size)
        size.setObjectName("muted")
        for label in (name, size):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(name, 1)
        row.addWidget(size)
        self.setMinimumHeight(28)
        self.clicked.connect(lambda _on=False: act())  # type: ignore[operator]
