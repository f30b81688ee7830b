"""Enlarging a photograph with the same weights: our way through worker, tiles and floats, and OpenCV's.

OpenCV's super resolution module is FSRCNN on luma through `cv2.dnn` with the colour differences enlarged beside it; the
headless wheel lacks the module but has all of its parts, so the peer here is put together from them as it is there.
OpenCV 5 refuses the TensorFlow graph itself (its DepthToSpace), so both sides get the ONNX that our import made of it.
One thread each; rounds alternate and the fastest of each counts, so that the ratio holds on a busy machine too.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.catalogue.built_in import built_in_models
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from ml.upscale.enlarge import enlarge
from ml.upscale.model import upscaler
from tests.benchmarks import Benchmark, PeerMissing

Bytes = NDArray[np.uint8]
ROUNDS = 6
NETWORKS = ("FSRCNN", "our network")


@cache
def corpora() -> Path:
    folder = Path(os.environ.get("ATELIER_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
    if not folder.is_dir():
        raise PeerMissing("no corpora: set ATELIER_CORPORA to the folder that holds them")
    return folder


@cache
def photo() -> Bytes:
    """0.96 MP, 8 bits, RGB."""
    [path] = corpora().glob("photos/**/Landscape_1.jpg")
    read = cv2.imread(str(path))
    return np.ascontiguousarray(read[:800, :1200, ::-1])


@contextmanager
def model(name: str, runtime: Runtime) -> Iterator[InstalledModel]:
    if name == "our network":
        yield built_in_models("upscale")[0]
        return
    [path] = corpora().glob("models/**/FSRCNN_x2.pb")
    with tempfile.TemporaryDirectory() as folder:
        yield ModelStore(Path(folder)).import_file(path, runtime=runtime)


@cache
def pair(name: str) -> tuple[float, float]:
    """Our fastest round and the peer's."""
    with Runtime(threads=1, gpu=False) as runtime, model(name, runtime) as found:
        works = (our_way(runtime, found), opencvs_way(found))
        fastest = [float("inf")] * 2
        cv2.setNumThreads(1)
        try:
            for number in range(ROUNDS + 1):
                for place, work in enumerate(works):
                    start = time.perf_counter()
                    work()
                    if number:
                        fastest[place] = min(fastest[place], time.perf_counter() - start)
        finally:
            cv2.setNumThreads(-1)
    return fastest[0], fastest[1]


def our_way(runtime: Runtime, found: InstalledModel) -> Callable[[], Bytes]:
    picture, known = photo(), upscaler(runtime, found)

    def work() -> Bytes:
        made = enlarge(runtime, known, picture.astype(np.float32) / np.float32(255), 2)
        return np.rint(np.clip(made, 0, 1) * np.float32(255)).astype(np.uint8)

    return work


def opencvs_way(found: InstalledModel) -> Callable[[], Bytes]:
    """The whole picture at once: luma with the colours beside it, or all of it, as the network wants."""
    try:
        network = cv2.dnn.readNetFromONNX(str(found.path))
    except (cv2.error, AttributeError) as error:
        raise PeerMissing("this OpenCV reads no such ONNX models") from error
    picture = photo()

    def in_colour() -> Bytes:
        network.setInput(cv2.dnn.blobFromImage(picture, 1 / 255.0))
        made = network.forward()[0].transpose(1, 2, 0)
        return np.rint(np.clip(made, 0, 1) * np.float32(255)).astype(np.uint8)

    def on_luma() -> Bytes:
        ycc = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)
        network.setInput(cv2.dnn.blobFromImage(ycc[..., 0], 1 / 255.0))
        luma = network.forward()[0, 0]
        size = (picture.shape[1] * 2, picture.shape[0] * 2)
        grown = cv2.resize(ycc, size, interpolation=cv2.INTER_CUBIC)
        grown[..., 0] = np.rint(np.clip(luma * 255.0, 0, 255))
        return np.asarray(cv2.cvtColor(grown, cv2.COLOR_YCrCb2RGB), np.uint8)

    return in_colour if found.name.startswith("enlarge") else on_luma


BENCHMARKS = tuple(
    Benchmark(
        f"enlarge 1 MP x2, {name}", lambda name=name: pair(name)[0],  # type: ignore[misc]
        peer="OpenCV dnn", theirs=lambda name=name: pair(name)[1], target=1.1,  # type: ignore[misc]
    )
    for name in NETWORKS
)
