"""Makes a pack of a folder: hashes every file, writes the manifest, signs it, and packs it into one file if wanted."""

import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sync.errors import Refused, SyncError
from sync.packs.hashing import hash_file, pour, whole
from sync.packs.manifest import CONTENT, MANIFEST, SIGNATURE, Author, Manifest, PackFile, check_name, write_manifest
from sync.packs.names import check_apart, check_path
from sync.packs.signing import SigningKey
from sync.packs.sources import content_of
from sync.packs.verifying import Verified, check_signed
from sync.progress import SILENT, Progress

HASHING_THREADS, BATCH = 4, 16
"""A thread takes so many files at a time: handing over costs as much as hashing a small one."""
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
    """The signed manifest for the files below a folder, without hidden ones. Writes nothing. Raises Refused,
    SyncError."""
    check_name(description.name, description.version)
    if not folder.is_dir():
        raise SyncError("There is no folder {folder}.", folder=str(folder))
    found = content_of(folder)
    for path, _ in found:
        check_path(path)
    check_apart(path for path, _ in found)
    if not found:
        raise Refused("The folder {folder} holds no files.", folder=str(folder))
    unknown = set(description.licences) - {path for path, _ in found}
    if unknown:
        raise Refused("A licence is given for {path}, which is not there.", path=ascii(min(unknown)))
    manifest = Manifest(
        name=description.name, version=description.version, title=description.title or description.name,
        description=description.description, author=Author(name=description.author, key=key.public),
        licence=description.licence, dependencies=dict(description.dependencies),
        files=_hashed(found, description, progress),
    )  # fmt: skip
    data = write_manifest(manifest)
    return check_signed(data, key.sign(data))  # by the reader's own rules, so that nobody signs what all refuse


def _hashed(found: Sequence[tuple[str, str]], told: Description, progress: Progress) -> tuple[PackFile, ...]:
    files: list[PackFile] = []

    def hash_batch(batch: Sequence[tuple[str, str]]) -> list[tuple[int, str]]:
        return [hash_file(Path(place), progress) for _, place in batch]

    with ThreadPoolExecutor(HASHING_THREADS) as pool:
        batches = [found[start : start + BATCH] for start in range(0, len(found), BATCH)]
        try:
            for batch, hashes in zip(batches, pool.map(hash_batch, batches)):
                files += [
                    PackFile(path=path, size=size, sha256=digest, licence=told.licences.get(path),
                             author=told.authors.get(path, ""), source=told.sources.get(path, ""))
                    for (path, _), (size, digest) in zip(batch, hashes)
                ]  # fmt: skip
                progress(len(files) / len(found), batch[-1][0])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return tuple(sorted(files, key=lambda file: file.path))


def write_archive(folder: Path, pack: Verified, target: Path, progress: Progress = SILENT) -> None:
    """Write the one-file form. The file appears whole or not at all. Raises SyncError.

    Entries carry no times, so the same files make the same archive.
    """
    manifest, done, places = pack.manifest, 0, dict(content_of(folder))
    try:
        with whole(target) as partial, zipfile.ZipFile(partial, "w", allowZip64=True) as archive:
            archive.writestr(_entry(MANIFEST), pack.data)
            archive.writestr(_entry(SIGNATURE), pack.signature)
            for file in manifest.files:
                _add(archive, Path(places.get(file.path) or folder / file.path), file, progress)
                done += file.size
                progress(done / max(1, manifest.size), file.path)
    except OSError as error:
        raise SyncError("The pack could not be written to {path}: {reason}", path=str(target),
                        reason=error.strerror or str(error)) from error  # fmt: skip


def _add(archive: zipfile.ZipFile, path: Path, file: PackFile, progress: Progress) -> None:
    entry = _entry(f"{CONTENT}/{file.path}")
    entry.file_size = file.size
    with path.open("rb") as source, archive.open(entry, "w") as target:
        found = pour(source, target.write, progress, file.size)
    if found != (file.size, file.sha256):
        raise SyncError("{path} changed while it was packed.", "Pack it again.", path=str(path))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    squeezed = name.rpartition(".")[2].lower() in SQUEEZED
    entry.compress_type = zipfile.ZIP_DEFLATED if squeezed else zipfile.ZIP_STORED
    entry.external_attr = 0o100644 << 16
    return entry
