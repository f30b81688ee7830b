"""Presets from a document, into the library, and onto another document: one edit that undo takes back."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.display.timeline import tracks_of
from editor.document.project import Project
from editor.formats.preset.content import (
    AdjustmentsContent,
    AdjustmentStep,
    AppearanceContent,
    Blending,
    CaptionContent,
    ClipContent,
    ClipFades,
    ClipPicture,
    ClipSound,
    Content,
    ExportContent,
    Preset,
    Type,
    without,
)
from editor.formats.preset.file import SUFFIX, preset_bytes, read_preset, write_preset
from editor.library.edits import edit_assets
from editor.library.library import Library
from editor.library.trash import to_trash
from editor.model.faces import Beautify
from editor.model.lookup import ColorLookup
from editor.model.origin import Origin
from editor.model.raster import AdjustmentLayer, Curves, Exposure, GaussianBlur, Layer, Levels
from editor.model.vector import Page, PatternPaint, RectangleShape, TextShape
from editor.model.vector.effects import ShadowEffect
from editor.model.vector.paints import FillStyle, SolidPaint, StrokeStyle
from editor.model.video import Caption, CaptionStyle, Clip, OpacityKey, Placement, PlacementKey
from editor.workflows.library.placing import Spot
from editor.workflows.library.preset_looks import look_at_preset_file, picture_of
from editor.workflows.presets.applying import apply_preset, needs_faces
from editor.workflows.presets.keeping import file_name, keep_preset, presets_for
from editor.workflows.presets.taking import has_settings, take_preset
from render.color import Color

RED = Color(1.0, 0.0, 0.0)


def of(content: Content, name: str = "One") -> Preset:
    return Preset(name=name, content=content)


def applied(project: Project, preset: Preset, host: str, spot: Spot = Spot()) -> tuple[str, ...]:
    """Apply as exactly one step whose undo gives back what was there, and whose redo what it made."""
    before, steps = dict(project.records), len(project.history)
    records = apply_preset(project, preset, host, spot)
    after = dict(project.records)
    assert len(project.history) == steps + 1
    assert project.undo() == "Apply preset"
    assert dict(project.records) == before
    project.redo()
    assert dict(project.records) == after
    return records


def refused(project: Project, preset: Preset, host: str, spot: Spot = Spot()) -> str:
    before, steps = dict(project.records), len(project.history)
    with pytest.raises(ExpectedError) as caught:
        apply_preset(project, preset, host, spot)
    assert dict(project.records) == before
    assert len(project.history) == steps
    return str(caught.value)


# Images


@pytest.fixture
def image() -> tuple[Project, str, str]:
    project = Project.in_memory()
    host = run(project, "raster.new_document", width=60, height=40)
    return project, host, project.children(host, Layer)[0].id


def names(project: Project, host: str) -> list[str]:
    return [item.name for item in project.children(host, Layer)]


def test_the_stack_of_adjustments_of_a_layer_goes_onto_another_image(image: tuple[Project, str, str]) -> None:
    project, host, base = image
    low = run(project, "raster.add_adjustment", document=host, adjustment=Levels(gamma=1.5), above=base, clipped=True)
    blur = GaussianBlur(sigma=3)
    top = run(project, "raster.add_adjustment", document=host, adjustment=blur, above=low, clipped=True, name="Soft")
    run(project, "project.set_fields", records=(top,), values={"opacity": 0.5, "blend": "screen"})
    run(project, "raster.add_layer", document=host, name="Over all", above=top)
    project.select((base,))
    assert has_settings(project, host)
    preset = take_preset(project, host, "Glow")
    assert isinstance(preset.content, AdjustmentsContent)
    assert [step.adjustment for step in preset.content.steps] == [Levels(gamma=1.5), blur]

    other = run(project, "raster.new_document", width=10, height=10)
    first = project.children(other, Layer)[0].id
    run(project, "raster.add_layer", document=other, name="Clipped", above=first)
    run(project, "project.set_fields", records=project.selection, values={"clipped": True})
    run(project, "raster.add_layer", document=other, name="Top")
    project.select((first,))
    made = applied(project, preset, other)
    layers = [project.find(key, AdjustmentLayer) for key in made]
    assert [(one.adjustment, one.opacity, one.blend, one.clipped) for one in layers] == [
        (Levels(gamma=1.5), 1.0, "normal", True), (blur, 0.5, "screen", True)
    ]  # fmt: skip
    assert names(project, other)[1:] == ["Clipped", "Levels", "Soft", "Top"]
    assert project.selection == made


def test_one_adjustment_sets_the_chosen_layers_of_its_kind(image: tuple[Project, str, str]) -> None:
    project, host, base = image
    keys = [run(project, "raster.add_adjustment", document=host, adjustment=Levels(), name=name) for name in "ab"]
    preset = of(AdjustmentsContent(steps=(AdjustmentStep(adjustment=Levels(gamma=2.0), name="Dark", opacity=0.7),)))
    project.select(tuple(keys))
    assert applied(project, preset, host) == tuple(keys)
    found = [project.find(key, AdjustmentLayer) for key in keys]
    assert [(one.name, one.adjustment, one.opacity) for one in found] == [
        ("a", Levels(gamma=2.0), 0.7), ("b", Levels(gamma=2.0), 0.7)
    ]  # fmt: skip
    project.select((base, keys[0]))  # not all of them are adjustments
    (made,) = applied(project, preset, host)
    assert made not in keys
    project.select((keys[0],))
    (made,) = applied(project, of(AdjustmentsContent(steps=(AdjustmentStep(adjustment=Exposure()),))), host)
    assert made not in keys
    (made,) = applied(project, preset, host, Spot(at=(5.0, 5.0)))  # a drop on the picture adds
    assert made not in keys
    darker = of(AdjustmentsContent(steps=(AdjustmentStep(adjustment=Levels(gamma=3.0)),)))
    assert applied(project, darker, host, Spot(node=keys[1])) == (keys[1],)
    run(project, "project.set_fields", records=(keys[1],), values={"locked": True})
    assert "locked" in refused(project, preset, host, Spot(node=keys[1]))


def test_groups_hold_adjustments_and_plain_layers_none(image: tuple[Project, str, str]) -> None:
    project, host, base = image
    project.select((base,))
    assert not has_settings(project, host)
    with pytest.raises(ExpectedError, match="no adjustments"):
        take_preset(project, host)
    project.select(())
    with pytest.raises(ExpectedError, match="Nothing is chosen"):
        take_preset(project, host)
    inner = run(project, "raster.add_adjustment", document=host, adjustment=Exposure(stops=1.0))
    group = run(project, "raster.group_layers", layers=(base, inner))
    project.select((group,))
    content = take_preset(project, host).content
    assert isinstance(content, AdjustmentsContent)
    assert [step.adjustment for step in content.steps] == [Exposure(stops=1.0)]


def test_a_retouch_is_of_all_faces_and_says_when_there_are_none(image: tuple[Project, str, str]) -> None:
    project, host, _base = image
    run(project, "raster.add_adjustment", document=host, adjustment=Beautify(shine=0.9, face="one"))
    preset = take_preset(project, host)
    assert isinstance(preset.content, AdjustmentsContent)
    assert preset.content.steps[0].adjustment == Beautify(shine=0.9)
    assert needs_faces(project, preset, host)
    assert not needs_faces(project, of(AdjustmentsContent(steps=(AdjustmentStep(adjustment=Levels()),))), host)


@pytest.fixture
def lookup(tmp_path: Path) -> Path:
    path = tmp_path / "Negative.cube"
    path.write_text("LUT_3D_SIZE 2\n" + "\n".join(
        f"{1 - r} {1 - g} {1 - b}" for b in (0, 1) for g in (0, 1) for r in (0, 1)))  # fmt: skip
    return path


def test_a_colour_table_travels_in_the_file(image: tuple[Project, str, str], lookup: Path, tmp_path: Path) -> None:
    from editor.workflows.library.placing import place_files

    project, host, _base = image
    place_files(project, [lookup], host)
    path = tmp_path / f"night{SUFFIX}"
    write_preset(path, take_preset(project, host, "Night"))
    elsewhere = Project.in_memory()
    other = run(elsewhere, "raster.new_document", width=10, height=10)
    (made,) = applied(elsewhere, read_preset(path), other)
    adjustment = elsewhere.find(made, AdjustmentLayer).adjustment
    assert isinstance(adjustment, ColorLookup)
    assert adjustment.name == "Negative"
    assert elsewhere.blobs.get(adjustment.table) == project.blobs.get(adjustment.table)
    assert look_at_preset_file(path).thumbnail


# Timelines


@pytest.fixture
def line() -> tuple[Project, str, dict[str, str]]:
    """Two pictures and a caption on a timeline of 200 pixels."""
    project = Project.in_memory()
    host = run(project, "video.new_document", width=200, height=100)
    track = tracks_of(project, host, "video")[0].id
    keys = {
        name: run(project, "video.add_color", track=track, start=start, duration=2)
        for name, start in (("first", 0), ("second", 2))
    }
    keys["caption"] = run(project, "video.add_caption", document=host, start=0, duration=4, text="Hello")
    keys["track"] = track
    return project, host, keys


def test_the_look_of_a_clip_goes_onto_another(line: tuple[Project, str, dict[str, str]]) -> None:
    project, host, keys = line
    second = Fraction(1)
    looks = {
        "opacity": 0.4, "placement": Placement(x=20, scale=0.5), "fade_in": Fraction(1, 2), "fade_out": second,
        "opacity_keys": (OpacityKey(time=second, value=0.2),),
        "placement_keys": (PlacementKey(time=second, value=Placement(x=50)),),
    }  # fmt: skip
    run(project, "project.set_fields", records=(keys["first"],), values=looks)
    project.select((keys["first"],))
    preset = take_preset(project, host, "Small")
    before = project.find(keys["second"], Clip)
    assert applied(project, preset, host, Spot(track=keys["track"], time=Fraction(3))) == (keys["second"],)
    found = project.find(keys["second"], Clip)
    assert {name: getattr(found, name) for name in looks} == looks
    assert (found.start, found.duration, found.source) == (before.start, before.duration, before.source)
    project.undo()
    project.select((keys["second"],))
    assert isinstance(preset.content, ClipContent)
    only = Preset(name="Fades", content=without(preset.content, ("picture", "colors")))
    applied(project, only, host)
    assert project.find(keys["second"], Clip).opacity == 1.0
    assert project.find(keys["second"], Clip).fade_in == Fraction(1, 2)


def test_offsets_follow_the_frame_and_fades_fit_a_short_clip(line: tuple[Project, str, dict[str, str]]) -> None:
    project, host, keys = line
    wide = of(ClipContent(picture=ClipPicture(placement=Placement(x=100, y=-10, scale=2), width=1000),
                          fades=ClipFades(fade_in=Fraction(6), fade_out=Fraction(2))))  # fmt: skip
    project.select((keys["first"],))
    applied(project, wide, host)
    clip = project.find(keys["first"], Clip)
    assert (clip.placement.x, clip.placement.y, clip.placement.scale) == (20.0, -2.0, 2.0)
    assert (clip.fade_in, clip.fade_out) == (Fraction(3, 2), Fraction(1, 2))


def test_without_a_choice_the_clip_that_shows_is_meant(line: tuple[Project, str, dict[str, str]]) -> None:
    project, host, keys = line
    project.select(())
    preset = of(ClipContent(picture=ClipPicture(opacity=0.5)))
    assert applied(project, preset, host, Spot(time=Fraction(5, 2))) == (keys["second"],)
    assert "no clip" in refused(project, preset, host, Spot(time=Fraction(50)))
    run(project, "project.set_fields", records=(keys["track"],), values={"locked": True})
    assert "locked" in refused(project, preset, host, Spot(node=keys["first"]))
    assert "sounds" in refused_after_unlock(project, host, keys)


def refused_after_unlock(project: Project, host: str, keys: dict[str, str]) -> str:
    run(project, "project.set_fields", records=(keys["track"],), values={"locked": False})
    return refused(project, of(ClipContent(sound=ClipSound(volume=2.0))), host, Spot(node=keys["first"]))


def test_the_sound_of_a_picture_is_set_with_it(line: tuple[Project, str, dict[str, str]]) -> None:
    project, host, keys = line
    sounds = tracks_of(project, host, "audio")[0].id
    heard = run(project, "video.add_color", track=keys["track"], start=4, duration=2)
    run(project, "project.move", records=(heard,), parent=sounds)
    run(project, "video.link_clips", clips=(keys["first"], heard))
    project.select((keys["first"],))
    applied(project, of(ClipContent(sound=ClipSound(volume=0.5, pan=-1.0))), host)
    assert (project.find(heard, Clip).volume, project.find(heard, Clip).pan) == (0.5, -1.0)
    assert project.find(keys["first"], Clip).volume == 1.0
    project.select((heard,))
    assert "pictures" in refused(project, of(ClipContent(picture=ClipPicture())), host)
    content = take_preset(project, host).content
    assert isinstance(content, ClipContent)
    assert (content.picture, content.sound) == (None, ClipSound(volume=0.5, pan=-1.0))


def test_captions_take_a_style(line: tuple[Project, str, dict[str, str]]) -> None:
    project, host, keys = line
    style = CaptionStyle(size=0.1, color=RED, edge="top")
    run(project, "project.set_fields", records=(keys["caption"],), values={"style": style})
    project.select((keys["caption"],))
    preset = take_preset(project, host)
    assert preset.content == CaptionContent(style=style)
    other = run(project, "video.add_caption", document=host, start=5, duration=1, text="Bye")
    assert applied(project, preset, host, Spot(node=other)) == (other,)
    assert project.find(other, Caption).style == style
    assert "no caption" in refused(project, preset, host, Spot(node=keys["first"]))


# Pages


@pytest.fixture
def page() -> tuple[Project, str, str, str]:
    project = Project.in_memory()
    host = run(project, "vector.new_document", width=200.0, height=100.0)
    box = run(project, "vector.add_rectangle", parent=host, x=10.0, y=10.0, width=50.0, height=50.0)
    text = run(project, "vector.add_text", parent=host, text="Hello", x=100.0, y=20.0)
    return project, host, box, text


LOOK = AppearanceContent(
    styles=(FillStyle(paint=SolidPaint(color=RED)), StrokeStyle(width=3.0)), effects=(ShadowEffect(dx=2.0),),
    blending=Blending(opacity=0.5, blend="multiply"),
)  # fmt: skip


def test_the_appearance_of_a_shape_goes_onto_another(page: tuple[Project, str, str, str]) -> None:
    project, host, box, text = page
    project.select((box,))
    applied(project, of(LOOK), host)
    assert take_preset(project, host).content == LOOK
    shape = project.find(box, RectangleShape)
    assert (shape.x, shape.width, shape.opacity, shape.blend) == (10.0, 50.0, 0.5, "multiply")
    assert applied(project, of(LOOK), host, Spot(at=(110.0, 35.0), part=project.children(host, Page)[0].id)) == (text,)
    assert project.find(text, TextShape).spans[0].styles == LOOK.styles
    assert "no shape" in refused(project, of(LOOK), host, Spot(at=(190.0, 95.0)))
    project.select(())
    assert "no shape" in refused(project, of(LOOK), host)
    pages = project.children(host, Page)[0].id
    assert "no shape" in refused(project, of(LOOK), host, Spot(node=pages))


def test_the_type_of_a_text_goes_onto_texts_alone(page: tuple[Project, str, str, str]) -> None:
    project, host, box, text = page
    run(project, "vector.set_type", shapes=(text,), family="serif", size=40.0, weight=700, align="middle")
    project.select((text,))
    preset = take_preset(project, host)
    assert isinstance(preset.content, AppearanceContent)
    assert preset.content.letters == Type(family="serif", size=40.0, weight=700, align="middle")
    other = run(project, "vector.add_text", parent=host, text="Other", x=10.0, y=70.0)
    letters = of(AppearanceContent(letters=preset.content.letters))
    project.select((other, box))
    applied(project, letters, host)
    assert project.find(other, TextShape).spans[0].style.size == 40.0
    assert project.find(other, TextShape).text == "Other"
    assert "texts" in refused(project, letters, host, Spot(node=box))


def test_what_only_its_project_has_is_not_kept(page: tuple[Project, str, str, str]) -> None:
    project, host, box, _text = page
    strange = (FillStyle(paint=PatternPaint(pattern="p")),)
    run(project, "project.set_fields", records=(box,), values={"styles": strange})
    project.select((box,))
    with pytest.raises(ExpectedError, match="pattern"):
        take_preset(project, host)


# Where it does not belong


def test_what_does_not_fit_is_refused_in_a_sentence(
    image: tuple[Project, str, str], line: Any, page: Any
) -> None:  # fmt: skip
    adjustments = of(AdjustmentsContent(steps=(AdjustmentStep(adjustment=Curves()),)), "Curve")
    clip, look = of(ClipContent(fades=ClipFades()), "Fade"), of(LOOK, "Red")
    for project, host in (image[:2], line[:2], page[:2]):
        family = project.get(host).family
        for preset, fitting, word in (
            (adjustments, "raster", "image"), (clip, "video", "timeline"), (look, "vector", "shapes")
        ):  # fmt: skip
            if family != fitting:
                said = refused(project, preset, host)
                assert preset.name in said
                assert word in said
    scene = Project.in_memory()
    assert "Curve" in refused(scene, adjustments, run(scene, "scene.new_document", width=10, height=10))
    assert "Curve" in refused(scene, adjustments, "")


# The library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    yield made
    made.close()


def test_presets_are_assets_and_are_listed_by_what_they_are_for(library: Library) -> None:
    web = of(ExportContent(family="raster", extension="webp"), "Web / small: 100 %")
    key = keep_preset(library, web, ("web", "export"))
    asset = library.asset(key)
    assert (asset.kind, asset.extension, asset.label, asset.stored) == ("preset", SUFFIX[1:], web.name, True)
    assert asset.licence == "LicenseRef-own"
    assert keep_preset(library, web) == key
    assert read_preset(library.file_of(asset)) == web
    look = keep_preset(library, of(LOOK, "Red"))
    every = presets_for(library, lambda subject: True)
    assert [one.asset.id for one in every] == [look, key]
    assert [one.asset.id for one in presets_for(library, lambda subject: subject == "export:raster")] == [key]
    assert [one.content for one in presets_for(library, lambda subject: subject == "appearance")] == [LOOK]
    for query, found in (("kind:preset", {key, look}), ("tag:web", {key}), ("small", {key}), ("kind:image", set())):
        assert set(library.finder.find(query)) == found, query


def test_settings_that_were_renamed_are_not_lost_under_the_old_name(library: Library) -> None:
    soft = of(LOOK, "Soft")
    key = keep_preset(library, soft)
    edit_assets(library.catalogue, [key], title="Hard")
    with pytest.raises(ExpectedError, match="already, as the preset Hard") as refusal:
        keep_preset(library, soft)
    assert refusal.value.remedy
    assert [one.asset.label for one in presets_for(library, lambda _subject: True)] == ["Hard"]
    to_trash(library.catalogue, [key])
    assert keep_preset(library, soft) == key, "nobody has it under the other name any more"
    assert [one.asset.label for one in presets_for(library, lambda _subject: True)] == ["Soft"]


def test_presets_are_listed_as_people_count(library: Library) -> None:
    for name in ("Ink 10", "Ink 1", "ink 2", "Ink", "3 inks", "Ink 2 b"):
        keep_preset(library, of(LOOK, name))
    names = [one.asset.label for one in presets_for(library, lambda _subject: True)]
    assert names == ["3 inks", "Ink", "Ink 1", "ink 2", "Ink 2 b", "Ink 10"]


def test_a_damaged_or_missing_preset_is_passed_over(library: Library, tmp_path: Path) -> None:
    path = tmp_path / f"broken{SUFFIX}"
    path.write_text("{")
    gone = tmp_path / f"gone{SUFFIX}"
    gone.write_bytes(preset_bytes(of(LOOK, "Gone")))
    library.take_in([path, gone])
    gone.unlink()
    assert presets_for(library, lambda subject: True) == []
    with pytest.raises(ExpectedError, match="damaged"):
        look_at_preset_file(path)


def test_names_become_names_of_files(library: Library) -> None:
    assert [file_name(name) for name in ("a/b:c", "..", "  ", "CON\x00", "x" * 300)] == [
        "a b c", "Preset", "Preset", "CON", "x" * 80
    ]  # fmt: skip
    with pytest.raises(ExpectedError, match="name"):
        keep_preset(library, of(LOOK, "  "))


@pytest.mark.parametrize("content", [
    AdjustmentsContent(steps=(AdjustmentStep(adjustment=Exposure(stops=-2)),)),
    AdjustmentsContent(steps=(AdjustmentStep(adjustment=Beautify()),)),
    ClipContent(picture=ClipPicture(opacity=0.3)), ClipContent(sound=ClipSound()),
    CaptionContent(style=CaptionStyle(size=0.2)), LOOK, AppearanceContent(letters=Type(size=4000.0)),
    ExportContent(family="video", extension="mp4"),
])  # fmt: skip
def test_every_preset_has_a_picture_that_shows_something(content: Content) -> None:
    picture = picture_of(of(content))
    assert picture.shape[2] == 4
    assert max(picture.shape[:2]) <= 256
    assert len({tuple(pixel) for row in picture[::8, ::8, :3] for pixel in row}) > 2


def test_what_was_made_of_an_asset_says_so(library: Library, image: tuple[Project, str, str]) -> None:
    project, host, _base = image
    preset = of(AdjustmentsContent(steps=(AdjustmentStep(adjustment=Levels()),)), "Plain")
    asset = library.asset(keep_preset(library, preset))
    (made,) = apply_preset(project, preset, host, asset=asset)
    (note,) = [item for item in project.records.values() if isinstance(item, Origin)]
    assert (note.parent, note.hash, note.linked) == (made, asset.hash, False)
