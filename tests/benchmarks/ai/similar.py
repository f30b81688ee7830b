"""How well changed copies are found: `python -m tests.benchmarks.ai.similar [FOLDER ...]`.

Every picture of the corpora (or of the folders) that is neither tiny nor plain, each once, is changed in eleven
ways, and the changed one is looked for among all. Where ImageHash is installed, its perceptual hash is asked the same.
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
from ml.similarity.fingerprint import all_views, fingerprint
from ml.similarity.index import PictureIndex
from ml.similarity.likeness import COPY_SCORE, likeness
from ml.similarity.update import files_under, update
from tests.benchmarks.ai.upscale import corpora

PARTS = ("photos", "psd", "3d")
LEAST_SIDE, LEAST_SPREAD, NEARLY_SAME = 48, 8, 0.8
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
    "turned by 90 degrees": lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
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
    """Pictures with something on them; of those that are nearly the same, turned or not, only the first."""
    seen: list[np.ndarray] = []
    for folder in folders:
        for path in files_under(folder, SUFFIXES):
            try:
                sample = read_sample(path)
            except ModelError:
                continue
            with Image.open(path) as opened:
                is_plain = opened.mode in ("L", "P", "RGB", "RGBA")  # the changes below know 8 bits only
            if not is_plain or min(sample.width, sample.height) < LEAST_SIDE or sample.pixels.std() < LEAST_SPREAD:
                continue
            views = orientations(sample.pixels)
            if seen and float(np.abs(np.array(seen) @ views.T).max()) > NEARLY_SAME:
                continue
            seen.append(views[0])
            yield path, sample.pixels


def orientations(pixels: np.ndarray) -> np.ndarray:
    """(8, 256): the picture at 16 x 16 in grey without its mean, turned and mirrored every way."""
    tiny = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (16, 16), interpolation=cv2.INTER_AREA).astype(float)
    tiny -= tiny.mean()
    tiny /= max(float(np.linalg.norm(tiny)), 1e-6)
    return np.array([np.rot90(one, turn).ravel() for one in (tiny, tiny[:, ::-1]) for turn in range(4)])


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
            scores = likeness(all_views(pixels), hashes, vectors)
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
