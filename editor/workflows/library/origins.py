"""Which assets a project shows: written beside what was brought in, read back for the library's list of uses."""

from pathlib import Path
from typing import Any

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.document.project import Project
from editor.library.asset import Asset
from editor.library.library import Library
from editor.library.usage import Use, note_uses
from editor.model.origin import Origin
from editor.model.record import DocumentRecord
from editor.storage import open_project


def note_origins(project: Project, records: tuple[str, ...], asset: Asset, linked: bool = False) -> None:
    """Write beside records that they came from an asset."""
    for record in records:
        run(
            project, "project.note_origin", record=record, content=asset.hash, name=asset.name, source=asset.source,
            author=asset.author, licence=asset.licence, linked=linked,
        )  # fmt: skip


def uses_in(project: Project, library: Library, media: list[tuple[str, Path]] | None = None) -> list[Use]:
    """What a project shows of any library: notes of origin, and films and sounds that lie where an asset does.

    `media` are ids and paths of the project's media rows.
    """
    found = [_use(project, item) for item in project.records.values() if isinstance(item, Origin)]
    for key, path in media or []:
        asset = library.at(path)
        if asset is not None:
            found.append(Use("", key, asset.hash, path.name))
    return found


def _use(project: Project, note: Origin) -> Use:
    shown = project.get(note.parent or "")
    document: Any = project.document_of(note.id)
    return Use(document.name, note.parent or "", note.hash, getattr(shown, "name", "") or note.name)


def read_uses(library: Library, path: Path) -> int:
    """Read a project's file and note what it shows. How many uses there are; a project that is gone has none."""
    if not path.is_file():
        note_uses(library.catalogue, path, [])
        return 0
    with open_project(path, read_only=True) as opened:
        media = [(row.id, Path(row.path)) for row in opened.media.rows()]
        uses = uses_in(opened.project, library, media)
    note_uses(library.catalogue, path, uses)
    return len(uses)


def outdated(project: Project, library: Library) -> list[tuple[Origin, Asset]]:
    """Linked documents whose file was edited since they were brought in, with what the asset is now."""
    found = []
    for note in project.records.values():
        if isinstance(note, Origin) and note.linked and isinstance(project.get(note.parent or ""), DocumentRecord):
            asset = library.grown_from(note.hash)
            if asset is not None and asset.hash != note.hash:
                found.append((note, asset))
    return found


def bring_up_to_date(project: Project, library: Library, note: Origin, asset: Asset) -> str:
    """Import the edited file and show it wherever the old one was shown. The new document's id; undo brings the old one
    back. Raises ExpectedError when the file is away or cannot be read."""
    from editor.formats.registry import ImportOptions, import_file

    old = project.find(note.parent or "", DocumentRecord)
    imported = import_file(project, library.file_of(asset), ImportOptions(name=old.name))
    if not imported.documents:
        raise ExpectedError(tr("{name} holds nothing that could be shown.", name=asset.name))
    new = imported.documents[0]
    note_origins(project, (new,), asset, linked=True)
    run(project, "project.turn_links", document=old.id, to=new)
    run(project, "project.delete_document", document=old.id)
    return new
