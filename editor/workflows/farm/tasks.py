"""What a worker does: functions of plain values that can be sent. Each call stands alone; what it opens it keeps for
the next one."""

import hashlib
import tempfile
from collections import OrderedDict
from fractions import Fraction
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
import numpy as np
import zstandard

from editor.base.translation import tr
from editor.workflows.farm.contents import Content, Folder, PieceMissing

OPEN_KEPT = 2
FORMAT = 1
"""Of what tasks take and give: workers of another one are refused."""


class FilmPart(msgspec.Struct, frozen=True, kw_only=True):
    """Frames `first` to `first + count` of a timeline, as the film that is written wants them."""

    document: str
    width: int
    height: int
    rate: Fraction
    start: Fraction
    first: int
    count: int


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """A project and the media that it shows."""

    project: Content
    media: tuple[Content, ...] = ()

    def contents(self) -> tuple[Content, ...]:
        return (self.project, *self.media)


_opened: OrderedDict[str, Any] = OrderedDict()
_lock = Lock()


def scratch_folder() -> Path:
    """Where this worker keeps what it was sent: the folder that Dask gave it, or one in the system's place."""
    from distributed import get_worker

    try:
        return Path(get_worker().local_directory).parent / "atelier-contents"
    except ValueError:
        return Path(tempfile.gettempdir()) / "atelier-contents"


def missing(contents: list[Content]) -> list[str]:
    """Digests of the files that are not here yet."""
    folder = Folder(scratch_folder())
    return [content.digest for content in contents if not folder.has(content)]


def film_frames(inputs: Inputs, part: FilmPart, pieces: dict[str, bytes]) -> bytes:
    """The frames, (count, height, width, 4) uint8 premultiplied sRGB, compressed. `pieces` by their digests are put
    together to the files that are not here yet."""
    from editor.formats.movie import MovieOptions, plan_export

    with _lock:  # one film at a time in a process: its threads share the readers
        project = _project(inputs, pieces)
        options = MovieOptions(width=part.width, height=part.height, rate=part.rate, start=part.start, sound=False)
        plan = plan_export(project, part.document, Path("frames.mp4"), options)
        frames = [np.ascontiguousarray(pixels) for pixels in plan.frames_between(part.first, part.first + part.count)]
    return zstandard.ZstdCompressor(level=1).compress(b"".join(frame.tobytes() for frame in frames))


def _project(inputs: Inputs, pieces: dict[str, bytes]) -> Any:
    """Open the project from the worker's own folder, its media beside it."""
    from editor.storage import open_project

    key = inputs.project.digest
    if key in _opened:
        _opened.move_to_end(key)
        return _opened[key].project
    folder = Folder(scratch_folder())

    def piece(name: str) -> bytes:
        if name not in pieces:
            raise PieceMissing(tr("A piece of the project did not arrive."))
        return pieces[name]

    path = folder.put(inputs.project, piece)
    beside = path.with_suffix(".media")
    for content in inputs.media:
        source = folder.put(content, piece)
        beside.mkdir(exist_ok=True)
        link = beside / content.name
        if not link.exists():
            link.symlink_to(source)
    _opened[key] = open_project(path, read_only=True)
    while len(_opened) > OPEN_KEPT:
        _opened.popitem(last=False)[1].close()
    return _opened[key].project


def file_converted(source: Content, target: str, options: dict[str, Any], pieces: dict[str, bytes]) -> bytes:
    """A file as another format, by the extension of `target`; the bytes of the new file."""
    from editor.workflows.convert import ConvertOptions, convert_file

    path = Folder(scratch_folder()).put(source, lambda name: pieces[name])
    with tempfile.TemporaryDirectory(prefix="atelier-farm-") as folder:
        made = Path(folder) / target
        convert_file(path, made, ConvertOptions(**options))
        return made.read_bytes()


def versions() -> dict[str, str]:
    """What must be the same on every worker for the same pixels: our own code above all, by its content."""
    from importlib.metadata import version
    from platform import machine, python_version

    return {
        "program": program_digest(), "format": str(FORMAT), "python": ".".join(python_version().split(".")[:2]),
        "numpy": version("numpy"), "av": version("av"), "machine": machine(),
    }  # fmt: skip


@cache
def program_digest() -> str:
    """Over every source file of the editor and of what it draws with; "bundled" where there are none to read."""
    root = Path(__file__).resolve().parents[3]
    digest, count = hashlib.blake2b(digest_size=10), 0
    for package in ("editor", "render"):
        for path in sorted((root / package).rglob("*.py")):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
            count += 1
    return digest.hexdigest() if count else "bundled"
