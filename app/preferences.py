"""What a person set for the whole studio, kept in one JSON file of the user's configuration folder."""

import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths

SCALES = (100, 125, 150, 175, 200)
RECENT_KEPT = 24


@dataclass
class Preferences:
    """`path` is where they are kept; None keeps them nowhere, as tests want. An unknown key in the file is dropped."""

    theme: str = "dark"
    scale: int = 100
    language: str = ""
    projects_folder: str = ""
    shortcuts: dict[str, str] = field(default_factory=dict)
    recent: list[str] = field(default_factory=list)
    swatches: list[str] = field(default_factory=list)
    window: str = ""
    docks: str = ""
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
    """Read the file; one that is missing or damaged gives the defaults."""
    path = path or preferences_path()
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences(path=path)
    return Preferences(**_fitting(plain if isinstance(plain, dict) else {}), path=path)


def _fitting(plain: dict[str, Any]) -> dict[str, Any]:
    """Only the values whose kind is that of the default."""
    defaults = Preferences()
    return {
        item.name: plain[item.name]
        for item in fields(Preferences)
        if item.name != "path" and isinstance(plain.get(item.name), type(getattr(defaults, item.name)))
    }
