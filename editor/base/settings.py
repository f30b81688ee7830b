"""What a person chose: one JSON file in the user's folder, read once, written atomically.

Settings are one frozen struct, passed to whoever needs them; changing one makes a new struct that `SettingsFile.save`
writes. A key that this version does not know is reported and written back; a value that does not fit becomes its
default with a notice; a damaged file is kept aside and the defaults are used.
"""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import platformdirs

from editor.base.translation import tr

RECENT_LIMIT = 20
Mebibytes = Annotated[int, msgspec.Meta(ge=64, le=1 << 20)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting with its default. Budgets are in mebibytes; `shortcuts` only holds what differs from the table."""

    language: str = ""
    theme: Literal["system", "dark", "light"] = "system"
    scale: Annotated[float, msgspec.Meta(ge=0.5, le=4.0)] = 1.0
    shortcuts: dict[str, tuple[str, ...]] = {}
    recent_files: tuple[str, ...] = ()
    memory_budget: Mebibytes = 2048
    disk_cache_budget: Mebibytes = 4096
    history_budget: Mebibytes = 4096
    media_folders: tuple[str, ...] = ()
    reopen_last: bool = True


def user_folder() -> Path:
    """Where settings and reports lie; the environment's ATELIER_HOME stands above the system's own place."""
    home = os.environ.get("ATELIER_HOME")
    return Path(home) if home else platformdirs.user_config_path("Atelier", appauthor=False)


def with_recent(settings: Settings, path: Path) -> Settings:
    """The settings with a project first among the recent ones."""
    name = str(path)
    rest = tuple(item for item in settings.recent_files if item != name)
    return msgspec.structs.replace(settings, recent_files=(name, *rest)[:RECENT_LIMIT])


class SettingsFile:
    """The file. `notices` are sentences about what `load` had to leave out."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or user_folder()) / "settings.json"
        self.notices: tuple[str, ...] = ()
        self._unknown: dict[str, Any] = {}

    def load(self) -> Settings:
        """Never raises: what cannot be read is its default."""
        self.notices, self._unknown = (), {}
        plain = self._read()
        known = set(Settings.__struct_fields__)
        self._unknown = {key: value for key, value in plain.items() if key not in known}
        if self._unknown:
            self._tell(
                tr("These settings are of another version and are kept: {names}.", names=", ".join(self._unknown))
            )
        values: dict[str, Any] = {}
        for key in sorted(known & plain.keys()):
            try:
                checked = msgspec.convert({key: plain[key]}, Settings)
            except (msgspec.ValidationError, ValueError):
                self._tell(tr("The setting {name} does not fit and is set to its default.", name=key))
            else:
                values[key] = getattr(checked, key)
        return Settings(**values)

    def save(self, settings: Settings) -> None:
        """Write so that a crash leaves the old file or the new one. Raises OSError when the folder refuses."""
        plain = {**self._unknown, **msgspec.to_builtins(settings)}
        write_atomically(self.path, json.dumps(plain, indent=2, ensure_ascii=False).encode())

    def _read(self) -> Mapping[str, Any]:
        try:
            plain = json.loads(self.path.read_bytes())
            if not isinstance(plain, dict):
                raise ValueError
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            self._keep_aside()
            return {}
        return plain

    def _keep_aside(self) -> None:
        kept = self.path.with_name(f"settings-damaged-{int(time.time())}.json")
        try:
            self.path.replace(kept)
        except OSError:
            kept = self.path
        self._tell(tr("The settings could not be read; the defaults are used. The old file is {path}.", path=str(kept)))

    def _tell(self, sentence: str) -> None:
        self.notices = (*self.notices, sentence)


class SessionMark:
    """Which project was being opened or was open, so that one that crashed a start is not opened by itself again.

    The mark is written before opening and removed on a clean end; whatever stands there at the next start did not end.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._running = (folder or user_folder()) / "running.json"
        self._last = (folder or user_folder()) / "last.json"

    def begin(self, project: Path) -> None:
        """Call before a project is opened."""
        _try_write(self._running, project)

    def end(self, project: Path | None = None) -> None:
        """Call when the program ends cleanly; `project` is what the next start may open by itself."""
        with suppress(OSError):  # else the next start asks instead of opening
            self._running.unlink(missing_ok=True)
        if project is not None:
            _try_write(self._last, project)

    def crashed(self) -> Path | None:
        """The project that was open, or was being opened, when the program last ended without saying so."""
        return _read_path(self._running)

    def to_reopen(self) -> Path | None:
        """The project to open by itself: the last one that ended cleanly, unless the last start crashed."""
        last = _read_path(self._last)
        return None if self._running.exists() or last is None or not last.is_file() else last


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside and rename: readers see the old bytes or the new ones. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with open(partial, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _try_write(path: Path, project: Path) -> None:
    with suppress(OSError):  # a mark that cannot be written must not keep anyone from working
        write_atomically(path, json.dumps({"project": str(project)}).encode())


def _read_path(path: Path) -> Path | None:
    try:
        return Path(json.loads(path.read_bytes())["project"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
