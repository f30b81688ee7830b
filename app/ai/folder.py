"""Where models are installed: ATELIER_MODELS, else the folder in the preferences, else the machine's place for data.

No Qt here: the command line asks as well.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "ATELIER_MODELS"


def models_folder(chosen: str = "", environment: Mapping[str, str] = os.environ) -> Path:
    """`chosen` is what the preferences say, "" for nothing."""
    named = environment.get(VARIABLE, "") or chosen
    return Path(named).expanduser() if named else data_folder(environment) / "atelier" / "models"


def data_folder(environment: Mapping[str, str]) -> Path:
    """Where programs keep a person's data on this machine."""
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA", "") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(environment.get("XDG_DATA_HOME", "") or Path.home() / ".local" / "share")


def settings_folder(environment: Mapping[str, str]) -> Path:
    """Where Qt keeps settings, without asking Qt."""
    if sys.platform == "win32":
        return data_folder(environment)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Preferences"
    return Path(environment.get("XDG_CONFIG_HOME", "") or Path.home() / ".config")


def folder_of_this_person(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder that the window uses, for the command line: it reads the window's preferences if there are any."""
    chosen: object = ""
    try:
        place = settings_folder(environment) / "atelier" / "preferences.json"
        chosen = json.loads(place.read_text(encoding="utf-8")).get("models_folder", "")
    except (OSError, ValueError, AttributeError):
        pass
    return models_folder(chosen if isinstance(chosen, str) else "", environment)
