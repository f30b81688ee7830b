"""Matrices and quaternions of the scene, as float64 numpy arrays acting on column vectors.

A quaternion is (x, y, z, w), as in glTF. Formulas: Ken Shoemake, "Quaternions", 1994; projection matrices from the
glTF 2.0 specification, section 3.10.3.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

TINY = 1e-12


def vector(*values: float) -> Vector:
    return np.array(values, dtype=np.float64)


def normalized(value: Vector, fallback: Sequence[float] = (0.0, 0.0, 1.0)) -> Vector:
    """Length one; `fallback` where there is no direction to keep."""
    length = float(np.linalg.norm(value))
    return value / length if np.isfinite(length) and length > TINY else np.array(fallback, dtype=np.float64)


def translation(offset: Sequence[float] | Vector) -> Matrix:
    matrix = np.eye(4)
    matrix[:3, 3] = offset
    return matrix


def scaling(factors: Sequence[float] | Vector) -> Matrix:
    return np.diag([*factors, 1.0])


def quaternion_matrix(quaternion: Sequence[float]) -> Matrix:
    """The rotation as 4x4; a quaternion of no length is no rotation."""
    x, y, z, w = normalized(np.array(quaternion, dtype=np.float64), (0.0, 0.0, 0.0, 1.0))
    matrix = np.eye(4)
    matrix[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return matrix


def matrix_quaternion(rotation: Matrix) -> tuple[float, float, float, float]:
    """The quaternion of a rotation matrix, chosen from the largest of the four squared components."""
    m = rotation[:3, :3]
    squares = np.array(
        [
            1 + m[0, 0] - m[1, 1] - m[2, 2],
            1 - m[0, 0] + m[1, 1] - m[2, 2],
            1 - m[0, 0] - m[1, 1] + m[2, 2],
            1 + m[0, 0] + m[1, 1] + m[2, 2],
        ]
    )
    largest = int(np.argmax(squares))
    rows = [
        (squares[0], m[0, 1] + m[1, 0], m[0, 2] + m[2, 0], m[2, 1] - m[1, 2]),
        (m[0, 1] + m[1, 0], squares[1], m[1, 2] + m[2, 1], m[0, 2] - m[2, 0]),
        (m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], squares[2], m[1, 0] - m[0, 1]),
        (m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1], squares[3]),
    ]
    x, y, z, w = normalized(np.array(rows[largest], dtype=np.float64), (0.0, 0.0, 0.0, 1.0)).tolist()
    return (x, y, z, w)


def axis_quaternion(axis: Sequence[float], radians: float) -> tuple[float, float, float, float]:
    x, y, z = (normalized(np.array(axis, dtype=np.float64)) * np.sin(radians / 2)).tolist()
    return (x, y, z, float(np.cos(radians / 2)))


def multiplied(first: Sequence[float], second: Sequence[float]) -> tuple[float, float, float, float]:
    """The rotation that turns by `second` first and by `first` afterwards."""
    ax, ay, az, aw = first
    bx, by, bz, bw = second
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def compose(
    offset: Sequence[float] | Vector, quaternion: Sequence[float], factors: Sequence[float] | Vector
) -> Matrix:
    """Scale, then turn, then move."""
    matrix = quaternion_matrix(quaternion)
    matrix[:3, :3] *= np.array(factors, dtype=np.float64)
    matrix[:3, 3] = offset
    return matrix


def decompose(matrix: Matrix) -> tuple[Vector, tuple[float, float, float, float], Vector]:
    """Offset, quaternion and scale of a matrix without shear; shear is dropped, a mirror goes into the x scale."""
    columns = matrix[:3, :3].copy()
    factors = np.linalg.norm(columns, axis=0)
    if np.isfinite(columns).all() and np.linalg.det(columns) < 0:
        factors[0] = -factors[0]
    rotation = columns / np.where(np.abs(factors) > TINY, factors, 1.0)
    return matrix[:3, 3].copy(), matrix_quaternion(_orthogonal(rotation)), factors


def _orthogonal(rotation: Matrix) -> Matrix:
    """The rotation nearest to a matrix (polar decomposition), so that shear cannot spoil the quaternion."""
    if not np.isfinite(rotation).all() or abs(np.linalg.det(rotation)) < TINY:
        return np.eye(3)
    left, _, right = np.linalg.svd(rotation)
    nearest: Matrix = left @ right
    return nearest if np.linalg.det(nearest) > 0 else np.eye(3)


def look_at(eye: Vector, target: Vector, up: Sequence[float] = (0.0, 1.0, 0.0)) -> Matrix:
    """The world matrix of a camera at `eye` that looks down its own -z towards `target`."""
    backward = normalized(eye - target)
    up_vector = np.array(up, dtype=np.float64)
    if abs(float(backward @ normalized(up_vector))) > 1 - 1e-9:
        up_vector = vector(0.0, 0.0, -1.0) if abs(backward[1]) > 0.5 else vector(0.0, 1.0, 0.0)
    right = normalized(np.cross(up_vector, backward))
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = right, np.cross(backward, right), backward
    matrix[:3, 3] = eye
    return matrix


def rigid_inverse(matrix: Matrix) -> Matrix:
    """The inverse of a camera's world matrix; its scale does not count (glTF 2.0, section 3.10)."""
    rotation = np.stack([normalized(matrix[:3, i], np.eye(3)[i].tolist()) for i in range(3)], axis=1)
    inverse = np.eye(4)
    inverse[:3, :3] = rotation.T
    inverse[:3, 3] = -rotation.T @ matrix[:3, 3]
    return inverse


def perspective(field_of_view_y: float, aspect: float, near: float, far: float) -> Matrix:
    """`field_of_view_y` in radians; depth runs from -1 (near) to 1 (far)."""
    height = 1 / np.tan(field_of_view_y / 2)
    matrix = np.zeros((4, 4))
    matrix[0, 0], matrix[1, 1] = height / aspect, height
    matrix[2, 2], matrix[2, 3] = (far + near) / (near - far), 2 * far * near / (near - far)
    matrix[3, 2] = -1.0
    return matrix


def orthographic(half_width: float, half_height: float, near: float, far: float) -> Matrix:
    matrix = np.eye(4)
    matrix[0, 0], matrix[1, 1] = 1 / half_width, 1 / half_height
    matrix[2, 2], matrix[2, 3] = 2 / (near - far), (far + near) / (near - far)
    return matrix


def transformed(matrix: Matrix, points: NDArray[np.floating]) -> Matrix:
    """(n, 3) points through a matrix without perspective."""
    moved: Matrix = points.astype(np.float64) @ matrix[:3, :3].T + matrix[:3, 3]
    return moved


def box_corners(low: Sequence[float] | Vector, high: Sequence[float] | Vector) -> Matrix:
    """The eight corners of a box, (8, 3)."""
    box = np.array([low, high], dtype=np.float64)
    index = np.array([[i & 1, i >> 1 & 1, i >> 2 & 1] for i in range(8)])
    corners: Matrix = box[index, np.arange(3)]
    return corners
