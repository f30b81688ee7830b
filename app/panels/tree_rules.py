"""What the tree of a document shows of its records: which ones, under what name and icon, in what order."""

from __future__ import annotations

from typing import Any

from app.widgets.shapes import human
from editor.base.translation import tr
from editor.model.record import Record, UnknownRecord, kind_of

HIDDEN_KINDS = frozenset({
    "raster.tile", "raster.selection", "vector.clip", "vector.mask", "vector.pattern", "vector.marker", "vector.filter",
    "scene.mesh", "scene.texture", "scene.skin", "scene.animation", "video.transition", "video.marker",
    "provenance.result", "about.document", "origin.file", "template.slot", "template.words",
})  # fmt: skip
ICONS = {
    "raster.pixel_layer": "image", "raster.group": "group", "raster.embed_layer": "link",
    "raster.adjustment_layer": "adjustment", "raster.mask": "mask", "raster.face": "face",
    "vector.page": "page", "vector.group": "group", "vector.rectangle": "rectangle", "vector.ellipse": "ellipse",
    "vector.path": "path", "vector.text": "text", "vector.picture": "image", "vector.embed": "link",
    "video.track": "layers", "video.clip": "video", "video.caption": "caption", "video.media": "folder",
    "scene.node": "mesh", "scene.material": "material",
}  # fmt: skip
FRONT_FIRST = frozenset({"raster", "vector", "video"})
"""Families whose last child is drawn on top, and stands first in the list."""


def is_hidden_from_tree(item: Record) -> bool:
    return kind_of(item) in HIDDEN_KINDS


def is_reversed(family: str) -> bool:
    return family in FRONT_FIRST


def icon_of(item: Record) -> str:
    if kind_of(item) == "scene.node":
        if getattr(item, "camera", None) is not None:
            return "camera"
        if getattr(item, "lamp", None) is not None:
            return "light"
        return "mesh" if getattr(item, "mesh", None) else "group"
    return ICONS.get(kind_of(item), "unknown")


def label_of(item: Record) -> str:
    """Its name, its text, or what it is."""
    name = " ".join(str(getattr(item, "name", "") or _words(item)).split())
    if name:
        return name
    if isinstance(item, UnknownRecord):
        return tr("Unknown item")
    return tr(human(kind_of(item).partition(".")[2]))


def _words(item: Record) -> str:
    spans: Any = getattr(item, "spans", None)
    text = "".join(span.text for span in spans) if spans else getattr(item, "text", "")
    return " ".join(str(text).split())[:60]


def visible_state(item: Record) -> bool | None:
    """Whether it is shown; None for what cannot be hidden."""
    for name, shown in (("visible", True), ("enabled", True), ("hidden", False)):
        value = getattr(item, name, None)
        if isinstance(value, bool):
            return value is shown
    return None


def visibility_field(item: Record) -> tuple[str, bool] | None:
    """The field that hides it, and the value that shows it."""
    for name, shown in (("visible", True), ("enabled", True), ("hidden", False)):
        if isinstance(getattr(item, name, None), bool):
            return name, shown
    return None
