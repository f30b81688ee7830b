"""Says what a tool needs that is not installed: which models there are, how large, under which licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout

from editor.base import numbers
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.ai.service import AI
    from editor.workflows.ai.tool import Tool
    from ml.catalogue.catalogue import CatalogueModel

SHOWN = 4


class MissingModel(QFrame):
    """A card with what could be installed and a button to the window of models."""

    models_wanted = Signal()

    def __init__(self, ai: AI, tool: Tool) -> None:
        super().__init__()
        self.ai, self.tool = ai, tool
        self.setObjectName("card")
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 0, 2, 0)
        column.setSpacing(8)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.button = QPushButton(tr("Open the models..."))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda _on=False: self.models_wanted.emit())
        column.addWidget(self.text)
        column.addWidget(self.button)
        self.refresh()

    def refresh(self) -> None:
        self.text.setText("\n".join([tr("This tool needs a model, and none is installed."), *self.offers()]))

    def offers(self) -> list[str]:
        """One line a model of the catalogue: its name, how large it is, its licence."""
        from ml.catalogue.catalogue import shipped
        from ml.errors import ModelError

        try:
            catalogue = shipped()
        except ModelError:
            return []
        models = [model for task in self.tool.tasks for model in catalogue.for_task(task)]
        lines = [
            tr("• {name}: {size}, licence {licence}", name=model.title, size=size_of(model),
               licence=model.licence)
            for model in models[:SHOWN]
        ]
        more = [tr("• and {count} more", count=len(models) - SHOWN)] if len(models) > SHOWN else []
        return [*lines, *more, tr("A model of your own can be brought in from a file.")]


def size_of(model: CatalogueModel) -> str:
    """How large a model of the catalogue is, as exactly as that is known."""
    rough = not model.size and model.rough_size
    return tr("about {size}", size=size_text(model.rough_size)) if rough else size_text(model.size)


def size_text(size: int) -> str:
    """Bytes for people; a catalogue does not know the size of everything.

    >>> size_text(4_600_000), size_text(0)
    ('4.6 MB', 'size not known')
    """
    return numbers.size_text(size) if size else tr("size not known")
