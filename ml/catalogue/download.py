"""Fetches one file: over http or https, resumed, from mirrors, checked before it is believed.

Of a model size and hash are known beforehand. Where nobody tells them, `Wanted.most` says how large it may be.

Bytes go into `NAME.part` beside the target, which stays when the transfer is cut off and is gone on with later. The
target appears, in one step, only when length and hash are right.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ml.catalogue.record import BLOCK
from ml.catalogue.transfer import Cut, Refused, ServerError, Transfer, Unreachable, anywhere
from ml.errors import ModelError
from ml.progress import SILENT, Progress

TRIES = 4
"""How often an address is gone on with after being cut off, as long as something came."""
SPARE_DISK = 64 << 20
CHECKING = 0.05
"""The share of the progress that the check of the hash takes."""


@dataclass(frozen=True)
class Wanted:
    """What is to be fetched. `md5` for those who publish no better hash; `most` bytes where size or hash are not known,
    and not one more. `allows` is asked of every address that a server sends us to."""

    addresses: Sequence[str]
    size: int
    sha256: str
    target: Path
    md5: str = ""
    most: int = 0
    allows: Callable[[str], bool] = anywhere

    @property
    def part(self) -> Path:
        return self.target.with_name(self.target.name + ".part")

    @property
    def notes(self) -> Path:
        """Beside the part: which address and which version of it the bytes are from."""
        return self.target.with_name(self.target.name + ".part.json")


def download(wanted: Wanted, progress: Progress = SILENT) -> None:
    """Raises ModelError when no address gives the right bytes, and whatever `progress` raises to stop; what came so
    far is then kept for the next time."""
    if not wanted.most and not (wanted.size and (wanted.sha256 or wanted.md5)):
        raise ModelError(
            "There is no checksum for {name}, so it is not fetched.", "Install it from a file.", name=wanted.target.name
        )
    for address in wanted.addresses:
        check_address(address)
    wanted.target.parent.mkdir(parents=True, exist_ok=True)
    _check_disk(wanted)
    last: ModelError | None = None
    for address in wanted.addresses:
        try:
            _from_address(wanted, address, progress)
            return
        except OSError as error:
            raise _disk_error(error, wanted) from error
        except Refused as error:
            last = error.told
    raise last or ModelError("There is no address for {name}.", name=wanted.target.name)


def check_address(address: str) -> None:
    """Raises ModelError for what is not http or https."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise ModelError("Models are fetched over http and https only, not from {address}.", address=address[:200])


def _from_address(wanted: Wanted, address: str, progress: Progress) -> None:
    """Raises Refused when this address cannot give the file."""
    for _attempt in range(TRIES):
        before = _held(wanted)
        try:
            resumed = _transfer(wanted, address, progress)
        except (Cut, Unreachable) as error:
            if _held(wanted) <= before:
                raise Refused(error.told) from error
            continue
        if _is_right(wanted, progress.part(1.0 - CHECKING, 1.0)):
            return
        _discard(wanted)
        if not resumed:
            raise Refused(ServerError(
                "The server {server} gives other bytes for {name} than the catalogue names. They were thrown away.",
                "Try again later, or install it from a file.", server=urlsplit(address).netloc, name=wanted.target.name,
            ))
    raise Refused(ServerError(
        "The connection to {server} was cut off again and again.", "Try again: what came so far is kept.",
        server=urlsplit(address).netloc,
    ))


def _transfer(wanted: Wanted, address: str, progress: Progress) -> bool:
    """Fetch what is missing; returns whether older bytes were built upon."""
    held = _held(wanted)
    size = _size(wanted, address)
    if held and held == size:
        return True
    if held and not size:
        _discard(wanted)
        held = 0
    transfer = Transfer(address, held, _validator(wanted, address) if held else "", wanted.allows)
    try:
        start = transfer.open(size, progress)
        if start != held:
            _discard(wanted)
        size = size or transfer.length
        if wanted.most and size > wanted.most:
            raise Refused(_too_large(wanted, address))
        _note(wanted, address, transfer.validator, size)
        if _write(wanted, transfer, start, size, progress) < size:
            raise Cut(transfer.cut_off())
    except Refused:
        _discard(wanted)
        raise
    finally:
        transfer.close()
    return start > 0


def _write(wanted: Wanted, transfer: Transfer, at: int, size: int, progress: Progress) -> int:
    """Add what comes to the part; how long it is then."""
    with wanted.part.open("ab") as stream:
        for block in transfer.blocks(progress):
            at += len(block)
            if size and at > size:
                raise Refused(transfer.wrong_length())
            if wanted.most and at > wanted.most:
                raise Refused(_too_large(wanted, transfer.address))
            stream.write(block)
            progress(min(at / (size or wanted.most), 1.0) * (1.0 - CHECKING))
    return at


def _too_large(wanted: Wanted, address: str) -> ServerError:
    return ServerError(
        "The server {server} sends more for {name} than the {most} MB that are taken.",
        "Get it with a web browser, and import the file.",
        server=urlsplit(address).netloc, name=wanted.target.name, most=wanted.most >> 20,
    )


def _is_right(wanted: Wanted, progress: Progress) -> bool:
    if not _is_what_was_wanted(wanted, progress):
        return False
    with wanted.part.open("rb+") as stream:
        os.fsync(stream.fileno())
    os.replace(wanted.part, wanted.target)
    wanted.notes.unlink(missing_ok=True)
    return True


def _is_what_was_wanted(wanted: Wanted, progress: Progress) -> bool:
    """By length and by every hash that is known."""
    held = _held(wanted)
    if not held or (wanted.size and held != wanted.size):
        return False
    hashes = [(hashlib.sha256(), wanted.sha256), (hashlib.md5(usedforsecurity=False), wanted.md5)]
    known = [pair for pair in hashes if pair[1]]
    done = 0
    with wanted.part.open("rb") as stream:
        while known and (block := stream.read(BLOCK)):
            for digest, _ in known:
                digest.update(block)
            done += len(block)
            progress(min(done / held, 1.0))
    return all(digest.hexdigest() == expected for digest, expected in known)


def _held(wanted: Wanted) -> int:
    """Bytes that are there already; more than the file has are no good."""
    try:
        size = wanted.part.stat().st_size
    except OSError:
        return 0
    if size > (wanted.size or wanted.most):
        _discard(wanted)
        return 0
    return size


def _discard(wanted: Wanted) -> None:
    wanted.part.unlink(missing_ok=True)
    wanted.notes.unlink(missing_ok=True)


def _note(wanted: Wanted, address: str, validator: str, size: int) -> None:
    notes = {"address": address, "validator": validator, "size": size}
    wanted.notes.write_text(json.dumps(notes), encoding="utf-8")


def _validator(wanted: Wanted, address: str) -> str:
    """What makes the server send the whole file if it has changed. A mirror's own does not hold for another."""
    return str(_noted(wanted, address).get("validator", ""))


def _size(wanted: Wanted, address: str) -> int:
    """What is known of the whole file's bytes: from whoever wants it, or from what this server said before."""
    said = _noted(wanted, address).get("size", 0)
    return wanted.size or (said if isinstance(said, int) else 0)


def _noted(wanted: Wanted, address: str) -> dict[str, object]:
    with suppress(OSError, ValueError):
        notes = json.loads(wanted.notes.read_text(encoding="utf-8"))
        if isinstance(notes, dict) and notes.get("address") == address:
            return notes
    return {}


def _check_disk(wanted: Wanted) -> None:
    needed = max(wanted.size - _held(wanted), 0) + SPARE_DISK
    free = shutil.disk_usage(wanted.target.parent).free
    if needed > free:
        raise ModelError(
            "This needs {needed} MB on the disk; {free} MB are free.", "Free some space, or choose another disk.",
            needed=-(-needed >> 20), free=free >> 20,
        )


def _disk_error(error: OSError, wanted: Wanted) -> ModelError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC):
        return ModelError("The disk is full.", "Free some space, or choose another disk.")
    return ModelError(
        "{name} cannot be written: {reason}.", "Choose another folder in the preferences.", name=wanted.target.name,
        reason=error.strerror or error,
    )
