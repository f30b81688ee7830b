"""What a watch folder does not take: files that somebody is still writing, and those with which a recipe failed."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from editor.base.translation import tr
from editor.library.walk import shown
from editor.workflows.queue.notes import Desktop, tell
from editor.workflows.queue.store import QueueStore

REFUSED = "_refused"
"""The folder inside a watched one where bad files go; it is not watched."""
SHOWN = 3
LONGEST_NAME, SHORT_NAME = 255, 60
"""Bytes that disks take, and letters that are left of a name which is longer."""


class Watch(msgspec.Struct, frozen=True, array_like=True):
    """`folder` is looked at with all below it; `recipe` is a file; results go to `output`."""

    id: int
    folder: str
    recipe: str
    output: str
    paused: bool


def is_being_written(path: Path) -> bool:
    """Whether a program has the file open for writing, as far as the system says: Linux grants a lease for reading only
    while nobody has; Windows refuses to open what another program writes to. Elsewhere only size and time count."""
    try:
        if sys.platform == "win32":
            with open(path, "r+b"):
                return False
        if sys.platform == "linux":
            import fcntl

            with open(path, "rb") as opened:
                fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_RDLCK)
                fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except PermissionError:
        return sys.platform == "win32"  # Linux: somebody else's file, of which nothing is said
    except OSError:
        return False
    return False


def put_refused_aside(store: QueueStore, one: Watch, desktop: Desktop) -> list[Path]:
    """Files whose order failed for good, and that have not changed since, with the sentence beside them."""
    rows = store.rows(
        "SELECT watched.path, watched.size, watched.modified, job.message FROM watched JOIN job ON job.id = watched.job"
        " WHERE watched.watch = ? AND watched.taken AND job.state = 'failed'",
        (one.id,),
    )
    refused = []
    for path, size, modified, message in rows:
        with suppress(OSError):
            status = os.stat(str(path))
            if (status.st_size, status.st_mtime_ns) == (size, modified):
                refused.append((Path(str(path)), str(message) or tr("Nothing was said about why.")))
    return _put_aside(store, one, refused, desktop)


def refuse_names(store: QueueStore, one: Watch, sources: Sequence[Path], desktop: Desktop) -> None:
    """Files whose names cannot be written down, so that no order can speak of them."""
    sentence = tr("Its name is not Unicode text: give it another one.")
    moved = _put_aside(store, one, [(source, sentence) for source in sources], desktop)
    left = [source for source in sources if source.exists()] if len(moved) < len(sources) else []
    if left:
        text = _lines([f"{shown(source.relative_to(one.folder))}: {sentence}" for source in left])
        tell(store, "aside", tr("Left in {folder}", folder=shown(one.folder)), text, desktop)


def _put_aside(store: QueueStore, one: Watch, refused: list[tuple[Path, str]], desktop: Desktop) -> list[Path]:
    moved, sentences = [], []
    for source, sentence in refused:
        with suppress(OSError):
            target = _free(Path(one.folder) / REFUSED / source.relative_to(one.folder))
            target.parent.mkdir(parents=True, exist_ok=True)
            os.rename(source, target)  # by two runners at once: the second finds nothing
            moved.append(target)
            sentences.append(f"{shown(source.relative_to(one.folder))}: {sentence}")
            beside = target.with_name(fitting(target.name, ".txt"))
            beside.write_text(f"{sentence}\n", encoding="utf-8")
    if moved:
        tell(store, "aside", tr("Put aside in {folder}", folder=shown(moved[0].parent)), _lines(sentences), desktop)
    return moved


def _lines(sentences: list[str]) -> str:
    """The first of them, and how many more there are."""
    more = tr("and {count} more", count=len(sentences) - SHOWN) if len(sentences) > SHOWN else ""
    return "\n".join([*sentences[:SHOWN], *filter(None, [more])])


def _free(path: Path) -> Path:
    number, place = 2, path
    while place.exists():
        place = path.with_name(fitting(path.stem, f" {number}{path.suffix}"))
        number += 1
    return place


def fitting(name: str, end: str) -> str:
    """A name with another end, shortened where a disk would refuse it.

    >>> fitting("a.png", ".txt"), len(fitting("x" * 255, ".txt"))
    ('a.png.txt', 64)
    """
    is_long = len(os.fsencode(name + end)) > LONGEST_NAME
    return (name[:SHORT_NAME] if is_long else name) + end
