"""From a catalogue into the library: told before, checked, with licence and author, once only, and stopped at will."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.library.asset import Asset
from editor.library.collections import collected, collections
from editor.library.library import Library
from editor.library.tags import tags_of
from editor.library.trash import to_trash
from editor.workflows.catalogues.catalogues import Catalogues
from editor.workflows.catalogues.fetching import Fetched, Offer, fetch, offer
from editor.workflows.catalogues.source import Found, RemoteFile, Variant
from editor.workflows.library.looking import look_at
from ml.catalogue.lock import held
from tests.editor.workflows.catalogues.speaking import PHOTO, SOUND, Speaking, picture, radiance
from tests.editor.workflows.catalogues.test_searching import agreed


def offered(catalogues: Catalogues, library: Library, source: str, key: str, variant: str = "") -> Offer:
    one = agreed(catalogues, source)
    found = catalogues.details(one, key)
    chosen = next((item for item in found.variants if item.key == variant), found.variants[0])
    return offer(catalogues, library, one, found, chosen)


def fetched(catalogues: Catalogues, library: Library, *what: str) -> Fetched:
    return fetch(catalogues, library, offered(catalogues, library, *what))


def assets(library: Library, result: Fetched) -> list[Asset]:
    return [library.asset(key) for key in result.added]


def paths_asked(speaking: Speaking) -> list[str]:
    return [path for path, _ in speaking.server.asked]


def test_a_sky_arrives_with_all_that_is_known(catalogues: Catalogues, library: Library) -> None:
    made = offered(catalogues, library, "polyhaven", "mossy_forest")
    assert made.size == len(radiance()) and made.is_measured and len(made.coming) == 1
    result = fetch(catalogues, library, made)
    (sky,) = assets(library, result)
    assert (sky.kind, sky.extension, sky.stored, sky.title) == ("image", "hdr", True, "Mossy Forest")
    assert (sky.licence, sky.author) == ("CC0-1.0", "Rob Example")
    assert sky.source == "https://polyhaven.com/a/mossy_forest" and "Rob Example, CC0-1.0" in sky.notes
    assert "HDRI" in tags_of(library.catalogue, sky.id)
    assert library.file_of(sky).read_bytes() == radiance()
    assert look_at(library.file_of(sky), sky.kind).width == 32
    assert not any((catalogues.folder / "fetching").rglob("*.hdr")), "nothing is kept twice"


def test_a_set_arrives_as_one_material_with_its_textures_beside_it(
    catalogues: Catalogues, library: Library, speaking: Speaking
) -> None:
    from editor.document.project import Project
    from editor.formats.registry import import_file
    from editor.model.scene import SceneMaterial

    result = fetched(catalogues, library, "polyhaven", "brick_floor_003", "1k-gltf")
    (material,) = assets(library, result)
    assert (material.kind, material.title, material.licence) == ("material", "Brick Floor 003", "CC0-1.0")
    path = library.file_of(material)
    assert sorted(one.name for one in path.parent.rglob("*.jpg")) == [
        "brick_floor_003_diff_1k.jpg", "brick_floor_003_rough_1k.jpg",
    ]  # fmt: skip
    project = Project.in_memory()
    (scene,) = import_file(project, path).documents
    (worn,) = [one for one in project.records.values() if isinstance(one, SceneMaterial)]
    assert worn.name == "brick_floor_003" and scene, "the picture was found beside it"
    other = fetched(catalogues, library, "polyhaven", "brick_floor_003", "1k-mtlx")
    assert [one.kind for one in assets(library, other)] == ["material"]
    speaking.server.asked.clear()
    again = fetched(catalogues, library, "polyhaven", "brick_floor_003", "1k-gltf")
    assert (again.added, again.known) == ([], result.added) and not paths_asked(speaking)
    next(path.parent.rglob("*diff*")).unlink()
    assert fetched(catalogues, library, "polyhaven", "brick_floor_003", "1k-gltf").known == result.added
    assert paths_asked(speaking) == ["/file/Textures/brick_floor_003_diff_1k.jpg"], "what was lost comes again, no more"


def test_maps_arrive_together_in_a_collection(catalogues: Catalogues, library: Library) -> None:
    result = fetched(catalogues, library, "polyhaven", "brick_floor_003", "1k-maps-jpg")
    assert [one.kind for one in assets(library, result)] == ["image", "image"]
    inner = next(one for one in collections(library.catalogue) if one.id == result.collection)
    outer = next(one for one in collections(library.catalogue) if one.id == inner.parent)
    assert (outer.name, inner.name) == ("Poly Haven", "Brick Floor 003")
    assert collected(library.catalogue, inner.id) == result.added


def test_a_family_arrives_with_its_styles_and_its_licence(catalogues: Catalogues, library: Library) -> None:
    made = offered(catalogues, library, "googlefonts", "Anton Test", "static")
    assert made.is_measured and made.size == sum(file.size for file in made.coming) > 0, "asked of the server"
    result = fetch(catalogues, library, made)
    names = {one.name: one for one in assets(library, result)}
    assert sorted(names) == ["AntonTest-Bold.ttf", "AntonTest-Regular.ttf", "OFL.txt"]
    font = names["AntonTest-Bold.ttf"]
    assert (font.kind, font.licence, font.author) == ("font", "OFL-1.1", "Vernon Adams")
    assert font.notes.startswith("Copyright 2020 The AntonTest Project Authors")
    assert "SIL OPEN FONT LICENSE" in library.file_of(names["OFL.txt"]).read_text()
    assert sorted(collected(library.catalogue, result.collection or 0)) == sorted(result.added)


def test_pictures_and_sounds_of_openverse(catalogues: Catalogues, library: Library, speaking: Speaking) -> None:
    (photo,) = assets(library, fetched(catalogues, library, "openverse", f"images/{PHOTO}"))
    assert (photo.licence, photo.author, photo.title) == ("CC-BY-SA-4.0", "Ann Painter", "Mossy rock")
    assert photo.notes == '"Mossy rock" by Ann Painter is licensed under CC BY-SA 4.0.'
    (brook,) = assets(library, fetched(catalogues, library, "openverse", f"audio/{SOUND}"))
    assert (brook.kind, brook.licence, brook.extension) == ("sound", "CC0-1.0", "wav")
    speaking.server.asked.clear()
    again = fetched(catalogues, library, "openverse", f"images/{PHOTO}")
    assert again.known == [photo.id] and not again.added
    assert paths_asked(speaking) == [f"/photos/{PHOTO}.jpg"], "its length was asked, its bytes were not fetched"


def test_the_same_twice_adds_nothing_and_the_trash_gives_back(catalogues: Catalogues, library: Library) -> None:
    first = fetched(catalogues, library, "polyhaven", "mossy_forest")
    assert not fetched(catalogues, library, "polyhaven", "mossy_forest").added
    to_trash(library.catalogue, first.added)
    assert fetched(catalogues, library, "polyhaven", "mossy_forest").known == first.added
    assert library.asset(first.added[0]).trashed is None


def test_a_feed(catalogues: Catalogues, library: Library, speaking: Speaking) -> None:
    speaking.feed["items"][0]["variants"][0]["files"][0]["address"] = f"{speaking.base}/own/leaf/leaf.png"
    feed = catalogues.add_feed(f"{speaking.base}/feed.json")
    (leaf,) = assets(library, fetched(catalogues, library, feed.key, "leaf"))
    assert (leaf.licence, leaf.author, leaf.kind) == ("CC-BY-4.0", "Our Studio", "image")
    assert leaf.notes == "“Leaf” by Our Studio, CC-BY-4.0, https://example.org/own/leaf"


# What goes wrong


def nothing_came(catalogues: Catalogues, library: Library) -> bool:
    rows = library.catalogue.rows("SELECT id FROM asset")
    return not rows and not [path for path in catalogues.folder.glob("fetch*/**/*.*") if path.suffix not in (".txt",)]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        ({"data": bytes(9)}, "another file"), ({"data": bytes(len(radiance()))}, "other bytes"),
        ({"data": radiance() + b"!"}, "another file"), ({"claimed": 10}, "another file"),
        ({"status": (404, {})}, "does not have this any more"), ({"status": (429, {"Retry-After": "9"})}, r"in 9\ss\."),
        ({"status": (503, {})}, "out of order"),
    ],
)  # fmt: skip
def test_wrong_bytes_never_arrive(
    catalogues: Catalogues, library: Library, speaking: Speaking, spoil: dict[str, Any], sentence: str
) -> None:
    path = "/file/HDRIs/hdr/1k/mossy_forest_1k.hdr"
    made = offered(catalogues, library, "polyhaven", "mossy_forest")
    if "data" in spoil:
        speaking.server.files[path] = spoil["data"]
    if "status" in spoil:
        speaking.server.refusals[path] = spoil["status"]
    speaking.server.claimed = spoil.get("claimed")
    with pytest.raises(ExpectedError, match=sentence):
        fetch(catalogues, library, made)
    assert nothing_came(catalogues, library)


@pytest.mark.parametrize("instead", [b"<!DOCTYPE html><title>Gone</title>", b'{"error": 1}', b"PK\x03\x04", bytes(64)])
def test_something_else_in_place_of_a_picture(
    catalogues: Catalogues, library: Library, speaking: Speaking, instead: bytes
) -> None:
    speaking.server.files[f"/photos/{PHOTO}.jpg"] = instead
    made = offered(catalogues, library, "openverse", f"images/{PHOTO}")
    with pytest.raises(ExpectedError, match="something else than Mossy rock.jpg"):
        fetch(catalogues, library, made)
    assert nothing_came(catalogues, library)


def test_cut_off_it_goes_on_by_itself(catalogues: Catalogues, library: Library, speaking: Speaking) -> None:
    speaking.server.files[f"/photos/{PHOTO}.jpg"] = picture((5, 90, 5), (900, 900))
    made = offered(catalogues, library, "openverse", f"images/{PHOTO}")
    speaking.server.cuts = [2000, 3000]
    assert assets(library, fetch(catalogues, library, made))[0].size == made.size
    assert [wish for _, wish in speaking.server.asked[-3:]] == ["", "bytes=2000-", "bytes=5000-"]


def test_a_length_that_nobody_tells_has_an_end(
    catalogues: Catalogues, library: Library, speaking: Speaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    from editor.workflows.catalogues import fetching

    speaking.server.chunked = True
    made = offered(catalogues, library, "openverse", f"images/{PHOTO}")
    assert not made.is_measured and made.size == 0
    monkeypatch.setattr(fetching, "MOST_UNMEASURED", 1000)
    with pytest.raises(ExpectedError, match="sends more for"):
        fetch(catalogues, library, made)
    assert nothing_came(catalogues, library)
    monkeypatch.undo()
    assert len(fetch(catalogues, library, made).added) == 1


def test_stopped_it_keeps_what_came_for_the_next_time(
    catalogues: Catalogues, library: Library, speaking: Speaking
) -> None:
    made = offered(catalogues, library, "polyhaven", "brick_floor_003", "1k-maps-jpg")
    seen: list[float] = []
    stopping = Progress(lambda share, text: seen.append(share), lambda: bool(seen) and seen[-1] > 0.55)
    with pytest.raises(Cancelled):
        fetch(catalogues, library, made, stopping)
    assert library.catalogue.rows("SELECT id FROM asset") == []
    speaking.server.asked.clear()
    assert len(fetch(catalogues, library, made).added) == 2
    assert paths_asked(speaking).count("/file/Textures/brick_floor_003_diff_1k.jpg") == 0
    assert seen == sorted(seen)


def test_two_at_once_do_not_meet(catalogues: Catalogues, library: Library) -> None:
    made = offered(catalogues, library, "polyhaven", "mossy_forest")
    folder = catalogues.folder / "fetching" / "polyhaven"
    folder.mkdir(parents=True)
    with held(folder / "mossy_forest_1k-hdr.lock"), pytest.raises(ExpectedError, match="being fetched already"):
        fetch(catalogues, library, made)


def test_what_may_not_be_offered(catalogues: Catalogues, library: Library, speaking: Speaking) -> None:
    source = agreed(catalogues, "polyhaven")
    found = catalogues.details(source, "mossy_forest")
    (variant,) = found.variants
    with pytest.raises(ExpectedError, match="under which licence"):
        offer(catalogues, library, source, msgspec.structs.replace(found, licence=""), variant)

    def with_file(**changes: Any) -> Any:
        return msgspec.structs.replace(variant, files=(msgspec.structs.replace(variant.files[0], **changes),))

    for address in ("https://192.168.1.1/a", "file:///etc/passwd", "https://a@example.org/x", "nowhere", ""):
        with pytest.raises(ExpectedError, match="nothing is fetched from"):
            offer(catalogues, library, source, found, with_file(address=address))
    with pytest.raises(ExpectedError, match="a file that cannot be"):
        offer(catalogues, library, source, found, with_file(path="../../x.hdr"))
    twice = msgspec.structs.replace(variant, files=(*variant.files, *with_file(path="MOSSY_forest_1k.hdr").files))
    with pytest.raises(ExpectedError, match="a file twice"):
        offer(catalogues, library, source, found, twice)
    upgraded = offer(catalogues, library, source, found, with_file(address="http://files.example.org/a.hdr"))
    assert upgraded.coming[0].address == "https://files.example.org/a.hdr" and upgraded.hosts == ("files.example.org",)


def test_a_distant_catalogue_cannot_make_us_ask_this_machine(catalogues: Catalogues, library: Library) -> None:
    plain = Catalogues(catalogues.folder.parent / "other")
    source = plain.source("openverse")
    plain.agree(source)
    found = Found(id="images/x", title="x", kind="image", licence="CC0-1.0")
    bad = RemoteFile(path="a.jpg", address="http://127.0.0.1:8080/a.jpg", size=3)
    with pytest.raises(ExpectedError, match="nothing is fetched from"):
        offer(plain, library, source, found, Variant(key="0", label="Original", files=(bad,)))


def test_a_folder_that_cannot_be_written(catalogues: Catalogues, library: Library) -> None:
    made = offered(catalogues, library, "polyhaven", "mossy_forest")
    (catalogues.folder / "fetching").write_text("in the way")
    with pytest.raises(ExpectedError, match="cannot be written"):
        fetch(catalogues, library, made)


def test_what_was_interrupted_long_ago_is_thrown_away(catalogues: Catalogues, library: Library) -> None:
    old, young = (catalogues.folder / "fetching" / "openverse" / name for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "a.jpg.part").write_bytes(b"half")
    os.utime(old, (1e9, 1e9))
    fetched(catalogues, library, "polyhaven", "mossy_forest")
    assert young.exists() and not old.exists()


def test_sets_keep_within_their_folder(catalogues: Catalogues, library: Library, tmp_path: Path) -> None:
    result = fetched(catalogues, library, "polyhaven", "brick_floor_003", "1k-gltf")
    path = library.file_of(library.asset(result.added[0]))
    assert path.is_relative_to(tmp_path / "library" / "fetched" / "polyhaven" / "brick_floor_003_1k-gltf")


def test_a_fetched_material_is_put_on_objects_with_its_pictures(catalogues: Catalogues, library: Library) -> None:
    from editor.commands.registry import run
    from editor.document.project import Project
    from editor.model.scene import SceneMaterial, SceneMesh, SceneNode, SceneTexture
    from editor.workflows.library.materials import put_on

    result = fetched(catalogues, library, "polyhaven", "brick_floor_003", "1k-gltf")
    material = library.asset(result.added[0])
    path = library.file_of(material)
    project = Project.in_memory()
    scene = run(project, "scene.new_document", width=64, height=64)
    ball = run(project, "scene.add_shape", document=scene, shape="sphere")
    made = put_on(project, scene, (ball,), path, material.title)
    worn = project.find(made, SceneMaterial)
    assert worn.name == "Brick Floor 003" and worn.base_texture is not None
    picture_of = project.find(worn.base_texture.texture, SceneTexture).source
    beside = path.parent / "textures" / "brick_floor_003_diff_1k.jpg"
    assert project.blobs.get(picture_of.blob) == beside.read_bytes()
    mesh = project.find(project.find(ball, SceneNode).mesh, SceneMesh)
    assert {part.material for part in mesh.parts} == {made}
    assert look_at(path, material.kind).thumbnail
