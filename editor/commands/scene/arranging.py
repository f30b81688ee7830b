"""The tree: rename, hide, move to another parent, delete, duplicate."""

from msgspec.structs import replace

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.display.scene.placement import scene_of, topmost, world_matrix
from editor.document.project import Project
from editor.model.record import Record
from editor.model.scene import SceneDocument, SceneMaterial, SceneMesh, SceneNode
from editor.model.values import RecordId


@command("scene.rename", label="Rename")
def rename(project: Project, *, record: RecordId, name: str) -> None:
    """Give a node, material, mesh or texture another name."""
    item = project.find(record, Record)
    if "name" not in item.__struct_fields__:
        raise ExpectedError(tr("This item has no name."))
    project.put(replace(item, name=name))


@command("scene.set_hidden", label="Show or hide")
def set_hidden(project: Project, *, nodes: tuple[RecordId, ...], hidden: bool) -> None:
    """A hidden node hides what is below it."""
    for key in nodes:
        project.put(replace(project.find(key, SceneNode), hidden=hidden))


@command("scene.reparent", label="Move in the tree")
def reparent(
    project: Project,
    *,
    nodes: tuple[RecordId, ...],
    parent: RecordId,
    after: RecordId | None = None,
    keep_place: bool = True,
) -> None:
    """Put nodes below another node or the scene, after the sibling `after`, standing where they stand in the world."""
    from editor.commands.scene.transforming import with_world

    above = project.find(parent, Record)
    if not isinstance(above, SceneNode | SceneDocument):
        raise ExpectedError(tr("Nodes can only stand below nodes or in the scene."))
    scene = scene_of(project, parent).id
    for key in topmost(project, nodes):
        node = project.find(key, SceneNode)
        if scene_of(project, key).id != scene:
            raise ExpectedError(tr("A node cannot move to another scene; copy it instead."))
        if parent == key or key in project.index.ancestors(parent):
            raise ExpectedError(tr("An item cannot be put inside itself."))
        place = after if after != key else None
        moved = replace(node, parent=parent, order=project.order_after(parent, place))
        if keep_place:
            moved = with_world(moved, world_matrix(project, key), world_matrix(project, parent))
        project.put(moved)
        after = key


@command("scene.delete", label="Delete")
def delete(project: Project, *, nodes: tuple[RecordId, ...]) -> None:
    """Remove nodes with all below them, and the meshes and materials that nothing shows any more."""
    for key in nodes:
        project.find(key, SceneNode)
    scenes = {scene_of(project, key).id for key in nodes}
    for key in topmost(project, nodes):
        project.delete(key)
    for scene in scenes:
        remove_unused(project, scene)
    project.select(tuple(key for key in project.selection if project.get(key) is not None))


def remove_unused(project: Project, document: str) -> None:
    """Delete the meshes that no node shows, then the materials that only such meshes used."""
    below = list(project.index.subtree(document))
    shown = {node.mesh for key in below if isinstance(node := project.get(key), SceneNode)}
    dropped = [mesh for mesh in project.children(document, SceneMesh) if mesh.id not in shown]
    used_before = {part.material for mesh in dropped for part in mesh.parts}
    for mesh in dropped:
        project.delete(mesh.id)
    used = {part.material for mesh in project.children(document, SceneMesh) for part in mesh.parts}
    for material in project.children(document, SceneMaterial):
        if material.id in used_before and material.id not in used:
            project.delete(material.id)


@command("scene.duplicate", label="Duplicate")
def duplicate(project: Project, *, nodes: tuple[RecordId, ...]) -> tuple[str, ...]:
    """Copy nodes with all below them; the copies show the same meshes. Returns the new nodes' ids."""
    made = []
    for key in topmost(project, nodes):
        project.find(key, SceneNode)
        below = [old for old in project.index.subtree(key) if isinstance(project.get(old), SceneNode)]
        copies = {old: project.new_id() for old in below}
        for old, new in copies.items():
            item = project.find(old, Record)
            parent = copies.get(item.parent or "", item.parent)
            order = project.order_after(item.parent, key) if old == key else item.order
            project.put(replace(item, id=new, parent=parent, order=order))
        made.append(copies[key])
    project.select(tuple(made))
    return tuple(made)
