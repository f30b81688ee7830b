"""The window of models: every task, whether it works offline, and the models that do it better.

Nothing is fetched before size, licence and address were shown and agreed to. Downloads are jobs: they go on when this
window is closed, and go on where they stopped when they were interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.frame import Frame
from app.dialogs.models_ask import AgreeDialog, ImportDialog
from app.dialogs.models_list import TaskLine, entries, task_lines
from app.dialogs.models_row import ModelRow
from app.icons import pixmap
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.base.jobs import JobHandle, JobStatus, Progress

TASK = Qt.ItemDataRole.UserRole


class ModelsDialog(Frame):
    """Tasks at the left, the chosen task's models at the right."""

    def __init__(self, window: MainWindow, task: str = "") -> None:
        super().__init__(window, tr("Models"), 860)
        self.window_, self.session, self.ai = window, window.session, window.ai
        self.resize(940, 660)
        self.rows: dict[str, ModelRow] = {}
        self._jobs: dict[int, str] = {}
        self.tasks = QListWidget()
        self.tasks.setObjectName("modelTasks")
        self.tasks.setFixedWidth(250)
        self.tasks.setIconSize(QSize(14, 14))
        self.tasks.setAccessibleName(tr("Tasks"))
        self.tasks.currentItemChanged.connect(lambda *_: self._show_task())
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self.tasks)
        columns.addLayout(self._right(), 1)
        self.body.addLayout(columns, 1)
        self._foot.insertWidget(0, self._from_file_button())
        self.folder = QLabel()
        self.folder.setObjectName("muted")
        self._foot.insertWidget(1, self.folder)
        change = QPushButton(tr("Change..."))
        change.setAutoDefault(False)
        change.clicked.connect(lambda _on=False: self._change_folder())
        self._foot.insertWidget(2, change)
        self.add_button(tr("Close"), self.accept, primary=True)
        self.session.jobs_changed.connect(self._on_job)
        self.finished.connect(lambda _code: self.session.jobs_changed.disconnect(self._on_job))
        self.refresh(task)

    def _right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.title = QLabel()
        self.title.setObjectName("heading")
        self.built_in = QLabel()
        self.built_in.setObjectName("subheading")
        self.built_in.setWordWrap(True)
        self.message = QLabel()
        self.message.setObjectName("message")
        self.message.setWordWrap(True)
        self.message.hide()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for widget in (self.title, self.built_in, self.message):
            column.addWidget(widget)
        column.addWidget(self.area, 1)
        return column

    def _from_file_button(self) -> QPushButton:
        self.from_file = QPushButton(tr("Install from a file..."))
        self.from_file.setAutoDefault(False)
        self.from_file.clicked.connect(lambda _on=False: self._choose_files())
        return self.from_file

    # Showing

    def refresh(self, task: str = "") -> None:
        """Read the folder of models anew."""
        wanted = task or self.task
        self.tasks.blockSignals(True)
        self.tasks.clear()
        for line in task_lines(self.ai.store):
            item = QListWidgetItem(f"{line.label}\n{line.note}")
            item.setData(TASK, line)
            color = "accent" if line.is_ready else "faint"
            item.setIcon(pixmap("check" if line.is_ready else "minus", 14, color, self.devicePixelRatioF()))
            item.setSizeHint(QSize(0, 44))
            self.tasks.addItem(item)
            if line.task == wanted:
                self.tasks.setCurrentItem(item)
        if self.tasks.currentRow() < 0:
            self.tasks.setCurrentRow(0)
        self.tasks.blockSignals(False)
        folder = str(self.ai.store.root)
        self.folder.setText(self.folder.fontMetrics().elidedText(folder, Qt.TextElideMode.ElideMiddle, 330))
        self.folder.setToolTip(folder)
        self._show_task()

    @property
    def task(self) -> str:
        """The chosen task; "" before there is a list."""
        return self.tasks.currentItem().data(TASK).task if self.tasks.count() else ""

    def _show_task(self) -> None:
        line: TaskLine = self.tasks.currentItem().data(TASK)
        self.title.setText(line.label)
        self.built_in.setText(
            tr("Without a model: {method}. Works offline.", method=line.built_in) if line.built_in
            else tr("There is no method without a model.")
        )
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        self.rows = {}
        for entry in entries(self.ai.store, line.task):
            row = ModelRow(entry)
            self._connect(row)
            self.rows[entry.name] = row
            column.addWidget(row)
        if not self.rows:
            empty = QLabel(tr("The catalogue has no model for this."))
            empty.setObjectName("muted")
            column.addWidget(empty)
        column.addStretch(1)
        self.area.setWidget(inner)
        for status in self._active():
            self._on_job(status)

    def _connect(self, row: ModelRow) -> None:
        row.install_wanted.connect(self.install)
        row.file_wanted.connect(lambda _name: self._choose_files())
        row.cancel_wanted.connect(self.cancel)
        row.discard_wanted.connect(self.discard)
        row.verify_wanted.connect(self.verify)
        row.remove_wanted.connect(self.remove)

    def tell(self, text: str) -> None:
        """One sentence above the models; "" takes it away."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    # Jobs

    def _active(self) -> list[JobStatus]:
        return self.session.jobs.active() if self.session.has_jobs else []

    def _on_job(self, status: JobStatus) -> None:
        name = self._jobs.get(status.id) or self._name_of(status)
        row = self.rows.get(name)
        if row is None or status.state not in ("queued", "running"):
            return
        self._jobs[status.id] = name
        row.show_progress(status.share, status.message or f"{status.share:.0%}")

    def _name_of(self, status: JobStatus) -> str:
        """The model that a job is about, when an earlier window of models began it."""
        return next((name for name, row in self.rows.items() if status.name == job_name(row.entry.title)), "")

    def _begin(self, name: str, title: str, work: Callable[[Progress], Any], then: Callable[[Any], object]) -> None:
        from editor.workflows.ai.run import expected
        from ml.errors import ModelError

        failure: list[str] = []

        def in_plain_words(progress: Progress) -> Any:
            try:
                return work(progress)
            except ModelError as error:
                told = expected(error)
                failure.append(str(told))
                raise told from error

        self.tell("")
        handle: JobHandle[Any] = self.session.start_job(
            job_name(title), in_plain_words, lambda result: self._ended(then, result), lane="io",
            otherwise=lambda: self._stopped("".join(failure)),
        )
        self._jobs[handle.id] = name
        self._on_job(handle.status)

    def _ended(self, then: Callable[[Any], object], result: Any) -> None:
        if self.isVisible():
            then(result)

    def _stopped(self, failure: str) -> None:
        """A failure stands here as well as in the window behind, which this one hides."""
        if self.isVisible():
            self.refresh()
            self.tell(failure or tr("Stopped. What came so far is kept."))

    # What the buttons do

    def install(self, name: str) -> None:
        """Show what it costs, and fetch it when that is agreed to."""
        from ml.catalogue.catalogue import shipped
        from ml.catalogue.install import install, offer

        store, runtime = self.ai.store, self.ai.runtime
        agreed = self._attempt(lambda: offer(store, shipped().find(name)))
        if agreed is None or AgreeDialog(self, agreed, store.root).exec() != QDialog.DialogCode.Accepted:
            return

        def then(_model: object) -> None:
            self.refresh()
            self.tell(tr("{name} is installed.", name=agreed.model.title))

        self._begin(name, agreed.model.title, lambda progress: install(store, agreed, runtime, progress), then)

    def cancel(self, name: str) -> None:
        for key, other in self._jobs.items():
            if other == name:
                self.session.jobs.cancel(key)

    def discard(self, name: str) -> None:
        from ml.catalogue.catalogue import shipped
        from ml.catalogue.install import discard

        discard(self.ai.store, shipped().find(name))
        self.refresh()

    def verify(self, name: str) -> None:
        store = self.ai.store

        def then(wrong: tuple[str, ...]) -> None:
            self._show_task()
            row = self.rows.get(name)
            if row is not None and wrong:
                files = ", ".join(wrong)
                row.say("error", "text", tr("Damaged: {files}. Remove it and install it again.", files=files))
            elif row is not None:
                row.say("check", "accent", tr("Installed; every byte is as it was."))

        row = self.rows[name]
        self._begin(name, row.entry.title, lambda progress: store.verify(name, progress), then)

    def remove(self, name: str) -> None:
        """Ask, then take it off the disk."""
        title = self.rows[name].entry.title
        question = tr("Remove {name} from the disk?", name=title)
        buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
        if QMessageBox.question(self, tr("Models"), question, buttons) != QMessageBox.StandardButton.Yes:
            return
        model = self._attempt(lambda: self.ai.store.find(name))
        if model is None:
            return
        for path in model.files.values():
            self.ai.runtime.forget(path)
        self._attempt(lambda: self.ai.store.remove(name))
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

    def _choose_files(self) -> None:
        filters = ";;".join((
            tr("Models") + " (*.onnx *.pb *.param *.bin *-weights_manifest.json *.json *.txt)", tr("All files") + " (*)"
        ))
        chosen, _filter = QFileDialog.getOpenFileNames(self, tr("Install from a file"), "", filters)
        paths = [Path(name) for name in chosen]
        if [path.name for path in paths] == ["model_index.json"]:
            paths = [paths[0].parent]  # an image generator is its whole folder
        if paths:
            self.import_paths(paths)

    def import_paths(self, paths: list[Path]) -> None:
        """Ask for name and task, and bring the files in."""
        store, runtime = self.ai.store, self.ai.runtime
        asked = ImportDialog(self, paths, "", "")
        if asked.exec() != QDialog.DialogCode.Accepted:
            return
        task, name = asked.task.currentData() or None, asked.name.text().strip() or None

        def then(model: Any) -> None:
            self.refresh(model.task)
            self.tell(tr("{name} is installed.", name=model.title))

        self._begin(
            "", paths[0].name, lambda progress: store.import_files(paths, task, name, runtime, progress), then
        )

    def _change_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Folder for models"), str(self.ai.store.root))
        if path:
            self.session.preferences.models_folder = path
            self.session.preferences.save()
            self.refresh()


def job_name(title: str) -> str:
    return tr("Model: {name}", name=title)
