"""A document in the colours, fonts and logos of a kit: by the roles of its slots, as one edit."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.engine import Resources
from editor.display.vector.fonts import has_family, make_available
from editor.document.project import Project
from editor.workflows.kits.kit import ROLES, USES, VARIANTS, Kit, KitFile, KitFont, KitLogo
from editor.workflows.templates.fields import Field, fields_of
from editor.workflows.templates.fill import Filled, Value, apply, prepare
from render.color import Color

Find = Callable[[KitFile], Path | None]
WORD = re.compile(r"[a-z]+")


def apply_kit(project: Project, kit: Kit, find: Find, document: str | None = None) -> Filled:
    """Fill the slots whose role a kit has an answer for. Raises ExpectedError when there is none such."""
    fields = fields_of(project, document)
    values = {field.name: value for field in fields if (value := answer(kit, field, find)) is not None}
    notices = [*_missing_logos(kit, fields, find), *_missing_fonts(kit, fields, find)]
    if not values:
        raise ExpectedError(
            tr("Nothing here has a role that this kit knows."),
            " ".join(notices) or tr(
                "Give slots roles such as “primary”, “background”, “heading” or “logo”, or replace what is off brand."
            ),
        )
    ready = prepare(fields, values)
    with project.transaction(tr("Apply brand kit")):
        filled = apply(project, ready, document)
    return Filled(filled.places, (*filled.notices, *dict.fromkeys(notices)))


def _missing_logos(kit: Kit, fields: list[Field], find: Find) -> Iterator[str]:
    for field in fields:
        logo = _logo(kit, field)
        if logo is not None and find(logo.file) is None:
            yield tr(
                "The file {name} of this kit is not in the library any more.", name=logo.file.name or logo.file.hash
            )


def _missing_fonts(kit: Kit, fields: list[Field], find: Find) -> Iterator[str]:
    """Fonts that come with the kit are made available on the way; others must be there."""
    for field in fields:
        font = _font(kit, field)
        if font is not None and not is_drawn(font, find):
            yield tr("The font {name} is not on this machine: another one is drawn in its place.", name=font.family)


def is_drawn(font: KitFont, find: Find) -> bool:
    """Whether drawing has the font, the kit's own file included. A file that is no font counts as none."""
    path = find(font.file) if font.file is not None else None
    with suppress(ExpectedError):
        if path is not None and has_family(Resources(), make_available(path, font.file.name if font.file else "")):
            return True
    return has_family(Resources(), font.family)


def _font(kit: Kit, field: Field) -> KitFont | None:
    words = WORD.findall(field.role.casefold())
    use = next((use for use in USES if use in words), None)
    return kit.font_for(use) if field.takes == "font" and use else None


def _logo(kit: Kit, field: Field) -> KitLogo | None:
    words = WORD.findall(field.role.casefold())
    if field.takes != "picture" or "logo" not in words:
        return None
    return kit.logo_for(next((variant for variant in VARIANTS if variant in words), "main"))


def answer(kit: Kit, field: Field, find: Find) -> Value | None:
    """What a kit puts into a field: the role says which colour, font or logo, a number which of several."""
    words = WORD.findall(field.role.casefold())
    number = re.search(r"\d+", field.role)
    if field.takes == "color":
        role = next((role for role in ROLES if role in words), None)
        found = kit.of_role(role, int(number[0]) - 1 if number else 0) if role else None
        return Color.from_hex(found.color) if found is not None else None
    font = _font(kit, field)
    if font is not None:
        return f"{font.family}:{font.weight}{':italic' if font.italic else ''}"
    logo = _logo(kit, field)
    return find(logo.file) if logo is not None else None
