"""Create and open project files: lock, place, version, damage, and what the person must be told."""

import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.history import History
from editor.document.project import Project
from editor.storage.blobs import FileBlobs
from editor.storage.connection import APPLICATION_ID, PAGE_SIZE, connect
from editor.storage.copying import compact, copy_to, no_progress
from editor.storage.failures import explain
from editor.storage.garbage import collect_garbage, history_cut_for, size_by_kind
from editor.storage.jobs import JobTable
from editor.storage.journal import FileJournal
from editor.storage.loading import Loaded, load
from editor.storage.lock import WriterLock, acquire
from editor.storage.media import Media
from editor.storage.place import place_of
from editor.storage.rows import State, write_state
from editor.storage.store import Store
from editor.storage.thumbnails import Thumbnails
from editor.storage.upgrades import FORMAT_VERSION, check_version, upgrade
from editor.storage.versions import Versions
from editor.storage.views import view_rows

HERE = Path(__file__).resolve().parent
SUFFIX = ".atelier"
DATABASE = b"SQLite format 3\0"
HISTORY_BUDGET = 4 << 30
"""Bytes of history that a project keeps when nobody says otherwise; the oldest steps go on closing."""


@dataclass
class OpenProject:
    """A project and the file behind it. Close it, or use it in a `with`.

    `notices` are sentences for the person, the reason for reading only among them; `losses` says what a damaged file
    could not give back.
    """

    project: Project
    store: Store
    blobs: FileBlobs
    journal: FileJournal
    notices: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    history_budget: int = HISTORY_BUDGET
    _lock: WriterLock | None = None
    _closed: bool = field(default=False, repr=False)

    @property
    def path(self) -> Path:
        return self.store.path

    @property
    def read_only(self) -> bool:
        return self.project.read_only

    @cached_property
    def versions(self) -> Versions:
        return Versions(self.store, self.project)

    @cached_property
    def media(self) -> Media:
        return Media(self.store)

    @cached_property
    def thumbnails(self) -> Thumbnails:
        return Thumbnails(self.store)

    @cached_property
    def jobs(self) -> JobTable:
        return JobTable(self.store)

    def save_copy(self, target: Path | str, progress: Callable[[float], object] = no_progress) -> None:
        """A consistent copy while editing goes on; `progress` hears 0 to 1 and may raise Cancelled."""
        copy_to(self.store, Path(target), progress)

    def save_as(self, target: Path | str, progress: Callable[[float], object] = no_progress) -> "OpenProject":
        """Save a copy, close this project and open the copy: go on with what is returned."""
        self.project.cancel_gesture()
        copy_to(self.store, Path(target), progress)
        self.close()
        return open_project(target)

    def view(self, name: str) -> list[dict[str, Any]]:
        """The rows of one of the documented views: documents, owners, layers, fonts, assets, licences or links."""
        return view_rows(self.path, name)

    def size_by_kind(self) -> dict[str, int]:
        """Bytes by what they hold: records, blobs, history, thumbnails, free, and the whole file."""
        return size_by_kind(self.store)

    def compact(self) -> int:
        """Drop what nothing names and rewrite the file without its free space. Returns the bytes won."""
        collect_garbage(self.store, self.blobs.put_again)
        self.blobs.forget_cache()
        return compact(self.store)

    def prune_history(self, keep_bytes: int) -> int:
        """Forget the oldest steps until at most `keep_bytes` of history stay. Returns how many are gone.

        The state after the last forgotten step becomes the start; branches that left before it go as well.
        """
        project = self.project
        project.cancel_gesture()
        path = project.history.path(project.history.head)
        cut = self.store.read(lambda connection: history_cut_for(connection, path, keep_bytes))
        if cut is None:
            return 0
        head = 0 if project.history.head == cut else project.history.head
        gone = self.journal.cut(cut, head)
        collect_garbage(self.store, self.blobs.put_again)
        self.blobs.forget_cache()
        kept = [
            msgspec.structs.replace(entry, parent=0) if entry.parent == cut else entry
            for entry in project.history
            if entry.id not in gone
        ]
        project.history = History(kept, head)
        return len(gone)

    def close(self) -> None:
        """Finish: the file alone holds everything, nothing stays beside it. Never raises; twice is fine."""
        if self._closed:
            return
        self._closed = True
        self.project.cancel_gesture()
        with suppress(ExpectedError, OSError):  # tidying must not stand in the way of closing
            if not self.read_only and self.path.stat().st_size > self.history_budget:
                self.prune_history(self.history_budget)
        self.project.read_only = True
        self.store.close()
        self.blobs.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def create_project(path: Path | str) -> OpenProject:
    """Make an empty project file and open it. Raises ExpectedError when something lies there already."""
    path = Path(path).resolve()
    if path.exists():
        raise ExpectedError(tr("{name} exists already.", name=path.name), tr("Choose another name, or open it."))
    try:
        path.touch(exist_ok=False)
        _fill(path)
    except (OSError, sqlite3.Error) as error:
        path.unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error):
            raise explain(error) from error
        raise ExpectedError(
            tr("{name} cannot be made there: {reason}.", name=path.name, reason=error.strerror or str(error)),
            tr("Choose another folder."),
        ) from error
    return open_project(path)


def open_project(path: Path | str, read_only: bool = False) -> OpenProject:
    """Open a project file. Raises ExpectedError, in one sentence, for what cannot be opened at all.

    It opens for reading only, with a notice that says why, when another program writes it, when its folder or itself
    cannot be written, or when it is damaged.
    """
    path = Path(path).resolve()
    if not path.is_file():
        raise ExpectedError(tr("There is no project file {name}.", name=str(path)))
    notices: list[str] = []
    lock = None if read_only else _lock_or_say_why(path, notices)
    try:
        return _open(path, lock, notices)
    except BaseException as error:
        if lock is not None:
            lock.release()
        if isinstance(error, sqlite3.Error):
            raise _refusal(path, error) from error
        raise


def _fill(path: Path) -> None:
    """The schema and the first rows of a new file, synchronously on the disk."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA auto_vacuum = NONE")
        connection.execute("BEGIN")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        for script in ("schema.sql", "views.sql"):
            for statement in statements((HERE / script).read_text(encoding="utf-8")):
                connection.execute(statement)
        connection.execute("INSERT INTO meta (key, value) VALUES ('project', ?)", (secrets.token_hex(16),))
        write_state(connection, State())
        connection.execute("COMMIT")
    finally:
        connection.close()


def statements(script: str) -> list[str]:
    """The statements of a .sql file, one by one: `executescript` would end the transaction."""
    found, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            found.append(current)
            current = ""
    return found


def _lock_or_say_why(path: Path, notices: list[str]) -> WriterLock | None:
    if not os.access(path, os.W_OK):
        notices.append(tr("Opened for reading only, because the file is write-protected."))
        return None
    try:
        lock = acquire(path)
    except OSError:
        notices.append(tr("Opened for reading only, because its folder cannot be written."))
        return None
    if lock is None:
        notices.append(tr("Opened for reading only, because it is open in another window or program."))
    return lock


def _open(path: Path, lock: WriterLock | None, notices: list[str]) -> OpenProject:
    if check_version(path) < FORMAT_VERSION and lock is not None:
        notices.append(upgrade(path))
    write_ahead = _suits_write_ahead(path, notices, tell=lock is not None)
    loaded, immutable = _load(path)
    if loaded.losses and lock is not None:
        notices.append(tr("Opened for reading only, because the file is damaged: doctor repairs it into a new one."))
        lock.release()
        lock = None
    store = Store(path, writable=lock is not None, write_ahead=write_ahead, immutable=immutable)
    try:
        return _assemble(store, loaded, tuple(notices), lock)
    except BaseException:
        store.close()
        raise


def _suits_write_ahead(path: Path, notices: list[str], tell: bool) -> bool:
    place = place_of(path.parent)
    if place == "local":
        return True
    sentences = {
        "network": tr("This folder is on the network: edits are stored in a slower, safer way there."),
        "cloud": tr("This folder is kept in step with a cloud: edits are stored in a slower, safer way there."),
        "fat": tr("This disk is formatted as FAT: edits are stored in a slower, safer way there."),
    }
    if tell:
        notices.append(sentences[place])
    return False


def _load(path: Path) -> tuple[Loaded, bool]:
    """Read everything; a medium on which SQLite cannot make its shared memory is read as unchanging."""
    for immutable in (False, True):
        connection = None
        try:
            connection = connect(path, read_only=True, immutable=immutable)
            return load(connection), immutable
        except sqlite3.OperationalError:
            if immutable:
                raise
        finally:
            if connection is not None:
                connection.close()
    raise AssertionError("unreachable")


def _assemble(store: Store, loaded: Loaded, notices: tuple[str, ...], lock: WriterLock | None) -> OpenProject:
    blobs = FileBlobs(store)
    journal = FileJournal(store, blobs, loaded.state, loaded.checksums)
    project = Project(
        loaded.records,
        History(loaded.entries, loaded.state.head),
        journal,
        blobs,
        read_only=lock is None,
        selection=tuple(key for key in loaded.state.selection if key in loaded.records),
    )
    opened = OpenProject(project, store, blobs, journal, notices, tuple(loaded.losses), _lock=lock)
    project.media = opened.media
    return opened


def _refusal(path: Path, error: sqlite3.Error) -> ExpectedError:
    if isinstance(error, sqlite3.OperationalError):
        return explain(error)
    with suppress(OSError), open(path, "rb") as file:
        if file.read(len(DATABASE)) != DATABASE:
            return ExpectedError(
                tr("{name} is no Atelier project, or is damaged at its beginning.", name=path.name),
                tr("If it is one, doctor saves what it can into a new file."),
            )
    return ExpectedError(
        tr("{name} is damaged and cannot be opened.", name=path.name),
        tr("Doctor saves what it can into a new file."),
    )
