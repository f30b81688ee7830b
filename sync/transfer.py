"""Push and pull: files by their hash, several at once, going on where they stopped, checked at both ends."""

import os
import shutil
import threading
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sync.bucket import Bucket
from sync.errors import Refused, SyncError
from sync.packs.building import hash_file
from sync.packs.installing import INCOMING, InstalledPack, already, check_room, folder_of, installed, place, trusted_key
from sync.packs.manifest import CONTENT, PackFile
from sync.packs.sources import DAMAGED, Source, found_in
from sync.packs.verifying import Verified
from sync.progress import SILENT, Progress, Stopped, Watch
from sync.published import Pointer, check_conditions, publish, read_pointer, read_version, taken
from sync.sending import Sending, Tell, object_name
from sync.throttle import Check, Throttle

T = TypeVar("T")
PATIENCE = 0.7
"""Seconds that work may take to end after it was told to."""
MOST_THREADS = 32
MANY = 16
"""From so many files on, a listing is cheaper than a question for each."""


@dataclass(frozen=True)
class Limits:
    """`rate` in bytes a second for all transfers together, 0 for as fast as it goes."""

    threads: int = 8
    rate: int = 0


@dataclass(frozen=True)
class Plan:
    """What a push or a pull would move; `published` says that nothing is left to do."""

    files: tuple[PackFile, ...]
    published: bool = False

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


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
) -> Pointer:
    """Send a pack whose files lie below `content`, then make it visible. Raises Conflict, Refused, SyncError.

    Called again after any interruption, it sends only what is not there yet.
    """

    def work(watch: Watch) -> Pointer:
        plan = plan_push(bucket, pack, mend, accept_key)
        if plan.published:
            return read_pointer(bucket, pack.manifest.name)
        check_conditions(bucket)
        sending = Sending(bucket, Throttle(limits.rate), limits.threads, mend)

        def send(file: PackFile, check: Check, tell: Tell) -> None:
            try:
                near = found_in(content, file.path).open("rb") if isinstance(content, Path) else content.open(file.path)
                with near as source:
                    sending.send(file, source, check, tell)
            except (OSError, *DAMAGED) as error:
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
    bucket: Bucket, name: str, root: Path, version: str | None = None, accept_key: bool = False,
    progress: Progress = SILENT,
) -> tuple[Verified, Plan]:
    """What a pull would take in, and which files it would fetch. Changes nothing. Raises Refused, SyncError."""
    pointer = read_pointer(bucket, name)
    wanted = version or pointer.latest
    if wanted is None:
        raise SyncError("{name} is not in the bucket.", name=name)
    verified = read_version(bucket, pointer, wanted, None if accept_key else trusted_key(root, name))
    if already(verified, root, progress) is not None:
        return verified, Plan((), published=True)
    others = [pack for pack in installed(root, name) if pack.manifest.version != wanted]
    here = {file.sha256 for pack in others for file in pack.manifest.files}
    files = {file.sha256: file for file in verified.manifest.files if file.sha256 not in here}
    return verified, Plan(tuple(files.values()))


def pull(
    bucket: Bucket, name: str, root: Path, version: str | None = None, limits: Limits = Limits(),
    progress: Progress = SILENT, accept_key: bool = False,
) -> InstalledPack:
    """Fetch a pack and take it in; without `version` the latest. Raises Refused, SyncError.

    Files that are here already, in another version or from a pull that was cut off, are not fetched again. What is here
    and damaged is mended. Another pull into the same folder is waited for.
    """

    def work(watch: Watch) -> InstalledPack:
        from filelock import FileLock

        verified, plan = plan_pull(bucket, name, root, version, accept_key, watch)
        folder = folder_of(verified.manifest, root)
        if plan.published:
            return InstalledPack(verified, folder)
        (root / INCOMING / "objects").mkdir(parents=True, exist_ok=True)
        lock = FileLock(root / INCOMING / "pull.lock")
        with lock.acquire(poll_interval=0.1, cancel_check=watch.stopped.is_set):
            return already(verified, root, watch) or _pull(bucket, verified, root, limits, watch, accept_key)

    return _watched(work, progress, bucket)


def _pull(
    bucket: Bucket, verified: Verified, root: Path, limits: Limits, watch: Watch, accept_key: bool
) -> InstalledPack:
    files, store, throttle = verified.manifest.files, root / INCOMING / "objects", Throttle(limits.rate)
    check_room(root, verified.manifest.size)
    damaged = folder_of(verified.manifest, root) / CONTENT
    here = {file.sha256: damaged / file.path for file in files} | {
        file.sha256: pack.content / file.path
        for pack in installed(root, verified.manifest.name) if pack.manifest.version != verified.manifest.version
        for file in pack.manifest.files
    }  # fmt: skip

    def fetch(file: PackFile, check: Check, tell: Tell) -> None:
        target = store / file.sha256
        if not target.exists() and not _copied(file, here.get(file.sha256), target):
            _fetch(bucket, file, target, throttle, check)
        tell(file.size)

    _each({file.sha256: file for file in files}.values(), fetch, limits, watch)
    result = place(verified, root, lambda file, target: _take(store / file.sha256, target), SILENT, accept_key)
    for file in files:
        (store / file.sha256).unlink(missing_ok=True)
    return result


def _take(source: Path, target: Path) -> None:
    """One file into the pack that is being written; a link where the disk can. Never two links for two files, which a
    change in one would change both."""
    with suppress(OSError):
        if source.stat().st_nlink == 1:
            os.link(source, target)
            return
    shutil.copyfile(source, target)


def _copied(file: PackFile, local: Path | None, target: Path) -> bool:
    """Taken from another version that is here, if it is still what it was."""
    if local is None or not local.is_file() or hash_file(local) != (file.size, file.sha256):
        return False
    partial = target.with_suffix(".copy")
    shutil.copyfile(local, partial)
    partial.replace(target)
    return True


def _fetch(bucket: Bucket, file: PackFile, target: Path, throttle: Throttle, check: Check) -> None:
    """Fetch one file, going on where an earlier try ended. It is there whole and right, or not at all."""
    partial = target.with_suffix(".part")
    for last in (False, True):  # what an earlier try left may be damaged: then once more from the beginning
        with partial.open("ab") as out:
            def write(data: bytes) -> None:
                throttle.wait(len(data), check)
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


Move = Callable[[PackFile, Check, Tell], None]


def _each(files: Collection[PackFile], move: Move, limits: Limits, progress: Watch) -> None:
    """Move files on several threads; the first failure, or the person's wish, stops them all within a moment."""
    todo = sorted(files, key=lambda file: -file.size)
    total, done = max(1, sum(file.size for file in todo)), 0
    stop, lock = threading.Event(), threading.Lock()

    def check() -> None:
        if stop.is_set():
            raise Stopped

    def tell(count: int) -> None:
        nonlocal done
        with lock:
            done += count

    with ThreadPoolExecutor(max(1, min(limits.threads, MOST_THREADS))) as pool:
        waiting = {pool.submit(move, file, check, tell) for file in todo}
        try:
            while waiting:
                ended, waiting = wait(waiting, 0.1, FIRST_EXCEPTION)
                for item in ended:
                    item.result()
                progress(done / total)
        except BaseException:
            stop.set()
            for item in waiting:
                item.cancel()
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
