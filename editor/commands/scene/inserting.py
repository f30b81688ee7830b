"""Models from files: what an importer read (see editor/formats) becomes records of a scene in one step."""

import re
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.scene.adding import place_for
from editor.document.project import Project
from editor.model.record import Record
from editor.model.scene import NO_MOVE, Model, SceneDocument, SceneNode, Vector3
from editor.model.values import Blob, RecordId, from_plain

LOCAL_ID = re.compile(rb"local:[a-z]+[0-9]+")
MOST_RECORDS = 200_000


@command("scene.insert_model", label="Import model")
def insert_model(
    project: Project,
    *,
    document: RecordId,
    model: Blob,
    name: str = "",
    parent: RecordId | None = None,
    translation: Vector3 = NO_MOVE,
) -> tuple[str, ...]:
    """Put a read model into a scene, below a group when it has many roots. Returns the ids of the new top nodes."""
    place = place_for(project, document, parent)
    found = renumbered(project, _read(project, model))
    roots = [node for node in found.nodes if node.parent is None]
    if name and len(roots) > 1:
        group = SceneNode(id=project.new_id(), parent=place, order=project.order_at_end(place)[0], name=name)
        project.put(group)
        place = group.id
    for records in (found.textures, found.materials, found.meshes):
        _put_below(project, document, records)
    _put_nodes(project, found.nodes, place)
    for others in (found.skins, found.animations):
        _put_below(project, document, others)
    top = (place,) if name and len(roots) > 1 else tuple(node.id for node in roots)
    if name and len(roots) == 1 and not roots[0].name:
        project.put(replace(project.find(roots[0].id, SceneNode), name=name))
    _move(project, top, translation)
    _carry(project, document, found.carried)
    project.select(top)
    return top


def _read(project: Project, blob: str) -> Model:
    """The model of a blob; raises ExpectedError for anything else."""
    try:
        data = project.blobs.get(blob)
        model = msgspec.json.decode(data, type=Model, dec_hook=from_plain)
    except (KeyError, msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ExpectedError(tr("This is not a model that was read from a file.")) from error
    if sum(len(getattr(model, name)) for name in model.__struct_fields__ if name != "carried") > MOST_RECORDS:
        raise ExpectedError(tr("This model has too many parts for one scene."))
    return model


def renumbered(project: Project, model: Model) -> Model:
    """The model with fresh ids in place of its local ones, wherever they stand."""
    fresh: dict[bytes, bytes] = {}

    def new_id(match: re.Match[bytes]) -> bytes:
        if match[0] not in fresh:
            fresh[match[0]] = project.new_id().encode()
        return fresh[match[0]]

    data = LOCAL_ID.sub(new_id, msgspec.json.encode(model))
    return msgspec.json.decode(data, type=Model, dec_hook=from_plain)


def _put_below(project: Project, document: str, records: Sequence[Record]) -> None:
    for item, order in zip(records, project.order_at_end(document, len(records))):
        _put_new(project, replace(item, parent=document, order=order))


def _put_nodes(project: Project, nodes: Sequence[SceneNode], place: str) -> None:
    """Parents must stand before their children, which also rules out circles."""
    seen: set[str] = set()
    siblings: dict[str, int] = {}
    for node in nodes:
        siblings[node.parent or place] = siblings.get(node.parent or place, 0) + 1
    orders = {parent: iter(project.order_at_end(parent, count)) for parent, count in siblings.items()}
    for node in nodes:
        if node.parent is not None and node.parent not in seen:
            raise ExpectedError(tr("The nodes of this model form no tree."))
        parent = node.parent or place
        _put_new(project, replace(node, parent=parent, order=next(orders[parent])))
        seen.add(node.id)


def _put_new(project: Project, item: Record) -> None:
    """A model's ids are all new; one that names a record of the project would overwrite it."""
    if project.get(item.id) is not None:
        raise ExpectedError(tr("This is not a model that was read from a file."))
    project.put(item)


def _move(project: Project, nodes: Sequence[str], offset: Vector3) -> None:
    if not any(offset):
        return
    for key in nodes:
        node = project.find(key, SceneNode)
        x, y, z = (a + b for a, b in zip(node.translation, offset))
        project.put(replace(node, translation=(x, y, z)))


def _carry(project: Project, document: str, carried: str) -> None:
    """What belongs to the whole file stays with the scene, if nothing stands there yet."""
    scene = project.find(document, SceneDocument)
    if carried and not scene.carried:
        project.put(replace(scene, carried=carried))
