"""How near enlarged photographs come to the originals: `python -m tests.benchmarks.ai.upscale [PICTURE or FOLDER ...]`.

Each photograph is cut to a multiple of the scale, made smaller with an antialiased filter, rounded to 8 bits, enlarged,
rounded to 8 bits and compared: PSNR on RGB, SSIM on luma, two pixels of the small picture left out at each edge.
Lanczos-3 (Pillow; weights normalised at the borders) is the plain way that the others are held against. The
photographs are those of the corpora, which no network of ours was trained on, and what is named.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ml.catalogue.built_in import built_in_models
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from ml.training.quality import luma, psnr, ssim
from ml.upscale.enlarge import enlarge
from ml.upscale.lanczos import enlarged
from ml.upscale.model import upscaler

Floats = NDArray[np.float32]
Method = Callable[[Floats], Floats]
NAMES = ("astronaut.png", "chelsea.png", "rocket.jpg", "camera.png", "Landscape_1.jpg")
WEIGHTS = {2: ("FSRCNN_x2.pb", "FSRCNN-small_x2.pb"), 3: ("FSRCNN_x3.pb", "FSRCNN-small_x3.pb"),
           4: ("FSRCNN_x4.pb", "FSRCNN-small_x4.pb", "upscayl-lite-4x.param")}  # fmt: skip
REDUCED = {"bicubic": Image.Resampling.BICUBIC, "area": Image.Resampling.BOX, "lanczos": Image.Resampling.LANCZOS}


def corpora() -> Path:
    return Path(os.environ.get("ATELIER_CORPORA", Path(__file__).parents[4] / "shared" / "corpora"))


def photographs(named: list[Path]) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    paths = [path for name in NAMES for path in sorted(corpora().glob(f"photos/**/{name}"))[:1]]
    for item in named:
        paths += sorted(path for path in item.iterdir() if path.is_file()) if item.is_dir() else [item]
    for path in paths:
        with Image.open(path) as image:
            yield path.stem, np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def eight_bits(picture: Floats) -> Floats:
    return np.clip(np.rint(picture * 255) / 255, 0, 1).astype(np.float32)


def given_and_truth(picture: NDArray[np.uint8], scale: int, filter_name: str) -> tuple[Floats, Floats]:
    height, width = (side // scale for side in picture.shape[:2])
    truth = picture[: height * scale, : width * scale]
    small = Image.fromarray(truth).resize((width, height), REDUCED[filter_name])
    return np.asarray(small, np.float32) / np.float32(255), truth.astype(np.float32) / np.float32(255)


def methods(runtime: Runtime, store: ModelStore, scale: int, more: list[Path]) -> Iterator[tuple[str, Method]]:
    yield "Lanczos", lambda given: enlarged(given, scale)
    for model in built_in_models("upscale"):
        rounds = "" if model.settings["scale"] >= scale else ", twice"
        yield f"{model.name}{rounds}", through(runtime, model, scale)
    for path in [*(path for name in WEIGHTS[scale] for path in corpora().glob(f"models/**/{name}")), *more]:
        name = path.parent.name if path.stem == "model" else path.stem
        if not store.has(name):
            store.import_file(path, "upscale", name, runtime)
        yield name, through(runtime, store.find(name), scale)


def through(runtime: Runtime, model: InstalledModel, scale: int) -> Method:
    found = upscaler(runtime, model)
    return lambda given: enlarge(runtime, found, given, scale)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="*", type=Path)
    parser.add_argument("--scale", type=int, nargs="*", choices=(2, 3, 4), default=(2, 3, 4))
    parser.add_argument("--reduced", choices=tuple(REDUCED), nargs="*", default=("bicubic",))
    parser.add_argument("--model", type=Path, nargs="*", default=(), help="weights to measure too")
    wanted = parser.parse_args()
    pictures = list(photographs(wanted.pictures))
    with tempfile.TemporaryDirectory() as folder, Runtime(threads=1, gpu=False) as runtime:
        for scale in wanted.scale:
            for filter_name in wanted.reduced:
                table(runtime, ModelStore(Path(folder)), pictures, scale, filter_name, list(wanted.model))


def table(
    runtime: Runtime, store: ModelStore, pictures: list[tuple[str, NDArray[np.uint8]]], scale: int, filter_name: str,
    more: list[Path],
) -> None:
    """One line a method: each picture's PSNR and SSIM, the means, the gain over Lanczos and the smallest gain."""
    print(f"\n## x{scale}, made smaller by {filter_name}\n")
    print("| method | " + " | ".join(name for name, _ in pictures) + " | mean | gain | worst | s/MP made |")
    print("|---|" + "---|" * (len(pictures) + 4))
    plain: list[float] = []
    for name, method in methods(runtime, store, scale, more):
        found, seconds, made_pixels = [], 0.0, 0
        for _, picture in pictures:
            given, truth = given_and_truth(picture, scale, filter_name)
            start = time.perf_counter()
            made = method(given)
            seconds, made_pixels = seconds + time.perf_counter() - start, made_pixels + truth.shape[0] * truth.shape[1]
            made, border = eight_bits(made), 2 * scale
            found.append((psnr(made, truth, border), ssim(luma(made), luma(truth), border)))
        plain = plain or [one for one, _ in found]
        gains = [one - other for (one, _), other in zip(found, plain)]
        means = np.mean(found, axis=0)
        cells = " | ".join(f"{one:.2f} / {other:.4f}" for one, other in [*found, means])
        cost = seconds / made_pixels * 1e6
        print(f"| {name} | {cells} | {np.mean(gains):+.2f} | {min(gains):+.2f} | {cost:.2f} |", flush=True)


if __name__ == "__main__":
    main()
