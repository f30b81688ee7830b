"""The search: what it finds, that it never breaks on what is typed, and that and/or/not are what they say."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.library.collections import (
    change_search,
    collect,
    collected,
    collections,
    delete_collection,
    forget_search,
    keep_search,
    make_collection,
    move_collection,
    rename_collection,
    smart_folders,
    take_out,
)  # fmt: skip
from editor.library.edits import edit_assets
from editor.library.library import Library
from editor.library.search.amounts import moments
from editor.library.search.language import And, Field, Not, Or, Word, parse
from editor.library.search.results import assets_by_id
from editor.library.tags import delete_tag, rename_tag, set_parents, tag_assets, tags, tags_of, untag_assets
from editor.library.usage import Use, known_projects, note_uses, uses_of


def found(library: Library, query: str, **how: object) -> list[str]:
    ids = library.finder.find(query, **how)  # type: ignore[arg-type]
    assets = assets_by_id(library.catalogue, ids)
    return [assets[int(key)].name for key in ids]


@pytest.fixture
def stocked(library: Library, files: Path) -> Library:
    library.take_in([files])
    sunset, oak, rain = (int(library.finder.find(name)[0]) for name in ("sunset", "oak", "rain"))
    edit_assets(library.catalogue, [sunset], rating=5, title="Evening by the sea", licence="CC0-1.0")
    edit_assets(library.catalogue, [oak], rating=2, author="Ada Lovelace", notes="a 100% solid tree")
    tag_assets(library.catalogue, [oak], ["Oak"])
    tag_assets(library.catalogue, [rain], ["Weather"])
    set_parents(library.catalogue, "Oak", ["Tree"])
    set_parents(library.catalogue, "Tree", ["Nature", "Wood"])
    set_parents(library.catalogue, "Weather", ["Nature"])
    return library


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"SunsetBeach01.jpg", "oak.png", "rain.wav"}),
        ("beach", {"SunsetBeach01.jpg"}),
        ("bea sun", {"SunsetBeach01.jpg"}),
        ('"evening by"', {"SunsetBeach01.jpg"}),
        ('"by evening"', set()),
        ("EVENING OR rain", {"SunsetBeach01.jpg", "rain.wav"}),
        ("-rain", {"SunsetBeach01.jpg", "oak.png"}),
        ("NOT (rain OR oak)", {"SunsetBeach01.jpg"}),
        ("SAUF rain", {"SunsetBeach01.jpg", "oak.png"}),
        ("kind:image", {"SunsetBeach01.jpg", "oak.png"}),
        ("kind:sounds", {"rain.wav"}),
        ("rating>=2", {"SunsetBeach01.jpg", "oak.png"}),
        ("rating:1..3", {"oak.png"}),
        ("rating:0", {"rain.wav"}),
        ("tag:oak", {"oak.png"}),
        ("tag:wood", {"oak.png"}),
        ("tag:nature", {"oak.png", "rain.wav"}),
        ("tag:nat*", {"oak.png", "rain.wav"}),
        ("is:untagged", {"SunsetBeach01.jpg"}),
        ("author:love", {"oak.png"}),
        ("notes:100%", {"oak.png"}),
        ("notes:1_0", set()),
        ("licence=cc0-1.0", {"SunsetBeach01.jpg"}),
        ("is:unlicensed", {"oak.png", "rain.wav"}),
        ("ext:.WAV", {"rain.wav"}),
        ("size<5", {"oak.png", "rain.wav"}),
        ("added:today", {"SunsetBeach01.jpg", "oak.png", "rain.wav"}),
        ("added<2020", set()),
        ("used:yes", set()),
        ("is:missing", set()),
        ("(sun", {"SunsetBeach01.jpg"}),
        ("tag:", {"SunsetBeach01.jpg", "oak.png", "rain.wav"}),
        ("oak OR", {"oak.png"}),
        ("oak )", {"oak.png"}),
        ("***", {"SunsetBeach01.jpg", "oak.png", "rain.wav"}),
    ],
)
def test_what_a_search_finds(stocked: Library, query: str, names: set[str]) -> None:
    assert set(found(stocked, query)) == names


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("colour:fish", "fish is not a color"), ("rating>many", "many is not a number"), ("size>big", "is not a size"),
        ("shoe:42", "no field shoe"), ("kind:spoon", "no kind spoon"), ("is:nice", "means nothing"),
        ("added:2026-13", "is not a day"), ("(" * 60 + "a", "too many brackets"), ("a" * 3000, "at most"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_said_in_a_sentence(library: Library, query: str, sentence: str) -> None:
    with pytest.raises(ExpectedError, match=sentence):
        library.finder.find(query)


def test_the_language() -> None:
    assert parse('a -b (c OR "d e") f>=3') == And(
        (Word("a"), Not(Word("b")), Or((Word("c"), Word("d e", phrase=True))), Field("f", ">=", "3"))
    )
    assert parse("NOT NOT a") == Word("a")
    assert parse('tag:"big tree"') == Field("tag", ":", "big tree")
    assert parse("") == parse("()") == parse("AND OR NOT") == And()
    assert parse("well-made") == Word("well-made")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Four files with ratings and tags, made once for many small questions."""
    library = Library(tmp_path_factory.mktemp("sets"))
    folder = tmp_path_factory.mktemp("sets-files")
    for name in ("sun.png", "oak.png", "rain.wav", "sun and rain.jpg"):
        (folder / name).write_text(name)
    library.take_in([folder])
    for number, key in enumerate(library.finder.find("")):
        edit_assets(library.catalogue, [int(key)], rating=number)
        tag_assets(library.catalogue, [int(key)], ["nature"] if number % 2 else [])
    yield library
    library.close()


@given(text=st.one_of(st.text(max_size=60), st.text(alphabet='ab"():-<>= ORNTAD*', max_size=60)))
def test_nothing_that_is_typed_breaks_the_search(shared: Library, text: str) -> None:
    try:
        shared.finder.find(text)
    except ExpectedError as error:
        assert error.sentence


LEAVES = st.sampled_from(("sun", "oak", "rain", "tag:nature", "rating>=2", "kind:image", "is:untagged", "-oak"))


@given(left=LEAVES, right=LEAVES, third=LEAVES)
def test_and_or_not_are_those_of_sets(shared: Library, left: str, right: str, third: str) -> None:
    sets = {query: set(found(shared, query)) for query in ("", left, right, third)}
    assert set(found(shared, f"{left} {right}")) == sets[left] & sets[right]
    assert set(found(shared, f"{left} OR {right}")) == sets[left] | sets[right]
    assert set(found(shared, f"NOT ({left} OR {right})")) == sets[""] - sets[left] - sets[right]
    assert set(found(shared, f"({left} OR {right}) {third}")) == (sets[left] | sets[right]) & sets[third]


def test_results_come_in_the_order_that_was_asked_for(stocked: Library) -> None:
    assert found(stocked, "", sort="rating")[:2] == ["SunsetBeach01.jpg", "oak.png"]
    assert found(stocked, "", sort="name") == ["SunsetBeach01.jpg", "oak.png", "rain.wav"]
    assert found(stocked, "", sort="size", backwards=True)[0] == "oak.png"


def test_an_edit_is_found_at_once(stocked: Library) -> None:
    key = int(stocked.finder.find("oak")[0])
    edit_assets(stocked.catalogue, [key], title="Quercus robur")
    assert found(stocked, "quercus") == ["oak.png"]
    with pytest.raises(ExpectedError, match="0 to 5"):
        edit_assets(stocked.catalogue, [key], rating=6)
    with pytest.raises(ExpectedError, match="SPDX"):
        edit_assets(stocked.catalogue, [key], licence="do what you like!")


def test_two_programs_see_each_others_edits(stocked: Library) -> None:
    other = Library(stocked.catalogue.folder)
    assert found(other, "quercus") == []
    key = int(stocked.finder.find("oak")[0])
    edit_assets(stocked.catalogue, [key], title="Quercus")
    assert found(other, "quercus") == ["oak.png"]
    other.close()


def test_tags_are_renamed_merged_and_taken_away(stocked: Library) -> None:
    rename_tag(stocked.catalogue, "weather", "Météo")
    assert found(stocked, "météo") == found(stocked, "tag:METEO") + found(stocked, "tag:Météo") == ["rain.wav"]
    rename_tag(stocked.catalogue, "Météo", "Oak")
    assert set(found(stocked, "tag:oak")) == {"oak.png", "rain.wav"}
    assert "Météo" not in [tag.name for tag in tags(stocked.catalogue)]
    untag_assets(stocked.catalogue, [int(stocked.finder.find("rain")[0])], ["OAK"])
    assert found(stocked, "tag:oak") == ["oak.png"]
    delete_tag(stocked.catalogue, "oak")
    assert tags_of(stocked.catalogue, int(stocked.finder.find("name:oak")[0])) == []
    with pytest.raises(ExpectedError, match="no tag"):
        delete_tag(stocked.catalogue, "oak")


def test_a_tag_never_stands_under_itself(stocked: Library) -> None:
    with pytest.raises(ExpectedError, match="cannot stand under"):
        set_parents(stocked.catalogue, "Nature", ["Oak"])
    assert set(found(stocked, "tag:nature")) == {"oak.png", "rain.wav"}


def test_a_merged_tag_stands_where_both_stood_and_never_under_itself(stocked: Library) -> None:
    set_parents(stocked.catalogue, "eiche", ["Holz"])
    set_parents(stocked.catalogue, "rinde", ["eiche"])
    rename_tag(stocked.catalogue, "eiche", "oak")
    named = {tag.id: tag.name for tag in tags(stocked.catalogue)}
    parents = {tag.name: {named[one] for one in tag.parents} for tag in tags(stocked.catalogue)}
    assert {"Holz"} < parents["oak"]
    assert parents["rinde"] == {"oak"}
    set_parents(stocked.catalogue, "bush", ["plants"])
    set_parents(stocked.catalogue, "oak", ["bush"])
    rename_tag(stocked.catalogue, "plants", "oak")
    parents = {tag.name: {named.get(one, "bush") for one in tag.parents} for tag in tags(stocked.catalogue)}
    assert (parents["oak"], parents["bush"]) == ({"bush"}, set())


def test_collections_lie_in_each_other_and_keep_their_order(stocked: Library) -> None:
    catalogue = stocked.catalogue
    outer = make_collection(catalogue, "Book")
    inner = make_collection(catalogue, "Cover", outer)
    sunset, oak, rain = (int(stocked.finder.find(name)[0]) for name in ("sunset", "oak", "rain"))
    collect(catalogue, inner, [sunset, oak])
    collect(catalogue, inner, [rain], before=oak)
    assert collected(catalogue, inner) == [sunset, rain, oak]
    collect(catalogue, inner, [oak], before=sunset)
    assert collected(catalogue, inner) == [oak, sunset, rain]
    assert len(found(stocked, "in:book")) == 3
    take_out(catalogue, inner, [rain])
    assert set(found(stocked, "in:cover")) == {"oak.png", "SunsetBeach01.jpg"}
    with pytest.raises(ExpectedError, match="inside itself"):
        move_collection(catalogue, outer, inner)
    rename_collection(catalogue, inner, "Back")
    assert {(one.name, one.count) for one in collections(catalogue)} == {("Book", 0), ("Back", 2)}
    delete_collection(catalogue, outer)
    assert collections(catalogue) == []
    assert len(found(stocked, "")) == 3


def test_searches_are_kept_as_folders(stocked: Library) -> None:
    key = keep_search(stocked.catalogue, "Best", "rating:5")
    change_search(stocked.catalogue, key, "Good", "rating>=2")
    (folder,) = smart_folders(stocked.catalogue)
    assert (folder.name, set(found(stocked, folder.query))) == ("Good", {"SunsetBeach01.jpg", "oak.png"})
    with pytest.raises(ExpectedError):
        keep_search(stocked.catalogue, "Bad", "(shoe:4 OR oak)")
    forget_search(stocked.catalogue, key)
    assert smart_folders(stocked.catalogue) == []


def test_where_an_asset_is_used(stocked: Library, tmp_path: Path) -> None:
    oak = stocked.asset(int(stocked.finder.find("oak")[0]))
    project = tmp_path / "Poster.atelier"
    note_uses(stocked.catalogue, project, [Use("Cover", "r1", oak.hash, "Oak"), Use("Back", "r2", oak.hash, "Oak 2")])
    assert [(path, use.document) for path, use in uses_of(stocked.catalogue, oak.hash)] == [
        (project, "Back"), (project, "Cover"),
    ]  # fmt: skip
    assert found(stocked, "used:yes") == found(stocked, "used:poster") == ["oak.png"]
    assert known_projects(stocked.catalogue) == [project]
    note_uses(stocked.catalogue, project, [])
    assert found(stocked, "used:yes") == []


def test_a_project_that_is_out_of_date_still_shows_its_asset(stocked: Library, files: Path, tmp_path: Path) -> None:
    oak = stocked.asset(int(stocked.finder.find("oak")[0]))
    note_uses(stocked.catalogue, tmp_path / "Poster.atelier", [Use("Cover", "r1", oak.hash, "Oak")])
    (files / "oak.png").write_bytes(b"an oak in winter")
    assert stocked.take_in([files / "oak.png"]).edited == [oak.id]
    after = stocked.asset(oak.id)
    assert after.hash != oak.hash
    assert len(uses_of(stocked.catalogue, after.hash)) == 1
    assert found(stocked, "used:poster") == found(stocked, "used:yes") == ["oak.png"]
    assert "oak.png" not in found(stocked, "is:unused") + found(stocked, "used:no")


def test_days_end_where_the_next_begins() -> None:
    day = datetime.date(2026, 3, 14)
    first, end = moments("2026-12", day)
    assert (first, end) == (moments("2026-12-01", day)[0], moments("2027-01", day)[0])
    assert moments("yesterday", day)[1] == moments("today", day)[0]
    assert moments("7d", day) == (moments("2026-03-08", day)[0], moments("2026-03-15", day)[0])


def test_licences_are_those_of_spdx(stocked: Library) -> None:
    oak, rain, sunset = (int(stocked.finder.find(name)[0]) for name in ("oak", "rain", "sunset"))
    edit_assets(stocked.catalogue, [oak], licence="cc-by-4.0")
    edit_assets(stocked.catalogue, [rain], licence="(mit or  CC-BY-4.0)")
    edit_assets(stocked.catalogue, [sunset], licence="CC-BY-SA-4.0")
    assert stocked.asset(oak).licence == "CC-BY-4.0"
    assert stocked.asset(rain).licence == "(MIT OR CC-BY-4.0)"
    assert set(found(stocked, "licence:CC-BY-4.0")) == {"oak.png", "rain.wav"}
    assert set(found(stocked, "licence:mit")) == {"rain.wav"}
    assert set(found(stocked, "license:CC-BY")) == {"oak.png", "rain.wav", "SunsetBeach01.jpg"}
    edit_assets(stocked.catalogue, [oak], licence="LicenseRef-own")
    assert found(stocked, "licence=licenseref-own") == ["oak.png"]
    for wrong in ("CC-BY-9.0", "MIT OR", "free"):
        with pytest.raises(ExpectedError, match="SPDX"):
            edit_assets(stocked.catalogue, [oak], licence=wrong)
    edit_assets(stocked.catalogue, [oak], licence="")
    assert found(stocked, "is:unlicensed") == ["oak.png"]


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/media/ada/Textures_2/wood/oak.png", ("folder:/media/ada/Textures_2", "folder:wood", "path:/media/ada/")),
        (
            r"D:\Media\Ada\Textures_2\wood\oak.png",
            (r"folder:D:\Media\Ada", "folder:D:/Media/Ada/Textures_2", 'folder:"D:\\Media\\Ada\\"', "folder:ada/tex*"),
        ),
        (r"\\server\share\wood\oak.png", (r"folder:\\server\share", "folder://server/share", r"folder:share\wood")),
    ],
)  # fmt: skip
def test_folders_of_every_system_are_found(stocked: Library, path: str, queries: tuple[str, ...]) -> None:
    stocked.catalogue.write(lambda c: c.execute("UPDATE place SET path = ? WHERE path LIKE '%oak.png'", (path,)))
    for query in queries:
        assert found(stocked, query) == ["oak.png"], query
    for query in ("folder:textures-2", "folder:/media/ad", r"folder:D:\Medi", "folder:oak.png", r"folder:\\serve"):
        assert found(stocked, query) == [], query


@pytest.mark.parametrize("name", ['5" disk', '"', 'a "b" (c)', "plain"])
def test_a_value_with_quotes_is_found_as_it_is_written(name: str) -> None:
    from editor.library.search.language import Field, parse, quoted

    assert parse(f"tag:{quoted(name)}") == Field("tag", ":", name)
