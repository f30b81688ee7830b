"""Make formats: the document on top in many sizes at once, each seen before it is made."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.frame import Frame
from app.templates.format_previews import Preview, draw_preview
from app.widgets.bench import Bench
from app.widgets.picture_cards import Card, CardModel, CardView
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.workflows.templates.format_sizes import (
    FORMATS,
    GROUPS,
    SETS,
    Format,
    FormatSet,
    OwnFormats,
    formats_named,
    read_own,
    with_set,
    write_own,
)

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from app.takeover import End
    from editor.base.jobs import Progress
    from editor.workflows.templates.formats import Made

PICTURE = QSize(282, 236)
KEPT = 60
KEY = Qt.ItemDataRole.UserRole
FIRST = ("instagram-post", "instagram-story", "youtube-thumbnail")


def own_path() -> Path:
    from app.library.folder import library_folder

    return library_folder() / "formats.json"


class FormatsDialog(Frame):
    """Left: formats to check, by group, and sets of them. Right: what each will look like."""

    drawn = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, tr("Make formats"), width=980)
        self.resize(1020, 700)
        self.window_, self.session = window, window.session
        self.project = self.session.required_project().snapshot()
        self.document = self.session.document
        self.own = self.session.attempt(lambda: read_own(own_path())) or OwnFormats()
        self.extra: dict[str, Format] = {}
        self.bench: Bench[Preview] = Bench("format-previews", KEPT, self.drawn.emit)
        self.destroyed.connect(self.bench.stop)
        self.drawn.connect(self._show_pictures)
        self.model = CardModel()
        self.view = CardView(self.model, PICTURE, tr("Previews"))
        self._build()
        self._fill_tree(set(FIRST))

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        self.sets = QComboBox()
        self.sets.setAccessibleName(tr("Sets of formats"))
        self.sets.activated.connect(self._choose_set)
        left.addWidget(self.sets)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setColumnCount(2)
        self.tree.setFixedWidth(300)
        self.tree.setRootIsDecorated(False)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.setIndentation(12)
        self.tree.setAccessibleName(tr("Formats"))
        self.tree.itemChanged.connect(lambda _item, _column: self._chosen_changed())
        left.addWidget(self.tree, 1)
        left.addLayout(self._size_row())
        self.problem = QLabel()
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        left.addWidget(self.problem)
        body = QHBoxLayout()
        body.setSpacing(14)
        body.addLayout(left)
        body.addWidget(self._right(), 1)
        self.body.addLayout(body, 1)
        self.keep_button = self.add_button(tr("Save as set..."), self.keep_set)
        self.add_aside(self.keep_button)
        self.add_cancel()
        self.make_button = self.add_button(tr("Make"), self.make, primary=True)

    def _size_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.size_field = QLineEdit()
        self.size_field.setPlaceholderText(tr("1200x800 or 100x70mm"))
        self.size_field.setAccessibleName(tr("A size of one’s own"))
        self.size_field.returnPressed.connect(self.add_size)
        add = QPushButton(tr("Add"))
        add.setAutoDefault(False)
        add.clicked.connect(lambda _on=False: self.add_size())
        row.addWidget(self.size_field, 1)
        row.addWidget(add)
        return row

    def _right(self) -> QWidget:
        side = QWidget()
        self.stack = QStackedLayout(side)
        self.stack.addWidget(self.view)
        empty = QLabel(tr("Check a format to see it."))
        empty.setObjectName("emptyState")
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(empty)
        return side

    # Formats

    def known(self) -> dict[str, Format]:
        return {**FORMATS, **{item.key: item for item in self.own.formats}, **self.extra}

    def _fill_tree(self, checked: set[str]) -> None:
        self.tree.blockSignals(True)
        self.tree.clear()
        groups: dict[str, list[Format]] = {name: [] for name in (*GROUPS, "")}
        for item in self.known().values():
            groups[item.group if item.group in groups else ""].append(item)
        for name, items in groups.items():
            if not items:
                continue
            top = QTreeWidgetItem([tr(name) if name else tr("My sizes"), ""])
            font = top.font(0)
            font.setBold(True)
            top.setFont(0, font)
            top.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(top)
            for item in items:
                row = QTreeWidgetItem([tr(item.label), "" if item.key in self.extra else item.size_text])
                row.setData(0, KEY, item.key)
                row.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
                row.setCheckState(0, Qt.CheckState.Checked if item.key in checked else Qt.CheckState.Unchecked)
                row.setForeground(1, self.palette().placeholderText())
                top.addChild(row)
            top.setExpanded(True)
        self.tree.blockSignals(False)
        self._fill_sets()
        self._chosen_changed()

    def _fill_sets(self) -> None:
        self.sets.clear()
        self.sets.addItem(tr("Choose a set..."), None)
        for item in (*SETS, *self.own.sets):
            self.sets.addItem(tr(item.name), item)

    def rows(self) -> list[QTreeWidgetItem]:
        found = []
        for number in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(number)
            found += [top.child(place) for place in range(top.childCount())] if top is not None else []
        return [row for row in found if row is not None]

    def chosen(self) -> list[Format]:
        known = self.known()
        return [known[row.data(0, KEY)] for row in self.rows() if row.checkState(0) == Qt.CheckState.Checked]

    def _choose_set(self, place: int) -> None:
        found: FormatSet | None = self.sets.itemData(place)
        if found is not None:
            self.tree.blockSignals(True)
            for row in self.rows():
                on = row.data(0, KEY) in found.formats
                row.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            self.tree.blockSignals(False)
            self._chosen_changed()

    def add_size(self) -> None:
        """A size that somebody typed, checked at once; a wrong one is said below the field."""
        text = self.size_field.text().strip()
        try:
            found = formats_named([text], self.own)
        except ExpectedError as error:
            self._say(error.sentence)
            return
        self._say("")
        checked = {item.key for item in self.chosen()} | {item.key for item in found}
        self.extra |= {item.key: item for item in found if item.key not in self.known()}
        self.size_field.clear()
        self._fill_tree(checked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return in the field adds the size; only outside of it does it make the formats."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.focusWidget() is self.size_field:
            return
        super().keyPressEvent(event)

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def keep_set(self) -> None:
        name, said = QInputDialog.getText(self, tr("Save as set"), tr("Name"))
        if said and name.strip():
            self.session.attempt(partial(self._keep_set, name))

    def _keep_set(self, name: str) -> None:
        chosen = self.chosen()
        self.own = with_set(self.own, name, chosen)
        write_own(own_path(), self.own)
        self._fill_tree({item.key for item in chosen})

    # Previews

    def _chosen_changed(self) -> None:
        chosen = self.chosen()
        self.make_button.setEnabled(bool(chosen))
        self.keep_button.setEnabled(bool(chosen))
        self.make_button.setText(
            tr_count("Make 1 format", "Make {count} formats", count=len(chosen)) if chosen else tr("Make")
        )
        self.stack.setCurrentIndex(0 if chosen else 1)
        self._show_pictures()

    def _show_pictures(self) -> None:
        cards = []
        for item in self.chosen():
            made = self.bench.get(item.key, partial(draw_preview, self.project, self.document, item))
            note, hint, warns = item.size_text, "", False
            if made is not None:
                if item.key not in self.model.pictures:
                    self.model.show_picture(item.key, made.image)
                if made.left_out:
                    hint = tr("Too much for this size, so hidden: {names}", names=", ".join(made.left_out))
                    note, warns = tr_count("1 object hidden", "{count} objects hidden", count=len(made.left_out)), True
            cards.append(Card(item.key, tr(item.label), note, hint, warns))
        if cards != self.model.cards:
            self.model.show_cards(cards)

    def done(self, result: int) -> None:
        self.bench.stop()
        super().done(result)

    # Making

    def make(self) -> None:
        chosen = self.chosen()
        self.accept()
        make_in_window(self.window_, self.document, chosen)


def make_in_window(window: MainWindow, document: str, formats: list[Format]) -> None:
    """Beside the editing; the new documents come as one step of the history, the first of them on top."""
    from app.takeover import SideWork
    from editor.workflows.templates.formats import make_formats

    session = window.session
    side = SideWork(session)

    def work(progress: Progress) -> list[Made]:
        made = make_formats(side.copy, document, formats, progress)
        side.copy.blobs.prepare()
        return made

    def show(made: list[Made]) -> None:
        side.take_over(lambda end: tell(end, made))

    def tell(_end: End, made: list[Made]) -> None:
        if side.is_open and session.project is not None and session.project.get(made[0].document) is not None:
            session.activate(made[0].document)
        hidden = sum(len(one.left_out) for one in made)
        remedy = tr_count(
            "1 object was too much for small sizes; it is hidden there.",
            "{count} objects were too much for small sizes; they are hidden there.",
            count=hidden,
        )
        session.say(
            tr_count("1 format was made.", "{count} formats were made.", count=len(made)), remedy if hidden else ""
        )

    session.start_job(tr("Make formats"), work, show)
