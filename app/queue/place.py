"""Where this person's queue lies, and how the studio's command line is called from outside. No Qt here."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from app.ai.folder import data_folder

VARIABLE = "ATELIER_QUEUE"
SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "recipes"
WORKS_HERE, AFTERWARDS = "window_runs", "when_window_closes"
STOP, FINISH, GO_ON = "stop", "finish", "go on"
"""What becomes of work when the window closes: it waits for the next time, what is queued is finished, or everything
goes on, schedules and watch folders included."""


def queue_path(environment: Mapping[str, str] = os.environ) -> Path:
    """ATELIER_QUEUE, else a file beside what else the studio keeps for this person."""
    named = environment.get(VARIABLE, "")
    return Path(named).expanduser() if named else data_folder(environment) / "atelier" / "queue.sqlite"


def program() -> tuple[str, ...]:
    """What a call begins with: the program itself when it is installed, else Python with our module."""
    return (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "app")


def recipes_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """This person's recipes lie beside the queue."""
    return queue_path(environment).parent / "recipes"


def known_recipes(environment: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """Recipes by name: those that come along, and the person's own, which win."""
    from editor.workflows.queue.recipes import recipes_in

    found = [*recipes_in(SHIPPED), *recipes_in(recipes_folder(environment))]
    return dict(sorted((path.stem, path) for path in found))


def snapshots_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where projects are copied to on which queued work goes on while the person edits."""
    return queue_path(environment).parent / "snapshots"
