"""Blending a layer into what lies below it."""

from __future__ import annotations

import numpy as np

from render.kernels.formats import Array, format_name, white_plane
from render.kernels.library import run_pointwise
from render.kernels.modes import PASS_THROUGH, BlendMode

_LEFT = 7


def blend(
    source: Array,
    backdrop: Array,
    mode: BlendMode | int = BlendMode.NORMAL,
    opacity: float = 1.0,
    mask: Array | None = None,
    *,
    density: float = 1.0,
    invert: bool = False,
    keep_alpha: bool = False,
    origin: tuple[int, int] = (0, 0),
    out: Array | None = None,
) -> Array:
    """`source` over `backdrop` in a blend mode; both premultiplied, of one shape and type. `out` may be `backdrop`.

    The mask (height, width) has the same type; `invert` turns it round, then `density` 0..1 weakens it. `keep_alpha`
    leaves the backdrop's alpha as it is (clipped layers, locked transparency). `origin` is where the first pixel lies
    in the picture; Dissolve depends on it. Mode PASS_THROUGH replaces the backdrop by the source in the layer's share.
    """
    result = np.empty_like(backdrop) if out is None else out
    if mask is None:
        scale, offset = 0.0, opacity
        mask = white_plane(backdrop)
    else:
        scale, offset = mask_share(opacity, density, invert)
    name = f"blend_{format_name(backdrop)}"
    keep = 0.0 if keep_alpha else 1.0
    run_pointwise(name, source, backdrop, mask, int(mode), scale, offset, keep, *origin, result, left=_LEFT)
    return result


def mask_share(opacity: float, density: float, invert: bool) -> tuple[float, float]:
    """(scale, offset) such that a layer's share is mask·scale + offset, the mask going from 0 to 1.

    >>> mask_share(0.5, 1.0, True)
    (-0.5, 0.5)
    """
    scale, offset = (-density, 1.0) if invert else (density, 1.0 - density)
    return scale * opacity, offset * opacity


__all__ = ["PASS_THROUGH", "BlendMode", "blend", "mask_share"]
