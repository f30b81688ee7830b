"""The library's own bytes: one file per content, named by its hash, so that nothing is kept twice."""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.storage.media import PIECE, full_hash

PARTIAL = ".part"
FORGOTTEN_SECONDS = 3600.0
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class NoRoom(ExpectedError):
    """The disk is full: what comes next would not fit either."""


class ContentStore:
    """`root/ab/abcdef….png`: the extension stays, so that other programs know the files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, digest: str, extension: str) -> Path:
        name = f"{digest}.{extension}" if extension else digest
        return self.root / digest[:2] / name

    def has(self, digest: str, extension: str) -> bool:
        return self.path_of(digest, extension).is_file()

    def put(self, source: Path, digest: str, extension: str, check: Callable[[], object] = lambda: None) -> Path:
        """Copy a file in, checking on the way that it is what `digest` says. Half a file never has a final name. A
        kept file that was damaged meanwhile is healed by a good one.

        Raises ExpectedError when it cannot be copied or changed while it was read; `check` may raise Cancelled.
        """
        target = self.path_of(digest, extension)
        if _holds(target, digest):
            return target
        partial = target.with_name(f"{target.name}.{os.getpid()}{PARTIAL}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if _copy(source, partial, check) != digest:
                raise ExpectedError(tr("{name} changed while it was read.", name=source.name), tr("Import it again."))
            partial.replace(target)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise NoRoom(
                    tr("The disk of the library is full; {name} was not copied.", name=source.name),
                    tr("Free some space and import it again; what came in before is kept."),
                ) from error
            raise ExpectedError(
                tr("{name} could not be copied: {reason}.", name=source.name, reason=error.strerror or str(error))
            ) from error
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
        return target

    def find(self, digest: str, extension: str) -> Path | None:
        """Where the bytes are, first under this extension, then under any other: one content may come in as `.jpg`
        and as `.jpeg`."""
        path = self.path_of(digest, extension)
        return path if path.is_file() else next(self._all_of(digest), None)

    def remove(self, digest: str) -> None:
        """Forget the bytes, under whatever extension; what is not there is no error."""
        for path in list(self._all_of(digest)):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        with suppress(OSError):
            (self.root / digest[:2]).rmdir()

    def _all_of(self, digest: str) -> Iterator[Path]:
        paths = (self.root / digest[:2]).glob(f"{digest}*")
        return (path for path in paths if path.name.partition(".")[0] == digest and not path.name.endswith(PARTIAL))

    def damaged(self, progress: Callable[[float, str], object] = lambda share, text: None) -> Iterator[Path]:
        """Read everything and give the files whose bytes are no longer those of their name."""
        paths = sorted(path for path in self.root.glob("??/*") if not path.name.endswith(PARTIAL))
        for number, path in enumerate(paths):
            progress(number / len(paths), path.name)
            if full_hash(path) != path.name.partition(".")[0]:
                yield path

    def sweep(self) -> None:
        """Remove what programs that were killed left half copied; a copy that goes on is younger than an hour."""
        old = time.time() - FORGOTTEN_SECONDS
        for path in self.root.glob(f"??/*{PARTIAL}"):
            with suppress(OSError):
                if path.stat().st_mtime < old:
                    path.unlink()

    def size(self) -> int:
        """Bytes of all that is kept."""
        return sum(path.stat().st_size for path in self.root.glob("??/*"))


def _holds(path: Path, digest: str) -> bool:
    """Whether a kept file is there and whole. It is read for that, as the file that comes in was."""
    try:
        return path.is_file() and full_hash(path) == digest
    except OSError:
        return False


def _copy(source: Path, target: Path, check: Callable[[], object]) -> str:
    digest = hashlib.blake2b(digest_size=20)
    with open(source, "rb") as reading, open(target, "wb") as writing:
        while piece := reading.read(PIECE):
            check()
            digest.update(piece)
            writing.write(piece)
        writing.flush()
        os.fsync(writing.fileno())
    shutil.copystat(source, target)
    return digest.hexdigest()
