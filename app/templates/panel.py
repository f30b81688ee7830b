"""The dock of a template: its slots as a form, on the canvas while it is typed; a table row by row beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.templates.form import Form
from app.templates.menus import TemplateMenus
from app.templates.preview import Preview
from app.templates.table_bar import ProblemList, TableBar
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.workflows.templates.check import Problem
    from editor.workflows.templates.fields import Field
    from editor.workflows.templates.fill import Value

TYPING_MS = 40
EMPTY = (
    "Select a text, a picture, a shape or a clip and mark it as a slot: whoever uses this template then only fills"
    " a form."
)


class TemplatePanel(QWidget):
    """Typing shows; Apply keeps it as one edit; Escape gives back what was there. While something else in the window
    has the focus nothing is shown that is not kept, so that the canvas can be worked on."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.preview = Preview(session, self._shown)
        self.menus = TemplateMenus(self)
        self._signature: tuple[Any, ...] = ()
        self._shown_in = ""
        self._timer, self._typing = QTimer(self), QTimer(self)
        for timer, act in ((self._timer, self.refresh), (self._typing, self.show_preview)):
            timer.setSingleShot(True)
            timer.setInterval(TYPING_MS)
            timer.timeout.connect(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar = TableBar()
        self.form = Form()
        column.addWidget(self._header())
        column.addWidget(self.bar)
        column.addWidget(self._middle(), 1)
        column.addWidget(self._footer())
        self._connect()
        self.refresh()

    def _header(self) -> QWidget:
        header = QFrame()
        header.setObjectName("panelHeader")
        row = QHBoxLayout(header)
        row.setContentsMargins(8, 5, 8, 5)
        row.setSpacing(6)
        self.mark = QPushButton(icon("plus"), tr("New slot"))
        self.mark.setToolTip(tr("Let a form or a table fill what is selected"))
        self.load = QPushButton(icon("open"), tr("Table..."))
        self.load.setToolTip(tr("Load a CSV table; its first row names the slots"))
        row.addWidget(self.mark)
        row.addWidget(self.load)
        row.addStretch(1)
        return header

    def _middle(self) -> QWidget:
        middle = QWidget()
        self.stack = QStackedLayout(middle)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self.form)
        self.empty = QLabel(tr(EMPTY))
        self.empty.setObjectName("emptyState")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setContentsMargins(14, 14, 14, 14)
        self.stack.addWidget(self.area)
        self.stack.addWidget(self.empty)
        return middle

    def _footer(self) -> QWidget:
        self.foot = QFrame()
        self.foot.setObjectName("panelFooter")
        column = QVBoxLayout(self.foot)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(6)
        self.note = QLabel()
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        self.note.hide()
        row = QHBoxLayout()
        row.setSpacing(6)
        self.export_all = QPushButton(icon("export"), tr("Export..."))
        self.export_all.setToolTip(tr("Export all rows"))
        self.export_all.hide()
        self.back = QPushButton(tr("Reset"))
        self.back.setToolTip(tr("Give back what was there (Escape)"))
        self.keep = QPushButton(tr("Apply"))
        self.keep.setToolTip(tr("Keep it as one edit (Ctrl+Return)"))
        self.keep.setProperty("primary", True)
        row.addWidget(self.export_all)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.keep)
        column.addWidget(self.note)
        column.addLayout(row)
        return self.foot

    def _connect(self) -> None:
        session = self.session
        session.changed.connect(self._follow)
        session.selection_changed.connect(self._timer.start)
        session.document_activated.connect(lambda _key: self._timer.start())
        session.project_closed.connect(self._closed)
        self.mark.clicked.connect(lambda: self.mark_selection())
        self.load.clicked.connect(lambda: self.ask_table())
        self.back.clicked.connect(lambda: self.reset())
        self.keep.clicked.connect(lambda: self.apply())
        self.export_all.clicked.connect(lambda: self.menus.export_rows())
        self.form.changed.connect(self._typed)
        self.form.cancelled.connect(self.reset)
        self.form.applied.connect(self.apply)
        self.form.menu_wanted.connect(self.menus.show_field)
        self.bar.moved.connect(self.show_row)
        self.bar.closed.connect(self.put_table_away)
        self.bar.problems_wanted.connect(self.show_problems)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)

    # Following the project

    def _follow(self, event: Any) -> None:
        if self.preview.was_undone:
            self.preview.take_back()
            shown_in = self._shown_in
            QTimer.singleShot(0, lambda: self._ended_by_others(shown_in))
        elif not self.preview.is_shown and (event is None or not event.live):
            self._timer.start()

    def _ended_by_others(self, shown_in: str) -> None:
        """Undo gives back what was there; another document on top only ends what is shown."""
        if shown_in == self.session.document:
            self.reset()
            return
        focus = QApplication.focusWidget()
        if focus is not None and self._owns(focus):
            self._typing.start()
        self._show_state()

    def _closed(self) -> None:
        self.preview.give_up()
        self.bar.put_away()
        self.refresh()

    def fields(self) -> list[Field]:
        from editor.workflows.templates.fields import fields_of

        return fields_of(self.session.project) if self.session.project is not None else []

    def refresh(self) -> None:
        """Show the slots as they are now; what was typed into them stays. A form that nobody sees costs nothing."""
        if self.preview.is_shown or (self._signature and not self.isVisible() and self.session.project is not None):
            return
        fields = self.fields()
        signature = tuple(
            (one.name, one.takes, one.hint, one.required, one.longest, one.targets, one.rule.mark, one.rule.read_order)
            for one in fields
        )
        if signature != self._signature:
            self._signature = signature
            self.form.show_fields(fields)
        project = self.session.project
        if project is not None:
            for row in self.form.rows.values():
                row.show_present(project)
        self.stack.setCurrentIndex(0 if fields else 1)
        self.foot.setVisible(bool(fields))
        self.load.setEnabled(bool(fields))
        self.mark.setEnabled(project is not None and self.can_mark())
        self._show_state()

    def can_mark(self) -> bool:
        from app.templates.slot_dialog import fillable

        project = self.session.project
        return project is not None and bool(project.selection) and bool(fillable(project))

    def mark_selection(self) -> None:
        """Ask for a name and rules, and make what is selected a slot."""
        from app.templates.slot_dialog import SlotDialog

        self.preview.take_back()
        if not self.can_mark():
            self.session.say(tr("Nothing that is selected can be a slot."),
                             tr("Select a text, a picture, a shape or a clip first."))  # fmt: skip
            return
        SlotDialog(self.window(), self.session).exec()

    # The form

    def _typed(self) -> None:
        self.form.show_problems()
        self._typing.start()

    def show_preview(self) -> None:
        """What is typed, on the canvas; what cannot be shown is said below the form."""
        self._typing.stop()
        self._shown_in = self.session.document
        try:
            self.preview.show(self.form.values())
            self._say("")
        except ExpectedError as error:
            self.preview.take_back()
            self._say(str(error))
        self._show_state()

    def _shown(self, error: ExpectedError | None) -> None:
        """Files were placed, or could not be."""
        if error is not None:
            self._say(str(error))
        self._show_state()

    def _say(self, sentence: str, wrong: bool = True) -> None:
        self.note.setObjectName("problem" if wrong else "muted")
        self.note.style().polish(self.note)
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def _show_state(self) -> None:
        typed = bool(self.form.values())
        wrong = any(row.wrong() for row in self.form.rows.values())
        self.keep.setEnabled(typed and not wrong and not self.preview.is_keeping)
        self.back.setEnabled(typed or wrong)
        self.export_all.setVisible(self.bar.table is not None)
        if self.note.text() and self.note.objectName() == "problem":
            return
        if self.preview.is_working:
            self._say(tr("The files are being read..."), wrong=False)
        elif typed and not self.preview.is_shown:
            self._say(tr("Not applied yet."), wrong=False)
        else:
            self._say("")

    def apply(self) -> None:
        """Keep what is typed as one edit."""
        self._typing.stop()
        if self.form.show_problems() or self._show_missing():
            return
        self._say("")
        try:
            self.preview.keep(self.form.values(), self._kept)
        except ExpectedError as error:
            self._say(str(error))
        self._show_state()

    def _show_missing(self) -> bool:
        """Say beside each line that a text names it in braces, where others are filled. Whether there is any."""
        from editor.workflows.templates.fill import missing_words

        project = self.session.required_project()
        missing = missing_words(project, self.fields(), self.form.values())
        for name in missing:
            self.form.rows[name].show_problem(tr("{name} must not be empty.", name=name))
        if missing:
            row = self.form.rows[missing[0]]
            self.area.ensureWidgetVisible(row)
            row.editor.setFocus()
        return bool(missing)

    def _kept(self, values: dict[str, Value]) -> None:
        """The form shows what stands there now, but for what was typed since."""
        for name, row in self.form.rows.items():
            if row.value == values.get(name):
                row.show_value(None)
        self._say("")
        self.refresh()
        if self.form.values():
            self._typing.start()

    def reset(self) -> None:
        """Give back what was there."""
        self._typing.stop()
        self.preview.give_up()
        self.form.show_values({})
        self.form.show_problems()
        self._say("")
        self.refresh()

    # Focus: an edit under way would keep all others out

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is None or not self.isVisible():
            return
        if not self._owns(new):
            self._typing.stop()
            if self.preview.is_shown:
                self.preview.take_back()
                self._show_state()
        elif self.form.values() and not self.preview.is_shown and new is not self.back:
            self._typing.start()

    def _owns(self, widget: QWidget) -> bool:
        """Whether a widget is in this panel, or in a picker or a dialog that it opened."""
        above: Any = widget
        while above is not None and above is not self:
            above = above.parentWidget()
        return above is self

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._typing.stop()
        self.preview.take_back()
        super().hideEvent(event)

    # Tables

    def ask_table(self) -> None:
        start = str(self.bar.table.path) if self.bar.table is not None else ""
        kinds = f"{tr('Tables')} (*.csv *.tsv *.txt);;{tr('All files')} (*)"
        text, _ = QFileDialog.getOpenFileName(self, tr("Load a table"), start, kinds)
        if text:
            self.load_table(Path(text))

    def load_table(self, path: Path) -> None:
        """Check all of it, and show its first row."""
        from app.templates.assets import assets
        from editor.workflows.templates.check import check_table, lost_places, unknown_columns
        from editor.workflows.templates.table import read_table

        try:
            table, fields = read_table(path), self.fields()
            with assets() as find_asset:
                checked = check_table(fields, table, find_asset)
        except ExpectedError as error:
            self.session.show_error(error)
            return
        self._say("")
        lost = lost_places(self.session.required_project(), fields, checked)
        self.bar.show_table(table, checked, [*checked.problems, *unknown_columns(checked, fields), *lost])
        if checked.notices and not self.bar.wrong_here():
            self._say(" ".join(checked.notices))
        self._show_state()

    def show_row(self) -> None:
        """The values of the table's row in the form and on the canvas."""
        filler = self.bar.filler
        if filler is None:
            return
        self.form.show_values(filler.values)
        self.form.show_problems()
        self.show_preview()
        wrong = self._beside_fields(self.bar.wrong_here())
        if wrong:
            self._say(" ".join(wrong))

    def _beside_fields(self, problems: list[Problem]) -> list[str]:
        """Say what is wrong beside the line that it concerns; what concerns none comes back."""
        from editor.workflows.templates.fields import folded

        rows, left = {folded(name): row for name, row in self.form.rows.items()}, []
        for problem in problems:
            row = rows.get(folded(problem.column))
            if row is not None:
                row.show_problem(problem.sentence)
            else:
                left.append(problem.sentence)
        return left

    def show_problems(self) -> None:
        table = self.bar.table
        if table is None:
            return
        shown = ProblemList(self.window(), table.path.name, self.bar.problems)
        shown.row_wanted.connect(self._go_to_row)
        shown.exec()

    def _go_to_row(self, number: int) -> None:
        if number > 1:
            self.bar.go_to_row(number)

    def put_table_away(self) -> None:
        self.bar.put_away()
        self.reset()
