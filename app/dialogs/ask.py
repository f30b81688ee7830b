"""Asks for what a command needs and the window cannot know."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLabel

from app.dialogs.frame import Frame
from app.shell.context import askable
from app.widgets.shapes import Shape, default_of, plain, shape_of
from app.widgets.struct_editors import StructEditor
from editor.base.translation import tr
from editor.model.embed import Embed

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.commands.registry import Command, Parameter


class AskDialog(Frame):
    """One row a parameter, with its default filled in."""

    def __init__(self, window: MainWindow, command: Command, known: dict[str, Any]) -> None:
        super().__init__(window, tr(command.label), 420)
        summary = QLabel(tr(command.purpose))
        summary.setObjectName("muted")
        summary.setWordWrap(True)
        self.body.addWidget(summary)
        parameters = [item for item in askable(command) if shape_of(item.type, item.name).kind not in ("none", "list")]
        fields = tuple((item.name, shape_of(item.type, item.name)) for item in parameters)
        project = window.session.project
        documents = [(item.id, item.name) for item in project.documents()] if project is not None else []
        self.editor = StructEditor(fields, documents)
        shapes = dict(fields)
        others = [key for key, _name in documents if key != window.session.document]
        present = window.session.record
        self.values: dict[str, Any] = {}
        for item in parameters:
            value = known.get(item.name)
            if value is None and item.required:  # what the document has already is the best first guess
                value = getattr(present, item.name, None)
            if value is None and item.type is Embed and others:
                value = Embed(document=others[0])
            self.values[item.name] = plain(first_value(item, shapes[item.name]) if value is None else value)
        self._show()
        self.editor.live.connect(self._take)
        self.editor.committed.connect(self._take)
        self.body.addWidget(self.editor)
        self.body.addStretch(1)
        self.add_cancel()
        self.add_button(tr("Run"), self._finish, primary=True)

    def _take(self, values: dict[str, Any]) -> None:
        self.values.update(values)
        self._show()

    def _show(self) -> None:
        self.editor.set_value({name: value for name, value in self.values.items() if value is not None})

    def _finish(self) -> None:
        self.setFocus()
        self.accept()


def first_value(parameter: Parameter, shape: Shape) -> Any:
    """The default, or a harmless value of the type."""
    if parameter.default is not inspect.Parameter.empty:
        return parameter.default
    if shape.kind == "choice":
        return shape.choices[0]
    if shape.kind == "struct":
        return default_of(shape.cls)
    if shape.kind == "variant":
        return next((made for part in shape.parts if (made := default_of(part.cls)) is not None), None)
    if shape.kind == "numbers":
        return [0] * len(shape.parts)
    low = shape.minimum if shape.minimum > 0 else 0
    simple = {"bool": False, "int": int(low), "float": float(low), "fraction": "0", "text": "", "color": [0, 0, 0, 1]}
    return simple.get(shape.kind)


def ask_parameters(window: MainWindow, command: Command, known: dict[str, Any]) -> dict[str, Any] | None:
    """The values that a person gave, or None when they did not want to."""
    dialog = AskDialog(window, command, known)
    if dialog.exec() != AskDialog.DialogCode.Accepted:
        return None
    return {name: value for name, value in dialog.values.items() if value is not None}
