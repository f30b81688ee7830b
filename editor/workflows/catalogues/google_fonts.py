"""Google Fonts: families under free licences, by the lists that fonts.google.com itself shows; no key is needed.

The list of families is https://fonts.google.com/metadata/fonts, the files of one, with its licence as a text, are in
https://fonts.google.com/download/list?family=NAME. The few letters of a preview come from the CSS interface, see
https://developers.google.com/fonts/docs/css2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from editor.base.errors import ExpectedError
from editor.base.numbers import number_text
from editor.base.translation import tr, tr_count
from editor.workflows.catalogues.licences import of_font_text
from editor.workflows.catalogues.reading import decoded, each, host_of, may_be_asked, plain, safe_path, tags_from
from editor.workflows.catalogues.source import Ask, Found, Kind, Page, RemoteFile, Use, Variant

A_PAGE = 40
LARGEST_LIST = 24 << 20
FONTS = (".ttf", ".otf", ".ttc")
ADDRESS = re.compile(r"url\((https?://[^)\s'\"]{1,500})\)")


class _Axis(msgspec.Struct):
    tag: str
    min: float = 0.0
    max: float = 0.0


class _Family(msgspec.Struct):
    family: str
    category: str = ""
    designers: list[str] = []
    subsets: list[str] = []
    fonts: dict[str, msgspec.Raw] = {}
    axes: list[_Axis] = []
    popularity: int = 1 << 30
    isOpenSource: bool = True  # noqa: N815 - its name there


class _Families(msgspec.Struct):
    familyMetadataList: list[msgspec.Raw]  # noqa: N815


class _Text(msgspec.Struct):
    filename: str
    contents: str


class _Reference(msgspec.Struct):
    filename: str
    url: str


class _Manifest(msgspec.Struct):
    files: list[_Text] = []
    fileRefs: list[_Reference] = []  # noqa: N815


class _Download(msgspec.Struct):
    manifest: _Manifest


@dataclass(frozen=True)
class GoogleFonts:
    """`base` tells about families, `letters` gives the few that a preview needs."""

    base: str = "https://fonts.google.com"
    letters: str = "https://fonts.googleapis.com"
    others: tuple[str, ...] = ("fonts.gstatic.com",)
    key: str = "googlefonts"
    title: str = "Google Fonts"
    about: str = "Families of fonts for print, screen and film, under licences that allow every use and changes."
    credit: str = ""
    page: str = "https://fonts.google.com"
    kinds: tuple[Kind, ...] = ("font",)

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((host_of(self.base), host_of(self.letters), *self.others)))

    def search(self, ask: Ask, words: str, kind: Kind, page: int, use: Use) -> Page:
        """By name, designer, kind of letter and script, the best known first."""
        wanted = words.casefold().split()
        fitting = [family for family in self._families(ask) if all(word in _text(family) for word in wanted)]
        fitting.sort(key=lambda family: (family.popularity, family.family))
        shown = tuple(_found(family) for family in fitting[(page - 1) * A_PAGE : page * A_PAGE])
        return Page(found=shown, total=len(fitting), has_more=page * A_PAGE < len(fitting))

    def details(self, ask: Ask, key: str) -> Found:
        family = next((one for one in self._families(ask) if one.family == key), None)
        if family is None:
            raise ExpectedError(tr("{source} has no work named {name}.", source=self.title, name=plain(key, 60)))
        answer = ask(f"{self.base}/download/list?family={quote(key)}", keep=True)
        manifest = decoded(answer, _Download, host_of(self.base)).manifest
        texts = [text for text in manifest.files if of_font_text(text.contents)]
        licence = of_font_text(texts[0].contents) if texts else ""
        first = plain(texts[0].contents.strip().partition("\n")[0], 300) if texts else ""
        kept = tuple(RemoteFile(path=safe_path(text.filename), text=text.contents) for text in texts[:1])
        return msgspec.structs.replace(
            _found(family), licence=licence, variants=_variants(manifest, kept),
            attribution=first if first.lower().startswith("copyright") else "",
        )  # fmt: skip

    def picture(self, ask: Ask, found: Found) -> bytes:
        """A font with no more than the letters of the family's name."""
        sheet = ask(found.preview or self._sheet(found.id), most=1 << 20).decode("utf-8", "replace")
        address = ADDRESS.search(sheet)
        return ask(address[1], most=4 << 20) if address and may_be_asked(address[1], self.hosts) else b""

    def _sheet(self, family: str) -> str:
        return f"{self.letters}/css2?family={quote(family)}&text={quote(family)}"

    def _families(self, ask: Ask) -> list[_Family]:
        answer = ask(f"{self.base}/metadata/fonts", most=LARGEST_LIST, keep=True)
        entries = decoded(answer, _Families, host_of(self.base)).familyMetadataList
        return [family for family in each(entries, _Family) if family.isOpenSource and family.family.strip()]


def _text(family: _Family) -> str:
    variable = "variable" if family.axes else ""
    return " ".join((family.family, family.category, variable, *family.designers, *family.subsets)).casefold()


def _found(family: _Family) -> Found:
    parts = [family.category, tr_count("1 style", "{count} styles", count=len(family.fonts)) if family.fonts else ""]
    if family.axes:
        axes = ", ".join(
            f"{plain(axis.tag, 8)} {number_text(axis.min)}–{number_text(axis.max)}" for axis in family.axes[:8]
        )
        parts.append(tr("variable ({axes})", axes=axes))
    return Found(
        id=family.family, title=plain(family.family, 120), kind="font", author=plain(", ".join(family.designers), 200),
        page=f"https://fonts.google.com/specimen/{quote(family.family, safe='')}",
        about=plain(" · ".join(part for part in parts if part)), tags=tags_from((family.category,)),
    )  # fmt: skip


def _variants(manifest: _Manifest, licence: tuple[RemoteFile, ...]) -> tuple[Variant, ...]:
    """The whole family, as one variable font if there is one, as fixed styles, and each style alone."""
    fonts = [one for one in manifest.fileRefs if one.filename.lower().endswith(FONTS)]
    fixed = [one for one in fonts if "/" in one.filename]
    top = [one for one in fonts if "/" not in one.filename]
    variants = []
    for key, label, chosen in (
        ("variable" if fixed else "all", tr("Variable font") if fixed else tr("All styles"), top),
        ("static", tr("All styles, one file each"), fixed),
    ):
        if chosen:
            variants.append(Variant(key=key, label=label, files=(*map(_file, chosen), *licence)))
    for one in fixed or top:
        name = _file(one).path.rpartition(".")[0]
        variants.append(Variant(key=name, label=name.rpartition("-")[2] or name, files=(_file(one), *licence)))
    return tuple(variants) if len(variants) != 2 or len(fonts) > 1 else tuple(variants[:1])


def _file(one: _Reference) -> RemoteFile:
    return RemoteFile(path=safe_path(one.filename.rpartition("/")[2]), address=one.url)
