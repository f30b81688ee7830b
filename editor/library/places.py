"""Where the files of assets are, and folders that the library follows."""

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.library.asset import Asset, now
from editor.library.catalogue import Catalogue
from editor.library.content import ContentStore
from editor.library.intake import Taken, take_in
from editor.library.walk import is_text, real_path, shown


def file_of(catalogue: Catalogue, content: ContentStore, asset: Asset) -> Path | None:
    """Where the bytes of an asset lie now, or None when they are nowhere to be found."""
    kept = content.find(asset.hash, asset.extension) if asset.stored else None
    if kept is not None:
        return kept
    question = "SELECT path FROM place WHERE asset = ? ORDER BY missing IS NOT NULL, path"
    paths = (Path(str(row[0])) for row in catalogue.rows(question, (asset.id,)))
    return next((path for path in paths if path.is_file()), None)


def places_of(catalogue: Catalogue, asset: int) -> list[Path]:
    """Every place outside the library where the file was last seen."""
    question = "SELECT path FROM place WHERE asset = ? ORDER BY path"
    return [Path(str(row[0])) for row in catalogue.rows(question, (asset,))]


def followed(catalogue: Catalogue) -> list[Path]:
    return [Path(str(row[0])) for row in catalogue.rows("SELECT path FROM folder ORDER BY path")]


def follow(catalogue: Catalogue, folder: Path) -> None:
    """Know a folder from now on; `refresh` takes in what is in it, what was deleted for good as well. Raises
    ExpectedError when there is none."""
    folder = real_path(folder)
    if not folder.is_dir() or not is_text(folder):
        raise ExpectedError(tr("There is no folder {folder}.", folder=shown(folder)))
    if real_path(catalogue.folder).is_relative_to(folder):
        raise ExpectedError(tr("The library itself lies in {folder}.", folder=folder), tr("Choose a folder inside it."))

    def action(connection: sqlite3.Connection) -> None:
        if connection.execute("SELECT 1 FROM folder WHERE path = ?", (str(folder),)).fetchone() is None:
            connection.execute("INSERT INTO folder (path, added) VALUES (?, ?)", (str(folder), now()))
            connection.execute("DELETE FROM let_go WHERE path >= ? AND path < ?", _range(folder))

    catalogue.write(action)


def unfollow(catalogue: Catalogue, folder: Path) -> None:
    """What was taken in stays."""
    names = (str(real_path(folder)), str(folder.absolute()))
    catalogue.write(lambda c: c.execute("DELETE FROM folder WHERE path IN (?, ?)", names))


def refresh(catalogue: Catalogue, content: ContentStore, folder: Path, progress: Progress | None = None) -> Taken:
    """Bring the catalogue up to what lies in a folder. Only new and changed files are read; those that are gone are
    marked missing, and found again by their hash should they turn up elsewhere.

    Raises ExpectedError for a folder that is not there, as when a disk is not plugged in; its files are away then.
    """
    progress = progress or Progress()
    if not folder.is_dir():
        mark_away(catalogue, folder)
        raise ExpectedError(
            tr("There is no folder {folder}.", folder=folder), tr("Connect its disk, or stop following it.")
        )
    taken = take_in(catalogue, content, [folder], copy=False, visit=True, progress=progress)
    known = _below(catalogue, folder)
    gone = [path for path in known if not os.path.isfile(path)]
    progress.check()
    mark_missing(catalogue, gone)
    return taken


def mark_away(catalogue: Catalogue, folder: Path) -> int:
    """Note that a folder is gone with all that was below; nothing is forgotten. How many files it were."""
    return mark_missing(catalogue, _below(catalogue, folder))


def mark_missing(catalogue: Catalogue, paths: Iterable[Path | str]) -> int:
    """Note that files are not at their places any more. How many of them the library knew."""
    rows = [(now(), str(path)) for path in paths if is_text(path)]
    statement = "UPDATE place SET missing = ? WHERE path = ? AND missing IS NULL"
    if not rows:
        return 0
    return catalogue.write(lambda connection: connection.executemany(statement, rows).rowcount)


def assets_below(catalogue: Catalogue, folder: Path | str) -> list[int]:
    """Ids of all assets that lie, or lay, below a folder."""
    question = "SELECT DISTINCT asset FROM place WHERE path >= ? AND path < ?"
    return [int(str(row[0])) for row in catalogue.rows(question, _range(folder))]


def _range(folder: Path | str) -> tuple[str, str]:
    """Between which names the places below a folder stand in the index: they begin alike."""
    begin = os.path.join(real_path(Path(folder)), "")
    return begin, begin[:-1] + chr(ord(begin[-1]) + 1)


def _below(catalogue: Catalogue, folder: Path) -> list[str]:
    """Places below a folder where files were last seen."""
    if not is_text(folder):
        return []
    question = "SELECT path FROM place WHERE path >= ? AND path < ? AND missing IS NULL"
    return [str(row[0]) for row in catalogue.rows(question, _range(folder))]
