"""Cutting out with a network: our adapter in our runtime beside rembg's session on the same file and photograph.

rembg brings an onnxruntime of its own, so it stands in an environment of its own; ATELIER_REMBG_PYTHON names its
interpreter. Both begin with a decoded photograph and end with a mask of its size. SINet's weights are in the corpora;
ATELIER_ISNET names an IS-Net type file besides. Rounds alternate; the fastest of each counts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from ml.catalogue.store import InstalledModel
from ml.matting.guided import plainly_enlarged
from ml.matting.network import network_alpha
from ml.progress import SILENT
from ml.runtime.runtime import Runtime
from tests.benchmarks import Benchmark, PeerMissing

ROUNDS = 7
PAUSE = 0.03
SIZE = (1536, 1024)
PEER = """
import sys, time
import onnxruntime
from PIL import Image
from rembg.sessions import sessions
kind, model, photo = sys.argv[1:4]
session = sessions[kind](kind, onnxruntime.SessionOptions(), model_path=model, providers=["CPUExecutionProvider"])
image = Image.open(photo).convert("RGB")
print("ready", flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    session.predict(image)
    print(time.perf_counter() - began, flush=True)
"""


def corpora() -> Path:
    found = Path(os.environ.get("ATELIER_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
    if not found.is_dir():
        raise PeerMissing("no corpora: set ATELIER_CORPORA to the folder that holds them")
    return found


def sinet() -> Path:
    return next(corpora().glob("models/**/SINet_Softmax.onnx"))


def isnet() -> Path:
    path = Path(os.environ.get("ATELIER_ISNET", ""))
    if not path.is_file():
        raise PeerMissing("no IS-Net weights: set ATELIER_ISNET to the file")
    return path


class Rembg:
    """rembg's session in its own process, which answers each line with the seconds of a prediction."""

    def __init__(self, kind: str, model: Path, photo: Path) -> None:
        python = os.environ.get("ATELIER_REMBG_PYTHON", "")
        if not python:
            raise PeerMissing("rembg is not here: pip install rembg[cpu] in a venv, ATELIER_REMBG_PYTHON=its python")
        self.process = subprocess.Popen(
            [python, "-c", PEER, kind, str(model), str(photo)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env={**os.environ, "REMBG_HOME": str(model.parent), "U2NET_HOME": str(model.parent)},
        )
        self._read()

    def _read(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise PeerMissing("rembg ended without an answer; run its interpreter by hand to see why")
        return line

    def predict(self) -> float:
        assert self.process.stdin is not None
        self.process.stdin.write("again\n")
        self.process.stdin.flush()
        return float(self._read())

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


@cache
def pair(name: str) -> tuple[float, float]:
    """Seconds of ours and of rembg, the fastest rounds."""
    kind, model = ("u2net_custom", sinet()) if name == "SINet" else ("dis_custom", isnet())
    photo = next(corpora().glob("photos/**/data/astronaut.png"))
    large = Path(tempfile.mkdtemp(prefix="atelier-bench-")) / "photo.png"
    pixels = cv2.resize(cv2.imread(str(photo)), SIZE, interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(large), pixels)
    rgb = np.ascontiguousarray(pixels[..., ::-1]).astype(np.float32) / 255
    installed = InstalledModel(model.stem, "matting", {"model": model}, "")
    peer = Rembg(kind, model, large)
    try:
        with Runtime(gpu=False) as runtime:

            def ours() -> float:
                began = time.perf_counter()
                plainly_enlarged(network_alpha(installed, runtime, rgb, SILENT), *SIZE)
                return time.perf_counter() - began

            return _fastest(ours, peer)
    finally:
        peer.close()
        shutil.rmtree(large.parent)


def _fastest(ours: Callable[[], float], peer: Rembg) -> tuple[float, float]:
    ours()
    peer.predict()
    best = [float("inf"), float("inf")]
    for number in range(ROUNDS):
        for place in ((0, 1), (1, 0))[number % 2]:
            time.sleep(PAUSE)  # onnxruntime's threads spin for a moment after their work
            best[place] = min(best[place], ours() if place == 0 else peer.predict())
    return best[0], best[1]


def sinet_ours() -> float:
    return pair("SINet")[0]


def sinet_rembg() -> float:
    return pair("SINet")[1]


def isnet_ours() -> float:
    return pair("IS-Net")[0]


def isnet_rembg() -> float:
    return pair("IS-Net")[1]


BENCHMARKS = (
    Benchmark("cut out 1.6 MP, SINet", sinet_ours, peer="rembg's session", theirs=sinet_rembg, target=1.1),
    Benchmark("cut out 1.6 MP, IS-Net", isnet_ours, peer="rembg's session", theirs=isnet_rembg, target=1.1),
)
