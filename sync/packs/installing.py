"""Takes a pack in: checked first, written beside its place, moved there whole. It replaces nothing and runs nothing.

Below the folder of packs, `name/version/` holds `pack.json`, `pack.sig` and `files/`. What is being written lies in
`.incoming/` and counts for nothing; a crash leaves at most that.
"""

import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sync.errors import Refused, SyncError
from sync.packs.manifest import CONTENT, MANIFEST, SIGNATURE, Manifest, PackFile, check_name
from sync.packs.sources import FolderSource
from sync.packs.verifying import Verified, check_complete, check_key, copy_checked, open_source, read_signed
from sync.packs.versions import is_version, order_of
from sync.progress import SILENT, Progress

INCOMING = ".incoming"
RESERVE = 64 << 20
"""Bytes of disk that an install leaves free."""

STALE = 3 * 24 * 3600
"""Seconds after which nobody works any more on what lies in `.incoming/`."""

Fill = Callable[[PackFile, Path], object]


@dataclass(frozen=True)
class InstalledPack:
    """One version of a pack on this machine; its files are below `content`."""

    verified: Verified
    folder: Path

    @property
    def manifest(self) -> Manifest:
        return self.verified.manifest

    @property
    def content(self) -> Path:
        return self.folder / CONTENT


def installed(root: Path, name: str | None = None) -> Iterator[InstalledPack]:
    """What is there, by name and rising version. A pack whose manifest or signature is damaged is left out."""
    names = [name] if name else sorted(item.name for item in _folders(root))
    for each in names:
        versions = [item for item in _folders(root / each) if is_version(item.name)]
        for folder in sorted(versions, key=lambda item: order_of(item.name)):
            try:
                verified = read_signed(FolderSource(folder))
            except SyncError:
                continue
            if (verified.manifest.name, verified.manifest.version) == (each, folder.name):
                yield InstalledPack(verified, folder)


def _folders(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return [item for item in root.iterdir() if item.is_dir() and not item.name.startswith(".")]


def trusted_key(root: Path, name: str) -> str | None:
    """Whose pack this is: the author's key of the newest version here, None when there is none yet."""
    packs = list(installed(root, name))
    return packs[-1].manifest.author.key if packs else None


def missing_dependencies(root: Path, manifest: Manifest) -> list[str]:
    """What else is needed and not there, as "name 1.2.0"."""
    return [
        f"{name} {least}"
        for name, least in manifest.dependencies.items()
        if not any(order_of(pack.manifest.version) >= order_of(least) for pack in installed(root, name))
    ]


def install(path: Path, root: Path, progress: Progress = SILENT, accept_key: bool = False) -> InstalledPack:
    """Take in the pack at a path, in either form. The same pack twice changes nothing.

    Raises Refused: for a damaged pack, for another pack under a version that is there already, and for a new author's
    key unless `accept_key`. Raises SyncError for the disk.
    """
    source = open_source(path)
    verified = read_signed(source)
    check_complete(source, verified.manifest)

    def fill(file: PackFile, target: Path) -> None:
        with target.open("xb") as out:
            copy_checked(source, file, out.write, progress)
            out.flush()
            os.fsync(out.fileno())

    return place(verified, root, fill, progress, accept_key)


def place(
    verified: Verified, root: Path, fill: Fill, progress: Progress = SILENT, accept_key: bool = False
) -> InstalledPack:
    """Write a pack whose manifest is checked; `fill` writes one file to a path, checked, or raises."""
    manifest = verified.manifest
    present = already(verified, root, progress)
    if present is not None:
        return present
    check_key(manifest, None if accept_key else trusted_key(root, manifest.name))
    check_room(root, manifest.size)
    _sweep(root / INCOMING)
    staging = root / INCOMING / f"{verified.digest}-{uuid.uuid4().hex[:8]}"
    try:
        _write(verified, staging, fill, progress)
        return _move_in(verified, staging, root)
    except OSError as error:
        raise SyncError("The pack {name} could not be written: {reason}", name=manifest.label,
                        reason=error.strerror or str(error)) from error  # fmt: skip
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def folder_of(manifest: Manifest, root: Path) -> Path:
    return root / manifest.name / manifest.version


def already(verified: Verified, root: Path, progress: Progress = SILENT) -> InstalledPack | None:
    """The same pack, if it is there and whole: every byte is read. Raises Refused when another stands under its name
    and version. What is damaged counts for nothing, so that taking it in again mends it."""
    source = FolderSource(folder_of(verified.manifest, root))
    try:
        there = read_signed(source)
        if there.digest == verified.digest:
            for file in there.manifest.files:
                copy_checked(source, file, len, progress)
            return InstalledPack(there, source.folder)
    except SyncError:
        return None
    raise Refused("Another pack {name} is there already, and packs are never replaced.",
                  "Ask its author for a new version, or remove the other one first.",
                  name=verified.manifest.label)  # fmt: skip


def check_room(root: Path, size: int) -> None:
    """Raises SyncError when the disk has no room for so many bytes."""
    place = next(parent for parent in (root, *root.parents) if parent.exists())
    free = shutil.disk_usage(place).free
    if free < size + RESERVE:
        raise SyncError("This needs {needed} MB on the disk; {free} MB are free.", "Free some space first.",
                        needed=(size + RESERVE) >> 20, free=free >> 20)  # fmt: skip


def _write(verified: Verified, staging: Path, fill: Fill, progress: Progress) -> None:
    content = staging / CONTENT
    content.mkdir(parents=True)
    done = 0
    made = {content}
    for file in verified.manifest.files:
        target = content / file.path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        fill(file, target)
        done += file.size
        progress(done / max(1, verified.manifest.size), file.path)
    (staging / SIGNATURE).write_bytes(verified.signature)
    (staging / MANIFEST).write_bytes(verified.data)


def _move_in(verified: Verified, staging: Path, root: Path) -> InstalledPack:
    """One rename makes it visible; when somebody else was faster with the same pack, theirs stays."""
    folder, going = folder_of(verified.manifest, root), root / INCOMING / uuid.uuid4().hex
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        staging.rename(folder)
    except OSError:
        present = already(verified, root)
        if present is not None:
            return present
        folder.rename(going)  # it is damaged
        staging.rename(folder)
        shutil.rmtree(going, ignore_errors=True)
    return InstalledPack(verified, folder)


def _sweep(incoming: Path) -> None:
    """What work that was killed has left, days ago: whoever is at work now is younger. Fetched files stay."""
    for item in _folders(incoming):
        if item.name != "objects" and time.time() - item.stat().st_mtime > STALE:
            shutil.rmtree(item, ignore_errors=True)


def remove(root: Path, name: str, version: str) -> None:
    """Take one version away, when a person asked for it, damaged or not. Raises SyncError when it is not there."""
    folder = here(root, name, version)
    going = root / INCOMING / uuid.uuid4().hex
    going.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(going)
    shutil.rmtree(going, ignore_errors=True)


def here(root: Path, name: str, version: str) -> Path:
    """The folder of one version, damaged or not. Raises Refused for what is no name, SyncError when it is not there."""
    check_name(name, version)
    folder = root / name / version
    if not folder.is_dir():
        raise SyncError("There is no pack {name} here.", name=f"{name} {version}")
    return folder
