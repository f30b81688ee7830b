"""Large files that stay outside: where they are, what they are, and how to find them again after a move.

A row knows a file by its size and by hashes, so that a file found elsewhere is the same file and not one of the same
name. Media rows are facts about the world and no part of the undo history.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.storage.store import Store

OUTSIDE_FROM = 64 << 20
"""Files from this size on stay outside the project; video and sound always do."""

PIECE = 1 << 20
SEARCH_LIMIT = 200_000
COLUMNS = "id, name, path, relative_path, size, quick_hash, full_hash, probe"


class MediaRow(msgspec.Struct, frozen=True, array_like=True):
    """`probe` holds what an import found out (duration, size, rate), in the importer's own words."""

    id: str
    name: str
    path: str
    relative_path: str | None
    size: int
    quick_hash: str
    full_hash: str | None
    probe: dict[str, Any]


def quick_hash(path: Path) -> str:
    """40 hexadecimal digits over size, first and last mebibyte: enough to find a file, in a few milliseconds."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        digest = hashlib.blake2b(f"{size};".encode(), digest_size=20)
        digest.update(file.read(PIECE))
        if size > PIECE:
            file.seek(max(PIECE, size - PIECE))
            digest.update(file.read(PIECE))
    return digest.hexdigest()


def full_hash(path: Path, progress: Callable[[float], object] = lambda share: None) -> str:
    """40 hexadecimal digits over every byte; `progress` may raise Cancelled."""
    digest = hashlib.blake2b(digest_size=20)
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        read = 0
        while piece := file.read(PIECE):
            digest.update(piece)
            read += len(piece)
            progress(read / max(size, 1))
    return digest.hexdigest()


class Media:
    """The project's media rows. Paths are kept both absolute and relative to the project's folder."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[str, Path] = {}

    @property
    def folder(self) -> Path:
        """Where `collect` copies to: `Name.media` beside the project."""
        return self._store.path.with_suffix(".media")

    def add(self, path: Path | str, probe: dict[str, Any] | None = None) -> str:
        """Know a file from now on; the same file again gives the same id. Raises ExpectedError when unreadable."""
        path = Path(path).resolve()
        try:
            size, quick = path.stat().st_size, quick_hash(path)
        except OSError as error:
            raise ExpectedError(
                tr("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror)
            ) from error
        key = f"media-{quick[:16]}"
        self._found = {other: place for other, place in self._found.items() if other == key or place != path}
        held = self.row(key)
        if held is not None and not probe and self._holds(held):
            self._found[key] = Path(held.path)
            return key
        facts = msgspec.json.encode(probe or {}).decode()
        row = (key, path.name, str(path), self._relative(path), size, quick, None, facts)
        statement = (
            f"INSERT INTO media ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "name = excluded.name, path = excluded.path, relative_path = excluded.relative_path, "
            "probe = CASE excluded.probe WHEN '{}' THEN probe ELSE excluded.probe END"
        )
        self._store.write(lambda connection: connection.execute(statement, row))
        self._found[key] = path
        return key

    def hold(self, key: str) -> None:
        """Have a file beside the project, where edits of the original do not reach it; a large one stays outside."""
        row, path = self.row(key), self.find(key)
        if row is None or path is None or row.size >= OUTSIDE_FROM or self._holds(row):
            return
        copied = self._copy(path, row)
        self._found[key] = copied
        self._remember_place(row, copied)

    def _holds(self, row: MediaRow) -> bool:
        path = Path(row.path)
        return path.parent == self.folder and is_same_file(path, row)

    def keep(self, row: MediaRow) -> None:
        """Take over a row of another project as it is."""
        marks = ", ".join("?" * len(row.__struct_fields__))
        values = (*msgspec.structs.astuple(row)[:-1], msgspec.json.encode(row.probe).decode())
        statement = f"INSERT OR IGNORE INTO media ({COLUMNS}) VALUES ({marks})"
        self._store.write(lambda connection: connection.execute(statement, values))

    def rows(self) -> list[MediaRow]:
        question = f"SELECT {COLUMNS} FROM media ORDER BY name, id"
        found = self._store.read(lambda connection: connection.execute(question).fetchall())
        return [msgspec.convert([*row[:7], msgspec.json.decode(row[7])], MediaRow) for row in found]

    def row(self, key: str) -> MediaRow | None:
        return next((item for item in self.rows() if item.id == key), None)

    def find(self, key: str, folders: Iterable[Path] = ()) -> Path | None:
        """Where the file is now: at its place, beside the project, in `Name.media`, or anywhere below `folders`.

        None when it is nowhere: whatever shows it draws a placeholder that says so.
        """
        known = self._found.get(key)
        if known is not None and known.is_file():
            return known
        row = self.row(key)
        if row is None:
            return None
        found = next((path for path in self._usual_places(row) if is_same_file(path, row)), None)
        found = found or self._search(row, folders)
        if found is not None:
            self._found[key] = found
            self._remember_place(row, found)
        return found

    def missing(self) -> list[MediaRow]:
        """The rows whose files are nowhere to be found."""
        return [row for row in self.rows() if self.find(row.id) is None]

    def relink(self, key: str, path: Path) -> None:
        """The person says where the file is. Raises ExpectedError when it is another file."""
        row = self.row(key)
        if row is None or not is_same_file(path, row):
            raise ExpectedError(tr("{name} is not the file that the project means.", name=path.name))
        self._found[key] = path.resolve()
        self._remember_place(row, path.resolve())

    def hash_fully(self, key: str, progress: Callable[[float], object] = lambda share: None) -> str | None:
        """Read the whole file and keep its hash; for a job. None when the file is missing."""
        path = self.find(key)
        if path is None:
            return None
        digest = full_hash(path, progress)
        if self._store.writable:
            statement = "UPDATE media SET full_hash = ? WHERE id = ?"
            self._store.write(lambda connection: connection.execute(statement, (digest, key)))
        return digest

    def collect(self, progress: Callable[[float], object] = lambda share: None) -> list[str]:
        """Copy every file into `Name.media/` and refer to it there. Returns the names of the missing ones."""
        rows, missing = self.rows(), []
        for number, row in enumerate(rows):
            progress(number / len(rows))
            source = self.find(row.id)
            if source is None:
                missing.append(row.name)
            elif source.parent != self.folder:
                copied = self._copy(source, row)
                self._found[row.id] = copied
                self._remember_place(row, copied)
        progress(1.0)
        return missing

    def _copy(self, source: Path, row: MediaRow) -> Path:
        """Copy under a name of its own; a half copied file never stands under the final name."""
        target = self.folder / row.name
        if target.exists() and not is_same_file(target, row):
            target = self.folder / f"{Path(row.name).stem}-{row.id[-8:]}{Path(row.name).suffix}"
        if not target.exists():
            partial = target.with_name(target.name + ".part")
            try:
                self.folder.mkdir(exist_ok=True)
                shutil.copy2(source, partial)
                partial.replace(target)
            except OSError as error:
                partial.unlink(missing_ok=True)
                raise ExpectedError(
                    tr("{name} could not be copied: {reason}.", name=row.name, reason=error.strerror or str(error)),
                    tr("Free some space and collect again."),
                ) from error
        return target

    def _usual_places(self, row: MediaRow) -> Iterator[Path]:
        beside = self._store.path.parent
        if row.relative_path is not None:
            yield beside / row.relative_path
        yield Path(row.path)
        yield self.folder / row.name
        yield beside / row.name

    @staticmethod
    def _search(row: MediaRow, folders: Iterable[Path]) -> Path | None:
        """Files of the right size first by name, then under any name; a bounded walk that follows no links."""
        candidates: list[Path] = []
        visited = 0
        for folder in folders:
            for where, _, names in os.walk(folder):
                for name in names:
                    visited += 1
                    path = Path(where) / name
                    if _size_of(path) == row.size:
                        candidates.append(path)
                if visited > SEARCH_LIMIT:
                    break
        candidates.sort(key=lambda path: path.name != row.name)
        return next((path.resolve() for path in candidates if is_same_file(path, row)), None)

    def _remember_place(self, row: MediaRow, path: Path) -> None:
        if not self._store.writable or (str(path), self._relative(path)) == (row.path, row.relative_path):
            return
        values = (str(path), self._relative(path), row.id)
        statement = "UPDATE media SET path = ?, relative_path = ? WHERE id = ?"
        self._store.write(lambda connection: connection.execute(statement, values))

    def _relative(self, path: Path) -> str | None:
        """With forward slashes on every system; None on another drive."""
        try:
            return Path(os.path.relpath(path, self._store.path.parent)).as_posix()
        except ValueError:
            return None


def is_same_file(path: Path, row: MediaRow) -> bool:
    """Whether the file there is the one that the row means, by size and quick hash."""
    try:
        return path.is_file() and _size_of(path) == row.size and quick_hash(path) == row.quick_hash
    except OSError:
        return False


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
