"""Where this person's library and fonts lie: where ATELIER_LIBRARY and ATELIER_FONTS say, else beside what else the
studio keeps. No Qt here."""

import os
from collections.abc import Mapping
from pathlib import Path

from app.ai.folder import data_folder

VARIABLE = "ATELIER_LIBRARY"
FONTS_VARIABLE = "ATELIER_FONTS"


def library_folder(environment: Mapping[str, str] = os.environ) -> Path:
    named = environment.get(VARIABLE, "")
    return Path(named).expanduser() if named else data_folder(environment) / "atelier" / "library"


def name_fonts_folder() -> None:
    """Let drawing, here and in the programs that are started from here, know where this person's fonts are."""
    os.environ.setdefault(FONTS_VARIABLE, str(data_folder(os.environ) / "atelier" / "fonts"))
