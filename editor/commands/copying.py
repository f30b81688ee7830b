"""Copies of a record with everything below it: one mechanism for layers, shapes, clips and nodes."""

from collections.abc import Callable

import msgspec

from editor.document.project import Project
from editor.model.record import Record
from editor.model.template import Slot, Words


def copy_subtree(
    project: Project,
    key: str,
    *,
    parent: str | None,
    order: str,
    derive_id: Callable[[Record, str], str | None] = lambda item, parent: None,
) -> str:
    """Copy a record and all below it under `parent`. Returns the copy's id.

    `derive_id(record, new parent)` names records whose ids follow from their parent's, such as tiles.
    """
    copies: dict[str, str] = {}
    for original in list(project.index.subtree(key)):
        item = project.records[original]
        above = parent if original == key else copies[item.parent or ""]
        new = derive_id(item, above or "") or project.new_id()
        copies[original] = new
        place = order if original == key else item.order
        project.put(msgspec.structs.replace(item, id=new, parent=above, order=place))
    for new in copies.values():
        item = project.records[new]
        if isinstance(item, Slot):
            project.put(_filling(item, copies))
        elif isinstance(item, Words):
            project.put(msgspec.structs.replace(item, text=copies.get(item.text, item.text)))
    return copies[key]


def _filling(slot: Slot, copies: dict[str, str]) -> Slot:
    """A copied slot fills the copies of what it filled."""
    targets = [msgspec.structs.replace(item, record=copies.get(item.record, item.record)) for item in slot.targets]
    return msgspec.structs.replace(slot, targets=tuple(targets))
