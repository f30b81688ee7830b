"""Running models: our runtime (a process of its own, arrays in shared memory, tiles) on the same weights as the peer.

The peers: onnxruntime called directly in this process, which is what rembg's own runtime does with its sessions, and
OpenCV's `dnn` where it reads the file. Rounds of ours and of the peer alternate, so that a machine that is busy for a
while is so for both; the fastest round of each counts. With `python -m tests.benchmarks.models` the worker's memory at
its highest is printed beside each line.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.catalogue.store import ModelStore
from ml.runtime.runtime import Runtime
from ml.runtime.tiling import tiled
from tests.benchmarks import Benchmark, PeerMissing

MOST_ROUNDS, FEWEST_ROUNDS, ENOUGH_SECONDS = 200, 3, 6.0
PAUSE = 0.03
"""Between rounds: onnxruntime's threads go on spinning for a moment and would slow down whoever comes next."""
Array = NDArray[Any]


@dataclass(frozen=True)
class Pair:
    """Seconds of the fastest round of each, and bytes that the worker held at its highest."""

    ours: float
    theirs: float
    memory: int


@cache
def weights(name: str) -> Path:
    folder = Path(os.environ.get("ATELIER_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
    found = next(iter(sorted(folder.glob(f"models/**/{name}"))), None)
    if found is None:
        raise PeerMissing("no corpora: set ATELIER_CORPORA to the folder that holds them")
    return found


@cache
def converted(name: str) -> Path:
    """The ONNX that our import makes of weights in another format."""
    store = ModelStore(Path(tempfile.mkdtemp(prefix="atelier-bench-")))
    return store.import_file(weights(name)).path


def session_of(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def noise(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(3).random(shape, np.float32)


def compare(ours: Callable[[], object], theirs: Callable[[], object], runtime: Runtime) -> Pair:
    """Alternate until there were enough rounds or, for slow models, enough time."""
    best = [float("inf"), float("inf")]
    for function in (ours, theirs):
        function()
    began = time.perf_counter()
    for done in range(MOST_ROUNDS):
        for place, function in enumerate((ours, theirs) if done % 2 else (theirs, ours)):
            time.sleep(PAUSE)
            start = time.perf_counter()
            function()
            best[place] = min(best[place], time.perf_counter() - start)
        if done >= FEWEST_ROUNDS and time.perf_counter() - began > ENOUGH_SECONDS:
            break
    return Pair(best[0], best[1], highest(runtime.worker))


def highest(process: int | None) -> int:
    """A process's memory at its highest, in bytes; Linux tells."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def whole(path: Path, *shape: int) -> Pair:
    """One run of one picture of the size that is given."""
    values = noise(*shape)
    with Runtime(gpu=False) as runtime:
        name = runtime.signature(path).inputs[0].name
        session, feeds = session_of(path), {name: values}
        return compare(lambda: runtime.run(path, feeds), lambda: session.run(None, feeds), runtime)


def in_tiles(path: Path, picture: Array, tile: int, overlap: int, scale: int, straight: bool) -> Pair:
    """A picture through `tiled`. The peer runs the whole of it in one go, or (`straight`) as many tiles of the same
    size side by side, which no one would want to look at, but which is all the arithmetic that tiles need."""
    with Runtime(gpu=False) as runtime:
        name = runtime.signature(path).inputs[0].name
        session = session_of(path)

        def piece(part: Array, run: Callable[[dict[str, Array]], Array]) -> Array:
            found = run({name: np.ascontiguousarray(part.transpose(2, 0, 1)[None])})[0]
            return found.transpose(1, 2, 0)

        def ours() -> Array:
            return tiled(
                picture, lambda part: piece(part, lambda feeds: next(iter(runtime.run(path, feeds).values()))),
                tile=tile, overlap=overlap, scale=scale,
            )

        counts = [-(-side // (tile - 2 * overlap)) for side in picture.shape[:2]]

        def theirs() -> object:
            if not straight:
                return piece(picture, lambda feeds: session.run(None, feeds)[0])
            part = picture[:tile, :tile]
            return [piece(part, lambda feeds: session.run(None, feeds)[0]) for _ in range(counts[0] * counts[1])]

        return compare(ours, theirs, runtime)


def beside_opencv(path: Path, *shape: int) -> Pair:
    import cv2

    try:
        network = cv2.dnn.readNetFromONNX(str(path))
    except cv2.error as error:
        raise PeerMissing(f"this OpenCV does not read {path.name}") from error
    values = noise(*shape)
    names = network.getUnconnectedOutLayersNames()

    def theirs() -> object:
        network.setInput(values)
        return network.forward(names)

    with Runtime(gpu=False) as runtime:
        feeds = {runtime.signature(path).inputs[0].name: values}
        return compare(lambda: runtime.run(path, feeds), theirs, runtime)


DIRECT, OPENCV = "onnxruntime, direct", "OpenCV dnn"
CASES: dict[str, tuple[str, Callable[[], Pair]]] = {
    "SINet, one portrait of 320²": (DIRECT, lambda: whole(weights("SINet_Softmax.onnx"), 1, 3, 320, 320)),
    "YuNet, 640 x 640": (DIRECT, lambda: whole(weights("yunet_n_dynamic.onnx"), 1, 3, 640, 640)),
    "YuNet, 1920 x 1088": (DIRECT, lambda: whole(weights("yunet_n_dynamic.onnx"), 1, 3, 1088, 1920)),
    "FSRCNN x2, luma of 0.4 MP, whole": (DIRECT, lambda: whole(converted("FSRCNN_x2.pb"), 1, 1, 600, 600)),
    "FSRCNN x2, luma of 1 MP, tiled, beside whole": (DIRECT, lambda: in_tiles(
        converted("FSRCNN_x2.pb"), noise(1000, 1000, 1), 512, 16, 2, straight=False)),
    "FSRCNN x2, luma of 2 MP, tiled": (DIRECT, lambda: in_tiles(
        converted("FSRCNN_x2.pb"), noise(1000, 2000, 1), 512, 16, 2, straight=True)),
    "Upscayl Lite x4, 128²": (DIRECT, lambda: whole(converted("upscayl-lite-4x.param"), 1, 3, 128, 128)),
    "Upscayl Lite x4, 256², tiled": (DIRECT, lambda: in_tiles(
        converted("upscayl-lite-4x.param"), noise(256, 256, 3), 160, 16, 4, straight=True)),
    "YuNet, 320 x 320, beside OpenCV": (OPENCV, lambda: beside_opencv(weights("yunet_n_320_320.onnx"), 1, 3, 320, 320)),
    "SINet, 320², beside OpenCV": (OPENCV, lambda: beside_opencv(weights("SINet_Softmax.onnx"), 1, 3, 320, 320)),
    "FSRCNN x2, luma of 0.4 MP, beside OpenCV": (OPENCV, lambda: beside_opencv(
        converted("FSRCNN_x2.pb"), 1, 1, 600, 600)),
    "Upscayl Lite x4, 128², beside OpenCV": (OPENCV, lambda: beside_opencv(
        converted("upscayl-lite-4x.param"), 1, 3, 128, 128)),
}


@cache
def pair(name: str) -> Pair:
    return CASES[name][1]()


BENCHMARKS = tuple(
    Benchmark(name, (lambda name=name: pair(name).ours), peer, (lambda name=name: pair(name).theirs), target=1.1)
    for name, (peer, _case) in CASES.items()
)


def main(names: list[str]) -> int:
    """Each case with times, ratio and memory."""
    for name, (peer, _case) in CASES.items():
        if names and not any(part in name for part in names):
            continue
        try:
            found = pair(name)
        except PeerMissing as missing:
            print(f"| {name} | {peer} | {missing} |", flush=True)
            continue
        times = f"{found.ours * 1e3:.1f} ms | {found.theirs * 1e3:.1f} ms | {found.ours / found.theirs:.3f}"
        print(f"| {name} | {peer} | {times} | {found.memory >> 20} MB |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
