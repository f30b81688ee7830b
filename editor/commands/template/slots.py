"""Slots: marked, described, ordered, taken away."""

from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.template.places import has_part, places_of
from editor.document.project import Project
from editor.model.order import keys_between
from editor.model.record import Record
from editor.model.template import (
    KIND_OF_PROPERTY,
    WRITTEN,
    Count,
    DateFormat,
    DateOrder,
    DecimalMark,
    Decimals,
    Digits,
    Fit,
    Language,
    Slot,
    SlotKind,
    Target,
    Word,
    Words,
)
from editor.model.values import RecordId, Unit


@command("template.add_slot", label="Mark as slot")
def add_slot(
    project: Project, *, name: Word, targets: tuple[Target, ...], hint: Word = "", required: bool = False,
    role: Word = "", longest: Count = 0, shrink: bool = False, fit: Fit = "fill", focus_x: Unit = 0.5,
    focus_y: Unit = 0.5, takes: SlotKind | None = None, language: Language = "english", mark: DecimalMark = "point",
    decimals: Decimals = 0, thousands: bool = True, digits: Digits = 0, unit: Word = "", counted: bool = False,
    first: Count = 1, read_order: DateOrder = "day month year", date_format: DateFormat = "long",
) -> str:
    """Let a form or a row of a table fill some properties from now on. Returns the slot's id."""
    takes = _kind(_checked(project, targets), takes)
    document = project.document_of(targets[0].record).id
    said = _free_name(project, name, document, takes, None)
    key = project.new_id()
    project.put(
        Slot(
            id=key, parent=document, order=project.order_at_end(document)[0], name=said, takes=takes, targets=targets,
            hint=hint, required=required, role=role.strip(), longest=longest, shrink=shrink, fit=fit, focus_x=focus_x,
            focus_y=focus_y, language=language, mark=mark, decimals=decimals, thousands=thousands, digits=digits,
            unit=unit.strip(), counted=counted, first=first, read_order=read_order, date_format=date_format,
        )
    )
    return key


@command("template.set_slot", label="Change slot")
def set_slot(
    project: Project, *, slot: RecordId, name: Word | None = None, hint: Word | None = None,
    required: bool | None = None, role: Word | None = None, longest: Count | None = None, shrink: bool | None = None,
    fit: Fit | None = None, focus_x: Unit | None = None, focus_y: Unit | None = None, takes: SlotKind | None = None,
    language: Language | None = None, mark: DecimalMark | None = None, decimals: Decimals | None = None,
    thousands: bool | None = None, digits: Digits | None = None, unit: Word | None = None,
    counted: bool | None = None, first: Count | None = None, read_order: DateOrder | None = None,
    date_format: DateFormat | None = None,
) -> None:
    """Change what is given of a slot's name, hint, role and rules; a text may become a number or a date."""
    item = project.find(slot, Slot)
    said: dict[str, Any] = {
        "hint": hint, "required": required, "role": None if role is None else role.strip(), "longest": longest,
        "shrink": shrink, "fit": fit, "focus_x": focus_x, "focus_y": focus_y, "language": language, "mark": mark,
        "decimals": decimals, "thousands": thousands, "digits": digits, "unit": None if unit is None else unit.strip(),
        "counted": counted, "first": first, "read_order": read_order, "date_format": date_format,
        "takes": _kind(item.takes, takes),
    }  # fmt: skip
    if name is not None or takes is not None:
        said["name"] = _free_name(project, name or item.name, item.parent or "", said["takes"], slot)
    given = {field: value for field, value in said.items() if value is not None}
    project.put(msgspec.structs.replace(item, **given))


@command("template.set_targets", label="Change what a slot fills")
def set_targets(project: Project, *, slot: RecordId, targets: tuple[Target, ...]) -> None:
    """Let a slot fill these properties and no others."""
    item = project.find(slot, Slot)
    if _kind(_checked(project, targets), item.takes if item.takes in WRITTEN else None) != item.takes:
        raise ExpectedError(tr("A slot takes one kind of thing: {name} takes another.", name=item.name))
    project.put(msgspec.structs.replace(item, targets=targets))


@command("template.note_filled", label="Note what was filled")
def note_filled(
    project: Project, *, slot: RecordId, number: Count, designed: tuple[float, ...], filled: tuple[float, ...]
) -> None:
    """Write beside a slot's place how large it was drawn, and what the filling made of it."""
    item = project.find(slot, Slot)
    if number >= len(item.targets):
        raise ExpectedError(tr("This slot fills fewer places."))
    targets = list(item.targets)
    targets[number] = msgspec.structs.replace(targets[number], designed=designed, filled=filled)
    project.put(msgspec.structs.replace(item, targets=tuple(targets)))


@command("template.note_words", label="Note what was filled")
def note_words(
    project: Project, *, text: RecordId, drawn: tuple[str, ...], said: dict[str, str],
    designed: tuple[float, ...] = (), filled: tuple[float, ...] = (),
) -> None:
    """Write beside a text how it was drawn, with names in braces, and what the filling said for them."""
    project.find(text, Record)
    document = project.document_of(text).id
    known = next((item for item in project.children(document, Words) if item.text == text), None)
    project.put(
        Words(
            id=known.id if known is not None else project.new_id(), parent=document,
            order=known.order if known is not None else project.order_at_end(document)[0], text=text, drawn=drawn,
            said=said, designed=designed, filled=filled,
        )
    )


@command("template.remove_slots", label="Remove slots")
def remove_slots(project: Project, *, slots: tuple[RecordId, ...]) -> None:
    """Let nothing fill these places any more; what stands there stays."""
    for key in dict.fromkeys(slots):
        project.find(key, Slot)
        project.delete(key)


@command("template.order_slots", label="Reorder slots")
def order_slots(project: Project, *, slots: tuple[RecordId, ...]) -> None:
    """Put slots of one document into this order in the form; those not named follow in their old one."""
    named = [project.find(key, Slot) for key in dict.fromkeys(slots)]
    if len({item.parent for item in named}) > 1:
        raise ExpectedError(tr("These slots belong to different documents."))
    if not named:
        return
    rest = [item for item in project.children(named[0].parent, Slot) if item not in named]
    others = [project.records[key].order for key in project.index.children(named[0].parent)]
    start = max((order for order in others), default="")
    for item, order in zip([*named, *rest], keys_between(start, "", len(named) + len(rest)), strict=True):
        project.put(msgspec.structs.replace(item, order=order))


def _checked(project: Project, targets: tuple[Target, ...]) -> SlotKind:
    """What all these properties take. Raises ExpectedError when they are none, or of different kinds."""
    if not targets:
        raise ExpectedError(tr("A slot needs something to fill."), tr("Select a text, a picture or a shape first."))
    if len({(item.record, item.property, item.part, item.word.casefold()) for item in targets}) < len(targets):
        raise ExpectedError(tr("A slot fills each place once."))
    for target in targets:
        item = project.find(target.record, Record)
        if target.property not in places_of(project, target.record) or not has_part(item, target):
            raise ExpectedError(
                tr("{kind} has no property {field}.", kind=type(item).kind, field=target.property)
            )
    kinds = {KIND_OF_PROPERTY[target.property] for target in targets}
    if len(kinds) > 1:
        raise ExpectedError(tr("A slot takes one kind of thing: these are of different kinds."))
    return kinds.pop()


def _kind(fits: SlotKind, wanted: SlotKind | None) -> SlotKind:
    """What a slot takes: what its places take, or a number or a date for places of letters. Raises ExpectedError."""
    if wanted is None or wanted == fits:
        return fits
    if wanted not in WRITTEN or fits not in WRITTEN:
        raise ExpectedError(tr("Only where a text stands can a number or a date stand."))
    return wanted


def _free_name(project: Project, name: str, document: str, takes: SlotKind, own: str | None) -> str:
    """A name that means one kind of thing in the whole project, and one slot in its document. Raises ExpectedError."""
    said = " ".join(name.split())
    if not said:
        raise ExpectedError(tr("A slot needs a name."))
    for key in project.index.of_type(Slot):
        other = project.find(key, Slot)
        if other.id == own or other.name.casefold() != said.casefold():
            continue
        if other.parent == document:
            raise ExpectedError(tr("There is a slot named {name} already.", name=other.name))
        if other.takes != takes:
            raise ExpectedError(
                tr("There is a slot named {name} already, and it takes another kind of thing.", name=other.name)
            )
    return said
