"""What a type hint asks of an editor: kind, bounds, choices, parts. Plain values; no widgets."""

from __future__ import annotations

import dataclasses
import math
import types
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from editor.model.embed import Embed
from editor.model.lookup import ColorLookup
from editor.model.record import Record
from editor.model.values import to_plain
from render.color import Color
from render.geometry import Affine, Point, Rect

HIDDEN_FIELDS = frozenset(
    {"id", "parent", "order", "carried", "extra", "metadata", "places", "flows", "fits", "contours"}
)
FIXED_FIELDS = frozenset({
    ("raster.document", "depth"), ("video.document", "rate"), ("raster.face", "box"), ("raster.face", "score"),
})  # fmt: skip
"""What only a command may change, because other records must follow."""
REFERENCE = "reference"
POINTED = "pointed"
"""Marks what a tool on the canvas gives, and no editor asks for."""


@dataclass(frozen=True)
class Shape:
    """What can be edited, and how.

    `kind`: bool, int, float, fraction, text, long_text, suggested, choice, color, affine, quaternion, numbers,
    curve, lookup, struct, variant, list, document, none.
    """

    kind: str
    minimum: float = -math.inf
    maximum: float = math.inf
    choices: tuple[Any, ...] = ()
    cls: Any = None
    parts: tuple[Shape, ...] = ()
    names: tuple[str, ...] = ()
    optional: bool = False
    fields: tuple[tuple[str, Shape], ...] = field(default=())


NONE = Shape("none")


@cache
def fields_of(cls: type) -> tuple[tuple[str, Shape], ...]:
    """The fields of a struct that can be edited, in order."""
    hints = get_type_hints(cls, include_extras=True)
    found = []
    for item in msgspec.structs.fields(cls):
        if item.name in HIDDEN_FIELDS and issubclass(cls, Record):
            continue
        if item.name in ("carried", "extra") or (getattr(cls, "kind", ""), item.name) in FIXED_FIELDS:
            continue
        shape = shape_of(hints[item.name], item.name)
        if shape.kind != "none":
            found.append((item.name, shape))
    return tuple(found)


def shape_of(hint: Any, name: str = "") -> Shape:
    """The shape of one type; kind "none" for what no editor shows."""
    if get_origin(hint) is Annotated:
        return _annotated(hint, name)
    if get_origin(hint) in (Union, types.UnionType):
        return _union(hint, name)
    if get_origin(hint) is Literal:
        return Shape("choice", choices=get_args(hint))
    if get_origin(hint) is tuple:
        return _tuple(hint, name)
    simple = {bool: "bool", int: "int", float: "float", Fraction: "fraction", str: "text"}
    simple |= {Color: "color", Affine: "affine"}
    if hint in simple:
        return Shape(simple[hint])
    if hint in (Point, Rect):
        count = ("x", "y") if hint is Point else ("x", "y", "width", "height")
        return Shape("numbers", parts=tuple(Shape("float") for _ in count), names=count)
    if hint is ColorLookup:
        return Shape("lookup", cls=ColorLookup)
    if hint is Embed:
        return Shape("struct", cls=Embed, fields=(("document", Shape("document")),))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return Shape("struct", cls=hint, fields=fields_of(hint))
    return NONE


def _annotated(hint: Any, name: str) -> Shape:
    base, *notes = get_args(hint)
    shape = shape_of(base, name)
    low, high = shape.minimum, shape.maximum
    for note in notes:
        if not isinstance(note, msgspec.Meta):
            continue
        if note.extra and (REFERENCE in note.extra or POINTED in note.extra):
            return NONE
        low = next((value for value in (note.ge, note.gt) if value is not None), low)
        high = next((value for value in (note.le, note.lt) if value is not None), high)
    if shape.kind in ("int", "float", "fraction"):
        return Shape(shape.kind, float(low), float(high))
    return shape


def _union(hint: Any, name: str) -> Shape:
    members = [part for part in get_args(hint) if part is not type(None)]
    optional = len(members) < len(get_args(hint))
    if len(members) == 1:
        inner = shape_of(members[0], name)
        if optional and inner.kind in ("color", "float", "int", "fraction", "text", "choice", "numbers", "lookup"):
            return msgspec_replace(inner, optional=True)
        return NONE if optional else inner
    if all(isinstance(part, type) and issubclass(part, msgspec.Struct) for part in members):
        parts = tuple(shape_of(part) for part in members)
        return Shape("variant", parts=parts, optional=optional) if not optional else NONE
    return NONE


def _tuple(hint: Any, name: str) -> Shape:
    members = get_args(hint)
    if len(members) == 2 and members[1] is Ellipsis:
        item = shape_of(members[0], name)
        if item.kind == "numbers" and [(part.minimum, part.maximum) for part in item.parts] == [(0.0, 1.0)] * 2:
            return Shape("curve")
        return Shape("list", parts=(item,)) if item.kind in ("struct", "variant") else NONE
    parts = tuple(shape_of(part, name) for part in members)
    if name == "rotation" and len(parts) == 4:
        return Shape("quaternion")
    if parts and len(parts) <= 4 and all(part.kind in ("float", "int") for part in parts):
        return Shape("numbers", parts=parts, names=("x", "y", "z", "w")[: len(parts)])
    return NONE


def msgspec_replace(shape: Shape, optional: bool) -> Shape:
    return dataclasses.replace(shape, optional=optional)


def tag_of(cls: type) -> str:
    """The name by which stored data tells one struct of a union from the others."""
    config = msgspec.structs.fields(cls) and cls.__struct_config__  # type: ignore[attr-defined]
    return str(config.tag) if config and config.tag is not None else cls.__name__


def listed_fields(cls: type | None) -> tuple[str, ...]:
    """The names of the fields of a struct that is stored as a list; empty for one that is stored by names."""
    if cls is None or not cls.__struct_config__.array_like:  # type: ignore[attr-defined]
        return ()
    return tuple(item.encode_name for item in msgspec.structs.fields(cls))


def plain(value: Any) -> Any:
    """A value as stored data."""
    return msgspec.to_builtins(value, enc_hook=to_plain, str_keys=True)


def default_of(cls: type) -> Any | None:
    """A fresh struct as stored data; None for one that needs to be told something."""
    try:
        return plain(cls())
    except TypeError:
        return None


def human(name: str) -> str:
    """A field's name for people, in English: `tr` it."""
    return "RGB" if name == "rgb" else name.replace("_", " ").strip().capitalize()
