"""All rows of a table as files: where they go, what they are called, now or in the queue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QFileDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.dialogs.frame import Frame
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import Progress
    from editor.document.project import Project
    from editor.workflows.templates.check import Checked
    from editor.workflows.templates.rows import Made, Wish
    from editor.workflows.templates.table import Table

ENDINGS = {"raster": "png", "vector": "pdf", "video": "mp4", "scene": "png"}
TOLD = 4


class ExportRows(Frame):
    """Says what the first file will be called while the pattern is typed."""

    def __init__(
        self, parent: QWidget, session: Session, table: Table, checked: Checked,
        queued: Callable[[], object] = lambda: None,
    ) -> None:
        """`queued` is called when an order went into the queue."""
        from editor.workflows.templates.rows import chief_documents

        super().__init__(parent, tr("Export all rows"), 540)
        self.session, self.table, self.checked, self.queued = session, table, checked, queued
        self.project = session.required_project()
        self.documents = chief_documents(self.project)
        self.folder = QLineEdit(str(table.path.parent / table.path.stem))
        self.pattern = QLineEdit(self._proposal())
        self.overwrite = QCheckBox(tr("Overwrite files that are there already"))
        self.note = QLabel()
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        self.problem = QLabel()
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.body.addLayout(self._form())
        self.body.addWidget(self.problem)
        self.later = self.add_button(tr("Put into the queue"), self.queue)
        self.later.setEnabled(session.storage is not None)
        self.add_aside(self.later)
        self.add_cancel()
        self.go = self.add_button(tr("Export"), self.accept, primary=True)
        for line in (self.folder, self.pattern):
            line.textChanged.connect(lambda _text: self._show())
        self._show()

    def _form(self) -> QFormLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        choose = QPushButton(tr("Choose..."))
        choose.clicked.connect(self._choose)
        row.addWidget(self.folder, 1)
        row.addWidget(choose)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.addRow(tr("Folder"), row)
        form.addRow(tr("Names"), self.pattern)
        form.addRow("", self.note)
        form.addRow("", self.overwrite)
        return form

    def _proposal(self) -> str:
        """The first column, the row, and what a document of this kind is mostly written as."""
        from editor.model.record import DocumentRecord

        first = next((heading for heading in self.table.headings if heading), "")
        ending = ENDINGS.get(self.project.find(self.documents[0], DocumentRecord).family, "png")
        return f"{{{first}}}-{{row}}.{ending}" if first else f"{{row}}.{ending}"

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)

    def wish(self) -> Wish:
        """Raises ExpectedError for names that are none."""
        from editor.workflows.templates.naming import check_pattern
        from editor.workflows.templates.rows import Wish

        check_pattern(self.pattern.text(), list(self.table.headings))
        folder = Path(self.folder.text()).expanduser()
        return Wish(folder, self.pattern.text(), self.documents, self.overwrite.isChecked())

    def _show(self) -> None:
        from editor.workflows.templates.rows import tasks_of

        try:
            tasks = tasks_of(self.project, self.checked.fillers[:1], self.wish())
            count = len(self.checked.fillers) * len(self.documents)
            names = ", ".join(path.name for _, path in tasks[0].outputs[:2]) if tasks else ""
            self.note.setText(
                tr_count("1 file: {names}", "{count} files, the first is {names}", count=count, names=names)
            )
            self._say("")
        except ExpectedError as error:
            self.note.setText("")
            self._say(str(error))

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.go.setEnabled(not sentence)

    def accept(self) -> None:
        from editor.workflows.templates.rows import make_folder

        try:
            wish = self.wish()
            make_folder(wish.folder)
        except ExpectedError as error:
            self._say(str(error))
            return
        super().accept()
        start_rows(self.session, self.project.snapshot(), self.checked, wish)

    def queue(self) -> None:
        """The same as a call of the command line, which goes on when the studio is closed."""
        from app.queue.place import queue_path
        from editor.workflows.queue.orders import Wish as Order
        from editor.workflows.queue.store import QueueStore

        try:
            wish = self.wish()
            store = QueueStore(queue_path())
        except ExpectedError as error:
            self._say(str(error))
            return
        call = (
            "template", "fill", str(self.session.storage.path), "--csv", str(self.table.path.absolute()), "--to",
            str(wish.folder.absolute()), "--name", wish.pattern, "--ignore-unknown",
            *(("--overwrite",) if wish.overwrite else ()),
        )  # fmt: skip
        try:
            store.add(Order(arguments=call, folder=str(self.table.path.parent.absolute()), label=self.table.path.name))
        finally:
            store.close()
        self.session.say(tr("{name} is in the queue.", name=self.table.path.name))
        self.queued()
        super().accept()


def start_rows(session: Session, project: Project, checked: Checked, wish: Wish) -> None:
    """Write all rows as a job; what failed is said at the end, row by row."""

    def work(progress: Progress) -> list[Made]:
        from editor.workflows.templates.rows import make_rows, tasks_of

        return list(make_rows(project, tasks_of(project, checked.fillers, wish), wish, progress))

    def tell(made: list[Made]) -> None:
        failed = [one for one in made if one.failure]
        sentence = tr("Rows written: {done} of {all}, failed: {failed}.", done=len(made) - len(failed), all=len(made),
                      failed=len(failed))  # fmt: skip
        told = [tr("Row {number}: {sentence}", number=one.task.filler.number, sentence=one.failure) for one in failed]
        session.say(sentence, " ".join(told[:TOLD]) or str(wish.folder))

    session.start_job(tr("Export rows"), work, tell, lane="io")
