"""What the face tools do: pixels to `ml.faces`, points and layers back as commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.model.faces import Beautify, Face, Reshape
from editor.model.raster import RasterDocument
from editor.workflows.ai.faces import BeautifyFaces, FindFaces, SwapFaces
from editor.workflows.ai.pictures import Picture, put_layer, read_image
from editor.workflows.ai.run import note
from editor.workflows.ai.tool import Outcome, Request
from ml.progress import Progress
from render.geometry import Point, Rect

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ml.faces.face import Face as Found
    from ml.faces.face import Points

METHOD = "dlib gradients, regression trees"


def find_faces(request: Request, progress: Progress) -> Outcome:
    """One record for each face of the image as it shows, selected afterwards."""
    options = request.options if isinstance(request.options, FindFaces) else FindFaces()
    keys = _find(request, request.document, options, progress)
    if not keys:
        return Outcome(tr("No face was found."))
    return Outcome(tr("{count} faces were found.", count=len(keys)), chosen=keys)


def _find(request: Request, document: str, options: FindFaces, progress: Progress) -> tuple[str, ...]:
    from ml.faces.views import to_bytes

    project = request.project
    picture = to_bytes(read_image(project, document).rgb)
    progress(0.1)
    found = _detected(request, picture, options, progress.part(0.1, 0.7))
    found.sort(key=lambda face: face.x)
    shapes = []
    for place, face in enumerate(found):
        part = progress.part(0.7 + 0.25 * place / len(found), 0.7 + 0.25 * (place + 1) / len(found))
        shapes.append(_points(request, picture, face, part))
    if options.replace_old and project.children(document, Face):
        run(project, "raster.clear_faces", document=document)
    return tuple(_placed(request, document, face, points) for face, points in zip(found, shapes))


def _detected(request: Request, picture: NDArray[np.uint8], options: FindFaces, progress: Progress) -> list[Found]:
    from ml.faces import gradients, networks

    model = request.model
    if model is not None and model.task == "face_detection":
        return networks.find(
            picture, model.path, request.runtime, levels=max(1, options.detail - 1),
            confidence=min(0.95, 1.1 - options.sensitivity), progress=progress,
        )
    return gradients.find(
        picture, levels=options.detail, sensitivity=options.sensitivity, turned=options.leaning_heads,
        progress=progress,
    )


def _points(request: Request, picture: NDArray[np.uint8], face: Found, progress: Progress) -> Points:
    from ml.faces import fitting, landmark_networks

    progress(0.0)
    model = request.model
    if model is None or model.task != "face_landmarks":
        return fitting.fit_points(picture, face)
    pose = fitting.pose_of(picture, face)
    return landmark_networks.points_of(picture, pose, model.path, request.runtime, progress)


def _placed(request: Request, document: str, face: Found, points: Points) -> str:
    key: str = run(
        request.project, "raster.place_face", document=document, score=round(face.score, 4),
        box=Rect(face.x, face.y, face.width, face.height), points=tuple(Point(float(x), float(y)) for x, y in points),
    )
    note(request, "find_faces", key, method=METHOD)
    return key


def faces_of(request: Request, document: str, progress: Progress) -> tuple[Face, ...]:
    """The faces of an image; found first where it has none. Raises ExpectedError when there is none to find."""
    known = [face for face in request.project.children(document, Face) if len(face.points) == 68]
    if not known:
        _find(request, document, FindFaces(), progress)
        known = [face for face in request.project.children(document, Face) if len(face.points) == 68]
    if not known:
        raise ExpectedError(
            tr("No face was found."), tr("Run Find faces with a higher sensitivity, or more detail for small faces.")
        )
    return tuple(known)


# Beautify


def beautify(request: Request, progress: Progress) -> Outcome:
    """Live layers on top: Reshape where it is wanted, and Beautify above all; for each face if wanted."""
    options = request.options if isinstance(request.options, BeautifyFaces) else BeautifyFaces()
    faces = faces_of(request, request.document, progress.part(0.0, 0.95))
    chosen = [face for face in faces if face.id in request.selection] or list(faces)
    each = options.layer_for_each_face or len(chosen) < len(faces)
    layers = [
        _add_beautify(request, options, face) for face in (chosen if each else [None])
    ]
    return Outcome(tr("Move the sliders in the properties of the layer."), chosen=(layers[-1],))


def _add_beautify(request: Request, options: BeautifyFaces, face: Face | None) -> str:
    first = Beautify()
    sliders = {
        name: min(1.0, round(getattr(first, name) * options.strength * 2, 3))
        for name in first.__struct_fields__ if name != "face"
    }
    key = None if face is None else face.id
    layer = _add(request, Beautify(**sliders, face=key), tr("Beautify"), face)
    if options.reshape:
        _add(request, Reshape(face=key), tr("Reshape face"), face)
    return layer


def _add(request: Request, adjustment: Beautify | Reshape, name: str, face: Face | None) -> str:
    title = name if face is None else f"{name}: {face.name}"
    key: str = run(
        request.project, "raster.add_adjustment", document=request.document, adjustment=adjustment, name=title
    )
    note(request, "beautify", key, method="face points")
    return key


# Swap


def swap_faces(request: Request, progress: Progress) -> Outcome:
    """One new layer, or two when faces of one image change places."""
    options = request.options if isinstance(request.options, SwapFaces) else SwapFaces()
    project, document = request.project, request.document
    other = _other_image(request, options)
    faces = faces_of(request, document, progress.part(0.0, 0.2))
    others = faces if other == document else faces_of(request, other, progress.part(0.2, 0.4))
    pairs = _pairs(faces, others, options, other == document)
    picture = read_image(project, document).rgb
    source = picture if other == document else read_image(project, other).rgb
    made = []
    for place, (face, giver) in enumerate(pairs):
        part = progress.part(0.4 + 0.6 * place / len(pairs), 0.4 + 0.6 * (place + 1) / len(pairs))
        made.append(_swapped(request, options, picture, face, source, giver, part))
    return Outcome(tr("The picture is altered: its exports say so."), chosen=tuple(made))


def _other_image(request: Request, options: SwapFaces) -> str:
    if not options.other_image:
        return request.document
    found = [item for item in request.project.documents() if item.name == options.other_image]
    images = [item for item in found if isinstance(item, RasterDocument)]
    if not images:
        raise ExpectedError(tr("There is no image named {name} in this project.", name=options.other_image))
    return images[0].id


def _pairs(
    faces: tuple[Face, ...], others: tuple[Face, ...], options: SwapFaces, same: bool
) -> list[tuple[Face, Face]]:
    """(face that is covered, face that it gets)."""
    if options.face == 0 and options.other_face == 0 and same:
        if len(faces) < 2:
            raise ExpectedError(
                tr("There is only one face in this image."), tr("Name another image that the other face comes from.")
            )
        return [(faces[0], faces[1]), (faces[1], faces[0])]
    face, giver = _numbered(faces, options.face or 1), _numbered(others, options.other_face or 1)
    if face.id == giver.id:
        raise ExpectedError(tr("A face cannot be swapped with itself."), tr("Choose another number."))
    return [(face, giver)]


def _numbered(faces: tuple[Face, ...], number: int) -> Face:
    if number > len(faces):
        raise ExpectedError(tr("There is no face {number}: {count} were found.", number=number, count=len(faces)))
    return faces[number - 1]


def _array(face: Face) -> NDArray[np.float32]:
    return np.array([(point.x, point.y) for point in face.points], np.float32)


def _swapped(
    request: Request, options: SwapFaces, picture: NDArray[np.float32], face: Face, source: NDArray[np.float32],
    giver: Face, progress: Progress,
) -> str:
    from ml.faces.swap import swapped

    patch = swapped(
        picture, _array(face), source, _array(giver), match_colour=options.match_colour,
        keep_light=options.keep_light, progress=progress,
    )
    key = put_layer(
        request.project, request.document, Picture(patch.rgba, patch.x, patch.y),
        tr("{face} with another face", face=face.name),
    )
    plain = {**msgspec.to_builtins(options), "from": giver.name, "onto": face.name}
    note(request, "swap_faces", key, method="thin-plate warp, Poisson blend", generated=True, parameters=plain)
    return key
