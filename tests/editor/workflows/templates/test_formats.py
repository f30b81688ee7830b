"""Documents of every family in other sizes: real records, one edit, and pictures that still fill their frames."""

from pathlib import Path

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.display.display import Display
from editor.display.vector.measure import Measure
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.raster import EmbedLayer, Layer, PixelLayer, RasterDocument
from editor.model.record import DocumentRecord
from editor.model.scene import SceneDocument, SceneNode
from editor.model.template import Slot
from editor.model.vector import Node, Page, TextShape
from editor.model.video import Clip, VideoDocument
from editor.workflows.templates.built_in import built_in, make
from editor.workflows.templates.fill import fill
from editor.workflows.templates.format_files import Wish, write_formats
from editor.workflows.templates.format_moments import telling_moment
from editor.workflows.templates.format_sizes import (
    FORMATS,
    OwnFormats,
    formats_named,
    read_own,
    with_set,
    write_own,
)  # fmt: skip
from editor.workflows.templates.formats import make_formats
from editor.workflows.templates.pictures import content_of
from render.geometry import Rect


def made_from(key: str, *formats: str) -> tuple[Project, str, list[str]]:
    project = Project.in_memory()
    document = make(project, built_in(key))
    before = project.content_hash()
    made = make_formats(project, document, formats_named(formats))
    after = project.content_hash()
    assert len(project.history) == 2, "one step for all formats"
    assert project.undo() is not None and project.content_hash() == before
    assert project.redo() is not None and project.content_hash() == after
    return project, document, [one.document for one in made]


def drawn(project: Project, document: str, scale: float) -> np.ndarray:  # type: ignore[type-arg]
    display = Display(project)
    try:
        return np.asarray(display.render_whole(document, scale))
    finally:
        display.close()


def test_pages_take_the_size_and_slots_go_along() -> None:
    project, document, (story, card) = made_from("vector-concert", "instagram-story", "a5")
    assert [(page.width, page.height) for page in project.children(story, Page)] == [(1080, 1920)]
    (page,) = project.children(card, Page)
    assert (page.width, page.height) == FORMATS["a5"].page()
    slots = {slot.name: slot for slot in project.children(story, Slot)}
    assert len(slots) == len(project.children(document, Slot))
    roots = {project.index.root(target.record) for slot in slots.values() for target in slot.targets}
    assert roots == {story}, "the copy fills itself, not what it was made from"
    fill(project, {"Headline": "Winter"}, story)
    assert text_named(project, story, "Headline").text == "Winter"
    assert text_named(project, document, "Headline").text != "Winter"


def text_named(project: Project, document: str, name: str) -> TextShape:
    return next(
        item for key in project.index.subtree(document)
        if isinstance(item := project.records[key], TextShape) and item.name == name
    )  # fmt: skip


def test_letters_can_be_read_in_every_format() -> None:
    project, _, made = made_from("vector-concert", *FORMATS)
    for document, item in zip(made, FORMATS.values(), strict=True):
        below = (project.records[key] for key in project.index.subtree(document))
        texts = [text for text in below if isinstance(text, TextShape) and text.visible]
        assert texts
        for text in texts:
            assert min(span.style.size for span in text.spans) >= item.least_letters() - 1e-6


def test_an_image_keeps_its_words_live_and_fills_the_frame() -> None:
    project, _, (made,) = made_from("raster-quote", "youtube-thumbnail")
    sheet = project.find(made, RasterDocument)
    assert (sheet.width, sheet.height) == (1280, 720)
    overlay = next(layer for layer in project.children(made, Layer) if isinstance(layer, EmbedLayer))
    (page,) = project.children(overlay.source.document, Page)
    assert (page.width, page.height) == (1280, 720), "the page of words is laid out anew, not stretched"
    assert drawn(project, made, 0.25)[..., 3].min() == 255


def test_a_film_is_laid_out_anew() -> None:
    project, _, (made,) = made_from("video-title", "film-vertical")
    film = project.find(made, VideoDocument)
    assert (film.width, film.height) == (1080, 1920)
    pixels = drawn(project, made, 0.1)
    assert pixels[..., 3].min() == 255 and np.ptp(pixels[:, :8, :3]) < 255
    clips = [item for key in project.index.subtree(made) if isinstance(item := project.records[key], Clip)]
    assert len(clips) == 3


def test_a_scene_sees_as_much_across() -> None:
    project, document, (made,) = made_from("scene-box", "instagram-story")
    scene = project.find(made, SceneDocument)
    assert (scene.width, scene.height) == (1080, 1920)
    before, after = (camera_of(project, key) for key in (document, made))
    assert after > before
    assert scene.camera is not None and project.index.root(scene.camera) == made


def camera_of(project: Project, document: str) -> float:
    nodes = (project.records[key] for key in project.index.subtree(document))
    return next(node.camera.field_of_view for node in nodes if isinstance(node, SceneNode) and node.camera is not None)


def test_what_a_person_ties_keeps_its_edge() -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document", width=400.0, height=400.0)
    shape = run(project, "vector.add_ellipse", parent=document, cx=100.0, cy=300.0, rx=30.0, ry=30.0)
    run(project, "project.set_format_hold", records=(shape,), across="right", keep=True)
    (made,) = make_formats(project, document, formats_named(["1200x400"]))
    (page,) = project.children(made.document, Page)
    (node,) = project.children(page.id, Node)
    assert node.cx > 600  # type: ignore[attr-defined]


def test_files_are_written_in_their_pixels(tmp_path: Path) -> None:
    from PIL import Image

    project = Project.in_memory()
    document = make(project, built_in("vector-card"))
    made = make_formats(project, document, formats_named(["link-preview"]))
    paths = list(write_formats(project, made, Wish(tmp_path, "png")))
    assert [Image.open(path).size for path in paths] == [(1200, 630)] * 2
    paths[0].unlink()
    with pytest.raises(ExpectedError, match="exists already"):
        list(write_formats(project, made, Wish(tmp_path, "png")))
    assert not paths[0].exists(), "nothing is written when not all can be"
    assert list(write_formats(project, made, Wish(tmp_path, "png", overwrite=True))) == paths
    with pytest.raises(ExpectedError, match="2 of 2 files exist"):
        list(write_formats(project, made, Wish(tmp_path, "png")))
    with pytest.raises(ExpectedError, match="writes no files"):
        list(write_formats(project, made, Wish(tmp_path, "exe")))


@pytest.mark.parametrize("key", ["video-title", "video-lower-third"])
@pytest.mark.parametrize("size", ["1080x1080", "film-vertical", "leaderboard"])
def test_words_of_a_film_stand_whole_inside_the_frame(key: str, size: str) -> None:
    project, _, (made,) = made_from(key, size)
    film = project.find(made, VideoDocument)
    clips = [item for at in project.index.subtree(made) if isinstance(item := project.records[at], Clip)]
    words = list[Rect]()
    for clip in clips:
        assert isinstance(clip.source, Embed)
        for page in project.children(clip.source.document, Page):
            assert (page.width, page.height) == (film.width, film.height), "the page was laid out anew"
            texts = [node for node in project.children(page.id, TextShape) if node.visible]
            words += [box for node in texts if (box := Measure(project).box(node.id)) is not None]
    assert len(words) == 2
    assert all(box.x >= 0 and box.y >= 0 and box.right <= film.width and box.bottom <= film.height for box in words)
    assert words[0].intersection(words[1]).is_empty
    assert max(len(clip.placement_keys) for clip in clips) >= 2, "it still moves"


def test_a_film_is_shown_where_its_title_is_in_sight() -> None:
    project = Project.in_memory()
    document = make(project, built_in("video-title"))
    assert 1.5 < telling_moment(project, document) < 5.4
    assert telling_moment(project, run(project, "vector.new_document")) == 0


@pytest.mark.parametrize("text", ["bogus", "0x0", "99999999x10", "10x", "-5x5"])
def test_a_size_that_is_none_is_a_sentence(text: str) -> None:
    with pytest.raises(ExpectedError):
        formats_named([text])


def test_sets_of_ones_own_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "formats.json"
    own = with_set(OwnFormats(), "Shop", formats_named(["a4", "120x80mm"]))
    write_own(path, own)
    assert [item.key for item in formats_named(["shop"], read_own(path))] == ["a4", "120x80mm"]
    path.write_text("{")
    with pytest.raises(ExpectedError, match="cannot be read"):
        read_own(path)


def test_nothing_chosen_is_a_sentence() -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document")
    with pytest.raises(ExpectedError, match="at least one"):
        make_formats(project, document, [])
    assert len(project.children(None, DocumentRecord)) == 1


def test_pictures_of_a_collage_are_cells_that_fill_the_new_page() -> None:
    project, _, made = made_from("raster-collage", "instagram-story", "leaderboard", "700x700")
    for document in made:
        check_cells(project, document)


def check_cells(project: Project, made: str) -> None:
    sheet = project.find(made, RasterDocument)
    areas = [content_of(project, layer.id) for layer in project.children(made, PixelLayer)]
    boxes = [area.to_rect() for area in areas if area.width < sheet.width]
    assert len(boxes) == 4
    assert sum(box.width * box.height for box in boxes) > 0.36 * sheet.width * sheet.height
    for number, one in enumerate(boxes):
        assert one.x >= 0 and one.y >= 0 and one.right <= sheet.width and one.bottom <= sheet.height
        assert all(one.intersection(other).is_empty for other in boxes[number + 1 :])
    overlay = next(layer for layer in project.children(made, Layer) if isinstance(layer, EmbedLayer))
    (page,) = project.children(overlay.source.document, Page)
    words = [node for node in project.children(page.id, TextShape) if node.visible]
    assert words and all(span.style.size >= 11 for node in words for span in node.spans)
    for node in words:
        found = Measure(project).box(node.id)
        assert found is not None and all(found.intersection(box).is_empty for box in boxes)


def test_what_is_hidden_is_told_with_its_page_and_its_words_and_headlines_stay() -> None:
    project = Project.in_memory()
    document = make(project, built_in("layout-booklet"))
    (made,) = make_formats(project, document, formats_named(["leaderboard"]))
    assert "page 2: Text, left “Take water for half the day; t…”" in made.left_out
    assert not any("Headline" in name and "“Slow" in name for name in made.left_out)
    assert text_named(project, made.document, "Headline").visible
