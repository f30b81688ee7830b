"""Pictures whose cut-out is known exactly: other people's 3D models and pictures with alpha over their photographs.

The alpha is the renderer's, or the picture's own. Each subject stands before each backdrop, sharp and out of focus.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MODELS = (
    "3d/sbtron+glTF-Sample-Models/2.0/Duck/glTF-Binary/Duck.glb",
    "3d/sbtron+glTF-Sample-Models/2.0/DamagedHelmet/glTF-Binary/DamagedHelmet.glb",
    "3d/sbtron+glTF-Sample-Models/2.0/CesiumMan/glTF-Binary/CesiumMan.glb",
    "3d/mikedh+trimesh/models/monkey.glb",
    "3d/playcanvas+engine/examples/assets/models/low-poly-tree.glb",
    "3d/donmccurdy+glTF-Transform/packages/cli/test/in/chr_knight.glb",
    "3d/pygfx+pygfx/examples/data/facecap.glb",
)
PICTURES = (
    "image-formats/KDE+kimageformats/autotests/read/jxl/compressed_exif.png",
    "image-formats/KDE+kimageformats/autotests/read/heif/uncompressed.png",
    "image-formats/KDE+kimageformats/autotests/read/xcf/birthday.png",
    "image-formats/python-pillow+Pillow/Tests/images/pil123p.png",
    "image-formats/python-pillow+Pillow/Tests/images/transparent.png",
)
BACKDROPS = (
    "photos/recurser+exif-orientation-examples/Landscape_1.jpg",
    "photos/scikit-image+scikit-image/src/_skimage2/data/rocket.jpg",
    "photos/scikit-image+scikit-image/src/_skimage2/data/chelsea.png",
)
WIDTH, HEIGHT = 960, 720
SHARE = 0.62
"""How much of the picture's height or width a subject takes."""


@dataclass(frozen=True)
class Composite:
    """`rgb`: (height, width, 3) sRGB, 0 to 1; `alpha`: (height, width), the truth; `kind`: "sharp" or "soft"."""

    name: str
    kind: str
    rgb: Floats
    alpha: Floats

    @property
    def box(self) -> tuple[float, float, float, float]:
        """A box around the subject as a hand draws it: a little too wide."""
        rows, columns = np.flatnonzero((self.alpha > 0.5).any(axis=1)), np.flatnonzero((self.alpha > 0.5).any(axis=0))
        margin = 0.015 * max(self.alpha.shape)
        return (
            float(max(0, columns[0] - margin)), float(max(0, rows[0] - margin)),
            float(min(self.alpha.shape[1], columns[-1] + margin)), float(min(self.alpha.shape[0], rows[-1] + margin)),
        )

    @property
    def click(self) -> tuple[float, float]:
        """The place deepest inside the subject."""
        depth = cv2.distanceTransform((self.alpha > 0.9).astype(np.uint8), cv2.DIST_L2, 3)
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        return float(column), float(row)


def composites(corpora: Path) -> Iterator[Composite]:
    """All of them, in a fixed order."""
    backdrops = [_backdrop(corpora / name) for name in BACKDROPS]
    for name in (*MODELS, *PICTURES):
        subject = _fitted(_rendered(corpora / name) if name.endswith(".glb") else _picture(corpora / name))
        for number, sharp in enumerate(backdrops):
            for kind in ("sharp", "soft"):
                behind = sharp if kind == "sharp" else cv2.GaussianBlur(sharp, (0, 0), 0.012 * WIDTH)
                rgb = subject[..., :3] + behind * (1 - subject[..., 3:])
                title = f"{Path(name).stem} on {Path(BACKDROPS[number]).stem}"
                yield Composite(title, kind, np.clip(rgb, 0, 1).astype(np.float32), subject[..., 3].copy())


def _backdrop(path: Path) -> Floats:
    """The middle of a photograph, as large as the composite."""
    found = np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1], np.float32) / 255
    scale = max(WIDTH / found.shape[1], HEIGHT / found.shape[0])
    size = max(WIDTH, round(found.shape[1] * scale)), max(HEIGHT, round(found.shape[0] * scale))
    large = cv2.resize(found, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    left, top = (size[0] - WIDTH) // 2, (size[1] - HEIGHT) // 2
    return np.clip(large[top : top + HEIGHT, left : left + WIDTH], 0, 1).astype(np.float32)


def _picture(path: Path) -> Floats:
    """Premultiplied (height, width, 4)."""
    from PIL import Image

    with Image.open(path) as image:
        found = np.asarray(image.convert("RGBA"), np.float32) / 255
    return np.concatenate([found[..., :3] * found[..., 3:], found[..., 3:]], axis=2)


@cache
def _rendered(path: Path) -> Floats:
    """A 3D model as the scene editor draws it, premultiplied, before nothing."""
    from editor.display.display import Display
    from editor.display.engine import Request
    from editor.document.project import Project
    from editor.formats.registry import ImportOptions, import_file
    from render.geometry import IntRect

    project = Project.in_memory()
    [document] = import_file(project, path, ImportOptions(name="Model")).documents
    display = Display(project)
    try:
        drawing = display.drawing(document)
        width, height = (round(side) for side in drawing.size)
        return np.asarray(drawing.draw(Request(IntRect(0, 0, width, height), 1.0, "float32")), np.float32)
    finally:
        display.close()


def _fitted(rgba: Floats) -> Floats:
    """The subject alone, as large as `SHARE` says, on an empty picture of the composite's size."""
    seen = rgba[..., 3] > 0.02
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    part = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = SHARE * min(HEIGHT / part.shape[0], WIDTH / part.shape[1])
    size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    part = np.clip(cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), 0, 1)
    whole = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    left, top = (WIDTH - size[0]) // 2, round((HEIGHT - size[1]) * 0.55)
    whole[top : top + size[1], left : left + size[0]] = np.asarray(part).reshape(size[1], size[0], 4)
    return whole
