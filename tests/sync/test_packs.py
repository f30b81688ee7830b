"""Packs are made, checked and taken in; what a stranger changed is refused, and nothing is ever replaced."""

from __future__ import annotations

import io
import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from sync.errors import Refused, SyncError
from sync.packs.building import write_archive
from sync.packs.installing import INCOMING, install, installed, remove
from sync.packs.manifest import CONTENT, MANIFEST, SIGNATURE, Author, Manifest, read_manifest, write_manifest
from sync.packs.needs import lacking
from sync.packs.signing import SigningKey
from sync.packs.verifying import Verified, check_signed, verify
from tests.sync.packs import FILES, contents, described, written


@pytest.fixture
def archive(content: Path, key: SigningKey, tmp_path: Path) -> Path:
    target = tmp_path / "papers.atelierpack"
    write_archive(content, described(content, key), target)
    return target


def as_folder(content: Path, pack: Verified, target: Path) -> Path:
    shutil.copytree(content, target / CONTENT)
    (target / MANIFEST).write_bytes(pack.data)
    (target / SIGNATURE).write_bytes(pack.signature)
    return target


def test_a_pack_comes_in_as_it_was_made(archive: Path, tmp_path: Path) -> None:
    assert verify(archive).manifest.size == sum(map(len, FILES.values()))
    pack = install(archive, tmp_path / "packs")
    assert contents(pack.content) == FILES
    assert [item.manifest.label for item in installed(tmp_path / "packs")] == ["papers 1.0.0"]
    assert verify(pack.folder).digest == pack.verified.digest
    assert install(archive, tmp_path / "packs").folder == pack.folder
    assert [item.name for item in (tmp_path / "packs" / INCOMING).iterdir()] == ["lock"]


def test_the_same_files_make_the_same_archive(content: Path, key: SigningKey, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_archive(content, described(content, key), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_folder_is_a_pack_too(content: Path, key: SigningKey, tmp_path: Path) -> None:
    folder = as_folder(content, described(content, key), tmp_path / "folder")
    assert contents(install(folder, tmp_path / "packs").content) == FILES


def test_another_pack_of_that_version_replaces_nothing(archive: Path, key: SigningKey, tmp_path: Path) -> None:
    pack = install(archive, tmp_path / "packs")
    other = written(tmp_path / "other", {"brushes/soft.json": b"other"})
    write_archive(other, described(other, key), tmp_path / "other.atelierpack")
    with pytest.raises(Refused, match="there already"):
        install(tmp_path / "other.atelierpack", tmp_path / "packs")
    assert contents(pack.content) == FILES


def test_another_authors_version_is_asked_about(archive: Path, content: Path, tmp_path: Path) -> None:
    install(archive, tmp_path / "packs")
    write_archive(content, described(content, SigningKey.generate(), "2.0.0"), tmp_path / "new.atelierpack")
    with pytest.raises(Refused, match="somebody else"):
        install(tmp_path / "new.atelierpack", tmp_path / "packs")
    assert install(tmp_path / "new.atelierpack", tmp_path / "packs", accept_key=True).manifest.version == "2.0.0"
    assert [item.manifest.version for item in installed(tmp_path / "packs")] == ["1.0.0", "2.0.0"]
    remove(tmp_path / "packs", "papers", "1.0.0")
    assert [item.manifest.version for item in installed(tmp_path / "packs")] == ["2.0.0"]


def test_dependencies_are_named(content: Path, key: SigningKey, tmp_path: Path, archive: Path) -> None:
    plain = described(content, key).manifest
    wanting = msgspec.structs.replace(plain, dependencies={"papers": "1.0.0", "inks": "0.3.0"})
    install(archive, tmp_path / "packs")
    assert lacking(wanting, [pack.manifest for pack in installed(tmp_path / "packs")]) == ["inks 0.3.0"]


Change = Callable[[Path], None]


def _flip(folder: Path) -> None:
    (folder / CONTENT / "textures/paper.raw").write_bytes(FILES["textures/paper.raw"][:-1] + b"!")


def _grow(folder: Path) -> None:
    with (folder / CONTENT / "brushes/soft.json").open("ab") as file:
        file.write(b"x")


def _lose(folder: Path) -> None:
    (folder / CONTENT / "empty.txt").unlink()


def _add(folder: Path) -> None:
    (folder / CONTENT / "more.txt").write_bytes(b"more")


def _link(folder: Path) -> None:
    (folder / CONTENT / "empty.txt").unlink()
    (folder / CONTENT / "empty.txt").symlink_to("/etc/passwd")


def _link_folder(folder: Path) -> None:
    shutil.rmtree(folder / CONTENT / "textures")
    (folder / CONTENT / "textures").symlink_to("/etc")


def _pipe(folder: Path) -> None:
    (folder / CONTENT / "empty.txt").unlink()
    os.mkfifo(folder / CONTENT / "empty.txt")


def _unsign(folder: Path) -> None:
    (folder / SIGNATURE).unlink()


def _resign(folder: Path) -> None:
    (folder / SIGNATURE).write_bytes(SigningKey.generate().sign((folder / MANIFEST).read_bytes()))


def _edit(folder: Path) -> None:
    data = (folder / MANIFEST).read_bytes()
    (folder / MANIFEST).write_bytes(data.replace(b"CC0-1.0", b"MIT-1.0"))


def _cut(folder: Path) -> None:
    (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes()[:100])


CHANGES = [_flip, _grow, _lose, _add, _link, _link_folder, _pipe, _unsign, _resign, _edit, _cut]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__[1:])
def test_a_changed_pack_is_refused_and_leaves_nothing(
    content: Path, key: SigningKey, tmp_path: Path, change: Change
) -> None:
    folder = as_folder(content, described(content, key), tmp_path / "folder")
    change(folder)
    with pytest.raises(Refused) as refused:
        install(folder, tmp_path / "packs")
    assert refused.value.sentence
    with pytest.raises(Refused):
        verify(folder)
    assert not list(installed(tmp_path / "packs"))
    assert not (tmp_path / "packs" / "papers").exists()


def _zip(path: Path, entries: list[tuple[zipfile.ZipInfo | str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for entry, data in entries:
            file.writestr(entry, data)
    return path


def _entry(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def hostile_entries() -> dict[str, list[tuple[zipfile.ZipInfo | str, bytes]]]:
    return {
        "slip": [("../../evil.txt", b"x")],
        "absolute": [("/etc/evil.txt", b"x")],
        "drive": [("C:/evil.txt", b"x")],
        "link": [(_entry(f"{CONTENT}/brushes/soft.json", stat.S_IFLNK | 0o777), b"/etc/passwd")],
        "device": [(_entry(f"{CONTENT}/dev", stat.S_IFCHR | 0o600), b"")],
        "stray": [("setup.py", b"print(1)")],
        "folder": [("../up/", b"")],
    }


@pytest.mark.parametrize("name", hostile_entries())
def test_hostile_archives_are_refused(content: Path, key: SigningKey, tmp_path: Path, name: str) -> None:
    pack = described(content, key)
    good: list[tuple[zipfile.ZipInfo | str, bytes]] = [(MANIFEST, pack.data), (SIGNATURE, pack.signature)]
    extra = hostile_entries()[name]
    taken = {entry if isinstance(entry, str) else entry.filename for entry, _data in extra}
    good += [(f"{CONTENT}/{path}", data) for path, data in FILES.items() if f"{CONTENT}/{path}" not in taken]
    with pytest.raises(Refused):
        install(_zip(tmp_path / "evil.atelierpack", good + extra), tmp_path / "packs")
    assert not (tmp_path / "packs" / "papers").exists()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["content", "evil.atelierpack"]


def test_a_bomb_is_read_no_further_than_its_manifest_says(content: Path, key: SigningKey, tmp_path: Path) -> None:
    pack = described(content, key)
    target = tmp_path / "bomb.atelierpack"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(MANIFEST, pack.data)
        file.writestr(SIGNATURE, pack.signature)
        for path, data in FILES.items():
            file.writestr(f"{CONTENT}/{path}", bytes(200 << 20) if path == "brushes/soft.json" else data)
    with pytest.raises(Refused, match="signed"):
        install(target, tmp_path / "packs")


def test_a_manifest_bomb_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "bomb.atelierpack"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(MANIFEST, bytes(70 << 20))
    with pytest.raises(Refused, match="too large"):
        verify(target)


@pytest.mark.parametrize("size", [0, 10, 200, 5_000])
def test_cut_archives_are_refused(archive: Path, tmp_path: Path, size: int) -> None:
    cut = tmp_path / "cut.atelierpack"
    cut.write_bytes(archive.read_bytes()[:size])
    with pytest.raises(Refused):
        verify(cut)


def test_flipped_bytes_never_come_in_wrong(archive: Path, tmp_path: Path) -> None:
    """Wherever a byte is flipped, the pack is refused or is still exactly what was signed."""
    whole = archive.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        bad = tmp_path / "bad.atelierpack"
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        root = tmp_path / f"packs{place}"
        try:
            pack = install(bad, root)
        except SyncError:
            assert not (root / "papers").exists()
        else:
            assert contents(pack.content) == FILES


def test_a_newer_format_is_said(content: Path, key: SigningKey) -> None:
    newer = write_manifest(msgspec.structs.replace(described(content, key).manifest, format=2))
    with pytest.raises(Refused, match="newer version"):
        check_signed(newer, key.sign(newer))


def test_unknown_fields_are_kept_out_of_the_way(content: Path, key: SigningKey) -> None:
    plain = msgspec.json.decode(described(content, key).data)
    assert isinstance(read_manifest(msgspec.json.encode({**plain, "later": 1})), Manifest)


def test_the_secret_shows_nowhere(key: SigningKey) -> None:
    shown = io.StringIO()
    print(key, repr(key), vars(key), file=shown)
    assert key.secret().hex() not in shown.getvalue()


@pytest.mark.parametrize(
    "changes",
    [{"title": "a\x1b[2Jb"}, {"title": "a\nsigned by you"}, {"author": Author(name="Me\u202e", key="0" * 64)},
     {"description": "a\x07"}, {"name": "papers\n"}, {"version": "1.0.0\n"}, {"licence": "MIT\n"}],
)  # fmt: skip
def test_texts_that_a_terminal_would_obey_are_refused(
    content: Path, key: SigningKey, changes: dict[str, object]
) -> None:
    plain = described(content, key).manifest
    read_manifest(write_manifest(msgspec.structs.replace(plain, description="two\n\tlines\r\n, d\u00e9j\u00e0")))
    with pytest.raises(Refused) as refused:
        read_manifest(write_manifest(msgspec.structs.replace(plain, **changes)))
    assert str(refused.value).isprintable()


def test_a_folder_with_accents_apart_becomes_a_pack(key: SigningKey, tmp_path: Path) -> None:
    """macOS writes names so; other systems keep both forms apart."""
    folder = written(tmp_path / "c", {"cafe\u0301/the\u0301.txt": b"tea"})
    pack = described(folder, key)
    assert [file.path for file in pack.manifest.files] == ["caf\u00e9/th\u00e9.txt"]
    write_archive(folder, pack, tmp_path / "papers.atelierpack")
    assert contents(install(tmp_path / "papers.atelierpack", tmp_path / "packs").content) == {
        "caf\u00e9/th\u00e9.txt": b"tea"
    }  # fmt: skip
    written(folder, {"caf\u00e9/th\u00e9.txt": b"other"})
    with pytest.raises(Refused, match="take for one"):
        described(folder, key)


@pytest.mark.parametrize("damage", ["files/textures/paper.raw", "pack.json", "pack.sig"])
def test_a_damaged_pack_is_mended_and_can_be_removed(archive: Path, tmp_path: Path, damage: str) -> None:
    root = tmp_path / "packs"
    pack = install(archive, root)
    (pack.folder / damage).write_bytes(b"damaged")
    assert contents(install(archive, root).content) == FILES
    verify(pack.folder)
    (pack.folder / damage).write_bytes(b"damaged")
    remove(root, "papers", "1.0.0")
    assert not pack.folder.exists()
    assert [item.name for item in (root / INCOMING).iterdir()] == ["lock"]


@pytest.mark.parametrize(("name", "version"), [("/", "tmp"), ("papers", ""), ("..", "1.0.0"), ("papers", "9.0.0")])
def test_only_a_pack_is_removed(archive: Path, tmp_path: Path, name: str, version: str) -> None:
    pack = install(archive, tmp_path / "packs")
    with pytest.raises(SyncError):
        remove(tmp_path / "packs", name, version)
    assert contents(pack.content) == FILES


def test_what_a_killed_install_left_goes_when_it_is_old(archive: Path, tmp_path: Path) -> None:
    incoming = tmp_path / "packs" / INCOMING
    old, young = written(incoming / "old", {"a": b"a"}), written(incoming / "young", {"a": b"a"})
    fetched = written(incoming / "objects", {"ab.part": b"half"})
    for folder in (old, fetched):
        os.utime(folder, (1, 1))
    install(archive, tmp_path / "packs")
    assert not old.exists()
    assert young.exists()
    assert (fetched / "ab.part").read_bytes() == b"half"
