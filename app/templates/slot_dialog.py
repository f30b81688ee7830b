"""Marking what is selected as a slot, and changing a slot's name, hint and rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from app.dialogs.frame import Frame
from app.widgets.shapes import Shape, fields_of, plain
from app.widgets.struct_editors import LABEL_WIDTH, StructEditor
from editor.base.errors import ExpectedError
from editor.base.translation import language, tr
from editor.commands.template.places import targets_of
from editor.model.template import KIND_OF_PROPERTY, WRITTEN, Property, Slot, SlotKind, Target

if TYPE_CHECKING:
    from app.session import Session
    from editor.document.project import Project

PROPERTY_LABELS: dict[Property, str] = {
    "text": "Text", "picture": "Picture", "clip": "Film or sound", "fill": "Fill", "stroke": "Stroke",
    "color": "Colour", "background": "Background", "sun": "Sunlight", "environment": "Light from a picture",
    "font": "Font", "visible": "Shown or hidden",
}  # fmt: skip
RULES: dict[SlotKind, tuple[str, ...]] = {
    "text": ("hint", "required", "longest", "shrink"),
    "picture": ("hint", "required", "role", "fit", "focus_x", "focus_y"),
    "clip": ("hint", "required", "fit"), "color": ("hint", "required", "role"),
    "font": ("hint", "required", "role"), "switch": ("hint", "required"),
    "number": (
        "hint", "required", "mark", "language", "decimals", "thousands", "digits", "unit", "shrink", "counted", "first",
    ),
    "date": ("hint", "required", "read_order", "language", "date_format", "shrink"),
}  # fmt: skip
WRITTEN_LABELS: dict[SlotKind, str] = {"text": "A text", "number": "A number", "date": "A date"}
LOGO = "logo"
LABELS = {
    "longest": "Most letters", "shrink": "Shrink to fit", "focus_x": "Focus, across", "focus_y": "Focus, down",
    "role": "Brand role", "mark": "Decimal mark in what is given", "language": "Written as in",
    "thousands": "Group thousands", "digits": "Fewest digits", "counted": "Count rows by itself",
    "first": "Number of the first row", "read_order": "Order in what is given", "date_format": "Written form",
}  # fmt: skip
WHY = {
    "longest": "How many letters the text may have; 0 for any number",
    "shrink": "Letters get smaller until the text is no larger than the one that was drawn",
    "focus_x": "What stays in sight when a wide picture is cut: 0 % is its left edge",
    "focus_y": "What stays in sight when a high picture is cut: 0 % is its top",
    "role": "What a brand kit fills here, such as its logo or its heading font",
    "mark": "Numbers that are typed or stand in a table are read by this rule, and never guessed",
    "language": "Which language writes it: decimals, thousands, the place of the unit, names of months",
    "thousands": "1,234,567 instead of 1234567", "digits": "Zeros come before a shorter number: 00042",
    "counted": "Rows of a table that have no number of their own get the next one",
    "first": "What the first row counts from",
    "read_order": "Dates that are typed or stand in a table are read by this rule, and never guessed",
    "date_format": "From short, 01/03/2026, to full, Sunday 1 March 2026",
}  # fmt: skip


def roles_of(takes: SlotKind) -> tuple[str, ...]:
    """What a brand kit has for slots of a kind."""
    from editor.workflows.kits.kit import ROLES, USES, VARIANTS

    if takes == "picture":
        return tuple(LOGO if variant == "main" else f"{LOGO} {variant}" for variant in VARIANTS)
    return {"color": ROLES, "font": USES}.get(takes, ())


def _label(text: str) -> QLabel:
    """As wide as the names of the rules below."""
    made = QLabel(text)
    made.setObjectName("muted")
    made.setMinimumWidth(LABEL_WIDTH)
    return made


def fillable(project: Project) -> dict[Property, tuple[Target, ...]]:
    """What of the selected records can become a slot, by property; those of the document when nothing is selected."""
    found: dict[Property, list[Target]] = {}
    for key in project.selection:
        for target in targets_of(project, key):
            found.setdefault(target.property, []).append(target)
    return {name: tuple(dict.fromkeys(targets)) for name, targets in found.items()}


class SlotDialog(Frame):
    """With `slot` None it marks what is selected; a name that is there already adds to that slot."""

    def __init__(self, parent: QWidget, session: Session, slot: Slot | None = None) -> None:
        super().__init__(parent, tr("Mark as slot") if slot is None else tr("Change slot"), 440)
        self.session, self.slot = session, slot
        self.project = session.required_project()
        self.places = fillable(self.project) if slot is None else {}
        self.what = QComboBox()
        for name, targets in self.places.items():
            label = tr(PROPERTY_LABELS[name])
            self.what.addItem(label if len(targets) == 1 else f"{label} ({len(targets)})", name)
        self.name = QComboBox(editable=True, insertPolicy=QComboBox.InsertPolicy.NoInsert)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(8)
        self.form.setVerticalSpacing(10)
        if slot is None:
            self.form.addRow(_label(tr("What is filled")), self.what)
        self.form.addRow(_label(tr("Name")), self.name)
        self.written = self._kinds()
        self.form.addRow(_label(tr("What is given")), self.written)
        self.body.addLayout(self.form)
        self.rules: StructEditor | None = None
        self.said: dict[str, Any] = {}
        self.note = QLabel()
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        self.problem = QLabel()
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        for told in (self.note, self.problem):
            told.hide()
            self.body.addWidget(told)
        self.add_cancel()
        self.add_button(tr("Mark") if slot is None else tr("Change"), self.accept, primary=True)
        self.what.currentIndexChanged.connect(lambda _place: self._show_kind())
        self.written.currentIndexChanged.connect(lambda _place: self._show_kind())
        self.name.editTextChanged.connect(lambda _text: self._show_name())
        self._show_kind()
        line = self.line
        line.setFocus()
        line.selectAll()

    def _kinds(self) -> QComboBox:
        """What letters may stand for."""
        box = QComboBox()
        for kind, text in WRITTEN_LABELS.items():
            box.addItem(tr(text), kind)
        if self.slot is not None and self.slot.takes in WRITTEN:
            box.setCurrentIndex(WRITTEN.index(self.slot.takes))
        return box

    @property
    def line(self) -> QLineEdit:
        found = self.name.lineEdit()
        assert found is not None
        return found

    @property
    def takes(self) -> SlotKind:
        kind = self.slot.takes if self.slot is not None else KIND_OF_PROPERTY[self.what.currentData()]
        written: SlotKind = self.written.currentData()
        return written if kind in WRITTEN else kind

    def _fresh(self) -> Slot:
        """A new slot writes as the language of the window does, and reads so."""
        if language() == "fr":
            return Slot(id="", name="", takes=self.takes, language="french", mark="comma")
        return Slot(id="", name="", takes=self.takes)

    def _rules(self) -> Slot:
        """What the rules stand at when they are shown."""
        if self.slot is None:
            return self._fresh()
        if not self.slot.id and self.slot.takes == "text":  # a name in braces that has no rules yet
            return msgspec.structs.replace(self._fresh(), required=True)
        return self.slot

    def _show_kind(self) -> None:
        """The rules of the kind of thing that is chosen, and the slots of that kind that it can join."""
        if self.rules is not None:
            self.body.removeWidget(self.rules)
            self.rules.deleteLater()
        shapes = dict(fields_of(Slot))
        wanted = tuple((name, self._fitted(name, shapes[name])) for name in RULES[self.takes])
        self.rules = StructEditor(wanted, [])
        start = plain(self._rules())
        self.rules.set_value(start)
        self.form.setRowVisible(self.written, self.takes in WRITTEN)
        for name, text in LABELS.items():
            if name in self.rules.labels:
                self.rules.labels[name].setText(tr(text))
                self.rules.labels[name].setToolTip(tr(WHY[name]))
        width = max(LABEL_WIDTH, *(label.sizeHint().width() for label in self.rules.labels.values()))
        for place in range(self.form.rowCount()):
            item = self.form.itemAt(place, QFormLayout.ItemRole.LabelRole)
            if item is not None and item.widget() is not None:
                item.widget().setMinimumWidth(width)  # type: ignore[union-attr]
        self.rules.committed.connect(self._say)
        self.rules.live.connect(self._say)
        is_new = self.slot is None or not self.slot.id or self.slot.takes != self.takes
        self.said = {name: start[name] for name in RULES[self.takes] if is_new and name in start}
        self.body.insertWidget(1, self.rules)
        typed = self.name.currentText()
        self.name.blockSignals(True)
        self.name.clear()
        if self.slot is None:
            self.name.addItems([one.name for one in self._others()])
        self.name.setEditText(typed or (self.slot.name if self.slot is not None else self._proposal()))
        self.name.blockSignals(False)
        self._show_name()

    def _fitted(self, name: str, shape: Shape) -> Shape:
        if name == "role":
            own = (self.slot.role,) if self.slot is not None else ()
            return replace(shape, kind="choice", choices=tuple(dict.fromkeys(("", *roles_of(self.takes), *own))))
        return shape

    def _say(self, values: dict[str, Any]) -> None:
        self.said |= {name: value for name, value in values.items() if name in RULES[self.takes]}

    def _others(self) -> list[Slot]:
        found = [self.project.find(key, Slot) for key in self.project.index.of_type(Slot)]
        return [slot for slot in found if slot.takes == self.takes and slot.parent == self.session.document]

    def _proposal(self) -> str:
        """The record's own name, where it has one that nobody uses yet."""
        first = self.places[self.what.currentData()][0]
        said = " ".join(str(getattr(self.project.get(first.record), "name", "")).split())[:40]
        taken = {slot.name.casefold() for slot in self._others()}
        said = said or tr(PROPERTY_LABELS[first.property])
        return said if said.casefold() not in taken else ""

    def _joined(self) -> Slot | None:
        if self.slot is not None:
            return None
        said = " ".join(self.name.currentText().split()).casefold()
        return next((slot for slot in self._others() if slot.name.casefold() == said), None)

    def _show_name(self) -> None:
        joined = self._joined()
        assert self.rules is not None
        self.rules.setVisible(joined is None)
        self.note.setVisible(joined is not None)
        if joined is not None:
            self.note.setText(tr("The slot {name} will fill this as well.", name=joined.name))

    def accept(self) -> None:
        """Run the command; what is wrong is said here, and nothing typed is lost."""
        from editor.commands.registry import run

        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()  # a number that is being typed is said when its field is left
        name, joined = self.name.currentText(), self._joined()
        try:
            if self.slot is not None and self.slot.id:
                run(self.project, "template.set_slot", slot=self.slot.id, name=name, takes=self.takes, **self.said)
            elif self.slot is not None:
                targets = self.slot.targets
                run(self.project, "template.add_slot", name=name, targets=targets, takes=self.takes, **self.said)
            elif joined is not None:
                fresh = [one for one in self._targets() if not _is_in(one, joined.targets)]
                run(self.project, "template.set_targets", slot=joined.id, targets=(*joined.targets, *fresh))
            else:
                targets = self._targets()
                run(self.project, "template.add_slot", name=name, targets=targets, takes=self.takes, **self.said)
        except ExpectedError as error:
            self.problem.setText(str(error))
            self.problem.show()
            self.name.setFocus()
            return
        super().accept()

    def _targets(self) -> tuple[Target, ...]:
        return self.places[self.what.currentData()]


def _is_in(target: Target, others: tuple[Target, ...]) -> bool:
    bare = msgspec.structs.replace(target, designed=(), filled=())
    return any(bare == msgspec.structs.replace(other, designed=(), filled=()) for other in others)
