"""The window that finds pictures: by words, colours and keywords, or by likeness to a layer or a file.

Folders are looked through by a job and remembered; what is found can be dragged or double-clicked into the project.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.ai.finding_colours import ColourRow
from app.ai.finding_results import SIDE, FoundShelf
from app.ai.finding_side import FolderList, LikePicture, quiet
from app.ai.finding_work import Question, Searcher
from app.ai.methods import MethodBox
from app.icons import icon
from app.library.grid import Grid
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.workflows.ai.similar_work import Found
    from ml.similarity.update import Summary

SIDE_WIDTH = 236


class FindWindow(QDialog):
    """One a main window. It stays beside the work; Return places what is chosen."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        from editor.workflows.ai.similar import FIND

        self.setWindowTitle(tr("Find pictures"))
        self.window_, self.session, self.ai = window, window.session, window.ai
        self.searcher = Searcher(self.ai, self)
        self.words = QLineEdit()
        self.colours = ColourRow()
        self.methods = MethodBox(self.ai, FIND)
        self.like = LikePicture()
        self.folders = FolderList(self.session.preferences)
        self.shelf = FoundShelf()
        self.view = Grid(self.shelf)
        self.view.set_side(SIDE)
        self.view.setAccessibleName(tr("Pictures that were found"))
        self._job: Any = None
        self._look = 0
        self.empty, self.status = quiet(""), QLabel()
        self.place_button = QPushButton(tr("Place in the document"))
        self.pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self.resize(1060, 700)
        self.words.setFocus()
        self._refresh()
        self.searcher.make_ready()
        self.look_again()

    # Making it

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 18, 18, 14)
        row.setSpacing(18)
        row.addWidget(self._side())
        row.addLayout(self._right(), 1)

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(SIDE_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for title, widget, stretch in (
            (tr("Like this picture"), self.like, 0), (tr("Folders"), self.folders, 1), (tr("Method"), self.methods, 0),
        ):  # fmt: skip
            label = QLabel(title)
            label.setObjectName("sectionTitle")
            column.addWidget(label)
            column.addWidget(widget, stretch)
            column.addSpacing(6)
        return side

    def _right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(10)
        self.words.setPlaceholderText(tr("Names, keywords, colours, shapes: red portrait"))
        self.words.setAccessibleName(tr("Words"))
        self.words.setClearButtonEnabled(True)
        self.words.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.view)
        foot = QHBoxLayout()
        self.status.setObjectName("muted")
        self.place_button.setProperty("primary", True)
        self.place_button.setAutoDefault(False)
        self.place_button.setToolTip(tr("Put the chosen pictures into the document on top; dragging does it too."))
        foot.addWidget(self.status, 1)
        foot.addWidget(self.place_button)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.words, 1)
        head.addWidget(self.colours)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)
        return column

    def _connect(self) -> None:
        self.words.textChanged.connect(lambda _text: self.ask())
        self.colours.changed.connect(self.ask)
        self.methods.chosen.connect(self.look_again)
        self.methods.more_wanted.connect(self._get_models)
        self.like.layer_wanted.connect(lambda: self.session.attempt(self.searcher.read_layer))
        self.like.file_chosen.connect(self.searcher.read_file)
        self.like.changed.connect(self.ask)
        self.folders.changed.connect(self.look_again)
        self.folders.project_toggled.connect(self.ask)
        self.folders.stop_wanted.connect(self._stop)
        self.searcher.found.connect(self._show)
        self.searcher.picture.connect(self.like.show_picture)
        self.searcher.failed.connect(self._complain)
        self.view.opened.connect(lambda key: self._place(self.shelf.works(self.view.selection() or [key])))
        self.view.selected.connect(self._refresh)
        self.view.typed.connect(self._go_on_typing)
        self.place_button.clicked.connect(lambda _on=False: self.place_chosen())

    # Asking

    def question(self) -> Question:
        words = f"{self.words.text()} {self.colours.words}".strip()
        return Question(
            words, self.like.pixels, self.folders.present(), self.folders.in_project, self.methods.model
        )

    def ask(self) -> None:
        self.searcher.ask(self.question())

    def look_again(self) -> None:
        """Bring the index up to what the folders hold now, as a job; answers come meanwhile from what is known."""
        self._stop()
        self._look += 1
        look, folders = self._look, self.folders.present()
        self.ask()
        if not folders:
            self.folders.tell("")
            return
        self.folders.tell(tr("Looking through the folders..."), busy=True)
        self._job = self.searcher.look_through(
            folders, self.methods.model, partial(self._looked, look), partial(self._ended, look)
        )

    def _looked(self, look: int, summary: Summary) -> None:
        """The folders are known now; of a look that another followed nothing is said."""
        if look != self._look:
            return
        count = tr_count("1 picture", "{count} pictures", count=summary.read + summary.same + summary.moved)
        lost = len(summary.unreadable)
        self.folders.tell(f"{count}, {tr('{count} not readable', count=lost)}" if lost else count,
                          details="\n".join(summary.unreadable.values()))
        self._job = None
        self.ask()

    def _ended(self, look: int) -> None:
        if look != self._look:
            return
        self._job = None
        self.folders.tell(tr("Not all of it was looked at."))

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _get_models(self) -> None:
        action = self.window_.bindings.actions.get("ai.models")
        if action is not None:
            action.trigger()
        present = self.methods.model
        self.methods.refresh(present.name if present is not None else "")

    # Showing

    def _show(self, found: list[Found]) -> None:
        self.shelf.show_found(found)
        question = self.question()
        self.pages.setCurrentWidget(self.view if found else self.empty)
        if found:
            self.status.setText(tr_count("1 picture was found.", "{count} pictures were found.", count=len(found)))
            self.view.verticalScrollBar().setValue(0)
        else:
            self.status.clear()
            self.empty.setText(self._hint(question))
        self._refresh()

    def _hint(self, question: Question) -> str:
        if not question.folders and not question.in_project:
            return tr("Add a folder of pictures at the left.")
        if question.is_empty:
            return tr("Write what you look for, or choose a picture to compare with.")
        return tr("Nothing fits. Fewer words find more.") if question.words.strip() else tr("Nothing looks like it.")

    def _complain(self, sentence: str) -> None:
        self.shelf.show_found([])
        self.pages.setCurrentWidget(self.empty)
        self.empty.setText(sentence)
        self.status.clear()
        self._refresh()

    def _refresh(self) -> None:
        self.place_button.setEnabled(bool(self.view.chosen))

    def _go_on_typing(self, letter: str) -> None:
        self.words.setFocus()
        self.words.insert(letter)

    # Placing

    def place_chosen(self) -> None:
        self._place(self.shelf.works(self.view.selection()))

    def _place(self, chosen: list[Found]) -> None:
        """Files come into the document on top; what is in the project already is shown."""
        files = [Path(one.place) for one in chosen if not one.record]
        if files:
            self.window_.files.drop(files)
        for one in chosen:
            project = self.session.project
            if one.record and project is not None and one.record in project.records:
                self.session.activate(project.index.root(one.record))
                project.select((one.record,))

    # Life

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_return and self.shelf.found and not self.view.hasFocus():
            self.view.setFocus()
            self.view.choose(0)
        elif not is_return:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self._stop()
        self._look += 1  # what still ends finds no window
        self.searcher.stop()
        self.shelf.close()
        super().done(result)
