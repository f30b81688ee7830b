"""The queue's file. Several runners and windows may have it open: each step is one transaction."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.storage.opening import statements
from editor.workflows.queue.orders import COLUMNS, Order, State, Used, Wish, now, pause_after

T = TypeVar("T")
APPLICATION_ID = 0x41544C51  # "ATLQ"
LOST_AFTER = 30.0
"""Seconds without a sign of life from its runner after which an order is taken for abandoned."""
LINES_KEPT = 5000
LEAST_TRIES = 3
"""How often an order is begun whose runner died under it, even when a failure of its own is not tried again."""

OTHERS = "SELECT 1 FROM after_job JOIN job AS other ON other.id = after_job.other WHERE after_job.job = job.id"
GIVE_UP = (
    f"UPDATE job SET state = CASE WHEN EXISTS ({OTHERS} AND other.state = 'failed') THEN 'failed' ELSE 'cancelled' END,"
    " message = ?, ended = ? WHERE state IN ('waiting', 'queued')"
    f" AND EXISTS ({OTHERS} AND other.state IN ('failed', 'cancelled'))"
)
BEGIN = (
    "UPDATE job SET state = 'queued' WHERE state = 'waiting' AND not_before <= ?"
    f" AND NOT EXISTS ({OTHERS} AND other.state <> 'done')"
)


class QueueStore:
    """`path` is made when it is not there. Raises ExpectedError when it cannot be used."""

    def __init__(self, path: Path, clock: Callable[[], float] = now) -> None:
        self.path, self.clock = path, clock
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=20, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
            self._connection.execute("PRAGMA foreign_keys = ON")
            self.write(_prepare)
        except (OSError, sqlite3.Error) as error:
            raise _explain(path, error) from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def write(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Run `action` as one transaction: all of it, or nothing."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    result = action(self._connection)
                    self._connection.execute("COMMIT")
                    return result
                except BaseException:
                    self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise _explain(self.path, error) from error

    def rows(self, question: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        with self._lock:
            try:
                return self._connection.execute(question, values).fetchall()
            except sqlite3.Error as error:
                raise _explain(self.path, error) from error

    # Asking

    def orders(self, states: Iterable[State] = (), limit: int = 1000) -> list[Order]:
        """The newest first; of all states when none is named."""
        wanted = tuple(states)
        where = f"WHERE state IN ({','.join('?' * len(wanted))})" if wanted else ""
        rows = self.rows(f"SELECT {COLUMNS} FROM job {where} ORDER BY id DESC LIMIT ?", (*wanted, limit))
        return [order_from(row) for row in rows]

    def order(self, key: int) -> Order:
        rows = self.rows(f"SELECT {COLUMNS} FROM job WHERE id = ?", (key,))
        if not rows:
            raise ExpectedError(tr("There is no job {number}.", number=key))
        return order_from(rows[0])

    def after(self, key: int) -> list[int]:
        """The orders that must be done before this one."""
        return [
            int(str(row[0])) for row in self.rows("SELECT other FROM after_job WHERE job = ? ORDER BY other", (key,))
        ]

    def lines(self, key: int, limit: int = LINES_KEPT) -> list[tuple[float, str]]:
        """The order's log, oldest first."""
        rows = self.rows("SELECT time, text FROM line WHERE job = ? ORDER BY id DESC LIMIT ?", (key, limit))
        return [(float(str(row[0])), str(row[1])) for row in reversed(rows)]

    def setting(self, name: str, otherwise: str = "") -> str:
        rows = self.rows("SELECT value FROM setting WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else otherwise

    def set(self, name: str, value: str) -> None:
        statement = "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self.write(lambda connection: connection.execute(statement, (name, value)))

    # Ordering

    def add(self, wish: Wish) -> int:
        """Put an order into the queue. Raises ExpectedError when it would wait for one that is not there."""
        return self.write(lambda connection: add_order(connection, wish, self.clock()))

    def cancel(self, key: int) -> None:
        """One that has not begun ends now; a running one is asked to stop; what waits for it is cancelled with it."""

        def action(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE job SET stop = 1 WHERE id = ? AND state = 'running'", (key,))
            connection.execute(
                "UPDATE job SET state = 'cancelled', ended = ? WHERE id = ? AND state IN ('queued', 'waiting')",
                (self.clock(), key),
            )
            _settle_waiting(connection, self.clock())

        self.write(action)

    def again(self, key: int) -> None:
        """Queue an order that has ended once more, with all its attempts; and those that failed because of it."""

        def action(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE job SET state = 'waiting', attempts = 0, not_before = 0, share = 0, message = '', stop = 0,"
                " ended = NULL WHERE state IN ('done', 'failed', 'cancelled') AND (id = ? OR (attempts = 0 AND id IN ("
                "WITH RECURSIVE next(id) AS (SELECT ? UNION SELECT job FROM after_job JOIN next ON other = next.id)"
                " SELECT id FROM next)))",
                (key, key),
            )
            _settle_waiting(connection, self.clock())

        self.write(action)

    def set_priority(self, key: int, priority: int) -> None:
        self.write(lambda connection: connection.execute("UPDATE job SET priority = ? WHERE id = ?", (priority, key)))

    def forget_ended(self, before: float) -> int:
        """Drop orders that ended earlier than a moment, with their logs; how many."""
        statement = (
            "DELETE FROM job WHERE state IN ('done', 'failed', 'cancelled') AND ended < ? AND id NOT IN"
            " (SELECT other FROM after_job JOIN job AS next ON next.id = after_job.job WHERE next.state = 'waiting')"
        )
        return self.write(lambda connection: connection.execute(statement, (before,)).rowcount)

    # Running

    def claim(self, worker: str, room: dict[str, int]) -> Order | None:
        """Take the next order for a lane that has room: the highest priority, of those the oldest. It runs now."""

        def action(connection: sqlite3.Connection) -> int | None:
            moment = self.clock()
            _settle_waiting(connection, moment)
            lanes = [lane for lane, free in room.items() if free > 0]
            marks = ",".join("?" * len(lanes))
            row = connection.execute(
                f"SELECT id FROM job WHERE state = 'queued' AND lane IN ({marks}) ORDER BY priority DESC, id LIMIT 1",
                lanes,
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE job SET state = 'running', attempts = attempts + 1, started = ?, worker = ?, heartbeat = ?,"
                " share = 0, message = '', stop = 0, ended = NULL WHERE id = ?",
                (moment, worker, moment, row[0]),
            )
            return int(row[0])

        key = self.write(action)
        return self.order(key) if key is not None else None

    def beat(self, key: int, worker: str, share: float, message: str, used: Used) -> bool:
        """A sign of life with how far it is. True when the order shall stop, or belongs to another runner by now."""

        def action(connection: sqlite3.Connection) -> bool:
            connection.execute(
                "UPDATE job SET heartbeat = ?, share = ?, message = ?, cpu_seconds = ?, peak_bytes = ?, read_bytes = ?,"
                " written_bytes = ?, energy_wh = ? WHERE id = ? AND worker = ? AND state = 'running'",
                (self.clock(), share, message, *_numbers(used), key, worker),
            )
            row = connection.execute("SELECT stop, worker, state FROM job WHERE id = ?", (key,)).fetchone()
            return row is None or bool(row[0]) or row[1] != worker or row[2] != "running"

        return self.write(action)

    def end(self, key: int, worker: str, state: State, message: str, used: Used, retry: bool = True) -> None:
        """How an order ended. A failure is tried again after a pause while attempts are left and `retry` says so."""

        def action(connection: sqlite3.Connection) -> None:
            row = connection.execute(
                "SELECT attempts, most_attempts FROM job WHERE id = ? AND worker = ? AND state = 'running'",
                (key, worker),
            ).fetchone()
            if row is None:
                return  # another runner has it
            tried, most = row
            moment = self.clock()
            again = state == "failed" and retry and tried < most
            connection.execute(
                "UPDATE job SET state = ?, ended = ?, not_before = ?, message = ?, worker = '', cpu_seconds = ?,"
                " peak_bytes = ?, read_bytes = ?, written_bytes = ?, energy_wh = ?,"
                " share = CASE ? WHEN 'done' THEN 1.0 ELSE share END WHERE id = ?",
                (
                    "waiting" if again else state, None if again else moment,
                    moment + pause_after(tried) if again else 0, message, *_numbers(used), state, key,
                ),
            )  # fmt: skip
            _settle_waiting(connection, moment)

        self.write(action)

    def put_back(self, keys: Iterable[int], worker: str) -> None:
        """Queue orders again that their runner gives up, as if they had not begun; one that shall stop is cancelled."""
        wanted = [(self.clock(), key, worker) for key in keys]
        statement = (
            "UPDATE job SET state = CASE stop WHEN 1 THEN 'cancelled' ELSE 'queued' END, worker = '', share = 0,"
            " attempts = attempts - 1, ended = CASE stop WHEN 1 THEN ? END WHERE id = ? AND worker = ?"
            " AND state = 'running'"
        )
        self.write(lambda connection: connection.executemany(statement, wanted))

    def log(self, key: int, lines: list[str]) -> None:
        """Add to the log of an order; of endless ones the first lines are dropped."""
        moment = self.clock()

        def action(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT INTO line (job, time, text) VALUES (?, ?, ?)", [(key, moment, text[:2000]) for text in lines]
            )
            connection.execute(
                "DELETE FROM line WHERE job = ? AND id <= (SELECT max(id) FROM line WHERE job = ?) - ?",
                (key, key, LINES_KEPT),
            )

        if lines:
            self.write(action)

    def reclaim(self, is_alive: Callable[[str], bool]) -> list[int]:
        """Queue again what runners left behind that died: the same attempt counts, so that what kills its runner again
        and again ends. `is_alive` is asked about workers by name."""

        def action(connection: sqlite3.Connection) -> list[int]:
            limit = self.clock() - LOST_AFTER
            lost = []
            for key, worker, beat, attempts, most in connection.execute(
                "SELECT id, worker, heartbeat, attempts, most_attempts FROM job WHERE state = 'running'"
            ).fetchall():
                if is_alive(worker) and beat >= limit:
                    continue
                state = "queued" if attempts < max(most, LEAST_TRIES) else "failed"
                message = "" if state == "queued" else tr("The program ended while this was running.")
                connection.execute(
                    "UPDATE job SET state = ?, worker = '', message = ?, ended = ? WHERE id = ?",
                    (state, message, None if state == "queued" else self.clock(), key),
                )
                lost.append(key)
            _settle_waiting(connection, self.clock())
            return lost

        return self.write(action)


def add_order(connection: sqlite3.Connection, wish: Wish, moment: float) -> int:
    """Inside a transaction."""
    for other in wish.after:
        if connection.execute("SELECT 1 FROM job WHERE id = ?", (other,)).fetchone() is None:
            raise ExpectedError(tr("There is no job {number}.", number=other))
    label = wish.label or " ".join(wish.arguments)[:120]
    cursor = connection.execute(
        "INSERT INTO job (arguments, label, folder, lane, priority, state, most_attempts, not_before, created)"
        " VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?, ?)",
        (
            json.dumps(wish.arguments), label, wish.folder, wish.lane, wish.priority, wish.most_attempts,
            wish.not_before, moment,
        ),
    )  # fmt: skip
    key = int(cursor.lastrowid or 0)
    connection.executemany("INSERT OR IGNORE INTO after_job VALUES (?, ?)", [(key, other) for other in wish.after])
    _settle_waiting(connection, moment)
    return key


def order_from(row: tuple[object, ...]) -> Order:
    return msgspec.convert([row[0], json.loads(str(row[1])), *row[2:]], Order, strict=False)


def _settle_waiting(connection: sqlite3.Connection, moment: float) -> None:
    """What waits and may begin is queued; what waits for something that will never be done ends as that did."""
    while connection.execute(GIVE_UP, (tr("What it waits for was not done."), moment)).rowcount:
        pass
    connection.execute(BEGIN, (moment,))


def _numbers(used: Used) -> tuple[float, int, int, int, float]:
    return used.cpu_seconds, used.peak_bytes, used.read_bytes, used.written_bytes, used.energy_wh


def _prepare(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise sqlite3.DatabaseError(tr("It is no queue of Atelier."))
        return
    for statement in statements(files("editor.workflows.queue").joinpath("schema.sql").read_text(encoding="utf-8")):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _explain(path: Path, error: Exception) -> ExpectedError:
    return ExpectedError(tr("The queue in {path} cannot be used: {reason}", path=path, reason=error))
