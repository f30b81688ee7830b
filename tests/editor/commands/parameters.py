"""Hypothesis strategies for the parameters of any command, from their types alone.

Ids are drawn from the records that are there (those of a fitting family more often), and sometimes wrong. A parameter
type that needs special data registers a hook: `SPECIAL[(command, parameter)]`.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal, NamedTuple, Union

import msgspec
from hypothesis import strategies as st

from editor.commands.registry import Command, Parameter
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.record import kind_of
from render.color import Color

Strategy = st.SearchStrategy[Any]


class Place(NamedTuple):
    """What is drawn for: the command's family and the parameter's name, which says what an id should mean."""

    family: str
    name: str


LAYERS = ("raster.pixel_layer", "raster.group", "raster.adjustment_layer", "raster.embed_layer")
SHAPES = ("vector.rectangle", "vector.ellipse", "vector.path", "vector.text", "vector.group")
MEANT: dict[tuple[str, str], tuple[str, ...]] = {
    ("", "document"): (".document",),
    ("", "group"): (".group",),
    ("", "clip"): ("video.clip",),
    ("", "track"): ("video.track",),
    ("", "caption"): ("video.caption",),
    ("", "marker"): ("video.marker",),
    ("", "transition"): ("video.transition",),
    ("", "item"): ("video.media",),
    ("", "material"): ("scene.material",),
    ("", "texture"): ("scene.texture",),
    ("", "camera"): ("scene.node",),
    ("", "page"): ("vector.page",),
    ("", "path"): ("vector.path",),
    ("", "shape"): SHAPES,
    ("raster", "layer"): LAYERS,
    ("raster", "face"): ("raster.face",),
    ("scene", "node"): ("scene.node",),
    ("vector", "node"): SHAPES,
    ("vector", "parent"): ("vector.page", "vector.group"),
}
Special = Callable[[Project], Strategy]
WRONG_ID = "nosuchrecord0000"
COLOR_NAMES = ("color", "background", "first", "last", "foreground")
TILE = 256 * 256 * 4

TEXTS = st.one_of(
    st.sampled_from(["", "a", "Layer", "é漢😀", "x" * 600, "#ff0000", "#80ff0000", "sans-serif"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12),
)
NUMBERS = st.one_of(st.sampled_from([0.0, 1.0, -1.0, 0.5, 10.0, 100.0, 1e-9, 1e7]), st.floats(-1000, 1000))
TIMES = st.one_of(
    st.sampled_from([Fraction(0), Fraction(1, 25), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(10)]),
    st.builds(Fraction, st.integers(-10, 400), st.sampled_from([1, 24, 25, 30])),
)
COLORS = st.sampled_from(["#000000", "#ffffff", "#ff8000", "#112233", "#11223344", "no color"])


def parameters_of(command: Command, project: Project) -> Strategy:
    """Dictionaries of parameters for a command in a project; optional ones are sometimes left out."""
    required: dict[str, Strategy] = {}
    optional: dict[str, Strategy] = {}
    for parameter in command.parameters:
        special = SPECIAL.get((command.name, parameter.name))
        made = special(project) if special is not None else _by_name(parameter)
        made = made if made is not None else of_type(parameter.type, project, Place(command.family, parameter.name))
        (required if parameter.required else optional)[parameter.name] = made
    return st.fixed_dictionaries(required, optional=optional)


def _by_name(parameter: Parameter) -> Strategy | None:
    """What a name says beyond its type: colours as text; sizes stay small, because pixels cost time by their number."""
    kinds = {parameter.type, *typing.get_args(parameter.type)}
    if str in kinds and parameter.name in COLOR_NAMES:
        return st.one_of(st.none(), COLORS) if type(None) in kinds else COLORS
    if parameter.name == "feather":
        return st.sampled_from([0.0, 2.5, 20.0, -1.0, 1e9])
    if parameter.name in ("width", "height") and kinds & {int, float} and type(None) not in kinds:
        return st.integers(1, 400)
    return None


def of_type(kind: Any, project: Project, place: Place, depth: int = 0) -> Strategy:
    """A strategy for one type; unions, tuples, dictionaries and structs by their parts."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is Annotated:
        return _annotated(parts[0], parts[1:], project, place, depth)
    if origin is Literal:
        return st.sampled_from(parts)
    if origin in (Union, types.UnionType):
        return st.one_of([of_type(part, project, place, depth) for part in parts])
    if origin is tuple:
        return _tuple(parts, project, place, depth)
    if origin in (list, set, frozenset):
        return st.lists(of_type(parts[0], project, place, depth + 1), max_size=3)
    if origin in (dict, Mapping):
        return st.dictionaries(TEXTS, of_type(parts[1], project, place, depth + 1), max_size=2)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind, project, place, depth)
    return PLAIN.get(kind, st.none())


def ids(project: Project, place: Place) -> Strategy:
    """Records of the kind that the parameter's name means mostly, then of the family, then any, then none at all."""
    everything = list(project.records)
    family = [key for key in everything if kind_of(project.records[key]).startswith(place.family)] or everything
    wanted = MEANT.get((place.family, place.name.rstrip("s"))) or MEANT.get(("", place.name.rstrip("s")), ())
    meant = [key for key in family if kind_of(project.records[key]).endswith(wanted)] if wanted else []
    choices = [*[meant] * 6, family, everything] if meant else [family, family, everything]
    return st.one_of([*(st.sampled_from(keys) for keys in choices if keys), st.just(WRONG_ID)])


def blobs(project: Project) -> Strategy:
    """Bytes that may be a tile, a mask, a buffer of floats or nothing sensible; and a name of none."""
    samples = [bytes([value]) * size for value, size in ((90, TILE), (0, TILE // 4), (63, 48), (1, 6))]
    names = [project.blobs.put(sample) for sample in samples]
    return st.sampled_from([*names, names[0], "blob:" + "0" * 40])


def _annotated(kind: Any, notes: tuple[Any, ...], project: Project, place: Place, depth: int) -> Strategy:
    metas = [note for note in notes if isinstance(note, msgspec.Meta)]
    references = [meta.extra["reference"] for meta in metas if meta.extra and "reference" in meta.extra]
    if "record" in references:
        return ids(project, place)
    if "blob" in references:
        return blobs(project)
    if kind is float or kind is int:
        return _bounded(kind, metas)
    return of_type(kind, project, place, depth)


def _bounded(kind: type, metas: list[msgspec.Meta]) -> Strategy:
    lows = [bound for meta in metas for bound in (meta.ge, meta.gt) if bound is not None]
    highs = [bound for meta in metas for bound in (meta.le, meta.lt) if bound is not None]
    low, high = max(lows, default=-1000), min(highs, default=1000)
    high = max(min(high, low + 1000), low)
    if kind is int:
        return st.integers(math.ceil(low), math.floor(high))
    strict = any(meta.gt is not None for meta in metas), any(meta.lt is not None for meta in metas)
    return st.floats(float(low), float(high), exclude_min=strict[0], exclude_max=strict[1])


def _tuple(parts: tuple[Any, ...], project: Project, place: Place, depth: int) -> Strategy:
    if len(parts) == 2 and parts[1] is Ellipsis:
        items = of_type(parts[0], project, place, depth + 1)
        some = st.lists(items, min_size=1, max_size=4 if depth == 0 else 2)
        return st.one_of(some, some, some, st.just([]))
    return st.tuples(*(of_type(part, project, place, depth + 1) for part in parts))


def _struct(kind: type[msgspec.Struct], project: Project, place: Place, depth: int) -> Strategy:
    """Plain data with the tag where the struct has one; deep optional parts are left to their defaults."""
    if kind is Embed:
        documents = [item.id for item in project.documents()] or [WRONG_ID]
        return st.sampled_from(documents).map(lambda key: {"type": "embed", "document": key})
    if kind is Color:
        return st.sampled_from([Color(0, 0, 0), Color(1, 0.5, 0, 0.5)])
    config = kind.__struct_config__
    required: dict[str, Strategy] = {}
    optional: dict[str, Strategy] = {}
    for field in msgspec.structs.fields(kind):
        if field.required:
            required[field.encode_name] = of_type(field.type, project, place, depth + 1)
        elif depth < 3:
            optional[field.encode_name] = of_type(field.type, project, place, depth + 1)
    if config.array_like:
        return st.tuples(*required.values())
    if config.tag_field is not None:
        required[config.tag_field] = st.just(config.tag)
    return st.fixed_dictionaries(required, optional=optional)


def _any_field(project: Project) -> Strategy:
    names = sorted({name for item in project.records.values() for name in item.__struct_fields__})
    return st.sampled_from([*names, "nofield"])


PLAIN: dict[Any, Strategy] = {
    str: TEXTS,
    int: st.integers(-50, 600),
    float: NUMBERS,
    bool: st.booleans(),
    Fraction: TIMES,
    type(None): st.none(),
    Any: st.one_of(st.none(), st.booleans(), st.integers(-3, 300), NUMBERS, TEXTS),
}

SPECIAL: dict[tuple[str, str], Special] = {
    ("project.set_field", "field"): lambda project: st.one_of(st.just("name"), _any_field(project)),
    ("project.set_fields", "values"): lambda project: st.dictionaries(_any_field(project), PLAIN[Any], max_size=2),
    ("vector.new_document", "pages"): lambda project: st.integers(1, 3),
}
