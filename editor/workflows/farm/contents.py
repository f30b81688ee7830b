"""Files on their way to workers: cut into pieces that are named by their hash, put together again on the other side."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.storage.media import full_hash

PIECE = 8 << 20


class PieceMissing(ExpectedError):
    """A worker that came later does not have a file, and was not sent it: sending again helps."""


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
    """Where a worker keeps files; several workers of one machine may share it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, content: Content) -> Path:
        return self.root / content.digest[:2] / content.digest / Path(content.name).name

    def has(self, content: Content) -> bool:
        path = self.path_of(content)
        return path.is_file() and path.stat().st_size == content.size

    def put(self, content: Content, piece: Callable[[str], bytes]) -> Path:
        """Put a file together from its pieces, each checked; half a file never has its final name.

        Raises ExpectedError when the pieces are not those of the content.
        """
        target = self.path_of(content)
        if self.has(content):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
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
