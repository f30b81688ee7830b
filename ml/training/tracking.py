"""What is known about training runs, in one SQLite file (`schema.sql` says what each column means).

The process that trains writes; the window and the command line read, and ask it to pause or stop by writing `wanted`.
"""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec
import sqlite_utils

from ml.errors import ModelError
from ml.training.material import Material
from ml.training.recipe import Recipe, parse_recipe

State = Literal["new", "running", "paused", "stopped", "done", "failed"]
Wish = Literal["run", "pause", "stop"]
SILENT_SECONDS = 30.0
"""A running process that gave no sign of life for so long is taken as gone."""


@dataclass(frozen=True)
class Run:
    """One row of the table `run`."""

    id: int
    name: str
    task: str
    recipe: Recipe
    recipe_hash: str
    folder: Path
    state: State
    wanted: Wish
    process: int | None
    heartbeat: float | None
    step: int
    steps: int
    message: str
    made: str
    seconds: float

    @property
    def failure(self) -> ModelError | None:
        """What ended it, as it was raised in the process that trained."""
        if not self.message:
            return None
        told = msgspec.json.decode(self.message)
        return ModelError(told["sentence"], told["remedy"], **told["values"])


@dataclass(frozen=True)
class Checkpoint:
    """Weights, optimiser and the state of chance at a step."""

    run: int
    step: int
    path: Path
    sha256: str
    psnr: float | None


class Tracking:
    """Opens the file anew for each use, so that it may be asked from any thread and survives a crash of any process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as database:
            database.conn.executescript(files(__package__).joinpath("schema.sql").read_text(encoding="utf-8"))

    def create(self, recipe: Recipe, folder: Path) -> Run:
        """A new run, not started."""
        row = {
            "name": recipe.name, "task": recipe.task, "recipe": recipe.text(), "recipe_hash": recipe.digest(),
            "folder": str(folder), "state": "new", "steps": recipe.steps.count, "made": _now(),
            "machine": f"{platform.system()} {platform.machine()}",
        }
        with closing(self._open()) as database:
            key = int(database.table("run").insert(row).last_pk or 0)
            database.table("run").update(key, {"name": f"{recipe.name}.{key}"})
        return self.run(key)

    def runs(self) -> tuple[Run, ...]:
        """All of them, the newest first."""
        with closing(self._open()) as database:
            return tuple(_run(row) for row in database.table("run").rows_where(order_by="id desc"))

    def run(self, key: int) -> Run:
        """Raises ModelError when there is none."""
        with closing(self._open()) as database:
            for row in database.table("run").rows_where("id = ?", [key]):
                return _run(row)
        raise ModelError("There is no training run {number}.", "The list of runs shows which there are.", number=key)

    def note(self, key: int, **columns: Any) -> None:
        """Change columns of a run."""
        with closing(self._open()) as database:
            database.table("run").update(key, columns)

    def begin(self, key: int, process: int) -> Wish:
        """A process takes the run on; returns what the person wants, who may have asked while it was starting."""
        self.note(key, state="running", process=process, heartbeat=time.time(), message="", started=_now())
        return self.run(key).wanted

    def end(self, key: int, state: State, error: ModelError | None = None) -> None:
        told = {"sentence": error.sentence, "remedy": error.remedy, "values": error.values} if error else None
        message = msgspec.json.encode(told, enc_hook=str).decode() if told else ""
        self.note(key, state=state, process=None, message=message, ended=_now())

    def beat(self, key: int, step: int, seconds: float) -> Wish:
        """A sign of life; returns what the person wants."""
        with closing(self._open()) as database, database.conn as connection:
            connection.execute(
                "UPDATE run SET heartbeat = ?, step = ?, seconds = seconds + ? WHERE id = ?",
                (time.time(), step, seconds, key),
            )
            found = connection.execute("SELECT wanted FROM run WHERE id = ?", (key,)).fetchone()
        wish: Wish = found[0] if found else "stop"
        return wish

    def measured(self, key: int, step: int, **values: float) -> None:
        """Write figures of a step down; a step measured again after a resume replaces the old figure."""
        rows = [{"run": key, "step": step, "name": name, "value": value} for name, value in values.items()]
        with closing(self._open()) as database:
            database.table("metric").insert_all(rows, replace=True)

    def curve(self, key: int, name: str, after: int = -1) -> list[tuple[int, float]]:
        """(step, value) of one figure, in order, of the steps after a given one."""
        with closing(self._open()) as database:
            rows = database.execute(
                "SELECT step, value FROM metric WHERE run = ? AND name = ? AND step > ? ORDER BY step",
                (key, name, after),
            )
            return [(int(step), float(value)) for step, value in rows]

    def pictures(self, key: int, role: str = "held out") -> list[dict[str, Any]]:
        """Rows of the table `picture`."""
        with closing(self._open()) as database:
            return list(database.table("picture").rows_where("run = ? and role = ?", [key, role], order_by="name"))

    def note_pictures(self, key: int, material: Material) -> None:
        rows: list[dict[str, Any]] = [
            {"run": key, "name": item.name, "role": role, "sha256": item.sha256,
             "width": item.pixels.shape[1], "height": item.pixels.shape[0], "reason": ""}
            for role, items in (("training", material.training), ("held out", material.held_out))
            for item in items
        ]
        rows += [
            {"run": key, "name": name, "role": "skipped", "sha256": "", "width": None, "height": None, "reason": reason}
            for name, reason in material.skipped
        ]
        with closing(self._open()) as database, database.conn:
            database.table("picture").delete_where("run = ?", [key])
            database.table("picture").insert_all(rows, replace=True)

    def keep(self, key: int, step: int, path: Path, psnr: float | None) -> None:
        """Note a checkpoint that is on the disk already."""
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        row = {"run": key, "step": step, "file": f"{path.parent.name}/{path.name}", "sha256": digest, "psnr": psnr,
               "made": _now()}
        with closing(self._open()) as database:
            database.table("checkpoint").insert(row, replace=True)

    def forget(self, key: int, steps: Iterable[int]) -> None:
        """Take checkpoints off the list."""
        with closing(self._open()) as database, database.conn as connection:
            connection.executemany("DELETE FROM checkpoint WHERE run = ? AND step = ?", [(key, one) for one in steps])

    def checkpoints(self, key: int) -> list[Checkpoint]:
        """Those whose files are there and whole, in the order of their steps."""
        with closing(self._open()) as database:
            rows = list(database.table("checkpoint").rows_where("run = ?", [key], order_by="step"))
        found = [
            Checkpoint(key, row["step"], self.path.parent / row["file"], row["sha256"], row["psnr"]) for row in rows
        ]
        return [one for one in found if one.path.is_file() and _hash(one.path) == one.sha256]

    def note_export(self, key: int, step: int, model: str, sha256: str) -> None:
        row = {"run": key, "step": step, "model": model, "sha256": sha256, "made": _now()}
        with closing(self._open()) as database:
            database.table("export").insert(row, replace=True)

    def exports(self, key: int | None = None) -> list[dict[str, Any]]:
        """Rows of the table `export`, of one run or of all."""
        with closing(self._open()) as database:
            if key is None:
                return list(database.table("export").rows_where(order_by="made"))
            return list(database.table("export").rows_where("run = ?", [key], order_by="made"))

    def folder(self, key: int) -> Path:
        """Where a run's checkpoints lie."""
        return self.path.parent / f"run-{key}"

    def _open(self) -> sqlite_utils.Database:
        import sqlite3

        connection = sqlite3.connect(self.path, timeout=30.0)
        connection.execute("PRAGMA foreign_keys = on")
        return sqlite_utils.Database(connection)


def _run(row: dict[str, Any]) -> Run:
    names = {field for field in Run.__dataclass_fields__ if field not in {"recipe", "folder"}}
    return Run(
        recipe=parse_recipe(row["recipe"]), folder=Path(row["folder"]), **{name: row[name] for name in names},
    )


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
