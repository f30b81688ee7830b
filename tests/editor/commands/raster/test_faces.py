"""Faces as records: placed, moved, carried along when the image changes; retouches that follow them."""

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import replay_entry, run
from editor.display.display import Display
from editor.document.project import Project
from editor.model.faces import Beautify, Face, Reshape
from editor.model.raster import AdjustmentLayer
from editor.model.record import decode, encode, kind_of, version_of
from editor.workflows.ai.pictures import Picture, put_layer
from render.geometry import Point, Rect
from tests.render.raster.faces.painting import face_at, picture_of

UNIT = 60.0
FACE = tuple(Point(x, y) for x, y in face_at(UNIT, 200, 150))
BOX = Rect(125, 110, 150, 160)


@pytest.fixture
def project() -> Project:
    return Project.in_memory()


@pytest.fixture
def image(project: Project) -> str:
    document: str = run(project, "raster.new_document", width=420, height=380)
    picture = picture_of(face_at(UNIT, 200, 150), 420, 380)
    put_layer(project, document, Picture(np.dstack([picture, np.ones((380, 420), np.float32)])), "Photo")
    return document


def placed(project: Project, document: str, points: tuple[Point, ...] = FACE) -> Face:
    key = run(project, "raster.place_face", document=document, box=BOX, points=points, score=1.25)
    return project.find(key, Face)


def shown(project: Project, document: str) -> np.ndarray:
    display = Display(project)
    try:
        return display.render_whole(document).astype(int)
    finally:
        display.close()


def test_faces_are_numbered_and_read_back_as_they_were(project: Project, image: str) -> None:
    one, two = placed(project, image), placed(project, image, FACE[:5])
    assert (one.name, two.name, one.score) == ("Face 1", "Face 2", 1.25)
    assert decode(kind_of(one), version_of(one), encode(one)) == one
    digest = project.content_hash()
    project.undo()
    project.redo()
    assert project.content_hash() == digest


def test_points_move_and_the_box_with_all_of_them(project: Project, image: str) -> None:
    face = placed(project, image)
    run(project, "raster.move_face_points", face=face.id, points=(8, 8, 30), dx=2.5, dy=-1.0)
    moved = project.find(face.id, Face)
    assert {number for number, pair in enumerate(zip(face.points, moved.points)) if pair[0] != pair[1]} == {8, 30}
    assert moved.points[8] == Point(FACE[8].x + 2.5, FACE[8].y - 1.0)
    assert moved.box == face.box
    run(project, "raster.move_face_points", face=face.id, points=tuple(range(68)), dx=10.0, dy=0.0)
    assert project.find(face.id, Face).box == Rect(135, 110, 150, 160)


@pytest.mark.parametrize("count", [1, 4, 6, 67])
def test_other_numbers_of_points_are_refused(project: Project, image: str, count: int) -> None:
    with pytest.raises(ExpectedError, match="5 or 68 points"):
        placed(project, image, FACE[:count])


def test_points_that_are_not_there_are_refused(project: Project, image: str) -> None:
    face, before = placed(project, image, FACE[:5]), project.content_hash()
    for number in (-1, 5, 68):
        with pytest.raises(ExpectedError, match="no point"):
            run(project, "raster.move_face_points", face=face.id, points=(0, number), dx=1.0, dy=1.0)
        with pytest.raises(ExpectedError):
            run(project, "raster.move_face_points", face=image, points=(0,), dx=1.0, dy=1.0)
    with pytest.raises(ExpectedError):
        placed(project, face.id)
    assert before != project.content_hash() or len(project.children(image, Face)) == 1


def test_faces_are_forgotten_all_at_once(project: Project, image: str) -> None:
    placed(project, image)
    placed(project, image)
    digest = project.content_hash()
    run(project, "raster.clear_faces", document=image)
    assert project.children(image, Face) == []
    project.undo()
    assert project.content_hash() == digest


def test_faces_go_along_when_the_image_is_cropped_or_made_smaller(project: Project, image: str) -> None:
    face = placed(project, image)
    run(project, "raster.crop", document=image, x=50, y=30, width=300, height=300)
    cropped = project.find(face.id, Face)
    assert cropped.points[30] == Point(FACE[30].x - 50, FACE[30].y - 30)
    run(project, "raster.resize_document", document=image, width=150, height=600)
    resized = project.find(face.id, Face)
    assert resized.points[30].x == pytest.approx(cropped.points[30].x / 2)
    assert resized.points[30].y == pytest.approx(cropped.points[30].y * 2)
    assert resized.box.width == pytest.approx(75)


@pytest.mark.parametrize("adjustment", [Beautify(smooth_skin=1.0, even_tone=1.0), Reshape(slim_face=1.0, eye_size=0.5)])
def test_a_retouch_shows_where_a_face_is_and_follows_its_points(
    project: Project, image: str, adjustment: Beautify | Reshape
) -> None:
    plain = shown(project, image)
    layer = run(project, "raster.add_adjustment", document=image, adjustment=adjustment)
    assert (shown(project, image) == plain).all(), "no face yet"
    face = placed(project, image)
    first = shown(project, image)
    assert (first != plain).any()
    assert (first[:, 400:] == plain[:, 400:]).all()
    run(project, "raster.move_face_points", face=face.id, points=tuple(range(68)), dx=30.0, dy=5.0)
    assert (shown(project, image) != first).any()
    project.undo()
    assert (shown(project, image) == first).all()
    run(project, "project.set_field", record=layer, field="visible", value=False)
    assert (shown(project, image) == plain).all()


def test_sliders_at_rest_show_the_picture_as_it_is(project: Project, image: str) -> None:
    plain = shown(project, image)
    placed(project, image)
    at_rest = Beautify(
        smooth_skin=0, even_tone=0, redness=0, shine=0, eye_brightness=0, teeth_whitening=0, eye_sharpness=0
    )
    for adjustment in (at_rest, Reshape()):
        run(project, "raster.add_adjustment", document=image, adjustment=adjustment)
    assert (shown(project, image) == plain).all()


def test_a_retouch_of_one_face_leaves_the_others(project: Project, image: str) -> None:
    one = placed(project, image)
    placed(project, image, tuple(Point(point.x + 190, point.y + 100) for point in FACE))
    run(project, "raster.add_adjustment", document=image, adjustment=Reshape(chin=1.0, face=one.id))
    alone = shown(project, image)
    layer = next(key for key in project.index.of_type(AdjustmentLayer))
    run(project, "project.set_field", record=layer, field="adjustment", value={"type": "reshape", "chin": 1.0})
    assert (shown(project, image) != alone).any()


def test_a_retouch_of_a_face_that_is_gone_shows_nothing(project: Project, image: str) -> None:
    plain = shown(project, image)
    face = placed(project, image)
    run(project, "raster.add_adjustment", document=image, adjustment=Reshape(chin=1.0, face=face.id))
    run(project, "raster.clear_faces", document=image)
    assert (shown(project, image) == plain).all()


def test_a_retouch_can_be_flattened_and_replays(project: Project, image: str) -> None:
    placed(project, image)
    run(project, "raster.add_adjustment", document=image, adjustment=Reshape(smile=1.0))
    before = shown(project, image)
    run(project, "raster.flatten", document=image)
    assert np.abs(shown(project, image) - before).max() <= 1
    other = Project.in_memory()
    other.blobs = project.blobs
    for key in project.history.path(project.history.head):
        assert replay_entry(other, project.history[key])
    assert other.content_hash() == project.content_hash()
