"""Makes a pack of a folder: hashes every file, writes the manifest, signs it, and packs it into one file if wanted."""

import hashlib
import os
import unicodedata
import uuid
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sync.errors import Refused, SyncError
from sync.packs.manifest import CONTENT, MANIFEST, SIGNATURE, Author, Manifest, PackFile, check_name, write_manifest
from sync.packs.names import check_apart, check_path
from sync.packs.signing import SigningKey
from sync.packs.sources import CHUNK, Found, found_in, walk
from sync.packs.verifying import Verified, check_signed
from sync.progress import SILENT, Progress

HASHING_THREADS = 4
BATCH = 16
"""Files that one thread takes at a time: handing over costs as much as hashing a small one."""
SQUEEZED = frozenset("json svg txt md csv obj gltf xml html cube gpl bmp tga wav".split())
"""What deflate makes smaller; pictures, sounds and clips mostly are as small as they get."""


@dataclass(frozen=True)
class Description:
    """What the author says; the rest is found out. `licences`, `authors` and `sources` by path, where a file has others
    than the pack."""

    name: str
    version: str
    author: str
    licence: str
    title: str = ""
    description: str = ""
    dependencies: Mapping[str, str] = field(default_factory=dict)
    licences: Mapping[str, str] = field(default_factory=dict)
    authors: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


def describe(folder: Path, description: Description, key: SigningKey, progress: Progress = SILENT) -> Verified:
    """The signed manifest for the files below a folder. Writes nothing. Raises Refused, SyncError.

    Hidden files (a name that begins with a dot) stay out: they are editors' and systems' own.
    """
    check_name(description.name, description.version)
    if not folder.is_dir():
        raise SyncError("There is no folder {folder}.", folder=str(folder))
    walked = (item for item in walk(folder) if not any(part.startswith(".") for part in item.path.split("/")))
    found = [Found(unicodedata.normalize("NFC", item.path), item.entry) for item in walked]
    for item in found:
        check_path(item.path)
    check_apart(item.path for item in found)
    if not found:
        raise Refused("The folder {folder} holds no files.", folder=str(folder))
    unknown = set(description.licences) - {item.path for item in found}
    if unknown:
        raise Refused("A licence is given for {path}, which is not there.", path=ascii(min(unknown)))
    files = _hashed(found, description, progress)
    manifest = Manifest(
        name=description.name, version=description.version, title=description.title or description.name,
        description=description.description, author=Author(name=description.author, key=key.public),
        licence=description.licence, dependencies=dict(description.dependencies), files=files,
    )
    data = write_manifest(manifest)
    return check_signed(data, key.sign(data))  # by the reader's own rules, so that nobody signs what all refuse


def _hashed(found: list[Found], told: Description, progress: Progress) -> tuple[PackFile, ...]:
    files: list[PackFile] = []
    with ThreadPoolExecutor(HASHING_THREADS) as pool:
        batches = [found[start : start + BATCH] for start in range(0, len(found), BATCH)]
        waiting = [pool.submit(_hash_batch, batch, progress) for batch in batches]
        try:
            for batch, results in zip(batches, waiting):
                for item, (size, digest) in zip(batch, results.result()):
                    files.append(PackFile(
                        path=item.path, size=size, sha256=digest, licence=told.licences.get(item.path),
                        author=told.authors.get(item.path, ""), source=told.sources.get(item.path, ""),
                    ))  # fmt: skip
                progress(len(files) / len(found), batch[-1].path)
        except BaseException:
            for result in waiting:
                result.cancel()
            raise
    return tuple(sorted(files, key=lambda file: file.path))


def _hash_batch(batch: list[Found], progress: Progress) -> list[tuple[int, str]]:
    return [hash_file(Path(item.entry.path), progress) for item in batch]


def hash_file(path: Path, progress: Progress = SILENT) -> tuple[int, str]:
    """Size and SHA-256 of a file. Raises SyncError when it cannot be read."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while data := file.read(CHUNK):
                digest.update(data)
                size += len(data)
                progress.check()
    except OSError as error:
        raise SyncError("{path} cannot be read.", path=str(path)) from error
    return size, digest.hexdigest()


def write_archive(folder: Path, pack: Verified, target: Path, progress: Progress = SILENT) -> None:
    """Write the one-file form. The file appears whole or not at all. Raises SyncError.

    Entries carry no times, so the same files make the same archive.
    """
    partial = target.with_name(f".{target.name[:80]}.{uuid.uuid4().hex[:8]}.part")
    manifest = pack.manifest
    done = 0
    try:
        with zipfile.ZipFile(partial, "w", allowZip64=True) as archive:
            archive.writestr(_entry(MANIFEST, True), pack.data)
            archive.writestr(_entry(SIGNATURE, False), pack.signature)
            for file in manifest.files:
                _add(archive, found_in(folder, file.path), file, progress)
                done += file.size
                progress(done / max(1, manifest.size), file.path)
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(target)
    except OSError as error:
        raise SyncError("The pack could not be written to {path}: {reason}", path=str(target),
                        reason=error.strerror or str(error)) from error  # fmt: skip
    finally:
        partial.unlink(missing_ok=True)


def _add(archive: zipfile.ZipFile, path: Path, file: PackFile, progress: Progress) -> None:
    digest = hashlib.sha256()
    entry = _entry(f"{CONTENT}/{file.path}", path.suffix.lower().removeprefix(".") in SQUEEZED)
    entry.file_size = file.size
    with path.open("rb") as source, archive.open(entry, "w") as target:
        while data := source.read(CHUNK):
            digest.update(data)
            target.write(data)
            progress.check()
    if digest.hexdigest() != file.sha256:
        raise SyncError("{path} changed while it was packed.", "Pack it again.", path=str(path))


def _entry(name: str, squeezed: bool) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED if squeezed else zipfile.ZIP_STORED
    entry.external_attr = 0o100644 << 16
    return entry


