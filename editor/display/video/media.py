"""The open files behind a timeline: a bounded number of readers, shared by all threads.

A reader is opened on first use and closed when others push it out. Files are looked up through the project's media
table; one that is missing or unreadable gives a sentence, never an error.
"""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from render.audio.reader import AudioReader
from render.video.errors import MediaError
from render.video.media import MediaInfo
from render.video.probe import probe
from render.video.reader import VideoReader

FilePath = Callable[[str], Path | None]
R = TypeVar("R", VideoReader, AudioReader)
MOST_READERS = 12
MISSING = "missing"
READER_CACHE_BYTES = 48 << 20


def file_lookup(project: Project) -> FilePath:
    """How to find the file of a media id: asked anew each time, since files move."""

    def find(media: str) -> Path | None:
        return None if project.media is None else project.media.find(media)

    return find


class Unreadable(Exception):
    """Why a file gives no reader; the text is a translated sentence."""


class _Shelf(Generic[R]):
    """Readers by file, the longest unused one closed first. A file that was changed is opened anew."""

    def __init__(self, make: Callable[[Path, MediaInfo], R], most: int) -> None:
        self._make: Callable[[Path, MediaInfo], R] = make
        self._most = most
        self._open: OrderedDict[tuple[str, int, int], R | str] = OrderedDict()
        self._lock = Lock()

    def get(self, path: Path, infos: Callable[[Path], MediaInfo]) -> R:
        try:
            state = path.stat()
        except OSError:
            raise Unreadable(tr("The file {name} is missing.", name=path.name)) from None
        key = (str(path), state.st_size, state.st_mtime_ns)
        with self._lock:
            found = self._open.get(key)
            if found is None:
                try:
                    found = self._make(path, infos(path))
                except MediaError as error:
                    found = str(error)
                self._open[key] = found
                while len(self._open) > self._most:
                    self._open.popitem(last=False)
            self._open.move_to_end(key)
        if isinstance(found, str):
            raise Unreadable(found)
        return found

    def clear(self) -> None:
        with self._lock:
            self._open.clear()


class MediaPool:
    """Readers for one display or one export; any thread may ask."""

    def __init__(self, find: FilePath) -> None:
        self._find = find
        self._infos: dict[tuple[str, int, int], MediaInfo] = {}
        self._pictures: _Shelf[VideoReader] = _Shelf(
            lambda path, info: VideoReader(path, info, cache_bytes=READER_CACHE_BYTES), MOST_READERS
        )
        self._sounds: _Shelf[AudioReader] = _Shelf(AudioReader, MOST_READERS)

    def picture(self, media: str) -> VideoReader:
        """Raises Unreadable with a sentence."""
        return self._pictures.get(self.path(media), self._info)

    def sound(self, media: str) -> AudioReader:
        """Raises Unreadable with a sentence."""
        return self._sounds.get(self.path(media), self._info)

    def path(self, media: str) -> Path:
        """Raises Unreadable with a sentence."""
        try:
            path = self._find(media)
        except ExpectedError as error:
            raise Unreadable(error.sentence) from error
        if path is None:
            raise Unreadable(tr("The file of this clip is not part of the project any more."))
        return path

    def state(self, media: str) -> str:
        """What tells one content of the file from another; MISSING when it cannot be found."""
        try:
            found = self.path(media).stat()
        except (Unreadable, OSError):
            return MISSING
        return f"{found.st_size}.{found.st_mtime_ns}"

    def close(self) -> None:
        """Let go of all files. Readers in use by another thread close when that thread is done with them."""
        self._pictures.clear()
        self._sounds.clear()

    def _info(self, path: Path) -> MediaInfo:
        state = path.stat()
        key = (str(path), state.st_size, state.st_mtime_ns)
        if key not in self._infos:
            self._infos[key] = probe(path)
        return self._infos[key]
