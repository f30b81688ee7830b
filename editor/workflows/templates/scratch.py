"""A copy of a template to fill and throw away: what a row puts in never reaches the template's own file."""

from pathlib import Path

from editor.document.journal import BlobStore, MediaTable, MemoryBlobs, MemoryMedia
from editor.document.project import Project


class BlobsAbove(MemoryBlobs):
    """New bytes in memory, all others from the store below."""

    def __init__(self, below: BlobStore) -> None:
        super().__init__()
        self._below = below

    def put(self, data: bytes, name: str | None = None) -> str:
        if name is not None and name in self._below:
            return name
        return super().put(data, name)

    def get(self, name: str) -> bytes:
        return super().get(name) if super().__contains__(name) else self._below.get(name)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._below


class MediaAbove(MemoryMedia):
    """Files that a row names, and those that the template knows."""

    def __init__(self, below: MediaTable | None) -> None:
        super().__init__()
        self._below = below

    def find(self, key: str) -> Path | None:
        found = super().find(key)
        return found if found is not None or self._below is None else self._below.find(key)


def scratch_of(project: Project) -> Project:
    """The records as they are now, writable; nothing that is done to them can be seen from outside."""
    copy = project.snapshot(read_only=False)
    copy.blobs = BlobsAbove(project.blobs)
    copy.media = MediaAbove(project.media)
    return copy
