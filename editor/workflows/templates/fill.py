"""Filling a template: one edit of ordinary commands, so that history, undo and replay know it as any other.

`fill` is the whole of it. A form that shows what it types prepares values once (files are read) and applies them
within a gesture as often as it likes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.engine import Resources
from editor.document.project import Project
from editor.model.record import Record
from editor.model.template import WRITTEN, Slot, SlotKind, Target
from editor.workflows.templates.fields import Field, fields_of, folded, meant, waiting
from editor.workflows.templates.sources import SourceFile
from editor.workflows.templates.words import live_texts, names_in, stands
from editor.workflows.templates.written import read_date, read_number, write_date, write_number
from render.color import Color

Value = str | Color | bool | Path | Decimal | float | date
Ready = str | Color | bool | SourceFile | Decimal | date
LABEL = "Fill template"
WANTED: dict[SlotKind, type | tuple[type, ...]] = {
    "text": str, "font": str, "color": Color, "switch": bool, "picture": (Path, SourceFile), "clip": (Path, SourceFile),
    "number": (str, int, float, Decimal), "date": (str, date),
}  # fmt: skip


@dataclass(frozen=True)
class Filling:
    """One value on its way into one target of one slot."""

    project: Project
    slot: Slot
    number: int
    item: Record
    resources: Resources

    @property
    def target(self) -> Target:
        return self.slot.targets[self.number]


@dataclass(frozen=True)
class Filled:
    """How many places were filled, and sentences about those that could not be (the record is gone)."""

    places: int
    notices: tuple[str, ...] = ()


def fill(
    project: Project, values: Mapping[str, Value], document: str | None = None, resources: Resources = Resources()
) -> Filled:
    """Fill slots by their names: texts and fonts as str, colours, yes or no, pictures and clips as paths, numbers and
    dates as such or as texts that the slot's rule reads.

    One undoable edit. What is not named stays as it is, but who fills one name in braces fills all. Raises
    ExpectedError, and changes nothing, for a name that no slot has, a value of another kind, or a file that cannot be
    read.
    """
    fields = fields_of(project, document)
    ready = prepare(fields, values)
    require_words(project, fields, ready)
    with project.transaction(tr(LABEL)):
        return apply(project, ready, document, resources)


def prepare(
    fields: list[Field], values: Mapping[str, Value | SourceFile],
    source: Callable[[Path], SourceFile] = SourceFile,
) -> dict[str, Ready]:
    """Values by folded names of fields, with files opened. Raises ExpectedError as `fill` does."""
    known = {folded(field.name): field for field in fields}
    ready: dict[str, Ready] = {}
    for name, value in values.items():
        field = known.get(folded(name))
        if field is None:
            raise ExpectedError(
                tr("The template has no slot {name}.", name=name),
                tr("It has: {names}.", names=", ".join(item.name for item in fields) or "-"),
            )
        if not isinstance(value, WANTED[field.takes]) or isinstance(value, bool) != (field.takes == "switch"):
            raise ExpectedError(tr("The slot {name} takes another kind of thing.", name=field.name))
        ready[folded(name)] = source(value) if isinstance(value, Path) else _read(field, value)
    return ready


def _read(field: Field, value: Value | SourceFile) -> Ready:
    """A number or a date as that, where a text says it; an empty one stays empty. Raises ExpectedError."""
    if field.takes in ("number", "date") and isinstance(value, str):
        try:
            said = value.strip()
            return said and (read_number(field.rule, said) if field.takes == "number" else read_date(field.rule, said))
        except ExpectedError as error:
            raise ExpectedError(f"{field.name}: {error}") from error
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    assert not isinstance(value, float | Path)
    return value


def missing_words(
    project: Project, fields: list[Field], given: Mapping[str, object], always: bool = False
) -> list[str]:
    """The names in braces that have to be given and are not: `always`, or when others are filled."""
    names = {folded(name) for name in given}
    fields = meant(fields, names)
    touched = any(target.word for field in fields if folded(field.name) in names for target in field.targets)
    if not (always or touched):
        return []
    return [field.name for field in waiting(project, fields) if folded(field.name) not in names]


def require_words(project: Project, fields: list[Field], given: Mapping[str, object], always: bool = False) -> None:
    """Raise ExpectedError when there are such."""
    missing = missing_words(project, fields, given, always)
    if missing:
        raise ExpectedError(tr("Nothing is given for {names}, which a text names in braces.", names=", ".join(missing)))


def apply(
    project: Project, ready: Mapping[str, Ready], document: str | None = None, resources: Resources = Resources()
) -> Filled:
    """Fill within the transaction or the gesture that is open."""
    from editor.workflows.templates.shrinking import Shrinking

    places, notices = 0, list[str]()
    fields = [field for field in fields_of(project, document) if ready.get(folded(field.name)) is not None]
    lost = {target for field in fields for target in field.targets if not stands(project, target)}
    shrinking = Shrinking(project, _shrinking_texts(project, document), resources)
    for field in fields:
        value = ready[folded(field.name)]
        for slot in field.slots:
            for number, target in enumerate(slot.targets):
                if target in lost:
                    notices.append(is_lost(slot.name))
                item = project.get(target.record)
                if item is None or not stands(project, target):
                    continue  # else another slot of this filling wrote over it
                current = project.find(slot.id, Slot) if slot.id else slot
                filling = Filling(project, current, number, item, resources)
                if target.property == "text":
                    shrinking.before(filling)
                notices.append(_put(filling, value))
                places += 1
    notices += shrinking.fit()
    if ready:
        notices += _settled(project, document)
    return Filled(places, tuple(notice for notice in dict.fromkeys(notices) if notice))


def _shrinking_texts(project: Project, document: str | None) -> set[str]:
    return {
        target.record for field in fields_of(project, document) for slot in field.slots if slot.shrink
        for target in slot.targets if target.property == "text"
    }  # fmt: skip


def is_lost(name: str) -> str:
    """That a slot has lost a place."""
    return tr("What {name} filled is no longer there.", name=name)


def _settled(project: Project, document: str | None) -> list[str]:
    """Braces that are meant as such become single ones where no name stands beside them, too."""
    from editor.workflows.templates import texts

    marked = {folded(field.name): field.takes for field in fields_of(project)}
    notices = []
    for owner in [document] if document is not None else [item.id for item in project.documents()]:
        for key, drawn in live_texts(project, owner):
            text = "".join(drawn.runs)
            if "{{" in text and not names_in(text):
                texts.put_words(project, key, {})
            notices += [
                tr("{name} stands in a text, but the slot of that name takes another kind of thing.",
                   name=f"{{{name}}}")
                for name in names_in(text) if marked.get(folded(name), "text") not in WRITTEN
            ]  # fmt: skip
    return notices


def _put(filling: Filling, value: Ready) -> str:
    """A sentence about what a person should know, mostly none."""
    from editor.workflows.templates import clips, pictures, styles, texts

    name = filling.target.property
    if isinstance(value, Decimal):
        value = write_number(filling.slot, value)
    elif isinstance(value, date):
        value = write_date(filling.slot, value)
    if name == "text" and isinstance(value, str):
        texts.put_text(filling, value)
    elif name == "font" and isinstance(value, str):
        texts.put_font(filling, value)
    elif name == "visible" and isinstance(value, bool):
        styles.put_visible(filling, value)
    elif isinstance(value, Color):
        styles.put_color(filling, value)
    elif name == "clip" and isinstance(value, SourceFile):
        return clips.put_clip(filling, value)
    elif isinstance(value, SourceFile):
        return pictures.put_picture(filling, value)
    return ""
