"""Upscaling models of other makers' shapes, made in a test: pixels repeated, and what a maker may want otherwise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper

from ml.catalogue.store import InstalledModel
from tests.ml.small_models import save


def installed(path: Path, **settings: object) -> InstalledModel:
    return InstalledModel(path.stem, "upscale", {"model": path}, "0" * 64, "MIT", settings=dict(settings))


def repeating(
    path: Path, *, scale: int = 2, channels: int = 3, peak: float = 1.0, side: int | None = None, last: bool = False,
    half: bool = False,
) -> Path:
    """Gives each pixel `scale` times, softened by a 3 x 3 mean first so that it sees its neighbours.

    `peak` is its white, `side` the only size that it takes, `last` puts channels last, `half` wants float16.
    """
    kind, number = (TensorProto.FLOAT16, np.float16) if half else (TensorProto.FLOAT, np.float32)
    kernel = np.full((channels, 1, 3, 3), 1 / 9, number)
    constants = {"k": kernel, "s": np.array([1, 1, scale, scale], np.float32), "low": np.array(0, number),
                 "high": np.array(peak, number)}
    first, end = ("turned", "grown") if last else ("x", "y")
    nodes = [helper.make_node("Transpose", ["x"], ["turned"], perm=[0, 3, 1, 2])] if last else []
    nodes += [
        helper.make_node("Clip", [first, "low", "high"], ["clipped"]),
        # Whole levels, where white is 255: what is fed from 0 to 1 by mistake is lost.
        helper.make_node("Round" if peak > 1 else "Identity", ["clipped"], ["levels"]),
        helper.make_node("Conv", ["levels", "k"], ["soft"], group=channels, pads=[1] * 4),
        helper.make_node("Resize", ["soft", "", "s"], [end], mode="nearest"),
    ]
    nodes += [helper.make_node("Transpose", ["grown"], ["y"], perm=[0, 2, 3, 1])] if last else []
    given = [side or "h", side or "w"]
    made = [side * scale, side * scale] if side else ["H", "W"]
    order = (lambda sides: [1, *sides, channels]) if last else (lambda sides: [1, channels, *sides])
    return save(path, nodes, {"x": (order(given), kind)}, {"y": (order(made), kind)}, constants)
