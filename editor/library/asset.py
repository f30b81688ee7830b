"""What the catalogue knows about one asset."""

import os
import time

import msgspec

from editor.library.kinds import AssetKind

COLUMNS = (
    "id, hash, kind, extension, name, size, stored, added, modified, rating, title, notes, author, source, licence,"
    " width, height, seconds, looked, problem, trashed"
)


class Asset(msgspec.Struct, frozen=True, array_like=True):
    """One row of the table `asset`, in its order; schema.sql says what the fields mean. Times are seconds since 1970,
    `size` bytes, `width` and `height` pixels."""

    id: int
    hash: str
    kind: AssetKind
    extension: str
    name: str
    size: int
    stored: bool
    added: float
    modified: float
    rating: int = 0
    title: str = ""
    notes: str = ""
    author: str = ""
    source: str = ""
    licence: str = ""
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    looked: int = 0
    problem: str = ""
    trashed: float | None = None

    @property
    def label(self) -> str:
        """How a person calls it: the title, else the file's name without what stands behind the dot."""
        return self.title or os.path.splitext(self.name)[0] or self.name


class Credits(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a file from where it was fetched; `licence` is an SPDX expression or "" when nobody said, `kind`
    what it is where its name would say otherwise: a glTF file that holds nothing but a material."""

    title: str = ""
    author: str = ""
    source: str = ""
    licence: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    kind: AssetKind | None = None


def asset_from(row: tuple[object, ...]) -> Asset:
    return msgspec.convert(row, Asset, strict=False)


_DECODER = msgspec.json.Decoder(list[Asset], strict=False)


def assets_from(rows: str) -> list[Asset]:
    """From a JSON list with the columns of each as a list."""
    return _DECODER.decode(rows)


def now() -> float:
    return time.time()
