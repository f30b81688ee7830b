"""Running a command from a menu or the palette: what the window knows fills its parameters; the rest is asked."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import msgspec

from editor.model.values import RecordId

if TYPE_CHECKING:
    from app.session import Session
    from editor.commands.registry import Command, Parameter

PAGE_NAMES = ("page", "part")
TIME_NAMES = ("time", "at", "start")
TRACK_WORDS = ("track",)


def is_record_id(kind: Any) -> bool:
    """Whether a type is RecordId, or one of several with None."""
    if get_origin(kind) is Annotated:
        return kind == RecordId
    return any(is_record_id(part) for part in get_args(kind)) and get_origin(kind) is not tuple


def is_record_ids(kind: Any) -> bool:
    return get_origin(kind) is tuple and any(is_record_id(part) for part in get_args(kind))


def known_values(session: Session, command: Command) -> dict[str, Any]:
    """The parameters that follow from what is on top, selected, or under the playhead."""
    values = {}
    for parameter in command.parameters:
        value = _known(session, parameter)
        if value is not None:
            values[parameter.name] = value
    return values


def _known(session: Session, parameter: Parameter) -> Any:
    selection = session.project.selection if session.project is not None else ()
    name = parameter.name
    if is_record_ids(parameter.type):
        return selection or None
    if is_record_id(parameter.type):
        return _known_id(session, parameter, selection)
    if parameter.required and name in TIME_NAMES and parameter.type is Fraction:
        return session.time
    if parameter.required and name == "color" and parameter.type is str:
        return session.foreground
    return None


def _known_id(session: Session, parameter: Parameter, selection: tuple[str, ...]) -> str | None:
    name = parameter.name
    if name == "document":
        return session.document or None
    if name in PAGE_NAMES:
        return session.part or first_part(session)
    if not parameter.required:
        return None
    if name == "parent":
        return session.part or first_part(session) or session.document or None
    return selection[0] if selection else None


def first_part(session: Session) -> str | None:
    """The first page of the document on top, when it has pages."""
    if session.display is None or not session.document:
        return None
    parts = session.display.parts(session.document)
    return parts[0] if parts else None


def missing(command: Command, values: dict[str, Any]) -> list[Parameter]:
    """What a person must be asked."""
    return [item for item in command.parameters if item.required and item.name not in values]


def askable(command: Command) -> list[Parameter]:
    """The parameters that a person may want to say: everything but ids."""
    return [item for item in command.parameters if not is_record_id(item.type) and not is_record_ids(item.type)]


def needs_selection(command: Command) -> bool:
    """Whether the command works on what is selected."""
    places = ("document", "page", "part", "parent")
    return any(
        item.required and (is_record_ids(item.type) or (is_record_id(item.type) and item.name not in places))
        for item in command.parameters
    )


def describe_type(kind: Any) -> Any:
    """The type as msgspec sees it, for making an editor."""
    return msgspec.inspect.type_info(kind)
