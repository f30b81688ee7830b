"""Lighter stand-ins for heavy meshes, for slow graphics cards while the camera moves.

Vertices that share a cell of a fine grid become one of them (Rossignac and Borrel, "Multi-resolution 3D approximations
for rendering complex scenes", 1993); triangles that collapse go. Coarser than edge collapses, but a tenth of a second
for a million triangles, and every vertex keeps its own normal and texture coordinates.
"""

from dataclasses import replace

import numpy as np

from render.scene.values import Floats, Mesh, Primitive, Scene

HEAVY_TRIANGLES = 150_000
CELLS = 160
"""Cells along the longest side: about as many as a view has pixels for half a cell."""


def is_heavy(scene: Scene) -> bool:
    """Whether a stand-in is worth having."""
    meshes = {instance.mesh.key: instance.mesh for instance in scene.instances}
    return any(_is_heavy_mesh(mesh) for mesh in meshes.values())


def _is_heavy_mesh(mesh: Mesh) -> bool:
    return mesh.primitive is Primitive.TRIANGLES and mesh.element_count > 3 * HEAVY_TRIANGLES


def lighter_mesh(mesh: Mesh, cells: int = CELLS) -> Mesh:
    """The same mesh with about one vertex a cell."""
    low, high = mesh.bounds
    edge = float((high - low).max()) / cells
    if edge <= 0 or not np.isfinite(edge):
        return mesh
    place = ((mesh.positions - low) / edge).astype(np.int64)
    number = (place[:, 0] * (cells + 1) + place[:, 1]) * (cells + 1) + place[:, 2]
    _, first, cell = np.unique(number, return_index=True, return_inverse=True)
    corners = np.arange(len(mesh.positions)) if mesh.indices is None else mesh.indices
    triangles = cell.reshape(-1)[corners[: len(corners) // 3 * 3]].reshape(-1, 3)
    a, b, c = triangles.T
    kept = triangles[(a != b) & (b != c) & (c != a)]

    def chosen(values: Floats | None) -> Floats | None:
        return None if values is None else values[first]

    return Mesh(
        mesh.positions[first],
        chosen(mesh.normals),
        chosen(mesh.tangents),
        chosen(mesh.uv0),
        chosen(mesh.uv1),
        chosen(mesh.colors),
        kept.astype(np.uint32).ravel(),
        mesh.primitive,
        f"{mesh.key} light",
    )


def lighter_scene(scene: Scene) -> Scene:
    """The scene with stand-ins for its heavy meshes; it throws the shadows of the whole one, drawn already."""
    made: dict[str, Mesh] = {}
    instances = []
    for instance in scene.instances:
        mesh = instance.mesh
        if _is_heavy_mesh(mesh):
            if mesh.key not in made:
                made[mesh.key] = lighter_mesh(mesh)
            instance = replace(instance, mesh=made[mesh.key])
        instances.append(instance)
    light = replace(scene, instances=tuple(instances))
    # Cached properties: what the shadow map was made from counts, not the stand-ins.
    light.__dict__.update(shape_key=scene.shape_key, boxes=scene.boxes, bounds=scene.bounds)
    return light
