"""What a brand kit names, or a project plays from the library, does not leave the library's trash for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from editor.document.project import Project
from editor.library.library import Library
from editor.library.trash import empty_trash, in_trash, needed_in_trash, restore, to_trash
from editor.library.usage import Use, name_of_user, note_uses, place_of_use, uses_of
from editor.storage.media import MediaRow, full_hash
from editor.workflows.kits.keeping import PICTURES, KeptKit, file_of, keep, keep_new, take_file, throw_away
from editor.workflows.kits.kit import Kit, KitLogo
from editor.workflows.library.origins import kit_files, read_changed_projects, unread, uses_in, what_must_stay


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    yield made
    made.close()


@pytest.fixture
def kept(library: Library, tmp_path: Path) -> KeptKit:
    """A kit with one logo."""
    path = tmp_path / "mark.png"
    Image.new("RGBA", (64, 32), (200, 30, 60, 255)).save(path)
    kit = Kit(name="North House", logos=(KitLogo(file=take_file(library, path, PICTURES), name="Mark"),))
    return keep_new(library, kit)


def logo_of(library: Library, kept: KeptKit) -> int:
    asset = library.with_hash(kept.kit.logos[0].file.hash)
    assert asset is not None
    return asset.id


def test_the_logo_of_a_kit_stays_in_the_trash(library: Library, kept: KeptKit) -> None:
    logo = logo_of(library, kept)
    to_trash(library.catalogue, [logo])
    ((asset, uses),) = what_must_stay(library)
    assert (asset.id, [name_of_user(*use) for use in uses]) == (logo, ["Brand kit North House"])
    assert empty_trash(library.catalogue, library.content) == 0
    assert in_trash(library.catalogue) == [logo]
    path = file_of(library, kept.kit.logos[0].file)
    assert path is not None and full_hash(path) == kept.kit.logos[0].file.hash


def test_the_logo_goes_when_the_kit_names_it_no_more(library: Library, kept: KeptKit) -> None:
    logo = logo_of(library, kept)
    to_trash(library.catalogue, [logo])
    keep(library, kept, Kit(name="North House"))
    assert what_must_stay(library) == []
    assert empty_trash(library.catalogue, library.content) == 1
    assert file_of(library, kept.kit.logos[0].file) is None


def test_a_kit_in_the_trash_keeps_its_logo_until_it_goes_itself(library: Library, kept: KeptKit) -> None:
    logo = logo_of(library, kept)
    throw_away(library, kept)
    to_trash(library.catalogue, [logo])
    assert empty_trash(library.catalogue, library.content, [logo]) == 0, "the kit can come back"
    restore(library.catalogue, [kept.asset.id])
    assert [item.asset.id for item in needed_in_trash(library.catalogue, library.content)] == [logo]
    throw_away(library, kept)
    assert what_must_stay(library) == []
    assert empty_trash(library.catalogue, library.content) == 2
    assert library.catalogue.rows("SELECT project FROM usage") == []


def test_where_a_logo_is_used_names_the_kit(library: Library, kept: KeptKit) -> None:
    ((path, use),) = uses_of(library.catalogue, kept.kit.logos[0].file.hash)
    assert place_of_use(path, use) == "Brand kit North House · mark.png"
    assert (use.needs, kit_files(library), unread(library)) == (True, [path], [])


def test_a_kit_that_another_program_wrote_is_read_before_anything_goes(library: Library, kept: KeptKit) -> None:
    logo = logo_of(library, kept)
    library.catalogue.write(lambda c: (c.execute("DELETE FROM usage"), c.execute("DELETE FROM project")))
    to_trash(library.catalogue, [logo])
    assert unread(library) == kit_files(library)
    assert [item.asset.id for item in what_must_stay(library)] == [logo]


def test_a_kit_that_is_gone_needs_nothing(library: Library, kept: KeptKit) -> None:
    to_trash(library.catalogue, [logo_of(library, kept)])
    kept.path.unlink()
    assert read_changed_projects(library) == []
    assert what_must_stay(library) == []


def test_a_film_that_a_project_plays_from_the_library_is_needed(library: Library, tmp_path: Path) -> None:
    (tmp_path / "rain.wav").write_bytes(b"rain" * 100)
    kept, linked = tmp_path / "rain.wav", tmp_path / "wind.wav"
    linked.write_bytes(b"wind" * 100)
    (asset,) = library.take_in([kept], copy=True).assets
    (other,) = library.take_in([linked]).assets
    inside = library.file_of(library.asset(asset))
    rows = [
        MediaRow("m1", "rain.wav", str(inside), None, 400, "", full_hash(inside), {}),
        MediaRow("m2", "wind.wav", str(linked), None, 400, "", full_hash(linked), {}),
    ]
    uses = uses_in(Project.in_memory(), library, rows)
    assert [(use.label, use.needs) for use in uses] == [("rain.wav", True), ("wind.wav", False)]
    note_uses(library.catalogue, tmp_path / "Film.atelier", uses)
    to_trash(library.catalogue, [asset, other])
    assert empty_trash(library.catalogue, library.content) == 1, "the project has its own way to the other file"
    assert inside.is_file() and in_trash(library.catalogue) == [asset]


def test_a_copy_in_a_project_needs_nothing(library: Library, tmp_path: Path) -> None:
    (tmp_path / "oak.png").write_bytes(b"oak")
    (asset,) = library.take_in([tmp_path / "oak.png"], copy=True).assets
    note_uses(library.catalogue, tmp_path / "A.atelier", [Use("Cover", "r1", library.asset(asset).hash, "Oak")])
    to_trash(library.catalogue, [asset])
    assert empty_trash(library.catalogue, library.content) == 1
