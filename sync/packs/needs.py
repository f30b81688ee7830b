"""What a pack cannot do without: found among the packs that are here and those that somebody offers. Reads no disk.

A pack names other packs with the least version that will do. Versions lie side by side, so no two wishes exclude each
other: where one version does not do for both, two come.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from sync.errors import Refused
from sync.packs.manifest import Manifest
from sync.packs.versions import best

MOST_PACKS = 200
"""In one tree; a stranger's could have no end."""


class Pack(Protocol):
    @property
    def manifest(self) -> Manifest: ...


P = TypeVar("P", bound=Pack)


class Missing(NamedTuple):
    """A pack that is nowhere so new, and which pack needs it."""

    name: str
    least: str
    by: str


@dataclass(frozen=True)
class Tree(Generic[P]):
    """A pack with all that it needs and that is not here: each comes after what it needs, `packs[-1]` is the pack."""

    packs: tuple[P, ...]
    missing: tuple[Missing, ...] = ()


def resolve(
    wanted: P, versions: Callable[[str], Iterable[str]], pack: Callable[[str, str], P],
    here: Callable[[str], Iterable[Manifest]],
) -> Tree[P]:  # fmt: skip
    """What has to come in with a pack. What is `here` and new enough stays as it is; of what is not, the best of the
    `versions` on offer comes. Packs may need each other in a ring. Raises Refused for a tree without end."""
    coming, missing, seen = list[P](), list[Missing](), dict[tuple[str, str], None]()

    def find(name: str, least: str, by: str) -> None:
        if best((version for each, version in seen if each == name), least):
            return
        manifests = {manifest.version: manifest for manifest in here(name)}
        if present := best(manifests, least):
            look(manifests[present])
        elif offered := best(versions(name), least):
            look((found := pack(name, offered)).manifest)
            coming.append(found)
        else:
            missing.append(Missing(name, least, by))

    def look(manifest: Manifest) -> None:
        if len(seen) >= MOST_PACKS:
            raise Refused("{name} needs more than {count} other packs.", name=wanted.manifest.label, count=MOST_PACKS)
        seen[manifest.name, manifest.version] = None
        for name, least in manifest.dependencies.items():
            find(name, least, manifest.label)

    look(wanted.manifest)
    return Tree((*coming, wanted), tuple(dict.fromkeys(missing)))


def lacking(manifest: Manifest, packs: Sequence[Manifest]) -> list[str]:
    """What a pack needs and is not among these, as "name 1.2.0"."""
    return [
        f"{name} {least}" for name, least in manifest.dependencies.items()
        if not best((pack.version for pack in packs if pack.name == name), least)
    ]  # fmt: skip


def needed_by(packs: Sequence[Manifest], name: str, version: str) -> list[str]:
    """Those that would lack something without this version."""
    others = [pack.version for pack in packs if pack.name == name and pack.version != version]
    return [
        pack.label for pack in packs
        if (least := pack.dependencies.get(name)) and (pack.name, pack.version) != (name, version)
        and best([version], least) and not best(others, least)
    ]  # fmt: skip
