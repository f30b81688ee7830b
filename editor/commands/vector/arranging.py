"""Groups, order, copies."""

from typing import Literal

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.copying import copy_subtree
from editor.commands.registry import command
from editor.commands.vector.targets import inverse_of, nodes_of, put, space_of
from editor.commands.vector.transforming import mapped
from editor.document.project import Project
from editor.model.order import keys_between
from editor.model.values import RecordId
from editor.model.vector import Group, Node
from render.geometry import Affine


@command("vector.group", label="Group objects")
def group(project: Project, *, nodes: tuple[RecordId, ...], name: str = "") -> str:
    """Put objects into a new group where the topmost of them stands. Returns the group's id."""
    items = _in_drawing_order(project, nodes)
    top = items[-1]
    space = space_of(project, top.parent)
    made = Group(
        id=project.new_id(), parent=top.parent, order=project.order_after(top.parent, top.id),
        name=name or tr("Group"),
    )  # fmt: skip
    project.put(made)
    for item, order in zip(items, project.order_at_end(made.id, len(items)), strict=True):
        _move_into(project, item, made.id, order, space)
    project.select((made.id,))
    return made.id


def _in_drawing_order(project: Project, keys: tuple[str, ...]) -> list[Node]:
    """The nodes from the lowest to the topmost, all of one document."""
    items = nodes_of(project, keys)
    if len({project.index.root(item.id) for item in items}) > 1:
        raise ExpectedError(tr("These objects belong to different documents."))

    def place(item: Node) -> list[tuple[str, str]]:
        chain = [item.id, *project.index.ancestors(item.id)]
        return [(project.records[key].order, key) for key in reversed(chain)]

    return sorted(items, key=place)


def _move_into(project: Project, item: Node, parent: str, order: str, space: Affine) -> None:
    """Give a node another parent without moving it on the page."""
    before = space_of(project, item.parent)
    place = item.transform
    if before != space:
        place = place.then(before).then(inverse_of(space))
    put(project, msgspec.structs.replace(item, parent=parent, order=order, transform=place))


@command("vector.ungroup", label="Ungroup")
def ungroup(project: Project, *, groups: tuple[RecordId, ...]) -> None:
    """Put the children of groups in their place and take the groups away."""
    freed: list[str] = []
    for key in dict.fromkeys(groups):
        item = project.find(key, Group)
        after = item.id
        for child in project.children(item.id, Node):
            order = project.order_after(item.parent, after)
            moved = msgspec.structs.replace(child, parent=item.parent, order=order)
            put(project, mapped(_inherited(moved, item), item.transform))
            after = child.id
            freed.append(child.id)
        project.delete(item.id)
    project.select(tuple(freed))


def _inherited(child: Node, group_: Group) -> Node:
    """What a group said of all its children, where the child can say it itself."""
    blend = child.blend if child.blend != "normal" else group_.blend
    return msgspec.structs.replace(
        child, opacity=child.opacity * group_.opacity, blend=blend, visible=child.visible and group_.visible
    )


@command("vector.reorder", label="Change order")
def reorder(
    project: Project, *, nodes: tuple[RecordId, ...], to: Literal["front", "forward", "backward", "back"]
) -> None:
    """Bring objects above or below their neighbours."""
    items = _in_drawing_order(project, nodes)
    for parent in dict.fromkeys(item.parent for item in items):
        inside = [item for item in items if item.parent == parent]
        if to in ("front", "back"):
            _to_an_end(project, parent, inside, to == "front")
        else:
            _one_step(project, parent, inside, to == "forward")


def _to_an_end(project: Project, parent: str | None, items: list[Node], front: bool) -> None:
    """Above or below the other nodes; what else the holder has, such as resources, keeps its place."""
    orders = [project.records[key].order for key in project.index.children(parent)]
    count = len(items)
    keys = keys_between(orders[-1], "", count) if front else keys_between("", orders[0], count)
    for item, order in zip(items, keys, strict=True):
        project.put(msgspec.structs.replace(item, order=order))


def _one_step(project: Project, parent: str | None, items: list[Node], forward: bool) -> None:
    """Past one neighbour; those that stand at the end already, or behind such, stay."""
    siblings = [sibling.id for sibling in project.children(parent, Node)]
    staying: set[str] = set()
    for item in reversed(items) if forward else items:
        place = siblings.index(item.id)
        wanted = place + 1 if forward else place - 1
        if not 0 <= wanted < len(siblings) or siblings[wanted] in staying:
            staying.add(item.id)
            continue
        siblings.insert(wanted, siblings.pop(place))
        order = project.order_after(parent, siblings[wanted - 1] if wanted else None)
        project.put(msgspec.structs.replace(item, order=order))


@command("vector.duplicate", label="Duplicate")
def duplicate(project: Project, *, nodes: tuple[RecordId, ...], dx: float = 0.0, dy: float = 0.0) -> tuple[str, ...]:
    """Copies right above their originals, moved by a distance on the page. Returns their ids."""
    copies: list[str] = []
    for item in _in_drawing_order(project, nodes):
        order = project.order_after(item.parent, item.id)
        key = copy_subtree(project, item.id, parent=item.parent, order=order)
        if dx or dy:
            space = space_of(project, item.parent)
            local = space.then(Affine.translation(dx, dy)).then(inverse_of(space))
            put(project, mapped(project.find(key, Node), local))
        copies.append(key)
    project.select(tuple(copies))
    return tuple(copies)
