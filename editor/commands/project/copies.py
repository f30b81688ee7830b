"""A document once more, with all in it: what its records say of each other holds among the copies."""

import re

import msgspec

from editor.commands.registry import command
from editor.document.project import Project
from editor.model.record import DocumentRecord, Record, decode, encode, kind_of, version_of
from editor.model.values import RecordId

ID = re.compile(rb"[a-z2-7]{16}")


@command("project.duplicate_document", label="Duplicate document")
def duplicate_document(project: Project, *, document: RecordId, name: str = "") -> str:
    """Copy a document with everything in it; blobs are shared and links to other documents stay. Returns its id."""
    original = project.find(document, DocumentRecord)
    fresh = fresh_ids(project, document)
    order = project.order_after(None, document)
    for key in list(project.index.subtree(document)):
        item = renamed(project.records[key], fresh)
        if key == document:
            item = msgspec.structs.replace(item, name=name or original.name, order=order)
        project.put(item)
    return fresh[document.encode()].decode()


def fresh_ids(project: Project, document: str) -> dict[bytes, bytes]:
    """A new id for each id of a document. Those of tiles are made of their parent's, so that they follow."""
    return {
        key.encode(): project.new_id().encode()
        for key in project.index.subtree(document)
        if ID.fullmatch(key.encode())
    }


def renamed(item: Record, fresh: dict[bytes, bytes]) -> Record:
    """The record with new ids wherever old ones stand, in carried text as well."""
    data = ID.sub(lambda match: fresh.get(match[0], match[0]), encode(item))
    return decode(kind_of(item), version_of(item), data)
