"""What is known of the chosen assets, and where a person says more: stars, title, tags, author, licence, notes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.library.grid import length_text
from app.theme import color
from editor.base.translation import tr
from editor.library.asset import Asset
from editor.library.edits import LICENCES, edit_assets
from editor.library.kinds import LABELS
from editor.library.library import Library
from editor.library.looks import colors_of
from editor.library.places import places_of
from editor.library.tags import tag_assets, tags_of, untag_assets
from editor.library.usage import uses_of

STAR = 20


class Stars(QWidget):
    """Five stars; a click on the last one that is lit takes them away."""

    rated = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.rating = 0
        self.setFixedSize(STAR * 5 + 4, STAR + 4)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Rating"))
        self.setToolTip(tr("Keys 0 to 5 rate as well"))

    def show_rating(self, rating: int) -> None:
        self.rating = rating
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = painter.font()
        font.setPixelSize(STAR - 2)
        painter.setFont(font)
        for index in range(5):
            painter.setPen(color("accent" if index < self.rating else "faint"))
            painter.drawText(index * STAR + 2, 0, STAR, STAR + 2, Qt.AlignmentFlag.AlignCenter, "★")
        if self.hasFocus():
            painter.setPen(color("accent"))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        wanted = min(5, int(event.position().x() // STAR) + 1)
        self.rated.emit(0 if wanted == self.rating else wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - Qt.Key.Key_0
        if 0 <= digit <= 5:
            self.rated.emit(digit)
        else:
            super().keyPressEvent(event)


class Details(QScrollArea):
    """`failed` carries an error to whoever shows errors; `color_chosen` a search for a colour."""

    color_chosen = Signal(str)

    def __init__(self, library: Library, attempt: Callable[[Callable[[], Any]], Any]) -> None:
        super().__init__()
        self.library, self._attempt = library, attempt
        self.assets: list[int] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        self.title = _Elided()
        self.title.setObjectName("modelTitle")
        self.facts = QLabel()
        self.facts.setObjectName("muted")
        self.facts.setWordWrap(True)
        self.colors = QLabel()
        self.colors.linkActivated.connect(self.color_chosen.emit)
        self.stars = Stars()
        self.stars.rated.connect(lambda rating: self._edit(rating=rating))
        for widget in (self.title, self.facts, self.colors, self.stars):
            column.addWidget(widget)
        self.form = QWidget()
        column.addWidget(self.form)
        self._fill_form(QFormLayout(self.form))
        self.more = QLabel()
        self.more.setObjectName("muted")
        self.more.setWordWrap(True)
        self.more.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.more)
        column.addStretch(1)
        self.setWidget(inner)
        self.show_assets([])

    def _fill_form(self, form: QFormLayout) -> None:
        form.setContentsMargins(0, 4, 0, 4)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(3)
        self.fields = {name: QLineEdit() for name in ("title", "tags", "author", "source")}
        for name, label in (
            ("title", tr("Title")), ("tags", tr("Tags")), ("author", tr("Author")), ("source", tr("Source")),
        ):  # fmt: skip
            form.addRow(label, self.fields[name])
            if name != "tags":
                self.fields[name].editingFinished.connect(partial(self._take, name))
        self.fields["tags"].editingFinished.connect(self._take_tags)
        self.fields["tags"].setPlaceholderText(tr("Separated by commas"))
        self.licence = QComboBox()
        self.licence.setEditable(True)
        self.licence.addItems(["", *LICENCES])
        self.licence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.licence.textActivated.connect(lambda text: self._edit(licence=text.strip()))
        self.licence.lineEdit().editingFinished.connect(self._take_licence)  # type: ignore[union-attr]
        form.addRow(tr("Licence"), self.licence)
        self.notes = _Notes()
        self.notes.finished.connect(lambda: self._edit_changed("notes", self.notes.toPlainText()))
        form.addRow(tr("Notes"), self.notes)

    # Showing

    def show_assets(self, assets: list[int]) -> None:
        """One asset with all that is known; of several what they have in common."""
        self.assets = assets
        shown = [asset for asset in (self._attempt(partial(self.library.asset, key)) for key in assets[:200]) if asset]
        for widget in (self.colors, self.stars, self.form, self.more):
            widget.setVisible(bool(shown))
        if not shown:
            self.title.setText("")
            self.facts.setText(tr("Choose an asset to see what is known of it."))
            return
        one = shown[0] if len(assets) == 1 else None
        self.title.setToolTip(one.name if one else "")
        self.title.setText(one.label if one else tr("{count} assets", count=len(assets)))
        self.facts.setText(_facts(one) if one else _sum(shown))
        self.stars.show_rating(_common([asset.rating for asset in shown], 0))
        for name in ("title", "author", "source"):
            self._show(self.fields[name], _common([str(getattr(asset, name)) for asset in shown], None))
        self.licence.setEditText(_common([asset.licence for asset in shown], "") or "")
        self._show(self.fields["tags"], ", ".join(self._common_tags([asset.id for asset in shown])))
        notes = _common([asset.notes for asset in shown], "")
        if not self.notes.hasFocus():
            self.notes.setPlainText(notes)
        self.colors.setText(self._swatches(one) if one else "")
        self.colors.setVisible(bool(self.colors.text()))
        self.more.setText(self._places(one) if one else "")

    def _show(self, field: QLineEdit, text: str | None) -> None:
        """A field that is being typed in is left alone."""
        if field.hasFocus() and field.isModified():
            return
        field.setText(text or "")
        field.setPlaceholderText(tr("Several") if text is None else field.property("usual") or "")

    def _common_tags(self, assets: list[int]) -> list[str]:
        lists = [tags_of(self.library.catalogue, key) for key in assets[:50]]
        return [tag for tag in lists[0] if all(tag in other for other in lists)]

    def _swatches(self, asset: Asset) -> str:
        """Leading colours as squares; a click looks for more like it."""
        from editor.library.colors import hex_of_lab

        found = [hex_of_lab(one.lab) for one in colors_of(self.library.catalogue, asset.id)]
        return " ".join(
            f'<a href="color:{one}" style="text-decoration:none; color:{one}; font-size:20px">■</a>' for one in found
        )

    def _places(self, asset: Asset) -> str:
        lines = [_breakable(path) for path in places_of(self.library.catalogue, asset.id)]
        if asset.stored:
            lines.append(tr("Kept in the library"))
        uses = uses_of(self.library.catalogue, asset.hash)
        lines += [
            tr("Used in {document} of {project}", document=use.document or "–", project=path.stem) for path, use in uses
        ]
        return "\n".join(lines)

    # Editing

    def _take(self, name: str) -> None:
        field = self.fields[name]
        if field.isModified():
            field.setModified(False)
            self._edit(**{name: field.text().strip()})

    def _take_licence(self) -> None:
        line = self.licence.lineEdit()
        if line is not None and line.isModified():
            line.setModified(False)
            self._edit(licence=line.text().strip())

    def _take_tags(self) -> None:
        field = self.fields["tags"]
        if not field.isModified() or not self.assets:
            return
        field.setModified(False)
        wanted = [name.strip() for name in field.text().split(",") if name.strip()]
        before = self._common_tags(self.assets)
        gone = [name for name in before if name.casefold() not in {one.casefold() for one in wanted}]
        assets = list(self.assets)

        def change() -> None:
            if wanted:
                tag_assets(self.library.catalogue, assets, wanted)
            if gone:
                untag_assets(self.library.catalogue, assets, gone)

        self._attempt(change)

    def _edit_changed(self, name: str, text: str) -> None:
        if len(self.assets) == 1 and self.library.asset(self.assets[0]).notes != text:
            self._edit(**{name: text})

    def _edit(self, **values: Any) -> None:
        assets = list(self.assets)
        if assets:
            self._attempt(lambda: edit_assets(self.library.catalogue, assets, **values))


class _Elided(QLabel):
    """One line, with its middle left out where it is too long; the whole is in the hint."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class _Notes(QPlainTextEdit):
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(70)
        self.setTabChangesFocus(True)

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.finished.emit()


def _breakable(path: Path) -> str:
    """A path that may be broken behind its slashes."""
    return str(path).replace("/", "/\u200b").replace("\\", "\\\u200b")


def _common(values: list[Any], otherwise: Any) -> Any:
    return values[0] if all(value == values[0] for value in values) else otherwise


def _facts(asset: Asset) -> str:
    parts = [tr(LABELS[asset.kind]), asset.extension.upper(), size_text(asset.size)]
    if asset.width and asset.height:
        parts.append(f"{asset.width} × {asset.height}")
    if asset.seconds is not None:
        parts.append(length_text(asset.seconds))
    parts.append(tr("added {day}", day=datetime.fromtimestamp(asset.added).astimezone().strftime("%Y-%m-%d")))
    text = "  ·  ".join(part for part in parts if part)
    return f"{text}\n{asset.problem}" if asset.problem else text


def _sum(assets: list[Asset]) -> str:
    return size_text(sum(asset.size for asset in assets))


def size_text(size: int) -> str:
    """Decimal units, as file managers show them."""
    value, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.1f} {unit}"
