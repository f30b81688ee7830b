"""How well changed copies are found: `python -m tests.benchmarks.ai.similar [FOLDER ...]`.

Every picture of the corpora (or of the folders) that is neither tiny nor plain, each once, is changed in ten ways, and
the changed one is looked for among all. Where ImageHash is installed, its perceptual hash is asked the same.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from editor.workflows.ai.similar_reading import SUFFIXES, read_sample
from ml.errors import ModelError
from ml.similarity.fingerprint import fingerprint, mirrored
from ml.similarity.index import PictureIndex
from ml.similarity.likeness import COPY_SCORE, likeness
from ml.similarity.update import files_under, update
from tests.benchmarks.ai.upscale import corpora

PARTS = ("photos", "image-formats", "upscale", "bg-removal", "faces", "raster-ops", "books")
LEAST_SIDE, LEAST_SPREAD = 48, 8
Picture = Image.Image


def jpeg(picture: Picture, quality: int) -> Picture:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream).convert("RGB")


def cropped(picture: Picture, left: float, top: float, right: float, bottom: float) -> Picture:
    width, height = picture.size
    box = (left * width, top * height, width - right * width, height - bottom * height)
    return picture.crop(tuple(int(value) for value in box))  # type: ignore[arg-type]


def turned_hue(picture: Picture) -> Picture:
    values = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2HSV)
    values[..., 0] = (values[..., 0].astype(int) + 30) % 180
    return Image.fromarray(cv2.cvtColor(values, cv2.COLOR_HSV2RGB))


def warmer(picture: Picture) -> Picture:
    values = ((np.asarray(picture).astype(float) - 128) * 1.25 + 128) * [1.15, 1, 0.85]
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def smaller(picture: Picture) -> Picture:
    size = (max(8, int(picture.width * 0.3)), max(8, int(picture.height * 0.3)))
    return picture.resize(size, Image.Resampling.BICUBIC)


def mirror(picture: Picture) -> Picture:
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "at 30 % of its size": smaller,
    "JPEG of quality 20": lambda picture: jpeg(picture, 20),
    "a tenth cut off around": lambda picture: cropped(picture, 0.05, 0.05, 0.05, 0.05),
    "a tenth cut off left and above": lambda picture: cropped(picture, 0.1, 0.1, 0, 0),
    "turned by 3 degrees": lambda picture: picture.rotate(3, Image.Resampling.BICUBIC),
    "hues turned by 60 degrees": turned_hue,
    "grey": lambda picture: picture.convert("L").convert("RGB"),
    "warmer, more contrast": warmer,
    "mirrored": mirror,
    "mirrored, cropped, JPEG": lambda picture: jpeg(cropped(mirror(picture), 0.05, 0.05, 0.05, 0.05), 40),
}  # fmt: skip


def whole(path: Path) -> Picture:
    with Image.open(path) as opened:
        picture = opened.convert("RGBA")
    ground = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(ground, picture).convert("RGB")


def usable(folders: list[Path]) -> Iterator[tuple[Path, np.ndarray]]:
    """Pictures with something on them, the second of two alike left out."""
    hashes: list[np.ndarray] = []
    vectors: list[np.ndarray] = []
    for folder in folders:
        for path in files_under(folder, SUFFIXES):
            try:
                sample = read_sample(path)
            except ModelError:
                continue
            if min(sample.width, sample.height) < LEAST_SIDE or sample.pixels.std() < LEAST_SPREAD:
                continue
            views = [fingerprint(sample.pixels), fingerprint(mirrored(sample.pixels))]
            if hashes and likeness(views, np.array(hashes), np.array(vectors)).max() >= COPY_SCORE:
                continue
            hashes.append(views[0].hashes)
            vectors.append(views[0].vector)
            yield path, sample.pixels


def small(picture: Picture) -> np.ndarray:
    copy = picture.copy()
    copy.thumbnail((256, 256))
    return np.asarray(copy)


def peer() -> Any:
    try:
        import imagehash
    except ImportError:
        return None
    return imagehash


def bits_of(imagehash: Any, picture: Picture) -> np.uint64:
    return np.uint64(int(str(imagehash.phash(picture)), 16))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    folders = parser.parse_args().folders or [corpora() / part for part in PARTS]
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        index = PictureIndex(Path(place) / "index.sqlite")
        read = sum(update(index, folder, SUFFIXES, read_sample).read for folder in folders if folder.is_dir())
        took = time.perf_counter() - began
    print(f"{read} files entered in {took:.1f} s: {took / max(read, 1) * 1000:.1f} s for a thousand")
    found = dict(usable(folders))
    prints = [fingerprint(pixels) for pixels in found.values()]
    hashes, vectors = np.array([one.hashes for one in prints]), np.array([one.vector for one in prints])
    pictures = [whole(path) for path in found]
    imagehash = peer()
    theirs = np.array([bits_of(imagehash, picture) for picture in pictures]) if imagehash else None
    print(f"{len(pictures)} different pictures")
    for name, change in CHANGES.items():
        first = copies = wrong = other = 0
        for place_, picture in enumerate(pictures):
            changed = change(picture)
            pixels = small(changed)
            scores = likeness([fingerprint(pixels), fingerprint(mirrored(pixels))], hashes, vectors)
            first += int(np.argmax(scores)) == place_
            copies += bool(scores[place_] >= COPY_SCORE)
            wrong += int((scores >= COPY_SCORE).sum() - (scores[place_] >= COPY_SCORE))
            if theirs is not None:
                distance = np.bitwise_count(theirs ^ bits_of(imagehash, changed))
                other += int(np.argmin(distance)) == place_
        count = len(pictures)
        also = f", ImageHash first {other / count:.1%}" if theirs is not None else ""
        print(f"{name:<32} first {first / count:.1%}, called a copy {copies / count:.1%}, others called a copy"
              f" {wrong / count:.3f} a search{also}")


if __name__ == "__main__":
    main()
