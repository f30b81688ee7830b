"""Takes packs in: checked first, written beside their places, moved there whole. Nothing is replaced and nothing runs.

Below the folder of packs, `name/version/` holds `pack.json`, `pack.sig` and `files/`. What is being written lies in
`.incoming/` and counts for nothing; a crash leaves at most that. Packs that come together show together: as long as a
list of them lies there, none of them counts.
"""

import os
import shutil
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sync.errors import Refused, SyncError
from sync.packs.hashing import whole
from sync.packs.manifest import CONTENT, MANIFEST, SIGNATURE, Manifest, PackFile, check_name
from sync.packs.needs import needed_by
from sync.packs.sources import FolderSource, Source
from sync.packs.verifying import Verified, check_complete, check_key, copy_checked, open_source, read_signed
from sync.packs.versions import is_version, order_of
from sync.progress import SILENT, Progress

INCOMING, LIST = ".incoming", ".list"
RESERVE = 64 << 20
"""Bytes of disk that an install leaves free."""
STALE = 3 * 24 * 3600
"""Seconds after which nobody works any more on what lies in `.incoming/`."""

Fill = Callable[[PackFile, Path], object]
"""Writes one file, checked, to a path, or raises."""


@dataclass(frozen=True)
class Signed:
    """A pack somewhere on this machine, whose signature fits."""

    verified: Verified

    @property
    def manifest(self) -> Manifest:
        return self.verified.manifest


@dataclass(frozen=True)
class InstalledPack(Signed):
    """One version that was taken in; its files are below `content`."""

    folder: Path

    @property
    def content(self) -> Path:
        return self.folder / CONTENT


@dataclass(frozen=True)
class Lying(Signed):
    """A pack at a path, in either form."""

    source: Source
    progress: Progress = SILENT

    @classmethod
    def at(cls, path: Path, progress: Progress = SILENT) -> "Lying":
        """Raises Refused, SyncError."""
        source = open_source(path)
        verified = read_signed(source)
        check_complete(source, verified.manifest)
        return cls(verified, source, progress)

    def fill(self, file: PackFile, target: Path) -> None:
        with target.open("xb") as out:
            copy_checked(self.source, file, out.write, self.progress)
            out.flush()
            os.fsync(out.fileno())


def installed(root: Path, name: str | None = None) -> Iterator[InstalledPack]:
    """What is there, by name and rising version. A pack whose manifest or signature is damaged is left out."""
    for each in [name] if name else sorted(item.name for item in _folders(root)):
        versions = [item for item in _folders(root / each) if is_version(item.name)]
        hidden = {folder for folders in _lists(root).values() for folder in folders}
        for folder in sorted(versions, key=lambda item: order_of(item.name)):
            with suppress(SyncError):
                verified = read_signed(FolderSource(folder))
                if folder not in hidden and folder == place_of(verified.manifest, root):
                    yield InstalledPack(verified, folder)


def _folders(root: Path) -> list[Path]:
    return [item for item in root.glob("[!.]*") if item.is_dir()]


def _lists(root: Path) -> dict[Path, list[Path]]:
    """The folders of packs that come together, by the list that hides them until all are there."""
    found: dict[Path, list[Path]] = {}
    for listed in (root / INCOMING).glob(f"*{LIST}"):
        with suppress(FileNotFoundError):  # they have come
            found[listed] = [folder_of(root, *line.split()) for line in listed.read_text("ascii").splitlines()]
    return found


def folder_of(root: Path, name: str, version: str) -> Path:
    """Raises Refused for what is no name or no version."""
    check_name(name, version)
    return root / name / version


def place_of(manifest: Manifest, root: Path) -> Path:
    return root / manifest.name / manifest.version


def trusted_key(root: Path, name: str) -> str | None:
    """Whose pack this is: the author's key of the newest version here, None when there is none yet."""
    return next((pack.manifest.author.key for pack in reversed(list(installed(root, name)))), None)


def install(path: Path, root: Path, progress: Progress = SILENT, accept_key: bool = False) -> InstalledPack:
    """Take in the pack at a path, in either form, and nothing else. Raises as `take_in`."""
    pack = Lying.at(path, progress)
    return take_in([(pack.verified, pack.fill)], root, progress, {pack.manifest.name} if accept_key else ())[-1]


def take_in(
    packs: Sequence[tuple[Verified, Fill]], root: Path, progress: Progress = SILENT, accept: Collection[str] = (),
    size: int | None = None,
) -> list[InstalledPack]:  # fmt: skip
    """Take packs in that come together, each after what it needs: all show at one moment, or none. Those that are here
    stay as they are, and what is damaged of them is mended.

    Raises Refused: for a damaged pack, for another pack under a version that is there already, and for a new author's
    key unless the pack's name is in `accept`. Raises SyncError for the disk, which needs room for `size` bytes, without
    it for all that is not here.
    """
    with locked(root, progress):
        coming = [(pack, fill) for pack, fill in packs if not is_here(pack, root, progress)]
        keys: dict[str, str] = {}
        for pack, _ in coming:
            own = pack.manifest.author.key
            known = own if pack.manifest.name in accept else trusted_key(root, pack.manifest.name) or own
            check_key(pack.manifest, keys.setdefault(pack.manifest.name, known))
        check_room(root, sum(pack.manifest.size for pack, _ in coming) if size is None else size)
        _sweep(root / INCOMING)
        staging = root / INCOMING / uuid.uuid4().hex
        try:
            _write(coming, staging, progress)
            _show([(staging / pack.digest, place_of(pack.manifest, root)) for pack, _ in coming], root)
        except OSError as error:
            raise SyncError("The pack {name} could not be written: {reason}", name=packs[-1][0].manifest.label,
                            reason=error.strerror or str(error)) from error  # fmt: skip
        finally:
            _settle(root)
            shutil.rmtree(staging, ignore_errors=True)
    return [InstalledPack(pack, place_of(pack.manifest, root)) for pack, _ in packs]


@contextmanager
def locked(root: Path, progress: Progress) -> Iterator[None]:
    """Alone at work in this folder of packs; the same thread may ask again. Who has it is waited for."""
    from filelock import FileLock

    (root / INCOMING).mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / INCOMING / "lock", is_singleton=True)

    def is_stopped() -> bool:
        progress.check()
        return False

    with lock.acquire(poll_interval=0.1, cancel_check=is_stopped):
        _settle(root)
        yield


def is_here(verified: Verified, root: Path, progress: Progress = SILENT) -> bool:
    """Whether the same pack is there and whole: every byte is read. Raises Refused when another stands under its name
    and version. What is damaged counts for nothing, so that taking it in again mends it."""
    source = FolderSource(place_of(verified.manifest, root))
    try:
        if read_signed(source).digest == verified.digest:
            for file in verified.manifest.files:
                copy_checked(source, file, len, progress)
            return True
    except SyncError:
        return False
    raise Refused("Another pack {name} is there already, and packs are never replaced.",
                  "Ask its author for a new version, or remove the other one first.",
                  name=verified.manifest.label)  # fmt: skip


def check_room(root: Path, size: int) -> None:
    """Raises SyncError when the disk has no room for so many bytes."""
    free = shutil.disk_usage(next(parent for parent in (root, *root.parents) if parent.exists())).free
    if size > 0 and free < size + RESERVE:
        raise SyncError("This needs {needed} MB on the disk; {free} MB are free.", "Free some space first.",
                        needed=(size + RESERVE) >> 20, free=free >> 20)  # fmt: skip


def _write(coming: Sequence[tuple[Verified, Fill]], staging: Path, progress: Progress) -> None:
    done, total = 0, max(1, sum(pack.manifest.size for pack, _ in coming))
    for pack, fill in coming:
        content = staging / pack.digest / CONTENT
        for folder in {(content / file.path).parent for file in pack.manifest.files} | {content}:
            folder.mkdir(parents=True, exist_ok=True)
        for file in pack.manifest.files:
            fill(file, content / file.path)
            done += file.size
            progress(done / total, file.path)
        (content.parent / SIGNATURE).write_bytes(pack.signature)
        (content.parent / MANIFEST).write_bytes(pack.data)


def _show(moves: Sequence[tuple[Path, Path]], root: Path) -> None:
    """Everything to its place under a list that hides it; with the list's end it shows. What was damaged goes."""
    listed = root / INCOMING / f"{uuid.uuid4().hex}{LIST}"
    fresh = [folder for _, folder in moves if not folder.exists()]
    with whole(listed) as partial:
        partial.write_text("\n".join(f"{folder.parent.name} {folder.name}" for folder in fresh), "ascii")
    for written, folder in moves:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            folder.rename(written.with_suffix(".damaged"))
        written.rename(folder)
    listed.unlink()


def _settle(root: Path) -> None:
    """What was cut off on its way to its place goes; it never showed, and what was fetched for it is kept elsewhere."""
    for listed, folders in _lists(root).items():
        for folder in folders:
            _away(folder, root)
        listed.unlink()


def _away(folder: Path, root: Path) -> None:
    going = root / INCOMING / uuid.uuid4().hex
    going.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        folder.rename(going)
    shutil.rmtree(going, ignore_errors=True)


def _sweep(incoming: Path) -> None:
    """What work that was killed has left, days ago: whoever is at work now is younger. Fetched files stay."""
    for item in _folders(incoming):
        if item.name != "objects" and time.time() - item.stat().st_mtime > STALE:
            shutil.rmtree(item, ignore_errors=True)


def removable(root: Path, name: str, version: str, anyway: bool = False) -> Path:
    """The folder of one version, damaged or not. Raises Refused for what is no name, SyncError when it is not there, or
    others need it and nobody wants it gone `anyway`."""
    folder = folder_of(root, name, version)
    if not folder.is_dir():
        raise SyncError("There is no pack {name} here.", name=f"{name} {version}")
    others = [] if anyway else needed_by([pack.manifest for pack in installed(root)], name, version)
    if others:
        raise SyncError("{name} stays: it is needed by {others}.", "Remove those first, or agree with --anyway.",
                        name=f"{name} {version}", others=", ".join(others))  # fmt: skip
    return folder


def remove(root: Path, name: str, version: str, anyway: bool = False) -> None:
    """Take one version away, when a person asked for it, damaged or not. Raises as `removable`."""
    _away(removable(root, name, version, anyway), root)
