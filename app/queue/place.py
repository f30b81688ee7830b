"""Where this person's queue lies, and how the studio's command line is called from outside. No Qt here."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from app.ai.folder import data_folder

VARIABLE = "ATELIER_QUEUE"


def queue_path(environment: Mapping[str, str] = os.environ) -> Path:
    """ATELIER_QUEUE, else a file beside what else the studio keeps for this person."""
    named = environment.get(VARIABLE, "")
    return Path(named).expanduser() if named else data_folder(environment) / "atelier" / "queue.sqlite"


def program() -> tuple[str, ...]:
    """What a call begins with: the program itself when it is installed, else Python with our module."""
    return (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "app")
