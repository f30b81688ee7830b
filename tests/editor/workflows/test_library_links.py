"""A live link follows its edited file in every editor, each in one edit that can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.document.project import Project
from editor.library.library import Library
from editor.library.usage import uses_of
from editor.model.embed import embeds_of
from editor.model.origin import Origin
from editor.model.scene import SceneMaterial, SceneNode
from editor.model.video import Clip, MediaItem, MediaSource, Track
from editor.storage import create_project
from editor.storage.opening import OpenProject
from editor.workflows.library.links import bring_all_up_to_date, bring_up_to_date, edited_here, outdated
from editor.workflows.library.origins import read_changed_projects, read_uses
from editor.workflows.library.placing import Spot, place_files
from tests.render.video.clips import make_film


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "library")
    yield opened
    opened.close()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenProject]:
    with create_project(tmp_path / "Poster.atelier") as made:
        yield made


def picture(path: Path, color: str, size: tuple[int, int] = (64, 48)) -> Path:
    Image.new("RGB", size, color).save(path)
    return path


def drawing(path: Path, color: str) -> Path:
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="9">'
        f'<rect width="9" height="9" fill="{color}"/></svg>'
    )
    return path


def box(path: Path, size: float) -> Path:
    import trimesh  # takes long

    trimesh.creation.box((size, size, size)).export(path)
    return path


NEW_DOCUMENT = {
    "raster": lambda project: run(project, "raster.new_document", name="Host", width=300, height=200),
    "vector": lambda project: run(project, "vector.new_document", name="Host", width=300, height=200),
    "video": lambda project: run(project, "video.new_document", name="Host"),
    "scene": lambda project: run(project, "scene.new_document", name="Host"),
}


def linked(opened: OpenProject, library: Library, family: str, path: Path, spot: Spot = Spot()) -> str:
    """A host with a link to a file that the library knows."""
    library.take_in([path])
    host: str = NEW_DOCUMENT[family](opened.project)
    placed = place_files(opened.project, [path], host, spot, linked=True, known=library.at)
    assert not placed.refused
    assert outdated(opened.project, library) == []
    return host


def renew(opened: OpenProject, library: Library, path: Path) -> str:
    """The file was edited: bring the one link up to date, undo, redo; each is one step."""
    library.take_in([path])
    ((note, asset),) = outdated(opened.project, library)
    project = opened.project
    before = dict(project.records)
    head = project.history.head
    new = bring_up_to_date(project, library, note, asset)
    after = dict(project.records)
    assert project.history.parent_of_head() == head, "one edit"
    assert outdated(project, library) == []
    (kept,) = project.children(new, Origin)
    assert (kept.hash, kept.linked) == (asset.hash, True)
    project.undo()
    assert dict(project.records) == before
    assert len(outdated(project, library)) == 1
    project.redo()
    assert dict(project.records) == after
    return new


@pytest.mark.parametrize("family", ["raster", "vector"])
@pytest.mark.parametrize("kind", ["picture", "drawing", "model"])
def test_a_layer_and_a_frame_show_the_new_file(
    opened: OpenProject, library: Library, tmp_path: Path, family: str, kind: str
) -> None:
    make = {"picture": picture, "drawing": drawing}
    path = tmp_path / {"picture": "logo.png", "drawing": "logo.svg", "model": "logo.stl"}[kind]
    box(path, 1.0) if kind == "model" else make[kind](path, "red")
    linked(opened, library, family, path)
    (shown,) = [item for item in opened.project.records.values() if any(embeds_of(item))]
    box(path, 3.0) if kind == "model" else make[kind](path, "blue")
    new = renew(opened, library, path)
    now = opened.project.get(shown.id)
    assert now is not None
    assert [link.document for link in embeds_of(now)] == [new]
    for side in ("x", "y", "width", "height", "transform"):
        assert getattr(now, side, None) == getattr(shown, side, None), "it stays where it stood"


def test_a_clip_of_a_document_follows(opened: OpenProject, library: Library, tmp_path: Path) -> None:
    path = drawing(tmp_path / "title.svg", "red")
    linked(opened, library, "video", path)
    (clip,) = [item for item in opened.project.records.values() if isinstance(item, Clip)]
    drawing(path, "green")
    new = renew(opened, library, path)
    assert [link.document for link in embeds_of(opened.project.find(clip.id, Clip))] == [new]


def test_a_film_on_a_timeline_follows_and_keeps_its_cut(opened: OpenProject, library: Library, tmp_path: Path) -> None:
    path = make_film(tmp_path / "take.mp4", frames=50)
    project = opened.project
    host = linked(opened, library, "video", path)
    clips = [clip for track in project.children(host, Track) for clip in project.children(track.id, Clip)]
    assert len(clips) == 2, "picture and sound"
    run(project, "video.set_opacity", clips=(clips[0].id,), opacity=0.5)
    make_film(path, frames=75)
    new = renew(opened, library, path)
    item = project.find(new, MediaItem)
    assert float(item.facts.duration) == pytest.approx(3.0, abs=0.1)
    for clip in clips:
        now = project.find(clip.id, Clip)
        assert now.source == MediaSource(item=new)
        assert (now.start, now.duration) == (clip.start, clip.duration)
    assert project.find(clips[0].id, Clip).opacity == 0.5
    assert len(project.children(host, MediaItem)) == 1, "the old one left the bin"


def test_a_model_follows_and_stands_where_it_stood(opened: OpenProject, library: Library, tmp_path: Path) -> None:
    path = box(tmp_path / "chair.stl", 1.0)
    project = opened.project
    linked(opened, library, "scene", path, Spot(at=(1.0, 2.0, 3.0)))
    (node,) = project.selection
    run(project, "scene.scale", nodes=(node,), factors=(2.0, 2.0, 2.0))
    run(project, "scene.rename", record=node, name="Armchair")
    old = project.find(node, SceneNode)
    box(path, 5.0)
    new = renew(opened, library, path)
    now = project.find(new, SceneNode)
    assert (now.name, now.translation, now.scale, now.parent) == (old.name, old.translation, old.scale, old.parent)
    assert project.get(node) is None


def test_a_texture_follows(opened: OpenProject, library: Library, tmp_path: Path) -> None:
    path = picture(tmp_path / "wood.png", "red")
    linked(opened, library, "scene", path)
    picture(path, "blue")
    new = renew(opened, library, path)
    textures = [item for item in opened.project.records.values() if any(embeds_of(item))]
    assert [link.document for item in textures for link in embeds_of(item)] == [new]
    assert any(isinstance(item, SceneMaterial) for item in opened.project.records.values())


def test_a_copy_stays_as_it_was(opened: OpenProject, library: Library, tmp_path: Path) -> None:
    path = picture(tmp_path / "logo.png", "red")
    library.take_in([path])
    host = NEW_DOCUMENT["vector"](opened.project)
    place_files(opened.project, [path], host, known=library.at)
    picture(path, "blue")
    library.take_in([path])
    assert outdated(opened.project, library) == []


def test_links_whose_files_are_away_are_named_and_the_others_follow(
    opened: OpenProject, library: Library, tmp_path: Path
) -> None:
    one, other = picture(tmp_path / "one.png", "red"), picture(tmp_path / "other.png", "green")
    linked(opened, library, "raster", one)
    linked(opened, library, "vector", other)
    picture(one, "blue")
    picture(other, "white")
    library.take_in([one, other])
    one.unlink()
    records = len(opened.project.records)
    made, failed = bring_all_up_to_date(opened.project, library)
    assert len(made) == 1
    assert [(note.name, "not at its place" in said) for note, said in failed] == [("one.png", True)]
    assert len(opened.project.records) == records
    broken = Project.in_memory()
    with pytest.raises(ExpectedError):
        bring_up_to_date(broken, library, *outdated(opened.project, library)[0])


def test_projects_are_read_when_they_changed_and_not_before(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from editor.workflows.library import origins

    path, film = picture(tmp_path / "oak.png", "green"), make_film(tmp_path / "take.mp4", frames=5)
    library.take_in([path, film])
    projects = [tmp_path / "One.atelier", tmp_path / "Two.atelier"]
    for project in projects:
        with create_project(project) as made:
            host = NEW_DOCUMENT["video"](made.project)
            place_files(made.project, [path, film], host, linked=True, known=library.at)
    read: list[str] = []
    real = read_uses

    def counted(of: Library, project: Path) -> int:
        read.append(project.name)
        return real(of, project)

    monkeypatch.setattr(origins, "read_uses", counted)
    assert read_changed_projects(library, projects) == []
    assert sorted(read) == ["One.atelier", "Two.atelier"]
    digests = [asset.hash for asset in (library.at(path), library.at(film)) if asset is not None]
    assert [{found.name for found, _ in uses_of(library.catalogue, digest)} for digest in digests] == [
        {"One.atelier", "Two.atelier"}, {"One.atelier", "Two.atelier"},
    ]  # fmt: skip
    read.clear()
    assert read_changed_projects(library, projects) == []
    assert read == [], "nothing changed"
    projects[0].unlink()
    projects[1].write_bytes(b"no project at all")
    ((broken, reason),) = read_changed_projects(library)
    assert broken == projects[1]
    assert reason
    assert {found.name for found, _ in uses_of(library.catalogue, digests[0])} == {"Two.atelier"}
    read.clear()
    assert read_changed_projects(library) == []
    assert read == [], "one that cannot be read is not tried again until it changes"


def test_a_film_that_moved_is_still_used(library: Library, tmp_path: Path) -> None:
    film = make_film(tmp_path / "take.mp4", frames=5)
    with create_project(tmp_path / "One.atelier") as made:
        host = NEW_DOCUMENT["video"](made.project)
        place_files(made.project, [film], host)
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "same.mp4").write_bytes(film.read_bytes())
    key = library.take_in([tmp_path / "copy"]).added[0]
    assert read_uses(library, tmp_path / "One.atelier") == 1
    assert [project.name for project, _ in uses_of(library.catalogue, library.asset(key).hash)] == ["One.atelier"]


@pytest.mark.parametrize("kind", ["picture", "model"])
def test_what_was_edited_here_is_kept_until_it_is_given_up(
    opened: OpenProject, library: Library, tmp_path: Path, kind: str
) -> None:
    project = opened.project
    path = picture(tmp_path / "logo.png", "red") if kind == "picture" else box(tmp_path / "crate.stl", 1.0)
    linked(opened, library, "raster" if kind == "picture" else "scene", path)
    (note,) = [item for item in project.records.values() if isinstance(item, Origin)]
    assert not edited_here(project, note)
    if kind == "picture":
        run(project, "project.rename_document", document=note.parent, name="Another name")
        assert not edited_here(project, note), "a name stays when the file is taken again"
        run(project, "raster.add_layer", document=note.parent, name="My painting")
        picture(path, "blue")
    else:
        node = project.find(note.parent or "", SceneNode)
        run(project, "scene.set_transform", node=node.id, translation=(1.0, 2.0, 3.0))
        assert not edited_here(project, note), "so does its place"
        material = run(project, "scene.add_material", document=node.parent, name="Gold")
        run(project, "scene.assign_material", nodes=(node.id,), material=material)
        box(path, 2.0)
    assert edited_here(project, note)
    library.take_in([path])
    before = dict(project.records)
    made, failed = bring_all_up_to_date(project, library)
    assert (made, dict(project.records)) == ([], before)
    assert [("edited in this project" in said) for _note, said in failed] == [True]
    project.undo()
    project.undo()
    project.redo()
    project.redo()
    made, failed = bring_all_up_to_date(project, library, discard=True)
    assert (len(made), failed) == (1, [])
    assert not any(getattr(item, "name", "") == "My painting" for item in project.records.values())
    project.undo()
    assert dict(project.records) == before
