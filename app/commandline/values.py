"""From key=value on the command line to what a command's parameter takes.

A value is read as JSON where the parameter is no text. For a parameter that is a blob a file's path is taken and the
file stored; for one that is a record, a document's name.
"""

import json
import types
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from app.commandline.names import document_named
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.model.values import BLOB_PATTERN

if TYPE_CHECKING:
    from editor.commands.registry import Command
    from editor.document.project import Project


def parameters(project: "Project", command: "Command", pairs: Iterable[str]) -> dict[str, Any]:
    """Raises ExpectedError for a pair without "=", a name that the command does not have, a file that is not there."""
    kinds = {item.name: item.type for item in command.parameters}
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise ExpectedError(tr("{text} is no parameter: write it as key=value.", text=pair))
        if name not in kinds:
            known = ", ".join(kinds) or "-"
            raise ExpectedError(tr("{command} has no parameter {name}.", command=command.name, name=name),
                                tr("It has: {names}.", names=known))
        found[name] = resolved(project, parsed(text, kinds[name]), kinds[name])
    return found


def parsed(text: str, kind: Any) -> Any:
    """Text stays text where the parameter is one; else JSON; what is no JSON stays text for the command to judge."""
    if text == "null" and type(None) in options_of(kind):
        return None
    if all(takes_text(option) for option in options_of(kind) if option is not type(None)):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def options_of(kind: Any) -> tuple[Any, ...]:
    """The members of a union, or the type alone."""
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def takes_text(kind: Any) -> bool:
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if get_origin(kind) is Literal:
        return all(isinstance(item, str) for item in get_args(kind))
    return kind is str


def reference_of(kind: Any) -> str | None:
    """"blob" or "record" for the types of editor/model/values.py."""
    for extra in getattr(kind, "__metadata__", ()):
        if isinstance(extra, msgspec.Meta) and extra.extra:
            found = extra.extra.get("reference")
            return found if isinstance(found, str) else None
    return None


def resolved(project: "Project", value: Any, kind: Any) -> Any:
    """References inside a value turned into names that the project knows."""
    for option in options_of(kind):
        reference = reference_of(option)
        if reference == "blob" and isinstance(value, str):
            return blob_of(project, value)
        if reference == "record" and isinstance(value, str):
            return document_named(project, value)
        if isinstance(value, list) and get_origin(option) in (tuple, list) and get_args(option):
            return [resolved(project, item, inner) for item, inner in zip(value, members(option, len(value)))]
        if isinstance(value, dict) and isinstance(option, type) and issubclass(option, msgspec.Struct):
            hints = {field.name: field.type for field in msgspec.structs.fields(option)}
            return {name: resolved(project, item, hints.get(name)) for name, item in value.items()}
    return value


def members(kind: Any, count: int) -> Iterable[Any]:
    """The types of the items of a tuple or list: one for all, or one for each place."""
    inner = get_args(kind)
    return inner if get_origin(kind) is tuple and Ellipsis not in inner else (inner[0],) * count


def blob_of(project: "Project", text: str) -> str:
    """A blob's name as it is, or the name of a file's content once stored."""
    if BLOB_PATTERN.fullmatch(text):
        return text
    from editor.formats.lut.reading import is_lookup, read_lookup

    path = Path(text)
    try:
        if is_lookup(path):  # kept as the table that is read from it
            return project.blobs.put(read_lookup(path).to_bytes())
        return project.blobs.put(path.read_bytes())
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be opened.", name=text)) from error
