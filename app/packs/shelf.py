"""What a bucket offers, beside what is here: name, newest version, whose, how large, and whether the signature fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sync.errors import SyncError

if TYPE_CHECKING:
    from sync.bucket import Bucket
    from sync.packs.verifying import Verified
    from sync.published import Pointer

SIGNED = "signed by an author new to you"
KNOWN = "signed by the author you know"
OTHER = "signed by somebody else than before"
DAMAGED = "damaged: the signature does not fit"


@dataclass(frozen=True)
class Offer:
    """A pack in a bucket. `here` is the newest version on this machine, "" for none; `state` one of the texts above."""

    name: str
    version: str
    versions: tuple[str, ...]
    here: str = ""
    title: str = ""
    author: str = ""
    licence: str = ""
    size: int = 0
    files: int = 0
    description: str = ""
    needs: tuple[str, ...] = ()
    state: str = DAMAGED

    @property
    def is_new(self) -> bool:
        """Whether there is something to install, or newer than what is here."""
        return self.state != DAMAGED and (not self.here or is_newer(self.version, self.here))


def is_newer(version: str, other: str) -> bool:
    """
    >>> is_newer("1.10.0", "1.9.0"), is_newer("1.0.0", "2.0.0"), is_newer("2.0.0-beta.1", "2.0.0")
    (True, False, False)
    """
    from sync.packs.versions import order_of

    return order_of(version) > order_of(other)


def packs_in(bucket: Bucket, root: Path) -> Iterator[Offer]:
    """Everything that is published there, by name. Raises SyncError when the bucket does not answer."""
    from sync.packs.installing import installed
    from sync.published import read_pointer

    names = {name.split("/")[1] for name, _, _ in bucket.listed("packs/") if name.count("/") >= 2}
    for name in sorted(names):
        try:
            pointer = read_pointer(bucket, name)
        except SyncError:
            yield Offer(name, "?", ())
            continue
        if pointer.latest is not None:
            packs = list(installed(root, name))
            here = packs[-1].manifest.version if packs else ""
            yield _offer(bucket, pointer, here, packs[-1].manifest.author.key if packs else "")


def signed_by_others(bucket: Bucket, pack: Verified) -> bool:
    """Whether a new version would stand beside those of another author. Raises SyncError."""
    from sync.published import read_pointer, read_version

    pointer = read_pointer(bucket, pack.manifest.name)
    if pointer.latest is None or pack.manifest.version in pointer.versions:
        return False
    return read_version(bucket, pointer, pointer.latest, None).manifest.author.key != pack.manifest.author.key


def _offer(bucket: Bucket, pointer: Pointer, here: str, known: str) -> Offer:
    from sync.published import read_version

    name, version, versions = pointer.name, pointer.latest or "", tuple(pointer.versions)
    try:
        manifest = read_version(bucket, pointer, version, None).manifest
    except SyncError:
        return Offer(name, version, versions, here)
    state = SIGNED if not known else KNOWN if known == manifest.author.key else OTHER
    return Offer(
        name, version, versions, here, manifest.title, manifest.author.name, manifest.licence, manifest.size,
        len(manifest.files), manifest.description,
        tuple(f"{each} {least}" for each, least in manifest.dependencies.items()), state,
    )  # fmt: skip
