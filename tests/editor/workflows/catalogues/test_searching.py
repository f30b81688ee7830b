"""What the catalogues answer becomes works with licence, author, page and files; and nobody is asked unasked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from editor.base.errors import ExpectedError
from editor.workflows.catalogues.catalogues import Catalogues
from editor.workflows.catalogues.source import Source
from tests.editor.workflows.catalogues.speaking import PHOTO, SOUND, Speaking, picture
from tests.ml.offline import network_watched


def agreed(catalogues: Catalogues, key: str) -> Source:
    source = catalogues.source(key)
    catalogues.agree(source)
    return source


def titles(page: Any) -> list[str]:
    return [one.title for one in page.found]


def test_nothing_is_asked_before_it_was_agreed_to(catalogues: Catalogues, speaking: Speaking) -> None:
    with network_watched() as seen:
        for source in catalogues.sources:
            assert not catalogues.is_agreed(source)
            for ask in (
                lambda s=source: catalogues.search(s, "moss", s.kinds[0]), lambda s=source: catalogues.details(s, "x"),
            ):  # fmt: skip
                with pytest.raises(ExpectedError, match="not yet agreed") as told:
                    ask()
                assert all(host in str(told.value) for host in source.hosts)
    assert seen == [] and speaking.server.asked == []


def test_an_agreement_lasts_is_withdrawn_and_is_for_its_hosts(catalogues: Catalogues) -> None:
    haven = agreed(catalogues, "polyhaven")
    again = Catalogues(catalogues.folder)
    assert again.is_agreed(again.source("Poly Haven")) and not again.is_agreed(again.source("openverse"))
    again.withdraw(haven)
    path = catalogues.folder / "catalogues.json"
    assert not Catalogues(catalogues.folder).is_agreed(haven)
    told = json.loads(path.read_text())
    path.write_text(json.dumps({**told, "agreed": {"polyhaven": ["api.polyhaven.com"]}}))
    assert not Catalogues(catalogues.folder).is_agreed(haven), "a host came along that nobody agreed to"
    path.write_text("{")
    with pytest.raises(ExpectedError, match="cannot be read"):
        Catalogues(catalogues.folder)


def test_two_windows_know_what_was_agreed_to_in_either(catalogues: Catalogues) -> None:
    other = Catalogues(catalogues.folder)
    haven = agreed(catalogues, "polyhaven")
    fonts = agreed(other, "googlefonts")
    assert catalogues.is_agreed(fonts) and other.is_agreed(haven)
    other.withdraw(haven)
    assert not catalogues.is_agreed(haven) and catalogues.is_agreed(fonts)


def test_poly_haven(catalogues: Catalogues, speaking: Speaking) -> None:
    speaking.add_asset("sofa_01", "Sofa 01", 2, (90, 40, 40), new_field={"unknown": [1]})
    speaking.assets["broken"] = {"name": 5, "type": "one"}
    source = agreed(catalogues, "polyhaven")
    page = catalogues.search(source, "BRICK floor", "material")
    assert titles(page) == ["Brick Floor 003"] and page.total == 1 and not page.has_more
    assert titles(catalogues.search(source, "", "model")) == ["Sofa 01"]
    found = catalogues.details(source, "brick_floor_003")
    assert (found.licence, found.author, found.kind) == ("CC0-1.0", "Rob Example", "material")
    assert found.page == "https://polyhaven.com/a/brick_floor_003"
    gltf, maps, mtlx = found.variants
    assert (gltf.key, gltf.main, maps.key, mtlx.key) == ("1k-gltf", "brick_floor_003_1k.gltf", "1k-maps-jpg", "1k-mtlx")
    assert [file.path for file in gltf.files][1:] == [
        "textures/brick_floor_003_diff_1k.jpg", "textures/brick_floor_003_rough_1k.jpg",
    ]  # fmt: skip
    assert len(maps.files) == 2 and all(file.md5 and file.size for file in maps.files)
    sky = catalogues.details(source, "mossy_forest")
    assert [variant.label for variant in sky.variants] == ["1K · HDR"] and sky.kind == "hdri"
    assert catalogues.picture(source, sky)[:4] == b"\x89PNG"
    with pytest.raises(ExpectedError, match="no work named"):
        catalogues.details(source, "../../etc")


def test_what_the_studio_opens_itself_comes_first(catalogues: Catalogues, speaking: Speaking) -> None:
    tree = speaking.trees["brick_floor_003"]
    jpg = tree["Diffuse"]["1k"]["jpg"]
    tree["Diffuse"] = {size: dict.fromkeys(("exr", "jpg"), jpg) for size in ("2k", "1k", "16k")}
    tree["blend"] = {"1k": {"blend": {**jpg, "include": {}}}}
    found = catalogues.details(agreed(catalogues, "polyhaven"), "brick_floor_003")
    assert [variant.key for variant in found.variants] == [
        "1k-gltf", "1k-maps-jpg", "2k-maps-jpg", "16k-maps-jpg", "1k-maps-exr", "2k-maps-exr", "16k-maps-exr",
        "1k-mtlx", "1k-blend",
    ]  # fmt: skip


def test_long_lists_come_in_pages_and_are_asked_for_once(catalogues: Catalogues, speaking: Speaking) -> None:
    for number in range(95):
        speaking.add_asset(f"sky_{number:03}", f"Sky {number:03}", 0, (0, 0, 90), download_count=1000 - number)
    source = agreed(catalogues, "polyhaven")
    pages = [catalogues.search(source, "sky", "hdri", page) for page in (1, 2, 3)]
    assert [len(page.found) for page in pages] == [40, 40, 15] and [page.has_more for page in pages] == [1, 1, 0]
    assert titles(pages[0])[0] == "Sky 000" and len(speaking.server.asked) == 1


def test_google_fonts(catalogues: Catalogues, speaking: Speaking) -> None:
    speaking.add_family("House Face", "Display", ["Somebody"], isOpenSource=False)
    axes = [{"tag": "wght", "min": 100, "max": 900, "defaultValue": 400}]
    speaking.add_family("Moving Serif", "Serif", ["Ann", "Ben"], axes=axes)
    references = speaking.manifests["Moving Serif"]["manifest"]["fileRefs"]
    references.append({**references[0], "filename": "MovingSerif-VariableFont_wght.ttf"})
    source = agreed(catalogues, "googlefonts")
    assert titles(catalogues.search(source, "", "font")) == ["Anton Test", "Moving Serif"]
    assert titles(catalogues.search(source, "variable serif ann", "font")) == ["Moving Serif"]
    found = catalogues.details(source, "Moving Serif")
    assert (found.licence, found.author) == ("OFL-1.1", "Ann, Ben")
    assert found.attribution.startswith("Copyright 2020 The MovingSerif") and "wght 100–900" in found.about
    styles = ["MovingSerif-Regular", "MovingSerif-Bold"]
    assert [variant.key for variant in found.variants] == ["variable", "static", *styles]
    assert [file.path for file in found.variants[1].files] == [*(f"{name}.ttf" for name in styles), "OFL.txt"]
    assert catalogues.picture(source, found)[:4] == b"OTTO"
    speaking.manifests["Anton Test"]["manifest"]["files"] = []
    assert catalogues.details(source, "Anton Test").licence == ""


def test_openverse(catalogues: Catalogues, speaking: Speaking) -> None:
    other = PHOTO.replace("4bc", "5bc")
    speaking.add_photo(other, "Mossy wall", "Ben", "by-nc", "2.0", (1, 2, 3), filetype=None, filesize=5, tags=None)
    source = agreed(catalogues, "openverse")
    page = catalogues.search(source, "mossy", "image")
    assert [(one.title, one.licence) for one in page.found] == [
        ("Mossy rock", "CC-BY-SA-4.0"), ("Mossy wall", "CC-BY-NC-2.0"),
    ]  # fmt: skip
    assert page.found[1].variants[0].files[0].path == "Mossy wall.jpg"
    assert titles(catalogues.search(source, "mossy", "image", use="changes")) == ["Mossy rock"]
    assert speaking.server.asked[-1][0].endswith("license_type=commercial%2Cmodification")
    assert catalogues.search(source, "  ", "image").found == ()
    brook = catalogues.details(source, f"audio/{SOUND}")
    assert (brook.kind, brook.licence, brook.preview[-7:]) == ("sound", "CC0-1.0", "/thumb/") or brook.preview == ""
    assert brook.attribution.startswith('"Brook" by Ben Hearer')
    with pytest.raises(ExpectedError, match="no work named"):
        catalogues.details(source, "images/../../admin")


def test_openverse_ends_where_it_gives_no_more(catalogues: Catalogues, speaking: Speaking) -> None:
    speaking.page_size = 1
    for number in range(14):
        speaking.add_photo(f"{PHOTO[:-2]}{number:02}", f"Mossy {number}", "A", "by", "4.0", (9, 9, 9))
    source = agreed(catalogues, "openverse")
    assert catalogues.search(source, "mossy", "image", 11).has_more
    assert not catalogues.search(source, "mossy", "image", 12).has_more


def test_a_feed_of_ones_own(catalogues: Catalogues, speaking: Speaking) -> None:
    speaking.add_item("evil", "Evil", "image", {"a.png": b"x"})
    speaking.feed["items"][-1]["variants"][0]["files"][0]["path"] = "../../evil.png"
    speaking.add_item("nolicence", "No licence", "image", {"a.png": b"x"}, licence="free for all!")
    speaking.add_item("untold", "Without a checksum", "image", {"a.png": b"x"})
    del speaking.feed["items"][-1]["variants"][0]["files"][0]["sha256"]
    more = {"format": "atelier-feed", "version": 1, "title": "More", "items": [], "next": "feed.json"}
    speaking.feed, first = more, speaking.feed
    leaf = {"dry.png": picture((90, 60, 20), form="PNG")}
    speaking.add_item("dry", "Dry leaf", "image", leaf, licence="CC-BY-NC-4.0")
    speaking.server.files["/more.json"] = json.dumps(speaking.feed).encode()
    speaking.feed = {**first, "next": "/more.json", "comment": "nobody reads this"}
    feed = catalogues.add_feed(f"{speaking.base}/feed.json")
    assert catalogues.is_agreed(feed) and feed.title == "Our own"
    again = Catalogues(catalogues.folder)
    source = again.source("our own")
    assert sorted(titles(again.search(source, "leaf", "image"))) == ["Dry leaf", "Leaf"]
    assert titles(again.search(source, "", "image", use="commercial")) == ["Leaf"]
    assert len(again.search(source, "", "any").found) == 2 and not again.search(source, "", "font").found
    assert titles(again.search(source, "", "image")) == ["Leaf", "Dry leaf"], "what is not whole is not there"
    again.remove_feed(source)
    assert len(again.sources) == 3


def test_a_feed_whose_files_lie_elsewhere_is_asked_about(catalogues: Catalogues, speaking: Speaking) -> None:
    speaking.feed["hosts"] = ["cdn.example.org", "192.168.1.4", "user@evil", "a b"]
    feed = catalogues.add_feed(f"{speaking.base}/feed.json")
    assert feed.hosts[1:] == ("cdn.example.org",) and not catalogues.is_agreed(feed)


@pytest.mark.parametrize("address", ["http://example.org/feed.json", "ftp://example.org/x", "file:///etc/passwd",
                                     "feed", "https://me:secret@example.org/x",
                                     "https://10.0.0.1/feed.json"])  # fmt: skip
def test_addresses_that_are_no_feed(catalogues: Catalogues, address: str) -> None:
    with network_watched() as seen, pytest.raises(ExpectedError, match="no address for a feed"):
        catalogues.add_feed(address)
    assert seen == []


def test_kinds_that_a_catalogue_lacks(catalogues: Catalogues) -> None:
    with pytest.raises(ExpectedError, match="nothing of this kind"):
        catalogues.search(agreed(catalogues, "googlefonts"), "a", "model")
