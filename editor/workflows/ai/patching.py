"""A patch that mends part of a layer: over the layer, or with all of it where the layer would show through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from editor.workflows.ai.layering import may_lie_over, put_over
from editor.workflows.ai.pictures import Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress
    from editor.model.raster import Layer
    from editor.workflows.ai.tool import Request

OPAQUE = 0.99
"""Alpha from here on counts as opaque."""


def level_around(alpha: NDArray[np.float32], hole: NDArray[np.bool_]) -> float:
    """How opaque a picture is around a hole, at most: as opaque should be what fills it. 1 where nothing is there."""
    around = alpha[~hole]
    most = float(around.max()) if around.size else 0.0
    return most if 0 < most < OPAQUE else 1.0


def full_at(picture: Picture, level: float) -> Picture:
    """A picture in which what is so opaque counts as opaque: from there it may be copied, softer edges are left."""
    if level == 1:
        return picture
    return replace(picture, rgba=np.dstack([picture.rgb, np.minimum(picture.alpha / np.float32(level), 1)]))


def put_patch(
    request: Request, layer: Layer, picture: Picture, patch: Picture, level: float, name: str, progress: Progress
) -> str:
    """A patch, whose alpha says where it covers, on what a layer holds (`picture`), as a layer; returns its id.

    It lies above the layer. Where that would show through it, it holds all of the picture, and the layer is hidden.
    """
    if level == 1 and may_lie_over(request.project, layer, picture, whole=False):
        return put_over(request, layer, patch, name, progress, hide_original=False)
    top, left = patch.y - picture.y, patch.x - picture.x
    height, width = patch.alpha.shape
    where = (slice(top, top + height), slice(left, left + width))
    rgba = picture.rgba.copy()
    rgba[where] = _mixed(rgba[where], patch, level)
    return put_over(request, layer, Picture(rgba, picture.x, picture.y), name, progress, hide_original=True)


def _mixed(below: NDArray[np.float32], patch: Picture, level: float) -> NDArray[np.float32]:
    """From the picture to the patch, `level` opaque, as its cover goes from 0 to 1; all straight."""
    lower, upper = below[..., 3] * (1 - patch.alpha), np.float32(level) * patch.alpha
    alpha = lower + upper
    share = (upper / np.maximum(alpha, np.float32(1e-12)))[..., None]
    return np.dstack([below[..., :3] * (1 - share) + patch.rgb * share, alpha])
