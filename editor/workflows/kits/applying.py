"""A document in the colours, fonts and logos of a kit: by the roles of its slots, as one edit."""

import re
from collections.abc import Callable
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from editor.workflows.kits.kit import ROLES, USES, VARIANTS, Kit, KitFile
from editor.workflows.templates.fields import Field, fields_of
from editor.workflows.templates.fill import Filled, Value, apply, prepare
from render.color import Color

Find = Callable[[KitFile], Path | None]
WORD = re.compile(r"[a-z]+")


def apply_kit(project: Project, kit: Kit, find: Find, document: str | None = None) -> Filled:
    """Fill the slots whose role a kit has an answer for. Raises ExpectedError when there is none such."""
    fields = fields_of(project, document)
    values = {field.name: value for field in fields if (value := answer(kit, field, find)) is not None}
    if not values:
        raise ExpectedError(
            tr("Nothing here has a role that this kit knows."),
            tr("Give slots roles such as “primary”, “background”, “heading” or “logo”, or replace what is off brand."),
        )
    ready = prepare(fields, values)
    with project.transaction(tr("Apply brand kit")):
        return apply(project, ready, document)


def answer(kit: Kit, field: Field, find: Find) -> Value | None:
    """What a kit puts into a field: the role says which colour, font or logo, a number which of several."""
    words = WORD.findall(field.role.casefold())
    number = re.search(r"\d+", field.role)
    if field.takes == "color":
        role = next((role for role in ROLES if role in words), None)
        found = kit.of_role(role, int(number[0]) - 1 if number else 0) if role else None
        return Color.from_hex(found.color) if found is not None else None
    if field.takes == "font":
        use = next((use for use in USES if use in words), None)
        font = kit.font_for(use) if use else None
        return font.family if font is not None else None
    if field.takes == "picture" and "logo" in words:
        logo = kit.logo_for(next((variant for variant in VARIANTS if variant in words), "main"))
        return find(logo.file) if logo is not None else None
    return None
