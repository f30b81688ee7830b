"""What is known of the chosen work: whose it is, on what terms, in which sizes it comes; and fetching it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ai.missing import size_text
from app.icons import icon
from app.theme import color
from editor.base.translation import tr
from editor.formats.provenance.licences import address_of
from editor.workflows.catalogues.licences import allows
from editor.workflows.catalogues.source import LABELS, Found, Variant

STEPS = 1000


class WorkDetails(QScrollArea):
    """`wanted` says that the chosen variant is to be fetched, `stopped` that it is not any more, `hearing` that the
    work is to be heard, or no more."""

    wanted = Signal()
    stopped = Signal()
    hearing = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.found: Found | None = None
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(9)
        self.title = QLabel()
        self.title.setObjectName("modelTitle")
        self.about, self.badge, self.links, self.state = QLabel(), QLabel(), QLabel(), QLabel()
        self.about.setObjectName("muted")
        self.state.setObjectName("muted")
        self.links.linkActivated.connect(_open)
        self.variants = QComboBox()
        self.variants.setAccessibleName(tr("Variant"))
        self.variants.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.fetch = QPushButton(tr("Fetch..."))
        self.fetch.setProperty("primary", True)
        self.fetch.clicked.connect(lambda _on=False: self.wanted.emit())
        self.listen = QPushButton()
        self.listen.clicked.connect(lambda _on=False: self.hearing.emit(not self._is_heard))
        self.show_hearing(False)
        for widget in (self.title, self.about, self.badge, self.links, self.listen, self.variants, self.fetch):
            column.addWidget(widget)
        for label in (self.title, self.about, self.badge, self.links, self.state):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for rich in (self.badge, self.links):
            rich.setTextFormat(Qt.TextFormat.RichText)
        column.addWidget(self._running())
        column.addWidget(self.state)
        column.addStretch(1)
        self.setWidget(inner)
        self.show_work(None)

    def _running(self) -> QWidget:
        self.running = QWidget()
        row = QHBoxLayout(self.running)
        row.setContentsMargins(0, 0, 0, 0)
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.stop = QPushButton(tr("Cancel"))
        self.stop.clicked.connect(lambda _on=False: self.stopped.emit())
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        self.running.hide()
        return self.running

    # Showing

    def show_work(self, found: Found | None, waiting: bool = False) -> None:
        """A work, or nothing; `waiting` for what the catalogue still has to tell."""
        self.found = found
        self.state.setText(tr("Asking what there is...") if waiting else "")
        for widget in (self.about, self.badge, self.links, self.variants, self.fetch):
            widget.setVisible(found is not None)
        self.listen.setVisible(found is not None and bool(found.sound))
        self.show_hearing(False)
        if found is None:
            self.title.setText("")
            self.state.setText(tr("Choose a work to see whose it is, on what terms, and in which sizes it comes."))
            return
        self.title.setText(found.title)
        self.about.setText("\n".join(part for part in (tr(LABELS[found.kind]), found.about) if part))
        self.badge.setText(_badge(found.licence))
        self.links.setText(_lines(found))
        self._fill(found.variants)
        can = bool(found.variants and found.licence)
        self.fetch.setEnabled(can)
        self.variants.setEnabled(len(found.variants) > 1)
        if not waiting and not can:
            self.state.setText(
                tr("Nothing of it can be fetched here.") if found.licence else
                tr("The catalogue does not say under which licence it may be used, so it is not fetched.")
            )  # fmt: skip

    def _fill(self, variants: tuple[Variant, ...]) -> None:
        self.variants.clear()
        for variant in variants:
            size = f"  ·  {size_text(variant.size)}" if variant.is_measured else ""
            self.variants.addItem(f"{variant.label}{size}", variant.key)
        self.variants.setVisible(bool(variants))

    def variant(self) -> Variant | None:
        known = self.found.variants if self.found is not None else ()
        return next((one for one in known if one.key == self.variants.currentData()), None)

    # While something goes on

    def show_hearing(self, on: bool) -> None:
        """Whether the work is being heard, or fetched for that."""
        self._is_heard = on
        self.listen.setIcon(icon("stop" if on else "play"))
        self.listen.setText(tr("Stop listening") if on else tr("Listen"))
        self.listen.setToolTip("" if on else tr("Hear up to a minute of it; nothing is kept"))

    def show_progress(self, share: float, text: str) -> None:
        self.running.show()
        self.fetch.setEnabled(False)
        self.bar.setRange(0, STEPS if share >= 0 else 0)
        self.bar.setValue(round(max(share, 0.0) * STEPS))
        self.state.setText(text)

    def show_end(self, text: str) -> None:
        self.running.hide()
        self.fetch.setEnabled(bool(self.found and self.found.variants and self.found.licence))
        self.state.setText(text)


def _badge(licence: str) -> str:
    """The licence as a mark in green for every use, in amber where paid work is not allowed or changes are not."""
    if not licence:
        return ""
    tone = color("good" if allows(licence, "changes") else "warning").name()
    ground = color("raised").name()
    told = [] if allows(licence, "commercial") else [tr("not for paid work")]
    if "-ND" in licence.upper():
        told.append(tr("no changes"))
    if "-SA" in licence.upper():
        told.append(tr("pass on under the same licence"))
    mark = f'<span style="background:{ground}; color:{tone}">&nbsp;<b>{escape(licence)}</b>&nbsp;</span>'
    notes = f' <span style="color:{color("muted").name()}">{escape(", ".join(told))}</span>' if told else ""
    return f"{mark}{notes}"


def _lines(found: Found) -> str:
    """Author and page, as a person reads them; what strangers wrote is no markup."""
    parts = [escape(tr("by {author}", author=found.author))] if found.author else []
    accent = color("accent").name()
    for label, address in ((tr("Its page"), found.page), (tr("Licence text"), address_of(found.licence))):
        if address.startswith(("https://", "http://")):
            parts.append(f'<a style="color:{accent}" href="{escape(address, quote=True)}">{escape(label)}</a>')
    if found.tags:
        parts.append(f'<span style="color:{color("muted").name()}">{escape(", ".join(found.tags[:12]))}</span>')
    return "<br>".join(parts)


def _open(address: str) -> None:
    """In the web browser, because a person pressed a link."""
    if address.startswith(("https://", "http://")):
        QDesktopServices.openUrl(QUrl(address))
