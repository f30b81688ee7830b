"""Edits that any record allows, whatever its family."""

from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.document.project import Project
from editor.model.record import Record, UnknownRecord
from editor.model.values import RecordId, from_plain, to_plain

FIXED_FIELDS = ("id", "parent", "order")


@command("project.set_field", label="Change property")
def set_field(project: Project, *, record: RecordId, field: str, value: Any) -> None:
    """Set one field of a record to a value of the field's type; the generic way of the properties panel."""
    set_fields(project, records=(record,), values={field: value})


@command("project.set_fields", label="Change properties")
def set_fields(project: Project, *, records: tuple[RecordId, ...], values: dict[str, Any]) -> None:
    """Set several fields of several records at once."""
    for key in records:
        item = project.find(key, Record)
        if isinstance(item, UnknownRecord):
            raise ExpectedError(tr("This item comes from a newer version and can only be kept."))
        for name in values:
            if name not in item.__struct_fields__ or name in FIXED_FIELDS:
                raise ExpectedError(tr("{kind} has no property {field}.", kind=type(item).kind, field=name))
        plain = msgspec.to_builtins(item, enc_hook=to_plain, str_keys=True)
        try:
            project.put(msgspec.convert({**plain, **values}, type(item), strict=False, dec_hook=from_plain))
        except (msgspec.ValidationError, ValueError) as error:
            raise ExpectedError(tr("This value does not fit: {reason}", reason=str(error))) from error


@command("project.delete", label="Delete")
def delete(project: Project, *, records: tuple[RecordId, ...]) -> None:
    """Remove records and everything below them."""
    for key in records:
        project.find(key, Record)
    for key in records:
        project.delete(key)
    project.select(tuple(key for key in project.selection if project.get(key) is not None))


@command("project.move", label="Move in the list")
def move(
    project: Project, *, records: tuple[RecordId, ...], parent: RecordId | None, after: RecordId | None = None
) -> None:
    """Put records under `parent`, right after the sibling `after` (None: before all), keeping their own order."""
    for key in records:
        item = project.find(key, Record)
        if item.parent is None or parent is None:
            raise ExpectedError(tr("A document cannot be put inside another; link it instead."))
        place = after if after != key else None
        project.put(msgspec.structs.replace(item, parent=parent, order=project.order_after(parent, place)))
        after = key
