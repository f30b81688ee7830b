"""Openverse: pictures and sounds of many archives under free licences, see https://api.openverse.org/v1/."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.kinds import extension_of
from editor.workflows.catalogues.licences import creative_commons
from editor.workflows.catalogues.reading import LONGEST_ADDRESS, decoded, each, file_name, host_of, plain, tags_from
from editor.workflows.catalogues.source import Ask, Found, Kind, Page, RemoteFile, Use, Variant

PLACES: dict[Kind, str] = {"image": "images", "sound": "audio"}
ID = re.compile(r"(images|audio)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
A_PAGE = 20
"""More are given to those who registered only."""
LAST_PAGE = 12
"""Without an account no more than 240 results of a search are given."""
LICENCE_TYPES: dict[Use, str] = {"any": "", "commercial": "commercial", "changes": "commercial,modification"}
TYPES: dict[str, tuple[str, ...]] = {
    "images": ("jpg", "jpeg", "png", "gif", "svg", "webp", "tif", "tiff", "bmp"),
    "audio": ("mp3", "ogg", "oga", "opus", "flac", "wav", "m4a", "aac", "aif", "aiff"),
}
ALIASES = {"jpeg": "jpg", "mp32": "mp3", "mp31": "mp3", "svg+xml": "svg"}


class _Tag(msgspec.Struct):
    name: str


class _Other(msgspec.Struct):
    url: str
    filesize: int | None = None
    filetype: str | None = None
    bit_rate: int | None = None


class _Work(msgspec.Struct):
    id: str
    url: str
    license: str
    license_version: str | None = None
    title: str | None = None
    creator: str | None = None
    foreign_landing_url: str | None = None
    source: str | None = None
    filesize: int | None = None
    filetype: str | None = None
    thumbnail: str | None = None
    attribution: str | None = None
    width: int | None = None
    height: int | None = None
    duration: int | None = None
    tags: list[_Tag] | None = None
    alt_files: list[_Other] | None = None


class _Results(msgspec.Struct):
    result_count: int
    page_count: int
    results: list[msgspec.Raw]


@dataclass(frozen=True)
class Openverse:
    """`base` is where its interface answers. Files come from where the works lie; that is asked of the person then."""

    base: str = "https://api.openverse.org"
    key: str = "openverse"
    title: str = "Openverse"
    about: str = "Pictures and sounds of museums, Flickr, Wikimedia and other archives. Each has its own free licence."
    credit: str = ""
    page: str = "https://openverse.org"
    kinds: tuple[Kind, ...] = ("image", "sound")

    @property
    def hosts(self) -> tuple[str, ...]:
        return (host_of(self.base),)

    def search(self, ask: Ask, words: str, kind: Kind, page: int, use: Use) -> Page:
        if not words.strip():
            return Page(found=(), total=0)
        question = {"q": words[:200], "page": page, "page_size": A_PAGE, "mature": "false"}
        if LICENCE_TYPES[use]:
            question["license_type"] = LICENCE_TYPES[use]
        place = PLACES[kind]
        answer = ask(f"{self.base}/v1/{place}/?{urlencode(question)}", keep=True)
        results = decoded(answer, _Results, host_of(self.base))
        works = tuple(_found(place, work) for work in _right(each(results.results, _Work)))
        return Page(found=works, total=results.result_count, has_more=page < min(results.page_count, LAST_PAGE))

    def details(self, ask: Ask, key: str) -> Found:
        place = ID.fullmatch(key)
        if place is None:
            raise ExpectedError(tr("{source} has no work named {name}.", source=self.title, name=ascii(key[:60])))
        work = decoded(ask(f"{self.base}/v1/{key}/", keep=True), _Work, host_of(self.base))
        return _found(place[1], work)

    def picture(self, ask: Ask, found: Found) -> bytes:
        return ask(found.preview) if found.preview else b""


def _right(works: Iterable[_Work]) -> list[_Work]:
    return [work for work in works if re.fullmatch(r"[0-9a-f-]{36}", work.id)]


def _found(place: str, work: _Work) -> Found:
    about = [f"{work.width} × {work.height}"] if work.width and work.height else []
    about += [f"{round(work.duration / 1000)} s"] if work.duration else []
    about += [plain(work.source, 60)] if work.source else []
    return Found(
        id=f"{place}/{work.id}", title=plain(work.title, 120) or work.id, author=plain(work.creator, 200),
        kind="image" if place == "images" else "sound", licence=creative_commons(work.license, work.license_version),
        page=plain(work.foreign_landing_url, LONGEST_ADDRESS), preview=work.thumbnail or "",
        sound=work.url if place == "audio" else "", about=" · ".join(about),
        attribution=plain(work.attribution), tags=tags_from(tag.name for tag in work.tags or ()),
        variants=tuple(_variants(place, work)),
    )  # fmt: skip


def _variants(place: str, work: _Work) -> list[Variant]:
    own = _Other(work.url, work.filesize, work.filetype)
    variants = []
    for number, file in enumerate((own, *(work.alt_files or ()))):
        extension = _extension(place, file)
        if extension:
            path = file_name(work.title or work.id, extension)
            rate = f" · {file.bit_rate // 1000} kb/s" if file.bit_rate else ""
            label = tr("Original") if number == 0 else extension.upper()
            remote = RemoteFile(path=path, address=file.url, size=max(file.filesize or 0, 0))
            variants.append(Variant(key=str(number), label=f"{label}{rate}", files=(remote,)))
    return variants


def _extension(place: str, file: _Other) -> str:
    """What the file is; "" for what is no picture or no sound."""
    for told in (file.filetype or "", extension_of(file.url.partition("?")[0])):
        name = ALIASES.get(told.lower(), told.lower())
        if name in TYPES[place]:
            return name
    return ""
