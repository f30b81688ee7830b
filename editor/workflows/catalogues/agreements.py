"""What a person agreed to: which catalogue may be spoken to, at which hosts; and the feeds that they added.

Kept beside the library in `catalogues.json`, together with `mirrors`: other addresses of the known catalogues, for a
studio that has copies in the house.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr

FILE_NAME = "catalogues.json"


class AddedFeed(msgspec.Struct, frozen=True):
    """As `JsonFeed` has it."""

    address: str
    title: str
    others: tuple[str, ...] = ()
    page: str = ""


class Agreements(msgspec.Struct, frozen=True):
    """`agreed` holds the hosts by a catalogue's key; hosts that come later are asked about anew."""

    agreed: dict[str, tuple[str, ...]] = {}
    feeds: tuple[AddedFeed, ...] = ()
    mirrors: dict[str, str] = {}


def read_agreements(folder: Path) -> Agreements:
    """What stands in the folder; nothing where there is no such file. Raises ExpectedError for a damaged one."""
    path = folder / FILE_NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Agreements)
    except FileNotFoundError:
        return Agreements()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ExpectedError(
            tr("{name} cannot be read.", name=path), tr("Delete it; you will be asked again.")
        ) from error


def changed_at(folder: Path) -> int:
    """Another number whenever somebody wrote the file; 0 where there is none."""
    try:
        status = (folder / FILE_NAME).stat()
    except OSError:
        return 0
    return status.st_mtime_ns ^ status.st_ino


def write_agreements(folder: Path, agreements: Agreements) -> None:
    """Replaces the file as a whole."""
    made = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, prefix=".catalogues-", delete=False) as file:
            made = file.name
            file.write(msgspec.json.format(msgspec.json.encode(agreements), indent=1))
        os.replace(made, folder / FILE_NAME)
    except OSError as error:
        with suppress(OSError):
            os.unlink(made)
        raise ExpectedError(
            tr("{name} cannot be written: {reason}.", name=folder / FILE_NAME, reason=error.strerror or error)
        ) from error
