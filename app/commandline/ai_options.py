"""The options of an AI tool on the command line: what there is, and OPTION=VALUE into them."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from editor.base.errors import ExpectedError
from editor.base.numbers import number_text
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.workflows.ai.tool import Tool

NUMBERS = ("int", "float", "fraction")


def options_told(tool: Tool) -> list[dict[str, Any]]:
    """Name, type, bounds, choices and default of every option."""
    import msgspec

    from app.commandline.information import name_of
    from app.widgets.shapes import shape_of
    from editor.model.values import to_plain

    usual = msgspec.to_builtins(tool.options(), enc_hook=to_plain)
    told = []
    for field in msgspec.structs.fields(tool.options):
        shape = shape_of(field.type, field.name)
        kind = " | ".join(map(str, shape.choices)) if shape.kind == "choice" else name_of(field.type)
        found = {"name": field.name, "type": kind, "default": usual[field.name]}
        for bound, value in (("from", shape.minimum), ("to", shape.maximum)):
            if shape.kind in NUMBERS and isfinite(value):
                found[bound] = value
        told.append(found)
    return told


def limits_text(option: dict[str, Any]) -> str:
    """Bounds as one reads them.

    >>> limits_text({"from": 0.0, "to": 2.0}), limits_text({})
    (' (0 to 2)', '')
    """
    if "from" not in option or "to" not in option:
        return ""
    return f" ({number_text(option['from'])} to {number_text(option['to'])})"


def options_of(tool: Tool, pairs: list[str]) -> Any:
    """OPTION=VALUE as an instance of the tool's options. Raises ExpectedError that names the wrong one."""
    import msgspec

    from app.commandline.values import parsed
    from editor.model.values import from_plain

    kinds = {field.name: field.type for field in msgspec.structs.fields(tool.options)}
    found = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise ExpectedError(tr("{text} is no parameter: write it as key=value.", text=pair))
        if name not in kinds:
            raise ExpectedError(tr("{tool} has no option {name}.", tool=tool.name, name=name),
                                tr("It has: {names}.", names=", ".join(kinds) or "-"))
        found[name] = parsed(text, kinds[name])
        try:
            msgspec.convert(found[name], kinds[name], strict=False, dec_hook=from_plain)
        except (msgspec.ValidationError, ValueError) as error:
            raise ExpectedError(
                tr("The option {name} cannot be {value}.", name=name, value=text or '""'), wanted(name, kinds[name])
            ) from error
    try:
        return msgspec.convert(found, tool.options, strict=False, dec_hook=from_plain)
    except (msgspec.ValidationError, ValueError) as error:
        raise ExpectedError(tr("These options do not fit: {reason}", reason=str(error))) from error


def wanted(name: str, kind: Any) -> str:
    """A sentence on what an option may be.

    >>> from typing import Annotated, Literal
    >>> import msgspec
    >>> wanted("size", Annotated[int, msgspec.Meta(ge=1, le=3)]), wanted("way", Literal["up", "down"])
    ('It may be a whole number from 1 to 3.', 'It may be: up, down.')
    """
    from app.commandline.information import name_of
    from app.widgets.shapes import shape_of

    shape = shape_of(kind, name)
    bounds = {"low": number_text(shape.minimum), "high": number_text(shape.maximum)}
    if shape.kind == "choice":
        return tr("It may be: {choices}.", choices=", ".join(map(str, shape.choices)))
    if shape.kind == "bool":
        return tr("It may be true or false.")
    if shape.kind in NUMBERS and isfinite(shape.minimum) and isfinite(shape.maximum):
        whole = shape.kind == "int"
        return tr("It may be a whole number from {low} to {high}.", **bounds) if whole else tr(
            "It may be a number from {low} to {high}.", **bounds
        )
    return tr("It must be of the kind {kind}.", kind=name_of(kind))
