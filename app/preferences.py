"""What a person set for the whole studio, kept in one JSON file of the user's configuration folder."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths

SCALES = (100, 125, 150, 175, 200)
RECENT_KEPT = 24


@dataclass
class Preferences:
    """`path` is where they are kept; None keeps them nowhere, as tests want. An unknown key in the file is dropped.

    `ai_options` holds, for each AI tool, what was last chosen in its dialog, as JSON text; `ai_last` is the one
    that ran last. `export_notes` is what exported files say of their origin, by the names of NoteWishes.
    """

    theme: str = "dark"
    scale: int = 100
    language: str = ""
    projects_folder: str = ""
    shortcuts: dict[str, str] = field(default_factory=dict)
    recent: list[str] = field(default_factory=list)
    swatches: list[str] = field(default_factory=list)
    window: str = ""
    docks: str = ""
    models_folder: str = ""
    picture_folders: list[str] = field(default_factory=list)
    ai_options: dict[str, str] = field(default_factory=dict)
    ai_preview: bool = True
    ai_last: str = ""
    export_notes: list[str] = field(default_factory=lambda: ["credits", "made", "kept"])
    path: Path | None = None

    def save(self) -> None:
        """Write the file as one step; a folder that cannot be written loses settings, never work."""
        if self.path is None:
            return
        plain = {name: value for name, value in asdict(self).items() if name != "path"}
        part = self.path.with_suffix(".part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(plain, indent=1, ensure_ascii=False), encoding="utf-8")
            os.replace(part, self.path)
        except OSError:
            return

    def remember(self, project: Path) -> None:
        """Put a project on top of the recent ones."""
        text = str(project)
        self.recent = [text, *(other for other in self.recent if other != text)][:RECENT_KEPT]
        self.save()

    def folder_for_projects(self) -> Path:
        """Where new projects are made."""
        if self.projects_folder:
            return Path(self.projects_folder)
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return Path(documents or Path.home()) / "Atelier"


def preferences_path() -> Path:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(place) / "atelier" / "preferences.json"


def load_preferences(path: Path | None = None) -> Preferences:
    """Read the file; one that is missing or damaged gives the defaults. A damaged one is kept beside the next."""
    path = path or preferences_path()
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(plain, dict):
            raise ValueError
    except FileNotFoundError:
        return Preferences(path=path)
    except (OSError, ValueError, RecursionError):
        with suppress(OSError):  # settings that cannot even be moved are lost, and nothing else
            os.replace(path, path.with_suffix(".damaged.json"))
        return Preferences(path=path)
    return Preferences(**_fitting(plain), path=path)


def _fitting(plain: dict[str, Any]) -> dict[str, Any]:
    """Only the values of the kind that the default is, and of lists and tables only the texts."""
    defaults, found = Preferences(), {}
    for item in fields(Preferences):
        value = plain.get(item.name)
        if item.name == "path" or type(value) is not type(getattr(defaults, item.name)):
            continue
        if isinstance(value, list):
            value = [text for text in value if isinstance(text, str)]
        elif isinstance(value, dict):
            value = {name: text for name, text in value.items() if isinstance(text, str)}
        found[item.name] = value
    if found.get("scale") not in SCALES:
        found.pop("scale", None)
    return found
