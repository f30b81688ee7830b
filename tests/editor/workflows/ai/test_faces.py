"""Face tools on documents: what is found becomes records, retouches are live layers, swaps are layers and marked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.faces import Beautify, Face, Reshape
from editor.model.provenance import Provenance
from editor.model.raster import AdjustmentLayer, PixelLayer
from editor.workflows.ai.pictures import Picture, put_layer, read_image, read_layer
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.tool import TOOLS, Outcome, Request, load_tools
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from render.geometry import Point, Rect
from tests.ml.faces.photographs import BETWEEN_PUPILS, misses, photo
from tests.ml.small_models import save
from tests.render.raster.faces.painting import face_at, picture_of

load_tools()
UNIT = 50.0


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


@pytest.fixture
def project() -> Project:
    return Project.in_memory()


def use(
    project: Project, document: str, name: str, runtime: Runtime, *, model: InstalledModel | None = None,
    selection: tuple[str, ...] = (), progress: Progress | None = None, **options: Any,
) -> Outcome:
    tool = TOOLS[name]
    request = Request(
        project, document, selection, tool.options(**options), runtime, ModelStore(Path("nowhere")), model,
        consent=tool.consent,
    )
    return run_tool(tool, request, progress or Progress())


def image_of(project: Project, rgb: np.ndarray, name: str = "Image", depth: str = "uint8") -> str:
    height, width = rgb.shape[:2]
    document: str = run(project, "raster.new_document", name=name, width=width, height=height, depth=depth)
    floats = rgb / np.float32(255) if rgb.dtype == np.uint8 else rgb
    put_layer(project, document, Picture(np.dstack([floats, np.ones((height, width), np.float32)])), "Photo")
    return document


def painted(project: Project, *faces: tuple[float, float], name: str = "Image") -> str:
    """An image with painted faces, whose points are placed: no finder takes a painting for a person."""
    width, height = 560, 300
    picture = np.full((height, width, 3), (0.15, 0.25, 0.5), np.float32)
    document = ""
    for number, (x, y) in enumerate(faces):
        left = max(0, int(x) - 110)
        drawn = picture_of(face_at(UNIT, x, y), width, height, seed=number + 3)
        drawn *= np.float32([1, 1 - 0.12 * number, 1 - 0.12 * number])
        picture[:, left : left + 220] = drawn[:, left : left + 220]
    document = image_of(project, picture, name)
    for x, y in faces:
        points = tuple(Point(a, b) for a, b in face_at(UNIT, x, y))
        box = Rect(x - 60, y - 40, 120, 150)
        run(project, "raster.place_face", document=document, box=box, points=points)
    return document


def faces_of(project: Project, document: str) -> list[Face]:
    return project.children(document, Face)


def points_of(face: Face) -> np.ndarray:
    return np.array([(point.x, point.y) for point in face.points], np.float32)


# Finding


@pytest.mark.conformance
@pytest.mark.parametrize("depth", ["uint8", "float32"])
def test_a_face_becomes_a_record_whose_points_lie_right(
    project: Project, runtime: Runtime, corpora: Path, depth: str
) -> None:
    document = image_of(project, photo(corpora, "astronaut.png"), depth=depth)
    before = project.content_hash()
    outcome = use(project, document, "find_faces", runtime)
    [face] = faces_of(project, document)
    assert outcome.chosen == (face.id,) == project.selection
    assert outcome.sentence.startswith("One face")
    assert sum(misses(points_of(face)).values()) / 9 < 0.08 * BETWEEN_PUPILS
    [note] = project.children(face.id, Provenance)
    assert (note.tool, note.generated, note.parameters["sensitivity"]) == ("find_faces", False, "0.5")
    project.undo()
    assert project.content_hash() == before


@pytest.mark.conformance
def test_finding_again_takes_the_place_of_what_was_found(project: Project, runtime: Runtime, corpora: Path) -> None:
    document = image_of(project, photo(corpora, "astronaut.png"))
    use(project, document, "find_faces", runtime)
    [first] = faces_of(project, document)
    use(project, document, "find_faces", runtime)
    [second] = faces_of(project, document)
    assert second.id != first.id
    use(project, document, "find_faces", runtime, replace_old=False)
    assert len(faces_of(project, document)) == 2


@pytest.mark.conformance
def test_what_is_found_does_not_depend_on_retouches_above(project: Project, runtime: Runtime, corpora: Path) -> None:
    document = image_of(project, photo(corpora, "astronaut.png"))
    use(project, document, "find_faces", runtime)
    [first] = faces_of(project, document)
    run(project, "raster.add_adjustment", document=document, adjustment=Reshape(slim_face=1.0, chin=-1.0))
    use(project, document, "find_faces", runtime)
    assert faces_of(project, document)[0].points == first.points


@pytest.mark.conformance
@pytest.mark.parametrize("name", ["chelsea.png", "rocket.jpg"])
def test_no_face_is_said_and_changes_nothing(
    project: Project, runtime: Runtime, corpora: Path, name: str
) -> None:
    document = image_of(project, photo(corpora, name))
    before = project.content_hash()
    assert use(project, document, "find_faces", runtime).sentence == "No face was found."
    assert project.content_hash() == before
    for tool in ("beautify", "swap_faces"):
        with pytest.raises(ExpectedError, match="No face was found"):
            use(project, document, tool, runtime)
    assert project.content_hash() == before


@pytest.mark.conformance
def test_yunets_weights_and_face_apis_points_are_used(
    project: Project, runtime: Runtime, corpora: Path, tmp_path: Path
) -> None:
    from ml.catalogue.foreign.faceapi import convert

    document = image_of(project, photo(corpora, "astronaut.png"))
    yunet = corpora / "models/ShiqiYu+libfacedetection.train/onnx/yunet_n_dynamic.onnx"
    found = InstalledModel("yunet", "face_detection", {"model": yunet}, "a" * 64)
    use(project, document, "find_faces", runtime, model=found)
    [face] = faces_of(project, document)
    assert project.children(face.id, Provenance)[0].model_sha256 == "a" * 64
    assert sum(misses(points_of(face)).values()) / 9 < 0.09 * BETWEEN_PUPILS
    convert(corpora / "models/justadudewhohacks+face-api.js/weights/face_landmark_68_model-weights_manifest.json",
            tmp_path / "points.onnx")  # fmt: skip
    points = InstalledModel("points", "face_landmarks", {"model": tmp_path / "points.onnx"}, "b" * 64)
    use(project, document, "find_faces", runtime, model=points)
    [face] = faces_of(project, document)
    assert sum(misses(points_of(face)).values()) / 9 < 0.09 * BETWEEN_PUPILS


def test_a_model_of_another_kind_is_refused(project: Project, runtime: Runtime, tmp_path: Path) -> None:
    document = image_of(project, np.full((64, 80, 3), 0.5, np.float32))
    node, shape = helper.make_node("Identity", ["x"], ["y"]), [1, 3, 64, 64]
    other = save(tmp_path / "other.onnx", [node], {"x": shape}, {"y": shape})
    before = project.content_hash()
    with pytest.raises(ExpectedError, match="does not find faces"):
        use(project, document, "find_faces", runtime, model=InstalledModel(
            "other", "face_detection", {"model": other}, "c" * 64))  # fmt: skip
    assert project.content_hash() == before


def test_other_kinds_of_documents_are_refused(project: Project, runtime: Runtime) -> None:
    page = run(project, "vector.new_document", width=100.0, height=100.0)
    for name in ("find_faces", "beautify", "swap_faces"):
        with pytest.raises(ExpectedError):
            use(project, page, name, runtime)


# Beautifying


def test_beautify_adds_live_layers_for_all_faces(project: Project, runtime: Runtime) -> None:
    document = painted(project, (130, 110), (420, 110))
    plain = read_image(project, document).rgb
    outcome = use(project, document, "beautify", runtime, strength=0.8)
    layers = project.children(document, AdjustmentLayer)
    assert [type(layer.adjustment) for layer in layers] == [Beautify, Reshape]
    assert layers[0].adjustment.smooth_skin == pytest.approx(0.72)
    assert outcome.chosen == (layers[0].id,)
    changed = np.abs(read_image(project, document).rgb - plain).max(axis=2) > 0.004
    assert changed[:, :280].any() and changed[:, 280:].any()
    assert all(project.children(layer.id, Provenance) for layer in layers)


def test_strength_nothing_shows_the_picture_as_it_is(project: Project, runtime: Runtime) -> None:
    document = painted(project, (130, 110))
    plain = read_image(project, document).rgb
    use(project, document, "beautify", runtime, strength=0.0)
    assert (read_image(project, document).rgb == plain).all()


def test_each_face_has_layers_of_its_own_if_wanted_or_only_the_chosen(project: Project, runtime: Runtime) -> None:
    document = painted(project, (130, 110), (420, 110))
    one, two = faces_of(project, document)
    use(project, document, "beautify", runtime, layer_for_each_face=True, reshape=False)
    assert [layer.adjustment.face for layer in project.children(document, AdjustmentLayer)] == [one.id, two.id]
    project.undo()
    use(project, document, "beautify", runtime, selection=(two.id,), reshape=False)
    [layer] = project.children(document, AdjustmentLayer)
    assert (layer.adjustment.face, layer.name) == (two.id, "Beautify: Face 2")


# Swapping


def changed(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return (before != after).any(axis=2)


def test_two_faces_change_places_and_the_rest_keeps_every_bit(project: Project, runtime: Runtime) -> None:
    document = painted(project, (130, 110), (420, 110))
    before = read_image(project, document).rgb
    outcome = use(project, document, "swap_faces", runtime)
    assert len(outcome.chosen) == 2
    after = read_image(project, document).rgb
    covered = np.zeros(before.shape[:2], bool)
    for key in outcome.chosen:
        layer = project.find(key, PixelLayer)
        alone = project.children(key, Provenance)[0]
        assert alone.generated and alone.consent == TOOLS["swap_faces"].consent
        patch = read_layer(project, layer)
        height, width = patch.alpha.shape
        covered[patch.y : patch.y + height, patch.x : patch.x + width] |= patch.alpha > 0
    assert not changed(before, after)[~covered].any()
    assert changed(before, after)[:, :280].any() and changed(before, after)[:, 280:].any()
    assert not changed(before, after)[:, 240:310].any()


def test_the_export_says_that_the_picture_is_altered(project: Project, runtime: Runtime, tmp_path: Path) -> None:
    from editor.display.display import Display
    from editor.formats.registry import ExportOptions, export_document

    document = painted(project, (130, 110), (420, 110))
    use(project, document, "swap_faces", runtime, face=1, other_face=2)
    display = Display(project)
    try:
        export_document(display, document, tmp_path / "out.png", ExportOptions())
    finally:
        display.close()
    written = (tmp_path / "out.png").read_bytes()
    assert b"swap_faces" in written
    assert b"compositeSynthetic" in written


def test_a_face_comes_from_another_image_or_from_a_layer(project: Project, runtime: Runtime) -> None:
    document = painted(project, (130, 110))
    painted(project, (300, 120), name="Other")
    outcome = use(project, document, "swap_faces", runtime, take_from="Other")
    [key] = outcome.chosen
    note = project.children(key, Provenance)[0]
    assert note.parameters["take_from"] == "Other"
    assert project.find(key, PixelLayer).name == "Face 1 with another face"
    with pytest.raises(ExpectedError, match="No face was found in the layer Photo"):
        use(project, document, "swap_faces", runtime, take_from="Photo")


@pytest.mark.conformance
def test_a_face_comes_from_a_layer_that_is_searched(project: Project, runtime: Runtime, corpora: Path) -> None:
    document = image_of(project, photo(corpora, "astronaut.png"))
    mirrored = np.ascontiguousarray(photo(corpora, "astronaut.png")[:, ::-1]) / np.float32(255)
    layer = put_layer(project, document, Picture(np.dstack([mirrored, np.ones((512, 512), np.float32)])), "Other")
    run(project, "project.set_field", record=layer, field="visible", value=False)
    outcome = use(project, document, "swap_faces", runtime, take_from="Other")
    after = read_image(project, document).rgb
    before = photo(corpora, "astronaut.png") / np.float32(255)
    assert len(outcome.chosen) == 1
    assert 0.0005 < np.abs(after - before).mean() < 0.02


@pytest.mark.parametrize(("options", "message"), [
    ({}, "only one face"), ({"face": 1, "other_face": 1}, "with itself"), ({"face": 2}, "no face 2"),
    ({"take_from": "Nowhere"}, "named Nowhere"),
])  # fmt: skip
def test_swaps_that_cannot_be_are_refused(
    project: Project, runtime: Runtime, options: dict[str, Any], message: str
) -> None:
    document = painted(project, (130, 110))
    before = project.content_hash()
    with pytest.raises(ExpectedError, match=message):
        use(project, document, "swap_faces", runtime, **options)
    assert project.content_hash() == before


def test_the_selected_faces_are_swapped(project: Project, runtime: Runtime) -> None:
    document = painted(project, (90, 110), (280, 110), (470, 110))
    faces = faces_of(project, document)
    before = read_image(project, document).rgb
    use(project, document, "swap_faces", runtime, selection=(faces[1].id, faces[2].id))
    after = read_image(project, document).rgb
    assert not changed(before, after)[:, :170].any()
    assert changed(before, after)[:, 200:360].any() and changed(before, after)[:, 390:].any()


def test_heads_that_are_turned_differently_are_told(project: Project, runtime: Runtime) -> None:
    document = painted(project, (130, 110), (420, 110))
    one = faces_of(project, document)[0]
    run(project, "raster.move_face_points", face=one.id, points=(30,), dx=24.0, dy=0.0)
    assert "turned differently" in use(project, document, "swap_faces", runtime).sentence


@pytest.mark.parametrize("name", ["find_faces", "beautify", "swap_faces"])
def test_a_stop_leaves_nothing(project: Project, runtime: Runtime, name: str) -> None:
    document = image_of(project, np.full((90, 120, 3), 0.5, np.float32))
    before = project.content_hash()
    with pytest.raises(Cancelled):
        use(project, document, name, runtime, progress=Progress(cancelled=lambda: True))
    assert project.content_hash() == before
