"""Opening the queue's file: made when it is not there, brought up to date when it is old, put aside when it is damaged.

A damaged file is never written to again. It is renamed, what can still be read of it goes into a new one, and a note
says so.
"""

import os
import sqlite3
import time
from importlib.resources import files
from pathlib import Path

from editor.base.translation import tr, tr_count
from editor.storage import lock
from editor.storage.opening import statements

APPLICATION_ID = 0x41544C51  # "ATLQ"
VERSION = 4
WAIT_SECONDS = 20.0
LOOK_SECONDS = 0.25
LARGEST_CHECKED = 32 << 20
"""A file up to this size is read through when a process opens it for the first time: 0.1 s at most."""
TABLES = ("setting", "schedule", "watch", "watched", "job", "after_job", "line", "note", "made")
CHECKED: set[tuple[str, int]] = set()
"""Files by path and number that this process has read through."""
DAMAGE = ("malformed", "not a database", "disk image", "corrupt", "damage at")


def open_queue(path: Path) -> sqlite3.Connection:
    """Raises sqlite3.Error or OSError when the file cannot be used."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connect(path, check=True)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
    put_aside(path)
    return _connect(path)


def look_at_queue(path: Path) -> sqlite3.Connection:
    """A connection that only reads, for those who look every second: it checks nothing, makes nothing, does not wait
    while another program writes. Raises sqlite3.Error when there is no queue of our kind."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=LOOK_SECONDS,
        check_same_thread=False,
    )  # fmt: skip
    try:
        connection.execute("PRAGMA query_only = ON")
        if not _is_current(connection):
            raise sqlite3.OperationalError(tr("It was made by another Atelier."))
    except BaseException:
        connection.close()
        raise
    return connection


def is_damage(error: Exception) -> bool:
    """Whether the file itself is broken, and not merely busy or its disk full."""
    return any(word in str(error) for word in DAMAGE)


def put_aside(path: Path) -> Path | None:
    """Rename a damaged file and make a new one with what can still be read; None when another program just did."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (held := lock.acquire(path)) is None:
        if time.monotonic() > deadline:
            raise sqlite3.OperationalError(tr("another program is repairing it"))
        time.sleep(0.05)
    try:
        try:
            _connect(path, check=True, whole=True).close()
            return None
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        aside = path.with_name(f"{path.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
        for end in ("-wal", "-shm"):
            if Path(f"{path}{end}").exists():
                os.replace(f"{path}{end}", f"{aside}{end}")
        os.replace(path, aside)
        _save_what_can_be_read(aside, path)
        return aside
    finally:
        held.release()


def _save_what_can_be_read(aside: Path, path: Path) -> None:
    fresh = _connect(path)
    fresh.execute("PRAGMA foreign_keys = OFF")
    kept = sum(_copy_table(aside, fresh, table) for table in ("job", "schedule", "watch"))
    for table in set(TABLES) - {"job", "schedule", "watch"}:
        _copy_table(aside, fresh, table)
    text = tr_count("It was put aside as {name}. 1 job, schedule or folder could be read and is in the new one.",
        "It was put aside as {name}. {count} jobs, schedules and folders could be read and are in the new one.",
        name=aside.name, count=kept,
    )  # fmt: skip
    fresh.execute(
        "INSERT INTO note (time, kind, title, text) VALUES (?, 'damaged', ?, ?)",
        (time.time(), tr("The queue’s file was damaged."), text),
    )
    fresh.close()


def _copy_table(aside: Path, fresh: sqlite3.Connection, table: str) -> int:
    """Rows of a table until the first that cannot be read."""
    count, known = 0, _columns(fresh, table)
    try:
        old = sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        old.row_factory = sqlite3.Row
        try:
            for row in old.execute(f"SELECT * FROM {table}"):
                names = [name for name in row.keys() if name in known]  # noqa: SIM118 - a Row
                marks = ", ".join("?" * len(names))
                statement = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({marks})"
                fresh.execute(statement, [row[name] for name in names])
                count += 1
        finally:
            old.close()
    except sqlite3.DatabaseError:
        return count
    return count


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")}


def _connect(path: Path, check: bool = False, whole: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=WAIT_SECONDS, check_same_thread=False)
    try:
        if check:
            _check(connection, path, whole)
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = NORMAL")
        if not _is_current(connection):  # else nothing is written, and nobody waited for
            _make_current(connection)
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_current(connection: sqlite3.Connection) -> bool:
    kind, version = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    return bool(kind == APPLICATION_ID and version == VERSION)


def _make_current(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        _prepare(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check(connection: sqlite3.Connection, path: Path, whole: bool) -> None:
    status = path.stat()
    known = (str(path.absolute()), status.st_ino)
    if not whole and (known in CHECKED or status.st_size > LARGEST_CHECKED):
        return
    found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found is not None and found[0] != "ok":
        raise sqlite3.DatabaseError(f"malformed: {found[0]}")
    if status.st_size:
        CHECKED.add(known)


def check_again(path: Path) -> None:
    """Something was wrong with the file: the next opening reads it through."""
    CHECKED.difference_update([known for known in CHECKED if known[0] == str(path.absolute())])


def _prepare(connection: sqlite3.Connection) -> None:
    schema = list(statements(files("editor.workflows.queue").joinpath("schema.sql").read_text(encoding="utf-8")))
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise sqlite3.OperationalError(tr("It is no queue of Atelier."))
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise sqlite3.OperationalError(tr("A newer Atelier made it."))
        if version < VERSION:
            _upgrade(connection, schema)
    else:
        for statement in schema:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _upgrade(connection: sqlite3.Connection, schema: list[str]) -> None:
    """From before orders could be paused and people were told: every table is made anew and filled."""
    old = [str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for (index,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall():
        connection.execute(f"DROP INDEX {index}")
    connection.execute("PRAGMA legacy_alter_table = ON")
    for table in old:
        connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    for statement in schema:
        connection.execute(statement)
    for table in old:
        names = ", ".join(_columns(connection, f"old_{table}") & _columns(connection, table))
        connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM old_{table}")
    connection.execute("UPDATE job SET rank = id WHERE rank = 0")
    for table in old:
        connection.execute(f"DROP TABLE old_{table}")
    connection.execute("PRAGMA legacy_alter_table = OFF")
