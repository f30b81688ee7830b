"""How many faces are found and how well their points lie.

    python -m tests.benchmarks.ai.faces --faces FOLDER --without FOLDER [--crops lfw_subset.npy]
        [--detector FILE.onnx ...] [--points FILE.onnx ...]

FOLDER/counts.json says how many faces each picture of the first folder shows: {"name.jpg": 3}. Pictures of the second
show none. The crops are scikit-image's: a hundred faces of 25 x 25 pixels, then a hundred pieces of background. Points
are compared with those of the first `--points` network, in parts of the distance between the pupils. At the end a
photograph of twelve megapixels is searched in a process of its own, whose memory at its highest is told.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.faces import gradients, landmark_networks, networks
from ml.faces.face import Face
from ml.faces.fitting import fit_points, pose_of
from ml.faces.shape import GROUPS, pupils
from ml.runtime.runtime import Runtime

Bytes = NDArray[np.uint8]
Find = Callable[[Bytes], list[Face]]
LARGE = (4000, 3000)
CROP_SIDE = 160
"""Crops are looked at in the middle of a grey square, enlarged to this side."""


@dataclass
class Tally:
    """What one detector did: faces found of those there are, others, and seconds a megapixel of each picture."""

    found: int = 0
    there: int = 0
    false: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, faces: list[Face], there: int, seconds: float, picture: Bytes) -> None:
        self.found += min(len(faces), there)
        self.false += max(0, len(faces) - there)
        self.there += there
        self.seconds.append(seconds / (picture.shape[0] * picture.shape[1] / 1e6))


def pictures(folder: Path) -> list[tuple[str, Bytes]]:
    """(name, (height, width, 3) uint8 sRGB) of each picture of a folder."""
    read = [(path.name, cv2.imread(str(path), cv2.IMREAD_COLOR)) for path in sorted(folder.iterdir())]
    return [(name, np.ascontiguousarray(picture[..., ::-1])) for name, picture in read if picture is not None]


Named = list[tuple[str, Bytes]]


def search(find: Find, faces: Named, counts: dict[str, int], nobody: Named) -> Tally:
    tally = Tally()
    for name, picture in [*faces, *nobody]:
        began = time.perf_counter()
        found = find(picture)
        tally.add(found, counts.get(name, 0), time.perf_counter() - began, picture)
    return tally


def crops_of(path: Path) -> tuple[list[Bytes], list[Bytes]]:
    """Faces and background of scikit-image's subset of Labeled Faces in the Wild, enlarged on grey."""
    values = np.load(path)
    bytes_ = np.clip(values * (255 if values.max() <= 1 else 1), 0, 255).astype(np.uint8)
    made = []
    for crop in bytes_:
        square = np.full((2 * CROP_SIDE, 2 * CROP_SIDE), 127, np.uint8)
        large = cv2.resize(crop, (CROP_SIDE, CROP_SIDE), interpolation=cv2.INTER_CUBIC)
        half = CROP_SIDE // 2
        square[half : half + CROP_SIDE, half : half + CROP_SIDE] = large
        made.append(np.repeat(square[..., None], 3, axis=2))
    return made[:100], made[100:]


def point_errors(faces: list[tuple[str, Bytes]], models: list[Path], runtime: Runtime) -> None:
    """Distances to the first network's points, by part of the face."""
    away: dict[str, list[NDArray[np.float32]]] = {}
    seconds: list[float] = []
    for _, picture in faces:
        for face in gradients.find(picture):
            began = time.perf_counter()
            ours = fit_points(picture, face)
            seconds.append(time.perf_counter() - began)
            pose = pose_of(picture, face)
            others = [landmark_networks.points_of(picture, pose, model, runtime) for model in models]
            unit = float(np.linalg.norm(np.subtract(*pupils(others[0]))))
            for name, points in [("without a model", ours), *zip((item.stem for item in models[1:]), others[1:])]:
                away.setdefault(name, []).append(np.linalg.norm(points - others[0], axis=1) / unit)
    for name, errors in away.items():
        table = np.array(errors)
        parts = ", ".join(f"{part} {table[:, list(places)].mean():.3f}" for part, places in GROUPS.items())
        print(f"| points: {name} | {len(table)} faces | mean {table.mean():.3f}, "
              f"median {np.median(table.mean(axis=1)):.3f} | {parts} |")  # fmt: skip
    print(f"| points without a model | {np.median(seconds) * 1e3:.0f} ms a face |")


def in_large(picture: Path) -> None:
    """Twelve megapixels in this process: time, processor time, and memory above what the picture itself takes."""
    large = cv2.resize(cv2.imread(str(picture)), LARGE, interpolation=cv2.INTER_CUBIC)[..., ::-1]
    large = np.ascontiguousarray(large)
    Path("/proc/self/clear_refs").write_text("5")  # the highest mark begins anew
    before, began = memory("VmRSS"), (time.perf_counter(), time.process_time())
    found = gradients.find(large)
    middle = (time.perf_counter(), time.process_time())
    for face in found:
        fit_points(large, face)
    points = time.process_time() - middle[1]
    wall, work = (two - one for one, two in zip(began, middle))
    held = (memory("VmHWM") - before) >> 10
    print(f"| 12 MP without a model | {len(found)} faces | {wall:.2f} s to find, {work:.2f} s of the processor | "
          f"{points:.2f} s of the processor for points | {held} MB |")  # fmt: skip


def memory(name: str) -> int:
    """KiB, as Linux tells."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--faces", type=Path, required=True)
    parser.add_argument("--without", type=Path, required=True)
    parser.add_argument("--crops", type=Path)
    parser.add_argument("--detector", type=Path, action="append", default=[])
    parser.add_argument("--points", type=Path, action="append", default=[])
    parser.add_argument("--large", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.large is not None:
        in_large(arguments.large)
        return
    counts = json.loads((arguments.faces / "counts.json").read_text())
    faces, nobody = pictures(arguments.faces), pictures(arguments.without)
    with Runtime(gpu=False) as runtime:
        methods: dict[str, Find] = {"dlib, no download": gradients.find}
        methods["dlib, leaning heads too"] = lambda picture: gradients.find(picture, turned=True)
        for model in arguments.detector:
            methods[model.stem] = lambda picture, model=model: networks.find(picture, model, runtime, levels=2)
        for name, find in methods.items():
            tally = search(find, faces, counts, nobody)
            row = f"| {name} | {tally.found} of {tally.there} | {tally.false} false | "
            row += f"{np.median(tally.seconds):.3f} s/MP |"
            if arguments.crops is not None:
                known, background = crops_of(arguments.crops)
                row += f" LFW crops: {sum(bool(find(crop)) for crop in known)} of {len(known)},"
                row += f" {sum(bool(find(crop)) for crop in background)} of {len(background)} false |"
            print(row, flush=True)
        if arguments.points:
            point_errors(faces, arguments.points, runtime)
    widest = max(arguments.faces.glob("*.jpg"), key=lambda path: counts.get(path.name, 0))
    here = ["--faces", str(arguments.faces), "--without", str(arguments.without), "--large", str(widest)]
    subprocess.run([sys.executable, "-m", "tests.benchmarks.ai.faces", *here], check=True)


if __name__ == "__main__":
    main()
