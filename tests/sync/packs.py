"""Packs for the tests to change."""

from __future__ import annotations

from pathlib import Path

from sync.bucket import Bucket
from sync.packs.building import Description, describe
from sync.packs.installing import InstalledPack
from sync.packs.signing import SigningKey
from sync.packs.verifying import Verified
from sync.progress import SILENT, Progress
from sync.transfer import Limits, fetch, plan_pull

FILES = {
    "brushes/soft.json": b'{"hardness": 0.2}',
    "brushes/h\u00e9ron.json": b'{"hardness": 0.9}',
    "textures/paper.raw": bytes(range(256)) * 700,
    "textures/again.raw": bytes(range(256)) * 700,
    "empty.txt": b"",
}


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def described(folder: Path, key: SigningKey, version: str = "1.0.0", name: str = "papers") -> Verified:
    return describe(folder, Description(name, version, "Test", "CC0-1.0", title="Papers"), key)


def contents(folder: Path) -> dict[str, bytes]:
    return {item.relative_to(folder).as_posix(): item.read_bytes() for item in folder.rglob("*") if item.is_file()}


def pull(
    bucket: Bucket, name: str, root: Path, version: str | None = None, limits: Limits = Limits(),
    progress: Progress = SILENT, accept_key: bool = False,
) -> InstalledPack:  # fmt: skip
    """As a person does who agrees to everything: plan, then fetch."""
    accept = {name} if accept_key else set[str]()
    return fetch(bucket, plan_pull(bucket, name, root, version, accept, False, progress), root, limits, progress)
