"""Kits in the library: each is an asset of its own kind, whose file is edited in place; its files are assets too."""

import re
from dataclasses import dataclass
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.asset import Asset, Credits
from editor.library.library import Library
from editor.library.trash import to_trash
from editor.library.walk import real_path
from editor.workflows.kits.kit import SUFFIX, Kit, KitFile, checked, encode, read_kit
from editor.workflows.kits.merging import merged
from editor.workflows.library.origins import read_uses
from editor.workflows.templates.naming import FORBIDDEN

FOLDER = "kits"
PICTURES = ("png", "jpg", "jpeg", "webp", "gif", "svg", "tif", "tiff", "pdf")
FONTS = ("otf", "ttf", "woff", "woff2", "ttc")


@dataclass(frozen=True)
class KeptKit:
    """A kit with the asset that it is."""

    asset: Asset
    kit: Kit
    path: Path


def kits_of(library: Library) -> list[KeptKit]:
    """All kits, by name. One whose file is gone or damaged is passed over: the library says so of the asset."""
    rows = library.catalogue.rows("SELECT id FROM asset WHERE kind = 'kit' AND trashed IS NULL")
    found = []
    for (key,) in rows:
        asset = library.asset(int(str(key)))
        try:
            path = library.file_of(asset)
            found.append(KeptKit(asset, read_kit(path), path))
        except ExpectedError:
            continue
    return sorted(found, key=lambda item: item.kit.name.casefold())


def find_kit(library: Library, text: str) -> KeptKit:
    """By name or by the asset's number. Raises ExpectedError."""
    kits = kits_of(library)
    for item in kits:
        if item.kit.name.casefold() == text.strip().casefold() or str(item.asset.id) == text:
            return item
    names = ", ".join(item.kit.name for item in kits) or "-"
    raise ExpectedError(tr("There is no brand kit named {name}.", name=text), tr("There are: {names}.", names=names))


def keep_new(library: Library, kit: Kit) -> KeptKit:
    """Put a new kit into the library. Raises ExpectedError when another one has its name."""
    kit = checked(kit)
    if any(item.kit.name.casefold() == kit.name.casefold() for item in kits_of(library)):
        raise ExpectedError(tr("There is a brand kit named {name} already.", name=kit.name))
    folder = library.catalogue.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    stem = FORBIDDEN.sub("-", kit.name).strip(" .")[:80] or "kit"
    path = next(
        made for number in range(1, 10_000)
        if not (made := folder / f"{stem}{'' if number == 1 else f' {number}'}{SUFFIX}").exists()
    )  # fmt: skip
    return _written(library, kit, path)


def keep(library: Library, kept: KeptKit, kit: Kit) -> KeptKit:
    """Write what was changed since `kept` was read; what somebody else changed meanwhile stays. The asset stays the
    same one, with its tags and stars. Raises ExpectedError for a name that another kit has."""
    kit = checked(kit)
    if is_taken(library, kit.name, kept):
        raise ExpectedError(tr("There is a brand kit named {name} already.", name=kit.name))
    present = read_kit(kept.path) if kept.path.is_file() else kept.kit
    return _written(library, checked(merged(kept.kit, kit, present)), kept.path)


def is_taken(library: Library, name: str, kept: KeptKit) -> bool:
    """Whether a kit other than this one has the name."""
    others = (item for item in kits_of(library) if item.asset.id != kept.asset.id)
    return any(item.kit.name.casefold() == name.casefold() for item in others)


def _written(library: Library, kit: Kit, path: Path) -> KeptKit:
    partial = path.with_name(f"{path.name}.part")
    try:
        partial.write_bytes(encode(kit))
        partial.replace(path)
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be written: {reason}", name=path.name, reason=error.strerror or error)
        ) from error
    taken = library.take_in([path], known=Credits(title=kit.name))
    asset = library.asset(taken.assets[0])
    read_uses(library, real_path(path))
    return KeptKit(asset, kit, path)


def throw_away(library: Library, kept: KeptKit) -> None:
    """Into the library's trash, from which it can be restored."""
    to_trash(library.catalogue, [kept.asset.id])


def take_file(library: Library, path: Path, extensions: tuple[str, ...]) -> KitFile:
    """Keep a file in the library, to be named by a kit. Raises ExpectedError for one of another kind."""
    extension = path.suffix.lower().removeprefix(".")
    if extension not in extensions or not re.fullmatch("[a-z0-9]{1,10}", extension):
        raise ExpectedError(
            tr("{name} cannot stand in a brand kit.", name=path.name),
            tr("It takes files of these kinds: {names}.", names=", ".join(extensions)),
        )
    taken = library.take_in([path], copy=True)
    if not taken.assets:
        reason = taken.problems[0][1] if taken.problems else ""
        raise ExpectedError(tr("{name} cannot be read: {reason}.", name=path.name, reason=reason))
    return KitFile(hash=library.asset(taken.assets[0]).hash, extension=extension, name=path.name[:200])


def file_of(library: Library, file: KitFile) -> Path | None:
    """Where the content that a kit names lies; None when the library has it no longer."""
    asset = library.with_hash(file.hash)
    if asset is None:
        return None
    try:
        return library.file_of(asset)
    except ExpectedError:
        return None
