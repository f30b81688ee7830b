"""What comes with a pack that a person asked for: shown with sizes and authors before it is fetched. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.packs.place import known_buckets, packs_folder
from editor.base.translation import tr
from sync.errors import SyncError
from sync.packs.needs import Missing, Pack, Tree
from sync.progress import SILENT, Progress

if TYPE_CHECKING:
    from sync.packs.installing import Lying
    from sync.transfer import Coming


@dataclass(frozen=True)
class Guest:
    """One pack of those that come. `size` is what would be fetched or read of it; `is_stranger` says that its author
    signed nothing that is here, nor the pack that was asked for."""

    name: str
    version: str
    author: str
    licence: str
    files: int
    size: int
    is_stranger: bool


def guests_of(coming: Coming) -> list[Guest]:
    """From a bucket: what is not here whole, in the order in which it is taken in."""
    sizes = {digest: (len(files), sum(file.size for file in files)) for digest, files in coming.files.items()}
    packs = [pack for pack in coming.tree.packs if pack.digest in sizes]
    return _guests(packs, coming.wanted.manifest.author.key, [sizes[pack.digest] for pack in packs])


def guests_beside(tree: Tree[Lying]) -> list[Guest]:
    """From files: what a pack file needs of those beside it, and itself."""
    sizes = [(len(pack.manifest.files), pack.manifest.size) for pack in tree.packs]
    return _guests(tree.packs, tree.packs[-1].manifest.author.key, sizes)


def _guests(packs: Sequence[Pack], key: str, sizes: Sequence[tuple[int, int]]) -> list[Guest]:
    from sync.packs.installing import installed

    known = {pack.manifest.author.key for pack in installed(packs_folder())} | {key}
    return [
        Guest(one.name, one.version, one.author.name, one.licence, count, size, one.author.key not in known)
        for one, (count, size) in zip((pack.manifest for pack in packs), sizes)
    ]


def tree_beside(path: Path, alone: bool = False, progress: Progress = SILENT) -> Tree[Lying]:
    """A pack file with what it needs of the files beside it. Raises Refused, SyncError."""
    from sync.packs.installing import Lying, installed
    from sync.packs.needs import resolve

    wanted = Lying.at(path, progress)
    if alone or not wanted.manifest.dependencies:
        return Tree((wanted,))
    paths = packs_beside(path, progress)
    return resolve(
        wanted, lambda name: [version for each, version in paths if each == name],
        lambda name, version: Lying.at(paths[name, version], progress),
        lambda name: (pack.manifest for pack in installed(packs_folder(), name)),
    )  # fmt: skip


def packs_beside(path: Path, progress: Progress = SILENT) -> dict[tuple[str, str], Path]:
    """The pack files in the folder of one, by name and version; without those that are damaged."""
    from sync.packs.sources import ARCHIVE_SUFFIX
    from sync.packs.verifying import open_source, read_signed

    found: dict[tuple[str, str], Path] = {}
    for each in sorted(path.parent.glob(f"*{ARCHIVE_SUFFIX}")):
        progress.check()
        with suppress(SyncError):
            manifest = read_signed(open_source(each)).manifest
            found[manifest.name, manifest.version] = each
    return found


def missing_text(missing: Sequence[Missing]) -> str:
    """What is missing and who needs it, in a sentence."""
    names = ", ".join(f"{name} {least}" for name, least, _ in missing)
    others = ", ".join(dict.fromkeys(by for _, _, by in missing))
    return tr("{others} needs packs that are not here: {names}.", others=others, names=names)


def sources_text(bucket: str = "") -> str:
    """Where what is missing may be had; `bucket` has just been asked."""
    places = ", ".join(place.label for place in known_buckets() if place.label != bucket)
    if bucket:
        return (
            tr("They are not in this bucket. They may be in another of yours: {names}.", names=places)
            if places else tr("They are not in this bucket. Ask the pack’s author where they are.")
        )  # fmt: skip
    return (
        tr("They may be in one of your buckets: {names}. Or lay their files beside this one.", names=places)
        if places else tr("Ask the pack’s author for them, and lay their files beside this one.")
    )  # fmt: skip
