"""Which assets a project shows: written beside what was brought in, read back for the library's list of uses."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.document.project import Project
from editor.library.asset import Asset
from editor.library.library import Library
from editor.library.usage import Use, note_read, note_uses, stamp_of, unread_projects
from editor.model.origin import Origin
from editor.storage import open_project
from editor.storage.media import MediaRow, full_hash


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
    found = [_use(project, item) for item in project.records.values() if isinstance(item, Origin)]
    noted = {use.hash for use in found}
    for row in media:
        digest = _hash_of(library, row)
        if digest and digest not in noted:
            found.append(Use("", row.id, digest, row.name))
    return found


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
    """Read a project's file and note what it shows. How many uses there are; a project that is gone has none."""
    stamp = stamp_of(path)
    if not path.is_file():
        note_uses(library.catalogue, path, [])
        note_read(library.catalogue, path, stamp)
        return 0
    with open_project(path, read_only=True) as opened:
        uses = uses_in(opened.project, library, opened.media.rows())
    note_uses(library.catalogue, path, uses)
    note_read(library.catalogue, path, stamp)
    return len(uses)


def read_changed_projects(
    library: Library, projects: Iterable[Path] = (), progress: Progress | None = None
) -> list[tuple[Path, str]]:
    """Read those of `projects` and of all known ones that changed since they were read. The ones that could not be
    read, and why: they are tried again when they change."""
    progress = progress or Progress()
    wanted, failed = unread_projects(library.catalogue, projects), list[tuple[Path, str]]()
    for number, path in enumerate(wanted):
        progress(number / len(wanted), path.name)
        stamp = stamp_of(path)
        try:
            read_uses(library, path)
        except ExpectedError as error:
            failed.append((path, str(error)))
            note_read(library.catalogue, path, stamp)
    return failed
