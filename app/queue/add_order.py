"""Asks for work for the queue: a recipe on files, an export of a project, an AI tool, or any call of the program."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from app.commandline.jobs import checked_call
from app.commandline.jobs_plans import wishes_of_batch
from app.queue.dialogs import Form, RecipeBox
from app.queue.orders_reading import LANE_TEXTS, LANES
from app.queue.path_fields import FilesField, FolderField, words_in
from app.queue.schedule_form import findable
from app.widgets.number_field import NumberField
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.orders import OrderLane, Wish

RECIPE, EXPORT, TOOL, CALL = range(4)
KINDS = ("A recipe on files", "An export of a project", "An AI tool", "A call of the program")


class AddForm(Form):
    """Gives a list of wishes, one a file."""

    def __init__(self, parent: QWidget, take: Callable[[list[Wish]], object]) -> None:
        super().__init__(parent, tr("Add a job"), tr("Add"), take, 600)
        self.kind = QComboBox()
        for text in KINDS:
            self.kind.addItem(tr(text))
        self.recipe = RecipeBox()
        self.tool = tool_box()
        self.files = FilesField(tr("Which files?"))
        self.output = FolderField(tr("Where do results go?"))
        self.project = FilesField(tr("Which project?"), "Atelier (*.atelier)", one=True)
        self.target = QLineEdit()
        self.target.setPlaceholderText(tr("poster.png; the ending says the format"))
        self.call = QLineEdit()
        self.call.setPlaceholderText("convert a.psd a.png --width 1600")
        self.call.setCompleter(call_completer(self.call))
        self.lane = QComboBox()
        for lane in LANES:
            self.lane.addItem(tr(LANE_TEXTS[lane]), lane)
        self.priority = NumberField(0, -100, 100, 0)
        self.priority.setToolTip(tr("Higher begins earlier."))
        self.priority.committed.connect(self.priority.set_value)
        for label, field in (
            (tr("What"), self.kind), (tr("Recipe"), self.recipe), (tr("Tool"), self.tool), (tr("Files"), self.files),
            (tr("Project"), self.project), (tr("Result"), self.target), (tr("Results"), self.output),
            (tr("Call"), self.call), (tr("Lane"), self.lane), (tr("Priority"), self.priority),
        ):  # fmt: skip
            self.form.addRow(label, field)
        self.kind.currentIndexChanged.connect(lambda _index: self._show_kind())
        self._show_kind()

    def _show_kind(self) -> None:
        kind = self.kind.currentIndex()
        for field, kinds in (
            (self.recipe, (RECIPE,)), (self.tool, (TOOL,)), (self.files, (RECIPE, TOOL)), (self.project, (EXPORT,)),
            (self.target, (EXPORT,)), (self.output, (RECIPE, TOOL)), (self.call, (CALL,)),
        ):  # fmt: skip
            self.form.setRowVisible(field, kind in kinds)
        self.lane.setCurrentIndex(self.lane.findData("gpu" if kind == TOOL else "compute"))
        self.problem.hide()

    def result_of(self) -> list[Wish]:
        made = (self._of_recipe, self._of_export, self._of_tool, self._of_call)[self.kind.currentIndex()]()
        lane: OrderLane = self.lane.currentData()
        return [_with(wish, lane, round(self.priority.value())) for wish in made]

    def _of_recipe(self) -> list[Wish]:
        return wishes_of_batch(self.recipe.path(), self.files.paths(), self.output.path(), _refuse)

    def _of_tool(self) -> list[Wish]:
        from editor.workflows.ai.tool import TOOLS

        row = self.tool.findText(self.tool.currentText().strip())
        if row < 0:
            raise ExpectedError(tr("There is no tool {name}.", name=self.tool.currentText()))
        name, output = str(self.tool.itemData(row)), self.output.path()
        if TOOLS[name].consent:
            raise ExpectedError(tr("This tool asks for your consent each time: start it from its own window."))
        if not output.is_dir():
            raise ExpectedError(tr("There is no folder {name}.", name=str(output)))
        return [
            Wish(
                arguments=("ai", "run", name, str(path), "--output", str(output)), folder=str(path.parent),
                label=f"{self.tool.currentText()}: {path.name}",
            )
            for path in self.files.paths()
        ]  # fmt: skip

    def _of_export(self) -> list[Wish]:
        (project,) = self.project.paths()
        text = self.target.text().strip()
        target = (project.parent / Path(text).expanduser()) if text else project.with_suffix("")
        if not target.suffix:
            raise ExpectedError(tr("The name of the result needs an ending, such as .png."))
        if not target.parent.is_dir():
            raise ExpectedError(tr("There is no folder {name}.", name=str(target.parent)))
        return [
            Wish(
                arguments=("export", str(project), str(target)), folder=str(project.parent), result=str(target),
                label=tr("Export {name}", name=target.name), tell="always",
            )
        ]  # fmt: skip

    def _of_call(self) -> list[Wish]:
        call = checked_call(words_in(self.call.text().strip().removeprefix("atelier ")))
        return [Wish(arguments=call, folder=str(Path.home()), label=shlex.join(call)[:120])]


def _refuse(sentence: str) -> None:
    raise ExpectedError(sentence)


def _with(wish: Wish, lane: OrderLane, priority: int) -> Wish:
    import msgspec

    return msgspec.structs.replace(wish, lane=lane, priority=priority)


def tool_box() -> QComboBox:
    """The AI tools by their names in the person's language; a few letters find one."""
    from editor.workflows.ai.tool import TOOLS, load_tools

    load_tools()
    box = QComboBox()
    for tool in sorted(TOOLS.values(), key=lambda tool: tr(tool.label).casefold()):
        box.addItem(tr(tool.label), tool.name)
    return findable(box)


def call_completer(field: QLineEdit) -> QCompleter:
    """The verbs of the command line, and forms of them that are often wanted."""
    from app.commandline.main import VERBS

    usual = ("convert a.psd a.png", "export film.atelier film.mp4", "library refresh", "library import FOLDER")
    completer = QCompleter(sorted({*(verb for verb in VERBS if verb != "open"), *usual}), field)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    return completer
