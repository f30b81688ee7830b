"""Colours as an enlarging network knows them: encoded as sRGB is; and grey that must come back grey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from editor.commands.raster.tiles import depth_of, tile_array, tiles_of
from editor.model.raster import PixelLayer, RasterDocument

if TYPE_CHECKING:
    from editor.document.project import Project

Floats = NDArray[np.float32]
MIDDLE, LIGHT_FROM = 0.5, 0.65
"""Where a profile says that half of the scale is this bright in sRGB (0.735 for light itself), it holds light. Others,
such as Adobe RGB and Display P3, are encoded much as sRGB is, and no network minds their primaries."""


@dataclass(frozen=True)
class Colours:
    """How a layer's pixels are to be fed. `light`: its values are proportional to light; `grey`: no pixel has a hue."""

    light: bool = False
    grey: bool = False

    def encoded(self, rgba: Floats) -> Floats:
        """Straight pixels of the layer as the network knows them."""
        if not self.light:
            return rgba
        from render.image_io.prepared import light_to_srgb, with_curve

        return np.asarray(with_curve(rgba, light_to_srgb), np.float32)

    def decoded(self, rgba: Floats) -> Floats:
        """What the network made of them, as the layer holds it."""
        if self.grey:
            # A network for colour tints grey by a few levels; the mean of its channels is its best guess without hue.
            rgba[..., :3] = rgba[..., :3].mean(axis=2, keepdims=True)
        if not self.light:
            return rgba
        from render.image_io.prepared import srgb_to_light, with_curve

        return np.asarray(with_curve(rgba, srgb_to_light), np.float32)


def colours_of(project: Project, layer: PixelLayer) -> Colours:
    """Read off the document's profile and every pixel of the layer."""
    sheet = project.find(project.index.root(layer.id), RasterDocument)
    profile = project.blobs.get(sheet.profile) if sheet.profile else None
    return Colours(light=profile is not None and holds_light(profile), grey=_is_grey(project, layer))


def holds_light(profile: bytes) -> bool:
    """Whether an ICC profile says that numbers are proportional to light. One that cannot be read is taken as sRGB."""
    from render.image_io import profiles
    from render.image_io.values import ImageError

    middle = np.full((1, 1, 4), MIDDLE, np.float32)
    try:
        return float(profiles.convert(middle, profile)[0, 0, 1]) > LIGHT_FROM
    except ImageError:
        return False


def _is_grey(project: Project, layer: PixelLayer) -> bool:
    depth = depth_of(project, layer.id)
    for place in tiles_of(project, layer.id):
        pixels = tile_array(project, layer, place, depth)
        if pixels is not None and not bool((pixels[..., :1] == pixels[..., 1:3]).all()):
            return False
    return True
