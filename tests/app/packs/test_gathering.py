"""Assets become a pack with all their files, and each file keeps whose it is and on what terms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.packs.gathering import assets_of, check_terms, gather, other_terms
from app.packs.offering import offer
from editor.base.errors import ExpectedError
from editor.library.asset import Credits
from editor.library.edits import edit_assets
from editor.library.library import Library
from sync.packs.building import Description, describe, write_archive
from sync.packs.installing import install
from sync.packs.signing import SigningKey


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    yield made
    made.close()


def material(folder: Path, picture: bytes) -> Path:
    (folder / "tex").mkdir(parents=True)
    (folder / "tex" / "a.png").write_bytes(picture)
    path = folder / "set.gltf"
    told = {"asset": {"version": "2.0", "generator": folder.name}, "images": [{"uri": "tex/a.png"}]}
    path.write_text(json.dumps(told))
    return path


def taken(library: Library, path: Path, **known: str) -> int:
    (key,) = library.take_in([path], known=Credits(**known)).added  # type: ignore[arg-type]
    return key


def test_textures_credits_and_names_survive_a_pack(library: Library, tmp_path: Path) -> None:
    oak = taken(library, material(tmp_path / "oak", b"oak"), licence="CC-BY-4.0", author="Ann",
                source="https://example.org/oak")  # fmt: skip
    ash = taken(library, material(tmp_path / "ash", b"ash"), licence="CC0-1.0", author="Ben")
    note = tmp_path / "note.txt"
    note.write_text("mine")
    mine = taken(library, note)
    held = tmp_path / "held"
    held.mkdir()
    made = gather(library, [oak, ash, mine], held)
    told = Description("woods", "1.0.0", "Me", "CC-BY-SA-4.0", licences=made.licences, authors=made.authors,
                       sources=made.sources)  # fmt: skip
    pack = describe(held, told, SigningKey.generate())
    write_archive(held, pack, tmp_path / "woods.atelierpack")
    taken_in = install(tmp_path / "woods.atelierpack", tmp_path / "packs")

    files = {file.path: file for file in taken_in.manifest.files}
    assert sorted(files) == ["note.txt", f"set-{ash}/set.gltf", f"set-{ash}/tex/a.png", "set/set.gltf", "set/tex/a.png"]
    assert (taken_in.content / "set" / "tex" / "a.png").read_bytes() == b"oak"
    assert (taken_in.content / f"set-{ash}" / "tex" / "a.png").read_bytes() == b"ash"
    other = Library(tmp_path / "other")
    offer(other, taken_in)
    for path, wanted in (
        ("set/set.gltf", ("CC-BY-4.0", "Ann", "https://example.org/oak")),
        ("set/tex/a.png", ("CC-BY-4.0", "Ann", "https://example.org/oak")),
        (f"set-{ash}/tex/a.png", ("CC0-1.0", "Ben", "pack woods 1.0.0")),
        ("note.txt", ("CC-BY-SA-4.0", "Me", "pack woods 1.0.0")),
    ):
        asset = other.at(taken_in.content / path)
        assert asset is not None
        assert (asset.licence, asset.author, asset.source) == wanted
    other.close()


def test_a_texture_that_is_chosen_too_comes_once(library: Library, tmp_path: Path) -> None:
    main = material(tmp_path / "oak", b"oak")
    keys = library.take_in([tmp_path / "oak"]).added
    picture = library.at(main.parent / "tex" / "a.png")
    assert picture is not None
    edit_assets(library.catalogue, [picture.id], licence="CC-BY-3.0")
    (tmp_path / "held").mkdir()
    made = gather(library, keys, tmp_path / "held")
    lying = sorted(path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*.*"))
    assert lying == ["set/set.gltf", "set/tex/a.png"]
    assert made.licences == {"set/tex/a.png": "CC-BY-3.0"}


def test_a_set_without_its_textures_is_no_pack(library: Library, tmp_path: Path) -> None:
    key = taken(library, material(tmp_path / "oak", b"oak"))
    (tmp_path / "oak" / "tex" / "a.png").unlink()
    with pytest.raises(ExpectedError, match=r"set\.gltf needs the file tex/a\.png"):
        gather(library, [key], tmp_path)


def test_terms_are_asked_about_or_refused(library: Library, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(name)
    keys = [taken(library, tmp_path / "a.txt", author="Ann"), taken(library, tmp_path / "b.txt", licence="MIT"),
            taken(library, tmp_path / "c.txt", licence="CC0-1.0")]  # fmt: skip
    assets = assets_of(library, keys)
    assert other_terms(assets, "CC0-1.0") == [("MIT", 1)]
    check_terms(assets, "ann")
    with pytest.raises(ExpectedError, match="a is by Ann, and nobody says under which licence"):
        check_terms(assets, "Me")
