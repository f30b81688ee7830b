"""Enlarging a photograph with the same FSRCNN weights: our way through worker, tiles and floats, and OpenCV's.

OpenCV's super resolution module is FSRCNN on luma through `cv2.dnn` with the colour differences enlarged beside it; the
headless wheel lacks the module but has all of its parts, so the peer here is put together from them as it is there.
OpenCV 5 refuses the TensorFlow graph itself (its DepthToSpace), so both sides get the ONNX that our import made of it.
One thread each, so that the ratio says something on a busy machine too.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from ml.catalogue.built_in import built_in_models
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from ml.upscale.enlarge import enlarge
from ml.upscale.model import upscaler
from tests.benchmarks import Benchmark, PeerMissing, best

ROUNDS = 4


@cache
def corpora() -> Path:
    folder = Path(os.environ.get("ATELIER_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
    if not folder.is_dir():
        raise PeerMissing("no corpora: set ATELIER_CORPORA to the folder that holds them")
    return folder


@cache
def photo() -> np.ndarray:
    """0.96 MP, 8 bits, RGB."""
    [path] = corpora().glob("photos/**/Landscape_1.jpg")
    read = cv2.imread(str(path))
    return np.ascontiguousarray(read[:800, :1200, ::-1])


@contextmanager
def fsrcnn(runtime: Runtime) -> Iterator[InstalledModel]:
    [path] = corpora().glob("models/**/FSRCNN_x2.pb")
    with tempfile.TemporaryDirectory() as folder:
        yield ModelStore(Path(folder)).import_file(path, runtime=runtime)


def with_fsrcnn() -> float:
    with Runtime(threads=1, gpu=False) as runtime, fsrcnn(runtime) as model:
        return _ours(runtime, model)


def _ours(runtime: Runtime, model: InstalledModel) -> float:
    picture, found = photo(), upscaler(runtime, model)

    def work() -> np.ndarray:
        made = enlarge(runtime, found, picture.astype(np.float32) / np.float32(255), 2)
        return np.rint(np.clip(made, 0, 1) * np.float32(255)).astype(np.uint8)

    return best(work, ROUNDS)


def with_opencv() -> float:
    with Runtime(threads=1, gpu=False) as runtime, fsrcnn(runtime) as model:
        network = _in_opencv(model)
    picture = photo()
    cv2.setNumThreads(1)

    def work() -> np.ndarray:
        ycc = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)
        network.setInput(cv2.dnn.blobFromImage(ycc[..., 0], 1 / 255.0))
        luma = network.forward()[0, 0]
        size = (picture.shape[1] * 2, picture.shape[0] * 2)
        grown = cv2.resize(ycc, size, interpolation=cv2.INTER_CUBIC)
        grown[..., 0] = np.rint(np.clip(luma * 255.0, 0, 255))
        return cv2.cvtColor(grown, cv2.COLOR_YCrCb2RGB)

    return _timed(work)


def _in_opencv(model: InstalledModel) -> cv2.dnn.Net:
    try:
        return cv2.dnn.readNetFromONNX(str(model.path))
    except (cv2.error, AttributeError) as error:
        raise PeerMissing("this OpenCV reads no such ONNX models") from error


def with_our_network() -> float:
    with Runtime(threads=1, gpu=False) as runtime:
        return _ours(runtime, built_in_models("upscale")[0])


def _timed(work: Callable[[], object]) -> float:
    """OpenCV's own time; afterwards it may use all cores again."""
    try:
        return best(work, ROUNDS)
    finally:
        cv2.setNumThreads(-1)


def our_network_in_opencv() -> float:
    """The peer runs the built-in network itself, on the whole picture at once."""
    network = _in_opencv(built_in_models("upscale")[0])
    picture = photo()
    cv2.setNumThreads(1)

    def work() -> np.ndarray:
        network.setInput(cv2.dnn.blobFromImage(picture, 1 / 255.0))
        made = network.forward()[0].transpose(1, 2, 0)
        return np.rint(np.clip(made, 0, 1) * np.float32(255)).astype(np.uint8)

    return _timed(work)


BENCHMARKS = (
    Benchmark("enlarge 1 MP x2, FSRCNN", with_fsrcnn, peer="OpenCV dnn", theirs=with_opencv, target=1.1),
    Benchmark(
        "enlarge 1 MP x2, our network", with_our_network, peer="OpenCV dnn", theirs=our_network_in_opencv, target=1.1
    ),
)
