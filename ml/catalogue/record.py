"""`model.json`: what a folder of the store says about the model in it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated, Any

import msgspec

from ml.errors import ModelError
from ml.progress import SILENT, Progress

RECORD = "model.json"
SPOILT = "damaged.json"
"""Beside the record when a check found other bytes than were installed: the names of those files."""
LARGEST_RECORD = 4 << 20
BLOCK = 4 << 20
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class FileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a model. `path` is inside the model's folder, with forward slashes."""

    path: str
    size: int
    sha256: Hash


class ModelRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`origin` is where it came from: an address, or the name of the file that was brought in."""

    name: str
    task: str
    files: dict[str, FileRecord]
    title: str = ""
    licence: str = ""
    adapter: str = ""
    settings: dict[str, Any] = {}
    origin: str = ""
    version: int = 1


def read_record(folder: Path) -> ModelRecord | None:
    """The record of a folder, or None where it has none that makes sense or one of its files is missing, cut off or
    was found to be changed."""
    record = stated_record(folder)
    return record if record is not None and not cut_files(folder, record) and not (folder / SPOILT).exists() else None


def stated_record(folder: Path) -> ModelRecord | None:
    """The record as it stands, whatever has become of the files."""
    path = folder / RECORD
    try:
        if path.stat().st_size > LARGEST_RECORD:
            return None
        record = msgspec.json.decode(path.read_bytes(), type=ModelRecord)
        for item in record.files.values():
            safe_path(item.path)
    except (OSError, msgspec.DecodeError, ModelError, RecursionError):
        return None
    return record if record.name == folder.name and record.files and is_name(record.name) else None


def cut_files(folder: Path, record: ModelRecord) -> tuple[str, ...]:
    """The files that are missing or have another length, by their paths."""
    return tuple(item.path for item in record.files.values() if _length(folder / safe_path(item.path)) != item.size)


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def spoilt_files(folder: Path) -> tuple[str, ...]:
    """What the last check found to be changed."""
    try:
        return msgspec.json.decode((folder / SPOILT).read_bytes(), type=tuple[str, ...])
    except (OSError, msgspec.DecodeError):
        return ()


def write_record(folder: Path, record: ModelRecord) -> None:
    (folder / RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1))


def safe_path(text: str) -> Path:
    """A path inside a model's folder. Raises ModelError for one that would leave it."""
    path = Path(text)
    parts = text.split("/")
    if "\\" in text or ":" in text or path.is_absolute() or not all(part.strip(". ") for part in parts):
        raise ModelError("The model names a file outside its folder: {name}.", name=text[:200])
    return path


def is_name(text: str) -> bool:
    """Whether a model may have this name on every system's disk."""
    return NAME.fullmatch(text) is not None and not RESERVED.fullmatch(text) and not text.endswith(".")


def name_from(text: str) -> str:
    """A model's name from a file's.

    >>> name_from("RealESRGAN x4 (v3)")
    'RealESRGAN-x4-v3'
    """
    plain = re.sub(r"[^A-Za-z0-9._]+", "-", text).strip("-._")[:80]
    return plain if is_name(plain) else f"model-{plain}".strip("-.")[:80]


def hash_of(path: Path, progress: Progress = SILENT) -> str:
    """SHA-256 of a file."""
    digest, done, size = hashlib.sha256(), 0, max(path.stat().st_size, 1)
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
            done += len(block)
            progress(min(done / size, 1.0))
    return digest.hexdigest()


def describe(folder: Path, files: dict[str, str], progress: Progress = SILENT) -> dict[str, FileRecord]:
    """Sizes and hashes of a folder's files, given by role."""
    found = {}
    for index, (role, name) in enumerate(files.items()):
        path = folder / safe_path(name)
        part = progress.part(index / len(files), (index + 1) / len(files))
        found[role] = FileRecord(path=name, size=path.stat().st_size, sha256=hash_of(path, part))
    return found
