"""Edits to whole documents that are the same for every family."""

import msgspec

from editor.commands.registry import command
from editor.document.project import Project
from editor.model.order import keys_between
from editor.model.record import DocumentRecord
from editor.model.values import RecordId


@command("project.rename_document", label="Rename document")
def rename_document(project: Project, *, document: RecordId, name: str) -> None:
    """Give a document another name; links follow its id and notice nothing."""
    item = project.find(document, DocumentRecord)
    project.put(msgspec.structs.replace(item, name=name.strip() or item.name))


@command("project.delete_document", label="Delete document")
def delete_document(project: Project, *, document: RecordId) -> None:
    """Remove a document; where it was linked, a placeholder says so. Undo brings all of it back."""
    project.find(document, DocumentRecord)
    project.delete(document)
    project.select(())


@command("project.order_documents", label="Reorder documents")
def order_documents(project: Project, *, documents: tuple[RecordId, ...]) -> None:
    """Put the documents of the project into this order; those not named follow in their old one."""
    named = [project.find(key, DocumentRecord) for key in dict.fromkeys(documents)]
    rest = [item for item in project.documents() if item not in named]
    for item, order in zip([*named, *rest], keys_between("", "", len(named) + len(rest)), strict=True):
        project.put(msgspec.structs.replace(item, order=order))
