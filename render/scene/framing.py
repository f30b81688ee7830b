"""Where cameras see what: near and far planes fitted to the scene, a view that frames a box, culling."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from render.scene.transforms import (
    Matrix,
    Vector,
    box_corners,
    look_at,
    normalized,
    orthographic,
    perspective,
    rigid_inverse,
    transformed,
    vector,
)
from render.scene.values import Camera

DEFAULT_DIRECTION = (0.55, 0.45, 1.0)
AIMS = 12


@dataclass(frozen=True, eq=False)
class Lens:
    """A camera made concrete for one picture."""

    view: Matrix
    projection: Matrix
    eye: Vector
    near: float
    far: float
    perspective: bool

    @property
    def view_projection(self) -> Matrix:
        return self.projection @ self.view


def cropped(whole: Lens, crop: tuple[float, float, float, float]) -> Lens:
    """The lens for a part of the picture: left, top, width and height as shares of the whole."""
    if crop == (0.0, 0.0, 1.0, 1.0):
        return whole
    left, top, width, height = crop
    stretch = np.eye(4)
    stretch[0, 0], stretch[1, 1] = 1 / width, 1 / height
    stretch[0, 3], stretch[1, 3] = (1 - 2 * left) / width - 1, (2 * top - 1) / height + 1
    return replace(whole, projection=stretch @ whole.projection)


def lens(camera: Camera, aspect: float, bounds: Matrix | None) -> Lens:
    """`aspect` is width over height; `bounds` the box that should not be cut off."""
    view = rigid_inverse(camera.world)
    near, far = _planes(camera, view, bounds)
    if camera.kind == "perspective":
        projection = perspective(min(max(camera.field_of_view_y, 1e-3), 3.1), aspect, near, far)
    else:
        half = max(abs(camera.half_height), 1e-9)
        projection = orthographic(half * aspect, half, near, far)
    return Lens(view, projection, camera.world[:3, 3].copy(), near, far, camera.kind == "perspective")


def _planes(camera: Camera, view: Matrix, bounds: Matrix | None) -> tuple[float, float]:
    """Near and far around the box, with far at most a million times near so that depth stays exact enough."""
    depths = -transformed(view, box_corners(*bounds))[:, 2] if bounds is not None else np.array([0.1, 100.0])
    low, high = float(depths.min()), float(depths.max())
    margin = max(1e-6, 0.01 * (high - low), 1e-4 * abs(high))
    low, high = low - margin, high + margin
    if camera.kind == "orthographic":
        near = camera.near if camera.near is not None else low
        far = camera.far if camera.far is not None else high
        return near, max(far, near + 1e-6)
    far = camera.far if camera.far is not None else max(high, 1e-3)
    near = camera.near if camera.near is not None else max(low, far / 20000)
    near = max(near, far * 1e-6, 1e-9)
    return near, max(far, near * 1.001)


def framing_camera(
    bounds: Matrix | None,
    aspect: float = 1.0,
    direction: tuple[float, float, float] = DEFAULT_DIRECTION,
    field_of_view_y: float = 0.7,
    margin: float = 1.12,
    points: Matrix | None = None,
) -> Camera:
    """A camera that looks at a box from `direction` and holds all its corners, or all of `points` (n, 3) instead."""
    box = bounds if bounds is not None else np.array([[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0]])
    center = box.mean(axis=0)
    towards = normalized(vector(*direction))
    held = points if points is not None and len(points) else box_corners(*box)
    size = np.array([np.tan(field_of_view_y / 2) * aspect, np.tan(field_of_view_y / 2)])
    distance = 2 * float(np.linalg.norm(held - center, axis=1).max()) / float(size.min()) + 1e-6
    aim = center
    for _ in range(AIMS):
        # The eye stays in its direction from the middle; what is near looks larger, so it aims between the edges of
        # what is seen, and comes as near as that allows.
        world = look_at(center + towards * distance, aim)
        places = (held - world[:3, 3]) @ world[:3, :3]
        seen = places[:, :2] / -places[:, 2:] / size
        low, high = seen.min(axis=0), seen.max(axis=0)
        aim = aim + world[:3, :2] @ ((low + high) / 2 * size * float(np.linalg.norm(aim - world[:3, 3])))
        wanted = (np.abs(places[:, :2]) / size).max(axis=1) * margin + places[:, 2]
        distance = max(distance + float(wanted.max()), 1e-6)
    return Camera(look_at(center + towards * distance * 1.005, aim), "perspective", field_of_view_y)


def visible(boxes: Matrix, view_projection: Matrix) -> NDArray[np.bool_]:
    """Which of (n, 2, 3) boxes may touch what the camera sees; a box with odd numbers counts as visible."""
    if not len(boxes):
        return np.zeros(0, dtype=np.bool_)
    rows = view_projection
    planes = np.stack([rows[3] + rows[0], rows[3] - rows[0], rows[3] + rows[1], rows[3] - rows[1],
                       rows[3] + rows[2], rows[3] - rows[2]])  # fmt: skip
    farthest = np.where(planes[None, :, :3] >= 0, boxes[:, None, 1, :], boxes[:, None, 0, :])
    outside = (farthest * planes[None, :, :3]).sum(axis=2) + planes[None, :, 3] < 0
    seen: NDArray[np.bool_] = ~outside.any(axis=1)
    return seen


@dataclass(frozen=True, eq=False)
class Ray:
    """A straight line from a point; the direction has length one."""

    origin: Vector
    direction: Vector


def pixel_ray(lens_: Lens, x: float, y: float, width: int, height: int) -> Ray:
    """The ray through a pixel, counted from the top left."""
    inverse = np.linalg.inv(lens_.view_projection)
    ends = []
    for depth in (-1.0, 1.0):
        point = inverse @ np.array([2 * x / width - 1, 1 - 2 * y / height, depth, 1.0])
        ends.append(point[:3] / point[3])
    return Ray(ends[0], normalized(ends[1] - ends[0]))


def project(lens_: Lens, points: NDArray[np.floating], width: int, height: int) -> NDArray[np.float64]:
    """Pixels (from the top left) of (n, 3) points, (n, 2); NaN for points behind the camera."""
    flat = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ lens_.view_projection.T
    weight = np.where(flat[:, 3:] > 1e-9, flat[:, 3:], np.nan)
    ndc = flat[:, :2] / weight
    pixels: NDArray[np.float64] = (ndc * [0.5, -0.5] + 0.5) * [width, height]
    return pixels
