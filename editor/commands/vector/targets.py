"""What commands act on: nodes by id, their holders, and the maps between their spaces."""

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from editor.model.record import Record
from editor.model.values import is_finite, to_plain
from editor.model.vector import Group, Node, Page, Resource, VectorDocument
from render.geometry import IDENTITY, Affine

LARGEST = 1e9


def nodes_of(project: Project, keys: tuple[str, ...]) -> list[Node]:
    """The nodes, once each, without those that stand inside another one of them. Raises ExpectedError."""
    found = [project.find(key, Node) for key in dict.fromkeys(keys)]
    if not found:
        raise ExpectedError(tr("Select something first."))
    chosen = {item.id for item in found}
    return [item for item in found if not any(above in chosen for above in project.index.ancestors(item.id))]


def holder_of(project: Project, key: str) -> str:
    """The id under which new nodes go: a page, a group or a resource; a document stands for its first page."""
    item = project.find(key, Record)
    if isinstance(item, VectorDocument):
        page = next(iter(project.children(key, Page)), None)
        if page is None:
            raise ExpectedError(tr("This document has no page."))
        return page.id
    if not isinstance(item, Page | Group | Resource):
        raise ExpectedError(tr("Objects go on a page or into a group."))
    return key


def space_of(project: Project, key: str | None) -> Affine:
    """From the space of a holder's children to the page."""
    result = IDENTITY
    item = project.get(key) if key else None
    while isinstance(item, Node):
        result = result.then(item.transform)
        item = project.get(item.parent) if item.parent else None
    return result


def inverse_of(map_: Affine) -> Affine:
    """Raises ExpectedError for a map that flattens."""
    try:
        inverse = map_.inverse()
    except (ZeroDivisionError, OverflowError):
        inverse = None
    if inverse is None or not is_finite(list(msgspec.structs.astuple(inverse))):
        raise ExpectedError(tr("This would make the object flat."))
    return inverse


def put(project: Project, item: Record) -> None:
    """Store a record whose numbers are sane. Raises ExpectedError."""
    if not _within(msgspec.to_builtins(item, enc_hook=to_plain, str_keys=True)):
        raise ExpectedError(tr("This goes beyond what a page can hold."))
    project.put(item)


def _within(value: object) -> bool:
    if isinstance(value, float):
        return abs(value) <= LARGEST
    if isinstance(value, dict):
        return all(_within(item) for item in value.values())
    if isinstance(value, list | tuple):
        return all(_within(item) for item in value)
    return True
