"""What a person types into a kit: `--color Ink=orange:text`, `--font heading=Inter:700` and the like."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.library.library import Library
    from editor.workflows.kits.kit import Kit

Plain = dict[str, Any]
Write = Callable[["Library", Plain, str], None]


def configure_contents(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--color", action="append", default=[], metavar="NAME=COLOUR[:ROLE]",
                     help="#ff8800, orange and the like; roles: primary, secondary, accent, background, text")
    sub.add_argument("--font", action="append", default=[], metavar="USE=FAMILY[:WEIGHT]",
                     help="uses: heading, body, caption; weights: 1 to 1000")
    sub.add_argument("--font-file", action="append", default=[], metavar="USE=FILE", help="the font's own file")
    sub.add_argument("--logo", action="append", default=[], metavar="[VARIANT=]FILE",
                     help="variants: main, light, dark, mono")
    sub.add_argument("--voice", action="append", default=[], metavar="NAME=VOICE[:SPEED]",
                     help="a voice of the speaking tool; speeds: 80 to 450 words a minute")
    sub.add_argument("--notes", help="words about the tone")


def changed(library: Library, kit: Kit, arguments: argparse.Namespace) -> Kit:
    """The kit with everything that the arguments add; what has the same name is replaced. Raises ExpectedError."""
    from editor.workflows.kits.kit import decode

    plain: Plain = msgspec.json.decode(msgspec.json.encode(kit))
    for option, write in WRITERS.items():
        for text in getattr(arguments, option):
            write(library, plain, text)
    if arguments.notes is not None:
        plain["notes"] = arguments.notes
    return decode(msgspec.json.encode(plain), kit.name)


def _put_color(_: Library, plain: Plain, text: str) -> None:
    from editor.workflows.kits.kit import ROLES

    name, value = _pair(text)
    color, _colon, role = value.partition(":")
    role = role.strip()
    if role and role not in ROLES:
        raise _not_among(tr("{text} is no role of a colour.", text=role), ROLES)
    old = _old(plain["colors"], name=name)
    new = {**old, "name": name, "color": _hex(color), "role": role or old.get("role", "")}
    _put(plain["colors"], "name", new)


def _hex(text: str) -> str:
    """As a kit writes colours. Raises ExpectedError."""
    from editor.workflows.templates.values import read_color

    color = read_color(text)
    if color.alpha < 1.0:
        raise ExpectedError(tr("{text} is transparent; the colours of a brand kit are not.", text=text))
    return color.to_hex()[:7].lower()


def _put_font(_: Library, plain: Plain, text: str) -> None:
    use, value = _pair(text)
    _check_use(use)
    family, _colon, weight = value.partition(":")
    family = family.strip()
    if not family:
        raise ExpectedError(tr("{text} names no font.", text=text))
    old = _old(plain["fonts"], use=use, family=family)
    weighed = _whole(tr("The weight of a font"), weight, old.get("weight", 400), 1, 1000)
    _put(plain["fonts"], "use", {**old, "use": use, "family": family, "weight": weighed})


def _put_font_file(library: Library, plain: Plain, text: str) -> None:
    from editor.workflows.kits.keeping import FONTS, take_file

    use, value = _pair(text)
    _check_use(use)
    font = next((item for item in plain["fonts"] if item["use"] == use), None)
    if font is None:
        raise ExpectedError(tr("The kit has no font for {use} yet.", use=use))
    font["file"] = msgspec.to_builtins(take_file(library, Path(value), FONTS))


def _put_logo(library: Library, plain: Plain, text: str) -> None:
    from editor.workflows.kits.keeping import PICTURES, take_file
    from editor.workflows.kits.kit import VARIANTS

    variant, value = text.split("=", 1) if "=" in text and not Path(text).is_file() else ("main", text)
    if variant not in VARIANTS:
        raise _not_among(tr("{text} is no variant of a logo.", text=variant), VARIANTS)
    file = msgspec.to_builtins(take_file(library, Path(value), PICTURES))
    _put(plain["logos"], "variant", {"variant": variant, "name": Path(value).stem, "file": file})


def _put_voice(_: Library, plain: Plain, text: str) -> None:
    name, value = _pair(text)
    voice, _colon, speed = value.partition(":")
    said = _whole(tr("The speed of a voice"), speed, 175, 80, 450)
    _put(plain["voices"], "name", {"name": name, "voice": voice, "speed": said})


WRITERS: dict[str, Write] = {
    "color": _put_color, "font": _put_font, "font_file": _put_font_file, "logo": _put_logo, "voice": _put_voice,
}  # fmt: skip


def _check_use(use: str) -> None:
    from editor.workflows.kits.kit import USES

    if use not in USES:
        raise _not_among(tr("{text} is no use of a font.", text=use), USES)


def _not_among(sentence: str, names: Sequence[str]) -> ExpectedError:
    return ExpectedError(sentence, tr("There are: {names}.", names=", ".join(names)))


def _whole(what: str, text: str, otherwise: int, least: int, most: int) -> int:
    text = text.strip()
    if not text:
        return otherwise
    if not text.isdecimal() or not least <= int(text[:9]) <= most:
        raise ExpectedError(
            tr("{what} is a whole number from {least} to {most}, not {text}.", what=what, least=least, most=most,
               text=text[:40])
        )  # fmt: skip
    return int(text)


def _old(items: list[Plain], **wanted: str) -> Plain:
    return next((item for item in items if all(item[key] == value for key, value in wanted.items())), Plain())


def _put(items: list[Plain], key: str, new_item: Plain) -> None:
    place = next((number for number, item in enumerate(items) if item[key] == new_item[key]), None)
    if place is None:
        items.append(new_item)
    else:
        items[place] = new_item


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise ExpectedError(tr("{text} is no parameter: write it as key=value.", text=text))
    return name.strip(), value.strip()
