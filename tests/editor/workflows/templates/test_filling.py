"""Filling: each editor's slots, one undoable edit, the same again from history."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.commands.replay import replay_project
from editor.document.project import Project
from editor.model.raster import EmbedLayer
from editor.model.scene import SceneDocument, SceneMaterial, SceneNode, SceneTexture
from editor.model.template import Slot, Target
from editor.model.vector import PictureFrame, RectangleShape, SolidPaint, TextShape
from editor.model.video import Caption, Clip, ColorSource, MediaItem, MediaSource
from editor.workflows.templates.fields import by_role, fields_of, present
from editor.workflows.templates.fill import Value, fill
from editor.workflows.templates.pictures import content_of, placed
from render.color import Color
from render.geometry import IntRect, Rect
from tests.editor.workflows.templates import making

RED = Color(1.0, 0.0, 0.0)
Maker = Callable[[Project, Path], dict[str, str]]


@pytest.fixture
def project() -> Project:
    return Project.in_memory()


def test_one_text_stands_in_many_places(project: Project, tmp_path: Path) -> None:
    made = making.card(project, tmp_path)
    filled = fill(project, {"name": "Zoé"})
    assert filled.places == 2 and not filled.notices
    assert [project.find(made[key], TextShape).text for key in ("name", "again")] == ["Zoé", "Zoé"]
    assert project.history[project.history.head].label == "Fill template"
    project.undo()
    assert project.find(made["name"], TextShape).text == "Your name"


def test_a_long_text_shrinks_and_the_next_short_one_is_large_again(project: Project, tmp_path: Path) -> None:
    made = making.card(project, tmp_path)
    fill(project, {"Name": "A name that is far too long"})
    small = project.find(made["name"], TextShape).spans[0].style.size
    assert 6 < small < 20
    said = fill(project, {"Name": "Another name, longer than that by far, and then by a little more"})
    longest = project.find(made["name"], TextShape)
    assert longest.spans[0].style.size < small and longest.text.count("\n") >= 1
    assert said.notices == ("Name: the text is too long for its place.",)
    fill(project, {"Name": "Bo"})
    assert project.find(made["name"], TextShape).spans[0].style.size == 30


def test_spaces_between_letters_shrink_with_them(project: Project, tmp_path: Path) -> None:
    made = making.card(project, tmp_path)
    run(project, "vector.set_type", shapes=(made["name"],), letter_spacing=-3.0)
    fill(project, {"Name": "Anotherverylongnamewithoutanyspace"})
    style = project.find(made["name"], TextShape).spans[0].style
    assert style.letter_spacing == pytest.approx(-3.0 * style.size / 30, abs=1e-3)
    fill(project, {"Name": "Bo"})
    assert project.find(made["name"], TextShape).spans[0].style.letter_spacing == pytest.approx(-3.0)


def test_a_font_may_say_its_weight_and_slant(project: Project, tmp_path: Path) -> None:
    made = making.card(project, tmp_path)
    run(project, "template.add_slot", name="Letters", targets=(Target(record=made["name"], property="font"),))
    fill(project, {"Letters": "Inter:700:italic"})
    style = project.find(made["name"], TextShape).spans[0].style
    assert (style.families, style.weight, style.slant) == (("Inter",), 700, "italic")


def test_the_artists_own_size_counts_from_then_on(project: Project, tmp_path: Path) -> None:
    made = making.card(project, tmp_path)
    fill(project, {"Name": "A name that is far too long"})
    run(project, "vector.set_text", shape=made["name"], text="Big")
    run(project, "vector.set_type", shapes=(made["name"],), size=50)
    fill(project, {"Name": "Bo"})
    assert project.find(made["name"], TextShape).spans[0].style.size == 50


def test_a_span_is_filled_and_its_neighbours_stay(project: Project) -> None:
    document = run(project, "vector.new_document")
    text = run(project, "vector.add_text", parent=document, text="Dear friend,")
    run(project, "vector.set_spans", shape=text, spans=[{"text": "Dear "}, {"text": "friend"}, {"text": ","}])
    run(project, "template.add_slot", name="Who", targets=(Target(record=text, property="text", part=1),))
    fill(project, {"who": "Ada"})
    assert project.find(text, TextShape).text == "Dear Ada,"


def test_a_picture_is_cut_to_its_frame_around_its_focus(project: Project, tmp_path: Path) -> None:
    made = making.card(project, tmp_path)
    fill(project, {"Photo": making.picture(tmp_path / "wide.png", 400, 100)})
    item = project.find(made["photo"], PictureFrame)
    assert (item.width, item.height, item.x) == (400, 100, 20 - 150)
    shown = making.pixels_of(project, made["document"])
    assert tuple(shown[100, 70][:3]) == (192, 48, 32) and tuple(shown[100, 10][:3]) == (255, 255, 255)
    assert tuple(shown[100, 125][:3]) == (255, 255, 255)  # nothing sticks out of the frame


def test_a_linked_picture_on_a_page_becomes_the_picture(project: Project, tmp_path: Path) -> None:
    """As the window places one that is dropped: an image of its own, shown in a rectangle."""
    page = run(project, "vector.new_document", width=300, height=200)
    photo = run(project, "raster.new_document", name="Photo", width=40, height=20)
    key = run(project, "vector.add_embed", parent=page, document=photo, x=20, y=80, width=100, height=100)
    run(project, "vector.set_opacity", nodes=(key,), opacity=0.5)
    making.slot(project, "Photo", (key, "picture"))
    before = project.content_hash()
    for color in ("#00ff00", "#c03020"):
        fill(project, {"Photo": making.picture(tmp_path / "wide.png", 400, 100, color)})
    assert making.pixels_of(project, page)[130, 70][:3].tolist() == pytest.approx([224, 152, 144], abs=2)
    assert project.find(key, PictureFrame).width == 400 and len(project.documents()) == 2
    project.undo()
    project.undo()
    assert project.content_hash() == before
    project.redo()
    replayed = replay_project(project, Project.in_memory())
    assert replayed.equal and not replayed.different


@pytest.mark.parametrize(
    ("fit", "expected"), [("fill", (-50, 0, 200, 100)), ("fit", (0, 25, 100, 50)), ("stretch", (0, 0, 100, 100))]
)
def test_how_a_picture_lies_in_its_place(fit: str, expected: tuple[int, ...]) -> None:
    rule = Slot(id="s", name="Photo", fit=fit)  # type: ignore[arg-type]
    rect = placed(rule, Rect(0, 0, 100, 100), 40, 20)
    assert (rect.x, rect.y, rect.width, rect.height) == expected


@given(
    place=st.tuples(*[st.floats(1, 1000)] * 4), size=st.tuples(st.integers(1, 5000), st.integers(1, 5000)),
    focus=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)  # fmt: skip
def test_a_filled_place_is_covered_whatever_the_focus(
    place: tuple[float, float, float, float], size: tuple[int, int], focus: tuple[float, float]
) -> None:
    rule = Slot(id="s", name="Photo", focus_x=focus[0], focus_y=focus[1])
    room, rect = Rect(*place), placed(rule, Rect(*place), *size)
    slack = 1e-6 * max(rect.width, rect.height)
    assert rect.x <= room.x + slack and rect.right >= room.right - slack
    assert rect.y <= room.y + slack and rect.bottom >= room.bottom - slack
    assert rect.width / rect.height == pytest.approx(size[0] / size[1])


def test_a_colour_stands_in_fills_and_strokes(project: Project, tmp_path: Path) -> None:
    made = making.card(project, tmp_path)
    fill(project, {"ACCENT": RED})
    for key in ("bar", "line"):
        style = project.find(made[key], RectangleShape).styles[-1]
        assert isinstance(style.paint, SolidPaint) and style.paint.color == RED
    field = next(field for field in fields_of(project) if field.name == "Accent")
    assert present(project, field) == RED


def test_yes_and_no(project: Project, tmp_path: Path) -> None:
    made = making.card(project, tmp_path)
    fill(project, {"Ribbon": False})
    assert not project.find(made["line"], RectangleShape).visible
    fill(project, {"Ribbon": True})
    assert project.find(made["line"], RectangleShape).visible


def test_an_images_layers(project: Project, tmp_path: Path) -> None:
    made = making.image(project, tmp_path)
    for _ in range(2):  # the second time begins from the place that was drawn, too
        fill(project, {"Photo": making.picture(tmp_path / "p.png", 400, 100), "Accent": RED})
        assert content_of(project, made["photo"]) == IntRect(50, 20, 100, 80)
    shown = making.pixels_of(project, made["document"])
    assert tuple(shown[60, 100]) == (192, 48, 32, 255)
    assert tuple(shown[40, 230]) == (255, 0, 0, 255)
    assert shown[40, 190][3] == 0


def test_a_picture_that_fits_inside_leaves_its_place_as_it_was(project: Project, tmp_path: Path) -> None:
    made = making.image(project, tmp_path)
    (slot,) = [item for item in project.children(made["document"], Slot) if item.name == "Photo"]
    run(project, "template.set_slot", slot=slot.id, fit="fit")
    fill(project, {"Photo": making.picture(tmp_path / "wide.png", 400, 100)})
    assert content_of(project, made["photo"]) == IntRect(50, 48, 100, 25)
    fill(project, {"Photo": making.picture(tmp_path / "high.png", 100, 400)})
    assert content_of(project, made["photo"]) == IntRect(90, 20, 20, 80)


def test_a_linked_drawing_becomes_a_picture_and_then_another_one(project: Project, tmp_path: Path) -> None:
    made = making.image(project, tmp_path)
    count = len(project.documents())
    for color in ("#00ff00", "#0000ff"):
        fill(project, {"Logo": making.picture(tmp_path / "logo.png", 64, 32, color)})
        assert len(project.documents()) == count + 1
    link = project.find(made["link"], EmbedLayer)
    assert link.source.document != made["logo"]
    assert tuple(making.pixels_of(project, made["document"])[16, 40]) == (0, 0, 255, 255)


def test_a_films_clips(project: Project, tmp_path: Path) -> None:
    made = making.film(project, tmp_path)
    before = project.find(made["still"], Clip)
    fill(project, {"Still": making.picture(tmp_path / "new.png", 90, 160), "Accent": RED, "Words": "Good bye"})
    clip = project.find(made["still"], Clip)
    assert (clip.start, clip.duration) == (before.start, before.duration)
    assert isinstance(clip.source, MediaSource)
    assert project.find(clip.source.item, MediaItem).name == "new.png"
    assert clip.placement.scale == pytest.approx((320 / 90) / (180 / 160))
    fill(project, {"Still": making.picture(tmp_path / "wide.png", 320, 180)})
    assert project.find(made["still"], Clip).placement.scale == 1
    source = project.find(made["color"], Clip).source
    assert isinstance(source, ColorSource) and source.color == RED
    caption = project.find(made["caption"], Caption)
    assert (caption.text, caption.style.color) == ("Good bye", RED)


def test_a_scenes_materials(project: Project, tmp_path: Path) -> None:
    made = making.scene(project, tmp_path)
    for number in range(2):
        path = making.picture(tmp_path / f"label{number}.png")
        fill(project, {"Label": path, "Accent": RED, "Cube": False})
    material = project.find(made["material"], SceneMaterial)
    assert material.base_color == RED and material.base_texture is not None
    assert project.find(material.base_texture.texture, SceneTexture).name == "label1"
    assert len(project.children(made["document"], SceneTexture)) == 1
    assert project.find(made["document"], SceneDocument).background == RED
    lamp = project.find(made["lamp"], SceneNode).lamp
    assert lamp is not None and lamp.color == RED and project.find(made["cube"], SceneNode).hidden


@pytest.mark.parametrize("maker", [making.card, making.image, making.film, making.scene])
def test_undo_gives_back_the_exact_project_and_replay_the_filled_one(
    project: Project, tmp_path: Path, maker: Maker
) -> None:
    maker(project, tmp_path)
    empty = project.content_hash()
    fill(project, _values(project, tmp_path))
    filled = project.content_hash()
    assert filled != empty
    project.undo()
    assert project.content_hash() == empty
    project.redo()
    assert project.content_hash() == filled
    replayed = replay_project(project, Project.in_memory())
    assert (replayed.refused, replayed.different, replayed.by_change) == ([], [], 0)
    assert replayed.equal


def _values(project: Project, folder: Path) -> dict[str, Value]:
    given: dict[str, Value] = {
        "text": "Something else that is long", "color": Color(0.2, 0.4, 0.6), "switch": False, "font": "Inter",
        "picture": making.picture(folder / "other.png", 77, 33), "clip": making.picture(folder / "clip.png", 64, 64),
    }  # fmt: skip
    return {field.name: given[field.takes] for field in fields_of(project)}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_filling_again_is_filling_once(texts: list[str], tmp_path: Path) -> None:
    """Whatever stood there before, the same values give the same drawing."""
    project, fresh = Project.in_memory(), Project.in_memory()
    made, other = making.card(project, tmp_path), making.card(fresh, tmp_path)
    for text in texts:
        fill(project, {"Name": text})
    fill(fresh, {"Name": texts[-1]})
    assert project.find(made["name"], TextShape).spans == fresh.find(other["name"], TextShape).spans


def test_nothing_is_half_done(project: Project, tmp_path: Path) -> None:
    making.card(project, tmp_path)
    before, steps = project.content_hash(), len(project.history)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    wrong: list[dict[str, Value]] = [
        {"Nobody": "x"}, {"Accent": "red"}, {"Photo": tmp_path / "gone.png"}, {"Photo": tmp_path / "broken.png"},
    ]  # fmt: skip
    for values in wrong:
        with pytest.raises(ExpectedError):
            fill(project, {"Name": "Zoé", **values})
        assert (project.content_hash(), len(project.history)) == (before, steps)


def test_what_was_deleted_is_said_and_the_rest_filled(project: Project, tmp_path: Path) -> None:
    made = making.card(project, tmp_path)
    run(project, "project.delete", records=(made["again"],))
    filled = fill(project, {"Name": "Zoé"})
    assert filled.places == 1 and "Name" in filled.notices[0]


def test_a_copied_document_has_slots_of_its_own(project: Project, tmp_path: Path) -> None:
    made = making.image(project, tmp_path)
    copy = run(project, "raster.duplicate_document", document=made["document"])
    fields = fields_of(project)
    assert {field.name: len(field.slots) for field in fields} == {"Photo": 2, "Accent": 2, "Logo": 2}
    fill(project, {"Accent": RED})
    for document in (made["document"], copy):
        assert tuple(making.pixels_of(project, document)[40, 230]) == (255, 0, 0, 255)


def test_a_brand_fills_by_roles(project: Project, tmp_path: Path) -> None:
    making.card(project, tmp_path)
    assert by_role(fields_of(project), {"Primary Color": RED, "logo": "x"}) == {"Accent": RED}
