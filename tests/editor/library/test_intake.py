"""Files become assets: once each, known again after a move, the same work after an edit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.library.asset import Credits
from editor.library.duplicates import duplicates
from editor.library.edits import edit_assets
from editor.library.library import Library
from editor.library.places import follow, followed, places_of, refresh, unfollow
from editor.library.search.results import assets_by_id
from editor.library.tags import tag_assets, tags_of
from editor.library.trash import empty_trash, in_trash, restore, to_trash


def names(library: Library, query: str = "") -> set[str]:
    return {asset.name for asset in assets_by_id(library.catalogue, library.finder.find(query)).values()}


def test_a_folder_is_taken_in_with_all_below(library: Library, files: Path) -> None:
    taken = library.take_in([files])
    assert len(taken.added) == 3
    assert names(library) == {"SunsetBeach01.jpg", "oak.png", "rain.wav"}
    kinds = {asset.kind for asset in assets_by_id(library.catalogue, taken.added).values()}
    assert kinds == {"image", "sound"}
    assert library.content.size() == 0, "files that stay where they are take no room"


def test_the_same_file_twice_adds_nothing(library: Library, files: Path) -> None:
    first = library.take_in([files / "oak.png"], copy=True)
    size = library.content.size()
    again = library.take_in([files / "oak.png"], copy=True)
    (files / "other name.png").write_bytes(b"oak")
    third = library.take_in([files / "other name.png"], copy=True)
    assert again.added == third.added == []
    assert again.known == third.known == first.added
    assert library.content.size() == size == 3


def test_copied_bytes_are_the_files_own(library: Library, files: Path) -> None:
    (key,) = library.take_in([files / "oak.png"], copy=True).added
    (files / "oak.png").unlink()
    path = library.file_of(library.asset(key))
    assert path.read_bytes() == b"oak"
    assert path.suffix == ".png"
    assert list(library.content.damaged()) == []
    path.write_bytes(b"oaK")
    assert list(library.content.damaged()) == [path]


def test_a_moved_file_is_known_by_its_content(library: Library, files: Path) -> None:
    (key,) = library.take_in([files / "oak.png"]).added
    tag_assets(library.catalogue, [key], ["Tree"])
    (files / "oak.png").rename(files / "inner" / "chêne.png")
    with pytest.raises(ExpectedError, match="not at its place"):
        library.file_of(library.asset(key))
    taken = library.take_in([files / "inner"])
    assert taken.moved == [key]
    assert library.file_of(library.asset(key)) == files / "inner" / "chêne.png"
    assert places_of(library.catalogue, key) == [files / "inner" / "chêne.png"]
    assert tags_of(library.catalogue, key) == ["Tree"]
    assert names(library, "chêne") == {"chêne.png"}, "it is called as its file is now"
    edit_assets(library.catalogue, [key], name="My oak")
    (files / "inner" / "chêne.png").rename(files / "back.jpg")
    library.take_in([files])
    asset = library.asset(key)
    assert (asset.name, library.file_of(asset)) == ("My oak", files / "back.jpg"), "but what a person wrote stays"


def test_a_thousand_files_that_moved_are_known_and_a_thousand_twins_add_nothing(
    library: Library, tmp_path: Path
) -> None:
    here, there, twins = tmp_path / "here", tmp_path / "there", tmp_path / "twins"
    for folder in (here, twins):
        folder.mkdir()
    for number in range(1000):
        for folder in (here, twins):
            (folder / f"{number}.txt").write_text(f"content {number}")
    keys = library.take_in([here]).added
    assert len(keys) == 1000
    here.rename(there)
    moved = library.take_in([there])
    assert (sorted(moved.moved), moved.added) == (keys, [])
    assert all(library.catalogue.rows("SELECT path FROM place WHERE missing IS NULL AND path LIKE ?", (f"{there}%",)))
    assert len(library.catalogue.rows("SELECT path FROM place")) == 1000
    again = library.take_in([twins])
    assert (sorted(again.known), again.added, again.moved) == (keys, [], [])
    assert len(library.finder.find("")) == 1000
    assert len(duplicates(library.catalogue)) == 1000
    copied = library.take_in([there, twins], copy=True)
    assert (copied.added, sum(1 for _ in library.content.root.glob("??/*"))) == ([], 1000)


def test_a_file_edited_in_place_keeps_what_was_said_of_it(library: Library, files: Path) -> None:
    (key,) = library.take_in([files / "oak.png"]).added
    tag_assets(library.catalogue, [key], ["Tree"])
    (files / "oak.png").write_bytes(b"an oak in winter")
    taken = library.take_in([files / "oak.png"])
    assert taken.edited == [key]
    assert library.asset(key).size == 16
    assert tags_of(library.catalogue, key) == ["Tree"]


def test_of_two_copies_the_one_that_is_edited_becomes_an_asset_of_its_own(library: Library, files: Path) -> None:
    (files / "twin.png").write_bytes(b"oak")
    library.take_in([files])
    (found,) = duplicates(library.catalogue)
    assert found.places == (files / "oak.png", files / "twin.png")
    assert found.wasted == 3
    (files / "twin.png").write_bytes(b"ash")
    taken = library.take_in([files])
    assert len(taken.added) == 1
    assert duplicates(library.catalogue) == []


def test_what_cannot_be_read_is_said_and_the_rest_comes_in(library: Library, files: Path) -> None:
    taken = library.take_in([files / "nowhere.png", files / "oak.png"])
    assert [path.name for path, _ in taken.problems] == ["nowhere.png"]
    assert "No such file" in taken.problems[0][1]
    assert len(taken.added) == 1


def test_links_hidden_and_half_written_files_are_left_out(library: Library, files: Path) -> None:
    (files / ".secret").write_bytes(b"x")
    (files / "movie.mp4.part").write_bytes(b"x")
    os.symlink(files, files / "circle")
    assert len(library.take_in([files]).added) == 3


def test_credits_come_with_the_files(library: Library, files: Path) -> None:
    known = Credits(author="Ada", licence="CC0-1.0", source="https://example.org/oak", tags=("tree", "Été"))
    (key,) = library.take_in([files / "oak.png"], known=known).added
    asset = library.asset(key)
    assert (asset.author, asset.licence, asset.source) == ("Ada", "CC0-1.0", "https://example.org/oak")
    assert names(library, "tag:ÉTÉ author:ada") == {"oak.png"}


def test_a_cancelled_import_keeps_whole_batches(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(450):
        (folder / f"{number:03}.txt").write_text(str(number))
    steps = iter(range(10_000))
    with pytest.raises(Cancelled):
        library.take_in([folder], progress=Progress(cancelled=lambda: next(steps) > 430))
    assert len(library.finder.find("")) in (200, 400)
    assert len(library.take_in([folder]).assets) == 450


def test_a_followed_folder_marks_what_is_gone_and_finds_it_again(library: Library, files: Path) -> None:
    follow(library.catalogue, files)
    assert followed(library.catalogue) == [files]
    refresh(library.catalogue, library.content, files)
    (files / "oak.png").rename(files.parent / "oak.png")
    refresh(library.catalogue, library.content, files)
    assert names(library, "is:missing") == {"oak.png"}
    (files.parent / "oak.png").rename(files / "oak.png")
    refresh(library.catalogue, library.content, files)
    assert names(library, "is:missing") == set()
    files.rename(files.parent / "unplugged")
    with pytest.raises(ExpectedError, match="no folder"):
        refresh(library.catalogue, library.content, files)
    assert names(library, "is:missing") == names(library) != set(), "away, and nothing is forgotten"
    (files.parent / "unplugged").rename(files)
    refresh(library.catalogue, library.content, files)
    assert names(library, "is:missing") == set()
    unfollow(library.catalogue, files)
    assert followed(library.catalogue) == []


def test_the_trash_gives_back_and_forgets(library: Library, files: Path) -> None:
    copied, left = library.take_in([files / "oak.png"], copy=True).added, library.take_in([files / "inner"]).added
    to_trash(library.catalogue, [*copied, *left])
    assert names(library) == set()
    assert set(in_trash(library.catalogue)) == {*copied, *left}
    restore(library.catalogue, left)
    assert names(library, "rain") == {"rain.wav"}
    assert empty_trash(library.catalogue, library.content) == 1
    assert library.content.size() == 0
    to_trash(library.catalogue, left)
    empty_trash(library.catalogue, library.content)
    assert (files / "inner" / "rain.wav").read_bytes() == b"rain", "files of a person are never deleted"


def test_an_import_brings_back_what_lay_in_the_trash(library: Library, files: Path) -> None:
    added = library.take_in([files / "oak.png"]).added
    to_trash(library.catalogue, added)
    library.take_in([files / "oak.png"], copy=True)
    assert names(library) == {"oak.png"}


@settings(max_examples=30)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(("write", "move", "delete", "import")), st.integers(0, 4), st.integers(0, 4)),
        max_size=25,
    )
)
def test_whatever_happens_to_files_the_catalogue_tells_the_truth_after_a_visit(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    base = tmp_path_factory.mktemp("any")
    folder = base / "files"
    folder.mkdir()
    library = Library(base / "library")
    follow(library.catalogue, folder)
    for action, one, other in steps:
        path = folder / f"{one}.txt"
        if action == "write":
            path.write_text("x" * (other + 1))
        elif action == "move" and path.exists():
            path.replace(folder / f"{other}.txt")
        elif action == "delete":
            path.unlink(missing_ok=True)
        else:
            refresh(library.catalogue, library.content, folder)
    refresh(library.catalogue, library.content, folder)
    there = {path: path.read_bytes() for path in folder.iterdir()}
    living = list(assets_by_id(library.catalogue, library.finder.find("-is:missing")).values())
    assert sorted(asset.size for asset in living) == sorted({len(content) for content in there.values()})
    for asset in living:
        assert len(library.file_of(asset).read_bytes()) == asset.size
    library.close()


def test_a_name_that_is_no_text_is_said_and_the_rest_comes_in(library: Library, files: Path) -> None:
    odd = files / os.fsdecode(b"caf\xe9.png")
    try:
        odd.write_bytes(b"odd")
    except OSError:
        pytest.skip("this file system takes no such name")
    (files / os.fsdecode(b"fold\xe9r")).mkdir()
    (files / os.fsdecode(b"fold\xe9r") / "inside.png").write_bytes(b"inside")
    seen: list[str] = []
    follow(library.catalogue, files)
    taken = refresh(
        library.catalogue, library.content, files, Progress(lambda _share, name: seen.append(name.encode().decode()))
    )
    assert len(taken.added) == 3
    assert [str(path.name) for path, _ in taken.problems] == ["caf\\xe9.png", "inside.png"]
    assert "no text" in taken.problems[0][1]
    assert "caf\\xe9.png" in seen
    assert library.at(odd) is None
    with pytest.raises(ExpectedError, match="no folder"):
        follow(library.catalogue, files / os.fsdecode(b"fold\xe9r"))


def test_a_pipe_is_not_read(library: Library, files: Path) -> None:
    os.mkfifo(files / "pipe.png")
    taken = library.take_in([files / "pipe.png", files / "oak.png"])
    assert [path.name for path, _ in taken.problems] == ["pipe.png"]
    assert len(taken.added) == 1


def test_a_place_has_one_spelling(library: Library, files: Path) -> None:
    (files.parent / "link").symlink_to(files)
    spellings = [files / "oak.png", files.parent / "link" / "oak.png", files / "inner" / ".." / "oak.png"]
    (key,) = library.take_in(spellings[1:]).assets
    assert places_of(library.catalogue, key) == [files / "oak.png"]
    for path in spellings:
        found = library.at(path)
        assert found is not None
        assert found.id == key
    follow(library.catalogue, files.parent / "link")
    follow(library.catalogue, files / "inner" / "..")
    assert followed(library.catalogue) == [files]
    refresh(library.catalogue, library.content, files.parent / "link")
    assert duplicates(library.catalogue) == []
    unfollow(library.catalogue, files.parent / "link")
    assert followed(library.catalogue) == []


def test_one_file_under_two_names_is_no_copy(library: Library, files: Path) -> None:
    (files / "hard.png").hardlink_to(files / "oak.png")
    (files / "copy.png").write_bytes(b"oak")
    library.take_in([files])
    (found,) = duplicates(library.catalogue)
    assert (len(found.places), found.wasted) == (2, 3)
    assert not found.places[0].samefile(found.places[1])


@pytest.mark.parametrize("place", ["a", "z"], ids=["seen first", "seen last"])
def test_tags_go_with_the_picture_that_moved_and_not_with_the_one_at_its_old_place(
    library: Library, files: Path, place: str
) -> None:
    (files / f"{place}.png").write_bytes(b"holiday")
    (key,) = library.take_in([files / f"{place}.png"]).added
    tag_assets(library.catalogue, [key], ["holiday"])
    (files / "old").mkdir()
    (files / f"{place}.png").rename(files / "old" / f"{place}.png")
    (files / f"{place}.png").write_bytes(b"another picture")
    refresh(library.catalogue, library.content, files)
    moved, other = library.at(files / "old" / f"{place}.png"), library.at(files / f"{place}.png")
    assert moved is not None
    assert other is not None
    assert (moved.id, moved.size, tags_of(library.catalogue, moved.id)) == (key, 7, ["holiday"])
    assert (other.size, tags_of(library.catalogue, other.id)) == (15, [])


@pytest.mark.parametrize(
    "backup", ["oak.bak.png", "oak.png.bak", "oak_backup2.png", "oak.png1", "a-oak.png", "oak2.png"]
)
def test_a_program_that_keeps_a_backup_leaves_the_tags_with_the_work(
    library: Library, files: Path, backup: str
) -> None:
    (key,) = library.take_in([files / "oak.png"]).added
    (files / "oak.png").rename(files / backup)
    (files / "oak.png").write_bytes(b"an oak in winter")
    refresh(library.catalogue, library.content, files)
    work, kept = library.at(files / "oak.png"), library.at(files / backup)
    assert work is not None
    assert kept is not None
    assert (work.size, kept.size) == (16, 3)
    assert key == (kept.id if backup in ("a-oak.png", "oak2.png") else work.id), "any other name is a file that moved"
