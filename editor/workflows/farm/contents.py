"""Files on their way to workers: cut into pieces that are named by their hash, put together again on the other side."""

import hashlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.storage.media import full_hash

PIECE = 8 << 20
LIMIT = 20 << 30
IN_USE_SECONDS = 900.0


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """One file: `digest` over all of it (BLAKE2b, 160 bits), `pieces` the digests of PIECE bytes each."""

    name: str
    size: int
    digest: str
    pieces: tuple[str, ...]


def content_of(path: Path) -> Content:
    """Raises ExpectedError when the file cannot be read."""
    whole, pieces, size = hashlib.blake2b(digest_size=20), list[str](), 0
    try:
        for piece in pieces_of(path):
            whole.update(piece)
            size += len(piece)
            pieces.append(digest_of(piece))
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror or str(error))
        ) from error
    return Content(name=path.name, size=size, digest=whole.hexdigest(), pieces=tuple(pieces))


def pieces_of(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            yield piece


def digest_of(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=20).hexdigest()


class Folder:
    """Where a worker keeps files, at most `most` bytes of them; several workers of one machine may share it.

    What was not used for longest goes first, and nothing that was used within the last minutes does.
    """

    def __init__(self, root: Path, most: int = LIMIT) -> None:
        self.root, self.most = root, most

    def path_of(self, content: Content) -> Path:
        return self.root / content.digest[:2] / content.digest / Path(content.name).name

    def has(self, content: Content) -> bool:
        """Whether it is here; it counts as used now."""
        path = self.path_of(content)
        try:
            here = path.stat().st_size == content.size
            if here:
                os.utime(path.parent)
        except OSError:
            return False
        return here

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.root.glob("??/*/*") if path.is_file())

    def shrink(self, keep_seconds: float = IN_USE_SECONDS) -> int:
        """Let go of files until there is room; how many went."""
        found = []
        for folder in self.root.glob("??/*"):
            with suppress(OSError):
                size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
                found.append((folder.stat().st_mtime, size, folder))
        total, gone, now = sum(size for _, size, _ in found), 0, time.time()
        for used, size, folder in sorted(found):
            if total <= self.most or now - used < keep_seconds:
                break
            shutil.rmtree(folder, ignore_errors=True)
            total, gone = total - size, gone + 1
        return gone

    def put(self, content: Content, piece: Callable[[str], bytes]) -> Path:
        """Put a file together from its pieces, each checked; half a file never has its final name.

        Raises ExpectedError when the pieces are not those of the content.
        """
        target = self.path_of(content)
        if self.has(content):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.part")
        try:
            with open(partial, "wb") as file:
                for name in content.pieces:
                    data = piece(name)
                    if digest_of(data) != name:
                        raise ExpectedError(tr("{name} arrived damaged.", name=content.name))
                    file.write(data)
            if full_hash(partial) != content.digest:
                raise ExpectedError(tr("{name} arrived damaged.", name=content.name))
            os.replace(partial, target)
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
        return target
