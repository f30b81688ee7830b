"""Sizes that people begin with, by kind of document. Labels are English; whoever shows them calls `tr`."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Preset:
    """`parameters` go to the family's `new_document` command; `size` is what a person reads."""

    label: str
    size: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """One kind of document with its presets, the usual one first."""

    family: str
    label: str
    summary: str
    icon: str
    presets: tuple[Preset, ...]


def _pixels(label: str, width: int, height: int, **more: Any) -> Preset:
    return Preset(label, f"{width} × {height}", {"width": width, "height": height, **more})


def _paper(label: str, size: str, width: float, height: float) -> Preset:
    """Millimetres to units of 1/96 inch, which is what a page is measured in."""
    return Preset(label, size, {"width": round(width * 96 / 25.4, 2), "height": round(height * 96 / 25.4, 2)})


KINDS = (
    Kind("raster", "Image", "Paint, retouch and compose pixels", "raster", (
        _pixels("Screen, HD", 1920, 1080),
        _pixels("Square", 2048, 2048),
        _pixels("Photo 12 MP", 4000, 3000),
        Preset("A4 at 300 dpi", "2480 × 3508", {"width": 2480, "height": 3508, "resolution": 300.0}),
        _pixels("Thumbnail", 1280, 720),
    )),
    Kind("vector", "Page", "Draw shapes, set type, lay out", "vector", (
        _paper("A4 portrait", "210 × 297 mm", 210, 297),
        _paper("A4 landscape", "297 × 210 mm", 297, 210),
        _paper("Poster A2", "420 × 594 mm", 420, 594),
        Preset("Web page", "1440 × 900", {"width": 1440.0, "height": 900.0}),
        Preset("Icon", "64 × 64", {"width": 64.0, "height": 64.0}),
    )),
    Kind("video", "Video", "Cut picture and sound on a timeline", "video", (
        _pixels("HD, 25 frames", 1920, 1080, rate="25"),
        _pixels("HD, 30 frames", 1920, 1080, rate="30"),
        _pixels("4K, 25 frames", 3840, 2160, rate="25"),
        _pixels("Upright, 30 frames", 1080, 1920, rate="30"),
        _pixels("Square, 30 frames", 1080, 1080, rate="30"),
    )),
    Kind("scene", "3D scene", "Stage models in light, take pictures", "scene", (
        _pixels("Still", 1600, 1200),
        _pixels("Wide", 1920, 1080),
        _pixels("Product square", 2048, 2048),
        _pixels("Upright", 1080, 1920),
    )),
)  # fmt: skip


def kind_of_family(family: str) -> Kind:
    return next(kind for kind in KINDS if kind.family == family)
