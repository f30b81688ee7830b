"""A plain JSON feed: the catalogue that anybody can serve from any web server. catalogues.md has its form.

Every file of a feed has a size and a SHA-256, so whatever happens on the way, what arrives is what was meant.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urljoin

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.licences import licence_or_none
from editor.workflows.catalogues.licences import allows
from editor.workflows.catalogues.reading import (
    LONGEST_ADDRESS,
    decoded,
    each,
    host_of,
    may_be_asked,
    plain,
    safe_path,
    tags_from,
)
from editor.workflows.catalogues.source import LABELS, Ask, Found, Kind, Page, RemoteFile, Use, Variant, WorkKind

A_PAGE = 40
MOST_PARTS = 50
"""A feed may go on in `next`, and that again."""
LARGEST_PART = 8 << 20
Size = Annotated[int, msgspec.Meta(ge=1, le=1 << 40)]
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class _File(msgspec.Struct):
    path: str
    address: str
    size: Size
    sha256: Hash


class _Variant(msgspec.Struct):
    label: str
    files: Annotated[list[_File], msgspec.Meta(min_length=1, max_length=2000)]
    main: str = ""


class _Item(msgspec.Struct):
    id: str
    title: str
    kind: WorkKind
    author: str
    licence: str
    page: str
    variants: Annotated[list[_Variant], msgspec.Meta(min_length=1)]
    preview: str = ""
    sound: str = ""
    about: str = ""
    attribution: str = ""
    tags: list[str] = []


class _Feed(msgspec.Struct):
    format: Literal["atelier-feed"]
    version: Literal[1]
    title: str
    items: list[msgspec.Raw]
    about: str = ""
    page: str = ""
    hosts: list[str] = []
    next: str = ""


@dataclass(frozen=True)
class JsonFeed:
    """`address` is that of the feed's first part; `others` are hosts where previews and files lie, by what it said when
    it was added."""

    address: str
    title: str
    others: tuple[str, ...] = ()
    page: str = ""
    about: str = "A feed that you added. It names a licence, a size and a checksum for every file."
    credit: str = ""
    kinds: tuple[Kind, ...] = tuple(LABELS)

    @property
    def key(self) -> str:
        return self.address

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((host_of(self.address), *self.others)))

    def search(self, ask: Ask, words: str, kind: Kind, page: int, use: Use) -> Page:
        wanted = words.casefold().split()
        found = [
            one for one in self._all(ask)
            if kind in ("any", one.kind) and allows(one.licence, use) and all(word in _text(one) for word in wanted)
        ]  # fmt: skip
        shown = tuple(found[(page - 1) * A_PAGE : page * A_PAGE])
        return Page(found=shown, total=len(found), has_more=page * A_PAGE < len(found))

    def details(self, ask: Ask, key: str) -> Found:
        for one in self._all(ask):
            if one.id == key:
                return one
        raise ExpectedError(tr("{source} has no work named {name}.", source=self.title, name=plain(key, 60)))

    def picture(self, ask: Ask, found: Found) -> bytes:
        return ask(found.preview) if found.preview else b""

    def _all(self, ask: Ask) -> list[Found]:
        works: dict[str, Found] = {}
        address, seen = self.address, set[str]()
        while address and address not in seen and len(seen) < MOST_PARTS:
            seen.add(address)
            part = decoded(ask(address, most=LARGEST_PART, keep=True), _Feed, host_of(address))
            for item in each(part.items, _Item):
                with suppress(ExpectedError):  # a work with files that cannot be is not there
                    works.setdefault(item.id, _found(address, item))
            address = urljoin(address, part.next) if part.next else ""
        return list(works.values())


def read_feed(ask: Ask, address: str) -> JsonFeed:
    """What is at an address, as a catalogue. Raises ExpectedError for what is no feed."""
    feed = decoded(ask(address, most=LARGEST_PART), _Feed, host_of(address))
    others = tuple(dict.fromkeys(name for name in map(str.lower, feed.hosts) if _is_host(name)))
    return JsonFeed(address, plain(feed.title, 80) or host_of(address), others[:20], page=feed.page)


def _is_host(name: str) -> bool:
    return any(may_be_asked(f"{scheme}://{name}/", (name,)) for scheme in ("https", "http"))


def _text(found: Found) -> str:
    return " ".join((found.title, found.author, found.about, *found.tags)).casefold()


def _variant(base: str, number: int, variant: _Variant) -> Variant:
    files = tuple(
        RemoteFile(path=safe_path(file.path), address=urljoin(base, file.address), size=file.size, sha256=file.sha256)
        for file in variant.files
    )
    main = variant.main if variant.main in {file.path for file in files} else ""
    return Variant(key=str(number), label=plain(variant.label, 80), files=files, main=main)


def _found(base: str, item: _Item) -> Found:
    licence = licence_or_none(item.licence)
    if not licence:
        raise ExpectedError(tr("{text} is not an SPDX licence.", text=plain(item.licence, 60)))
    variants = tuple(_variant(base, number, variant) for number, variant in enumerate(item.variants))
    return Found(
        id=plain(item.id, 200), title=plain(item.title, 120), kind=item.kind, author=plain(item.author, 200),
        licence=licence, page=plain(item.page, LONGEST_ADDRESS), about=plain(item.about),
        attribution=plain(item.attribution), preview=urljoin(base, item.preview) if item.preview else "",
        sound=urljoin(base, item.sound) if item.sound else "",
        tags=tags_from(item.tags), variants=variants,
    )  # fmt: skip

