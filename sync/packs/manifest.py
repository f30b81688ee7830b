"""What a pack says of itself: `pack.json`, and beside it `pack.sig`, the author's signature over its exact bytes.

`pack.json` is UTF-8 JSON. Every file of the pack stands in it with its size and SHA-256, so whoever has checked the
signature has checked every byte.
"""

import re
from typing import Annotated

import msgspec

from sync.errors import Refused
from sync.packs.names import check_apart, check_path
from sync.packs.versions import PATTERN, is_version

FORMAT = 1
MANIFEST = "pack.json"
SIGNATURE = "pack.sig"
CONTENT = "files"
"""The folder of a pack, or of its one-file form, that holds the files."""

LARGEST_MANIFEST, LARGEST_FILE, MOST_FILES = 64 << 20, 1 << 40, 200_000

NAME = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
Name = Annotated[str, msgspec.Meta(pattern=rf"^{NAME}\Z")]
Version = Annotated[str, msgspec.Meta(pattern=rf"^{PATTERN}\Z", max_length=64)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Key = Sha256
Line = Annotated[str, msgspec.Meta(max_length=300)]
Licence = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.+() -]{1,200}\Z")]

UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What ends lines, turns them round or commands terminals: nothing for a title or a name."""


class PackFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """`path` is relative to the pack's content; `licence`, an SPDX expression, and `author` stand where they differ
    from the pack's."""

    path: str
    size: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_FILE)]
    sha256: Sha256
    licence: Licence | None = None
    source: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    author: Line = ""


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is the Ed25519 public key, 32 bytes in hexadecimal."""

    name: Line
    key: Key


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`licence` is an SPDX expression; `dependencies` are pack names and the least version that will do."""

    format: int = FORMAT
    name: Name
    version: Version
    title: Line = ""
    description: Annotated[str, msgspec.Meta(max_length=10_000)] = ""
    author: Author
    licence: Licence
    dependencies: dict[Name, Version] = msgspec.field(default_factory=dict)
    files: Annotated[tuple[PackFile, ...], msgspec.Meta(max_length=MOST_FILES)] = ()

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def label(self) -> str:
        return f"{self.name} {self.version}"


def write_manifest(manifest: Manifest) -> bytes:
    """The bytes that are signed: the same for the same manifest on every machine."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def read_manifest(data: bytes) -> Manifest:
    """Raises Refused for what is not a manifest, or names files that no pack may hold."""
    if len(data) > LARGEST_MANIFEST:
        raise Refused("The pack's manifest is too large.")
    try:
        plain = msgspec.json.decode(data)
        if isinstance(plain, dict) and isinstance(plain.get("format"), int) and plain["format"] > FORMAT:
            raise Refused("This pack was made for a newer version of the studio.", "Update the studio.")
        manifest = msgspec.convert(plain, Manifest)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise Refused("The pack's manifest cannot be read: {reason}", reason=str(error)[:300]) from error
    for file in manifest.files:
        check_path(file.path)
    check_apart(file.path for file in manifest.files)
    lines = (manifest.title, manifest.author.name, *(file.source for file in manifest.files))
    if UNSHOWN.search("".join((*lines, re.sub(r"\r?\n|\t", "", manifest.description)))):
        raise Refused("The pack's texts hold signs that do not show.", "Leave them out of title, author and sources.")
    return manifest


def check_name(name: str, version: str) -> None:
    """Raises Refused for a name or version that a pack cannot have."""
    if re.fullmatch(NAME, name) is None:
        raise Refused("A pack's name has small letters, digits and hyphens: {name} has others.", name=ascii(name[:80]))
    if not is_version(version):
        raise Refused("{version} is not a version such as 1.2.0.", version=ascii(version[:80]))
