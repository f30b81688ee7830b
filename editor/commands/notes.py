"""Where things come from, kept when they become part of something else: notes go from what is removed to what stays."""

from collections.abc import Iterable

import msgspec

from editor.document.project import Project
from editor.model.about import About
from editor.model.provenance import Provenance


def notes_below(project: Project, keys: Iterable[str]) -> list[Provenance]:
    """The notes of records and of all that is in them, what is hidden left out."""
    return [
        item for key in keys for inner in shown_subtree(project, key)
        if isinstance(item := project.get(inner), Provenance)
    ]


def shown_subtree(project: Project, key: str) -> list[str]:
    """A record and what is in it, without what is switched off and what is in that, and without descriptions, which
    are never drawn."""
    item = project.get(key)
    if item is None or isinstance(item, About):
        return []
    if not (getattr(item, "visible", True) and getattr(item, "enabled", True)):
        return []
    found = [key]
    for child in project.index.children(key):
        found += shown_subtree(project, child)
    return found


def hand_down(project: Project, notes: Iterable[Provenance], record: str) -> None:
    """Write notes beside a record; one that says what stands there already is left out."""
    present = {_content(note) for note in project.children(record, Provenance)}
    for note in notes:
        if _content(note) in present:
            continue
        present.add(_content(note))
        order = project.order_at_end(record)[0]
        project.put(msgspec.structs.replace(note, id=project.new_id(), parent=record, order=order))


def _content(note: Provenance) -> bytes:
    """What a note says, whatever it is about."""
    return msgspec.json.encode(msgspec.structs.replace(note, id="", parent=None, order=""), order="sorted")
