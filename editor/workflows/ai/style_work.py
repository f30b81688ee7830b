"""Runs an art filter on a layer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from editor.base.translation import tr
from editor.workflows.ai import style
from editor.workflows.ai.filtering import put_result, read_source, telling
from editor.workflows.ai.run import note
from editor.workflows.ai.tool import Outcome, Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress
    from render.color import Color

    Filter = Callable[..., NDArray[np.float32]]

BYTES_A_PIXEL = 64
"""At the peak of watercolour, the hungriest, with the layer that is read and the one that is made."""


def art_filter(request: Request, progress: Progress) -> Outcome:
    """A layer above the chosen one, redrawn; which filter it is, the options tell."""
    source = read_source(request, progress, BYTES_A_PIXEL)
    name, label, redraw = chosen_filter(request.options)
    rgb = redraw(_without_edges(source.picture.rgb, source.picture.alpha), tell=telling(progress.part(0.05, 0.95)))
    title = tr("{name}: {filter}", name=source.layer.name or tr("Layer"), filter=label)
    key = put_result(request, source, rgb, title, progress)
    note(request, name, key, method=name)
    return Outcome(chosen=(key,))


def chosen_filter(options: Any) -> tuple[str, str, Filter]:
    """The tool's name, its label translated, and the filter with its numbers."""
    name, label = next((name, tr(label)) for name, label, _, kind in style.FILTERS if isinstance(options, kind))
    return name, label, BUILDERS[type(options)](options)


def _oil(options: style.OilOptions) -> Filter:
    from render.raster.art.oil import oil_paint

    return partial(
        oil_paint, brush=options.brush, cleanliness=options.cleanliness, bristle=options.bristle,
        shine=options.shine, angle=options.light_angle,
    )


def _watercolour(options: style.WatercolourOptions) -> Filter:
    from render.raster.art.watercolour import watercolour

    return partial(
        watercolour, brush=options.brush, edges=options.dark_edges, flow=options.pigment_flow, paper=options.paper,
        wash=options.wash,
    )


def _pencil(options: style.PencilOptions) -> Filter:
    from render.raster.art.pencil import pencil

    return partial(
        pencil, stroke=options.line_width, darkness=options.darkness, hatching=options.hatching, colour=options.colour,
        paper=options.paper,
    )


def _cartoon(options: style.CartoonOptions) -> Filter:
    from render.raster.art.cartoon import cartoon

    return partial(
        cartoon, simplify=options.simplify, tones=options.tones, lines=options.lines, line_width=options.line_width,
        saturation=options.saturation,
    )


def _mosaic(options: style.MosaicOptions) -> Filter:
    from render.raster.art.mosaic import mosaic

    return partial(
        mosaic, size=options.size, cells=options.cells, gap=options.gap, relief=options.relief,
        gap_colour=_ink(options.gap_colour), variation=options.variation,
    )


def _duotone(options: style.DuotoneOptions) -> Filter:
    from render.raster.art.duotone import duotone

    return partial(
        duotone, shadows=_ink(options.shadows), lights=_ink(options.lights), contrast=options.contrast,
        balance=options.balance,
    )


BUILDERS: dict[type, Callable[[Any], Filter]] = {
    style.OilOptions: _oil,
    style.WatercolourOptions: _watercolour,
    style.PencilOptions: _pencil,
    style.CartoonOptions: _cartoon,
    style.MosaicOptions: _mosaic,
    style.DuotoneOptions: _duotone,
}


def _ink(color: Color) -> tuple[float, float, float]:
    return color.red, color.green, color.blue


def _without_edges(rgb: NDArray[np.float32], alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """Transparent pixels in the colours nearest to them: their black would draw an outline."""
    import cv2

    empty = alpha <= 0
    if not empty.any() or empty.all():
        return rgb
    _, labels = cv2.distanceTransformWithLabels(empty.astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
    colours = np.zeros((int(labels.max()) + 1, 3), np.float32)
    colours[labels[~empty]] = rgb[~empty]
    return np.where(empty[..., None], colours[labels], rgb)
