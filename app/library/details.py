"""What is known of the chosen assets, and where a person says more: stars, title, tags, author, licence, notes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QCompleter,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.library.cells import length_text
from app.library.completing import WordCompleter
from app.library.stars import Stars
from editor.base.numbers import day_text, size_text
from editor.base.translation import tr, tr_count
from editor.library.asset import Asset
from editor.library.edits import edit_assets
from editor.library.kinds import LABELS
from editor.library.library import Library
from editor.library.licence_names import licence_names
from editor.library.looks import colors_of
from editor.library.places import places_of
from editor.library.summary import Summary, missing_among, summary_of
from editor.library.tags import tag_assets, tag_key, tags, untag_assets
from editor.library.usage import place_of_use, uses_of

if TYPE_CHECKING:
    from editor.library.usage import Use

PREVIEW = 150
TEXTS = ("title", "author", "source", "licence")


class Edit(Protocol):
    """Does a change of assets as a step that can be taken back; what goes wrong is shown."""

    def __call__(self, label: str, assets: list[int], change: Callable[[], object]) -> object: ...


class Details(QScrollArea):
    """`color_chosen` asks for a search for a colour, `use_chosen` for a document of a project, `file_wanted` for the
    file of an asset that is away."""

    color_chosen = Signal(str)
    use_chosen = Signal(object, object)
    file_wanted = Signal(int)

    def __init__(self, library: Library, edit: Edit) -> None:
        super().__init__()
        self.library, self._edit_as_step = library, edit
        self.assets: list[int] = []
        self._tags_shown: tuple[str, ...] = ()
        self.picture_of: Callable[[Asset], QPixmap | None] = lambda asset: None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        self._make_head(column)
        self.form = QWidget()
        column.addWidget(self.form)
        self._fill_form(QFormLayout(self.form))
        self._make_foot(column)
        column.addStretch(1)
        self.setWidget(inner)
        self.show_assets([])

    # Parts

    def _make_head(self, column: QVBoxLayout) -> None:
        self.preview = _Preview()
        self.title = _Elided()
        self.title.setObjectName("modelTitle")
        self.facts = QLabel()
        self.facts.setObjectName("muted")
        self.facts.setWordWrap(True)
        self.missing = QLabel()
        self.missing.setObjectName("problem")
        self.missing.setWordWrap(True)
        self.find_file = QPushButton(tr("Find the file..."))
        self.find_file.clicked.connect(lambda _on=False: self.file_wanted.emit(self.assets[0]))
        self.colors = QLabel()
        self.colors.linkActivated.connect(self.color_chosen.emit)
        self.colors.setToolTip(tr("Click a colour to find more like it"))
        self.stars = Stars()
        self.stars.rated.connect(lambda rating: self._edit(tr("Give stars"), rating=rating))
        for widget in (self.preview, self.title, self.facts, self.missing, self.find_file, self.colors, self.stars):
            column.addWidget(widget)

    def _fill_form(self, form: QFormLayout) -> None:
        form.setContentsMargins(0, 4, 0, 4)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(3)
        self.fields = {name: QLineEdit() for name in ("title", "tags", "author", "source", "licence")}
        for name, label in (
            ("title", tr("Title")), ("tags", tr("Tags")), ("author", tr("Author")), ("licence", tr("Licence")),
            ("source", tr("Source")),
        ):  # fmt: skip
            form.addRow(label, self.fields[name])
            self.fields[name].setAccessibleName(label)
            if name not in ("tags", "licence"):
                self.fields[name].editingFinished.connect(partial(self._take, name))
        self._make_tags_and_licence()
        self.notes = _Notes()
        self.notes.setAccessibleName(tr("Notes"))
        self.notes.finished.connect(self._take_notes)
        form.addRow(tr("Notes"), self.notes)

    def _make_tags_and_licence(self) -> None:
        field = self.fields["tags"]
        field.editingFinished.connect(self._take_tags)
        field.setProperty("usual", tr("Separated by commas"))
        self.tag_completer = WordCompleter(field, lambda: [tag.name for tag in tags(self.library.catalogue)])
        field = self.fields["licence"]
        field.setProperty("usual", "CC-BY-4.0")
        completer = QCompleter(list(licence_names()), field)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(9)
        completer.activated.connect(lambda _text: self._take_licence(True))
        field.setCompleter(completer)
        field.editingFinished.connect(self._take_licence)

    def _make_foot(self, column: QVBoxLayout) -> None:
        self.uses = QLabel()
        self.uses.setWordWrap(True)
        self.uses.linkActivated.connect(self._open_use)
        self.more = QLabel()
        self.more.setObjectName("muted")
        self.more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self.uses, self.more):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            column.addWidget(label)
        self._used: list[tuple[Path, Use]] = []

    # Showing

    def show_assets(self, assets: list[int]) -> None:
        """One asset with all that is known; of several what they have in common. What was typed and not yet stored is
        stored first, for the assets that it was typed for."""
        if assets != self.assets:
            self.store_typed()
        self.assets = assets
        common = summary_of(self.library.catalogue, assets)
        one = self.library.asset(assets[0]) if common.count == 1 and len(assets) == 1 else None
        for widget in (self.stars, self.form):
            widget.setVisible(bool(common.count))
        self._show_head(one, common)
        if not common.count:
            self.notes.show_text("")
            return
        self.stars.show_rating(common.rating or 0)
        for name in TEXTS:
            self._show(self.fields[name], common.texts[name])
        if not self._is_typed_in(self.fields["tags"]):
            self._tags_shown = tuple(common.tags)
        self._show(self.fields["tags"], ", ".join(common.tags))
        if not (self.notes.hasFocus() and self.notes.document().isModified()):
            self.notes.show_text(common.texts["notes"] or "")
            self.notes.setPlaceholderText(tr("Several") if common.texts["notes"] is None else "")

    def _show_head(self, one: Asset | None, common: Summary) -> None:
        picture = self.picture_of(one) if one is not None else None
        self.preview.show_picture(picture)
        is_missing = one is not None and bool(missing_among(self.library.catalogue, [one.id]))
        for widget in (self.missing, self.find_file):
            widget.setVisible(is_missing)
        self.missing.setText(tr("Its file is not at its place."))
        self.colors.setText(self._swatches(one) if one else "")
        self.colors.setVisible(bool(self.colors.text()))
        self.more.setText(self._places(one) if one else "")
        self.uses.setText(self._uses(one) if one else "")
        for widget in (self.more, self.uses):
            widget.setVisible(bool(widget.text()))
        if not common.count:
            self.title.setText("")
            self.facts.setText(tr("Choose an asset to see what is known of it."))
            return
        self.title.setToolTip(one.name if one else "")
        self.title.setText(one.label if one else tr_count("1 asset", "{count} assets", count=common.count))
        self.facts.setText(_facts(one) if one else size_text(common.size))

    def _show(self, field: QLineEdit, text: str | None) -> None:
        """A field that is being typed in is left alone."""
        if self._is_typed_in(field):
            return
        field.setText(text or "")
        field.setPlaceholderText(tr("Several") if text is None else field.property("usual") or "")

    def _is_typed_in(self, field: QLineEdit) -> bool:
        return field.hasFocus() and field.isModified()

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
        return "\n".join(lines)

    def _uses(self, asset: Asset) -> str:
        """Projects that show it and brand kits that name it, each a link to there."""
        from html import escape

        self._used = uses_of(self.library.catalogue, asset.hash)
        if not self._used:
            return ""
        lines = [f"<b>{escape(tr('Used in'))}</b>"]
        for number, (path, use) in enumerate(self._used):
            lines.append(f'<a href="{number}">{escape(place_of_use(path, use))}</a>')
        return "<br>".join(lines)

    def _open_use(self, number: str) -> None:
        self.use_chosen.emit(*self._used[int(number)])

    # Editing

    def store_typed(self) -> None:
        """Take what stands in the fields and was not taken yet."""
        for name in ("title", "author", "source"):
            self._take(name)
        self._take_licence()
        self._take_tags()
        self._take_notes()

    def _take(self, name: str) -> None:
        field = self.fields[name]
        if field.isModified():
            field.setModified(False)
            self._edit(tr("Edit details"), **{name: field.text().strip()})

    def _take_licence(self, chosen: bool = False) -> None:
        field = self.fields["licence"]
        if (field.isModified() or chosen) and self.assets:
            field.setModified(False)
            text, assets, catalogue = field.text(), list(self.assets), self.library.catalogue
            self._edit_as_step(
                tr("Edit details"), assets, lambda: edit_assets(catalogue, assets, licence=text.strip())
            )

    def _take_tags(self) -> None:
        field = self.fields["tags"]
        if not field.isModified() or not self.assets:
            return
        field.setModified(False)
        wanted = [name.strip() for name in field.text().split(",") if name.strip()]
        assets, catalogue = list(self.assets), self.library.catalogue
        shown, kept = {tag_key(name) for name in self._tags_shown}, {tag_key(name) for name in wanted}
        gone = [name for name in self._tags_shown if tag_key(name) not in kept]
        come = [name for name in wanted if tag_key(name) not in shown]
        self._tags_shown = tuple(wanted)

        def change() -> None:
            if come:
                tag_assets(catalogue, assets, come)
            if gone:
                untag_assets(catalogue, assets, gone)

        self._edit_as_step(tr("Edit tags"), assets, change)

    def _take_notes(self) -> None:
        """Of several assets only what was typed; an untouched field changes nothing."""
        if self.notes.document().isModified() and self.assets:
            self.notes.document().setModified(False)
            self._edit(tr("Edit details"), notes=self.notes.toPlainText())

    def _edit(self, label: str, **values: Any) -> None:
        assets, catalogue = list(self.assets), self.library.catalogue
        if assets:
            self._edit_as_step(label, assets, lambda: edit_assets(catalogue, assets, **values))


class _Preview(QLabel):
    """The thumbnail as large as the panel is wide, within bounds."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: QPixmap | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_picture(self, picture: QPixmap | None) -> None:
        self._picture = picture
        self.setVisible(picture is not None)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._picture is None:
            return
        width, height = self._picture.width(), self._picture.height()
        share = min(1.0, max(40, self.width()) / width, PREVIEW / height)
        self.setFixedHeight(round(height * share))
        self.setPixmap(
            self._picture.scaled(
                round(width * share), round(height * share), Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )


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

    def show_text(self, text: str) -> None:
        """The cursor stays where it is when nothing is other."""
        if text != self.toPlainText():
            self.setPlainText(text)
        self.document().setModified(False)


def _breakable(path: Path) -> str:
    """A path that may be broken behind its slashes."""
    return str(path).replace("/", "/\u200b").replace("\\", "\\\u200b")


def _facts(asset: Asset) -> str:
    parts = [tr(LABELS[asset.kind]), asset.extension.upper(), size_text(asset.size)]
    if asset.width and asset.height:
        parts.append(f"{asset.width} × {asset.height}")
    if asset.seconds is not None:
        parts.append(length_text(asset.seconds))
    parts.append(tr("added {day}", day=day_text(asset.added)))
    text = "  ·  ".join(part for part in parts if part)
    return f"{text}\n{asset.problem}" if asset.problem else text
