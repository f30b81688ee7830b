"""Push and pull: files by their hash, several at once, going on where they stopped, checked at both ends."""

import os
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from sync.bucket import Bucket
from sync.errors import Refused, SyncError
from sync.packs import installing
from sync.packs.hashing import hash_file, whole
from sync.packs.installing import InstalledPack, installed, is_here, place_of
from sync.packs.manifest import CONTENT, PackFile
from sync.packs.needs import Tree, resolve
from sync.packs.sources import DAMAGED, Source, content_of
from sync.packs.verifying import Verified
from sync.progress import SILENT, Progress, Watch
from sync.published import Pointer, check_conditions, publish, read_pointer, read_version, taken
from sync.sending import Sending, Tell, object_name
from sync.throttle import Throttle

T = TypeVar("T")
PATIENCE = 0.7
"""Seconds that work may take to end after it was told to."""
MOST_THREADS, MANY = 32, 16
"""From so many files on, a listing is cheaper than a question for each."""


@dataclass(frozen=True)
class Limits:
    """`rate` in bytes a second for all transfers together, 0 for as fast as it goes."""

    threads: int = 8
    rate: int = 0


@dataclass(frozen=True)
class Plan:
    """What a push would move; `published` says that nothing is left to do."""

    files: tuple[PackFile, ...]
    published: bool = False

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Coming:
    """What a pull takes in: of the tree, the packs that are not here whole, and by their digests the files that have to
    be fetched, each once. Names in `accept` may have another author's key than what is here."""

    tree: Tree[Verified]
    packs: tuple[Verified, ...]
    files: Mapping[str, tuple[PackFile, ...]]
    accept: Collection[str] = ()

    @property
    def wanted(self) -> Verified:
        return self.tree.packs[-1]

    @property
    def size(self) -> int:
        return sum(file.size for files in self.files.values() for file in files)


def plan_push(bucket: Bucket, pack: Verified, mend: bool = False, accept_key: bool = False) -> Plan:
    """What the bucket may lack. Changes nothing. Raises Conflict when this version is there with other content, and
    Refused when another author's versions are there, unless `accept_key`.

    `mend` takes nothing on trust: every file is looked at again, also of what is published.
    """
    pointer = read_pointer(bucket, pack.manifest.name)
    present = pointer.versions.get(pack.manifest.version)
    if present == pack.digest:
        return Plan(pack.manifest.files) if mend else Plan((), published=True)
    if present is not None:
        raise taken(pack)
    there: set[str] = set()
    if pointer.latest is not None:
        newest = read_version(bucket, pointer, pointer.latest, None).manifest
        if newest.author.key != pack.manifest.author.key and not accept_key:
            raise Refused("The versions of {name} in the bucket are signed by somebody else.",
                          "Give your pack another name, or agree with --accept-key if you make it together.",
                          name=pack.manifest.name)  # fmt: skip
        there = set() if mend else {file.sha256 for file in newest.files}
    return Plan(tuple({file.sha256: file for file in pack.manifest.files if file.sha256 not in there}.values()))


def push(
    bucket: Bucket, pack: Verified, content: Path | Source, limits: Limits = Limits(), progress: Progress = SILENT,
    mend: bool = False, accept_key: bool = False,
) -> Pointer:  # fmt: skip
    """Send a pack whose files lie below `content`, then make it visible. Raises Conflict, Refused, SyncError.

    Called again after any interruption, it sends only what is not there yet.
    """

    def work(watch: Watch) -> Pointer:
        plan = plan_push(bucket, pack, mend, accept_key)
        if plan.published:
            return read_pointer(bucket, pack.manifest.name)
        check_conditions(bucket)
        sending = Sending(bucket, Throttle(limits.rate, watch.check), limits.threads, mend)

        places = dict(content_of(content)) if isinstance(content, Path) else {}

        def send(file: PackFile, tell: Tell) -> None:
            try:
                with open(places[file.path], "rb") if isinstance(content, Path) else content.open(file.path) as source:
                    sending.send(file, source, tell)
            except (OSError, KeyError, *DAMAGED) as error:
                raise SyncError("{path} cannot be read.", path=ascii(file.path)) from error

        try:
            if len(plan.files) >= MANY:
                sending.look(len(plan.files))
            _each(plan.files, send, limits, watch)
        finally:
            sending.close()
        watch.check()
        return publish(bucket, pack)

    return _watched(work, progress, bucket)


def plan_pull(
    bucket: Bucket, name: str, root: Path, version: str | None = None, accept: Collection[str] = (),
    alone: bool = False, progress: Progress = SILENT,
) -> Coming:  # fmt: skip
    """What a pull would take in: a pack, without `version` the latest, and unless `alone` what it needs besides.
    Changes nothing. Raises OtherKey for packs that are not in `accept`, Refused, SyncError."""

    def work(watch: Watch) -> Coming:
        pointers = cache(lambda each: read_pointer(bucket, each))

        def pack(each: str, number: str) -> Verified:
            key = None if each in accept else installing.trusted_key(root, each)
            return read_version(bucket, pointers(each), number, key)

        wanted = version or pointers(name).latest
        if wanted is None:
            raise SyncError("{name} is not in the bucket.", name=name)
        tree = Tree((pack(name, wanted),)) if alone else resolve(
            pack(name, wanted), lambda each: pointers(each).versions, pack,
            lambda each: (one.manifest for one in installed(root, each)),
        )  # fmt: skip
        packs = tuple(each for each in tree.packs if not is_here(each, root, watch))
        known, files = {*_nearby(packs, root), *fetched(root)}, dict[str, tuple[PackFile, ...]]()
        for each in packs:
            fresh = {file.sha256: file for file in each.manifest.files if file.sha256 not in known}
            files[each.digest] = tuple(fresh.values())
            known.update(fresh)
        return Coming(tree, packs, files, accept)

    return _watched(work, progress, bucket)


def fetch(
    bucket: Bucket, coming: Coming, root: Path, limits: Limits = Limits(), progress: Progress = SILENT
) -> InstalledPack:
    """Fetch just what was planned, whatever the bucket holds by now, and take it in: all of it shows, or nothing.
    Raises Refused, SyncError. Whether something is missing in the tree is for whoever asked to look at before.

    Files that are here already, in another version or from a pull that was cut off, are not fetched again while they
    are whole. What is here and damaged is mended. Another pull into the same folder is waited for.
    """
    return _watched(lambda watch: _fetch_all(bucket, coming, root, limits, watch), progress, bucket)


def _fetch_all(bucket: Bucket, coming: Coming, root: Path, limits: Limits, watch: Watch) -> InstalledPack:
    store, throttle, quiet = _store(root), Throttle(limits.rate, watch.check), Watch()
    quiet.stopped = watch.stopped
    with installing.locked(root, watch):
        store.mkdir(exist_ok=True)
        packs = [pack for pack in coming.packs if not is_here(pack, root, watch)]
        files = {file.sha256: file for pack in packs for file in pack.manifest.files}
        size, kept = sum(pack.manifest.size for pack in packs), fetched(root)
        installing.check_room(root, size - sum(kept[name] for name in kept if name.partition(".")[0] in files))
        here = _nearby(packs, root) | {
            file.sha256: place_of(pack.manifest, root) / CONTENT / file.path
            for pack in packs for file in pack.manifest.files if place_of(pack.manifest, root).exists()
        }  # fmt: skip

        def get(file: PackFile, tell: Tell) -> None:
            target = store / file.sha256
            if not _copied(file, target, target) and not _copied(file, here.get(file.sha256), target):
                _fetch(bucket, file, target, throttle)
            tell(file.size)

        _each(files.values(), get, limits, watch)
        coming_in = [(pack, lambda file, to: _take(store / file.sha256, to)) for pack in packs]
        installing.take_in(coming_in, root, quiet, coming.accept, 0)
        over = {file.sha256 for pack in installed(root) for file in pack.manifest.files}
        for name in over & fetched(root).keys():
            (store / name).unlink(missing_ok=True)
    return InstalledPack(coming.wanted, place_of(coming.wanted.manifest, root))


def _store(root: Path) -> Path:
    """Where fetched files wait for the others, whole ones under their hash."""
    return root / installing.INCOMING / "objects"


def fetched(root: Path) -> dict[str, int]:
    """Names and sizes of what lies here of pulls that were cut off; the next one goes on with them."""
    found: dict[str, int] = {}
    for item in _store(root).glob("*"):
        with suppress(FileNotFoundError):  # a pull that goes on just now
            found[item.name] = item.stat().st_size
    return found


def forget_fetched(root: Path) -> None:
    """When no pull wants to go on any more. The folder is to be `locked`."""
    shutil.rmtree(_store(root), ignore_errors=True)


def _nearby(packs: Iterable[Verified], root: Path) -> dict[str, Path]:
    """Files of other versions that are here, by their hash."""
    return {
        file.sha256: other.content / file.path
        for pack in packs for other in installed(root, pack.manifest.name) if other.verified.digest != pack.digest
        for file in other.manifest.files
    }  # fmt: skip


def _take(source: Path, target: Path) -> None:
    """One file into the pack that is being written; a link where the disk can. Never two links for two files, which a
    change in one would change both."""
    with suppress(OSError):
        if source.stat().st_nlink == 1:
            os.link(source, target)
            return
    installing.check_room(target, source.stat().st_size)
    shutil.copyfile(source, target)


def _copied(file: PackFile, local: Path | None, target: Path) -> bool:
    """Taken from what is here, if it is still what it was. What a pull that was cut off has kept is looked at again: it
    may be damaged, or one with a file that was installed, which a change there would change."""
    if local is None or not local.is_file() or hash_file(local) != (file.size, file.sha256):
        return False
    if local != target or target.stat().st_nlink > 1:
        with whole(target) as partial:
            shutil.copyfile(local, partial)
    return True


def _fetch(bucket: Bucket, file: PackFile, target: Path, throttle: Throttle) -> None:
    """Fetch one file, going on where an earlier try ended. It is there whole and right, or not at all."""
    partial = target.with_suffix(".part")
    for last in (False, True):  # what an earlier try left may be damaged: then once more from the beginning
        with partial.open("ab") as out:
            def write(data: bytes) -> None:
                throttle.wait(len(data))
                if out.tell() + len(data) > file.size:
                    raise Refused("The bucket holds another {name} than it says.", name=ascii(file.path))
                out.write(data)

            if out.tell() < file.size:
                bucket.get(object_name(file.sha256), out.tell(), write)
            out.flush()
            os.fsync(out.fileno())
        size, digest = hash_file(partial)
        if size < file.size:
            raise SyncError("The connection ended early.", "What came is kept; try again.")
        if digest == file.sha256:
            partial.replace(target)
            return
        partial.unlink()
        if last:
            raise Refused("{path} was changed on its way here.", "Try again; if it stays so, tell its author.",
                          path=ascii(file.path))  # fmt: skip


def _each(files: Collection[PackFile], move: Callable[[PackFile, Tell], None], limits: Limits, watch: Watch) -> None:
    """Move files on several threads; the first failure, or the person's wish, stops them all within a moment."""
    total, told = max(1, sum(file.size for file in files)), list[int]()
    with ThreadPoolExecutor(max(1, min(limits.threads, MOST_THREADS))) as pool:
        waiting = {pool.submit(move, file, told.append) for file in sorted(files, key=lambda file: -file.size)}
        try:
            while waiting:
                ended, waiting = wait(waiting, 0.1, FIRST_EXCEPTION)
                for item in ended:
                    item.result()
                watch(sum(told) / total)
        except BaseException:
            watch.stopped.set()
            pool.shutdown(False, cancel_futures=True)
            raise


def _watched(work: Callable[[Watch], T], progress: Progress, bucket: Bucket) -> T:
    """Do work on a thread of its own, and tell its share on this one, where the wish to stop comes at once, also while
    the bucket is silent."""
    watch, result = Watch(), Future[T]()
    bucket.go_on()

    def run() -> None:
        try:
            result.set_result(work(watch))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised again where the work was asked for
            result.set_exception(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while not wait([result], 0.1).done:
            progress(watch.share)
            progress.check()
        return result.result()
    finally:
        if not result.done():
            watch.stopped.set()
            bucket.stop()
            thread.join(PATIENCE)
            if not thread.is_alive():
                bucket.go_on()
