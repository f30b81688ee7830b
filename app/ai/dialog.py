"""The dialog of every AI tool: what it does, how, with which options, and a try beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ai.compare import CompareView
from app.ai.memory import Remembered, recall, remember
from app.ai.methods import MethodBox
from app.ai.missing import MissingModel
from app.ai.options import OptionsArea, options_editor
from app.ai.seed import SeedField
from app.ai.service import Wishes
from app.ai.trial import Trial
from app.dialogs.frame import Frame
from app.widgets.editors import LongTextEditor
from app.widgets.shapes import default_of
from app.widgets.struct_editors import LABEL_WIDTH
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.workflows.ai.tool import Request, Tool

NARROW, SIDE_WIDTH = 480, 380
WIDE, HIGH = 1180, 700
"""The dialog with a preview, where the screen is large enough."""
SHARE_OF_SCREEN = 0.9
FIELD_HEIGHT = 24
RESULT_OPTION = "result"
"""An option of this name says what is made, so that the dialog need not."""


class ToolDialog(Frame):
    """One for all tools. `Run` is possible when there is a method and, where one is asked, consent."""

    def __init__(self, window: MainWindow, tool: Tool) -> None:
        super().__init__(window, tr(tool.label), NARROW)
        self.window_, self.tool, self.ai = window, tool, window.ai
        start = recall(window.session.preferences, tool)
        self.values: dict[str, Any] = start.options
        self.methods = MethodBox(self.ai, tool)
        self.methods.refresh(start.model)
        self.missing = MissingModel(self.ai, tool)
        self.usual: dict[str, Any] = default_of(tool.options) or {}
        self.editor = options_editor(tool, window.session, self.usual)
        if self.editor is not None:
            self.editor.set_value(self.values)
        self.seed = SeedField(start.seed)
        self.consent = QCheckBox()
        self.problem = QLabel()
        self.seed_label = _text(tr("Seed"))
        self.options_area: QWidget = QWidget()
        self.view: CompareView | None = None
        self.trial: Trial | None = None
        self._lay_out()
        self.reset_button = self.add_button(tr("Reset"), self.reset)
        self.reset_button.setToolTip(tr("All options as they come"))
        self.add_aside(self.reset_button)
        self.add_cancel()
        self.queue_button = self.add_button(tr("Run in the queue"), self.send_tool)
        self.queue_button.setToolTip(tr("On a copy of the project; it goes on when the window closes"))
        self.run_button = self.add_button(tr("Run"), self.run_tool, primary=True)
        self._connect()
        self._refresh()
        self._try()

    # Making it

    def _lay_out(self) -> None:
        summary = _text(tr(self.tool.summary))
        self.body.addWidget(summary)
        side = QVBoxLayout()
        side.setSpacing(10)
        self._fill_side(side)
        if not self._has_preview():
            self.body.addLayout(side, 1)
            return
        self.view = CompareView(is_detail=self.tool.preview == "detail")
        self.trial = Trial(self.ai, self.tool, self.view)
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addLayout(self._preview_column(self.view), 1)
        holder = QWidget()
        holder.setFixedWidth(SIDE_WIDTH)
        side.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(side)
        row.addWidget(holder)
        self.body.addLayout(row, 1)
        room = self.screen().availableGeometry()
        self.resize(min(WIDE, round(room.width() * 0.8)), min(HIGH, round(room.height() * 0.75)))

    def _preview_column(self, view: CompareView) -> QVBoxLayout:
        """The picture and below it the switch that keeps a slow machine from trying."""
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(view, 1)
        self.wants_preview = QCheckBox(tr("Preview"))
        self.wants_preview.setChecked(self.window_.session.preferences.ai_preview)
        self.wants_preview.toggled.connect(self._switch_preview)
        column.addWidget(self.wants_preview)
        return column

    def _switch_preview(self, on: bool) -> None:
        preferences = self.window_.session.preferences
        preferences.ai_preview = on
        preferences.save()
        self._try()

    def _has_preview(self) -> bool:
        return self.tool.preview != "none" and self.tool.family == "raster" and self.window_.session.family == "raster"

    def _fill_side(self, side: QVBoxLayout) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self.method_label = _text(tr("Method"))
        self.method_label.setMinimumHeight(FIELD_HEIGHT)  # in line with the box beside it
        self.method_label.setWordWrap(False)
        self.seed_label.setWordWrap(False)
        self._line_up(grid)
        grid.addWidget(self.method_label, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.methods, 0, 1)
        if self.tool.seeded:
            grid.addWidget(self.seed_label, 1, 0)
            grid.addWidget(self.seed, 1, 1)
        side.addLayout(grid)
        side.addWidget(self.missing)
        if self.editor is not None:
            self.options_area = OptionsArea(self.editor)
            side.addWidget(self.options_area, 1)
        side.addStretch(0 if self.editor is not None else 1)
        if self.tool.makes and RESULT_OPTION not in self.values:
            side.addWidget(_text(tr("Makes: {what}", what=tr(self.tool.makes))))
        if self.tool.consent:
            side.addWidget(self._consent_box())
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        side.addWidget(self.problem)

    def _line_up(self, grid: QGridLayout) -> None:
        """The fields of the method and of the options begin at one line."""
        names = [self.method_label, *((self.seed_label,) if self.tool.seeded else ())]
        width = max(LABEL_WIDTH, *(label.sizeHint().width() for label in names))
        if self.editor is not None:
            width = max(width, self.editor.label_width())
            self.editor.grid.setColumnMinimumWidth(0, width)
        grid.setColumnMinimumWidth(0, width)

    def _consent_box(self) -> QWidget:
        """A check box beside its statement, which wraps as check boxes do not."""
        box = QFrame()
        box.setObjectName("card")
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        statement = QLabel(tr(self.tool.consent))
        statement.setWordWrap(True)
        statement.setBuddy(self.consent)
        statement.mousePressEvent = lambda _event: self.consent.click()  # type: ignore[method-assign]
        self.consent.setAccessibleName(tr(self.tool.consent))
        row.addWidget(self.consent, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(statement, 1)
        return box

    def _connect(self) -> None:
        self.methods.chosen.connect(self._changed)
        self.methods.more_wanted.connect(self._get_models)
        self.missing.models_wanted.connect(self._get_models)
        self.seed.changed.connect(self._changed)
        self.consent.toggled.connect(lambda _on: self._changed())
        if self.editor is not None:
            self.editor.live.connect(self._take)
            self.editor.committed.connect(self._take)
            self.editor.reset_wanted.connect(lambda name: self._take({name: self.usual[name]}))

    # Following

    def _take(self, values: dict[str, Any]) -> None:
        self.values = {**self.values, **values}
        if self.editor is not None:
            self.editor.set_value(self.values)
        self._changed()

    def reset(self) -> None:
        """All options as they come."""
        self._take(self.usual)

    def _changed(self) -> None:
        self.problem.hide()
        self._refresh()
        self._try()

    def _refresh(self) -> None:
        has_method = self.methods.has_method
        self.missing.setVisible(not has_method)
        self.methods.setVisible(has_method)
        self.method_label.setVisible(has_method)
        for widget in (self.seed, self.seed_label, self.options_area):
            widget.setVisible(has_method and widget.parent() is not None)
        for button in (self.run_button, self.queue_button):
            button.setEnabled(has_method and self._agreed())
        self.reset_button.setVisible(self.editor is not None and has_method)
        self.reset_button.setEnabled(self.values != self.usual)

    def _agreed(self) -> bool:
        return not self.tool.consent or self.consent.isChecked()

    def _get_models(self) -> None:
        """The window of models; what was installed there can be chosen here."""
        from app.actions.ai_models import show_models

        show_models(self.window_, next(iter(self.tool.tasks), ""), self)
        present = self.methods.model
        self.methods.refresh(present.name if present is not None else "")
        self.missing.refresh()
        self._changed()

    def _try(self) -> None:
        if self.trial is not None and self.view is not None:
            can_run = self.run_button.isEnabled()
            wait = tr("The preview shows when you agreed.") if self.methods.has_method and not can_run else ""
            self.trial.begin(self._request, wait, runs=can_run and self.wants_preview.isChecked())

    def _request(self) -> Request | None:
        try:
            return self.ai.trial_request(self._wishes())
        except ExpectedError as error:
            self._complain(error)
            return None

    # Ending

    def _wishes(self) -> Wishes:
        """Raises ExpectedError for an option out of bounds."""
        return Wishes(
            options=self._options(), model=self.methods.model, seed=self.seed.value() if self.tool.seeded else 0,
            consent=self.tool.consent if self._agreed() else "",
        )

    def _options(self) -> Any:
        import msgspec

        from editor.model.values import from_plain

        try:
            return msgspec.convert(self.values, self.tool.options, strict=False, dec_hook=from_plain)
        except (msgspec.ValidationError, ValueError) as error:
            raise ExpectedError(tr("These options do not fit: {reason}", reason=str(error))) from error

    def _complain(self, error: ExpectedError) -> None:
        self.problem.setText(str(error))
        self.problem.show()

    def send_tool(self) -> None:
        """Remember what was chosen, close, and put it into the queue."""
        from app.queue.sending import send_tool

        self._finish(lambda wishes: send_tool(self.window_, self.tool, wishes))

    def run_tool(self) -> None:
        """Remember what was chosen, close, and begin."""
        self._finish(lambda wishes: self.ai.run(self.tool, wishes))

    def _finish(self, begin: Callable[[Wishes], object]) -> None:
        self.run_button.setFocus()  # a text still being typed counts
        try:
            wishes = self._wishes()
        except ExpectedError as error:
            self._complain(error)
            return
        model = wishes.model.name if wishes.model is not None else ""
        chosen = Remembered(options=self.values, model=model, seed=self.seed.value())
        remember(self.window_.session.preferences, self.tool, chosen)
        self.accept()
        self.window_.session.attempt(lambda: begin(wishes))

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its texts need at this width, which Qt does not find out by itself."""
        layout = self.layout()
        if layout is not None:
            needed = max(self.height(), layout.totalHeightForWidth(self.width()))
            room = self.screen().availableGeometry().height() * SHARE_OF_SCREEN
            self.resize(self.width(), round(min(needed, room)))
        super().showEvent(event)
        self._first_field().setFocus()

    def _first_field(self) -> QWidget:
        """Where typing goes at once: a text that is asked for, else the button that runs."""
        editors = self.editor.editors.values() if self.editor is not None and self.methods.has_method else ()
        texts = [editor.area for editor in editors if isinstance(editor, LongTextEditor)]
        return texts[0] if texts else self.run_button

    def done(self, result: int) -> None:
        if self.trial is not None:
            self.trial.stop()
        super().done(result)


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("muted")
    label.setWordWrap(True)
    return label
