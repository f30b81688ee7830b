"""Enlarges an image: every layer goes through the model in strips, masks by Lanczos; one command puts it in place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.documents import check_size
from editor.commands.registry import run
from editor.model.raster import Layer, Mask, PixelLayer, RasterDocument, Selection
from editor.workflows.ai.enlarge_pixels import Parent, area_of, enlarged_tiles
from editor.workflows.ai.pictures import Picture, chosen_layer, put_layer, read_layer
from editor.workflows.ai.run import note
from editor.workflows.ai.tool import Outcome, Request
from ml.catalogue.built_in import built_in_models
from ml.catalogue.store import InstalledModel
from ml.catalogue.versions import default_model
from ml.upscale.model import Upscaler, upscaler

if TYPE_CHECKING:
    from editor.base.jobs import Progress
    from editor.document.project import Project


def enlarge(request: Request, progress: Progress) -> Outcome:
    """See `EnlargeOptions`. The project's copy gets a larger image; the one that was there stays unless asked."""
    options, project = request.options, request.project
    sheet = project.find(request.document, RasterDocument)
    check_size(sheet.width * options.enlargement, sheet.height * options.enlargement)
    request = replace(request, model=request.model or built_in(request))
    found = upscaler(request.runtime, request.model, progress)  # type: ignore[arg-type]
    document = _target(request, progress)
    larger = project.find(document, RasterDocument)
    pixels = _all_pixels(request, found, document, progress.part(0.02, 0.97))
    run(project, "raster.place_enlarged", document=document, times=options.enlargement, pixels=pixels)
    progress(1.0)
    noted = [item.id for item in _holders(project, document) if isinstance(item, PixelLayer)]
    for key in noted or [document]:
        note(request, "enlarge", key)
    size = {"width": larger.width * options.enlargement, "height": larger.height * options.enlargement}
    chosen = (_top(project, document) or document,)
    return Outcome(tr("The image is now {width} x {height} pixels.", **size), chosen=chosen)


def built_in(request: Request) -> InstalledModel:
    """The version that was promoted, or else the network that comes with the program."""
    return default_model(request.store, "upscale") or shipped(request.options.enlargement)


def shipped(times: int) -> InstalledModel:
    """Of the networks that come with the program the one that needs the fewest rounds, and of those the lightest."""
    return min(built_in_models("upscale"), key=lambda one: (one.settings["scale"] < times, one.settings["scale"]))


def _target(request: Request, progress: Progress) -> str:
    """The image to be enlarged: this one, a copy of it, or a new one of the chosen layer."""
    project, document, wish = request.project, request.document, request.options.result
    sheet = project.find(document, RasterDocument)
    if wish == "this_image":
        return document
    name = tr("{name}, {times} times", name=sheet.name, times=request.options.enlargement)
    if wish == "new_image":
        key: str = run(project, "raster.duplicate_document", document=document, name=name)
        return key
    return _image_of_layer(request, sheet, progress)


def _image_of_layer(request: Request, sheet: RasterDocument, progress: Progress) -> str:
    """What the chosen layer shows, alone on a sheet of its size."""
    project, layer = request.project, chosen_layer_or_locked(request)
    picture = read_layer(project, layer, progress)
    rows, columns = (np.flatnonzero(picture.alpha.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        raise ExpectedError(tr("The layer {name} is empty.", name=layer.name))
    part = picture.rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    name = tr("{name}, {times} times", name=layer.name or sheet.name, times=request.options.enlargement)
    key: str = run(
        project, "raster.new_document", name=name, width=part.shape[1], height=part.shape[0], depth=sheet.depth,
        resolution=sheet.resolution, background=None, profile=sheet.profile,
    )
    empty = tuple(item.id for item in project.children(key, Layer))
    put_layer(project, key, Picture(part), layer.name, progress=progress)
    run(project, "project.delete", records=empty)
    return key


def chosen_layer_or_locked(request: Request) -> Layer:
    """The chosen layer; a locked one too, for it is only read."""
    project = request.project
    selected = [item for key in request.selection if isinstance(item := project.get(key), Layer)]
    mine = [item for item in selected if project.index.root(item.id) == request.document]
    return mine[-1] if mine else chosen_layer(project, request.document, ())


def _holders(project: Project, document: str) -> list[Parent]:
    found = (project.get(key) for key in project.index.subtree(document))
    return [item for item in found if isinstance(item, PixelLayer | Mask | Selection)]


def _top(project: Project, document: str) -> str:
    layers = project.children(document, Layer)
    return layers[-1].id if layers else ""


def _all_pixels(
    request: Request, model: Upscaler, document: str, progress: Progress
) -> tuple[tuple[str, tuple[tuple[int, int, str], ...]], ...]:
    """New tiles for every layer, mask and selection, with a share of the progress by their area."""
    project, times = request.project, request.options.enlargement
    holders = [(item, area_of(project, item)) for item in _holders(project, document)]
    # A mask costs next to nothing beside a layer.
    costs = [area.width * area.height * (1.0 if isinstance(item, PixelLayer) else 0.02) for item, area in holders]
    total, done, found = sum(costs) or 1.0, 0.0, []
    for (item, area), cost in zip(holders, costs):
        part = progress.part(done / total, (done + cost) / total)
        if not area.is_empty:
            found.append((item.id, enlarged_tiles(project, item, area, request.runtime, model, times, part)))
        done += cost
    return tuple(found)


