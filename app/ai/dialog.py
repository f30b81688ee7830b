"""The dialog of every AI tool: what it does, how, with which options, and a try beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.ai.compare import CompareView
from app.ai.memory import Remembered, recall, remember
from app.ai.methods import MethodBox
from app.ai.missing import MissingModel
from app.ai.seed import SeedField
from app.ai.service import Wishes
from app.ai.trial import Trial
from app.dialogs.frame import Frame
from app.widgets.shapes import Shape, fields_of
from app.widgets.struct_editors import LABEL_WIDTH, StructEditor
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.model.raster import Layer, RasterDocument

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.workflows.ai.tool import Request, Tool

LONG_TEXTS = ("prompt", "negative", "avoid", "text", "words", "instructions")
NARROW, SIDE_WIDTH, LOWEST_OPTIONS = 460, 330, 200
SHARE_OF_SCREEN = 0.9


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
        self.editor = self._make_editor()
        self.seed = SeedField(start.seed)
        self.consent = QCheckBox()
        self.problem = QLabel()
        self.seed_label = _text(tr("Seed"))
        self.options_area: QWidget = QWidget()
        self.view: CompareView | None = None
        self.trial: Trial | None = None
        self._lay_out()
        self.add_cancel()
        self.run_button = self.add_button(tr("Run"), self.run_tool, primary=True)
        self._connect()
        self._refresh()
        self._try()

    # Making it

    def _make_editor(self) -> StructEditor | None:
        fields = tuple((name, self._fitted(name, shape)) for name, shape in fields_of(self.tool.options))
        if not fields:
            return None
        project = self.window_.session.project
        documents = [(item.id, item.name) for item in project.documents()] if project is not None else []
        editor = StructEditor(fields, documents)
        editor.set_value(self.values)
        return editor

    def _fitted(self, name: str, shape: Shape) -> Shape:
        """Sentences take several lines; the names of images and layers are suggested."""
        if shape.kind != "text":
            return shape
        session = self.window_.session
        if name in LONG_TEXTS:
            return replace(shape, kind="long_text")
        project = session.project
        if project is None or not name.endswith(("_image", "_layer")):
            return shape
        images = name.endswith("_image")
        items = project.documents() if images else [project.get(key) for key in project.index.subtree(session.document)]
        kind = RasterDocument if images else Layer
        names = [item.name for item in items if isinstance(item, kind) and item.id != session.document]
        return replace(shape, kind="suggested", choices=tuple(dict.fromkeys(names)))

    def _lay_out(self) -> None:
        summary = _text(tr(self.tool.summary))
        self.body.addWidget(summary)
        side = QVBoxLayout()
        side.setSpacing(10)
        self._fill_side(side)
        if not self._has_preview():
            self.body.addLayout(side, 1)
            return
        self.view = CompareView()
        self.trial = Trial(self.ai, self.tool, self.view)
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(self.view, 1)
        holder = QWidget()
        holder.setFixedWidth(SIDE_WIDTH)
        side.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(side)
        row.addWidget(holder)
        self.body.addLayout(row, 1)
        self.resize(960, 560)

    def _has_preview(self) -> bool:
        return self.tool.preview != "none" and self.tool.family == "raster" and self.window_.session.family == "raster"

    def _fill_side(self, side: QVBoxLayout) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        self.method_label = _text(tr("Method"))
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
        if self.tool.makes:
            side.addWidget(_text(tr("Makes: {what}", what=tr(self.tool.makes))))
        if self.tool.consent:
            side.addWidget(self._consent_box())
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        side.addWidget(self.problem)

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

    # Following

    def _take(self, values: dict[str, Any]) -> None:
        self.values = {**self.values, **values}
        if self.editor is not None:
            self.editor.set_value(self.values)
        self._changed()

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
        self.run_button.setEnabled(has_method and self._agreed())

    def _agreed(self) -> bool:
        return not self.tool.consent or self.consent.isChecked()

    def _get_models(self) -> None:
        """The window of models; what was installed there can be chosen here."""
        action = self.window_.bindings.actions.get("ai.models")
        if action is not None:
            action.trigger()
        present = self.methods.model
        self.methods.refresh(present.name if present is not None else "")
        self.missing.refresh()
        self._changed()

    def _try(self) -> None:
        if self.trial is not None and self.view is not None:
            can_run = self.run_button.isEnabled()
            wait = tr("The preview shows when you agreed.") if self.methods.has_method else ""
            self.trial.begin(self._request, "" if can_run else wait, runs=can_run)

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

    def run_tool(self) -> None:
        """Remember what was chosen, close, and begin."""
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
        self.window_.session.attempt(lambda: self.ai.run(self.tool, wishes))

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its texts need at this width, which Qt does not find out by itself."""
        layout = self.layout()
        if layout is not None:
            needed = max(self.height(), layout.totalHeightForWidth(self.width()))
            room = self.screen().availableGeometry().height() * SHARE_OF_SCREEN
            self.resize(self.width(), round(min(needed, room)))
        super().showEvent(event)

    def done(self, result: int) -> None:
        if self.trial is not None:
            self.trial.stop()
        super().done(result)


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("muted")
    label.setWordWrap(True)
    return label


class OptionsArea(QScrollArea):
    """Options that are many scroll where the screen is too low for them; they want the room that they need."""

    def __init__(self, editor: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.holder = QWidget()
        column = QVBoxLayout(self.holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(editor)
        column.addStretch(1)
        self.setWidget(self.holder)
        self.setMinimumHeight(min(LOWEST_OPTIONS, self.holder.sizeHint().height()))

    def sizeHint(self) -> QSize:
        return self.holder.sizeHint()
