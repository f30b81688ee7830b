"""Brand kits: kept in a library, carried to another one, and documents brought in line with them."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.document.project import Project
from editor.library.library import Library
from editor.model.vector import Page, PictureFrame, TextShape
from editor.workflows.kits.applying import apply_kit
from editor.workflows.kits.carrying import bring_in, carry_out
from editor.workflows.kits.checking import replace_strays, strays
from editor.workflows.kits.colors import contrast, distance, nearest, palette, tint
from editor.workflows.kits.keeping import PICTURES, file_of, find_kit, keep, keep_new, kits_of, take_file, throw_away
from editor.workflows.kits.kit import Kit, KitColor, KitFont, KitLogo, KitVoice, decode, encode
from editor.workflows.templates.built_in import built_in, make
from render.color import Color

units = st.floats(0, 1)
colors = st.builds(Color, units, units, units)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    yield made
    made.close()


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    path = tmp_path / "logo.png"
    Image.new("RGBA", (64, 32), (200, 30, 60, 255)).save(path)
    return path


def house(library: Library, logo: Path) -> Kit:
    return Kit(
        name="North House", notes="Calm",
        colors=(
            KitColor(name="Ink", color="#102a43", role="text"),
            KitColor(name="Sky", color="#2f7df6", role="primary", tints=(0.5, -0.5)),
            KitColor(name="Gold", color="#f7b733", role="secondary"),
            KitColor(name="Rose", color="#fc4a5b", role="accent"),
            KitColor(name="Snow", color="#f4f8fb", role="background"),
        ),
        fonts=(KitFont(use="heading", family="Inter", weight=700), KitFont(use="body", family="Inter")),
        logos=(KitLogo(file=take_file(library, logo, PICTURES), name="Mark", variant="dark"),),
        voices=(KitVoice(name="Narrator", voice="en-gb", speed=160, notes="warm"),),
    )  # fmt: skip


def test_a_kit_is_an_asset_that_stays_itself(library: Library, logo: Path) -> None:
    kept = keep_new(library, house(library, logo))
    assert kept.asset.kind == "kit" and find_kit(library, "north house").kit == kept.kit
    changed = keep(library, kept, msgspec.structs.replace(kept.kit, notes="Loud"))
    assert changed.asset.id == kept.asset.id and [item.kit.notes for item in kits_of(library)] == ["Loud"]
    with pytest.raises(ExpectedError, match="already"):
        keep_new(library, kept.kit)
    throw_away(library, changed)
    assert kits_of(library) == []


def test_two_who_change_a_kit_at_once_both_keep_their_work(library: Library, logo: Path) -> None:
    mine = keep_new(library, house(library, logo))
    gold, rose = mine.kit.colors[2], mine.kit.colors[3]
    without = [color for color in mine.kit.colors if color != gold]
    theirs = msgspec.structs.replace(mine.kit, colors=(*without, KitColor(name="New", color="#abcdef")))
    keep(library, mine, theirs)
    redder = msgspec.structs.replace(rose, color="#ff0000")
    changed = tuple(redder if color == rose else color for color in mine.kit.colors)
    kept = keep(library, mine, msgspec.structs.replace(mine.kit, notes="Mine", colors=changed)).kit
    assert kept.notes == "Mine" and {"New", "Rose"} <= {color.name for color in kept.colors}
    assert gold not in kept.colors and redder in kept.colors and rose not in kept.colors


def test_an_export_that_fails_leaves_the_one_before(library: Library, logo: Path, tmp_path: Path) -> None:
    kept = keep_new(library, house(library, logo))
    target = carry_out(library, kept, tmp_path / "house.zip")
    before = target.read_bytes()
    gone = library.with_hash(kept.kit.logos[0].file.hash)
    assert gone is not None
    library.file_of(gone).unlink()
    logo.unlink()
    with pytest.raises(ExpectedError, match="not in the library"):
        carry_out(library, kept, target, replace=True)
    with pytest.raises(ExpectedError, match="exists"):
        carry_out(library, kept, target)
    assert target.read_bytes() == before


def test_a_voice_of_a_kit_is_heard_and_taken_by_the_speaking_tool() -> None:
    from editor.base.jobs import Progress
    from editor.workflows.kits.speaking import options_for, spoken, voices
    from ml.runtime.runtime import Runtime

    choices = dict(voices(()))
    assert {"fr-fr", "de"} <= set(choices) and len(choices) > 60
    runtime = Runtime()
    try:
        slow, rate = spoken(KitVoice(name="A", voice="fr", speed=100), "Bonjour à tous.", (), runtime, Progress())
        fast, _ = spoken(KitVoice(name="A", voice="fr", speed=300), "Bonjour à tous.", (), runtime, Progress())
        assert rate >= 16_000 and len(slow) > 1.5 * len(fast) and abs(slow).max() > 0.05
        with pytest.raises(ExpectedError, match="not installed"):
            spoken(KitVoice(name="A", voice="model:none"), "Hello", (), runtime, Progress())
        with pytest.raises(ExpectedError, match="no voice"):
            spoken(KitVoice(name="A", voice="klingonese"), "Hello", (), runtime, Progress())
    finally:
        runtime.close()
    assert options_for(KitVoice(name="A", voice="de", speed=165, pitch=30), "x").pace == pytest.approx(1.0)


def test_what_a_kit_lacks_is_said(library: Library, logo: Path) -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document")
    text = run(project, "vector.add_text", parent=document, text="Title")
    run(project, "template.add_slot", name="F", role="heading font", targets=({"record": text, "property": "font"},))
    kit = msgspec.structs.replace(
        house(library, logo), fonts=(KitFont(use="heading", family="Nosuch Family", weight=700),)
    )
    filled = apply_kit(project, kit, lambda file: file_of(library, file))
    assert "Nosuch Family" in filled.notices[0]
    style = project.find(text, TextShape).spans[0].style
    assert style.weight == 700 and style.families == ("Nosuch Family",)


def test_a_kit_is_seen_in_the_library_by_its_colours(library: Library, logo: Path) -> None:
    from editor.workflows.library.looking import look_at

    kept = keep_new(library, house(library, logo))
    look = look_at(kept.path, "kit")
    assert look.thumbnail and len(look.colors) >= 3


def test_a_kit_is_written_and_read(library: Library, logo: Path) -> None:
    kit = house(library, logo)
    assert decode(encode(kit), "x") == kit


@pytest.mark.parametrize("folder", [False, True])
def test_it_travels_with_its_files(library: Library, logo: Path, tmp_path: Path, folder: bool) -> None:
    kept = keep_new(library, house(library, logo))
    target = carry_out(library, kept, tmp_path / "out", folder)
    other = Library(tmp_path / "other")
    try:
        assert bring_in(other, target).kit == kept.kit
        found = file_of(other, kept.kit.logos[0].file)
        assert found is not None and found.read_bytes() == logo.read_bytes()
        assert bring_in(other, target).kit.name == "North House 2"
    finally:
        other.close()
    with pytest.raises(ExpectedError, match="exists already"):
        carry_out(library, kept, target, folder)


def packed(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name.replace("__", "/").replace("_json", ".json"), data)
    return stream.getvalue()


HELD = b'{"name":"K","logos":[{"file":{"hash":"' + b"a" * 40 + b'","extension":"png"}}]}'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no brand kit"), (b"{", "no brand kit"), (b'{"name": 3}', "no brand kit"), (b'{"name":"K","x":1}', "x"),
        (packed(other=b""), "holds no brand kit"), (packed(kit_json=b"[]"), "no brand kit"),
        (packed(kit_json=HELD), "missing"), (packed(kit_json=b" " * (2 << 20)), "too large"),
        (packed(**{"kit_json": HELD, f"files__{'a' * 40}.png": b"not that"}), "damaged"),
        (packed(kit_json=HELD)[:-30], "no brand kit"),
        (b'{"name":"K","logos":[{"file":{"hash":"../../../../etc/passwd","extension":"png"}}]}', "no brand kit"),
        (b'{"name":"K","colors":[{"name":"C","color":"red"}]}', "no brand kit"),
    ],
)  # fmt: skip
def test_bad_files_are_a_sentence_and_leave_nothing(library: Library, tmp_path: Path, data: bytes, said: str) -> None:
    source = tmp_path / "bad.atelier-kit"
    source.write_bytes(data)
    with pytest.raises(ExpectedError, match=said):
        bring_in(library, source)
    assert kits_of(library) == []


def test_a_link_in_a_folder_is_not_followed(library: Library, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_bytes(b'{"name":"K"}')
    folder = tmp_path / "kit"
    folder.mkdir()
    (folder / "kit.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(ExpectedError, match="holds no brand kit"):
        bring_in(library, folder)


def test_only_pictures_are_logos(library: Library, tmp_path: Path) -> None:
    script = tmp_path / "logo.py"
    script.write_text("1")
    with pytest.raises(ExpectedError, match="cannot stand in"):
        take_file(library, script, PICTURES)


def test_slots_take_what_their_roles_say_in_one_edit(library: Library, logo: Path) -> None:
    project = Project.in_memory()
    document = make(project, built_in("vector-card"))
    kit = house(library, logo)
    before = project.content_hash()
    filled = apply_kit(project, kit, lambda file: file_of(library, file))
    assert filled.places >= 8
    first, second = project.children(document, Page)
    assert first.background == Color.from_hex("#2f7df6") and second.background == Color.from_hex("#f4f8fb")
    below = (project.records[key] for key in project.index.subtree(document))
    pictures = [item for item in below if isinstance(item, PictureFrame)]
    assert {project.blobs.get(item.blob) for item in pictures} == {logo.read_bytes()}
    assert project.undo() is not None and project.content_hash() == before


def test_without_roles_it_says_so(library: Library, logo: Path) -> None:
    project = Project.in_memory()
    run(project, "vector.new_document")
    with pytest.raises(ExpectedError, match="has a role"):
        apply_kit(project, house(library, logo), lambda file: None)


def test_what_is_off_brand_is_found_and_replaced_by_the_nearest(library: Library, logo: Path) -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document", width=100.0, height=100.0)
    shape = run(project, "vector.add_rectangle", parent=document)
    run(project, "vector.set_color", nodes=(shape,), color="#2a70e080")
    text = run(project, "vector.add_text", parent=document, text="Hi", family="Comic", color=Color.from_hex("#2f7df6"))
    kit = house(library, logo)
    found = strays(project, kit, document)
    assert [(item.value, item.instead) for item in found] == [("#2a70e0", "#2f7df6"), ("Comic", "Inter")]
    before = project.content_hash()
    assert replace_strays(project, found) == 2 and strays(project, kit, document) == []
    style = project.records[shape].styles[0]  # type: ignore[attr-defined]
    assert style.paint.color.to_hex() == "#2f7df680", "how clear it is stays"
    assert project.find(text, TextShape).spans[0].style.families[0] == "Inter"
    assert project.undo() is not None and project.content_hash() == before


@given(colors, colors)
def test_contrast_is_even_and_bounded(one: Color, other: Color) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 - 1e-9 <= contrast(one, other) <= 21 + 1e-9


@given(colors)
def test_the_nearest_is_nearest(color: Color) -> None:
    texts = ["#102a43", "#2f7df6", "#f7b733", "#fc4a5b"]
    found = nearest(color, texts)
    assert found is not None
    assert all(distance(color, Color.from_hex(found)) <= distance(color, Color.from_hex(text)) for text in texts)


def test_tints_belong_to_the_palette() -> None:
    kit = Kit(name="K", colors=(KitColor(name="Grey", color="#808080", tints=(0.5, -0.5)),))
    assert palette(kit) == ["#808080", "#c0c0c0", "#404040"]
    assert tint(Color(0, 0, 0), 0.25).to_hex() == "#404040"
