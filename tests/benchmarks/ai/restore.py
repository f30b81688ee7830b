"""How well noise goes and holes are filled, on photographs of the corpora, beside OpenCV's methods for the same.

    python -m tests.benchmarks.ai.restore [denoise] [fill]

Noise is added to photographs, so the truth is known: white noise of three strengths, and the noise of a camera, which
grows with light. Ours finds the strength out by itself; OpenCV is told it and gets the best of five factors. Holes are
cut where the truth is known too: writing, discs, and one large blob. PSNR alone rewards smears, so the share of fine
gradients that the fill has, compared with the truth, is told beside it (1 is right, 0 is a smear).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from render.raster.denoise import denoise
from render.raster.noise import estimate_noise
from render.raster.patch_fill import fill_hole
from tests.benchmarks.cut_out import corpora

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

FOLDER = "photos/scikit-image+scikit-image/src/_skimage2/data"
PHOTOS = (f"{FOLDER}/astronaut.png", f"{FOLDER}/chelsea.png", f"{FOLDER}/rocket.jpg")
LANDSCAPE = "photos/recurser+exif-orientation-examples/Landscape_1.jpg"
FACTORS = (0.4, 0.6, 0.8, 1.0, 1.2)
NOISES = ("10", "25", "50", "camera")


def photographs(folder: Path) -> Iterator[tuple[str, Floats]]:
    """(name, (height, width, 3) from 0 to 1); a part without the writing that is on the landscape."""
    for name in PHOTOS:
        yield Path(name).stem, _read(folder / name)
    yield "waterfall", np.ascontiguousarray(_read(folder / LANDSCAPE)[120:632, 930:1600])


def _read(path: Path) -> Floats:
    picture = cv2.imread(str(path))
    assert picture is not None, path
    return np.ascontiguousarray(picture[..., ::-1], np.float32) / np.float32(255)


# Noise


def noisy(clean: Floats, kind: str) -> Bytes:
    """With noise, as a file holds it: bytes."""
    rng = np.random.default_rng(5)
    if kind == "camera":
        light = clean.astype(np.float64) ** 2.2
        electrons = rng.poisson(light * 400) + rng.normal(0, 3, clean.shape)
        seen = np.clip(electrons / 400, 0, 1) ** (1 / 2.2)
    else:
        seen = clean + rng.normal(0, float(kind) / 255, clean.shape)
    return np.clip(np.rint(seen * 255), 0, 255).astype(np.uint8)


def ours(picture: Bytes, detail: float) -> Floats:
    rgb = picture.astype(np.float32) / np.float32(255)
    return denoise(rgb, estimate_noise(rgb), detail=detail)


def theirs(picture: Bytes, strength: float) -> Floats:
    made = cv2.fastNlMeansDenoisingColored(picture[..., ::-1].copy(), None, strength, strength, 7, 21)
    return np.asarray(made[..., ::-1], np.float32) / np.float32(255)


def compare_denoising(folder: Path) -> None:
    heads = "".join(f"{text:>14}" for text in ("noisy", "ours", "ours, detail", "OpenCV best"))
    print(f"{'photograph':<12}{'noise':<8}{heads}  PSNR dB / SSIM")
    for name, clean in photographs(folder):
        for kind in NOISES:
            given = noisy(clean, kind)
            deviation = float(np.std(given / 255.0 - clean)) * 255
            best = max((theirs(given, factor * deviation) for factor in FACTORS), key=lambda made: psnr(made, clean))
            cells = [given.astype(np.float32) / 255, ours(given, 0.0), ours(given, 0.3), best]
            texts = [f"{psnr(made, clean):8.2f} {ssim(made, clean):.3f}" for made in cells]
            print(f"{name:<12}{kind:<8}" + "".join(f"{text:>14}" for text in texts), flush=True)


def psnr(made: Floats, truth: Floats, where: NDArray[np.bool_] | None = None) -> float:
    difference = (np.clip(made, 0, 1) - truth) ** 2
    return float(-10 * np.log10(np.mean(difference if where is None else difference[where])))


def ssim(made: Floats, truth: Floats) -> float:
    """Wang et al. (2004) on the light, with gaussian windows of deviation 1.5."""
    weights = np.float32([0.299, 0.587, 0.114])
    a, b = np.clip(made, 0, 1) @ weights, truth @ weights

    def mean(values: Floats) -> Floats:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5), np.float32)

    mean_a, mean_b = mean(a), mean(b)
    spread_a, spread_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    shared = mean(a * b) - mean_a * mean_b
    top = (2 * mean_a * mean_b + 1e-4) * (2 * shared + 9e-4)
    return float((top / ((mean_a**2 + mean_b**2 + 1e-4) * (spread_a + spread_b + 9e-4))).mean())


# Holes


def holes(height: int, width: int) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Writing across the picture, discs here and there, and one blob of a twelfth of the picture."""
    sheet = np.zeros((height, width), np.uint8)
    for row in range(60, height, 90):
        cv2.putText(sheet, "Lorem ipsum dolor sit amet", (5, row), cv2.FONT_HERSHEY_SIMPLEX, width / 460, 1, 5)
    yield "writing", sheet.astype(bool)
    rng = np.random.default_rng(2)
    sheet = np.zeros((height, width), np.uint8)
    for _ in range(8):
        place = (int(rng.uniform(30, width - 30)), int(rng.uniform(30, height - 30)))
        cv2.circle(sheet, place, int(rng.uniform(10, 24)), 1, -1)
    yield "discs", sheet.astype(bool)
    sheet = np.zeros((height, width), np.uint8)
    sides = (round(width * 0.17), round(height * 0.15))
    cv2.ellipse(sheet, (round(width * 0.62), round(height * 0.66)), sides, 25, 0, 360, 1, -1)
    yield "blob", sheet.astype(bool)


def compare_filling(folder: Path) -> None:
    methods: dict[str, Callable[[Floats, NDArray[np.bool_]], Floats]] = {
        "ours": lambda picture, hole: fill_hole(picture, hole, np.ones_like(hole)),
        "Telea": lambda picture, hole: _opencv(picture, hole, cv2.INPAINT_TELEA),
        "Navier-Stokes": lambda picture, hole: _opencv(picture, hole, cv2.INPAINT_NS),
    }
    heads = "".join(f"{name:>24}" for name in methods)
    print(f"{'photograph':<12}{'hole':<10}{'share':>7}{heads}  PSNR dB, texture, seconds")
    for name, truth in photographs(folder):
        for kind, hole in holes(*truth.shape[:2]):
            given = truth.copy()
            given[hole] = 0.5
            line = f"{name:<12}{kind:<10}{hole.mean():7.3f}"
            for method in methods.values():
                began = time.perf_counter()
                made = method(given, hole)
                seconds = time.perf_counter() - began
                line += f"{psnr(made, truth, hole):12.2f}{texture(made, truth, hole):6.2f}{seconds:6.2f}"
            print(line, flush=True)


def _opencv(picture: Floats, hole: NDArray[np.bool_], how: int) -> Floats:
    made = cv2.inpaint(np.rint(picture * 255).astype(np.uint8), hole.astype(np.uint8), 5, how)
    return np.asarray(made, np.float32) / np.float32(255)


def texture(made: Floats, truth: Floats, hole: NDArray[np.bool_]) -> float:
    """The mean size of second differences in the hole, over that of the truth there."""
    inside = cv2.erode(hole.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    sizes = [np.abs(cv2.Laplacian(np.asarray(item.mean(axis=2), np.float32), cv2.CV_32F))[inside].mean()
             for item in (made, truth)]
    return float(sizes[0] / max(float(sizes[1]), 1e-6))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", choices=["denoise", "fill", []])
    chosen = parser.parse_args().what or ["denoise", "fill"]
    if "denoise" in chosen:
        compare_denoising(corpora())
    if "fill" in chosen:
        compare_filling(corpora())


if __name__ == "__main__":
    main()
