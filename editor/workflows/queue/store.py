"""The queue's file. Several runners and windows may have it open: each step is one transaction."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.walk import shown
from editor.workflows.queue.opening import check_again, is_damage, look_at_queue, open_queue
from editor.workflows.queue.orders import COLUMNS, LONGEST_PAUSE, Order, Used, Wish, alike, can_repeat, now, pause_after
from editor.workflows.queue.snapshots import remove_snapshot
from editor.workflows.queue.states import State

T = TypeVar("T")
Answer = Literal["go on", "sleep", "stop"]
"""What a runner hears when it says how far an order is."""
LOST_AFTER = 30.0
"""Seconds without a sign of life from its runner after which an order is taken for abandoned."""
LINES_KEPT = 5000

TOKEN = "lower(hex(randomblob(8)))"
OTHERS = "SELECT 1 FROM after_job JOIN job AS other ON other.id = after_job.other WHERE after_job.job = job.id"
GIVE_UP = (
    f"UPDATE job SET state = CASE WHEN EXISTS ({OTHERS} AND other.state = 'failed') THEN 'failed' ELSE 'cancelled' END,"
    " message = ?, ended = ? WHERE state IN ('waiting', 'queued')"
    f" AND EXISTS ({OTHERS} AND other.state IN ('failed', 'cancelled'))"
)
BEGIN = (
    "UPDATE job SET state = 'queued' WHERE state = 'waiting'"
    " AND (not_before <= ?1 OR attempts > 0 AND not_before > ?1 + ?2)"  # the clock went back: no pause is that long
    f" AND NOT EXISTS ({OTHERS} AND other.state <> 'done')"
)


class QueueStore:
    """`path` is made when it is not there. Raises ExpectedError when it cannot be used."""

    def __init__(
        self, path: Path, clock: Callable[[], float] = now, steady: Callable[[], float] = time.monotonic,
        looks_only: bool = False,
    ) -> None:  # fmt: skip
        """`clock` tells the time of day, which may jump; `steady` only counts seconds. One that `looks_only` cannot
        write, makes no file, and waits for nobody: for windows that look every second."""
        self.path, self.clock, self.steady = path, clock, steady
        self._lock = threading.RLock()
        self._beats: dict[int, tuple[float, float]] = {}
        try:
            self._connection = look_at_queue(path) if looks_only else open_queue(path)
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
                    if self._connection.in_transaction:  # a full disk has ended it already
                        self._connection.execute("ROLLBACK")
                    raise
            except (sqlite3.Error, UnicodeEncodeError) as error:
                raise _explain(self.path, error) from error

    def rows(self, question: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        with self._lock:
            try:
                return self._connection.execute(question, values).fetchall()
            except (sqlite3.Error, UnicodeEncodeError) as error:
                raise _explain(self.path, error) from error

    # Asking

    def orders(self, states: Iterable[State] = (), limit: int = 100_000) -> list[Order]:
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

    def following(self) -> Order | None:
        """The order that begins next."""
        rows = self.rows(
            f"SELECT {COLUMNS} FROM job WHERE state = 'queued' ORDER BY priority DESC, rank, id LIMIT 1"
        )
        return order_from(rows[0]) if rows else None

    def has_more(self) -> bool:
        """Whether something can begin now, or by itself after the pause that follows a failure."""
        return bool(
            self.rows("SELECT 1 FROM job WHERE state = 'queued' OR state = 'waiting' AND attempts > 0 LIMIT 1")
        )

    def token(self, key: int) -> str:
        """What stands for this wish of a person: the same when the order is begun again after its runner died, another
        when somebody asks for it once more."""
        return str(self.rows("SELECT token FROM job WHERE id = ?", (key,))[0][0])

    def counts(self) -> dict[State, int]:
        """How many orders are in each state; states without any are left out."""
        rows = self.rows("SELECT state, count(*) FROM job GROUP BY state")
        return {msgspec.convert(row[0], State): int(str(row[1])) for row in rows}

    def version(self) -> int:
        """A number that differs when anybody has written since it was asked last."""
        with self._lock:
            return int(str(self.rows("PRAGMA data_version")[0][0])) + self._connection.total_changes

    def after(self, key: int) -> list[int]:
        """The orders that must be done before this one."""
        return [
            int(str(row[0])) for row in self.rows("SELECT other FROM after_job WHERE job = ? ORDER BY other", (key,))
        ]

    def all_after(self) -> dict[int, tuple[int, ...]]:
        """What every order that waits for others waits for."""
        found: dict[int, list[int]] = {}
        for job, other in self.rows("SELECT job, other FROM after_job ORDER BY job, other"):
            found.setdefault(int(str(job)), []).append(int(str(other)))
        return {key: tuple(others) for key, others in found.items()}

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
        return self.add_all([wish])[0]

    def add_all(self, wishes: Iterable[Wish]) -> list[int]:
        """All of them, or none."""
        return self.write(lambda connection: [add_order(connection, wish, self.clock()) for wish in wishes])

    def cancel(self, *keys: int) -> None:
        """One that has not begun ends now; a running one is asked to stop; what waits for it is cancelled with it."""

        def action(connection: sqlite3.Connection) -> None:
            cancel_orders(connection, keys, self.clock())
            _settle_waiting(connection, self.clock())

        self.write(action)

    def pause(self, *keys: int) -> None:
        """Hold orders: one that has not begun does not begin, a running one sleeps where it is."""
        statement = "UPDATE job SET state = 'paused' WHERE id = ? AND state IN ('queued', 'waiting', 'running')"
        self.write(lambda connection: connection.executemany(statement, [(key,) for key in keys]))

    def go_on(self, *keys: int) -> None:
        """Let paused orders begin, or wake them."""

        def action(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "UPDATE job SET state = CASE worker WHEN '' THEN 'waiting' ELSE 'running' END"
                " WHERE id = ? AND state = 'paused'",
                [(key,) for key in keys],
            )
            _settle_waiting(connection, self.clock())

        self.write(action)

    def again(self, *keys: int) -> None:
        """Queue orders that have ended once more, with all their attempts; and those that failed because of them."""

        def action(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "UPDATE job SET state = 'waiting', attempts = 0, not_before = 0, share = 0, message = '', stop = 0,"
                f" ended = NULL, token = {TOKEN} WHERE state IN ('done', 'failed', 'cancelled')"
                " AND (id = ? OR (attempts = 0 AND id IN ("
                "WITH RECURSIVE next(id) AS (SELECT ? UNION SELECT job FROM after_job JOIN next ON other = next.id)"
                " SELECT id FROM next)))",
                [(key, key) for key in keys],
            )
            _settle_waiting(connection, self.clock())

        self.write(action)

    def set_priority(self, key: int, priority: int) -> None:
        """-100 to 100; what lies beyond is brought back."""
        self.set_priorities([(key, priority)])

    def set_priorities(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Of many orders, by their ids."""
        values = [(min(max(priority, -100), 100), key) for key, priority in pairs]
        self.write(lambda connection: connection.executemany("UPDATE job SET priority = ? WHERE id = ?", values))

    def move_before(self, key: int, other: int) -> None:
        """Let an order begin right before another: with its priority, between it and the one before it."""

        def action(connection: sqlite3.Connection) -> None:
            priority, place = _place_before(connection, key, other)
            connection.execute("UPDATE job SET priority = ?, rank = ? WHERE id = ?", (priority, place, key))

        if key != other:
            self.write(action)

    def forget(self, *keys: int) -> None:
        """Drop orders that have ended, with their logs; others that have not are left alone."""
        statement = "DELETE FROM job WHERE id = ? AND state IN ('done', 'failed', 'cancelled')"
        self.write(lambda connection: connection.executemany(statement, [(key,) for key in keys]))

    def forget_ended(self, before: float) -> int:
        """Drop orders that ended before a moment, with their logs and the copies that they worked on; how many."""
        statement = (
            "DELETE FROM job WHERE state IN ('done', 'failed', 'cancelled') AND ended < ? AND id NOT IN"
            " (SELECT other FROM after_job JOIN job AS next ON next.id = after_job.job"
            " WHERE next.state IN ('waiting', 'paused')) RETURNING snapshot"
        )
        gone = self.write(lambda connection: connection.execute(statement, (before,)).fetchall())
        kept = {row[0] for row in self.rows("SELECT snapshot FROM job WHERE snapshot <> ''")}
        for path in {str(row[0]) for row in gone if row[0]} - kept:
            with suppress(OSError):
                remove_snapshot(Path(path))
        return len(gone)

    # Running

    def claim(self, worker: str, room: dict[str, int]) -> Order | None:
        """Take the next order for a lane that has room: the highest priority, of those the oldest. It runs now."""

        def action(connection: sqlite3.Connection) -> int | None:
            moment = self.clock()
            _settle_waiting(connection, moment)
            lanes = [lane for lane, free in room.items() if free > 0]
            marks = ",".join("?" * len(lanes))
            row = connection.execute(
                f"SELECT id FROM job WHERE state = 'queued' AND lane IN ({marks})"
                " ORDER BY priority DESC, rank, id LIMIT 1",
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

    def beat(self, key: int, worker: str, share: float, message: str, used: Used) -> Answer:
        """A sign of life with how far it is. "stop" also when the order belongs to another runner by now."""

        def action(connection: sqlite3.Connection) -> Answer:
            connection.execute(
                f"UPDATE job SET heartbeat = ?, share = ?, message = ?, {USED} WHERE id = ? AND worker = ?"
                " AND state IN ('running', 'paused')",
                (self.clock(), share, message, *_numbers(used), key, worker),
            )
            row = connection.execute("SELECT stop, worker, state FROM job WHERE id = ?", (key,)).fetchone()
            if row is None or row[0] or row[1] != worker:
                return "stop"
            return "sleep" if row[2] == "paused" else "go on"

        return self.write(action)

    def end(
        self, key: int, worker: str, state: State, message: str, used: Used, retry: bool = True, is_away: bool = False
    ) -> State | None:
        """How an order ended. A failure is tried again after a pause while attempts are left and `retry` says so; one
        because the place for its results `is_away` does not count. The state that it has now; None when another runner
        has it."""

        def action(connection: sqlite3.Connection) -> State | None:
            row = connection.execute(
                "SELECT attempts, most_attempts FROM job WHERE id = ? AND worker = ?"
                " AND state IN ('running', 'paused')",
                (key, worker),
            ).fetchone()
            if row is None:
                return None
            tried, most = row
            moment = self.clock()
            tried -= is_away
            again = state == "failed" and (is_away or retry and tried < most)
            now_is: State = "waiting" if again else state
            connection.execute(
                f"UPDATE job SET state = ?, ended = ?, not_before = ?, attempts = ?, message = ?, worker = '', {USED},"
                " share = CASE ? WHEN 'done' THEN 1.0 ELSE share END WHERE id = ?",
                (
                    now_is, None if again else moment, moment + pause_after(max(tried, 1)) if again else 0, tried,
                    message, *_numbers(used), state, key,
                ),
            )  # fmt: skip
            _settle_waiting(connection, moment)
            return now_is

        return self.write(action)

    def put_back(self, keys: Iterable[int], worker: str) -> None:
        """Queue orders again that their runner gives up, as if they had not begun; one that shall stop is cancelled,
        one that is paused stays so."""
        wanted = [(self.clock(), key, worker) for key in keys]
        statement = (
            "UPDATE job SET state = CASE WHEN stop THEN 'cancelled' WHEN state = 'paused' THEN 'paused' ELSE 'queued'"
            " END, worker = '', share = 0, attempts = attempts - 1, ended = CASE stop WHEN 1 THEN ? END"
            " WHERE id = ? AND worker = ? AND state IN ('running', 'paused')"
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

    def begun(self, key: int, worker: str, child: str) -> None:
        """Remember the process that does an order."""
        statement = "UPDATE job SET child = ? WHERE id = ? AND worker = ?"
        self.write(lambda connection: connection.execute(statement, (child, key, worker)))

    def reclaim(
        self, is_alive: Callable[[str], bool], end: Callable[[str], object] = lambda child: None
    ) -> list[int]:
        """Queue again what runners left behind that died, while tries are left: to have begun was one, so that what
        kills its runner again and again ends. What would be done twice fails instead. `is_alive` is asked about workers
        by name; `end` ends a process that outlived its runner, before another begins the same work.

        A runner that lives and says nothing for half a minute has lost its order, too. That is counted here and not
        read off the clock, which may jump.
        """

        def action(connection: sqlite3.Connection) -> list[int]:
            lost, beats = [], dict[int, tuple[float, float]]()
            for key, worker, beat, attempts, most, state, child, arguments in connection.execute(
                "SELECT id, worker, heartbeat, attempts, most_attempts, state, child, arguments FROM job"
                " WHERE state IN ('running', 'paused') AND worker <> ''"
            ).fetchall():
                before = self._beats.get(key)
                since = before[1] if before is not None and before[0] == beat else self.steady()
                if is_alive(worker) and self.steady() - since <= LOST_AFTER:
                    beats[key] = (beat, since)
                    continue
                end(child)
                why_not = _why_not_again(attempts, most, arguments)
                _give_back(connection, key, why_not, state, self.clock())
                lost.append(key)
            self._beats = beats
            _settle_waiting(connection, self.clock())
            return lost

        return self.write(action)

    # Runners

    def sign_in(self, name: str) -> None:
        statement = "INSERT OR IGNORE INTO runner VALUES (?, ?)"
        self.write(lambda connection: connection.execute(statement, (name, self.clock())))

    def sign_out(self, name: str) -> None:
        self.write(lambda connection: connection.execute("DELETE FROM runner WHERE name = ?", (name,)))

    def runners(self, is_alive: Callable[[str], bool]) -> list[str]:
        """Names of the processes that do orders now; those that died are dropped."""
        names = [str(row[0]) for row in self.rows("SELECT name FROM runner ORDER BY since")]
        for name in names:
            if not is_alive(name):
                self.sign_out(name)
        return [name for name in names if is_alive(name)]


def _why_not_again(attempts: int, most: int, arguments: str) -> str:
    """Why an order that lost its runner does not begin again; "" when it does."""
    if not can_repeat(json.loads(arguments)):
        return tr("It is not begun again, since it could be done twice: look what it did.")
    if attempts >= most:
        return tr("It is not begun again: no tries are left ({count} of {most}).", count=attempts, most=most)
    return ""


def _give_back(connection: sqlite3.Connection, key: int, why_not: str, state: State, moment: float) -> None:
    """An order whose runner is gone: paused if it was, queued while tries are left, else failed. Its log says so."""
    after: State = "failed" if why_not else "paused" if state == "paused" else "queued"
    ended = tr("The program ended while this was running.")
    connection.execute(
        "UPDATE job SET state = ?, worker = '', child = '', message = ?, ended = ?, share = 0 WHERE id = ?",
        (after, ended if why_not else "", moment if why_not else None, key),
    )
    for text in (ended, why_not or tr("It begins again.")):
        connection.execute("INSERT INTO line (job, time, text) VALUES (?, ?, ?)", (key, moment, text))


def add_order(connection: sqlite3.Connection, wish: Wish, moment: float) -> int:
    """Inside a transaction."""
    for other in wish.after:
        if connection.execute("SELECT 1 FROM job WHERE id = ?", (other,)).fetchone() is None:
            raise ExpectedError(tr("There is no job {number}.", number=other))
    label = wish.label or " ".join(wish.arguments)[:120]
    cursor = connection.execute(
        "INSERT INTO job (arguments, label, folder, lane, priority, state, most_attempts, not_before, created, tell,"
        f" result, snapshot, alike, token) VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?, {TOKEN})",
        (
            json.dumps(wish.arguments, ensure_ascii=False), label, wish.folder, wish.lane, wish.priority,
            wish.most_attempts, wish.not_before, moment, wish.tell, wish.result, wish.snapshot, alike(wish.arguments),
        ),
    )  # fmt: skip
    key = int(cursor.lastrowid or 0)
    connection.execute("UPDATE job SET rank = id WHERE id = ?", (key,))
    if wish.after or wish.not_before > moment:
        connection.executemany("INSERT OR IGNORE INTO after_job VALUES (?, ?)", [(key, other) for other in wish.after])
        _settle_waiting(connection, moment)
    else:  # thousands may be added at once: no look at all of them for each
        connection.execute("UPDATE job SET state = 'queued' WHERE id = ?", (key,))
    return key


def order_from(row: tuple[object, ...]) -> Order:
    """The columns are ours and in our types, so only three need another: ten thousand rows are read at once."""
    key, arguments, *rest = row
    rest[STOP], rest[TELL] = bool(rest[STOP]), str(rest[TELL])
    return Order(key, tuple(msgspec.json.decode(str(arguments), type=list[str])), *rest)  # type: ignore[arg-type]


NAMES = [name.strip() for name in COLUMNS.split(",")]
STOP, TELL = NAMES.index("stop") - 2, NAMES.index("tell") - 2


def _settle_waiting(connection: sqlite3.Connection, moment: float) -> None:
    """What waits and may begin is queued; what waits for something that will never be done ends as that did."""
    while connection.execute(GIVE_UP, (tr("What it waits for was not done."), moment)).rowcount:
        pass
    connection.execute(BEGIN, (moment, LONGEST_PAUSE))


def cancel_orders(connection: sqlite3.Connection, keys: Iterable[int], moment: float) -> None:
    """Inside a transaction: those that have not begun end, those that run are asked to stop."""
    for key in keys:
        connection.execute("UPDATE job SET stop = 1 WHERE id = ? AND worker <> ''", (key,))
        connection.execute(
            "UPDATE job SET state = 'cancelled', ended = ? WHERE id = ? AND worker = ''"
            " AND state IN ('queued', 'waiting', 'paused')",
            (moment, key),
        )


def _place_before(connection: sqlite3.Connection, key: int, other: int) -> tuple[int, float]:
    """The priority of another order and a rank between it and the one before it. When no number lies between them any
    more, ranks are counted anew."""
    while True:
        row = connection.execute("SELECT priority, rank FROM job WHERE id = ?", (other,)).fetchone()
        if row is None:
            raise ExpectedError(tr("There is no job {number}.", number=other))
        priority, rank = int(row[0]), float(row[1])
        before = connection.execute(
            "SELECT max(rank) FROM job WHERE priority = ? AND rank < ? AND id <> ?"
            " AND state IN ('queued', 'waiting', 'paused')",
            (priority, rank, key),
        ).fetchone()[0]
        place = rank - 1 if before is None else (before + rank) / 2
        if (before is None or before < place) and place < rank:
            return priority, place
        connection.execute(
            "UPDATE job SET rank = place.number FROM (SELECT id, row_number() OVER (ORDER BY rank, id) AS number"
            " FROM job) AS place WHERE place.id = job.id"
        )


USED = "cpu_seconds = ?, peak_bytes = ?, read_bytes = ?, written_bytes = ?, energy_wh = ?, gpu_bytes = ?"


def _numbers(used: Used) -> tuple[float, int, int, int, float, int]:
    return (
        used.cpu_seconds, used.peak_bytes, used.read_bytes, used.written_bytes, used.energy_wh, used.gpu_bytes,
    )  # fmt: skip


def _explain(path: Path, error: Exception) -> ExpectedError:
    if isinstance(error, UnicodeEncodeError):
        return ExpectedError(
            tr("{name} is not Unicode text, which the queue can keep alone.", name=shown(error.object)),
            tr("Give the file another name."),
        )
    if isinstance(error, sqlite3.DatabaseError) and is_damage(error):
        check_again(path)
        remedy = tr("`jobs repair` puts the file aside and keeps what can be read of it.")
    elif "disk is full" in str(error):
        return ExpectedError(
            tr("The disk with the queue is full; nothing was lost."), tr("Make room; the queue goes on by itself.")
        )
    else:
        remedy = ""
    return ExpectedError(tr("The queue in {path} cannot be used: {reason}", path=path, reason=error), remedy)
