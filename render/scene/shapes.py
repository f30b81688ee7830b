"""Simple solids with normals and texture coordinates, one metre large, centred on the origin, Y up.

Faces are counter-clockwise seen from outside. Texture coordinates grow downwards, as in glTF.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from render.scene.values import Mesh

Values = NDArray[np.float64]


def _mesh(positions: Values, normals: Values, uv: Values, indices: NDArray[np.integer]) -> Mesh:
    return Mesh(
        positions.astype(np.float32),
        normals.astype(np.float32),
        uv0=uv.astype(np.float32),
        indices=indices.astype(np.uint32).ravel(),
    )


def _joined(*meshes: Mesh) -> Mesh:
    starts = np.cumsum([0, *(len(mesh.positions) for mesh in meshes)])
    indices = [mesh.indices + start for mesh, start in zip(meshes, starts) if mesh.indices is not None]
    return Mesh(
        np.concatenate([mesh.positions for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes if mesh.normals is not None]),
        uv0=np.concatenate([mesh.uv0 for mesh in meshes if mesh.uv0 is not None]),
        indices=np.concatenate(indices).astype(np.uint32),
    )


def _grid(columns: int, rows: int) -> tuple[Values, Values, NDArray[np.int64]]:
    """u and v of a grid of (columns + 1) x (rows + 1) points and its triangles, first row at v = 0."""
    u, v = np.meshgrid(np.linspace(0, 1, columns + 1), np.linspace(0, 1, rows + 1))
    corner = (np.arange(rows)[:, None] * (columns + 1) + np.arange(columns)).ravel()
    below = corner + columns + 1
    triangles = np.stack([corner, below, corner + 1, corner + 1, below, below + 1], axis=1)
    return u.ravel(), v.ravel(), triangles


def plane() -> Mesh:
    u, v, triangles = _grid(1, 1)
    positions = np.stack([u - 0.5, np.zeros_like(u), v - 0.5], axis=1)
    return _mesh(positions, np.tile([0.0, 1.0, 0.0], (4, 1)), np.stack([u, v], axis=1), triangles)


def cube() -> Mesh:
    u, v, triangles = _grid(1, 1)
    sides = []
    for axis in range(3):
        for side in (1.0, -1.0):
            normal = np.zeros(3)
            normal[axis] = side
            up = np.array([0.0, 0.0, -side]) if axis == 1 else np.array([0.0, 1.0, 0.0])
            right = np.cross(up, normal)
            positions = 0.5 * normal + (u - 0.5)[:, None] * right + (0.5 - v)[:, None] * up
            sides.append(_mesh(positions, np.tile(normal, (4, 1)), np.stack([u, v], axis=1), triangles))
    return _joined(*sides)


def sphere(columns: int = 48, rows: int = 24) -> Mesh:
    u, v, triangles = _grid(columns, rows)
    phi, theta = u * 2 * np.pi, v * np.pi
    normals = np.stack([-np.sin(theta) * np.cos(phi), np.cos(theta), np.sin(theta) * np.sin(phi)], axis=1)
    return _mesh(0.5 * normals, normals, np.stack([u, v], axis=1), triangles)


def _disc(columns: int, radius: float, height: float, up: float) -> Mesh:
    angle = np.linspace(0, 2 * np.pi, columns + 1)
    ring = np.stack([np.cos(angle) * radius, np.full_like(angle, height), -np.sin(angle) * radius * up], axis=1)
    positions = np.concatenate([[[0.0, height, 0.0]], ring])
    uv = np.stack([positions[:, 0] / (2 * radius) + 0.5, positions[:, 2] * up / (2 * radius) + 0.5], axis=1)
    first = np.arange(columns) + 1
    triangles = np.stack([np.zeros_like(first), first, first + 1], axis=1)
    return _mesh(positions, np.tile([0.0, up, 0.0], (len(positions), 1)), uv, triangles)


def cylinder(columns: int = 48) -> Mesh:
    u, v, triangles = _grid(columns, 1)
    angle = u * 2 * np.pi
    normals = np.stack([-np.cos(angle), np.zeros_like(u), np.sin(angle)], axis=1)
    positions = normals * 0.5 + np.stack([np.zeros_like(u), 0.5 - v, np.zeros_like(u)], axis=1)
    side = _mesh(positions, normals, np.stack([u, v], axis=1), triangles)
    return _joined(side, _disc(columns, 0.5, 0.5, 1.0), _disc(columns, 0.5, -0.5, -1.0))


def cone(columns: int = 48) -> Mesh:
    u, v, triangles = _grid(columns, 1)
    angle = u * 2 * np.pi
    out = np.stack([-np.cos(angle), np.zeros_like(u), np.sin(angle)], axis=1)
    normals = out + np.array([0.0, 0.5, 0.0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    positions = out * (0.5 * v)[:, None] + np.stack([np.zeros_like(u), 0.5 - v, np.zeros_like(u)], axis=1)
    side = _mesh(positions, normals, np.stack([u, v], axis=1), triangles)
    return _joined(side, _disc(columns, 0.5, -0.5, -1.0))


def torus(columns: int = 64, rows: int = 24, radius: float = 0.36, tube: float = 0.14) -> Mesh:
    u, v, triangles = _grid(columns, rows)
    around, across = u * 2 * np.pi, v * 2 * np.pi
    out = np.stack([-np.cos(around), np.zeros_like(u), np.sin(around)], axis=1)
    normals = -out * np.cos(across)[:, None] + np.stack([0 * u, np.sin(across), 0 * u], axis=1)
    return _mesh(out * radius + normals * tube, normals, np.stack([u, v], axis=1), triangles)


SHAPES: dict[str, Callable[[], Mesh]] = {
    "cube": cube, "sphere": sphere, "plane": plane, "cylinder": cylinder, "cone": cone, "torus": torus,
}  # fmt: skip
