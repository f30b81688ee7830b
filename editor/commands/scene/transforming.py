"""Moving, turning and scaling nodes in the world.

Before: a node with world matrix W below a parent with world matrix P. After an operation M in the world the node's own
matrix is P^-1 M W, taken apart again into translation, rotation and scale; shear, which a node cannot hold, is dropped.
"""

import math
from typing import Literal

import numpy as np
from msgspec.structs import replace

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.display.scene.placement import topmost, world_matrix
from editor.document.project import Project
from editor.model.scene import (
    NO_MOVE,
    NO_SCALE,
    NO_TURN,
    Coordinate,
    Quaternion,
    SceneDocument,
    SceneNode,
    Vector3,
)
from editor.model.values import RecordId
from render.scene import transforms
from render.scene.transforms import Matrix, Vector

FARTHEST = 1e9
SMALLEST_SCALE = 1e-9


@command("scene.translate", label="Move")
def translate(project: Project, *, nodes: tuple[RecordId, ...], offset: Vector3) -> None:
    """Move nodes by metres along the world's axes."""
    for node in _each(project, nodes):
        above = world_matrix(project, node.parent)
        local = _inverse(above)[:3, :3] @ np.array(offset)
        project.put(replace(node, translation=_vector(np.array(node.translation) + local)))


@command("scene.rotate", label="Turn")
def rotate(
    project: Project,
    *,
    nodes: tuple[RecordId, ...],
    axis: Vector3,
    degrees: Coordinate,
    pivot: Vector3 | None = None,
) -> None:
    """Turn nodes around an axis of the world through `pivot` (None: each around its own origin)."""
    if not any(axis):
        raise ExpectedError(tr("An axis needs a direction."))
    turn = transforms.quaternion_matrix(transforms.axis_quaternion(axis, math.radians(degrees)))
    _apply(project, nodes, turn, pivot)


@command("scene.scale", label="Scale")
def scale(
    project: Project,
    *,
    nodes: tuple[RecordId, ...],
    factors: Vector3,
    pivot: Vector3 | None = None,
    space: Literal["world", "local"] = "local",
) -> None:
    """Scale nodes from `pivot` (None: each from its own origin), along their own axes or the world's."""
    if space == "world":
        _apply(project, nodes, transforms.scaling(_safe(factors)), pivot)
        return
    for node in _each(project, nodes):
        sized = replace(node, scale=_vector(np.array(node.scale) * _safe(factors)))
        if pivot is not None:
            world = world_matrix(project, node.id)
            above = world_matrix(project, node.parent)
            frame = np.eye(4)
            frame[:3, :3] = np.stack([transforms.normalized(world[:3, i], np.eye(3)[i].tolist()) for i in range(3)], 1)
            grow = frame @ transforms.scaling(_safe(factors)) @ _inverse(frame)
            place = np.array(pivot) + grow[:3, :3] @ (world[:3, 3] - np.array(pivot))
            sized = replace(sized, translation=_vector(transforms.transformed(_inverse(above), place[None])[0]))
        project.put(sized)


@command("scene.set_transform", label="Set place")
def set_transform(
    project: Project,
    *,
    node: RecordId,
    translation: Vector3 = NO_MOVE,
    rotation: Quaternion = NO_TURN,
    scale: Vector3 = NO_SCALE,
) -> None:
    """Give a node its translation, rotation and scale below its parent."""
    item = project.find(node, SceneNode)
    x, y, z, w = transforms.normalized(np.array(rotation), NO_TURN).tolist()
    project.put(replace(item, translation=translation, rotation=(x, y, z, w), scale=scale))


@command("scene.place_camera", label="Place camera")
def place_camera(project: Project, *, camera: RecordId, eye: Vector3, target: Vector3) -> None:
    """Put a camera at `eye`, looking at `target`, upright."""
    item = project.find(camera, SceneNode)
    if item.camera is None or eye == target:
        raise ExpectedError(tr("Choose a camera, and a target away from it."))
    world = transforms.look_at(np.array(eye), np.array(target))
    project.put(with_world(item, world, world_matrix(project, item.parent)))


@command("scene.set_on_ground", label="Set on the ground")
def set_on_ground(
    project: Project, *, document: RecordId, nodes: tuple[RecordId, ...], height: Coordinate = 0.0
) -> None:
    """Move nodes up or down until their lowest point touches `height`."""
    from editor.display.scene.bounds import bounds_of

    project.find(document, SceneDocument)
    bounds = bounds_of(project, document, nodes)
    if bounds is None:
        raise ExpectedError(tr("There is nothing to see in this choice."))
    translate(project, nodes=nodes, offset=_vector(np.array([0.0, height - bounds[0, 1], 0.0])))


def with_world(node: SceneNode, world: Matrix, above: Matrix) -> SceneNode:
    """The node with the translation, rotation and scale that put it at `world` below a parent at `above`."""
    offset, rotation, factors = transforms.decompose(_inverse(above) @ world)
    return replace(node, translation=_vector(offset), rotation=rotation, scale=_vector(factors))


def _apply(project: Project, nodes: tuple[str, ...], operation: Matrix, pivot: Vector3 | None) -> None:
    for node in _each(project, nodes):
        world = world_matrix(project, node.id)
        center = transforms.vector(*(world[:3, 3].tolist() if pivot is None else pivot))
        moved = transforms.translation(center) @ operation @ transforms.translation(-center) @ world
        project.put(with_world(node, moved, world_matrix(project, node.parent)))


def _each(project: Project, nodes: tuple[str, ...]) -> list[SceneNode]:
    return [project.find(key, SceneNode) for key in topmost(project, nodes)]


def _inverse(matrix: Matrix) -> Matrix:
    """The inverse; raises ExpectedError below a parent that is scaled to nothing."""
    refusal = ExpectedError(tr("A node cannot be moved below one that is scaled to nothing."))
    try:
        inverse = np.linalg.inv(matrix).astype(np.float64)
    except np.linalg.LinAlgError:
        raise refusal from None
    if not np.isfinite(inverse).all():
        raise refusal
    return inverse


def _safe(factors: Vector3) -> Vector:
    """A factor of exactly nothing could never be taken back by scaling, so it is held just above it."""
    values = np.array(factors, dtype=np.float64)
    values[np.abs(values) < SMALLEST_SCALE] = SMALLEST_SCALE
    return values


def _vector(values: Vector) -> Vector3:
    """Plain floats; raises ExpectedError beyond what a scene can hold."""
    if not (np.abs(values) <= FARTHEST).all():
        raise ExpectedError(tr("This would put something too far away, or make it too large."))
    x, y, z = values.tolist()
    return (x, y, z)
