"""What people write for a document: its id or its name."""

from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.document.project import Project


def document_named(project: "Project", text: str | None) -> str:
    """The id behind an id or a name; None means the only document, or the only one that stands in no other. Raises
    ExpectedError when it is not clear."""
    from editor.workflows.templates.rows import chief_documents

    documents = project.documents()
    if text is None:
        if len(documents) == 1:
            return documents[0].id
        if not documents:
            raise ExpectedError(tr("The project has no documents."))
        chief = chief_documents(project)
        if len(chief) == 1:
            return chief[0]
        raise ExpectedError(tr("The project has several documents."), tr("Name one with --document."))
    if project.get(text) is not None:
        return text
    found = [item.id for item in documents if item.name == text]
    found = found or [item.id for item in documents if item.name.casefold() == text.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise ExpectedError(tr("Several documents have the name {name}.", name=text), tr("Give the id instead."))
    raise ExpectedError(tr("There is no document named {name}.", name=text), tr("`info` lists them."))
