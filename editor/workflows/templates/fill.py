"""Filling a template: one edit of ordinary commands, so that history, undo and replay know it as any other.

`fill` is the whole of it. A form that shows what it types prepares values once (files are read) and applies them
within a gesture as often as it likes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.engine import Resources
from editor.document.project import Project
from editor.model.record import Record
from editor.model.template import Slot, SlotKind, Target
from editor.workflows.templates.fields import Field, fields_of, folded
from editor.workflows.templates.sources import SourceFile
from render.color import Color

Value = str | Color | bool | Path
Ready = str | Color | bool | SourceFile
LABEL = "Fill template"
WANTED: dict[SlotKind, type | tuple[type, ...]] = {
    "text": str, "font": str, "color": Color, "switch": bool, "picture": (Path, SourceFile), "clip": (Path, SourceFile),
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
    """Fill slots by their names: texts and fonts as str, colours, yes or no, pictures and clips as paths.

    One undoable edit. What is not named stays as it is. Raises ExpectedError, and changes nothing, for a name that no
    slot has, a value of another kind, or a file that cannot be read.
    """
    ready = prepare(fields_of(project, document), values)
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
        ready[folded(name)] = source(value) if isinstance(value, Path) else value
    return ready


def apply(
    project: Project, ready: Mapping[str, Ready], document: str | None = None, resources: Resources = Resources()
) -> Filled:
    """Fill within the transaction or the gesture that is open."""
    places, notices = 0, list[str]()
    for field in fields_of(project, document):
        value = ready.get(folded(field.name))
        if value is None:
            continue
        for slot in field.slots:
            for number, target in enumerate(slot.targets):
                item = project.get(target.record)
                if item is None:
                    notices.append(tr("What {name} filled is no longer there.", name=slot.name))
                    continue
                current = project.find(slot.id, Slot)
                notices.append(_put(Filling(project, current, number, item, resources), value))
                places += 1
    return Filled(places, tuple(notice for notice in dict.fromkeys(notices) if notice))


def _put(filling: Filling, value: Ready) -> str:
    """A sentence about what a person should know, mostly none."""
    from editor.workflows.templates import clips, pictures, styles, texts

    name = filling.target.property
    if name == "text" and isinstance(value, str):
        return texts.put_text(filling, value)
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
