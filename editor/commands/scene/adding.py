"""New things in a scene: solids, cameras, lamps, empty groups."""

from typing import TYPE_CHECKING, Any, Literal

from editor.commands.registry import command
from editor.document.project import Project
from editor.model.record import Record
from editor.model.scene import (
    NO_MOVE,
    NO_TURN,
    ArrayData,
    CameraLens,
    Lamp,
    MeshPart,
    Quaternion,
    SceneDocument,
    SceneMaterial,
    SceneMesh,
    SceneNode,
    Vector3,
)
from editor.model.values import RecordId
from render.color import Color

if TYPE_CHECKING:
    from render.scene.values import Mesh

LIGHT_GREY = Color(0.8, 0.8, 0.8)
NORMAL_LENS = CameraLens()
WHITE_LAMP = Lamp(intensity=10.0)
Shape = Literal["cube", "sphere", "plane", "cylinder", "cone", "torus"]
SHAPE_NAMES = {
    "cube": "Cube", "sphere": "Sphere", "plane": "Plane", "cylinder": "Cylinder", "cone": "Cone", "torus": "Torus",
}  # fmt: skip


@command("scene.add_shape", label="Add shape")
def add_shape(
    project: Project,
    *,
    document: RecordId,
    shape: Shape = "cube",
    name: str = "",
    parent: RecordId | None = None,
    translation: Vector3 = NO_MOVE,
    color: Color = LIGHT_GREY,
) -> str:
    """A solid one metre large, with a material of its own. Returns the node's id."""
    from render.scene.shapes import SHAPES

    name = name.strip() or SHAPE_NAMES[shape]
    place = place_for(project, document, parent)
    material = SceneMaterial(**_below(project, document), name=name, base_color=color)
    project.put(material)
    part = stored_part(project, SHAPES[shape](), material.id)
    mesh = SceneMesh(**_below(project, document), name=name, parts=(part,))
    project.put(mesh)
    return _put_node(project, SceneNode(**_below(project, place), name=name, mesh=mesh.id, translation=translation))


@command("scene.add_camera", label="Add camera")
def add_camera(
    project: Project,
    *,
    document: RecordId,
    name: str = "Camera",
    parent: RecordId | None = None,
    translation: Vector3 = (0.0, 1.0, 4.0),
    rotation: Quaternion = NO_TURN,
    lens: CameraLens = NORMAL_LENS,
) -> str:
    """A camera looking down its -z axis. Returns the node's id."""
    place = _below(project, place_for(project, document, parent))
    node = SceneNode(**place, name=name, camera=lens, translation=translation, rotation=rotation)
    return _put_node(project, node)


@command("scene.add_lamp", label="Add lamp")
def add_lamp(
    project: Project,
    *,
    document: RecordId,
    name: str = "Lamp",
    parent: RecordId | None = None,
    translation: Vector3 = (0.0, 2.0, 0.0),
    rotation: Quaternion = NO_TURN,
    lamp: Lamp = WHITE_LAMP,
) -> str:
    """A lamp shining down its -z axis. Returns the node's id."""
    place = _below(project, place_for(project, document, parent))
    return _put_node(project, SceneNode(**place, name=name, lamp=lamp, translation=translation, rotation=rotation))


@command("scene.add_group", label="Add group")
def add_group(project: Project, *, document: RecordId, name: str = "Group", parent: RecordId | None = None) -> str:
    """An empty node to hold others. Returns its id."""
    return _put_node(project, SceneNode(**_below(project, place_for(project, document, parent)), name=name))


def place_for(project: Project, document: str, parent: str | None) -> str:
    """The record under which new nodes go: `parent`, if it is a node of that scene, else the scene."""
    scene = project.find(document, SceneDocument)
    if parent is None:
        return scene.id
    node = project.find(parent, SceneNode)
    return node.id if project.index.root(node.id) == scene.id else scene.id


def stored_array(project: Project, values: "object", components: int, kind: Literal["u4", "f4"]) -> ArrayData:
    """Puts an array into a blob, row by row."""
    import numpy as np

    array = np.ascontiguousarray(values, dtype="<" + kind).reshape(-1, components)
    return ArrayData(blob=project.blobs.put(array.tobytes()), type=kind, components=components, count=len(array))


def stored_part(project: Project, mesh: "Mesh", material: str | None) -> MeshPart:
    """A mesh of triangles as the records keep it."""
    attributes = {"POSITION": stored_array(project, mesh.positions, 3, "f4")}
    if mesh.normals is not None:
        attributes["NORMAL"] = stored_array(project, mesh.normals, 3, "f4")
    if mesh.uv0 is not None:
        attributes["TEXCOORD_0"] = stored_array(project, mesh.uv0, 2, "f4")
    indices = None if mesh.indices is None else stored_array(project, mesh.indices, 1, "u4")
    return MeshPart(attributes=attributes, indices=indices, material=material)


def _below(project: Project, parent: str) -> dict[str, Any]:
    """Id, parent and place of a new last child."""
    (order,) = project.order_at_end(parent)
    return {"id": project.new_id(), "parent": parent, "order": order}


def _put_node(project: Project, node: Record) -> str:
    project.put(node)
    project.select((node.id,))
    return node.id
