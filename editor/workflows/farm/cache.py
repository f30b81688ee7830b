"""Results by what they came from: the same piece of the same content is never worked on twice."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import msgspec
import zstandard

from editor.model.values import to_plain

QUICK = -5
"""Frames are large, and whoever sends them waits: a quarter of level 1's time for a quarter more bytes."""


def key_of(kind: str, version: str, *parts: object) -> str:
    """Names a result: its kind, the program's version, and everything that it depends on."""
    plain = msgspec.json.encode([kind, version, *parts], enc_hook=to_plain, order="deterministic")
    return hashlib.blake2b(plain, digest_size=20).hexdigest()


def packed(data: bytes) -> bytes:
    """As results travel and lie on the disk: compressed, with a checksum."""
    return zstandard.ZstdCompressor(level=QUICK, write_checksum=True).compress(data)


def unpacked(plain: bytes | memoryview) -> bytes | None:
    """None for what is damaged."""
    try:
        return zstandard.ZstdDecompressor().decompress(plain)
    except zstandard.ZstdError:
        return None


class ResultCache:
    """Bytes in files, compressed; a file that is damaged counts as missing."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, key: str) -> Path:
        return self.root / key[:2] / f"{key}.zst"

    def get(self, key: str) -> bytes | None:
        try:
            return unpacked(self.path_of(key).read_bytes())
        except OSError:
            return None

    def put(self, key: str, data: bytes) -> None:
        self.put_packed(key, packed(data))

    def put_packed(self, key: str, plain: bytes | memoryview) -> None:
        """A full disk costs the cache and not the work."""
        target = self.path_of(key)
        partial = target.with_name(f"{target.name}.{os.getpid()}.part")
        with suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(plain)
            os.replace(partial, target)
        with suppress(OSError):
            partial.unlink(missing_ok=True)

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.root.glob("??/*.zst"))

    def shrink(self, most: int) -> int:
        """Forget the oldest results until no more than `most` bytes are kept; how many were forgotten."""
        found = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in self.root.glob("??/*.zst"))
        total, gone = sum(size for _, size, _ in found), 0
        for _, size, path in found:
            if total <= most:
                break
            path.unlink(missing_ok=True)
            total, gone = total - size, gone + 1
        return gone
