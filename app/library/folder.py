"""Where this person's library lies: ATELIER_LIBRARY, else beside what else the studio keeps. No Qt here."""

import os
from collections.abc import Mapping
from pathlib import Path

from app.ai.folder import data_folder

VARIABLE = "ATELIER_LIBRARY"


def library_folder(environment: Mapping[str, str] = os.environ) -> Path:
    named = environment.get(VARIABLE, "")
    return Path(named).expanduser() if named else data_folder(environment) / "atelier" / "library"
