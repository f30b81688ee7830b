"""Is a pack what its author signed? Every byte is read; nothing is written."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sync.errors import OtherKey, Refused, SyncError
from sync.packs.hashing import Write, pour
from sync.packs.manifest import Manifest, PackFile, read_manifest
from sync.packs.signing import check_signature
from sync.packs.sources import DAMAGED, ArchiveSource, FolderSource, Source
from sync.progress import SILENT, Progress


@dataclass(frozen=True)
class Verified:
    """A manifest whose signature fits. `digest`, the SHA-256 of its bytes, names this exact pack."""

    manifest: Manifest
    digest: str
    data: bytes
    signature: bytes


def open_source(path: Path) -> Source:
    """The pack at a path, in either form. Raises Refused, SyncError."""
    if path.is_dir():
        return FolderSource(path)
    if not path.is_file():
        raise SyncError("There is no pack {path}.", path=str(path))
    return ArchiveSource(path)


def read_signed(source: Source, key: str | None = None) -> Verified:
    """The manifest, once its signature fits and, with `key`, is by that author. Raises Refused."""
    return check_signed(source.manifest, source.signature, key)


def check_signed(data: bytes, signature: bytes, key: str | None = None) -> Verified:
    """The same for bytes that came another way."""
    manifest = read_manifest(data)
    if not signature:
        raise Refused("The pack {name} is not signed.", name=manifest.label)
    check_signature(data, signature, manifest.author.key)
    check_key(manifest, key)
    return Verified(manifest, hashlib.sha256(data).hexdigest(), data, signature)


def check_key(manifest: Manifest, key: str | None) -> None:
    """Raises OtherKey when a pack is not by the author whose key is known."""
    if key not in (None, manifest.author.key):
        raise OtherKey("The pack {name} is signed by somebody else than the versions that you have.",
                       "Ask its author whether the key changed before you take it.", name=manifest.label,
                       pack=manifest.name)  # fmt: skip


def verify(path: Path, progress: Progress = SILENT, key: str | None = None) -> Verified:
    """Check names, signature, sizes and hashes of a whole pack. Raises Refused with what is wrong."""
    source = open_source(path)
    verified = read_signed(source, key)
    check_complete(source, verified.manifest)
    done = 0
    for file in verified.manifest.files:
        copy_checked(source, file, len, progress)
        done += file.size
        progress(done / max(1, verified.manifest.size), file.path)
    return verified


def check_complete(source: Source, manifest: Manifest) -> None:
    """Nothing is there that the manifest does not name. Raises Refused. (What it names and is not there, opening
    finds.)"""
    known = {file.path for file in manifest.files}
    for path in (path for path in source.paths() if path not in known):
        raise Refused("The pack holds {path}, which its manifest does not name.", path=ascii(path[:120]))


def copy_checked(source: Source, file: PackFile, write: Write, progress: Progress) -> None:
    """Hand a file's bytes on, never more than its size; raises Refused when it is not the file that was signed."""
    try:
        with source.open(file.path) as stream:
            found = pour(stream, write, progress, file.size)
    except DAMAGED as error:
        raise Refused("The pack is damaged at {path}.", path=ascii(file.path)) from error
    if found != (file.size, file.sha256):
        raise Refused("The pack is damaged: {path} is not the file that its author signed.", path=ascii(file.path))
