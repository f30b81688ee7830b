"""Create, open, close: one writer, readers beside it, nothing left behind, versions, copies, refusals."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.commands.registry import run
from editor.commands.replay import replay
from editor.document.journal import BlobDamaged, BlobMissing
from editor.model.record import DocumentRecord, UnknownRecord, record
from editor.storage import create_project, open_project, opening, upgrades
from editor.storage.blobs import FileBlobs
from editor.storage.doctor import doctor
from editor.storage.failures import DiskFull
from editor.storage.place import _linux_type, place_of
from tests.editor.storage.projects import beside, content_hash, make_project

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "Project.atelier"


def test_everything_is_there_again_and_nothing_lies_beside(path: Path) -> None:
    digest = make_project(path)
    assert beside(path) == []
    with open_project(path) as opened:
        project = opened.project
        assert (opened.notices, opened.losses, opened.read_only) == ((), (), False)
        assert project.content_hash() == digest
        assert project.redo() and project.redo() and not project.redo()
        while project.undo():
            pass
        assert not project.records
    assert beside(path) == []
    assert doctor(path).problems == []


def test_the_file_says_what_it_is(path: Path) -> None:
    create_project(path).close()
    connection = sqlite3.connect(path)
    try:
        values = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "page_size")
        }
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    finally:
        connection.close()
    assert values == {"application_id": 0x41544C52, "user_version": upgrades.FORMAT_VERSION, "page_size": 65536}
    assert tables >= {"record", "blob", "history", "media", "job", "thumbnail", "meta"}


def test_the_second_opener_reads_while_the_first_writes(path: Path) -> None:
    make_project(path)
    with open_project(path) as writer, open_project(path) as reader:
        assert not writer.read_only and reader.read_only
        assert any("open in another" in notice for notice in reader.notices)
        run(writer.project, "raster.new_document", name="New", width=10, height=10)
        tile = next(item for item in reader.project.records.values() if hasattr(item, "pixels"))
        assert len(reader.project.blobs.get(tile.pixels)) == 262144
        with pytest.raises(ExpectedError, match="reading only"):
            run(reader.project, "raster.new_document", name="No", width=10, height=10)
    with open_project(path) as opened:
        assert not opened.read_only


def test_another_process_holds_the_lock(path: Path) -> None:
    make_project(path, layers=1, edits=1)
    program = "import sys; from editor.storage import open_project; print(open_project(sys.argv[1]).read_only)"
    with open_project(path):
        command = [sys.executable, "-c", program, str(path)]
        found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    assert found.stdout.strip() == "True"


@pytest.mark.skipif(os.name == "nt", reason="a folder's permissions mean something else there")
def test_a_write_protected_place_opens_for_reading(path: Path) -> None:
    digest = make_project(path, layers=1, edits=2)
    path.chmod(0o444)
    with open_project(path) as opened:
        assert opened.project.content_hash() == digest
        assert opened.read_only or os.geteuid() == 0  # root may write everything


def test_a_rollback_journal_where_a_log_is_not_safe(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "place_of", lambda folder: "network")
    with create_project(path) as opened:
        assert any("network" in notice for notice in opened.notices)
        run(opened.project, "raster.new_document", name="A", width=10, height=10)
        assert not path.with_name(path.name + "-wal").exists()
        digest = opened.project.content_hash()
        opened.project.undo()
        opened.project.redo()
    assert content_hash(path) == digest
    assert beside(path) == []


def test_folders_are_known_by_mount_and_name(tmp_path: Path) -> None:
    mounts = (
        "1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 0:5 / /mnt/my\\040share rw,noatime shared:1 - nfs4 host:/x rw\n"
        "3 1 8:2 / /media/stick rw - vfat /dev/b rw\n"
    )
    assert _linux_type(Path("/mnt/my share/a"), mounts) == "nfs4"
    assert _linux_type(Path("/media/stick"), mounts) == "vfat"
    assert _linux_type(Path("/media/stickers"), mounts) == "ext4"
    cloud = tmp_path / "Dropbox" / "work"
    cloud.mkdir(parents=True)
    assert place_of(cloud) == "cloud"


def test_a_newer_format_and_a_foreign_file_are_refused_in_a_sentence(path: Path) -> None:
    create_project(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2000")
    connection.close()
    with pytest.raises(ExpectedError, match="newer Atelier"):
        open_project(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA application_id = 5")
    connection.close()
    with pytest.raises(ExpectedError, match="no Atelier project"):
        open_project(path)
    path.write_bytes(b"a text file, and a long one" * 900)
    with pytest.raises(ExpectedError, match="damaged"):
        open_project(path)


def test_an_upgrade_keeps_a_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = make_project(path, layers=1, edits=1)
    monkeypatch.setattr(upgrades, "FORMAT_VERSION", 1001)
    monkeypatch.setattr(opening, "FORMAT_VERSION", 1001)
    monkeypatch.setitem(upgrades.STEPS, 1000, lambda database: database["extra"].create({"id": int}, pk="id"))
    with open_project(path) as opened:
        assert any("brought up to date" in notice for notice in opened.notices)
        assert opened.project.content_hash() == digest
        assert opened.store.read(lambda c: c.execute("SELECT count(*) FROM extra").fetchone()) == (0,)
    kept = path.with_name("Project (version 1000).atelier")
    monkeypatch.undo()
    assert content_hash(kept) == digest


def test_an_old_file_is_read_by_upgrades_and_unknown_kinds_survive(tmp_path: Path) -> None:
    """tests/data/old-kinds.atelier was written when test.sign stood at version 1; see tests/data/README.md."""
    path = tmp_path / "old.atelier"
    shutil.copyfile(DATA / "old-kinds.atelier", path)
    with open_project(path) as opened:
        sign = opened.project.find("sign", Sign)
        assert (sign.text, sign.size) == ("Hello", 12.0)
        assert isinstance(opened.project.get("future"), UnknownRecord)
        digest = opened.project.content_hash()
        opened.project.undo()
        assert opened.project.find("sign", Sign).text == "Hullo"
        opened.project.redo()
        assert opened.project.content_hash() == digest
    with open_project(path) as opened:
        assert opened.project.content_hash() == digest
        assert b"dreams" in opened.project.find("future", UnknownRecord).data


@record(
    "test.sign",
    version=3,
    upgrades={1: lambda old: {**old, "text": old.get("words", "")}, 2: lambda old: {**old, "size": 12.0}},
)
class Sign(DocumentRecord, frozen=True, kw_only=True):
    """Version 1 had `words`; version 2 renamed it to `text`; version 3 added `size`."""

    text: str = ""
    size: float = 10.0


def test_a_full_disk_takes_back_one_edit_and_work_goes_on(path: Path) -> None:
    with create_project(path) as opened:
        project = opened.project
        document = run(project, "raster.new_document", name="A", width=256, height=256)
        opened.store.reserve.give_up()
        pages = opened.store.connection.execute("PRAGMA page_count").fetchone()[0]
        opened.store.connection.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone()
        digest, steps = project.content_hash(), len(project.history)
        tiles = [(x, 0, project.blobs.put(os.urandom(262144))) for x in range(4)]
        with pytest.raises(DiskFull, match="disk is full"):
            run(project, "raster.place_pixels", document=document, tiles=tiles, width=1024, height=256)
        assert (project.content_hash(), len(project.history)) == (digest, steps)
        opened.store.connection.execute("PRAGMA max_page_count = 1000000").fetchone()
        run(project, "raster.place_pixels", document=document, tiles=tiles, width=1024, height=256)
        digest = project.content_hash()
    assert content_hash(path) == digest
    assert doctor(path).problems == []


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk takes root on Linux")
def test_a_really_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(disk)], check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        fill_a_disk(disk)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill_a_disk(disk: Path) -> None:
    path = disk / "p.atelier"
    (disk / "ballast").write_bytes(bytes(6 << 20))
    with create_project(path) as opened:
        project = opened.project
        document = run(project, "raster.new_document", name="A", width=256, height=256)
        full = 0
        for number in range(80):
            digest = project.content_hash()
            try:
                tile = (0, 0, project.blobs.put(os.urandom(262144)))
                run(project, "raster.place_pixels", document=document, tiles=[tile], width=256, height=256)
            except DiskFull:
                full += 1
                assert project.content_hash() == digest
                if number > 75:
                    break
        assert full
        (disk / "ballast").unlink()
        run(project, "project.rename_document", document=document, name="After")
        digest = project.content_hash()
    assert content_hash(path) == digest
    assert doctor(path).problems == []


def test_blobs_wait_spill_and_are_checked(path: Path) -> None:
    with create_project(path) as opened:
        project = opened.project
        opened.blobs._memory = 1 << 20
        document = run(project, "raster.new_document", name="A", width=256, height=256)
        pixels = [os.urandom(262144) for _ in range(12)] + [b""]
        names = [project.blobs.put(data) for data in pixels]
        assert [project.blobs.get(name) for name in names] == pixels
        tiles = [(x, 0, name) for x, name in enumerate(names[:12])]
        run(project, "raster.place_pixels", document=document, tiles=tiles, width=256 * 12, height=256)
        stored = set(opened.blobs.names())
        assert stored >= set(names[:12]) and names[12] not in stored, "what nothing names is not stored"
        with pytest.raises(BlobMissing):
            project.blobs.get("blob:" + "0" * 40)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE blob SET data = zeroblob(262144) WHERE name = ?", (names[0],))
    connection.commit()
    connection.close()
    with open_project(path) as opened:
        with pytest.raises(BlobDamaged):
            opened.project.blobs.get(names[0])
        assert opened.project.blobs.get(names[1]) == pixels[1]
        assert isinstance(opened.blobs, FileBlobs)
    assert [problem.subject for problem in doctor(path).problems if problem.kind == "blob"] == [names[0]]


def test_versions_copies_and_save_as(path: Path, tmp_path: Path) -> None:
    make_project(path)
    with open_project(path) as opened:
        project = opened.project
        saved = opened.versions.save("Draft")
        digest = project.content_hash()
        run(project, "raster.new_document", name="Later", width=10, height=10)
        later = project.content_hash()
        opened.versions.restore(saved.id)
        assert project.content_hash() == digest
        project.undo()
        project.travel(project.history.next_id - 1)
        assert project.content_hash() == later
        shares: list[float] = []
        opened.save_copy(tmp_path / "Copy.atelier", shares.append)
        assert shares == sorted(shares) and shares[-1] == 1.0
        with pytest.raises(Cancelled):
            opened.save_copy(tmp_path / "Never.atelier", cancel_half_way)
        moved = opened.save_as(tmp_path / "Other.atelier")
        assert [version.name for version in moved.versions.list()] == ["Draft"]
        moved.close()
    assert content_hash(tmp_path / "Copy.atelier") == content_hash(tmp_path / "Other.atelier") == later
    assert sorted(item.name for item in tmp_path.iterdir()) == ["Copy.atelier", "Other.atelier", "Project.atelier"]


def cancel_half_way(share: float) -> None:
    if share > 0.5:
        raise Cancelled


def test_a_copy_is_of_one_moment_while_edits_go_on(path: Path, tmp_path: Path) -> None:
    make_project(path)
    with open_project(path) as opened:
        document = opened.project.documents()[0].id
        copying = threading.Thread(target=opened.save_copy, args=(tmp_path / "Copy.atelier",))
        copying.start()
        for number in range(100):
            run(opened.project, "project.rename_document", document=document, name=f"N{number}")
        copying.join()
    assert doctor(tmp_path / "Copy.atelier").problems == []


def test_pruning_and_compacting_keep_what_is_there(path: Path) -> None:
    digest = make_project(path)
    with open_project(path) as opened:
        project = opened.project
        size, length = path.stat().st_size, len(project.history)
        gone = opened.prune_history(2500)
        assert 0 < gone < length and len(project.history) == length - gone
        assert opened.compact() > 0
        assert path.stat().st_size < size
        run(project, "raster.new_document", name="After", width=10, height=10)
        project.undo()
        steps = 0
        while project.undo():
            steps += 1
        assert project.records, "the start is now a later moment"
        for _ in range(steps):
            project.redo()
        assert project.content_hash() == digest
        into = path.with_name("Replayed.atelier")
        assert replay(opened, into).equal
    assert content_hash(path) == digest
    assert doctor(path).problems == []


def test_the_oldest_history_goes_on_closing(path: Path) -> None:
    digest = make_project(path)
    with open_project(path) as opened:
        length = len(opened.project.history)
        opened.history_budget = 4000
    with open_project(path) as opened:
        assert 0 < len(opened.project.history) < length
        assert (opened.project.content_hash(), opened.losses) == (digest, ())


def test_replay_into_a_file(path: Path) -> None:
    make_project(path)
    with open_project(path, read_only=True) as opened:
        replayed = replay(opened, path.with_name("Again.atelier"))
    assert replayed.equal and replayed.commands and replayed.by_change
    assert (replayed.refused, replayed.different) == ([], [])


def test_views_answer(path: Path) -> None:
    make_project(path)
    with open_project(path) as opened:
        page = run(opened.project, "vector.new_document", name="Page")
        assert [row["name"] for row in opened.view("documents")] == ["Picture", "Page"]
        assert len(opened.view("layers")) >= 12
        picture = opened.project.documents()[0].id
        run(opened.project, "raster.add_embed", document=picture, source={"type": "embed", "document": page})
        (link,) = opened.view("links")
        assert (link["host"], link["target"], link["missing"]) == (picture, page, 0)
        for name in ("owners", "fonts", "assets", "licences"):
            opened.view(name)


def test_clutter_never_blocks_opening(path: Path) -> None:
    digest = make_project(path, layers=1, edits=1)
    for name in (f".{path.name}.lock", f".{path.name}.reserve", f"{path.name}-shm"):
        path.with_name(name).write_bytes(b"left by a crash")
    assert content_hash(path) == digest
    with open_project(path) as opened:
        assert not opened.read_only
    assert beside(path) == []


def test_reading_goes_on_while_the_file_is_exchanged(path: Path) -> None:
    make_project(path)
    with open_project(path) as opened:
        names = opened.blobs.names()
        failures: list[BaseException] = []
        done = threading.Event()

        def read() -> None:
            try:
                while not done.is_set():
                    for name in names:
                        opened.blobs.forget_cache()
                        opened.blobs.get(name)
            except (ExpectedError, sqlite3.Error) as error:
                failures.append(error)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for thread in readers:
            thread.start()
        for _ in range(3):
            opened.compact()
        done.set()
        for thread in readers:
            thread.join()
        assert failures == []


def test_a_text_with_our_suffix_is_named_for_what_it_is(tmp_path: Path) -> None:
    text = tmp_path / "notes.atelier"
    text.write_text("buy paint\n" * 50)
    with pytest.raises(ExpectedError, match="no Atelier project"):
        open_project(text)
    assert beside(text) == []
