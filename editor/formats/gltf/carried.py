"""What this program does not understand, kept as JSON text beside the records.

Indices inside kept data would point at the wrong thing once the scene is edited, so those that are known to be
references become "ref:ID" on the way in, and indices again on the way out. A kept reference whose target is gone takes
its object with it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

REFERENCE = "ref:"
KEYS = {"material": "materials", "node": "nodes", "mesh": "meshes", "texture": "textures", "camera": "nodes"}
MOST_DEPTH = 64

# Index -> local id, by the glTF list it points into.
Ids = Mapping[str, Mapping[int, str]]


def kept(source: Mapping[str, Any], known: frozenset[str], read: frozenset[str], ids: Ids) -> str:
    """`source` without its `known` members and without the extensions that were `read`, as JSON text; "" if nothing."""
    rest = {key: value for key, value in source.items() if key not in known}
    extensions = rest.get("extensions")
    if isinstance(extensions, dict):
        rest["extensions"] = {key: value for key, value in extensions.items() if key not in read}
        if not rest["extensions"]:
            del rest["extensions"]
    if not rest:
        return ""
    return msgspec.json.encode(_outward(rest, ids, 0), order="deterministic").decode()


def _outward(value: Any, ids: Ids, depth: int) -> Any:
    if depth > MOST_DEPTH:
        return None
    if isinstance(value, list):
        return [_outward(item, ids, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _member(key, item, ids, depth) for key, item in value.items()}


def _member(key: str, value: Any, ids: Ids, depth: int) -> Any:
    if key == "extras":
        return value
    if isinstance(value, int) and not isinstance(value, bool) and key in KEYS and value in ids.get(KEYS[key], {}):
        return REFERENCE + ids[KEYS[key]][value]
    if isinstance(value, dict) and key.endswith("Texture") and isinstance(value.get("index"), int):
        found = ids.get("textures", {}).get(value["index"])
        rest = _outward(value, ids, depth + 1)
        return {**rest, "index": REFERENCE + found} if found is not None else rest
    return _outward(value, ids, depth + 1)


def merged(target: dict[str, Any], carried: str, index_of: Callable[[str], int | None]) -> dict[str, Any]:
    """`target` with the kept members added; what it says itself wins."""
    if not carried:
        return target
    try:
        rest = msgspec.json.decode(carried)
    except (msgspec.DecodeError, RecursionError):
        return target
    if not isinstance(rest, dict):
        return target
    inward = _inward(rest, index_of)
    extensions = {**inward.pop("extensions", {}), **target.get("extensions", {})}
    for name, extension in target.get("extensions", {}).items():
        kept_part = rest.get("extensions", {}).get(name)
        if isinstance(kept_part, dict) and isinstance(extension, dict):
            extensions[name] = {**_inward(kept_part, index_of), **extension}
    result = {**inward, **target}
    if extensions:
        result["extensions"] = extensions
    return result



def _inward(value: Any, index_of: Callable[[str], int | None]) -> Any:
    if isinstance(value, list):
        return [item for item in (_tried(part, index_of) for part in value) if item is not _GONE]
    if isinstance(value, dict):
        found = {key: _tried(item, index_of, key) for key, item in value.items()}
        return {key: item for key, item in found.items() if item is not _GONE}
    return value


_GONE = object()


def _tried(value: Any, index_of: Callable[[str], int | None], key: str = "") -> Any:
    """An object that needs a lost target goes with it."""
    if key == "extras":
        return value
    if isinstance(value, str) and value.startswith(REFERENCE):
        index = index_of(value.removeprefix(REFERENCE))
        return _GONE if index is None else index
    if isinstance(value, dict):
        lost = any(
            isinstance(item, str) and item.startswith(REFERENCE) and index_of(item.removeprefix(REFERENCE)) is None
            for name, item in value.items()
            if name != "extras"
        )
        return _GONE if lost else _inward(value, index_of)
    return _inward(value, index_of)


def used_extensions(document: Any, depth: int = 0) -> set[str]:
    """The names of all extensions that a finished document uses, for `extensionsUsed`."""
    found: set[str] = set()
    if depth > MOST_DEPTH:
        return found
    if isinstance(document, list):
        for item in document:
            found |= used_extensions(item, depth + 1)
    elif isinstance(document, dict):
        for key, item in document.items():
            if key == "extensions" and isinstance(item, dict):
                found |= set(item)
            if key != "extras":
                found |= used_extensions(item, depth + 1)
    return found


__all__ = ["REFERENCE", "Ids", "kept", "merged", "used_extensions"]
