"""What people arrange in the list of orders: the last place, the lane, what an order waits for. Only orders that have
not begun are touched."""

import sqlite3
from collections.abc import Iterable

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.orders import OrderLane
from editor.workflows.queue.store import QueueStore

WAITS = "state IN ('queued', 'waiting', 'paused')"
IS_AHEAD = (
    "WITH RECURSIVE ahead(id) AS (SELECT ?1 UNION SELECT other FROM after_job JOIN ahead ON job = ahead.id)"
    " SELECT 1 FROM ahead WHERE id = ?2"
)


def move_last(store: QueueStore, keys: Iterable[int]) -> None:
    """Behind all that wait, in the order that is given; an order keeps its priority unless the last of the others has a
    lower one."""

    def action(connection: sqlite3.Connection) -> None:
        wanted = list(keys)
        marks = ",".join("?" * len(wanted))
        lowest = connection.execute(
            f"SELECT min(priority) FROM job WHERE {WAITS} AND id NOT IN ({marks})", wanted
        ).fetchone()[0]
        rank = float(connection.execute("SELECT coalesce(max(rank), 0) FROM job").fetchone()[0])
        for place, key in enumerate(wanted, 1):
            connection.execute(
                f"UPDATE job SET rank = ?, priority = min(priority, coalesce(?, priority)) WHERE id = ? AND {WAITS}",
                (rank + place, lowest, key),
            )

    store.write(action)


def set_lane(store: QueueStore, keys: Iterable[int], lane: OrderLane) -> None:
    """Let orders run in another lane; those that run stay where they are."""
    statement = f"UPDATE job SET lane = ? WHERE id = ? AND worker = '' AND {WAITS}"
    store.write(lambda connection: connection.executemany(statement, [(lane, key) for key in keys]))


def run_after(store: QueueStore, keys: Iterable[int], others: Iterable[int]) -> None:
    """Let orders wait until others are done, and for nothing else; for nothing at all without others. Raises
    ExpectedError when they would wait for each other."""
    wanted, ahead = list(keys), list(others)

    def action(connection: sqlite3.Connection) -> None:
        for key in wanted:
            for other in ahead:
                if connection.execute("SELECT 1 FROM job WHERE id = ?", (other,)).fetchone() is None:
                    raise ExpectedError(tr("There is no job {number}.", number=other))
                if connection.execute(IS_AHEAD, (other, key)).fetchone() is not None:
                    raise ExpectedError(
                        tr("Job {number} waits for job {other} already.", number=other, other=key)
                        if other != key
                        else tr("A job cannot wait for itself.")
                    )
            if connection.execute(f"SELECT 1 FROM job WHERE id = ? AND worker = '' AND {WAITS}", (key,)).fetchone():
                connection.execute("DELETE FROM after_job WHERE job = ?", (key,))
                connection.executemany("INSERT OR IGNORE INTO after_job VALUES (?, ?)", [(key, one) for one in ahead])
                connection.execute("UPDATE job SET state = 'waiting' WHERE id = ? AND state = 'queued'", (key,))

    store.write(action)
    store.go_on()  # what waits for nothing any more is queued, what waits for a failure ends
