"""Files into each of the five editors, as copies and as links: one edit, where they fell, with a note."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from editor.base.errors import ExpectedError
from editor.commands.registry import load_commands, run
from editor.display.display import Display
from editor.document.project import Project
from editor.library.library import Library
from editor.model.origin import Origin
from editor.model.raster import EmbedLayer, PixelLayer
from editor.model.scene import SceneMaterial, SceneNode, SceneTexture
from editor.model.vector import EmbedFrame
from editor.model.video import Clip
from editor.workflows.library.placing import Placed, Spot, place_files
from tests.render.video.clips import make_film

load_commands()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "oak.png"
    Image.new("RGB", (60, 40), (20, 130, 60)).save(path)
    return path


@pytest.fixture
def library(tmp_path: Path, picture: Path) -> Any:
    made = Library(tmp_path / "library")
    made.take_in([picture])
    yield made
    made.close()


def put(project: Project, path: Path, host: str, library: Library | None = None, **wishes: Any) -> Placed:
    """Place one file; everything that came of it is one step of the history."""
    before, steps = dict(project.records), len(project.history)
    known = library.at if library is not None else lambda path: None
    placed = place_files(project, [path], host, wishes.pop("spot", Spot()), known=known, **wishes)
    after = dict(project.records)
    assert len(project.history) == steps + 1
    project.undo()
    assert dict(project.records) == before
    project.redo()
    assert dict(project.records) == after
    return placed


def notes(project: Project) -> list[Origin]:
    return [item for item in project.records.values() if isinstance(item, Origin)]


def test_a_picture_in_an_image_is_a_layer_around_the_spot(picture: Path, library: Library) -> None:
    project = Project.in_memory()
    host = run(project, "raster.new_document", width=200, height=100)
    placed = put(project, picture, host, library, spot=Spot(at=(100.0, 50.0)))
    layer = project.children(host, PixelLayer)[-1]
    assert (layer.x, layer.y, layer.name, placed.documents) == (70, 30, "oak", [])
    assert [(note.parent, note.linked) for note in notes(project)] == [(layer.id, False)]


@pytest.mark.parametrize("at", [None, (50.0, 60.0)])
def test_a_link_in_an_image_is_a_document_that_fits_around_the_spot(
    picture: Path, library: Library, at: tuple[float, float] | None
) -> None:
    project = Project.in_memory()
    host = run(project, "raster.new_document", width=200, height=100)
    placed = put(project, picture, host, library, linked=True, spot=Spot(at=at))
    (layer,) = project.children(host, EmbedLayer)
    assert layer.source.document == placed.documents[0]
    x, y = at or (100.0, 50.0)
    assert (layer.transform.e, layer.transform.f) == (x - 30, y - 20)
    assert [(note.parent, note.linked) for note in notes(project)] == [(placed.documents[0], True)]


@pytest.mark.parametrize("linked", [False, True])
def test_a_picture_on_a_page_stands_in_a_frame(picture: Path, library: Library, linked: bool) -> None:
    project = Project.in_memory()
    host = run(project, "vector.new_document", width=50.0, height=400.0)
    put(project, picture, host, library, linked=linked, spot=Spot(at=(25.0, 100.0)))
    (frame,) = [item for item in project.records.values() if isinstance(item, EmbedFrame)]
    assert frame.width == pytest.approx(40.0)
    assert frame.height == pytest.approx(frame.width * 40 / 60)
    assert (frame.x + frame.width / 2, frame.y + frame.height / 2) == pytest.approx((25.0, 100.0))
    assert [note.linked for note in notes(project)] == [linked]


def test_films_on_a_timeline_follow_one_another_and_are_noted(tmp_path: Path, library: Library) -> None:
    project = Project.in_memory()
    host = run(project, "video.new_document")
    films = [make_film(tmp_path / f"{name}.mp4", frames=count) for name, count in (("one", 25), ("two", 30))]
    library.take_in(films)
    placed = place_files(project, films, host, Spot(time=Fraction(2)), known=library.at)
    assert not placed.documents
    clips = sorted((item for item in project.records.values() if isinstance(item, Clip)), key=lambda clip: clip.start)
    assert {(clip.name, clip.start) for clip in clips} == {("one.mp4", 2), ("two.mp4", clips[0].end)}
    assert sorted(note.name for note in notes(project)) == ["one.mp4", "two.mp4"]
    assert {project.get(note.parent).name for note in notes(project)} == {"one.mp4", "two.mp4"}


def test_a_drawing_on_a_timeline_is_a_document_in_a_clip(tmp_path: Path) -> None:
    project = Project.in_memory()
    host = run(project, "video.new_document")
    drawing = tmp_path / "leaf.svg"
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><path d="M0 0h9v9z"/></svg>')
    placed = put(project, drawing, host)
    (clip,) = [item for item in project.records.values() if isinstance(item, Clip)]
    assert clip.source.document == placed.documents[0]


@pytest.mark.parametrize("linked", [False, True])
def test_a_picture_in_a_scene_goes_on_what_is_under_it(picture: Path, library: Library, linked: bool) -> None:
    project = Project.in_memory()
    host = run(project, "scene.new_document")
    cube = run(project, "scene.add_shape", document=host, shape="cube")
    put(project, picture, host, library, linked=linked, spot=Spot(at=(0.0, 0.0, 0.0), node=cube))
    (texture,) = project.children(host, SceneTexture)
    (material,) = project.children(host, SceneMaterial)
    assert material.base_texture.texture == texture.id
    assert hasattr(texture.source, "document") == linked
    assert [note.linked for note in notes(project)] == [linked]
    assert len(project.children(host, SceneNode)) == 1


def test_a_picture_beside_everything_stands_upright_in_the_scene(picture: Path) -> None:
    project = Project.in_memory()
    host = run(project, "scene.new_document")
    put(project, picture, host, spot=Spot(at=(2.0, 0.0, 0.0)))
    (node,) = project.children(host, SceneNode)
    assert node.translation == (2.0, 0.5, 0.0)
    assert node.scale == pytest.approx((1.5, 1.0, 1.0))
    camera = run(project, "scene.add_camera", document=host, translation=(2.0, 0.5, 3.0))
    run(project, "scene.add_lamp", document=host, translation=(2.0, 0.5, 5.0))
    display = Display(project)
    drawn = display.render_whole(host, 0.1, camera)
    display.close()
    height, width = drawn.shape[:2]
    red, green, blue = (int(part) for part in drawn[height // 2, width // 2, :3])
    assert green > red
    assert green > blue


def test_one_bad_file_is_named_and_the_others_come(picture: Path, tmp_path: Path) -> None:
    project = Project.in_memory()
    host = run(project, "raster.new_document", width=200, height=100)
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    placed = place_files(project, [bad, picture], host)
    assert list(placed.refused) == [bad]
    assert [layer.name for layer in project.children(host, PixelLayer)][-1] == "oak"
    with pytest.raises(ExpectedError):
        place_files(project, [bad], host)


def test_a_replay_gives_the_same(picture: Path, library: Library) -> None:
    """What came in from a library is commands, so it can be done again on top of other edits."""
    from editor.commands.registry import replay_entry

    project = Project.in_memory()
    host = run(project, "raster.new_document", width=200, height=100)
    side = project.snapshot(read_only=False)
    place_files(side, [picture], host, Spot(at=(10.0, 10.0)), linked=True, known=library.at)
    run(project, "raster.add_layer", document=host, name="Meanwhile")
    for entry in side.history:
        assert replay_entry(project, entry)
    names = [item.name for item in project.children(host)]
    assert "Meanwhile" in names
    assert len(notes(project)) == 1
    assert len(project.documents()) == len(side.documents())


def test_bad_files_cost_no_more_than_good_ones(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from editor.workflows.library import placing

    paths = [picture]
    for number in range(6):
        bad, good = tmp_path / f"bad{number}.png", tmp_path / f"good{number}.png"
        bad.write_bytes(b"nope")
        Image.new("RGB", (8, 8), "red").save(good)
        paths += [bad, good]
    read: list[Path] = []
    real = placing.import_file

    def counting(project: Project, path: Path, options: Any) -> Any:
        read.append(path)
        return real(project, path, options)

    monkeypatch.setattr(placing, "import_file", counting)
    project = Project.in_memory()
    host = run(project, "raster.new_document", width=200, height=100)
    before = dict(project.records)
    placed = place_files(project, paths, host)
    assert read == paths, "each is read once"
    assert [path.name for path in placed.refused] == [f"bad{number}.png" for number in range(6)]
    layers = [layer.name for layer in project.children(host, PixelLayer)]
    assert sorted(layers)[-7:] == sorted(["oak", *(f"good{number}" for number in range(6))])
    project.undo()
    assert dict(project.records) == before


def test_a_text_is_text_wherever_it_comes(tmp_path: Path, picture: Path) -> None:
    from editor.display.display import Display
    from editor.model.vector import TextShape

    path = tmp_path / "note.txt"
    path.write_bytes("Été\r\nun deux".encode("cp1252"))
    library = Library(tmp_path / "texts")
    library.take_in([path])
    project = Project.in_memory()
    page = run(project, "vector.new_document", width=300, height=200)
    put(project, path, page, library)
    (shape,) = [item for item in project.records.values() if isinstance(item, TextShape)]
    assert [span.text for span in shape.spans] == ["Été\nun deux"]
    assert shape.width is not None
    assert shape.width <= 240
    assert [note.parent for note in notes(project)] == [shape.id]
    image = run(project, "raster.new_document", width=200, height=100)
    put(project, path, image, library)
    (layer,) = project.children(image, EmbedLayer)
    shown = Display(project)
    assert shown.size(layer.source.document)[0] > 500
    shown.close()
    with pytest.raises(ExpectedError, match="not as a link"):
        place_files(project, [path], image, linked=True, known=library.at)
    (tmp_path / "empty.txt").write_bytes(b" \n")
    with pytest.raises(ExpectedError, match="holds no text"):
        place_files(project, [tmp_path / "empty.txt"], page)
    (tmp_path / "long.md").write_bytes(b"a" * 500_000)
    with pytest.raises(ExpectedError, match="too long"):
        place_files(project, [tmp_path / "long.md"], page)
    library.close()
