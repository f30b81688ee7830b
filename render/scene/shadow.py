"""The sun's shadow map: an orthographic look from the sun onto the scene, or onto the part that is in view."""

import numpy as np
from numpy.typing import NDArray

from render.scene.framing import Lens
from render.scene.transforms import Matrix, box_corners, look_at, normalized, orthographic, rigid_inverse, transformed
from render.scene.values import Scene, Sun

# Seen closer than this share of the whole, the map is fitted to the view and drawn again as the camera moves.
CLOSE_UP = 0.3


def shadow_lens(scene: Scene, sun: Sun, lens: Lens, size: int) -> tuple[Matrix, float] | None:
    """The matrix of the map and the width of one texel in metres; None where nothing can throw a shadow."""
    bounds = scene.bounds
    if bounds is None or not np.isfinite(bounds).all():
        return None
    direction = normalized(np.array(sun.direction, dtype=np.float64), (0.0, -1.0, 0.0))
    view = rigid_inverse(look_at(-direction, np.zeros(3)))
    whole = transformed(view, box_corners(*bounds))
    low, high = whole.min(axis=0), whole.max(axis=0)
    seen = _seen(lens, view)
    if seen is not None:
        near, far = np.maximum(low[:2], seen[0]), np.minimum(high[:2], seen[1])
        if (far > near).all() and (far - near).max() < CLOSE_UP * (high - low)[:2].max():
            # Whole steps of the grid keep the edges of shadows from crawling while the camera moves.
            step = 2.0 ** np.ceil(np.log2((far - near).max())) / 8
            low[:2], high[:2] = np.floor(near / step) * step, np.ceil(far / step) * step
    half = np.maximum((high - low) / 2, 1e-6)
    edge = float(half[:2].max()) * (1 + 6 / size)
    center = (low + high) / 2
    depth = half[2] * 1.02 + 1e-6
    to_center = np.eye(4)
    to_center[:3, 3] = -center
    projection = orthographic(edge, edge, -depth, depth)
    return projection @ to_center @ view, 2 * edge / size


def _seen(lens: Lens, view: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """The extent, across the sun's rays, of what the camera can see."""
    corners = np.array([[x, y, z, 1.0] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    world = corners @ np.linalg.inv(lens.view_projection).T
    if (np.abs(world[:, 3]) < 1e-12).any():
        return None
    across = transformed(view, world[:, :3] / world[:, 3:])[:, :2]
    return across.min(axis=0), across.max(axis=0)
