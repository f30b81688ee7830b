"""What a live link holds that taking its file again would replace: told by a hash, so that edits made here are seen."""

import hashlib
from typing import Any

import msgspec

from editor.document.project import Project
from editor.model.origin import Origin
from editor.model.record import Record, encode

KEPT = frozenset({"parent", "order", "name", "translation", "rotation", "scale", "hidden"})
"""Fields of the linked record itself that stay when its file is taken again."""


def state_of_link(project: Project, linked: str) -> str:
    """A hash over a record, all below it and what these name in the same document: a model's meshes and materials."""
    root, found, waiting = project.index.root(linked), dict[str, bytes](), [linked]
    while waiting:
        key = waiting.pop()
        for inner in project.index.subtree(key):
            item = project.get(inner)
            if item is None or inner in found or isinstance(item, Origin):
                continue
            plain = _plain(item, KEPT if inner == linked else frozenset())
            found[inner] = msgspec.json.encode(plain, order="sorted")
            waiting += [
                text for text in _texts(plain)
                if text not in found and text in project.records and project.index.root(text) == root != text
            ]
    digest = hashlib.blake2b(digest_size=16)
    for key in sorted(found):
        digest.update(found[key] + b"\n")
    return digest.hexdigest()


def _plain(item: Record, without: frozenset[str]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.json.decode(encode(item))
    return {name: value for name, value in plain.items() if name not in without}


def _texts(plain: object) -> list[str]:
    """All texts inside, but for the name of the parent: what is named, not what stands around."""
    if isinstance(plain, str):
        return [plain]
    if isinstance(plain, dict):
        return [text for name, value in plain.items() if name != "parent" for text in _texts(value)]
    return [text for value in plain for text in _texts(value)] if isinstance(plain, list) else []
