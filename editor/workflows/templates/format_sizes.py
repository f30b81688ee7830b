"""Sizes that people publish in, alone and in sets; and a person's own."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from editor.base.errors import ExpectedError
from editor.base.numbers import number_text
from editor.base.translation import tr

Unit = Literal["px", "mm"]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Length = Annotated[float, msgspec.Meta(gt=0, le=20_000)]
INCH = 25.4
POINT = 96 / 72
SIZE = re.compile(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(px|mm)?")


class Format(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`key` is what the command line says, `label` what a person reads. `smallest` is the size of the least letters
    that can be read there: in pixels, or in points on paper. `group` gathers formats in lists."""

    key: Name
    label: Name
    width: Length
    height: Length
    unit: Unit = "px"
    smallest: Annotated[float, msgspec.Meta(ge=0, le=500)] = 0.0
    group: str = ""

    @property
    def size_text(self) -> str:
        numbers = f"{number_text(self.width)} × {number_text(self.height)}"
        return f"{numbers} mm" if self.unit == "mm" else numbers

    def page(self) -> tuple[float, float]:
        """In units of 1/96 inch, as pages are measured; a pixel is a unit."""
        factor = 96 / INCH if self.unit == "mm" else 1.0
        return round(self.width * factor, 2), round(self.height * factor, 2)

    def pixels(self, resolution: float) -> tuple[int, int]:
        """For images and films: paper at a resolution in pixels an inch."""
        factor = resolution / INCH if self.unit == "mm" else 1.0
        return max(2, round(self.width * factor)), max(2, round(self.height * factor))

    def least_letters(self) -> float:
        """In units of a page."""
        return self.smallest * POINT if self.unit == "mm" else self.smallest


class FormatSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Formats that are made together, by their keys."""

    name: Name
    formats: Annotated[tuple[str, ...], msgspec.Meta(max_length=100)]


class OwnFormats(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person added: formats, and sets of any formats."""

    formats: tuple[Format, ...] = ()
    sets: tuple[FormatSet, ...] = ()


def _paper(key: str, label: str, width: float, height: float, smallest: float = 6.0) -> Format:
    return Format(key=key, label=label, width=width, height=height, unit="mm", smallest=smallest, group="Print")


def _screen(key: str, label: str, width: int, height: int, smallest: float, group: str) -> Format:
    return Format(key=key, label=label, width=width, height=height, smallest=smallest, group=group)


FORMATS: dict[str, Format] = {
    item.key: item
    for item in (
        _screen("instagram-post", "Instagram post", 1080, 1080, 26, "Social media"),
        _screen("instagram-portrait", "Instagram portrait", 1080, 1350, 26, "Social media"),
        _screen("instagram-story", "Instagram story", 1080, 1920, 30, "Social media"),
        _screen("youtube-thumbnail", "YouTube thumbnail", 1280, 720, 28, "Social media"),
        _screen("link-preview", "Link preview", 1200, 630, 22, "Social media"),
        _paper("a3", "A3 poster", 297, 420, 8.0),
        _paper("a4", "A4 portrait", 210, 297),
        _paper("a4-landscape", "A4 landscape", 297, 210),
        _paper("a5", "A5 flyer", 148, 210),
        _paper("letter", "US Letter", 215.9, 279.4),
        _paper("business-card", "Business card", 85, 55, 5.5),
        _screen("leaderboard", "Web banner, wide", 728, 90, 11, "Web banners"),
        _screen("rectangle", "Web banner, box", 300, 250, 11, "Web banners"),
        _screen("skyscraper", "Web banner, tall", 160, 600, 11, "Web banners"),
        _screen("film", "Film, 1080p", 1920, 1080, 30, "Film"),
        _screen("film-vertical", "Film, upright", 1080, 1920, 30, "Film"),
        _screen("film-square", "Film, square", 1080, 1080, 28, "Film"),
    )
}
SETS = (
    FormatSet(name="Social media", formats=("instagram-post", "instagram-story", "youtube-thumbnail", "link-preview")),
    FormatSet(name="Print", formats=("a3", "a4", "a5", "business-card")),
    FormatSet(name="Web banners", formats=("leaderboard", "rectangle", "skyscraper")),
    FormatSet(name="Film", formats=("film", "film-vertical", "film-square")),
)
GROUPS = ("Social media", "Print", "Web banners", "Film")


def formats_named(texts: Iterable[str], own: OwnFormats = OwnFormats()) -> list[Format]:
    """Formats by key, by the name of a set, or as 1200x800 or 100x70mm. Raises ExpectedError for anything else."""
    known = {**FORMATS, **{item.key: item for item in own.formats}}
    sets = {item.name.casefold(): item for item in (*SETS, *own.sets)}
    found: dict[str, Format] = {}
    for text in (part.strip() for part in texts):
        if not text:
            continue
        named = sets.get(text.casefold()) if text not in known else None
        keys = named.formats if named is not None else (text,)
        for key in keys:
            item = known.get(key.casefold()) or _as_size(key)
            found[item.key] = item
    return list(found.values())


def _as_size(text: str) -> Format:
    match = SIZE.fullmatch(text.casefold())
    if match is None:
        raise ExpectedError(
            tr("There is no format named {name}.", name=text),
            tr("Known are {names}; or write a size such as 1200x800 or 100x70mm.", names=", ".join(FORMATS)),
        )
    unit: Unit = "mm" if match[3] == "mm" else "px"
    try:
        plain = {
            "key": text.casefold(), "label": text.replace("x", " × "), "width": float(match[1]),
            "height": float(match[2]), "unit": unit, "smallest": 6.0 if unit == "mm" else 10.0,
        }  # fmt: skip
        return msgspec.convert(plain, Format)
    except msgspec.ValidationError as error:
        raise ExpectedError(tr("No page is {size} large.", size=text)) from error


def read_own(path: Path) -> OwnFormats:
    """A person's own formats; none where there is no such file. Raises ExpectedError for a damaged one."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=OwnFormats)
    except FileNotFoundError:
        return OwnFormats()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ExpectedError(tr("The saved formats in {name} cannot be read.", name=path)) from error


def write_own(path: Path, own: OwnFormats) -> None:
    """In one step: a crash leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.part")
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(own), indent=2))
    partial.replace(path)


def with_set(own: OwnFormats, name: str, formats: Iterable[Format]) -> OwnFormats:
    """A set under a name, in place of the one that had it; formats of its own are kept too."""
    chosen = list(formats)
    if not name.strip() or not chosen:
        raise ExpectedError(tr("A set needs a name and at least one format."))
    new = [item for item in chosen if item.key not in FORMATS]
    kept = [item for item in own.formats if item.key not in {other.key for other in new}]
    made = FormatSet(name=name.strip()[:80], formats=tuple(item.key for item in chosen))
    sets = [item for item in own.sets if item.name.casefold() != made.name.casefold()]
    return OwnFormats(formats=(*kept, *new), sets=(*sets, made))
