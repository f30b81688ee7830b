"""A whole timeline at once, as importers of other programs' timelines hand it over."""

from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.video.edits import tidy
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.record import KINDS, Record
from editor.model.values import from_plain
from editor.model.video import Clip, MediaSource, Transition, VideoDocument

MOST_RECORDS = 200_000


class PlainRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the video family as plain data. Its ids hold among these records only and are made anew."""

    kind: str
    fields: dict[str, Any]


@command("video.build_timelines", label="Import timeline")
def build_timelines(project: Project, *, records: tuple[PlainRecord, ...]) -> tuple[str, ...]:
    """Add timelines with all that lies on them; returns the ids of the documents.

    Parents must come before their children. Links to documents that are not among the records stay as they are.
    """
    if len(records) > MOST_RECORDS:
        raise ExpectedError(tr("This timeline is too large."))
    names: dict[str, str] = {}
    documents: list[str] = []
    for plain in records:
        item = _decoded(plain)
        if item.id in names:
            raise ExpectedError(tr("This timeline is damaged: two of its parts have one name."))
        key = names[item.id] = project.new_id()
        if isinstance(item, VideoDocument):
            documents.append(key)
            order = project.order_at_end(None)[0]
            project.put(msgspec.structs.replace(item, id=key, parent=None, order=order))
            continue
        parent = names.get(item.parent or "")
        if parent is None:
            raise ExpectedError(tr("This timeline is damaged: a part of it belongs nowhere."))
        order = project.order_at_end(parent)[0]
        project.put(_renamed(msgspec.structs.replace(item, id=key, parent=parent, order=order), names))
    for key in documents:
        tidy(project, key)
    return tuple(documents)


def _decoded(plain: PlainRecord) -> Record:
    cls = KINDS.get(plain.kind) if plain.kind.startswith("video.") else None
    if cls is None:
        raise ExpectedError(tr("This timeline is damaged: {kind} is no part of one.", kind=plain.kind))
    try:
        found: Record = msgspec.convert(plain.fields, cls, strict=False, dec_hook=from_plain)
    except (msgspec.ValidationError, ValueError) as error:
        raise ExpectedError(tr("This timeline is damaged: {reason}", reason=str(error))) from error
    return found


def _renamed(item: Record, names: dict[str, str]) -> Record:
    """References inside the records, with their new ids."""
    if isinstance(item, Transition):
        before, after = names.get(item.before, item.before), names.get(item.after, item.after)
        return msgspec.structs.replace(item, before=before, after=after)
    if isinstance(item, Clip):
        source = item.source
        if isinstance(source, MediaSource):
            source = MediaSource(item=names.get(source.item, source.item))
        elif isinstance(source, Embed):
            source = msgspec.structs.replace(source, document=names.get(source.document, source.document))
        return msgspec.structs.replace(item, source=source)
    return item
