"""What a document is about, kept beside it."""

from typing import Annotated

import msgspec

from editor.commands.registry import command
from editor.document.project import Project
from editor.model.about import About, FoundName, Mood, Word
from editor.model.record import DocumentRecord
from editor.model.values import RecordId

MOST_KEYWORDS, MOST_NAMES = 500, 2000


@command("project.describe", label="Describe document")
def describe(
    project: Project, *, document: RecordId, keywords: tuple[Word, ...] | None = None,
    summary: Annotated[str, msgspec.Meta(max_length=50_000)] | None = None, mood: Mood | None = None,
    mood_value: Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)] | None = None,
    names: tuple[FoundName, ...] | None = None,
) -> str:
    """Write down what a document is about; what is not given stays as it is. Returns the id of the description."""
    project.find(document, DocumentRecord)
    present = about(project, document)
    item = present or About(id=project.new_id(), parent=document, order=project.order_at_end(document)[0])
    clean = None if keywords is None else tuple(dict.fromkeys(word.strip() for word in keywords if word.strip()))
    said = {
        "keywords": None if clean is None else clean[:MOST_KEYWORDS],
        "summary": summary, "mood": mood, "mood_value": mood_value,
        "names": None if names is None else names[:MOST_NAMES],
    }  # fmt: skip
    given = {name: value for name, value in said.items() if value is not None}
    project.put(msgspec.structs.replace(item, **given))
    return item.id


def about(project: Project, document: str) -> About | None:
    """What is written down about a document."""
    return next(iter(project.children(document, About)), None)
