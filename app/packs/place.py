"""Where this person's packs lie, which buckets they know, and whose keys are used for them. No Qt here.

Secrets live in the system's keyring or in the environment; where there is no keyring, the author's own signing key
may lie in a file that only its owner can read. Keys of buckets are never written to a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from sync.credentials import Place
from sync.errors import SyncError

if TYPE_CHECKING:
    from sync.bucket import Bucket
    from sync.packs.signing import SigningKey

KEY_SERVICE = "atelier-author"
KEY_VARIABLE = "ATELIER_SIGNING_KEY"
FOLDER_VARIABLE = "ATELIER_PACKS"


@contextmanager
def told() -> Iterator[None]:
    """What `sync` says, in this person's language."""
    try:
        yield
    except SyncError as error:
        values = {**error.values, **_reason(error)}
        remedy = tr(error.remedy, **values) if error.remedy else ""
        raise ExpectedError(tr(error.sentence, **values), remedy) from error


def _reason(error: SyncError) -> dict[str, str]:
    """Why a manifest cannot be read, in words; `sync` has only those of its reader."""
    if "reason" not in error.values or not isinstance(error.__cause__, msgspec.MsgspecError | UnicodeDecodeError):
        return {}
    from editor.base.misfits import misfit
    from sync.packs.manifest import Manifest

    return {"reason": misfit(error.__cause__, Manifest)}


def packs_folder() -> Path:
    """Where packs are: ATELIER_PACKS, else beside what else the studio keeps for this person."""
    from app.ai.folder import folder_of_this_person

    given = os.environ.get(FOLDER_VARIABLE)
    return Path(given) if given else folder_of_this_person().parent / "packs"


def known_buckets() -> list[Place]:
    """What this person added, without any key."""
    try:
        return msgspec.json.decode((packs_folder() / ".buckets.json").read_bytes(), type=list[Place])
    except (OSError, msgspec.MsgspecError):
        return []


def keep_buckets(places: list[Place]) -> None:
    path = packs_folder() / ".buckets.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(places), indent=1))
    partial.replace(path)


def place_at(text: str, endpoint: str, region: str) -> Place:
    """From `bucket/folder`, as people write it."""
    bucket, _, prefix = text.strip().removeprefix("s3://").partition("/")
    if not bucket:
        raise ExpectedError(tr("A bucket has a name."))
    for name in (bucket, *prefix.split("/")):
        if name in (".", ".."):  # addresses are shortened on their way, and would name another object than was signed
            raise ExpectedError(tr("A bucket’s folder cannot be named {name}.", name=name))
    if endpoint and "://" not in endpoint:
        endpoint = f"https://{endpoint}"
    return Place(bucket, prefix.strip("/"), endpoint.rstrip("/"), region or "us-east-1")


def open_bucket(place: Place, attempts: int = 5) -> Bucket:
    from app.packs.keys import find_credentials
    from sync.bucket import Bucket

    return Bucket(place, find_credentials(place), attempts)


def signing_key() -> SigningKey:
    """The author's own key: from the environment (64 hexadecimal digits), the keyring, or the file of whoever has none;
    made at the first call."""
    import keyring
    from keyring.errors import KeyringError

    from sync.packs.signing import SigningKey

    given = os.environ.get(KEY_VARIABLE)
    try:
        if given:
            return SigningKey(bytes.fromhex(given))
        kept = keyring.get_password(KEY_SERVICE, "signing-key")
        if kept:
            return SigningKey(bytes.fromhex(kept))
        if not _key_file().exists():
            fresh = SigningKey.generate()
            keyring.set_password(KEY_SERVICE, "signing-key", fresh.secret().hex())
            return fresh
    except ValueError as error:
        raise ExpectedError(tr("The signing key cannot be read: it has 64 hexadecimal digits.")) from error
    except KeyringError:
        pass
    return _key_from_file()


def _key_file() -> Path:
    return packs_folder() / ".signing-key"


def _key_from_file() -> SigningKey:
    """For systems without a keyring: made so that nobody else can read it from its first moment on."""
    from sync.packs.signing import SigningKey

    path = _key_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            fresh = SigningKey.generate()
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as out:
                out.write(fresh.secret().hex())
        elif os.name == "posix" and path.stat().st_mode & 0o077:
            raise ExpectedError(
                tr("Others can read the signing key in {path}.", path=str(path)), tr("Take that right from them first.")
            )
        return SigningKey(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except (OSError, ValueError) as error:
        raise ExpectedError(tr("The signing key cannot be read: it has 64 hexadecimal digits.")) from error
