"""The outside of a glTF file: JSON text or the GLB container (glTF 2.0, section 4.4), and the files it points to."""

import base64
import binascii
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr

GLB_MAGIC, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942
MOST_JSON = 256 << 20
MOST_BYTES = 4 << 30

OpenFile = Callable[[str], bytes]
"""The bytes of a file that a model names by a relative path; raises ExpectedError."""


def broken(reason: str) -> ExpectedError:
    """The one sentence for a file that is not what it should be."""
    return ExpectedError(tr("This glTF file is damaged: {reason}", reason=reason))


def split(data: bytes) -> tuple[dict[str, Any], bytes | None]:
    """The JSON object and the binary chunk of a .gltf or .glb file. Raises ExpectedError."""
    if len(data) >= 4 and struct.unpack_from("<I", data)[0] == GLB_MAGIC:
        text, binary = _chunks(data)
    else:
        text, binary = data, None
    if len(text) > MOST_JSON:
        raise ExpectedError(tr("This glTF file describes more than can be read."))
    try:
        document = msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf").rstrip(b"\0 "))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise broken(tr("its description is not readable as JSON.")) from error
    if not isinstance(document, dict):
        raise broken(tr("its description is no JSON object."))
    _check_version(document)
    return document, binary


def _chunks(data: bytes) -> tuple[bytes, bytes | None]:
    if len(data) < 20:
        raise broken(tr("it ends too early."))
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise ExpectedError(tr("This is glTF {version}; only glTF 2 can be read.", version=version))
    end = min(length, len(data))
    text, binary, place = None, None, 12
    while place + 8 <= end:
        size, kind = struct.unpack_from("<II", data, place)
        if place + 8 + size > len(data):
            raise broken(tr("it ends too early."))
        chunk = data[place + 8 : place + 8 + size]
        if kind == JSON_CHUNK and text is None:
            text = chunk
        elif kind == BINARY_CHUNK and binary is None:
            binary = chunk
        place += 8 + size
    if text is None:
        raise broken(tr("it has no description."))
    return text, binary


def _check_version(document: dict[str, Any]) -> None:
    asset = document.get("asset")
    version = asset.get("version") if isinstance(asset, dict) else None
    if not isinstance(version, str) or not version.startswith("2."):
        raise ExpectedError(tr("This is glTF {version}; only glTF 2 can be read.", version=version or "?"))


def files_beside(path: Path) -> OpenFile:
    """Opens files in the folder of `path` and below, never elsewhere, and never over the network."""
    folder = path.resolve().parent

    def open_file(uri: str) -> bytes:
        parts = urlsplit(uri)
        if parts.scheme or parts.netloc:
            raise ExpectedError(tr("This model points to {uri}, which is not a file beside it.", uri=uri[:80]))
        try:
            target = (folder / unquote(parts.path)).resolve()
            if not target.is_relative_to(folder):
                raise ExpectedError(tr("This model points to {uri}, which is not a file beside it.", uri=uri[:80]))
            if target.stat().st_size > MOST_BYTES:
                raise ExpectedError(tr("{name} is too large to import.", name=target.name))
            return target.read_bytes()
        except (OSError, ValueError) as error:
            raise ExpectedError(tr("The file {name}, a part of this model, is missing.", name=uri[:80])) from error

    return open_file


def no_files(uri: str) -> bytes:
    """For models that came without a folder."""
    raise ExpectedError(tr("The file {name}, a part of this model, is missing.", name=uri[:80]))


def data_of(uri: str, open_file: OpenFile) -> tuple[bytes, str]:
    """What a URI stands for, and its media type where it says so."""
    if not uri.startswith("data:"):
        return open_file(uri), ""
    head, comma, body = uri.partition(",")
    if not comma:
        raise broken(tr("a part that it holds is not readable."))
    media_type = head[5:].split(";")[0]
    try:
        return (base64.b64decode(body) if head.endswith(";base64") else unquote(body).encode()), media_type
    except (binascii.Error, ValueError) as error:
        raise broken(tr("a part that it holds is not readable.")) from error
