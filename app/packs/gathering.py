"""Assets of the library put side by side for a pack, each with all it cannot be shown without, and with whose it is. No
Qt here."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.library.asset import Asset
    from editor.library.library import Library

LONGEST_AUTHOR, LONGEST_SOURCE = 300, 1000


@dataclass
class Gathered:
    """What is said of files, by their path in the pack."""

    folder: Path
    licences: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)


def assets_of(library: Library, keys: Iterable[int]) -> list[Asset]:
    from editor.library.search.results import assets_by_id

    wanted = list(keys)
    found = assets_by_id(library.catalogue, wanted)
    return [found[key] for key in wanted if key in found]


def check_terms(assets: Sequence[Asset], author: str) -> None:
    """Raises ExpectedError for a work of somebody else of which nobody knows whether it may be passed on."""
    for asset in assets:
        if asset.author and not asset.licence and asset.author.casefold() != author.strip().casefold():
            raise ExpectedError(
                tr("{name} is by {author}, and nobody says under which licence.", name=asset.label,
                   author=asset.author[:80]),
                tr("Write its licence into the library first, or leave it out."),
            )  # fmt: skip


def other_terms(assets: Sequence[Asset], licence: str) -> list[tuple[str, int]]:
    """Licences of assets that are not the pack's, the most frequent first, with how many have it."""
    return Counter(asset.licence for asset in assets if asset.licence and asset.licence != licence).most_common()


def gather(library: Library, keys: Sequence[int], target: Path, progress: Progress | None = None) -> Gathered:
    """Links where the disk can, else copies. What needs other files comes with them in a folder of its own. Raises
    ExpectedError for files that are not at their places."""
    from editor.workflows.library.companions import companions

    progress, made = progress or Progress(), Gathered(target)
    assets = [(asset, library.file_of(asset)) for asset in assets_of(library, keys)]
    sets = {asset.id: companions(path) for asset, path in assets}
    covered = {file for files in sets.values() for file in files}
    taken: set[str] = set()
    for number, (asset, path) in enumerate(assets):
        progress(number / len(assets), asset.name)
        if path in covered:
            continue
        beside = sets[asset.id]
        base = _free(Path(asset.name).stem if beside else asset.name, asset.id, taken)
        _put(made, path, f"{base}/{asset.name}" if beside else base, asset, asset)
        for file in beside:
            name = f"{base}/{file.relative_to(path.absolute().parent).as_posix()}"
            _put(made, file, name, library.at(file) or asset, asset)
    return made


def _free(name: str, key: int, taken: set[str]) -> str:
    """A name that no other file or folder of the pack has."""
    found = name.lstrip(".") or str(key)
    if found.casefold() in taken:
        found = f"{Path(found).stem}-{key}{Path(found).suffix}"
    taken.add(found.casefold())
    return found


def _put(made: Gathered, source: Path, name: str, known: Asset, main: Asset) -> None:
    """A file at its place, with what the library says of it, else of what it belongs to."""
    target = made.folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    name = unicodedata.normalize("NFC", name)
    said = known if known.licence or known.author or known.source else main
    if said.licence:
        made.licences[name] = said.licence
    if said.author:
        made.authors[name] = said.author[:LONGEST_AUTHOR]
    if said.source:
        made.sources[name] = said.source[:LONGEST_SOURCE]
