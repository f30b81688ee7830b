"""Whether a tool has what it works on, said before a person waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.document.project import Project
    from editor.workflows.ai.tool import Tool


def obstacle(tool: Tool, project: Project, document: str) -> ExpectedError | None:
    """What keeps a tool from working on this document now; None when nothing does."""
    if tool.family and project.get(document) is None:
        return ExpectedError(tr("Open or make a document first."))
    if project.read_only and tool.makes:
        return ExpectedError(tr("This project is open for reading only."), tr("Save a copy to edit it."))
    if tool.family and project.document_of(document).family != tool.family:
        return ExpectedError(tr("{tool} does not work on a document of this kind.", tool=tr(tool.label)))
    if tool.family == "raster":
        return _no_layer(project, document) or (_no_selection(project, document) if tool.needs == "selection" else None)
    return _nothing_there(tool, project, document) if tool.family == "video" else None


def _no_layer(project: Project, document: str) -> ExpectedError | None:
    from editor.model.raster import Layer

    if project.children(document, Layer):
        return None
    return ExpectedError(tr("There is no layer to work on."), tr("Place a picture first."))


def _no_selection(project: Project, document: str) -> ExpectedError | None:
    from editor.commands.raster.selection import selection_of

    if selection_of(project, document) is not None:
        return None
    return ExpectedError(tr("Nothing is selected."), tr("Draw around it with the lasso or the marquee first."))


def _nothing_there(tool: Tool, project: Project, document: str) -> ExpectedError | None:
    """A timeline without what the tool reads."""
    from editor.model.video import Caption, Clip

    if tool.needs not in ("clips", "captions"):
        return None
    kind = Caption if tool.needs == "captions" else Clip
    if any(project.index.root(key) == document for key in project.index.of_type(kind)):
        return None
    if tool.needs == "captions":
        return ExpectedError(tr("There are no captions."), tr("Write them, or let them be written from speech."))
    return ExpectedError(tr("There is nothing on the timeline."), tr("Put a film or a sound on it first."))
