"""Which assets a project shows, and which a brand kit names: written beside what was brought in, read back for the
library's list of uses. What lives in the library's own bytes alone is noted as needed there."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.document.project import Project
from editor.library.asset import Asset
from editor.library.kinds import kind_of
from editor.library.library import Library
from editor.library.trash import Needed, needed_in_trash
from editor.library.usage import Use, note_read, note_uses, stamp_of, unread_projects
from editor.library.walk import real_path
from editor.model.origin import Origin
from editor.storage import open_project
from editor.storage.media import MediaRow, full_hash
from editor.workflows.kits.kit import Kit, read_kit


def note_origins(project: Project, records: tuple[str, ...], asset: Asset, linked: bool = False) -> None:
    """Write beside records that they came from an asset."""
    for record in records:
        run(
            project, "project.note_origin", record=record, content=asset.hash, name=asset.name, source=asset.source,
            author=asset.author, licence=asset.licence, linked=linked,
        )  # fmt: skip


def uses_in(project: Project, library: Library, media: Iterable[MediaRow] = ()) -> list[Use]:
    """What a project shows of any library: notes of origin, and films and sounds that are assets.

    `media` are the project's media rows. A file counts by its content, so it is found after it was moved as well; only
    one of an asset's size is read for that.
    """
    store, played = real_path(library.content.root), dict[str, Use]()
    for row in media:
        digest = _hash_of(library, row)
        if digest:
            played[digest] = Use("", row.id, digest, row.name, real_path(Path(row.path)).is_relative_to(store))
    found = [_use(project, item) for item in project.records.values() if isinstance(item, Origin)]
    needed = {use.hash for use in played.values() if use.needs}
    found = [msgspec.structs.replace(use, needs=True) if use.hash in needed else use for use in found]
    noted = {use.hash for use in found}
    return [*found, *(use for use in played.values() if use.hash not in noted)]


def uses_by_kit(kit: Kit) -> list[Use]:
    """The files that a brand kit names: it has no other copy of them."""
    return [Use(kit.name, "", item.hash, item.name, needs=True) for item in kit.files.values()]


def _hash_of(library: Library, row: MediaRow) -> str:
    """Of a media file that is an asset; "" when it is none, or away."""
    if row.full_hash:
        return row.full_hash
    path = Path(row.path)
    asset = library.at(path)
    if asset is not None:
        return asset.hash
    if not library.catalogue.rows("SELECT 1 FROM asset WHERE size = ? LIMIT 1", (row.size,)):
        return ""
    try:
        return full_hash(path)
    except OSError:
        return ""


def _use(project: Project, note: Origin) -> Use:
    shown = project.get(note.parent or "")
    document: Any = project.document_of(note.id)
    return Use(document.name, note.parent or "", note.hash, getattr(shown, "name", "") or note.name)


def read_uses(library: Library, path: Path) -> int:
    """Read the file of a project, or of a brand kit, and note what it shows. How many uses there are; one that is gone
    has none."""
    stamp = stamp_of(path)
    if not path.is_file():
        note_uses(library.catalogue, path, [])
        note_read(library.catalogue, path, stamp)
        return 0
    if kind_of(path) == "kit":
        uses = uses_by_kit(read_kit(path))
    else:
        with open_project(path, read_only=True) as opened:
            uses = uses_in(opened.project, library, opened.media.rows())
    note_uses(library.catalogue, path, uses)
    note_read(library.catalogue, path, stamp)
    return len(uses)


def unread(library: Library, projects: Iterable[Path] = ()) -> list[Path]:
    """Those of `projects`, of all known ones and of the library's brand kits that changed since they were read."""
    return unread_projects(library.catalogue, [*projects, *kit_files(library)])


def kit_files(library: Library) -> list[Path]:
    """Of all brand kits, those in the trash too, since they can come back."""
    found = []
    for (key,) in library.catalogue.rows("SELECT id FROM asset WHERE kind = 'kit'"):
        with suppress(ExpectedError):
            found.append(real_path(library.file_of(library.asset(int(str(key))))))
    return found


def what_must_stay(library: Library, assets: Iterable[int] | None = None) -> list[Needed]:
    """Before the trash, or some assets in it, go for good: what a kit or a project needs of that. Kits are read for it
    as they are now, projects as they were read last."""
    for path in unread_projects(library.catalogue, kit_files(library)):
        if kind_of(path) == "kit":
            with suppress(ExpectedError):  # a damaged kit needs what it needed when it could be read
                read_uses(library, path)
    return needed_in_trash(library.catalogue, library.content, assets)


def read_changed_projects(
    library: Library, projects: Iterable[Path] = (), progress: Progress | None = None
) -> list[tuple[Path, str]]:
    """Read what is `unread`. The ones that could not be read, and why: they are tried again when they change."""
    progress = progress or Progress()
    wanted, failed = unread(library, projects), list[tuple[Path, str]]()
    for number, path in enumerate(wanted):
        progress(number / len(wanted), path.name)
        stamp = stamp_of(path)
        try:
            read_uses(library, path)
        except ExpectedError as error:
            failed.append((path, str(error)))
            note_read(library.catalogue, path, stamp)
    return failed
