"""Finding and retouching faces: pixels to `ml.faces`, points and live layers back as commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.commands.registry import run
from editor.model.faces import Beautify, Face, Reshape
from editor.model.raster import AdjustmentLayer
from editor.workflows.ai.faces import BeautifyFaces, FindFaces
from editor.workflows.ai.pictures import Picture, read_image
from editor.workflows.ai.run import note
from editor.workflows.ai.tool import Outcome, Request
from ml.progress import Progress
from render.geometry import Point, Rect

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from editor.document.project import Project
    from ml.faces.face import Face as Found
    from ml.faces.face import Points

METHOD = "dlib gradients, regression trees"


def find_faces(request: Request, progress: Progress) -> Outcome:
    """One record for each face of the image as it shows, selected afterwards."""
    options = request.options if isinstance(request.options, FindFaces) else FindFaces()
    keys = _find(request, request.document, options, progress)
    if not keys:
        return Outcome(tr("No face was found."))
    if len(keys) == 1:
        return Outcome(tr("One face was found. The tool Face points corrects it."), chosen=keys)
    return Outcome(
        tr_count(
            "1 face was found. The tool Face points corrects it.",
            "{count} faces were found. The tool Face points corrects them.",
            count=len(keys),
        ),
        chosen=keys,
    )


def _find(request: Request, document: str, options: FindFaces, progress: Progress) -> tuple[str, ...]:
    from ml.faces.views import to_bytes

    project = request.project
    progress(0.0, tr("Reading the picture"))
    picture = to_bytes(_unretouched(project, document, progress).rgb, progress)
    progress(0.1, tr("Finding faces"))
    found = _with_points(request, picture, options, progress.part(0.1, 0.95))
    if options.replace_old and project.children(document, Face):
        run(project, "raster.clear_faces", document=document)
    return tuple(_placed(request, document, face, points) for face, points in found)


def _unretouched(project: Project, document: str, progress: Progress) -> Picture:
    """The image without the layers that follow its faces: points belong to the face that they start from."""
    layers = [
        key for key in project.index.of_type(AdjustmentLayer)
        if project.index.root(key) == document
        and isinstance(project.find(key, AdjustmentLayer).adjustment, Beautify | Reshape)
    ]
    if not layers:
        return read_image(project, document, progress)
    copy = project.snapshot(read_only=False)
    with copy.transaction("unretouched"):
        for key in layers:
            copy.delete(key)
    return read_image(copy, document, progress)


def found_in(request: Request, picture: NDArray[np.uint8], options: FindFaces, progress: Progress) -> list[Points]:
    """The points of all faces in (height, width, 3) uint8 sRGB, from left to right."""
    return [points for _, points in _with_points(request, picture, options, progress)]


def _with_points(
    request: Request, picture: NDArray[np.uint8], options: FindFaces, progress: Progress
) -> list[tuple[Found, Points]]:
    found = sorted(_detected(request, picture, options, progress.part(0.0, 0.7)), key=lambda face: face.x)
    result = []
    for place, face in enumerate(found):
        part = progress.part(0.7 + 0.3 * place / len(found), 0.7 + 0.3 * (place + 1) / len(found))
        result.append((face, _points(request, picture, face, part)))
    return result


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
