"""One picture of many, and its descriptions: JSON as most engines and tools read it, and Godot's own resource.

Equal pictures lie on the sheet once, however many sprites show them. Both descriptions name the picture beside them, so
that the three files can move together.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.formats.registry import ExportOptions
from editor.formats.report import Report, ReportBuilder
from editor.workflows.sprites.sprites import Pixels, Sprite, sprites_of
from render.image_io.values import ImageData
from render.packing import pack

LARGEST = 16384
SPEED = 12.0


@dataclass(frozen=True)
class SheetOptions:
    """`rate` is frames a second: what is taken of timelines, and how fast Godot shows them. `overwrite` lets go of
    files that are there already."""

    padding: int = 2
    trim: bool = True
    power_of_two: bool = False
    longest: int = 4096
    rate: float | None = None
    overwrite: bool = False


@dataclass(frozen=True, eq=False)
class Sheet:
    """`places` are where the sprites lie, in their order."""

    pixels: Pixels
    sprites: list[Sprite]
    places: list[tuple[int, int]]


def make_sheet(paths: list[Path], target: Path, options: SheetOptions, progress: Progress) -> Report:
    """Write the picture, and beside it a .json and a .tres. Raises ExpectedError for what cannot be read, does not fit
    or cannot be written, and where one of the three would take the place of a file that is not to be lost."""
    from editor.formats.image import save

    _check_free([target, target.with_suffix(".json"), target.with_suffix(".tres")], paths, options.overwrite)
    report = ReportBuilder()
    sprites = sprites_of(paths, options.rate, options.trim, progress.part(0.0, 0.8), report)
    sheet = lay_out(sprites, options)
    save(ImageData(sheet.pixels, "atelier"), target, ExportOptions(), report)
    speed = options.rate or SPEED
    for suffix, text in ((".json", as_json(sheet, target.name)), (".tres", as_godot(sheet, target.name, speed))):
        try:
            target.with_suffix(suffix).write_text(text, encoding="utf-8")
        except OSError as error:
            reason = error.strerror or str(error)
            name = target.with_suffix(suffix).name
            raise ExpectedError(tr("{name} could not be written: {reason}.", name=name, reason=reason)) from error
    progress(1.0)
    return report.report()


def _check_free(targets: list[Path], sources: list[Path], overwrite: bool) -> None:
    """A picture of the sheet is never written over: whoever gives `*.png` and no other name means to lose none."""
    there = [target for target in targets if os.path.lexists(target)]
    for target in there:
        if any(target.exists() and source.exists() and target.samefile(source) for source in sources):
            raise ExpectedError(
                tr("{name} is to be on the sheet, and would be written over.", name=str(target)),
                tr("The first name is that of the sheet to write."),
            )
    if there and not overwrite:
        raise ExpectedError(
            tr("{name} exists already.", name=str(there[0])),
            tr("The first name is that of the sheet to write; --overwrite lets go of what is there."),
        )


def lay_out(sprites: list[Sprite], options: SheetOptions) -> Sheet:
    """Raises ExpectedError where there is nothing, or more than fits."""
    if not sprites:
        raise ExpectedError(tr("There is no picture to put on a sheet."))
    longest = min(max(1, options.longest), LARGEST)
    kinds: dict[bytes, int] = {}
    which = [kinds.setdefault(_told_apart(one.pixels), len(kinds)) for one in sprites]
    different = [sprites[which.index(kind)] for kind in range(len(kinds))]
    sizes = [(one.pixels.shape[1], one.pixels.shape[0]) for one in different]
    found = pack(sizes, longest, options.padding, options.power_of_two)
    if found is None:
        raise ExpectedError(
            tr("These pictures do not fit on one sheet of {size} pixels a side.", size=longest),
            tr("Give a larger --longest, or fewer pictures."),
        )
    pixels = np.zeros((found.height, found.width, 4), np.uint8)
    for one, (x, y), (width, height) in zip(different, found.places, sizes, strict=True):
        pixels[y : y + height, x : x + width] = one.pixels
    return Sheet(pixels, sprites, [found.places[kind] for kind in which])


def _told_apart(pixels: Pixels) -> bytes:
    size = repr(pixels.shape).encode()
    return hashlib.blake2b(np.ascontiguousarray(pixels).tobytes() + size, digest_size=16).digest()


def as_json(sheet: Sheet, image: str) -> str:
    """Names to places in pixels from the upper left corner; `spriteSourceSize` is where a sprite without its edges lies
    in the whole picture of `sourceSize`."""
    frames: dict[str, Any] = {}
    for one, (x, y) in zip(sheet.sprites, sheet.places, strict=True):
        height, width = one.pixels.shape[:2]
        frames[one.name] = {
            "frame": {"x": x, "y": y, "w": width, "h": height},
            "rotated": False,
            "trimmed": (width, height) != (one.width, one.height),
            "spriteSourceSize": {"x": one.x, "y": one.y, "w": width, "h": height},
            "sourceSize": {"w": one.width, "h": one.height},
        }
    size = {"w": sheet.pixels.shape[1], "h": sheet.pixels.shape[0]}
    meta = {"app": "Atelier", "image": image, "format": "RGBA8888", "size": size, "scale": "1"}
    return json.dumps({"frames": frames, "meta": meta}, ensure_ascii=False, indent=1) + "\n"


def as_godot(sheet: Sheet, image: str, speed: float) -> str:
    """SpriteFrames of Godot 4 with one animation of all sprites; margins bring the cut edges back."""
    count = len(sheet.sprites)
    lines = [
        f'[gd_resource type="SpriteFrames" load_steps={count + 2} format=3]', "",
        f'[ext_resource type="Texture2D" path={json.dumps(image, ensure_ascii=False)} id="1"]', "",
    ]  # fmt: skip
    for number, (one, (x, y)) in enumerate(zip(sheet.sprites, sheet.places, strict=True)):
        height, width = one.pixels.shape[:2]
        lines += [
            f'[sub_resource type="AtlasTexture" id="{number}"]',
            f"resource_name = {json.dumps(one.name, ensure_ascii=False)}",
            'atlas = ExtResource("1")',
            f"region = Rect2({x}, {y}, {width}, {height})",
            f"margin = Rect2({one.x}, {one.y}, {one.width - width}, {one.height - height})",
            "",
        ]
    frames = ", ".join(f'{{\n"duration": 1.0,\n"texture": SubResource("{number}")\n}}' for number in range(count))
    lines += [
        "[resource]", f'animations = [{{\n"frames": [{frames}],', '"loop": true,', '"name": &"default",',
        f'"speed": {float(speed)}\n}}]', "",
    ]  # fmt: skip
    return "\n".join(lines)
