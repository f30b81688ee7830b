"""What a free catalogue is to the rest of the studio: it finds works, says all about one, and shows a small picture.

A source only asks addresses through the `Ask` that it is given, so what it may reach is decided in one place.
"""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

WorkKind = Literal[
    "image", "hdri", "material", "model", "font", "sound", "vector", "brush", "palette", "lut", "clip", "other",
]  # fmt: skip
Kind = Literal["any"] | WorkKind
"""What a search is for; "any" for a catalogue that looks through everything at once."""
Use = Literal["any", "commercial", "changes"]
"""Which licences will do: any free one, those for paid work too, those that allow changed versions for paid work."""

LABELS: dict[Kind, str] = {
    "any": "Everything", "image": "Images", "hdri": "HDRIs", "material": "Materials", "model": "3D models",
    "font": "Fonts", "sound": "Sounds", "vector": "Vectors", "brush": "Brushes", "palette": "Palettes",
    "lut": "Color lookups", "clip": "Clips", "other": "Other files",
}  # fmt: skip
USES: dict[Use, str] = {
    "any": "Any free licence", "commercial": "For paid work too", "changes": "For paid work, changes allowed",
}  # fmt: skip


class RemoteFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a choice. `path` is where it belongs in the set, with slashes; `size` is 0 where nobody tells it, as
    are the hashes "". A text that came along with the answer, such as a licence, is in `text` and needs no fetching."""

    path: str
    address: str = ""
    size: int = 0
    sha256: str = ""
    md5: str = ""
    text: str = ""


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One choice of what to fetch, such as a resolution. `main` is the path of the file that names the others, "" where
    each stands for itself."""

    key: str
    label: str
    files: tuple[RemoteFile, ...]
    main: str = ""

    @property
    def size(self) -> int:
        """Bytes in all, as far as they are known."""
        return sum(file.size for file in self.files)

    @property
    def is_measured(self) -> bool:
        return all(file.size or file.text for file in self.files)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One work. `licence` is an SPDX expression, "" until the source tells it; `page` is where people read about it,
    `preview` the address of a small picture, `sound` that of what can be heard before it is fetched, `attribution` how
    its author wants to be named."""

    id: str
    title: str
    kind: WorkKind
    author: str = ""
    licence: str = ""
    page: str = ""
    preview: str = ""
    sound: str = ""
    about: str = ""
    attribution: str = ""
    tags: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found; `total` is None where nobody knows."""

    found: tuple[Found, ...]
    total: int | None = None
    has_more: bool = False


class Ask(Protocol):
    """Gets what an address says, if the person agreed to that; raises ExpectedError, or Cancelled."""

    def __call__(self, address: str, most: int = ..., keep: bool = ...) -> bytes:
        """`keep`: the same answer will do for a while."""


class Source(Protocol):
    """One catalogue. Its methods raise ExpectedError for answers that cannot be."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def about(self) -> str:
        """One English sentence for the person who has to agree."""

    @property
    def credit(self) -> str:
        """What the catalogue wants to be shown beside what it finds; "" for nothing."""

    @property
    def page(self) -> str:
        """Where people read about it."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """All that will be spoken to for searching and for previews."""

    @property
    def kinds(self) -> tuple[Kind, ...]: ...

    def search(self, ask: Ask, words: str, kind: Kind, page: int, use: Use) -> Page:
        """Works that fit all words; pages count from 1."""

    def details(self, ask: Ask, key: str) -> Found:
        """All about one work, with its licence and variants."""

    def picture(self, ask: Ask, found: Found) -> bytes:
        """A picture or a font file with a few letters; b"" where there is none."""
