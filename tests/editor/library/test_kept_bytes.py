"""What is kept in the library is there: whoever empties the trash meanwhile, whatever it is called, however damaged."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from editor.base.jobs import Progress
from editor.library.keeping import let_go_of_lost
from editor.library.library import Library
from editor.library.places import refresh
from editor.library.trash import empty_trash, to_trash


def test_a_trash_emptied_elsewhere_takes_no_bytes_of_what_comes_in(library: Library, files: Path) -> None:
    to_trash(library.catalogue, library.take_in([files / "oak.png"], copy=True).added)
    coming = files.parent / "coming"
    coming.mkdir()
    shutil.copy(files / "oak.png", coming / "a.png")
    (coming / "b.png").write_bytes(b"second")
    other = Library(library.catalogue.folder)

    def empty_it(_share: float, name: str) -> None:
        if name == "b.png":
            empty_trash(other.catalogue, other.content)

    (key,) = library.take_in([coming / "a.png"], copy=True, progress=Progress()).known
    to_trash(library.catalogue, [key])
    taken = library.take_in([coming], copy=True, progress=Progress(empty_it))
    other.close()
    shutil.rmtree(coming)
    assert len(taken.added) == 2
    for asset in map(library.asset, taken.added):
        assert asset.stored
        assert library.file_of(asset).stat().st_size == asset.size


def test_what_came_in_again_keeps_its_bytes_when_the_trash_is_emptied(library: Library, files: Path) -> None:
    (key,) = library.take_in([files / "oak.png"], copy=True).added
    to_trash(library.catalogue, [key])
    write, again = library.catalogue.write, list[int]()

    def write_and_import(action: object) -> object:
        result: object = write(action)  # type: ignore[arg-type]
        if not again:
            again.append(1)
            library.take_in([files / "oak.png"], copy=True)
        return result

    library.catalogue.write = write_and_import  # type: ignore[method-assign, assignment]
    assert empty_trash(library.catalogue, library.content) == 1
    (found,) = library.finder.find("")
    assert library.file_of(library.asset(int(found))).read_bytes() == b"oak"
    assert library.content.size() == 3


def test_bytes_that_come_in_under_another_extension_are_found(library: Library, files: Path) -> None:
    (key,) = library.take_in([files / "oak.png"]).added
    shutil.copy(files / "oak.png", files / "oak.jpeg")
    assert library.take_in([files / "oak.jpeg"], copy=True).known == [key]
    (files / "oak.png").unlink()
    (files / "oak.jpeg").unlink()
    asset = library.asset(key)
    assert (asset.stored, library.content.has(asset.hash, asset.extension)) == (True, True)
    assert library.file_of(asset).read_bytes() == b"oak"
    to_trash(library.catalogue, [key])
    empty_trash(library.catalogue, library.content)
    assert library.content.size() == 0


def test_bytes_that_lie_under_an_extension_that_is_not_the_assets_are_found_and_removed(
    library: Library, files: Path
) -> None:
    (key,) = library.take_in([files / "oak.png"], copy=True).added
    asset = library.asset(key)
    kept = library.content.path_of(asset.hash, "png")
    kept.rename(kept.with_suffix(".jpeg"))
    (files / "oak.png").unlink()
    assert library.file_of(asset).read_bytes() == b"oak"
    to_trash(library.catalogue, [key])
    empty_trash(library.catalogue, library.content)
    assert library.content.size() == 0


def test_a_good_file_heals_a_damaged_one(library: Library, files: Path) -> None:
    (key,) = library.take_in([files / "oak.png"], copy=True).added
    kept = library.file_of(library.asset(key))
    for damage in (b"", b"oaK"):
        kept.write_bytes(damage)
        assert list(library.content.damaged()) == [kept]
        library.take_in([files / "oak.png"], copy=True)
        assert list(library.content.damaged()) == []


def test_what_was_deleted_for_good_stays_away_until_it_is_asked_for(library: Library, files: Path) -> None:
    refresh(library.catalogue, library.content, files)
    key = library.finder.find("name:oak.png").tolist()
    to_trash(library.catalogue, key)
    empty_trash(library.catalogue, library.content)
    refresh(library.catalogue, library.content, files)
    (files / "oak.png").rename(files / "inner" / "ash.png")
    os.utime(files / "inner" / "ash.png", (1e9, 1e9))
    for _ in range(2):
        refresh(library.catalogue, library.content, files)
        assert len(library.finder.find("")) == 2, "wherever it lies now"
    (files / "oak.png").write_bytes(b"another oak")
    refresh(library.catalogue, library.content, files)
    assert len(library.finder.find("")) == 3, "another file at its place is another file"
    assert len(library.take_in([files / "inner" / "ash.png"]).added) == 1
    refresh(library.catalogue, library.content, files)
    assert len(library.finder.find("")) == 4


def test_a_visit_leaves_the_trash_alone_and_an_import_by_hand_does_not(library: Library, files: Path) -> None:
    refresh(library.catalogue, library.content, files)
    (key,) = library.finder.find("name:oak.png").tolist()
    to_trash(library.catalogue, [key])
    os.utime(files / "oak.png", (1e9, 1e9))
    refresh(library.catalogue, library.content, files)
    assert library.asset(key).trashed
    library.take_in([files / "oak.png"])
    assert library.asset(key).trashed is None


def test_kept_files_that_are_gone_are_missing_until_they_come_in_again(library: Library, files: Path) -> None:
    (key,) = library.take_in([files / "oak.png"], copy=True).added
    assert let_go_of_lost(library.catalogue, library.content) == []
    library.file_of(library.asset(key)).unlink()
    (lost,) = let_go_of_lost(library.catalogue, library.content)
    assert lost.id == key
    assert library.finder.find("is:missing").tolist() == [key]
    library.take_in([files / "oak.png"], copy=True)
    assert library.finder.find("is:missing").tolist() == []
    assert library.file_of(library.asset(key)).read_bytes() == b"oak"
