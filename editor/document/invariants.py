"""What must be true of the records when a transaction closes: values fit, parents exist, trees are trees, links end.

Each check looks only at what the change touched, so that a stroke costs nothing in a project of 20,000 records.
"""

from collections.abc import Mapping

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.change import Change
from editor.document.index import Index
from editor.model.embed import embeds_of
from editor.model.record import DocumentRecord, Record, UnknownRecord, decode, encode, kind_of, version_of


def check(change: Change, records: Mapping[str, Record], index: Index) -> None:
    """Raise ExpectedError when the change leaves the project inconsistent; the transaction then rolls back."""
    links_touched = False
    for key, (before, after) in change.entries.items():
        if after is None:
            _check_no_orphans(key, index)
            continue
        _check_readable(after)
        if before is None or before.parent != after.parent:
            _check_parent(after, records, index)
            links_touched = links_touched or before is not None
        links_touched = links_touched or any(True for _ in embeds_of(after))
    if links_touched:
        for document in {index.root(key): None for key in change.entries if key in records}:
            _check_links(document, records, index)


def _check_readable(item: Record) -> None:
    """What is written must be readable: msgspec checks the limits of fields only when it decodes."""
    if isinstance(item, UnknownRecord):
        return
    try:
        decode(kind_of(item), version_of(item), encode(item))
    except (ValueError, TypeError) as error:
        raise ExpectedError(tr("This value does not fit: {reason}", reason=str(error))) from error


def _check_no_orphans(key: str, index: Index) -> None:
    if index.children(key):
        raise ExpectedError(tr("An item that still holds others cannot be removed alone."))


def _check_parent(item: Record, records: Mapping[str, Record], index: Index) -> None:
    if item.parent is None:
        return
    if item.parent not in records:
        raise ExpectedError(tr("The place for this item is no longer there."))
    if item.parent == item.id or item.id in index.ancestors(item.parent):
        raise ExpectedError(tr("An item cannot be put inside itself."))


def embedded_documents(document: str, records: Mapping[str, Record], index: Index) -> dict[str, None]:
    """The documents that stand inside one, in the order met."""
    found: dict[str, None] = {}
    for key in index.subtree(document):
        item = records.get(key)
        if item is not None:
            for embed in embeds_of(item):
                found[embed.document] = None
    return found


def find_cycle(start: str, records: Mapping[str, Record], index: Index) -> list[str] | None:
    """The documents along a cycle of live links that leads back to `start`, or None."""
    path, visited = [start], {start}
    trail = [iter(embedded_documents(start, records, index))]
    while trail:
        target = next(trail[-1], None)
        if target is None:
            trail.pop()
            path.pop()
        elif target == start:
            return [*path, start]
        elif target not in visited and target in records:
            visited.add(target)
            path.append(target)
            trail.append(iter(embedded_documents(target, records, index)))
    return None


def _check_links(document: str, records: Mapping[str, Record], index: Index) -> None:
    cycle = find_cycle(document, records, index)
    if cycle is not None:
        names = (records.get(key) for key in cycle)
        path = " → ".join(item.name if isinstance(item, DocumentRecord) and item.name else "?" for item in names)
        raise ExpectedError(tr("A document cannot stand inside itself: {path}", path=path))
