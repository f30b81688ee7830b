"""Swapping faces: the points of two faces and their pixels to `ml.faces.swap`, new layers back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.model.faces import Face
from editor.model.raster import Layer, RasterDocument
from editor.workflows.ai.faces import FindFaces, SwapFaces
from editor.workflows.ai.faces_work import faces_of, found_in
from editor.workflows.ai.pictures import Picture, put_layer, read_image, read_layer
from editor.workflows.ai.run import note
from editor.workflows.ai.tool import Outcome, Request
from ml.progress import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ml.faces.face import Points


@dataclass(frozen=True, eq=False)
class Giver:
    """A face to take from: its name, its points, and the picture that they lie in."""

    name: str
    points: Points
    picture: NDArray[np.float32]
    face: str = ""


def swap_faces(request: Request, progress: Progress) -> Outcome:
    """One new layer, or two when faces of one image change places."""
    options = request.options if isinstance(request.options, SwapFaces) else SwapFaces()
    faces = faces_of(request, request.document, progress.part(0.0, 0.2))
    picture = read_image(request.project, request.document, progress).rgb
    givers = _givers(request, options, faces, picture, progress.part(0.2, 0.4))
    pairs = _pairs(request, faces, givers, options)
    made = []
    for place, (face, giver) in enumerate(pairs):
        part = progress.part(0.4 + 0.6 * place / len(pairs), 0.4 + 0.6 * (place + 1) / len(pairs))
        made.append(_swapped(request, options, picture, face, giver, part))
    if any(_turned_apart(face, giver) for face, giver in pairs):
        return Outcome(
            tr("The heads are turned differently: look closely. The picture is altered: its exports say so."),
            chosen=tuple(made),
        )
    return Outcome(tr("The picture is altered: its exports say so."), chosen=tuple(made))


def _givers(
    request: Request, options: SwapFaces, faces: tuple[Face, ...], picture: NDArray[np.float32], progress: Progress
) -> tuple[Giver, ...]:
    """The faces to take from: this image's, another's, or those of one layer of this image."""
    if not options.take_from:
        return tuple(_giver(face, picture) for face in faces)
    project, name = request.project, options.take_from
    images = [item for item in project.documents() if isinstance(item, RasterDocument) and item.name == name]
    if images:
        found = faces_of(request, images[0].id, progress.part(0.0, 0.9))
        other = read_image(project, images[0].id, progress).rgb
        return tuple(_giver(face, other) for face in found)
    keys = [key for key in project.index.of_type(Layer) if project.index.root(key) == request.document]
    layers = [layer for layer in (project.find(key, Layer) for key in keys) if layer.name == name]
    if not layers:
        raise ExpectedError(tr("There is no image and no layer named {name} in this project.", name=name))
    return _of_layer(request, layers[0], progress)


def _giver(face: Face, picture: NDArray[np.float32]) -> Giver:
    return Giver(face.name, _array(face), picture, face.id)


def _of_layer(request: Request, layer: Layer, progress: Progress) -> tuple[Giver, ...]:
    from ml.faces.views import to_bytes

    pixels = read_layer(request.project, layer, progress).rgb
    found = found_in(request, to_bytes(pixels, progress), FindFaces(), progress)
    if not found:
        raise ExpectedError(tr("No face was found in the layer {name}.", name=layer.name))
    return tuple(Giver(tr("Face {number}", number=place + 1), points, pixels) for place, points in enumerate(found))


def _pairs(
    request: Request, faces: tuple[Face, ...], givers: tuple[Giver, ...], options: SwapFaces
) -> list[tuple[Face, Giver]]:
    """(face that is covered, face that it gets). Selected faces count where no numbers are given."""
    chosen = [face for face in faces if face.id in request.selection]
    if options.face == 0 and options.other_face == 0 and not options.take_from:
        both = chosen if len(chosen) > 1 else list(faces)
        if len(both) < 2:
            raise ExpectedError(
                tr("There is only one face in this image."), tr("Name another image that the other face comes from.")
            )
        one, two = both[:2]
        by_face = {giver.face: giver for giver in givers}
        return [(one, by_face[two.id]), (two, by_face[one.id])]
    first = chosen[0] if chosen and options.face == 0 else faces[_place(options.face, len(faces))]
    giver = givers[_place(options.other_face, len(givers))]
    if first.id == giver.face:
        raise ExpectedError(tr("A face cannot be swapped with itself."), tr("Choose another number."))
    return [(first, giver)]


def _place(number: int, count: int) -> int:
    """From a number that begins with 1; 0 means the first."""
    if number > count:
        raise ExpectedError(tr("There is no face {number}: {count} were found.", number=number, count=count))
    return max(number - 1, 0)


def _array(face: Face) -> Points:
    return np.array([(point.x, point.y) for point in face.points], np.float32)


def _turned_apart(face: Face, giver: Giver) -> bool:
    from ml.faces.swap import APART, turn_of

    one, two = turn_of(_array(face)), turn_of(giver.points)
    return min(abs(one - two), abs(one + two)) > APART


def _swapped(
    request: Request, options: SwapFaces, picture: NDArray[np.float32], face: Face, giver: Giver, progress: Progress
) -> str:
    from ml.faces.swap import swapped

    patch = swapped(
        picture, _array(face), giver.picture, giver.points, match_colour=options.match_colour,
        keep_light=options.keep_light, progress=progress,
    )
    key = put_layer(
        request.project, request.document, Picture(patch.rgba, patch.x, patch.y),
        tr("{face} with another face", face=face.name),
    )
    plain = {**msgspec.to_builtins(options), "from": giver.name, "onto": face.name}
    note(request, "swap_faces", key, method="thin-plate warp, Poisson blend", generated=True, parameters=plain)
    return key
