"""The pictures of a folder as training material: read, reduced, some held out, the unusable ones named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.training.recipe import Recipe

Bytes = NDArray[np.uint8]
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"}
MOST_PIXELS = 120_000_000
"""A picture with more is skipped: it would not fit beside the others."""


@dataclass(frozen=True)
class Item:
    """One picture: its path in the folder, the hash of its file, and its pixels (height, width, 3) as encoded."""

    name: str
    sha256: str
    pixels: Bytes


@dataclass
class Material:
    """`skipped` says for each file that could not be used why not."""

    training: list[Item] = field(default_factory=list)
    held_out: list[Item] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def picture_files(folder: Path) -> Iterator[Path]:
    """Picture files below a folder, in the order of their names; hidden ones are left out."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in SUFFIXES and path.is_file() and not hidden:
            yield path


def gather(folder: Path, recipe: Recipe, progress: Progress = SILENT) -> Material:
    """Read every usable picture. Raises ModelError when there are not at least two."""
    if not folder.is_dir():
        raise ModelError("There is no folder {folder}.", "Choose a folder of pictures.", folder=str(folder))
    material, found = Material(), []
    paths = list(picture_files(folder))
    for place, path in enumerate(paths):
        progress(place / len(paths))
        name = path.relative_to(folder).as_posix()
        try:
            found.append(Item(name, hashlib.sha256(path.read_bytes()).hexdigest(), read_picture(path, recipe)))
        except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
            material.skipped.append((name, str(error) or type(error).__name__))
    if len(found) < 2:
        raise ModelError(
            "{folder} holds {count} usable pictures; training needs at least two, one of them to check with.",
            "Pictures must be at least {side} pixels on their shorter side. {skipped} files could not be used.",
            folder=folder.name, count=len(found), side=smallest_side(recipe), skipped=len(material.skipped),
        )
    _split(found, material, recipe)
    return material


def smallest_side(recipe: Recipe) -> int:
    """A picture must hold two patches side by side."""
    return 2 * recipe.pictures.patch * recipe.network.scale


def _split(found: list[Item], material: Material, recipe: Recipe) -> None:
    """Held out by the hash of file and seed: the same each time, whatever the files are called."""
    count = min(max(1, round(len(found) * recipe.pictures.hold_out)), len(found) - 1)
    drawn = sorted(found, key=lambda item: hashlib.sha256(f"{recipe.seed}{item.sha256}".encode()).digest())
    held = {item.name for item in drawn[:count]}
    for item in found:
        (material.held_out if item.name in held else material.training).append(item)


def read_picture(path: Path, recipe: Recipe) -> Bytes:
    """Upright RGB, reduced as the recipe says. Raises what Pillow raises, and ValueError for one of no use."""
    with Image.open(path) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("too large")
        upright = ImageOps.exif_transpose(image).convert("RGB")
    longest = max(upright.size)
    if longest > recipe.pictures.longest_side:
        share = recipe.pictures.longest_side / longest
        size = (max(1, round(upright.width * share)), max(1, round(upright.height * share)))
        upright = upright.resize(size, Image.Resampling.LANCZOS)
    if min(upright.size) < smallest_side(recipe):
        raise ValueError("too small")
    return np.asarray(upright)
