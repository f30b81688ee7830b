"""Records and their kinds: registration, encoding, upgrades, and survival of what this version does not know."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, ClassVar, TypeVar, dataclass_transform

import msgspec

from editor.base.registry import Registry
from editor.model.values import from_plain, to_plain

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One frozen row of a project. A child names its parent; siblings sort by (`order`, `id`)."""

    kind: ClassVar[str] = ""
    version: ClassVar[int] = 1
    upgrades: ClassVar[Mapping[int, Upgrade]] = {}

    id: str
    parent: str | None = None
    order: str = ""


class DocumentRecord(Record, frozen=True, kw_only=True):
    """A root record: what a person opens as a tab. Its family subclasses it."""

    family: ClassVar[str] = ""

    name: str = ""


class UnknownRecord(Record, frozen=True, kw_only=True):
    """A record of a kind, or of a version, that this program does not know: kept and written back untouched."""

    unknown_kind: str
    unknown_version: int
    data: bytes


FAMILIES = ("raster", "vector", "video", "scene", "provenance", "about", "origin", "template", "format_hold")
KINDS: Registry[type[Record]] = Registry("Record kind")
_decoders: dict[str, msgspec.json.Decoder[Any]] = {}
_encoder = msgspec.json.Encoder(enc_hook=to_plain)
R = TypeVar("R", bound=Record)


@dataclass_transform(kw_only_default=True, frozen_default=True)
def record(
    kind: str, version: int = 1, upgrades: Mapping[int, Upgrade] | None = None
) -> Callable[[type[R]], type[R]]:
    """Register a Record class as `kind`.

    `upgrades[n]` turns the plain dictionary of version n into that of version n + 1; there is one for every version
    that was ever released, and an old file in `tests/data` that needs it.
    """

    def register(cls: type[R]) -> type[R]:
        missing = [number for number in range(1, version) if number not in (upgrades or {})]
        if missing:
            raise ValueError(f"{kind} has no upgrade from version {missing}")
        cls.kind, cls.version, cls.upgrades = kind, version, upgrades or {}
        KINDS.add(kind, cls)
        return cls

    return register


def kind_of(item: Record) -> str:
    return item.unknown_kind if isinstance(item, UnknownRecord) else type(item).kind


def version_of(item: Record) -> int:
    return item.unknown_version if isinstance(item, UnknownRecord) else type(item).version


def encode(item: Record) -> bytes:
    """The record as JSON text; an unknown record gives back the bytes it came with, but for id and place."""
    if not isinstance(item, UnknownRecord):
        return _encoder.encode(item)
    plain = msgspec.json.decode(item.data)
    place = {"id": item.id, "parent": item.parent, "order": item.order}
    if all(plain.get(name, "" if name == "order" else None) == value for name, value in place.items()):
        return item.data
    return msgspec.json.encode({**plain, **place})


def decode(kind: str, version: int, data: bytes) -> Record:
    """The inverse of `encode`. Raises msgspec.ValidationError (a ValueError) when the data is damaged."""
    cls = KINDS.get(kind) or _imported(kind)
    if cls is None or version > cls.version or version < 1:
        return _decode_unknown(kind, version, data)
    if version < cls.version:
        plain = msgspec.json.decode(data)
        for number in range(version, cls.version):
            plain = cls.upgrades[number](plain)
        upgraded: Record = msgspec.convert(plain, cls, dec_hook=from_plain)
        return upgraded
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(cls, dec_hook=from_plain)
    decoded: Record = decoder.decode(data)
    return decoded


def _imported(kind: str) -> type[Record] | None:
    """The class of a kind whose family was not needed so far; None for kinds that are not ours."""
    family = kind.partition(".")[0]
    if family in FAMILIES:
        import_module(f"editor.model.{family}")
    return KINDS.get(kind)


def _decode_unknown(kind: str, version: int, data: bytes) -> UnknownRecord:
    plain = msgspec.json.decode(data)
    if not isinstance(plain, dict) or not isinstance(plain.get("id"), str):
        raise msgspec.ValidationError(f"a record of kind {kind!r} has no id")
    parent, order = plain.get("parent"), plain.get("order", "")
    return UnknownRecord(
        id=plain["id"],
        parent=parent if isinstance(parent, str) else None,
        order=order if isinstance(order, str) else "",
        unknown_kind=kind,
        unknown_version=version,
        data=data,
    )


def walk_values(value: Any) -> Iterator[Any]:
    """Every struct, and everything inside it, depth first: used to find references of one type in a record."""
    yield value
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from walk_values(getattr(value, name))
    elif isinstance(value, list | tuple):
        for item in value:
            if not isinstance(item, int | float | str):
                yield from walk_values(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from walk_values(item)
