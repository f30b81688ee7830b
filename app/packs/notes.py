"""What this person built, and what was begun and not ended: one small file each beside the packs, so that `sync status`
and the window know of it. No Qt here."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from app.packs.place import packs_folder
from sync.credentials import Place
from sync.errors import Conflict
from sync.packs.manifest import PackFile

if TYPE_CHECKING:
    from sync.packs.manifest import Manifest
    from sync.packs.verifying import Verified
    from sync.progress import Progress

T = TypeVar("T")


class Built(msgspec.Struct, kw_only=True):
    """A pack that was made here. `folder` is where its files came from, "" where it was put together of assets;
    `published` are the buckets (their labels) that have it."""

    name: str
    version: str
    digest: str
    title: str = ""
    author: str = ""
    folder: str = ""
    file: str = ""
    files: tuple[PackFile, ...] = ()
    published: tuple[str, ...] = ()


class Begun(msgspec.Struct, kw_only=True):
    """A push or a pull; the note goes when it has ended well. `source` is the pack file that is pushed, "" where none
    is."""

    verb: Literal["push", "pull"]
    name: str
    version: str
    place: Place
    size: int
    at: float
    process: int
    source: str = ""

    @property
    def is_under_way(self) -> bool:
        """Whether the process that does it still lives; a later one that got its number does not count."""
        import psutil

        with suppress(psutil.Error):
            return bool(psutil.Process(self.process).create_time() <= self.at)
        return False


def built_packs() -> list[Built]:
    return _read("built", Built)


def begun_work() -> list[Begun]:
    return _read("begun", Begun)


def note_built(pack: Verified, folder: Path | None, file: Path | None = None) -> None:
    """A pack was made of a folder, or of assets. The same version made otherwise is another one, published nowhere."""
    told = pack.manifest
    known = next((each for each in built_packs() if each.digest == pack.digest), None)
    earlier = known.file if known else ""
    _write(_built_note(told.name, told.version), Built(
        name=told.name, version=told.version, digest=pack.digest, title=told.title, author=told.author.name,
        folder=str(folder.absolute()) if folder else "", file=str(file.absolute()) if file else earlier,
        files=told.files, published=known.published if known else (),
    ))  # fmt: skip


def note_published(digest: str, place: Place) -> None:
    """A pack is in that bucket now. Those that others made are not noted."""
    for built in built_packs():
        if built.digest == digest and place.label not in built.published:
            published = (*built.published, place.label)
            _write(_built_note(built.name, built.version), msgspec.structs.replace(built, published=published))


def forget_built(name: str, version: str) -> None:
    _built_note(name, version).unlink(missing_ok=True)


@contextmanager
def begun(
    verb: Literal["push", "pull"], manifest: Manifest, place: Place, size: int, source: Path | None = None
) -> Iterator[None]:
    """Noted while it goes on, and afterwards if it was cut off, in whatever way."""
    path = _begun_note(verb, manifest.name, manifest.version, place)
    _write(path, Begun(
        verb=verb, name=manifest.name, version=manifest.version, place=place, size=size, at=time.time(),
        process=os.getpid(), source=str(source.absolute()) if source else "",
    ))  # fmt: skip
    try:
        yield
    except Conflict:  # trying again would end the same way
        _take_away(path)
        raise
    _take_away(path)


def drop(work: Begun, progress: Progress) -> None:
    """Nobody wants it any more. Once no pull waits to go on, what lies here for them goes too; for that, whoever is at
    work in the folder is waited for."""
    from sync.packs.installing import locked
    from sync.transfer import forget_fetched

    def is_last() -> bool:
        return not any(each.verb == "pull" and _note_of(each) != _note_of(work) for each in begun_work())

    if is_last():
        with locked(packs_folder(), progress):
            if is_last():  # one may have begun while that was waited for
                forget_fetched(packs_folder())
    _take_away(_note_of(work))


def _folder(kind: str) -> Path:
    return packs_folder() / ".notes" / kind


def _built_note(name: str, version: str) -> Path:
    return _folder("built") / f"{name}-{version}.json"


def _begun_note(verb: str, name: str, version: str, place: Place) -> Path:
    where = hashlib.sha256(place.label.encode()).hexdigest()[:8]
    return _folder("begun") / f"{verb}-{name}-{version}-{where}.json"


def _note_of(work: Begun) -> Path:
    return _begun_note(work.verb, work.name, work.version, work.place)


def _read(kind: str, shape: type[T]) -> list[T]:
    found: list[T] = []
    for path in sorted(_folder(kind).glob("*.json")):
        with suppress(OSError, msgspec.MsgspecError):  # one that ended just now, or is from a later studio
            found.append(msgspec.json.decode(path.read_bytes(), type=shape))
    return found


def _write(path: Path, note: object) -> None:
    """A disk that is full or may not be written to costs the note, never the work that it is about."""
    from sync.packs.hashing import whole

    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as partial:
            partial.write_bytes(msgspec.json.encode(note))


def _take_away(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
