"""Killed in the middle, two at once, a full disk, a damaged file: the catalogue opens, and nothing is half there."""

from __future__ import annotations

import errno
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.library import content as content_module
from editor.library.catalogue import FILE_NAME, VERSION
from editor.library.collections import collect, collections, keep_search, make_collection, smart_folders
from editor.library.content import PARTIAL, NoRoom
from editor.library.edits import edit_assets
from editor.library.library import STORE, Library
from editor.library.places import follow, followed
from editor.library.repair import repair
from editor.library.tags import tag_assets, tags_of
from editor.storage.media import full_hash

IMPORTING = """
import sys
from pathlib import Path
from editor.library.library import Library
library = Library(Path(sys.argv[1]))
print("begun", flush=True)
library.take_in([Path(sys.argv[2])], copy=sys.argv[3] == "copy")
print(len(library.finder.find("")), flush=True)
library.close()
"""


def many_files(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:04}.bin").write_bytes(random.Random(number).randbytes(3000))
    return folder


def importer(library: Path, files: Path, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", IMPORTING, str(library), str(files), how], stdout=subprocess.PIPE, text=True
    )


def check_whole(folder: Path) -> int:
    """The catalogue is sound, every stored asset has its bytes, and no half content has a final name. How many."""
    library = Library(folder)
    try:
        assert library.catalogue.rows("PRAGMA integrity_check") == [("ok",)]
        assert library.catalogue.rows("PRAGMA foreign_key_check") == []
        assert list(library.content.damaged()) == []
        stored = library.catalogue.rows("SELECT hash, extension FROM asset WHERE stored")
        assert all(library.content.has(str(digest), str(extension)) for digest, extension in stored)
        words = library.catalogue.rows("SELECT count(*) FROM words")
        assert words == library.catalogue.rows("SELECT count(*) FROM asset")
        return len(stored)
    finally:
        library.close()


@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=pytest.mark.long)])
def test_killed_during_an_import(tmp_path: Path, rounds: int) -> None:
    files = many_files(tmp_path / "files", 700)
    chance = random.Random(rounds)
    kept = 0
    for _ in range(rounds):
        child = importer(tmp_path / "library", files, "copy")
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0.0, 0.25))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        now = check_whole(tmp_path / "library")
        assert now >= kept, "what was committed stays"
        kept = now
    library = Library(tmp_path / "library")
    library.take_in([files], copy=True)
    assert len(library.finder.find("")) == 700
    library.close()
    assert check_whole(tmp_path / "library") == 700


def test_what_a_killed_program_left_half_is_swept(library: Library, files: Path) -> None:
    folder = library.content.root / "ab"
    folder.mkdir(parents=True)
    old, young = folder / f"old.1{PARTIAL}", folder / f"young.2{PARTIAL}"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    library.take_in([files], copy=True)
    assert (old.exists(), young.exists()) == (False, True)


def test_two_programs_import_at_once(tmp_path: Path) -> None:
    files = many_files(tmp_path / "files", 300)
    children = [importer(tmp_path / "library", files, how) for how in ("copy", "stay", "copy")]
    said = [child.communicate(timeout=120)[0] for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], said
    assert check_whole(tmp_path / "library") == 300


def test_a_full_disk_ends_an_import_in_a_sentence(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = many_files(tmp_path / "files", 30)
    real, copied = content_module._copy, []

    def full_after_ten(source: Path, target: Path, check: object) -> str:
        copied.append(source)
        if len(copied) > 10:
            target.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(source, target, check)  # type: ignore[arg-type]

    monkeypatch.setattr(content_module, "_copy", full_after_ten)
    with pytest.raises(NoRoom, match="disk of the library is full"):
        library.take_in([files], copy=True)
    assert len(copied) == 11, "it does not try all the others"
    assert len(library.finder.find("")) == 10
    monkeypatch.undo()
    assert check_whole(library.catalogue.folder) == 10
    assert not list(library.content.root.rglob(f"*{PARTIAL}"))
    library.take_in([files], copy=True)
    assert len(library.finder.find("")) == 30


def test_a_catalogue_without_room_keeps_what_it_had(library: Library, files: Path, tmp_path: Path) -> None:
    library.take_in([files])
    more = many_files(tmp_path / "more", 400)
    pages = int(str(library.catalogue.rows("PRAGMA page_count")[0][0]))
    library.catalogue._writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(ExpectedError, match="disk is full; the library was not changed"):
        library.take_in([more])
    assert len(library.finder.find("")) == 3
    library.catalogue._writer.execute("PRAGMA max_page_count = 100000000")
    library.take_in([more])
    assert len(library.finder.find("")) == 403


def furnished(tmp_path: Path) -> tuple[Path, Path]:
    """A library with everything in it, closed."""
    files = many_files(tmp_path / "files", 300)
    library = Library(tmp_path / "library")
    (key,) = library.take_in([files / "0000.bin"], copy=True).added
    library.take_in([files])
    tag_assets(library.catalogue, [key], ["Tree"])
    edit_assets(library.catalogue, [key], rating=5, title="An oak")
    collect(library.catalogue, make_collection(library.catalogue, "Book"), [key])
    keep_search(library.catalogue, "Best", "rating:5")
    follow(library.catalogue, files)
    library.close()
    return tmp_path / "library", files


def test_a_catalogue_that_is_no_database_is_made_anew_from_the_contents(tmp_path: Path) -> None:
    folder, files = furnished(tmp_path)
    (folder / FILE_NAME).write_bytes(os.urandom(50_000))
    with pytest.raises(ExpectedError, match="damaged") as failure:
        Library(folder)
    assert "library repair" in failure.value.remedy
    done = repair(folder, STORE)
    assert (done.found, done.damaged) == (1, [])
    assert done.aside is not None
    assert done.aside.stat().st_size == 50_000, "nothing is thrown away"
    library = Library(folder)
    (key,) = (int(one) for one in library.finder.find(""))
    assert library.file_of(library.asset(key)).read_bytes() == (files / "0000.bin").read_bytes()
    assert library.take_in([files]).known == [key], "it is the same asset when its file comes again"
    library.close()


def test_what_can_be_read_of_a_damaged_catalogue_is_kept(tmp_path: Path) -> None:
    folder, files = furnished(tmp_path)
    path = folder / FILE_NAME
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute("PRAGMA page_size").fetchone()[0]
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'place'").fetchone()
    connection.close()
    data = bytearray(path.read_bytes())
    data[(root - 1) * page : root * page] = b"\xff" * page
    path.write_bytes(data)
    done = repair(folder, STORE)
    assert done.rows["asset"] == 300
    assert done.rows["place"] < 300
    library = Library(folder)
    assert library.catalogue.rows("PRAGMA integrity_check") == [("ok",)]
    (key,) = (int(one) for one in library.finder.find("oak rating:5 tag:tree in:book"))
    assert tags_of(library.catalogue, key) == ["Tree"]
    assert [one.name for one in collections(library.catalogue)] == ["Book"]
    assert [one.query for one in smart_folders(library.catalogue)] == ["rating:5"]
    assert followed(library.catalogue) == [files]
    library.take_in([files])
    assert len(library.finder.find("-is:missing")) == 300
    library.close()


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_keeps_a_repair_from_ending_well(tmp_path: Path, seed: int) -> None:
    folder, files = furnished(tmp_path)
    path = folder / FILE_NAME
    chance = random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(12):
        at = chance.randrange(len(data) - 4096)
        data[at : at + 512] = chance.randbytes(512)
    if seed == 3:
        del data[len(data) // 2 :]
    path.write_bytes(data)
    repair(folder, STORE)
    library = Library(folder)
    library.take_in([files])
    assert library.catalogue.rows("PRAGMA integrity_check") == [("ok",)]
    assert len(library.finder.find("-is:missing")) == 300
    assert {asset for (asset,) in library.catalogue.rows("SELECT hash FROM asset")} >= {
        full_hash(file) for file in list(files.iterdir())[:20]
    }
    library.close()


@pytest.mark.parametrize("busy", [False, True])
def test_a_library_in_use_is_not_repaired(library: Library, files: Path, busy: bool) -> None:
    library.take_in([files])
    if busy:
        library.catalogue._writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(ExpectedError, match="Another program holds"):
        repair(library.catalogue.folder, STORE)
    assert len(library.finder.find("")) == 3
    if busy:
        library.catalogue._writer.execute("ROLLBACK")


def test_a_library_of_the_first_version_is_upgraded(library: Library, files: Path) -> None:
    library.take_in([files])
    before = ("DROP TABLE project", "DROP TABLE let_go", "ALTER TABLE usage DROP COLUMN needs")
    library.catalogue.write(lambda connection: [connection.execute(statement) for statement in before])
    library.catalogue._writer.execute("PRAGMA user_version = 1")
    again = Library(library.catalogue.folder)
    assert again.catalogue.rows("SELECT count(*) FROM project") == [(0,)]
    assert again.catalogue.rows("SELECT count(*) FROM let_go") == [(0,)]
    assert again.catalogue.rows("PRAGMA user_version") == [(VERSION,)]
    assert len(again.finder.find("")) == 3
    again.close()


def test_a_row_that_may_not_be_written_is_no_damage(library: Library) -> None:
    with pytest.raises(ExpectedError, match="FOREIGN KEY") as caught:
        library.catalogue.write(lambda c: c.execute("INSERT INTO asset_tag VALUES (99, 99)"))
    assert "damaged" not in str(caught.value)
