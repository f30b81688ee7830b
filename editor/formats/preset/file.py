"""Preset files, `.atelier-preset`: JSON with a name, a content and the bytes that the content names.

    {"format": "atelier-preset", "version": 1, "name": "Soft ink",
     "content": {"type": "tool", "tool": "raster.brush", "options": {"size": 12.0, …}},
     "blobs": {"blob:…": "bytes, deflated and in base64"}}

A file comes from anywhere: it is bounded in size, what it says is checked against the types of the content, and bytes
are checked against their name.
"""

import base64
import binascii
import os
import re
import zlib
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.journal import blob_name
from editor.formats.preset.content import KINDS, Content, Preset, Short
from editor.model.values import BLOB_PATTERN, from_plain, is_finite, to_plain

SUFFIX = ".atelier-preset"
FORMAT = "atelier-preset"
VERSION = 1
MOST_BYTES = 64 << 20
MOST_WORDS = 4 << 20
"""Of the content, without the bytes beside it."""
MOST_UNPACKED = 128 << 20
SMALL_FRACTION = re.compile(r"-?\d{1,18}(/\d{1,18})?")


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    """What every version has."""

    format: str
    version: int


class _Stored(msgspec.Struct, frozen=True, kw_only=True):
    name: Short
    content: msgspec.Raw
    blobs: dict[str, str] = {}


class _Summary(msgspec.Struct, frozen=True, kw_only=True):
    name: Short
    content: msgspec.Raw


class _Tag(msgspec.Struct, frozen=True, kw_only=True):
    type: str = ""


def preset_bytes(preset: Preset) -> bytes:
    """The file of a preset. The same preset gives the same bytes."""
    names = sorted(names_in(preset.content))
    blobs = {name: base64.b64encode(zlib.compress(preset.blobs[name], 6)).decode() for name in names}
    stored = {
        "format": FORMAT, "version": VERSION, "name": preset.name,
        "content": msgspec.to_builtins(preset.content, enc_hook=to_plain), "blobs": blobs,
    }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(stored), indent=1) + b"\n"


def write_preset(path: Path, preset: Preset) -> None:
    """Whole or not at all. Raises ExpectedError when it cannot be written."""
    data = preset_bytes(preset)
    if len(data) > MOST_BYTES:
        raise ExpectedError(tr("The preset {name} would be too large.", name=preset.name))
    partial = path.with_name(f"{path.name}.part")
    try:
        partial.write_bytes(data)
        os.replace(partial, path)
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be written: {reason}.", name=path.name, reason=error.strerror or str(error))
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def read_preset(path: Path) -> Preset:
    """Raises ExpectedError with a sentence for whatever is no preset of this version."""
    data = _bytes_of(path)
    try:
        _check_version(path, msgspec.json.decode(data, type=_Head))
        stored = msgspec.json.decode(data, type=_Stored)
        content = _content(path, stored.content)
        return Preset(name=stored.name, content=content, blobs=_blobs(content, stored.blobs))
    except (msgspec.DecodeError, ValueError, RecursionError, binascii.Error, zlib.error) as error:
        raise damaged(path) from error


def read_summary(path: Path) -> tuple[str, Content]:
    """Name and content without the bytes beside it; what many presets are listed by. Raises ExpectedError."""
    try:
        data = _bytes_of(path)
        _check_version(path, msgspec.json.decode(data, type=_Head))
        found = msgspec.json.decode(data, type=_Summary)
        return found.name, _content(path, found.content)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise damaged(path) from error


def names_in(value: Any) -> set[str]:
    """The names of all bytes that a content needs."""
    plain = msgspec.json.encode(value, enc_hook=to_plain).decode()
    return set(BLOB_PATTERN.findall(plain))


def damaged(path: Path) -> ExpectedError:
    return ExpectedError(
        tr("The preset {name} is damaged.", name=path.name), tr("Ask for the file again, or save the preset anew.")
    )


def _bytes_of(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror or str(error))
        ) from error
    if len(data) > MOST_BYTES:
        raise ExpectedError(tr("{name} is too large for a preset.", name=path.name))
    return data


def _check_version(path: Path, head: _Head) -> None:
    if head.format != FORMAT or head.version < 1:
        raise ValueError("format")
    if head.version > VERSION:
        raise ExpectedError(
            tr("The preset {name} was made by a newer version of Atelier.", name=path.name),
            tr("Update Atelier to use it."),
        )


def _content(path: Path, raw: msgspec.Raw) -> Content:
    if len(memoryview(raw)) > MOST_WORDS:
        raise ValueError("length")
    kind = msgspec.json.decode(raw, type=_Tag).type
    if kind not in KINDS:
        raise ExpectedError(
            tr("The preset {name} is for something that this version of Atelier does not have.", name=path.name),
            tr("Update Atelier to use it."),
        )
    plain = msgspec.json.decode(raw)
    if not is_finite(plain):
        raise ValueError("number")
    content: Content = msgspec.convert(plain, Content, dec_hook=_from_plain)
    return content


def _blobs(content: Content, stored: dict[str, str]) -> dict[str, bytes]:
    """Those that the content names; others that lie in the file are left there."""
    found, room = dict[str, bytes](), MOST_UNPACKED
    for name in sorted(names_in(content)):
        if name not in stored:
            raise ValueError("blob")
        reader = zlib.decompressobj()
        data = reader.decompress(base64.b64decode(stored[name], validate=True), room)
        if not reader.eof or blob_name(data) != name:
            raise ValueError("blob")
        room = max(1, room - len(data))
        found[name] = data
    return found


def _from_plain(kind: type, value: Any) -> Any:
    """As `from_plain`, for a stranger's file: a fraction of a few digits, for "1e999999999" would be worked out."""
    if kind is Fraction and isinstance(value, str) and SMALL_FRACTION.fullmatch(value) is None:
        raise ValueError("fraction")
    return from_plain(kind, value)
