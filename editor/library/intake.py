"""Files become assets. The same bytes are one asset however often and wherever they lie; a file that moved is known
again by its hash, and one that was edited in place keeps its tags, rating and collections."""

import os
import re
import sqlite3
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.library.asset import Credits, now
from editor.library.catalogue import Catalogue
from editor.library.content import ContentStore, NoRoom
from editor.library.kinds import extension_of, kind_of
from editor.library.tags import add_tags
from editor.library.walk import files_below, is_text, real_path, shown
from editor.library.words import write_words
from editor.storage.media import full_hash

BATCH = 200
BACKUP = re.compile(r"(?<![^\W_])(?:bak|backup|orig)(?![^\W\d_])|~|\d$", re.IGNORECASE)
"""What names of backups have behind the name of the work: doc.bak.png, doc.png.bak, doc_backup2.png, doc.blend1."""


@dataclass
class Taken:
    """Ids of the assets that are new, that were there already, whose file has moved, whose file was edited; and the
    files that could not be read, with the reason."""

    added: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    problems: list[tuple[Path, str]] = field(default_factory=list)

    @property
    def assets(self) -> list[int]:
        """All of them, each once."""
        return list(dict.fromkeys((*self.added, *self.known, *self.moved, *self.edited)))


@dataclass(frozen=True)
class Seen:
    """A file as it lies there; `digest` is None when size and time are those of the last visit, and then `asset` is
    what it was and `back` whether it was away since."""

    path: Path
    size: int
    modified: int
    digest: str | None
    asset: int = 0
    back: bool = False


def take_in(
    catalogue: Catalogue,
    content: ContentStore,
    paths: Iterable[Path],
    *,
    copy: bool,
    visit: bool = False,
    known: Credits | None = None,
    progress: Progress | None = None,
) -> Taken:
    """Import files and everything below folders. `copy` keeps the bytes in the library; else the files stay where they
    are. With `visit` nobody asked for just these files: what lies in the trash stays there, and what was deleted for
    good is passed over. A batch that is done stays when the work is stopped, which raises Cancelled, or ends at a full
    disk, which raises NoRoom."""
    progress = progress or Progress()
    intake = _Intake(catalogue, content, copy, visit, known or Credits())
    if copy:
        content.sweep()
    files = list(files_below(map(real_path, paths), progress.check))
    for number, path in enumerate(files):
        progress(number / len(files), shown(path.name))
        try:
            intake.look(path, progress.check)
        except NoRoom:
            intake.enter()
            raise
        except (OSError, ExpectedError) as error:
            intake.taken.problems.append((Path(shown(path)), getattr(error, "strerror", None) or str(error)))
        if len(intake.waiting) >= BATCH:
            intake.enter()
    intake.enter()
    intake.enter_edited()
    progress(1.0)
    return intake.taken


@dataclass
class _Intake:
    """One import. `waiting` is entered batch by batch; `edited` in the end, when whatever moved is known by its hash:
    else the tags of a picture that moved would go to the one that lies at its old place now. `backups` come last of
    all: a program that saves by renaming the old file to one of these leaves the tags with the work."""

    catalogue: Catalogue
    content: ContentStore
    copy: bool
    visit: bool
    known: Credits
    taken: Taken = field(default_factory=Taken)
    waiting: list[Seen] = field(default_factory=list)
    edited: list[Seen] = field(default_factory=list)
    backups: list[Seen] = field(default_factory=list)

    def look(self, path: Path, check: Callable[[], object]) -> None:
        """Read a file if it must be read. Raises OSError and ExpectedError when it cannot be taken in."""
        _check_file(path, self.catalogue.folder)
        status = os.stat(path)
        seen = self._as_before(path, status)
        if seen is None and self.visit and self._was_let_go(path, status):
            return
        if seen is None:
            seen = Seen(path, status.st_size, status.st_mtime_ns, full_hash(path))
        if self.copy and seen.digest is not None:
            self.content.put(path, seen.digest, self._extension(seen.digest, path), check)
        if seen.digest is None and not seen.back and not self.known.tags:
            self.taken.known.append(seen.asset)
        else:
            self.waiting.append(seen)

    def _as_before(self, path: Path, status: os.stat_result) -> Seen | None:
        """What is known of a file that is as it was at the last visit."""
        if self.copy:
            return None
        same = self.catalogue.rows(
            "SELECT asset, missing IS NOT NULL OR trashed IS NOT NULL AND ? FROM place JOIN asset ON asset.id = asset"
            " WHERE path = ? AND place.size = ? AND place.modified = ?",
            (not self.visit, str(path), status.st_size, status.st_mtime_ns),
        )
        if not same:
            return None
        return Seen(path, status.st_size, status.st_mtime_ns, None, int(str(same[0][0])), bool(same[0][1]))

    def _was_let_go(self, path: Path, status: os.stat_result) -> bool:
        question = "SELECT 1 FROM let_go WHERE path = ? AND size = ? AND modified = ?"
        return bool(self.catalogue.rows(question, (str(path), status.st_size, status.st_mtime_ns)))

    def _extension(self, digest: str, path: Path) -> str:
        """Under which bytes are kept: that of the asset, should there be one."""
        rows = self.catalogue.rows("SELECT extension FROM asset WHERE hash = ?", (digest,))
        return str(rows[0][0]) if rows else extension_of(path)

    def enter(self) -> None:
        """Write what waits, as one transaction."""
        batch, self.waiting = self.waiting, []
        self._write(batch, False)

    def enter_edited(self) -> None:
        for batch in (self.edited, self.backups):
            self._write(batch, True)
        self.edited, self.backups = [], []

    def _write(self, batch: list[Seen], last: bool) -> None:
        def action(connection: sqlite3.Connection) -> None:
            entered = [self._enter_one(connection, seen, last) for seen in batch]
            keys = [key for key in entered if key is not None]
            if self.known.tags:
                add_tags(connection, keys, self.known.tags)
            write_words(connection, keys)

        if batch:
            self.catalogue.write(action)

    def _enter_one(self, connection: sqlite3.Connection, seen: Seen, last: bool) -> int | None:
        """The asset that a file is; None for one that is none, or is decided on in the end."""
        if seen.digest is None:
            return self._enter_again(connection, seen)
        if self._passes_over(connection, seen, seen.digest):
            return None
        place = connection.execute("SELECT asset FROM place WHERE path = ?", (str(seen.path),)).fetchone()
        twin = connection.execute("SELECT id, extension FROM asset WHERE hash = ?", (seen.digest,)).fetchone()
        if self.copy and not self._keep_bytes(seen, seen.digest, twin[1] if twin else extension_of(seen.path)):
            return None
        if twin is not None and not self.copy and not last and _is_backup(connection, int(twin[0]), seen.path):
            self.backups.append(seen)
            return None
        if twin is not None:
            key = int(twin[0])
            self._enter_twin(connection, seen, key)
        elif place is not None and not self.copy and not last:
            self.edited.append(seen)
            return None
        elif place is not None and not self.copy and _is_all_of(connection, int(place[0])):
            key = int(place[0])
            _edit(connection, seen, key)
            self.taken.edited.append(key)
        else:
            key = _insert(connection, seen, self.copy, self.known)
            self.taken.added.append(key)
        if not self.copy:
            connection.execute(
                "INSERT OR REPLACE INTO place (path, asset, size, modified, missing) VALUES (?, ?, ?, ?, NULL)",
                (str(seen.path), key, seen.size, seen.modified),
            )
        return key

    def _enter_again(self, connection: sqlite3.Connection, seen: Seen) -> int | None:
        """A file that is as it was; the asset may have been deleted since we looked."""
        connection.execute("UPDATE place SET missing = NULL WHERE path = ?", (str(seen.path),))
        if not self.visit:
            connection.execute("UPDATE asset SET trashed = NULL WHERE id = ?", (seen.asset,))
        if connection.execute("SELECT 1 FROM asset WHERE id = ?", (seen.asset,)).fetchone() is None:
            return None
        self.taken.known.append(seen.asset)
        return seen.asset

    def _enter_twin(self, connection: sqlite3.Connection, seen: Seen, key: int) -> None:
        if not self.visit:
            connection.execute("UPDATE asset SET trashed = NULL WHERE id = ?", (key,))
        connection.execute("UPDATE asset SET stored = max(stored, ?) WHERE id = ?", (int(self.copy), key))
        moved = not self.copy and _left_its_place(connection, key, seen.path)
        (self.taken.moved if moved else self.taken.known).append(key)

    def _passes_over(self, connection: sqlite3.Connection, seen: Seen, digest: str) -> bool:
        """Whether a visit leaves a file alone because it was deleted for good; what is asked for is wanted again."""
        if not self.visit:
            connection.execute("DELETE FROM let_go WHERE hash = ?", (digest,))
            return False
        if connection.execute("SELECT 1 FROM let_go WHERE hash = ?", (digest,)).fetchone() is None:
            return False
        connection.execute(
            "INSERT OR REPLACE INTO let_go (path, hash, size, modified) VALUES (?, ?, ?, ?)",
            (str(seen.path), digest, seen.size, seen.modified),
        )
        return True

    def _keep_bytes(self, seen: Seen, digest: str, extension: str) -> bool:
        """Whether the bytes are in the store. Inside the transaction: another program may have emptied the trash since
        they were put there, and nobody can from here on."""
        if self.content.has(digest, extension):
            return True
        try:
            self.content.put(seen.path, digest, extension)
        except ExpectedError as error:
            self.taken.problems.append((seen.path, str(error)))
            return False
        return True


def _check_file(path: Path, library: Path) -> None:
    """Raises ExpectedError for what is no file that a library takes in, OSError for what is not there."""
    if not is_text(path):
        raise ExpectedError(
            tr("{name} has a name that is no text.", name=shown(path.name)), tr("Rename the file and import it again.")
        )
    if not stat.S_ISREG(os.stat(path).st_mode):  # reading a pipe or a device would never end
        raise ExpectedError(tr("{name} is no file.", name=path.name))
    if path.suffix == ".sqlite" and path.parent == real_path(library):
        raise ExpectedError(tr("The library does not take itself in."))


def _edit(connection: sqlite3.Connection, seen: Seen, key: int) -> None:
    """The file of an asset has other bytes now."""
    connection.execute("INSERT OR REPLACE INTO past (hash, asset) SELECT hash, id FROM asset WHERE id = ?", (key,))
    connection.execute(
        "UPDATE asset SET hash = ?, size = ?, modified = ?, looked = 0, problem = '' WHERE id = ?",
        (seen.digest, seen.size, seen.modified / 1e9, key),
    )


def _insert(connection: sqlite3.Connection, seen: Seen, copy: bool, known: Credits) -> int:
    cursor = connection.execute(
        "INSERT INTO asset (hash, kind, extension, name, size, stored, added, modified, title, author, source, licence,"
        " notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            seen.digest, known.kind or kind_of(seen.path), extension_of(seen.path), seen.path.name, seen.size,
            int(copy), now(), seen.modified / 1e9, known.title, known.author, known.source, known.licence, known.notes,
        ),
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def _left_its_place(connection: sqlite3.Connection, asset: int, now_at: Path) -> bool:
    """Forget the places of an asset where no file is any more; whether there were any. The asset is called as its file
    is now, unless a person gave it another name."""
    gone = [
        path for (path,) in connection.execute("SELECT path FROM place WHERE asset = ?", (asset,)).fetchall()
        if not os.path.isfile(path)
    ]  # fmt: skip
    connection.executemany("DELETE FROM place WHERE path = ?", [(path,) for path in gone])
    (name,) = connection.execute("SELECT name FROM asset WHERE id = ?", (asset,)).fetchone()
    if name in {Path(path).name for path in gone} and name != now_at.name:
        connection.execute("UPDATE asset SET name = ? WHERE id = ?", (now_at.name, asset))
        connection.execute(  # bytes in the library keep the extension that they lie under
            "UPDATE asset SET extension = ?, kind = ?, looked = 0 WHERE id = ? AND NOT stored AND extension <> ?",
            (extension_of(now_at), kind_of(now_at), asset, extension_of(now_at)),
        )
    return bool(gone)


def _is_all_of(connection: sqlite3.Connection, asset: int) -> bool:
    """Whether an asset is nowhere but at one place, so that the file there, edited, is still the same work."""
    row = connection.execute(
        "SELECT stored, (SELECT count(*) FROM place WHERE asset = asset.id) FROM asset WHERE id = ?", (asset,)
    ).fetchone()
    return row is not None and not row[0] and row[1] == 1


def _is_backup(connection: sqlite3.Connection, asset: int, path: Path) -> bool:
    """Whether a file has the name of a backup of an asset beside it, and that one was saved since we saw it."""
    places = connection.execute("SELECT path, size, modified FROM place WHERE asset = ?", (asset,)).fetchall()
    for name, size, modified in places:
        place = Path(name)
        if place.parent != path.parent or place == path or not path.name.startswith(place.stem):
            continue
        if BACKUP.search(path.name.removeprefix(place.stem)) is None:
            continue
        with suppress(OSError):
            status = os.stat(place)
            if (status.st_size, status.st_mtime_ns) != (size, modified):
                return True
    return False
