"""What in a document is off brand: colours and fonts that a kit does not hold, and the nearest that it does.

Painted pixels and photographs are not judged.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from editor.base.translation import tr
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.embed import embeds_of
from editor.model.record import Record, UnknownRecord, walk_values
from editor.model.values import to_plain
from editor.model.video import Caption, CaptionStyle
from editor.workflows.kits.colors import is_on_brand, nearest, palette
from editor.workflows.kits.kit import Kit
from render.color import Color
from render.text.style import TextStyle

KINDS = ("vector.", "video.", "scene.")


@dataclass(frozen=True)
class Stray:
    """A colour (#rrggbb) or a font family that is off brand, where it stands, and what could stand there."""

    sort: Literal["color", "font"]
    value: str
    instead: str
    records: tuple[str, ...]


def strays(project: Project, kit: Kit, document: str) -> list[Stray]:
    """What is off brand in a document and in what is linked into it, the most frequent first."""
    allowed = palette(kit)
    families = [font.family for font in kit.fonts]
    colors: dict[str, list[str]] = {}
    fonts: dict[str, list[str]] = {}
    for item in _records(project, document):
        for text in {color.with_alpha(1.0).to_hex() for color in _colors(item)}:
            if allowed and not is_on_brand(Color.from_hex(text), allowed):
                colors.setdefault(text, []).append(item.id)
        for family in set(_families(item)):
            if families and family not in families:
                fonts.setdefault(family, []).append(item.id)
    found = [
        Stray("color", text, nearest(Color.from_hex(text), allowed) or text, tuple(at)) for text, at in colors.items()
    ]
    body = kit.font_for("body") or (kit.fonts[0] if kit.fonts else None)
    found += [Stray("font", name, body.family if body else name, tuple(at)) for name, at in fonts.items()]
    return sorted(found, key=lambda stray: (stray.sort, -len(stray.records), stray.value))


def replace_strays(project: Project, changes: list[Stray]) -> int:
    """Put what should stand there in place of what is off brand; how many records changed. One edit."""
    colors = {stray.value: Color.from_hex(stray.instead) for stray in changes if stray.sort == "color"}
    fonts = {stray.value: stray.instead for stray in changes if stray.sort == "font"}

    def color(value: Color) -> Color:
        new = colors.get(value.with_alpha(1.0).to_hex())
        return value if new is None else new.with_alpha(value.alpha)

    touched = 0
    with project.transaction(tr("Replace what is off brand")):
        for key in dict.fromkeys(key for stray in changes for key in stray.records):
            item = project.get(key)
            if item is not None and _put(project, item, color, fonts):
                touched += 1
    return touched


def _records(project: Project, document: str) -> Iterator[Record]:
    seen, waiting = {document}, [document]
    while waiting:
        for key in project.index.subtree(waiting.pop()):
            item = project.records[key]
            if not isinstance(item, UnknownRecord) and type(item).kind.startswith(KINDS):
                yield item
            for link in embeds_of(item):
                if link.document not in seen and link.document in project.records:
                    seen.add(link.document)
                    waiting.append(link.document)


def _colors(item: Record) -> Iterator[Color]:
    """Colours that can be seen: those of a hidden style, or all but transparent, are passed over."""
    for name in item.__struct_fields__:
        for value in walk_values(getattr(item, name)):
            if isinstance(value, Color) and value.alpha > 0.02 and not _is_default(item, name):
                yield value


def _is_default(item: Record, name: str) -> bool:
    """A field that nobody set, such as the colour of a sun that shines white."""
    field = next(field for field in msgspec.structs.fields(type(item)) if field.name == name)
    return bool(getattr(item, name) == field.default)


def _families(item: Record) -> Iterator[str]:
    for name in item.__struct_fields__:
        for value in walk_values(getattr(item, name)):
            if isinstance(value, TextStyle) and value.families:
                yield value.families[0]
            elif isinstance(value, CaptionStyle) and isinstance(item, Caption):
                yield value.family


def _put(project: Project, item: Record, color: Callable[[Color], Color], fonts: dict[str, str]) -> bool:
    changed: dict[str, Any] = {}
    for name in item.__struct_fields__:
        before = getattr(item, name)
        after = _with(before, color, fonts)
        if after != before:
            changed[name] = msgspec.to_builtins(after, enc_hook=to_plain, str_keys=True)
    if changed:
        run(project, "project.set_fields", records=(item.id,), values=changed)
    return bool(changed)


def _with(value: Any, color: Callable[[Color], Color], fonts: dict[str, str]) -> Any:
    """A copy of a value with other colours and fonts wherever they stand in it."""
    if isinstance(value, Color):
        return color(value)
    if isinstance(value, TextStyle) and value.families and value.families[0] in fonts:
        return msgspec.structs.replace(value, families=(fonts[value.families[0]], *value.families[1:]))
    if isinstance(value, CaptionStyle) and value.family in fonts:
        value = msgspec.structs.replace(value, family=fonts[value.family])
    if isinstance(value, msgspec.Struct):
        fields = {name: _with(getattr(value, name), color, fonts) for name in value.__struct_fields__}
        same = all(fields[name] is getattr(value, name) for name in fields)
        return value if same else msgspec.structs.replace(value, **fields)
    if isinstance(value, tuple) and not all(isinstance(part, int | float | str) for part in value):
        parts = tuple(_with(part, color, fonts) for part in value)
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    return value
