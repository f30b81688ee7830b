"""What is wrong with data that somebody wrote, in a person's words: the readers of JSON and TOML say it in English, for
programmers.

>>> import msgspec
>>> class Font(msgspec.Struct): weight: int
>>> try: msgspec.json.decode(b'{"weight": "bold"}', type=Font)
... except msgspec.ValidationError as error: misfit(error, Font)
'weight: It must be a whole number.'
"""

import json
import re
import tomllib
from typing import Any

import msgspec
from msgspec import inspect

from editor.base.translation import tr

PLACE = re.compile(r"^(.*?)(?: - at (?:`key` in )?`\$([^`]*)`)?$", re.DOTALL)
STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
LIMIT = re.compile(r"Expected `(?:int|float)` (<=|>=|<|>) (\S+)")
LENGTH = re.compile(r"Expected `(str|array|object|bytes)` of (?:at (?:least|most) )?length (<=|>=|==)? ?(\d+)")
KIND = re.compile(r"Expected `([^`]+)`, got")
LINE = re.compile(r"\(at line (\d+), column \d+\)")
Items = inspect.ListType | inspect.VarTupleType | inspect.SetType | inspect.FrozenSetType


def misfit(error: Exception, kind: Any = None) -> str:
    """A sentence on an error of msgspec, tomllib or a decoder, with the place; `kind` is the type that was wanted."""
    if isinstance(error, msgspec.ValidationError):
        found = PLACE.match(str(error))
        what, path = (found[1], found[2] or "") if found is not None else (str(error), "")
        place, sentence = _place(path), _sentence(what, path, kind)
        return tr("{place}: {sentence}", place=place, sentence=sentence) if place else sentence
    if isinstance(error, tomllib.TOMLDecodeError):
        line = LINE.search(str(error))
        return tr("Line {number} cannot be read.", number=line[1]) if line else tr("Its last line cannot be read.")
    if isinstance(error, msgspec.DecodeError | json.JSONDecodeError):
        return tr("It breaks off.") if "truncated" in str(error) else tr("It is no JSON.")
    if isinstance(error, UnicodeDecodeError):
        return tr("It is no text in UTF-8.")
    return tr("It is damaged.")


def _place(path: str) -> str:
    """`.colors[0].color` as the person counts: colors 1, color."""
    words = list[str]()
    for name, number in STEP.findall(path):
        if name:
            words.append(name)
        elif number:
            words.append(f"{words.pop()} {int(number) + 1}" if words else str(int(number) + 1))
    return ", ".join(words)


def _sentence(what: str, path: str, kind: Any) -> str:
    if "matching regex" in what:
        return tr("It is not written as it should be.")
    if what.startswith("Invalid enum value"):
        names = ", ".join(_choices(path, kind))
        return tr("It must be one of these: {names}.", names=names) if names else tr("It is none of those there are.")
    for sign, sentence in (
        ("missing required field", tr("The field {name} is missing.", name=_named(what))),
        ("unknown field", tr("The field {name} is not known.", name=_named(what))),
    ):
        if sign in what:
            return sentence
    return _limit(what) or _length(what) or _kind(what) or tr("It is not written as it should be.")


def _named(what: str) -> str:
    found = re.search(r"`([^`]*)`", what)
    return found[1] if found is not None else ""


def _limit(what: str) -> str:
    found = LIMIT.match(what)
    if found is None:
        return ""
    sign, limit = found[1], found[2].removesuffix(".0")
    return {
        "<=": tr("It must be {limit} or less.", limit=limit), ">=": tr("It must be {limit} or more.", limit=limit),
        "<": tr("It must be less than {limit}.", limit=limit), ">": tr("It must be more than {limit}.", limit=limit),
    }[sign]  # fmt: skip


def _length(what: str) -> str:
    found = LENGTH.match(what)
    if found is None:
        return ""
    if found[2] == ">=" and found[3] == "1":
        return tr("It must not be empty.")
    if found[2] == "<=":
        return tr("It is too long: {limit} is the most.", limit=found[3])
    return tr("It is too short: {limit} is the least.", limit=found[3])


def _kind(what: str) -> str:
    found = KIND.match(what)
    words = {
        "str": tr("a text"), "int": tr("a whole number"), "float": tr("a number"), "bool": tr("true or false"),
        "array": tr("a list"), "object": tr("a group of fields"), "null": tr("nothing"),
    }  # fmt: skip
    kinds = [words[part] for part in found[1].split(" | ") if part in words] if found is not None else []
    return tr("It must be {kind}.", kind=tr(" or ").join(kinds)) if kinds else ""


def _choices(path: str, kind: Any) -> tuple[str, ...]:
    """The values that may stand at a place of a type, if they are few and fixed."""
    at: Any = inspect.type_info(kind) if kind is not None else None
    for name, _number in STEP.findall(path):
        if isinstance(at, inspect.UnionType):
            at = next((item for item in at.types if isinstance(item, inspect.StructType | Items)), None)
        if isinstance(at, inspect.Metadata):
            at = at.type
        if name and isinstance(at, inspect.StructType):
            at = next((field.type for field in at.fields if field.encode_name == name), None)
        elif not name and isinstance(at, Items):
            at = at.item_type
        elif not name and isinstance(at, inspect.DictType):
            at = at.value_type
    return tuple(str(value) for value in at.values if value != "") if isinstance(at, inspect.LiteralType) else ()
