"""Followed folders, live: what changes in them is in the catalogue within a second or two.

The system tells what changed (watchdog); a network drive, and a tree too large for the system, is compared with itself
every few seconds instead. Either way files are only marked, and one thread takes in what has settled. Many at once are
found by walking the folder, so nothing depends on every single event coming through.
"""

import logging
import os
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.library.intake import Taken
from editor.library.library import Library
from editor.library.marks import Due, Marks
from editor.library.places import followed, mark_away, mark_missing, refresh
from editor.library.walk import files_below, is_passed_over, shown
from editor.storage.place import place_of

LOOK_AGAIN = 1.0
"""Seconds between looks at which folders are followed, and which of them are there."""
COMPARE = 3.0
BURST = 2000
"""From so many files at once the whole folder is walked."""
STEP = 0.1
SILENT = frozenset(("opened", "closed", "closed_no_write"))


@dataclass(frozen=True)
class Heard:
    """What came of some changes: assets, how many files are away now, and a sentence when it could not be written."""

    taken: Taken = field(default_factory=Taken)
    away: int = 0
    problem: str = ""

    def __bool__(self) -> bool:
        return bool(self.taken.added or self.taken.moved or self.taken.edited or self.away or self.problem) or bool(
            self.taken.problems
        )


@dataclass
class _Followed:
    """A folder that is there: what it was when watching began, and how it is watched."""

    identity: tuple[int, int]
    watch: ObservedWatch | None = None
    facts: dict[Path, tuple[int, int]] = field(default_factory=dict)
    compared: float = 0.0


class FolderWatch:
    """Follows all folders of a library from `start` to `stop`. `heard` is called on the watch's own thread.

    With `visit`, what changed while nobody watched is taken in first; without, somebody else does that.
    """

    def __init__(
        self, library: Library, heard: Callable[[Heard], object] = lambda _heard: None, *, visit: bool = True,
        marks: Marks | None = None,
    ) -> None:  # fmt: skip
        self.library = library
        self.heard = heard
        self.marks = marks or Marks()
        self._visit = visit
        self._ending = threading.Event()
        self._there: dict[Path, _Followed] = {}
        self._away: set[Path] = set()
        self._looked = float("-inf")
        self._failed = Due()
        self._observer: BaseObserver | None = None  # it has a thread from its first moment on
        self._thread = threading.Thread(target=self._serve, name="library-watch", daemon=True)

    def start(self) -> None:
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")  # of a folder that moved twice
        logging.getLogger("watchdog").setLevel(logging.CRITICAL)  # of a full queue it says what we mend by walking
        self._observer = Observer()
        self._observer.start()
        self._thread.start()

    def stop(self) -> None:
        """Ends within a moment, also in the middle of taking in; what is not taken then is taken by the next visit."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            observer.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _serve(self) -> None:
        while not self._ending.is_set():
            try:
                self._see_folders()
                self._compare()
                self._take()
            except Cancelled:
                return
            except ExpectedError as error:  # the disk is full, another program holds the library: later again
                self.heard(Heard(problem=str(error)))
                self._ending.wait(LOOK_AGAIN * 5)
            except Exception as error:  # noqa: BLE001 - whatever it is, folders are followed on, and the person is told
                reason = f"{type(error).__name__}: {shown(str(error))}"
                self.heard(Heard(problem=tr("A followed folder could not be read: {reason}", reason=reason)))
                self._ending.wait(LOOK_AGAIN * 5)
            self._ending.wait(STEP if self.marks else STEP * 3)

    def _see_folders(self) -> None:
        """Begin with folders that are followed or back, end with those that are not, mark the files of lost ones."""
        if time.monotonic() - self._looked < LOOK_AGAIN:
            return
        visit = self._visit or self._looked > float("-inf")  # what is followed or back since is always visited
        self._looked = time.monotonic()
        wanted = followed(self.library.catalogue)
        for folder in [known for known in self._there if known not in wanted]:
            self._leave(folder)
        for folder in wanted:
            identity = _identity(folder)
            if folder in self._there and self._there[folder].identity != identity:
                self._leave(folder)
                self._tell(Heard(away=mark_away(self.library.catalogue, folder)))
            elif identity is None and folder not in self._away:
                self._tell(Heard(away=mark_away(self.library.catalogue, folder)))
            (self._away.add if identity is None else self._away.discard)(folder)
            if identity is not None and folder not in self._there:
                self._begin(folder, identity)
                if visit:
                    self.marks.folder(folder)

    def _begin(self, folder: Path, identity: tuple[int, int]) -> None:
        begun = _Followed(identity, compared=time.monotonic())
        if self._observer is not None and place_of(folder) != "network":
            try:
                begun.watch = self._observer.schedule(_Listener(folder, self.marks), str(folder), recursive=True)
            except OSError:  # more folders than the system watches for one person
                begun.watch = None
        if begun.watch is None:
            begun.facts = facts_below(folder)
        self._there[folder] = begun

    def _leave(self, folder: Path) -> None:
        begun = self._there.pop(folder)
        if begun.watch is not None and self._observer is not None:
            try:
                self._observer.unschedule(begun.watch)
            except KeyError:  # it ended by itself when the folder went away
                return

    def _compare(self) -> None:
        """Folders that nobody tells about, against what they were."""
        for folder, begun in self._there.items():
            started = time.monotonic()
            if begun.watch is not None or started - begun.compared < COMPARE:
                continue
            now = facts_below(folder)
            for path in begun.facts.keys() | now.keys():
                if begun.facts.get(path) != now.get(path):
                    self.marks.file(path)
            begun.facts = now
            finished = time.monotonic()
            begun.compared = finished + 10 * (finished - started)  # a tree that takes long is asked seldom

    def _take(self) -> None:
        due = self.marks.take()
        if not due:
            return
        try:
            folders = list(due.folders)
            if len(due.files) > BURST:
                folders += [root for root in self._there if any(path.is_relative_to(root) for path in due.files)]
            else:
                self._take_files(list(due.files))
            for folder in _outermost(folders):
                self._take_folder(folder)
        except ExpectedError:
            self.marks.put_back(due)
            raise
        except Exception:
            if due != self._failed:  # once more; what fails twice must not hold up what comes after
                self._failed = due
                self.marks.put_back(due)
            raise

    def _take_files(self, files: list[Path]) -> None:
        there = [path for path in files if path.is_file() and not path.is_symlink()]
        gone = [path for path in files if not path.exists()]
        taken = self.library.take_in(there, visit=True, progress=self._progress()) if there else Taken()
        self._tell(Heard(taken, mark_missing(self.library.catalogue, gone)))

    def _take_folder(self, folder: Path) -> None:
        if folder.is_dir():
            before = Heard(refresh(self.library.catalogue, self.library.content, folder, self._progress()))
            self._tell(before)
        else:
            self._tell(Heard(away=mark_away(self.library.catalogue, folder)))

    def _progress(self) -> Progress:
        return Progress(cancelled=self._ending.is_set)

    def _tell(self, heard: Heard) -> None:
        if heard:
            self.heard(heard)


class _Listener(FileSystemEventHandler):
    """Marks what the system tells about; nothing more, for its thread must keep up."""

    def __init__(self, root: Path, marks: Marks) -> None:
        self.root = root
        self.marks = marks

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in SILENT:
            return
        for name in (event.src_path, event.dest_path):
            if name:
                self._mark(Path(os.fsdecode(name)), event)

    def _mark(self, path: Path, event: FileSystemEvent) -> None:
        if path == self.root or not path.is_relative_to(self.root):
            return
        if any(is_passed_over(part) for part in path.relative_to(self.root).parts):
            return
        if not event.is_directory:
            self.marks.file(path)
        elif event.event_type != "modified":
            self.marks.folder(path)


def facts_below(folder: Path) -> dict[Path, tuple[int, int]]:
    """Size and time of every file below a folder."""
    found = {}
    for path in files_below([folder]):
        try:
            status = path.stat()
        except OSError:
            continue
        found[path] = (status.st_size, status.st_mtime_ns)
    return found


def _identity(folder: Path) -> tuple[int, int] | None:
    """Another one when the disk was unplugged and only the place where it was mounted is left; None when it is gone."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if folder.is_dir() else None


def _outermost(folders: list[Path]) -> list[Path]:
    """Without those that lie in others of them."""
    kept: list[Path] = []
    for folder in sorted(set(folders), key=lambda path: len(path.parts)):
        if not any(folder.is_relative_to(outer) for outer in kept):
            kept.append(folder)
    return kept
