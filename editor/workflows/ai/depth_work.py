"""Blurs a layer by depth, and keeps the depth as a layer that can be painted on and used again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.model.raster import Layer
from editor.workflows.ai.filtering import Source, put_result, read_source
from editor.workflows.ai.layering import is_clipped_to
from editor.workflows.ai.pictures import Picture, put_layer, read_layer
from editor.workflows.ai.restore import DepthBlurOptions
from editor.workflows.ai.run import note
from editor.workflows.ai.tool import Outcome, Request
from ml.depth.lens import Lens, lens_blur
from ml.depth.maps import around, top_to_bottom

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress

METHOD = "depth by hand"
BYTES_A_PIXEL = 96


def blur_by_depth(request: Request, progress: Progress) -> Outcome:
    """A blurred layer above the chosen one, and the depth that was used as a hidden layer above that."""
    options: DepthBlurOptions = request.options
    source = read_source(request, progress, BYTES_A_PIXEL)
    depth = _depth(request, source, progress.part(0.02, 0.3))
    diagonal = float(np.hypot(*source.picture.alpha.shape))
    lens = Lens(
        options.aperture / 1000 * diagonal, options.focus, options.sharp_range, options.bokeh, options.highlights
    )
    rgb = lens_blur(source.picture.rgb, depth, lens, progress.part(0.3, 0.95))
    unselected = Source(source.layer, source.picture, None)
    name = tr("{name} with depth of field", name=source.layer.name or tr("Layer"))
    key = put_result(request, unselected, rgb, name, progress)
    note(request, "depth_blur", key, method=METHOD)
    if options.depth != "layer":
        _keep_depth(request, source, depth, key, progress)
    return Outcome(chosen=(key,))


def _depth(request: Request, source: Source, progress: Progress) -> NDArray[np.float32]:
    """(height, width) over the source's picture, 0 far to 1 near."""
    options: DepthBlurOptions = request.options
    height, width = source.picture.alpha.shape
    if options.depth == "layer":
        return _painted(request, source, progress)
    if options.depth == "around_a_point":
        return around(height, width, options.focus_x, options.focus_y)
    if options.depth == "automatic" and request.model is not None:
        from ml.depth.network import estimate_depth

        return estimate_depth(request.runtime, request.model, source.picture.rgb, progress)
    if options.depth == "selection_in_focus" and source.selected is None:
        raise ExpectedError(tr("Nothing is selected."), tr("Select what should be sharp, or choose another depth."))
    if options.depth != "top_to_bottom" and source.selected is not None:
        return source.selected
    return top_to_bottom(height, width)


def _painted(request: Request, source: Source, progress: Progress) -> NDArray[np.float32]:
    """The brightness of the layer that the options name, where the source lies; far where it has no pixels."""
    options: DepthBlurOptions = request.options
    project = request.project
    layers = [item for key in project.index.of_type(Layer) if isinstance(item := project.get(key), Layer)]
    names = {options.depth_layer}
    if options.depth_layer == "Depth":
        names.add(tr("Depth"))  # the layer that was kept has its name in the person's language
    found = next(
        (item for item in layers
         if item.name in names and project.index.root(item.id) == request.document), None
    )
    if found is None:
        raise ExpectedError(
            tr("There is no layer called {name}.", name=options.depth_layer),
            tr("Give the name of a grey layer: white is near, black is far."),
        )
    picture = read_layer(project, found, progress)
    brightness = picture.rgb @ np.array([0.299, 0.587, 0.114], np.float32) * picture.alpha
    height, width = source.picture.alpha.shape
    result = np.zeros((height, width), np.float32)
    left, top = picture.x - source.picture.x, picture.y - source.picture.y
    rows = slice(max(0, top), min(height, top + brightness.shape[0]))
    columns = slice(max(0, left), min(width, left + brightness.shape[1]))
    if rows.start < rows.stop and columns.start < columns.stop:
        result[rows, columns] = brightness[
            rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
        ]
    return np.clip(result, 0, 1)


def _keep_depth(request: Request, source: Source, depth: NDArray[np.float32], above: str, progress: Progress) -> None:
    grey = np.repeat(depth[..., None], 3, axis=2)
    opaque = np.ones((*depth.shape, 1), np.float32)
    picture = Picture(np.concatenate([grey, opaque], axis=2), source.picture.x, source.picture.y)
    key = put_layer(request.project, request.document, picture, tr("Depth"), above, progress)
    # Where others above are clipped, it is clipped as well: as a hidden base it would take them away.
    clipped = source.layer.clipped or is_clipped_to(request.project, request.project.find(key, Layer))
    values = {"visible": False, "clipped": clipped}
    run(request.project, "project.set_fields", records=(key,), values=values)
    note(request, "depth_blur", key, method=METHOD)
