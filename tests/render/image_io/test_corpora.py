"""Other people's files: every one opens or says in one sentence why not, and looks as its reference does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from render.image_io import profiles
from render.image_io.formats import EXTENSIONS, extension_of
from render.image_io.prepared import light_to_srgb, with_curve
from render.image_io.read import read
from render.image_io.values import ImageData, ImageError, Limits, to_depth

pytestmark = [pytest.mark.conformance, pytest.mark.expects_log]
KNOWN = {extension for extensions in EXTENSIONS.values() for extension in extensions}
LIMITS = Limits(pixels=100_000_000)
# Differences to the reference that are no faults of ours: GIF's neighbour was saved from another frame, and the like.
MEAN_DIFFERENCE = 3.0


def pictures(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and extension_of(path.name) in KNOWN)


def shown(image: ImageData) -> np.ndarray:
    """8-bit sRGB on white."""
    if image.linear:
        pixels = with_curve(image.pixels, light_to_srgb)
    else:
        pixels = profiles.convert(image.pixels, image.metadata.icc)
    values = to_depth(pixels, "float32")
    alpha = values[..., 3:]
    return np.clip(values[..., :3] * alpha + 1 - alpha, 0, 1) * 255


@pytest.mark.parametrize(("kind", "least"), [("image-formats", 415), ("photos", 20), ("psd", 200)])
def test_every_picture_opens_or_says_why(corpora: Path, kind: str, least: int) -> None:
    logging.disable(logging.CRITICAL)
    opened, refused = 0, {}
    for path in pictures(corpora / kind):
        try:
            image = read(path, LIMITS)
        except ImageError as error:
            refused[path.name] = str(error)
        else:
            opened += 1
            assert image.pixels.ndim == 3
            assert image.pixels.shape[2] == 4
    logging.disable(logging.NOTSET)
    print(f"{kind}: {opened} opened, {len(refused)} refused")
    assert opened >= least
    assert [name for name, sentence in refused.items() if not sentence.endswith(".") or "\n" in sentence] == []


def test_pictures_look_like_their_references(corpora: Path) -> None:
    good, bad = 0, {}
    for path in pictures(corpora / "image-formats" / "KDE+kimageformats"):
        reference = path.with_suffix(".png")
        if path.suffix == ".png" or not reference.exists():
            continue
        try:
            found, expected = shown(read(path, LIMITS)), shown(read(reference, LIMITS))
        except ImageError:
            continue
        same_size = found.shape == expected.shape
        if same_size and float(np.abs(found - expected).mean()) < MEAN_DIFFERENCE:
            good += 1
        else:
            difference = f"mean {np.abs(found - expected).mean():.1f}" if same_size else f"{found.shape}"
            bad[path.name] = difference
    print(f"{good} like their references, others: {bad}")
    assert good >= 35


@pytest.mark.parametrize("number", range(2, 9))
def test_every_orientation_looks_alike(corpora: Path, number: int) -> None:
    folder = corpora / "photos" / "recurser+exif-orientation-examples"
    first, other = (shown(read(folder / f"Landscape_{index}.jpg")) for index in (1, number))
    assert first.shape == other.shape
    assert np.abs(first - other).mean() < 6  # each was compressed on its own
