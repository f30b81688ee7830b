"""The score on other people's SVG files: a floor that may only rise.

A case passes when, both on white, no more than 0.6 % of the pixels differ by more than 48 in any channel after a
tolerance of one pixel, and the mean difference is below 3.
"""

from pathlib import Path

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.display.display import Display
from editor.display.engine import Resources
from editor.document.project import Project
from editor.formats.svg import import_svg

FLOOR = 988
SET = Path("svg/linebender+resvg/resvg/tests/tests")
FAMILIES = {
    "serif": "Noto Serif", "sans-serif": "Noto Sans", "cursive": "Yellowtail", "fantasy": "Sedgwick Ave Display",
    "monospace": "Noto Mono",
}  # fmt: skip


def _on_white(pixels: np.ndarray) -> np.ndarray:
    alpha = pixels[..., 3:].astype(np.float32)
    return pixels[..., :3].astype(np.float32) + 255 - alpha


def _reference(path: Path) -> np.ndarray:
    from PIL import Image

    straight = np.asarray(Image.open(path).convert("RGBA")).astype(np.float32)
    alpha = straight[..., 3:] / 255
    return straight[..., :3] * alpha + 255 * (1 - alpha)


def _outside(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    import cv2

    kernel = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(other, kernel), cv2.dilate(other, kernel)
    return np.asarray(np.maximum(np.maximum(low - one, one - high), 0).max(axis=2))


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape:
        return False
    distance = np.maximum(_outside(one, other), _outside(other, one))
    return bool((distance > 48).mean() <= 0.006 and np.abs(one - other).mean() < 3)


def _passes(svg: Path, resources: Resources) -> bool:
    project = Project.in_memory()
    try:
        document, _ = import_svg(project, svg.read_bytes(), folder=svg.parent)
        display = Display(project, resources, cache_bytes=0)
        width, _ = display.size(document)
        pixels = display.render_whole(document, 300 / width)
        display.close()
    except ExpectedError:
        return False
    return _same(_reference(svg.with_suffix(".png")), _on_white(np.asarray(pixels)))


@pytest.mark.conformance
def test_the_score_does_not_fall(corpora: Path) -> None:
    folder = corpora / SET
    if not folder.is_dir():
        pytest.skip(f"no SVG files in {folder}")
    resources = Resources(fonts=(folder.parent / "fonts",), families=FAMILIES)
    files = [path for path in sorted(folder.rglob("*.svg")) if path.with_suffix(".png").exists()]
    passed = sum(_passes(path, resources) for path in files)
    print(f"{passed} of {len(files)}")
    assert passed >= FLOOR
