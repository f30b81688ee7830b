"""What a watch folder does not take: files that somebody is still writing, and those with which a recipe failed."""

import os
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from editor.base.translation import tr
from editor.workflows.queue.notes import Desktop, tell
from editor.workflows.queue.store import QueueStore

REFUSED = "_refused"
"""The folder inside a watched one where bad files go; it is not watched."""
SHOWN = 3


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
    moved, sentences = [], []
    for path, size, modified, message in rows:
        source, sentence = Path(str(path)), str(message) or tr("Nothing was said about why.")
        with suppress(OSError):
            status = os.stat(source)
            if (status.st_size, status.st_mtime_ns) != (size, modified):
                continue
            target = _free(Path(one.folder) / REFUSED / source.relative_to(one.folder))
            target.parent.mkdir(parents=True, exist_ok=True)
            os.rename(source, target)  # by two runners at once: the second finds nothing
            target.with_name(f"{target.name}.txt").write_text(f"{sentence}\n", encoding="utf-8")
            moved.append(target)
            sentences.append(f"{source.name}: {sentence}")
    if moved:
        more = tr("and {count} more", count=len(moved) - SHOWN) if len(moved) > SHOWN else ""
        text = "\n".join([*sentences[:SHOWN], *filter(None, [more])])
        tell(store, "aside", tr("Put aside in {folder}", folder=moved[0].parent), text, desktop)
    return moved


def _free(path: Path) -> Path:
    number, place = 2, path
    while place.exists():
        place = path.with_name(f"{path.stem} {number}{path.suffix}")
        number += 1
    return place
