"""Where content came from, and links that are turned to another document."""

from typing import Any

import msgspec

from editor.commands.project.link_state import state_of_link
from editor.commands.registry import command
from editor.document.project import Project
from editor.model.embed import Embed, embeds_of
from editor.model.origin import ContentHash, Origin, Short
from editor.model.record import DocumentRecord, Record
from editor.model.values import RecordId


@command("project.note_origin", label="Note the source file")
def note_origin(
    project: Project,
    *,
    record: RecordId,
    content: ContentHash,
    name: Short = "",
    source: Short = "",
    author: Short = "",
    licence: Short = "",
    linked: bool = False,
) -> str:
    """Write beside a record from which file it came, whose it is and on what terms; an earlier note is replaced."""
    project.find(record, Record)
    for note in project.children(record, Origin):
        project.delete(note.id)
    key = project.new_id()
    project.put(
        Origin(
            id=key,
            parent=record,
            order=project.order_at_end(record)[0],
            hash=content,
            name=name,
            source=source,
            author=author,
            licence=licence,
            linked=linked,
            state=state_of_link(project, record) if linked else "",
        )
    )
    return key


@command("project.turn_links", label="Turn links to another document")
def turn_links(project: Project, *, document: RecordId, to: RecordId) -> int:
    """Everything that shows one document shows another from now on, in the same place. How many links there were."""
    project.find(document, DocumentRecord)
    project.find(to, DocumentRecord)
    turned = 0
    for item in list(project.records.values()):
        if any(link.document == document for link in embeds_of(item)):
            project.put(_turned(item, document, to))
            turned += 1
    return turned


def _turned(value: Any, document: str, to: str) -> Any:
    """A copy of a value in which every link to `document` leads to `to`, at the same moment and without its page."""
    if isinstance(value, Embed):
        return msgspec.structs.replace(value, document=to, part=None) if value.document == document else value
    if isinstance(value, msgspec.Struct):
        fields = {name: _turned(getattr(value, name), document, to) for name in value.__struct_fields__}
        changed = {name: item for name, item in fields.items() if item is not getattr(value, name)}
        return msgspec.structs.replace(value, **changed) if changed else value
    if isinstance(value, tuple | list) and any(isinstance(item, msgspec.Struct) for item in value):
        parts = [_turned(item, document, to) for item in value]
        same = all(new is old for new, old in zip(parts, value, strict=True))
        return value if same else type(value)(parts)
    return value
