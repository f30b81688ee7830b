"""Sets of files never meet: each work and each version of it has a folder of its own, and says whose it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from editor.library.edits import edit_assets
from editor.library.library import Library
from editor.library.trash import empty_trash, to_trash
from editor.workflows.catalogues.catalogues import Catalogues
from editor.workflows.catalogues.fetching import Fetched, fetch
from editor.workflows.catalogues.sets import folder_of
from editor.workflows.catalogues.source import Found, RemoteFile, Source, Variant
from tests.editor.workflows.catalogues.speaking import Speaking, picture
from tests.editor.workflows.catalogues.test_fetching import offered

RED, BLUE = picture((200, 40, 40)), picture((40, 40, 200))


def gltf(note: str = "") -> bytes:
    return json.dumps({
        "asset": {"version": "2.0", "generator": note}, "images": [{"uri": "tex/a.png"}], "textures": [{"source": 0}],
        "materials": [{"name": "m", "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
    }).encode()  # fmt: skip


def put(speaking: Speaking, key: str, main: bytes, texture: bytes) -> None:
    """A material in the feed, in place of the one of that name."""
    speaking.feed["items"] = [item for item in speaking.feed["items"] if item["id"] != key]
    files = {"set.gltf": main, "tex/a.png": texture}
    speaking.add_item(key, key, "material", files)
    item = speaking.feed["items"][-1]
    for file in item["variants"][0]["files"]:
        name = f"/own/{file['sha256']}"
        speaking.server.files[name] = files[file["path"]]
        file["address"] = f"{speaking.base}{name}"
    item["variants"][0]["main"] = "set.gltf"


def feed(catalogues: Catalogues, speaking: Speaking) -> Source:
    catalogues.memory = type(catalogues.memory)()
    return catalogues.add_feed(f"{speaking.base}/feed.json")


def fetched(catalogues: Catalogues, library: Library, source: Source, key: str) -> Fetched:
    return fetch(catalogues, library, offered(catalogues, library, source.key, key))


def texture_of(library: Library, asset: int) -> bytes:
    return (library.file_of(library.asset(asset)).parent / "tex" / "a.png").read_bytes()


@pytest.mark.parametrize("same_main", [True, False])
def test_works_that_read_alike_do_not_meet(
    catalogues: Catalogues, library: Library, speaking: Speaking, same_main: bool
) -> None:
    put(speaking, "дуб", gltf("AAA"), RED)
    put(speaking, "лес", gltf("AAA" if same_main else "BBB"), BLUE)
    source = feed(catalogues, speaking)
    (oak,) = fetched(catalogues, library, source, "дуб").added
    (wood,) = fetched(catalogues, library, source, "лес").added
    assert texture_of(library, oak) == RED
    assert texture_of(library, wood) == BLUE
    assert {library.asset(oak).title, library.asset(wood).title} == {"дуб", "лес"}
    for key, asset in (("дуб", oak), ("лес", wood)):
        again = fetched(catalogues, library, source, key)
        assert (again.added, again.known) == ([], [asset])


@pytest.mark.parametrize("new", [BLUE, RED[:-4] + b"\0\0\0\0"])
def test_a_new_version_leaves_the_old_one_alone(
    catalogues: Catalogues, library: Library, speaking: Speaking, new: bytes
) -> None:
    put(speaking, "oak", gltf(), RED)
    (old,) = fetched(catalogues, library, feed(catalogues, speaking), "oak").added
    put(speaking, "oak", gltf(), new)
    (fresh,) = fetched(catalogues, library, feed(catalogues, speaking), "oak").added
    assert texture_of(library, old) == RED
    assert texture_of(library, fresh) == new


def test_folders_differ_by_work_by_choice_and_by_content() -> None:
    from editor.workflows.catalogues.feed import JsonFeed

    source = JsonFeed("https://example.org/feed.json", "Feed")

    def folder(key: str, variant: str = "1K", **file: object) -> Path:
        files = (RemoteFile(path="a.gltf", **file),)  # type: ignore[arg-type]
        chosen = Variant(key=variant, label="", files=files, main="a.gltf")
        return folder_of(Path(), source, Found(id=key, title="", kind="material"), chosen)

    made = [folder("дуб"), folder("лес"), folder("-"), folder(""), folder("a", size=1), folder("a", size=2),
            folder("a", sha256="0" * 64), folder("a", sha256="1" * 64), folder("a", "2K")]  # fmt: skip
    assert len(set(made)) == len(made)
    assert all(str(path).isascii() for path in made)
    assert folder("дуб") == folder("дуб")


def test_what_was_here_before_is_credited_and_found_again(
    catalogues: Catalogues, library: Library, speaking: Speaking, tmp_path: Path
) -> None:
    speaking.feed["items"][0]["variants"][0]["files"][0]["address"] = f"{speaking.base}/own/leaf/leaf.png"
    mine = tmp_path / "mine.png"
    mine.write_bytes(speaking.server.files["/own/leaf/leaf.png"])
    (key,) = library.take_in([mine]).added
    edit_assets(library.catalogue, [key], author="As I say")
    source = feed(catalogues, speaking)
    made = offered(catalogues, library, source.key, "leaf")
    assert made.here == ("leaf.png",)
    speaking.server.asked.clear()
    assert fetch(catalogues, library, made).known == [key]
    assert speaking.server.asked == []
    asset = library.asset(key)
    assert (asset.author, asset.licence, asset.title) == ("As I say", "CC-BY-4.0", "Leaf")
    assert asset.source == "https://example.org/own/leaf"
    assert "Our Studio" in asset.notes


def test_without_a_checksum_it_is_credited_once_it_came(
    catalogues: Catalogues, library: Library, speaking: Speaking, tmp_path: Path
) -> None:
    from tests.editor.workflows.catalogues.speaking import PHOTO

    mine = tmp_path / "Mossy rock.jpg"
    mine.write_bytes(speaking.server.files[f"/photos/{PHOTO}.jpg"])
    (key,) = library.take_in([mine]).added
    result = fetch(catalogues, library, offered(catalogues, library, "openverse", f"images/{PHOTO}"))
    assert (result.added, result.known) == ([], [key])
    assert library.asset(key).licence == "CC-BY-SA-4.0"
    assert offered(catalogues, library, "openverse", f"images/{PHOTO}").here


def test_what_leaves_the_trash_leaves_no_set(catalogues: Catalogues, library: Library, speaking: Speaking) -> None:
    put(speaking, "oak", gltf("A"), RED)
    put(speaking, "ash", gltf("B"), BLUE)
    source = feed(catalogues, speaking)
    (oak,) = fetched(catalogues, library, source, "oak").added
    (ash,) = fetched(catalogues, library, source, "ash").added
    to_trash(library.catalogue, [oak])
    assert texture_of(library, oak) == RED
    assert empty_trash(library.catalogue, library.content) == 1
    assert texture_of(library, ash) == BLUE
    left = [path.name for path in (catalogues.folder / "fetched").rglob("*") if path.is_file()]
    assert sorted(left) == ["a.png", "set.gltf"]
    (again,) = fetched(catalogues, library, source, "oak").added
    assert texture_of(library, again) == RED
