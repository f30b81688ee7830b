"""The options of an AI tool as fields: sentences in several lines, names suggested, the usual values a double click
away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.widgets.number_field import NumberField
from app.widgets.shapes import Shape, fields_of
from app.widgets.struct_editors import StructEditor
from editor.base.translation import tr
from editor.model.raster import Layer, RasterDocument

if TYPE_CHECKING:
    from app.session import Session
    from editor.workflows.ai.tool import Tool

LONG_TEXTS = ("prompt", "negative", "avoid", "text", "words", "instructions")
SOURCES = ("reference", "take_from")
"""Options that name an image or a layer."""
LOWEST_OPTIONS = 200


def options_editor(tool: Tool, session: Session, usual: dict[str, Any]) -> StructEditor | None:
    """None for a tool that asks nothing. `usual` are the values that a double click brings back."""
    fields = tuple((name, _fitted(name, shape, session)) for name, shape in fields_of(tool.options))
    if not fields:
        return None
    project = session.project
    documents = [(item.id, item.name) for item in project.documents()] if project is not None else []
    editor = StructEditor(fields, documents)
    for name, label in editor.labels.items():
        label.setToolTip(tr("Double-click for the usual value"))
        number = editor.editors[name].findChild(NumberField)
        if number is not None and isinstance(usual.get(name), int | float):
            number.usual = float(usual[name])
    return editor


def _fitted(name: str, shape: Shape, session: Session) -> Shape:
    """Sentences take several lines; the names of images and layers are suggested."""
    if shape.kind != "text":
        return shape
    if name in LONG_TEXTS:
        return replace(shape, kind="long_text")
    names = _names(name, session)
    return replace(shape, kind="suggested", choices=names) if names is not None else shape


def _names(name: str, session: Session) -> tuple[str, ...] | None:
    """What an option that names something of the project can name; None for other options."""
    project = session.project
    if project is None or not (name in SOURCES or name.endswith(("_image", "_layer"))):
        return None
    images = [item for item in project.documents() if isinstance(item, RasterDocument)]
    layers = [item for key in project.index.subtree(session.document) if isinstance(item := project.get(key), Layer)]
    found: list[Any] = [*(() if name.endswith("_layer") else images), *(() if name.endswith("_image") else layers)]
    return tuple(dict.fromkeys(item.name for item in found if item.id != session.document))


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
