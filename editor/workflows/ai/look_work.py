"""The look of another picture: by statistics of its colours and patches, or by a style network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.model.raster import Layer
from editor.model.record import DocumentRecord
from editor.workflows.ai.filtering import Source, put_result, read_source, telling
from editor.workflows.ai.pictures import chosen_layer, read_image, read_layer
from editor.workflows.ai.run import note
from editor.workflows.ai.style import LookOptions, NeuralStyleOptions
from editor.workflows.ai.tool import Outcome, Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress
    from editor.document.project import Project
    from ml.style.look import ColourMethod

BYTES_A_PIXEL = 96
METHODS: dict[str, ColourMethod] = {
    "overall_mood": "transport", "average_and_contrast": "mean_and_spread", "every_tone": "all_tones"
}
"""The ways to take colours over, as the options and as `ml.style.look` call them."""


def transfer_look(request: Request, progress: Progress) -> Outcome:
    """A layer above the chosen one in the colours, the texture or both of the reference."""
    options: LookOptions = request.options
    source = read_source(request, progress, BYTES_A_PIXEL)
    reference = read_reference(request, options.reference, progress)
    rgb = np.clip(source.picture.rgb, 0, None)
    if options.take != "texture":
        rgb = _coloured(rgb, reference, options, request.seed, progress.part(0.05, 0.3))
    if options.take != "colours":
        rgb = _textured(source, rgb, reference, request, progress.part(0.3, 0.95))
    key = put_result(request, source, rgb, _name(source), progress)
    note(request, "transfer_look", key, method=options.colours_by if options.take == "colours" else "patch texture")
    return Outcome(chosen=(key,))


def neural_style(request: Request, progress: Progress) -> Outcome:
    """A layer above the chosen one, redrawn by a model."""
    from ml.style.look import transfer_colours
    from ml.style.network import open_stylist, stylise

    options: NeuralStyleOptions = request.options
    if request.model is None:
        raise ExpectedError(tr("This needs a model."))
    source = read_source(request, progress, BYTES_A_PIXEL)
    stylist = open_stylist(request.runtime, request.model, progress)
    reference = None
    if stylist.style is not None:
        reference = read_reference(request, options.reference, progress)
    rgb = np.clip(source.picture.rgb, 0, 1)
    made = stylise(request.runtime, stylist, rgb, reference, options.size, progress.part(0.05, 0.9))
    if options.keep_colours:
        light = np.array([0.299, 0.587, 0.114], np.float32)
        made = np.clip(rgb + ((made - rgb) @ light)[..., None], 0, 1)
        made = transfer_colours(made, rgb, "transport", 0.5)
    rgb = rgb + np.float32(options.strength) * (made - rgb)
    key = put_result(request, source, rgb, _name(source), progress)
    note(request, "neural_style", key)
    return Outcome(chosen=(key,))


def read_reference(request: Request, told: str, progress: Progress) -> NDArray[np.float32]:
    """The picture that a name (of a layer here, or of a document) or a path tells: (height, width, 3) encoded colour.

    Without a name it is the other one of two selected layers. Where parts of it are transparent, they count as the
    mean of the rest. Raises ExpectedError.
    """
    other = _also_selected(request)
    if told := told.strip():
        rgba = _by_name(request.project, request.document, told, progress)
        rgba = _from_file(told) if rgba is None else rgba
    elif other is not None:
        rgba, told = read_layer(request.project, other, progress).rgba, other.name
    else:
        raise ExpectedError(
            tr("Whose look? No reference is given."),
            tr("Select a second layer, or give the name of a layer or document, or a picture file."),
        )
    shown = rgba[..., 3] > 0.5
    if not shown.any():
        raise ExpectedError(tr("The reference {name} is empty.", name=told))
    progress.check()
    rgb = np.clip(rgba[..., :3], 0, 1)
    if not shown.all():
        rgb[~shown] = rgb[shown].mean(axis=0)
    progress.check()
    return rgb


def _also_selected(request: Request) -> Layer | None:
    """The layer that is selected beside the one that is worked on."""
    chosen = chosen_layer(request.project, request.document, request.selection)
    layers = (request.project.get(key) for key in request.selection if key != chosen.id)
    return next((layer for layer in layers if isinstance(layer, Layer)), None)


def _by_name(project: Project, document: str, told: str, progress: Progress) -> NDArray[np.float32] | None:
    for key in project.index.of_type(Layer):
        layer = project.find(key, Layer)
        if layer.name == told and project.index.root(key) == document:
            return read_layer(project, layer, progress).rgba
    for key in project.index.of_type(DocumentRecord):
        found = project.find(key, DocumentRecord)
        if found.name == told and key != document:
            if found.family != "raster":
                raise ExpectedError(tr("{name} is no image.", name=told))
            return read_image(project, key, progress).rgba
    return None


def _from_file(told: str) -> NDArray[np.float32]:
    from render.image_io.read import read
    from render.image_io.values import ImageError
    from render.raster.depth import to_unit

    path = Path(told).expanduser()
    if not path.is_file():
        raise ExpectedError(
            tr("There is no layer, document or file called {name}.", name=told),
            tr("Give the name of a layer or document, or a picture file."),
        )
    try:
        return to_unit(read(path).pixels)
    except ImageError as error:
        raise ExpectedError(tr("The picture {name} cannot be read: {reason}", name=path.name, reason=error)) from error


def _coloured(
    rgb: NDArray[np.float32], reference: NDArray[np.float32], options: LookOptions, seed: int, progress: Progress
) -> NDArray[np.float32]:
    from ml.style.look import transfer_colours

    return transfer_colours(rgb, reference, METHODS[options.colours_by], options.strength, seed, progress)


def _textured(
    source: Source, rgb: NDArray[np.float32], reference: NDArray[np.float32], request: Request, progress: Progress
) -> NDArray[np.float32]:
    """The texture alone keeps the layer's own colours: the reference is brought to them first."""
    from ml.style.look import transfer_colours
    from render.raster.art.texture import TooSmall, transfer_texture

    options: LookOptions = request.options
    if options.take == "texture":
        reference = np.clip(transfer_colours(reference, source.picture.rgb, "transport"), 0, 1)
    try:
        made = transfer_texture(
            np.clip(rgb, 0, 1), reference, options.likeness, options.grain, request.seed, telling(progress)
        )
    except TooSmall as error:
        raise ExpectedError(tr("The reference is too small to take a texture from.")) from error
    return np.asarray(rgb + np.float32(options.strength) * (made - rgb), np.float32)


def _name(source: Source) -> str:
    return tr("{name} in another style", name=source.layer.name or tr("Layer"))
