"""Mesh parts as the renderer wants them: plain triangles, lines or points, with normals, posed and morphed.

The glTF modes are unrolled (section 3.7.2.1), missing normals become flat ones (section 3.7.2.1: "When normals are not
specified, client implementations MUST calculate flat normals"), and bones and morph targets are applied on the CPU.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from editor.display.scene.arrays import Fetch, floats, whole_numbers
from editor.model.scene import MeshPart
from render.scene.transforms import Matrix
from render.scene.values import Floats, Indices, Mesh, Primitive, content_key


@dataclass(frozen=True, eq=False)
class PartData:
    """A part at rest, and what moves it."""

    mesh: Mesh
    joints: NDArray[np.uint32] | None = None  # (n, 4 or 8)
    joint_weights: Floats | None = None
    position_targets: tuple[Floats | None, ...] = ()
    normal_targets: tuple[Floats | None, ...] = ()


def part_data(part: MeshPart, fetch: Fetch) -> PartData | None:
    """None for a part without usable positions."""
    attributes = part.attributes
    positions = floats(attributes.get("POSITION"), fetch, 3)
    if positions is None or not len(positions):
        return None
    count = len(positions)
    indices = whole_numbers(part.indices, fetch)
    primitive, joined = _joined(part.mode, indices, count)
    mesh = Mesh(
        positions,
        _fitting(floats(attributes.get("NORMAL"), fetch, 3), count),
        _fitting(floats(attributes.get("TANGENT"), fetch, 4), count),
        _fitting(floats(attributes.get("TEXCOORD_0"), fetch, 2), count),
        _fitting(floats(attributes.get("TEXCOORD_1"), fetch, 2), count),
        _colors(part, fetch, count),
        joined,
        primitive,
    )
    joints, weights = _bones(part, fetch, count)
    moved = tuple(_fitting(floats(target.get("POSITION"), fetch, 3), count) for target in part.targets)
    turned = tuple(_fitting(floats(target.get("NORMAL"), fetch, 3), count) for target in part.targets)
    return PartData(mesh, joints, weights, moved, turned)


def _fitting(values: Floats | None, count: int) -> Floats | None:
    return values if values is not None and len(values) == count else None


def _colors(part: MeshPart, fetch: Fetch, count: int) -> Floats | None:
    colors = _fitting(floats(part.attributes.get("COLOR_0"), fetch), count)
    if colors is None or colors.shape[1] not in (3, 4):
        return None
    if colors.shape[1] == 3:
        colors = np.concatenate([colors, np.ones((count, 1), np.float32)], axis=1)
    return np.clip(colors, 0.0, None)


def _bones(part: MeshPart, fetch: Fetch, count: int) -> tuple[NDArray[np.uint32] | None, Floats | None]:
    """Joint numbers and weights of every vertex, all sets side by side."""
    joints, weights = [], []
    for i in range(8):
        numbers = _fitting(floats(part.attributes.get(f"JOINTS_{i}"), fetch, 4), count)
        shares = _fitting(floats(part.attributes.get(f"WEIGHTS_{i}"), fetch, 4), count)
        if numbers is None or shares is None:
            break
        joints.append(numbers.astype(np.uint32))
        weights.append(shares)
    if not joints:
        return None, None
    return np.concatenate(joints, axis=1), np.concatenate(weights, axis=1)


def _joined(mode: int, indices: Indices | None, count: int) -> tuple[Primitive, Indices | None]:
    """Strips, fans and loops unrolled; whatever points past the last vertex is left out."""
    if mode in (0, 1, 4) and indices is None:
        whole = {0: 1, 1: 2, 4: 3}[mode]
        return _PRIMITIVES[mode], np.arange(count - count % whole, dtype=np.uint32) if count % whole else None
    order = np.arange(count, dtype=np.uint32) if indices is None else indices
    if mode == 2 and len(order):
        order = np.append(order, order[0])
    if mode in (2, 3):
        pairs = np.stack([order[:-1], order[1:]], axis=1)
        return Primitive.LINES, _inside(pairs, count)
    if mode == 5:
        first, second, third = order[:-2], order[1:-1], order[2:]
        odd = np.arange(len(first)) % 2 == 1
        return Primitive.TRIANGLES, _inside(
            np.stack([first, np.where(odd, third, second), np.where(odd, second, third)], axis=1), count
        )
    if mode == 6:
        hub = np.broadcast_to(order[:1], max(0, len(order) - 2))
        return Primitive.TRIANGLES, _inside(np.stack([hub, order[1:-1], order[2:]], axis=1), count)
    size = {0: 1, 1: 2}.get(mode, 3)
    return _PRIMITIVES.get(mode, Primitive.TRIANGLES), _inside(
        order[: len(order) // size * size].reshape(-1, size), count
    )


_PRIMITIVES = {0: Primitive.POINTS, 1: Primitive.LINES, 4: Primitive.TRIANGLES}


def _inside(elements: NDArray[np.integer], count: int) -> Indices:
    if len(elements) and int(elements.max()) >= count:
        elements = elements[(elements < count).all(axis=1)]
    return elements.astype(np.uint32).ravel()


def posed(data: PartData, weights: tuple[float, ...], bones: Matrix | None) -> Mesh:
    """The part with morph targets mixed in by `weights` and bent by `bones` (joints, 4, 4), with normals."""
    mesh = data.mesh
    used = list(weights[: len(data.position_targets)])
    moving = any(used) and any(target is not None for target in data.position_targets)
    bending = bones is not None and data.joints is not None and len(bones) > 0
    if moving or bending:
        key = content_key(mesh.key, used if moving else None, bones if bending else None)
        positions, normals = _morphed(data, used) if moving else (mesh.positions, mesh.normals)
        if bending and bones is not None:
            positions, normals = _bent(data, positions, normals, bones)
        mesh = replace(mesh, positions=positions, normals=normals, key=key)
    return with_normals(mesh)


def _morphed(data: PartData, weights: list[float]) -> tuple[Floats, Floats | None]:
    positions, normals = data.mesh.positions.copy(), data.mesh.normals
    normals = None if normals is None else normals.copy()
    for weight, moved, turned in zip(weights, data.position_targets, data.normal_targets):
        if weight and moved is not None:
            positions += np.float32(weight) * moved
        if weight and turned is not None and normals is not None:
            normals += np.float32(weight) * turned
    return positions, normals


def _bent(
    data: PartData, positions: Floats, normals: Floats | None, bones: Matrix
) -> tuple[Floats, Floats | None]:
    """Linear blend skinning, glTF 2.0, section 3.7.3.3."""
    assert data.joints is not None
    assert data.joint_weights is not None
    joints = np.minimum(data.joints, len(bones) - 1)
    mixed = np.einsum("nj,njab->nab", data.joint_weights, bones.astype(np.float32)[joints])
    total = data.joint_weights.sum(axis=1)
    mixed[total <= 0] = np.eye(4, dtype=np.float32)
    moved = np.einsum("nab,nb->na", mixed[:, :3, :3], positions) + mixed[:, :3, 3]
    turned = None if normals is None else np.einsum("nab,nb->na", mixed[:, :3, :3], normals)
    return moved.astype(np.float32), None if turned is None else turned.astype(np.float32)


def with_normals(mesh: Mesh) -> Mesh:
    """Flat normals where there are none; every corner then gets a vertex of its own."""
    if mesh.normals is not None or mesh.primitive is not Primitive.TRIANGLES:
        return mesh
    corners = np.arange(len(mesh.positions)) if mesh.indices is None else mesh.indices
    corners = corners[: len(corners) // 3 * 3]
    positions = mesh.positions[corners]
    faces = positions.reshape(-1, 3, 3)
    normals = np.cross(faces[:, 1] - faces[:, 0], faces[:, 2] - faces[:, 0])
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(length > 0, normals / np.where(length > 0, length, 1), [0.0, 1.0, 0.0])

    def spread(values: Floats | None) -> Floats | None:
        return None if values is None else values[corners]

    return Mesh(
        positions,
        np.repeat(normals, 3, axis=0).astype(np.float32),
        None,  # tangents without normals mean nothing (section 3.7.2.1)
        spread(mesh.uv0),
        spread(mesh.uv1),
        spread(mesh.colors),
        None,
        mesh.primitive,
        f"{mesh.key} flat",
    )
