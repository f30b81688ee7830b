"""Edits taken from the history of one picture and done again on another.

What an edit names of the first picture is replaced by the second's: its document, and the layer that it began with.
Records that the edits make themselves get the same ids as the first time, because ids come from the seed of the step.
"""

import json
from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.misfits import misfit
from editor.base.translation import tr
from editor.commands.registry import load_commands, replay_entry
from editor.document.history import HistoryEntry
from editor.document.project import Project
from editor.storage.rows import blob_names

DOCUMENT, LAYER = "@document", "@layer"
WITH_POSITIONS = ("stroke", "import_picture", "new_document", "place_pixels", "replace_picture")
"""Ends of commands that belong to one picture alone."""


class Edits(msgspec.Struct, frozen=True, kw_only=True):
    """Steps that can be repeated, and sentences about those that cannot."""

    steps: tuple[HistoryEntry, ...]
    left_out: tuple[str, ...] = ()


def edits_of(project: Project, document: str) -> Edits:
    """The way from the start to where the project stands, as far as it is about this document and can be repeated."""
    steps, left_out, known = [], [], set[str]()
    first = _first_layer(project, document)
    for key in project.history.path(project.history.head):
        entry, change = project.history[key], project.change_of(key)
        names = set(change.entries)
        made = {name for name, (before, _) in change.entries.items() if before is None}
        if document in made:
            continue  # the picture itself, which the other file brings
        reason = _unfit(entry, names, known | {document, first}, made)
        if reason:
            left_out.append(f"{tr(entry.label)}: {reason}")
            continue
        known |= made
        steps.append(_symbolic(entry, {document: DOCUMENT, first: LAYER}))
    return Edits(steps=tuple(steps), left_out=tuple(left_out))


def _unfit(entry: HistoryEntry, touched: set[str], known: set[str], made: set[str]) -> str:
    if not entry.invocations:
        return tr("it is not a command")
    if any(one.command.rpartition(".")[2] in WITH_POSITIONS for one in entry.invocations):
        return tr("it belongs to this picture alone")
    if any(True for one in entry.invocations for _ in blob_names(msgspec.json.encode(one))):
        return tr("it brings pixels of its own")
    named = {text for one in entry.invocations for text in _texts(one.parameters)}
    if (touched - made) - known and not named & known:
        return tr("it is about another document")
    return ""


def _first_layer(project: Project, document: str) -> str:
    """The layer that came with the document."""
    for key in project.history.path(project.history.head):
        entries = project.change_of(key).entries
        if document in entries and entries[document][0] is None:
            layers = [name for name, (_, after) in entries.items() if getattr(after, "parent", None) == document]
            return layers[0] if layers else ""
    return ""


def _texts(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return {text for item in inner for text in _texts(item)}


def _symbolic(entry: HistoryEntry, names: dict[str, str]) -> HistoryEntry:
    plain = msgspec.to_builtins(entry)
    return msgspec.convert(_replaced(plain, {key: value for key, value in names.items() if key}), HistoryEntry)


def _replaced(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {key: _replaced(item, names) for key, item in value.items()}
    return [_replaced(item, names) for item in value] if isinstance(value, list | tuple) else value


def edits_text(edits: Edits) -> str:
    """One line of JSON for a recipe."""
    return json.dumps(msgspec.to_builtins(edits.steps), ensure_ascii=False, separators=(",", ":"))


def repeat(project: Project, text: str) -> int:
    """Do the steps again on the only document of a project; how many. Raises ExpectedError."""
    load_commands()
    documents = project.documents()
    if len(documents) != 1:
        raise ExpectedError(tr("The project has several documents."))
    document = documents[0].id
    layer = _first_layer(project, document)
    try:
        plain = _replaced(json.loads(text), {DOCUMENT: document, LAYER: layer})
        entries = msgspec.convert(plain, list[HistoryEntry])
    except (ValueError, msgspec.ValidationError) as error:
        raise ExpectedError(tr("These are no steps of a history: {reason}", reason=misfit(error))) from error
    for entry in entries:
        project.select(tuple(key for key in entry.selection_before if project.get(key) is not None))
        replay_entry(project, entry)
    return len(entries)
