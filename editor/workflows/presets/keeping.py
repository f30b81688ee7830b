"""Presets of a library: kept as assets like any other, and found again by what they can be put on."""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.preset.content import Content, Preset, subject_of
from editor.formats.preset.file import SUFFIX, read_summary, write_preset
from editor.library.asset import COLUMNS, Asset, Credits, asset_from
from editor.library.edits import edit_assets
from editor.library.library import Library
from editor.storage.media import full_hash

KEPT = 2000
NO_NAME = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
NUMBERS = re.compile(r"([0-9]+)")
OWN_WORK = "LicenseRef-own"
_known: dict[str, Content | None] = {}


@dataclass(frozen=True)
class KeptPreset:
    """A preset that the library has, without the bytes beside its content."""

    asset: Asset
    content: Content


def keep_preset(library: Library, preset: Preset, tags: tuple[str, ...] = ()) -> int:
    """Into the library's own store, as one's own work. The asset; one that was there already comes back. Raises
    ExpectedError when it has no name, cannot be written, or is there under a name that it was given since."""
    if not preset.name.strip():
        raise ExpectedError(tr("A preset needs a name."))
    with tempfile.TemporaryDirectory(prefix="atelier-preset-") as folder:
        path = Path(folder) / f"{file_name(preset.name)}{SUFFIX}"
        write_preset(path, preset)
        same = library.with_hash(full_hash(path))
        if same is not None and same.trashed is None and not _is_called(same, preset.name):
            raise ExpectedError(
                tr("These settings are in the library already, as the preset {name}.", name=same.label),
                tr("Rename that preset to have it under another name."),
            )
        known = Credits(title=preset.name, licence=OWN_WORK, tags=tags)
        taken = library.take_in([path], copy=True, known=known)
    if taken.problems:
        reason = taken.problems[0][1]
        raise ExpectedError(tr("The preset {name} was not kept: {reason}", name=preset.name, reason=reason))
    key = taken.assets[0]
    if not _is_called(library.asset(key), preset.name):  # it came out of the trash, where it had another name
        edit_assets(library.catalogue, [key], title=preset.name)
    return key


def _is_called(asset: Asset, name: str) -> bool:
    return asset.label.casefold() == name.casefold()


def presets_for(library: Library, fits: Callable[[str], bool]) -> list[KeptPreset]:
    """Those that can be put on something, by `subject_of`; the best rated first, then by name, 2 before 10. A file that
    is away or damaged is passed over: the panel says so of it."""
    rows = library.catalogue.rows(
        f"SELECT {COLUMNS} FROM asset WHERE kind = 'preset' AND extension = ? AND trashed IS NULL LIMIT {KEPT}",
        (SUFFIX[1:],),
    )
    found = []
    for asset in map(asset_from, rows):
        content = _content_of(library, asset)
        if content is not None and fits(subject_of(content)):
            found.append(KeptPreset(asset, content))
    return sorted(found, key=lambda one: (-one.asset.rating, _counted(one.asset.label), one.asset.id))


def _counted(label: str) -> list[str | int]:
    """A name as people sort it: words and numbers take turns."""
    return [int(piece) if place % 2 else piece for place, piece in enumerate(NUMBERS.split(label.casefold()))]


def file_name(name: str) -> str:
    """A name as every system takes it for a file."""
    plain = NO_NAME.sub(" ", name).strip(" .")[:80].strip(" .")
    return plain or "Preset"


def _content_of(library: Library, asset: Asset) -> Content | None:
    """Read once, since bytes never change under their hash."""
    if asset.hash not in _known:
        try:
            path = library.file_of(asset)
        except ExpectedError:
            return None
        if len(_known) >= KEPT:
            _known.pop(next(iter(_known)))
        try:
            _known[asset.hash] = read_summary(path)[1]
        except ExpectedError:
            _known[asset.hash] = None
    return _known[asset.hash]
