"""Models side by side on pictures that none of them was trained on: figures for each picture, and crops to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.runtime.images import feed, image_input, picture_of
from ml.runtime.runtime import Runtime
from ml.runtime.tiling import tiled
from ml.training.material import read_picture
from ml.training.quality import luma, psnr, ssim
from ml.training.recipe import Recipe
from ml.training.spoil import reduced, worn
from ml.upscale.enlarge import enlarge
from ml.upscale.lanczos import enlarged
from ml.upscale.model import upscaler

Floats = NDArray[np.float32]
LARGEST_SIDE = 512
PLAIN = ""
"""The name under which the plain way (Lanczos, or nothing done) stands in a comparison."""


@dataclass(frozen=True)
class Figures:
    """PSNR on RGB and SSIM on luma, and what the model made: (height, width, 3), 0 to 1."""

    psnr: float
    ssim: float
    made: Floats


@dataclass(frozen=True)
class Compared:
    """One held-out picture: the truth, what the models were given, and what each made of it, by model name."""

    picture: str
    truth: Floats
    given: Floats
    results: dict[str, Figures]


def held_out(folder: Path, names: Sequence[str], recipe: Recipe) -> list[tuple[str, Floats]]:
    """The middles of pictures, as the recipe reads them; those that are gone are left out. ModelError when all are."""
    found = []
    for name in names:
        try:
            pixels = read_picture(folder / name, recipe)
        except (OSError, ValueError):
            continue
        top, left = (max(0, (side - LARGEST_SIDE) // 2) for side in pixels.shape[:2])
        part = pixels[top : top + LARGEST_SIDE, left : left + LARGEST_SIDE]
        found.append((name, part.astype(np.float32) / np.float32(255.0)))
    if not found:
        raise ModelError(
            "None of the held-out pictures is there any more.", "They were in {folder}.", folder=str(folder)
        )
    return found


def compare(
    runtime: Runtime, models: Sequence[InstalledModel], pictures: Sequence[tuple[str, Floats]], recipe: Recipe,
    progress: Progress = SILENT,
) -> list[Compared]:
    """Every model on every picture, with the plain way beside them."""
    found = []
    for place, (name, picture) in enumerate(pictures):
        part = progress.part(place / len(pictures), (place + 1) / len(pictures))
        found.append(_one(runtime, models, name, picture, recipe, part))
    return found


def _one(
    runtime: Runtime, models: Sequence[InstalledModel], name: str, picture: Floats, recipe: Recipe, progress: Progress
) -> Compared:
    scale = recipe.network.scale
    height, width = (side // scale * scale for side in picture.shape[:2])
    truth = picture[:height, :width]
    eight = np.rint(truth * 255.0).astype(np.uint8)
    source = reduced(eight, scale) if scale > 1 else worn(eight, recipe.spoiling, np.random.default_rng(recipe.seed))
    given = source.astype(np.float32) / np.float32(255.0)
    plain = np.clip(enlarged(given, scale), 0.0, 1.0) if scale > 1 else given
    results = {PLAIN: _figures(plain, truth, scale)}
    for place, model in enumerate(models):
        part = progress.part(place / len(models), (place + 1) / len(models))
        results[model.name] = _figures(_made(runtime, model, given, recipe, part), truth, scale)
    return Compared(name, truth, plain, results)


def _made(runtime: Runtime, model: InstalledModel, given: Floats, recipe: Recipe, progress: Progress) -> Floats:
    if recipe.task == "upscale":
        made = enlarge(runtime, upscaler(runtime, model, progress), given, recipe.network.scale, progress)
    else:
        made = _cleaned(runtime, model, given, progress)
    rounded: Floats = np.clip(np.rint(made * 255.0) / 255.0, 0.0, 1.0).astype(np.float32)
    return rounded


def _cleaned(runtime: Runtime, model: InstalledModel, given: Floats, progress: Progress) -> Floats:
    """A model whose output has the size of its input, as our own are."""
    port = image_input(runtime.signature(model.path, progress).inputs[0])

    def run(window: Floats) -> Floats:
        return picture_of(next(iter(runtime.run(model.path, {port.name: feed(window, port)}, progress).values())))

    return tiled(given, run, tile=256, overlap=32, progress=progress)


def _figures(made: Floats, truth: Floats, scale: int) -> Figures:
    border = 2 * scale
    return Figures(psnr(made, truth, border), ssim(luma(made), luma(truth), border), made)
