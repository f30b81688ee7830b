"""How things stand with packs: what is here and what is newer elsewhere, what was built and not published, what changed
since, what hangs half-done. The same for `sync status` and the window. No Qt here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from app.packs.notes import Begun, Built, begun_work, built_packs, drop, note_published
from app.packs.place import open_bucket, packs_folder, told
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from sync.progress import SILENT, Progress, Stopped, Watch

if TYPE_CHECKING:
    from app.packs.changing import Changes, Memory
    from sync.credentials import Place
    from sync.packs.installing import InstalledPack
    from sync.packs.manifest import PackFile
    from sync.published import Pointer

Digests = dict[tuple[str, str], str]
"""Of what was built, by name and version."""


class State(msgspec.Struct, kw_only=True):
    """One pack. Of what is installed: `newer` is a version in `bucket`, `lacks` what it needs and is not here. Of what
    was built: `published` names buckets, `taken` one where another pack stands under this version. Of what was begun:
    `verb`, `bucket`, and `under_way` while it is still at work. `changed`, `added` and `gone` are files that are other
    than the pack says, in the installed pack or in the folder it was built of."""

    kind: Literal["installed", "built", "begun"]
    name: str
    version: str
    title: str = ""
    author: str = ""
    newer: str = ""
    bucket: str = ""
    lacks: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    problem: str = ""
    folder: str = ""
    published: tuple[str, ...] = ()
    taken: str = ""
    verb: str = ""
    size: int = 0
    under_way: bool = False

    @property
    def label(self) -> str:
        return f"{self.name} {self.version}"


class Asked(msgspec.Struct, kw_only=True):
    """A bucket that was asked, and why it did not answer."""

    bucket: str
    problem: str = ""


class Report(msgspec.Struct, kw_only=True):
    """`kept` are bytes of pulls that were cut off, with which the next one goes on."""

    packs: list[State]
    buckets: list[Asked]
    kept: int = 0


def how_it_stands(
    places: Sequence[Place], progress: Progress = SILENT, packs: Sequence[InstalledPack] | None = None
) -> Report:
    """Look at everything here, and ask these buckets. A bucket that does not answer is part of the report. `packs` are
    what is installed, where that was just read."""
    from app.packs.changing import Memory
    from sync.packs.installing import installed
    from sync.transfer import fetched

    root, built = packs_folder(), built_packs()
    packs = list(installed(root)) if packs is None else packs
    memory = Memory(root / ".notes" / "hashes.json")
    states = [_of_installed(pack, packs, memory, progress) for pack in packs]
    states += [state for each in built if (state := _of_built(each, built, memory, progress))]
    memory.keep()
    states += [_of_begun(each) for each in begun_work() if not _is_over(each, packs)]
    digests = {(each.name, each.version): each.digest for each in built}
    asked = [_ask(place, states, digests, progress) for place in places]
    return Report(packs=states, buckets=asked, kept=sum(fetched(root).values()))


def _of_installed(pack: InstalledPack, packs: Iterable[InstalledPack], memory: Memory, progress: Progress) -> State:
    from sync.packs.needs import lacking

    told = pack.manifest
    state = State(
        kind="installed", name=told.name, version=told.version, title=told.title, author=told.author.name,
        size=told.size, lacks=tuple(lacking(told, [each.manifest for each in packs])),
    )  # fmt: skip
    return _with_changes(state, told.files, pack.content, memory, progress)


def _of_built(built: Built, others: Iterable[Built], memory: Memory, progress: Progress) -> State | None:
    """None for what is published, and was followed by another version: nothing is left to do for it."""
    from sync.packs.versions import order_of

    is_old = any(each.name == built.name and order_of(each.version) > order_of(built.version) for each in others)
    if is_old and built.published:
        return None
    state = State(
        kind="built", name=built.name, version=built.version, title=built.title, author=built.author,
        folder=built.folder, published=built.published, size=sum(file.size for file in built.files),
    )  # fmt: skip
    if is_old or not built.folder:  # the folder holds what became the next version
        return state
    if not Path(built.folder).is_dir():
        state.problem = tr("The folder {folder} is not there any more.", folder=built.folder)
        return state
    return _with_changes(state, built.files, Path(built.folder), memory, progress)


def _with_changes(
    state: State, files: Sequence[PackFile], folder: Path, memory: Memory, progress: Progress
) -> State:
    from app.packs.changing import changes

    try:
        with told():
            found: Changes = changes(files, folder, memory, progress)
        state.changed, state.added, state.gone = found
    except ExpectedError as error:
        state.problem = str(error)
    return state


def _of_begun(work: Begun) -> State:
    return State(
        kind="begun", name=work.name, version=work.version, verb=work.verb, bucket=work.place.label, size=work.size,
        folder=work.source, under_way=work.is_under_way,
    )  # fmt: skip


def _is_over(work: Begun, packs: Iterable[InstalledPack]) -> bool:
    """A pull that was cut off, of a pack that came another way since. Its note goes, unless somebody is at work in the
    folder now: then another look takes it away."""
    label = (work.name, work.version)
    over = work.verb == "pull" and label in ((pack.manifest.name, pack.manifest.version) for pack in packs)
    if over and not work.is_under_way:
        impatient = Watch()
        impatient.stopped.set()
        with suppress(Stopped):
            drop(work, impatient)
    return over


def _ask(place: Place, states: Sequence[State], digests: Digests, progress: Progress) -> Asked:
    """What a bucket has of packs that are here, written into their states."""
    from sync.published import read_pointer

    try:
        with told():
            bucket = open_bucket(place, attempts=2)
            try:
                for name in sorted({state.name for state in states if state.kind != "begun"}):
                    progress.check()
                    mine = [state for state in states if state.name == name]
                    _mark(read_pointer(bucket, name), place, mine, digests)
            finally:
                bucket.close()
    except ExpectedError as error:
        return Asked(bucket=place.label, problem=str(error))
    return Asked(bucket=place.label)


def _mark(pointer: Pointer, place: Place, states: Sequence[State], digests: Digests) -> None:
    from sync.packs.versions import best, order_of

    here = [state for state in states if state.kind == "installed"]
    if here:
        newest = here[-1]
        found = best(pointer.versions, newest.newer or newest.version)
        if found and order_of(found) > order_of(newest.newer or newest.version):
            newest.newer, newest.bucket = found, place.label
    for state in states:
        if state.kind == "built" and state.version in pointer.versions:
            if pointer.versions[state.version] != digests.get((state.name, state.version)):
                state.taken = place.label
            elif place.label not in state.published:
                note_published(pointer.versions[state.version], place)
                state.published = (*state.published, place.label)


def marks_of(state: State) -> list[str]:
    """What is to be said of it, the most pressing first."""
    if state.kind == "begun":
        return [_begun_text(state)]
    said = [state.problem] if state.problem else []
    if state.newer:
        said.append(tr("{version} is in {bucket}", version=state.newer, bucket=state.bucket))
    if state.lacks:
        said.append(tr("lacks {names}", names=", ".join(state.lacks)))
    number = len(state.changed) + len(state.added) + len(state.gone)
    if number and state.kind == "installed":
        said.append(tr_count("1 file was changed here", "{count} files were changed here", count=number))
    elif number:
        said.append(tr_count("1 file changed since it was built", "{count} files changed since it was built",
                             count=number))  # fmt: skip
    if state.taken:
        said.append(tr("another one of this version is in {bucket}", bucket=state.taken))
    if state.kind == "built":
        said.append(tr("published in {bucket}", bucket=", ".join(state.published)) if state.published
                    else tr("built here, not published"))  # fmt: skip
    return said or [tr("as it was signed")]


def _begun_text(state: State) -> str:
    if state.under_way:
        return (tr("being sent to {bucket}", bucket=state.bucket) if state.verb == "push"
                else tr("being fetched from {bucket}", bucket=state.bucket))  # fmt: skip
    return (tr("half sent to {bucket}", bucket=state.bucket) if state.verb == "push"
            else tr("half fetched from {bucket}", bucket=state.bucket))  # fmt: skip
