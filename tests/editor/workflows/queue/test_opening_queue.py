"""The queue's file: old ones, damaged ones, other people's, a full disk; and the diagram in the documentation."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.workflows.queue import opening
from editor.workflows.queue.notes import notes_after
from editor.workflows.queue.orders import Used, Wish
from editor.workflows.queue.rules import zone_here
from editor.workflows.queue.schedules import NewSchedule, schedule, schedules
from editor.workflows.queue.states import STATES, WAYS
from editor.workflows.queue.store import QueueStore

DOCUMENT = Path(__file__).resolve().parents[4] / "resources" / "docs" / "queue.md"


def wish(name: str) -> Wish:
    return Wish(arguments=("convert", name), folder="/", label=name)


def test_the_diagram_says_what_the_table_says() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    (diagram,) = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", text, re.DOTALL)
    ways = re.findall(r"^ *(\S+) --> (\w+)", diagram, re.MULTILINE)
    drawn = {(before, after) for before, after in ways if before != "[*]"}
    assert drawn == {(before, after) for before, afters in WAYS.items() for after in afters}
    assert {after for before, after in ways if before == "[*]"} == {"waiting", "queued"}
    assert set(WAYS) == set(STATES)


OLD = """
CREATE TABLE job (id INTEGER PRIMARY KEY, arguments TEXT NOT NULL, label TEXT NOT NULL, folder TEXT NOT NULL,
  lane TEXT NOT NULL DEFAULT 'compute', priority INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued','waiting','running','done','failed','cancelled')),
  attempts INTEGER NOT NULL DEFAULT 0, most_attempts INTEGER NOT NULL DEFAULT 3, not_before REAL NOT NULL DEFAULT 0,
  created REAL NOT NULL, started REAL, ended REAL, share REAL NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT '',
  worker TEXT NOT NULL DEFAULT '', heartbeat REAL, stop INTEGER NOT NULL DEFAULT 0,
  cpu_seconds REAL NOT NULL DEFAULT 0, peak_bytes INTEGER NOT NULL DEFAULT 0, read_bytes INTEGER NOT NULL DEFAULT 0,
  written_bytes INTEGER NOT NULL DEFAULT 0, energy_wh REAL NOT NULL DEFAULT 0);
CREATE INDEX job_ready ON job (state, priority DESC, id);
CREATE TABLE after_job (job INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  other INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE, PRIMARY KEY (job, other)) WITHOUT ROWID;
CREATE INDEX waited_for ON after_job (other);
CREATE TABLE line (id INTEGER PRIMARY KEY, job INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  time REAL NOT NULL, text TEXT NOT NULL);
CREATE INDEX lines_of ON line (job, id);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO job (id, arguments, label, folder, created) VALUES (4, '["convert", "a"]', 'Old', '/', 5.0);
INSERT INTO job (id, arguments, label, folder, created, state) VALUES (7, '["convert"]', 'Next', '/', 6.0, 'waiting');
INSERT INTO after_job VALUES (7, 4);
INSERT INTO line (job, time, text) VALUES (4, 1.0, 'a line');
INSERT INTO setting VALUES ('paused', '1');
PRAGMA application_id = 1096043601;
"""


def test_a_queue_from_before_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    with sqlite3.connect(path) as made:
        made.executescript(OLD)
    made.close()
    store = QueueStore(path)
    assert [(one.id, one.label, one.state) for one in store.orders()] == [(7, "Next", "waiting"), (4, "Old", "queued")]
    assert store.after(7) == [4]
    assert [text for _, text in store.lines(4)] == ["a line"]
    assert store.setting("paused") == "1"
    store.pause(4)
    assert store.order(4).state == "paused"
    store.add(wish("new"))
    store.close()
    QueueStore(path).close()


def test_a_damaged_queue_is_put_aside_and_what_can_be_read_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    store = QueueStore(path)
    for number in range(300):
        key = store.add(wish(f"order {number}"))
        store.log(key, ["x" * 900])
    schedule(store, NewSchedule(name="Nightly", rule="0 2 * * *", arguments=("convert",), zone=zone_here()))
    store.write(lambda connection: connection.execute("UPDATE setting SET value = value"))
    store.close()
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 40_960] = b"\xa5" * 40_960
    path.write_bytes(data)
    again = QueueStore(path)
    (aside,) = tmp_path.glob("queue.damaged-*.sqlite")
    assert aside.stat().st_size == len(data)
    kept = again.orders()
    assert 0 < len(kept) <= 300
    assert [one.name for one in schedules(again)] == ["Nightly"]
    (note,) = notes_after(again, 0)
    assert note.kind == "damaged"
    assert aside.name in note.text
    again.add(wish("goes on"))
    again.close()
    QueueStore(path).close()
    assert len(list(tmp_path.glob("queue.damaged-*.sqlite"))) == 1, "the new one is whole"


def test_what_is_no_database_at_all_is_put_aside_as_well(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    path.write_bytes(b"no database at all" * 100)
    store = QueueStore(path)
    assert store.orders() == []
    assert len(list(tmp_path.glob("queue.damaged-*.sqlite"))) == 1
    store.close()
    assert opening.put_aside(path) is None


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (a)")
    other.close()
    with pytest.raises(ExpectedError, match="no queue of Atelier"):
        QueueStore(path)
    newer = tmp_path / "newer.sqlite"
    QueueStore(newer).close()
    with sqlite3.connect(newer) as changed:
        changed.execute("PRAGMA user_version = 99")
    changed.close()
    with pytest.raises(ExpectedError, match="newer"):
        QueueStore(newer)
    assert list(tmp_path.glob("*.damaged-*")) == []


def test_on_a_full_disk_nothing_is_lost_and_a_sentence_says_it(tmp_path: Path) -> None:
    """SQLite's own limit on pages fails with the error of a full disk."""
    store = QueueStore(tmp_path / "queue.sqlite")
    key = store.add(wish("first"))
    store.claim("me", {"compute": 1})
    pages = int(str(store.rows("PRAGMA page_count")[0][0]))
    store.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(ExpectedError, match="disk with the queue is full"):
        store.log(key, ["x" * 2000] * 400)
    assert store.order(key).state == "running"
    assert store.lines(key) == []
    store.rows("PRAGMA max_page_count = 1000000")
    store.end(key, "me", "done", "", Used())
    assert store.order(key).state == "done"
    store.close()
