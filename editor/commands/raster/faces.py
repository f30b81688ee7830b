"""Faces of an image: placed where they were found, their points moved by hand, taken away."""

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.document.project import Project
from editor.model.faces import Face, FacePoints, mapped
from editor.model.raster import RasterDocument
from editor.model.values import RecordId
from render.geometry import Affine, Point, Rect


@command("raster.place_face", label="Place face")
def place_face(
    project: Project, *, document: RecordId, box: Rect, points: FacePoints = (), name: str = "", score: float = 0.0
) -> str:
    """Put a face with its points into an image, as something to edit and to retouch by. Returns its id."""
    project.find(document, RasterDocument)
    if len(points) not in (0, 5, 68):
        raise ExpectedError(tr("A face has 5 or 68 points, not {count}.", count=len(points)))
    key = project.new_id()
    name = name or tr("Face {number}", number=len(project.children(document, Face)) + 1)
    order = project.order_at_end(document)[0]
    project.put(Face(id=key, parent=document, order=order, name=name, box=box, points=points, score=score))
    return key


@command("raster.move_face_points", label="Move face points")
def move_face_points(
    project: Project, *, face: RecordId, points: tuple[int, ...], dx: float, dy: float
) -> None:
    """Move some points of a face, given by their numbers from 0; with all of them its box moves too."""
    found = project.find(face, Face)
    wrong = [number for number in points if not 0 <= number < len(found.points)]
    if wrong:
        raise ExpectedError(tr("This face has no point {number}.", number=wrong[0]))
    chosen = set(points)
    if len(chosen) == len(found.points):
        project.put(mapped(found, Affine.translation(dx, dy)))
        return
    moved = tuple(
        Point(point.x + dx, point.y + dy) if number in chosen else point for number, point in enumerate(found.points)
    )
    project.put(msgspec.structs.replace(found, points=moved))


@command("raster.clear_faces", label="Forget faces")
def clear_faces(project: Project, *, document: RecordId) -> None:
    """Take all faces of an image away; retouches that follow them show nothing then."""
    project.find(document, RasterDocument)
    for face in project.children(document, Face):
        project.delete(face.id)
