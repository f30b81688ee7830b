"""The window of models: every tool with its "offline ready" mark, every task, and the models that do it better.

Nothing is fetched before size, licence, address and hash were shown and agreed to. Downloads are jobs: they go on when
this window is closed, and go on where they stopped when they were interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ai.missing import size_text
from app.dialogs.frame import Frame
from app.dialogs.models_ask import AgreeDialog, ImportDialog
from app.dialogs.models_list import TaskLine, entries, task_lines, tool_lines
from app.dialogs.models_row import ModelRow
from app.dialogs.models_side import Page, SideList
from app.dialogs.models_tools import ToolsPage
from editor.base.numbers import percent_text
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow

TOOLS, INSTALLED = "tools", "installed"
NARROWEST, FOLDER_WIDTH, SHARE_OF_SCREEN = 720, 260, 0.94
FILE_KINDS = " (*.onnx *.ort *.pb *.param *.bin *-weights_manifest.json *.json *.txt)"


class ModelsDialog(Frame):
    """Tools, what is installed, and tasks at the left; the chosen one's models at the right."""

    def __init__(self, window: MainWindow, page: str = TOOLS, over: QWidget | None = None) -> None:
        super().__init__(over or window, tr("Models"), NARROWEST)
        self.session, self.ai, self.work = window.session, window.ai, window.ai.model_jobs
        room = self.screen().availableGeometry().size() * SHARE_OF_SCREEN
        self.resize(QSize(1000, 700).boundedTo(room))
        self.setAcceptDrops(True)
        self.rows: dict[str, ModelRow] = {}
        self.tools: ToolsPage | None = None
        self._tasks: dict[str, TaskLine] = {}
        self.side = SideList()
        self.side.setAccessibleName(tr("Tools and tasks"))
        self.side.currentItemChanged.connect(lambda *_: self._turned())
        columns = QHBoxLayout()
        columns.setSpacing(18)
        columns.addWidget(self.side)
        columns.addLayout(self._right(), 1)
        self.body.addLayout(columns, 1)
        self._fill_foot()
        self.work.progressed.connect(self._on_progress)
        self.work.ended.connect(self._on_end)
        self.finished.connect(lambda _code: self._leave())
        self.refresh(page)
        self.side.setFocus()

    def _leave(self) -> None:
        self.work.progressed.disconnect(self._on_progress)
        self.work.ended.disconnect(self._on_end)

    def _right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(6)
        self.title, self.summary, self.message = QLabel(), QLabel(), QLabel()
        self.title.setObjectName("pageTitle")
        self.summary.setObjectName("muted")
        self.summary.setWordWrap(True)
        self.message.setObjectName("notice")
        self.message.setWordWrap(True)
        self.message.hide()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for widget in (self.title, self.summary):
            column.addWidget(widget)
        column.addSpacing(4)
        column.addWidget(self.message)
        column.addWidget(self.area, 1)
        return column

    def _fill_foot(self) -> None:
        self.from_file, change = QPushButton(tr("Install from a file...")), QPushButton(tr("Change..."))
        self.from_file.clicked.connect(lambda _on=False: self._choose_files())
        change.clicked.connect(lambda _on=False: self._change_folder())
        change.setToolTip(tr("Folder for models"))
        self.folder = QLabel()
        self.folder.setObjectName("muted")
        for place, widget in enumerate((self.from_file, self.folder, change)):
            self._foot.insertWidget(place, widget)
        self._foot.insertSpacing(1, 10)
        self.add_button(tr("Close"), self.accept, primary=True)

    # Showing

    def refresh(self, page: str = "") -> None:
        """Read the folder of models anew, and show a page, or else the one that is shown."""
        shown = self.side.page
        wanted = page or (shown.key if shown is not None else TOOLS)
        lines, tools, present = task_lines(self.ai.store), tool_lines(self.ai.store), self.ai.store.installed()
        self._tasks = {line.task: line for line in lines}
        ready = sum(line.is_ready for line in tools)
        weight = size_text(sum(item.size for item in present))
        pages = [
            Page(TOOLS, tr("Offline ready"), tr("{count} of {all} tools", count=ready, all=len(tools)), True),
            Page(INSTALLED, tr("On this machine"), _count_text(len(present), weight), bool(present)),
            *(Page(line.task, line.label, line.note, line.is_ready) for line in lines),
        ]
        self.side.fill(pages, wanted)
        folder = str(self.ai.store.root)
        self.folder.setText(self.folder.fontMetrics().elidedText(folder, Qt.TextElideMode.ElideMiddle, FOLDER_WIDTH))
        self.folder.setToolTip(folder)
        self._show_page()

    def _turned(self) -> None:
        self.tell("")
        self._show_page()
        self.area.verticalScrollBar().setValue(0)

    def show_page(self, key: str) -> None:
        """Turn to a page as a click in the list does."""
        self.refresh(key)
        self.tell("")
        self.side.setFocus()

    def _show_page(self) -> None:
        page = self.side.page
        assert page is not None
        held = self._held_button()
        place = self.area.verticalScrollBar().value()
        self.rows, self.tools = {}, None
        self.title.setText(page.label)
        if page.key == TOOLS:
            self.summary.setText(tr("What has a check mark works without a network. Nothing is ever fetched unasked."))
            self.tools = ToolsPage(tool_lines(self.ai.store), self.show_page)
            self.area.setWidget(self.tools)
            return
        self.summary.setText(self._summary(page.key))
        self.area.setWidget(self._rows_for(page.key))
        self.area.verticalScrollBar().setValue(place)
        row = self.rows.get(held[0])
        if row is not None:
            row.focus(held[1])

    def _summary(self, key: str) -> str:
        if key == INSTALLED:
            return tr("Models that are installed, and downloads that are not finished.")
        line = self._tasks[key]
        method = (
            tr("Without a model: {method}.", method=line.built_in) if line.built_in
            else tr("There is no method without a model.")
        )
        return f"{method}\n{tr('Used by: {tools}.', tools=line.tools)}" if line.tools else method

    def _rows_for(self, key: str) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for entry in entries(self.ai.store, "" if key == INSTALLED else key):
            line = self._tasks.get(entry.task)
            row = ModelRow(entry, line.label if line is not None and key == INSTALLED else "")
            row.wanted.connect(self._do)
            row.show_work(self.work.running.get(entry.name), self.work.problems.get(entry.name, ""))
            self.rows[entry.name] = row
            column.addWidget(row)
        if not self.rows:
            empty = QLabel(_empty_text(key))
            empty.setObjectName("emptyState")
            empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
            empty.setWordWrap(True)
            column.addWidget(empty, 1)
        else:
            column.addStretch(1)
        return inner

    def _held_button(self) -> tuple[str, str]:
        """The row and the button that have the keyboard."""
        return next(((name, key) for name, row in self.rows.items() if (key := row.held_button())), ("", ""))

    def tell(self, text: str) -> None:
        """One sentence above the models; "" takes it away."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    # Work that runs

    def _on_progress(self, name: str) -> None:
        row, work = self.rows.get(name), self.work.running.get(name)
        if row is not None and work is not None:
            row.show_work(work)
        elif work is not None and work.kind == "import":
            self.tell(tr("Bringing in {name}: {share}", name=work.title, share=percent_text(work.share)))

    def _on_end(self, name: str, sentence: str) -> None:
        problem = self.work.problems.get(name, "")
        self.refresh()
        self.tell(sentence or ("" if name in self.rows else problem))

    # What the buttons do

    def _do(self, what: str, name: str) -> None:
        self.tell("")
        acts: dict[str, Callable[[str], object]] = {
            "install": self.install, "resume": self.install, "discard": self.discard,
            "file": lambda _name: self._choose_files(), "verify": self.verify, "remove": self.remove,
            "pause": self.work.pause, "cancel": self.work.cancel,
        }
        acts[what](name)

    def install(self, name: str) -> None:
        """Show what it costs, and fetch it when that is agreed to. What was agreed to before just goes on."""
        from ml.catalogue.catalogue import shipped
        from ml.catalogue.install import is_agreed, offer

        store = self.ai.store
        made = self._attempt(lambda: offer(store, shipped().find(name)))
        if made is None:
            return
        goes_on = made.held > 0 and is_agreed(store, made)
        if goes_on or AgreeDialog(self, made, store.root).exec() == QDialog.DialogCode.Accepted:
            self.work.install(made)

    def discard(self, name: str) -> None:
        self.work.discard(name)
        self.refresh()

    def verify(self, name: str) -> None:
        self.work.verify(name, self.rows[name].entry.title)

    def remove(self, name: str) -> None:
        """Ask, then take it off the disk."""
        entry = self.rows[name].entry
        question = tr("Remove {name} from the disk? This frees {size}.", name=entry.title, size=size_text(entry.size))
        box = QMessageBox(QMessageBox.Icon.NoIcon, tr("Models"), question, QMessageBox.StandardButton.NoButton, self)
        sure = box.addButton(tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        if box.clickedButton() is not sure:
            return
        store = self.ai.store
        if store.has(name):
            for path in store.find(name).files.values():
                self.ai.runtime.forget(path)
        self.work.problems.pop(name, None)
        self._attempt(lambda: store.remove(name))
        self.refresh()

    def _attempt(self, work: Callable[[], Any]) -> Any:
        """Do something quick; what goes wrong is said above the models, and None comes back."""
        from editor.workflows.ai.run import expected
        from ml.errors import ModelError

        try:
            return work()
        except ModelError as error:
            self.tell(str(expected(error)))
            return None

    # Files that a person has

    def _choose_files(self) -> None:
        filters = ";;".join((tr("Models") + FILE_KINDS, tr("All files") + " (*)"))
        chosen, _filter = QFileDialog.getOpenFileNames(self, tr("Install from a file"), "", filters)
        self.import_paths([Path(name) for name in chosen])

    def import_paths(self, paths: list[Path]) -> None:
        """Ask for name and task, and bring the files in."""
        if [path.name for path in paths] == ["model_index.json"]:
            paths = [paths[0].parent]  # an image generator is its whole folder
        if not paths:
            return
        page = self.side.page
        asked = ImportDialog(self, paths, page.key if page is not None and page.key in self._tasks else "")
        if asked.exec() == QDialog.DialogCode.Accepted:
            self.work.bring_in(paths, asked.task.currentData() or None, asked.name.text().strip() or None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.import_paths([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _change_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Folder for models"), str(self.ai.store.root))
        if path:
            self.session.preferences.models_folder = path
            self.session.preferences.save()
            self.refresh()


def _count_text(count: int, size: str) -> str:
    if count > 1:
        return tr_count("1 model, {size}", "{count} models, {size}", count=count, size=size)
    return tr("1 model, {size}", size=size) if count else tr("No models")


def _empty_text(key: str) -> str:
    if key == INSTALLED:
        return tr("No models are installed. The tools work without them; models make some of them better.")
    if key == "language":
        return tr("A language model runs in a server on this machine, such as Ollama. Its address is in the options.")
    return tr("The catalogue has no model for this. You can install one from a file.")
