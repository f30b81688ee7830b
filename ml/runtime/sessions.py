"""The worker's half: loaded models, the GPU while it works, and failures sorted by what can be done about them."""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.runtime.messages import Setup
from ml.runtime.providers import CPU, usable_gpu

MEMORY_WORDS = (
    "bad_alloc", "failed to allocate", "out of memory", "out_of_memory", "outofmemory", "alloc_failed",
    "cannot allocate memory", "not enough memory", "8007000e",
)
CARD_WORDS = (
    "cuda failure", "cuda error", "cudnn failure", "cudnn_fe failure", "cudnn error", "cudnn_status", "cudnn frontend",
    "cublas failure", "cublas error", "cublas_status", "cublaslt", "cufft failure", "curand failure", "hip failure",
    "hip error", "miopen failure", "miopen error", "rocblas", "hipblas", "tensorrt", "ep_fail", "dmlexecutionprovider",
    "directml", "dxgi_error", "887a00", "coreml", "error executing model", "; gpu=",
)
"""How the libraries of graphics cards say that they failed; what follows may speak of shapes all the same."""
INPUT_WORDS = (
    "invalid_argument", "invalid rank", "got invalid dimensions", "unexpected input data type", "required inputs",
    "invalid feed input name", "invalidargument",
)
SHAPE_WORDS = (
    "shape", "dimension", "broadcast", "mismatch", "channels", "rank", "axis", "axes", "data type", "indices",
    "must be equal", "not equal",
)
"""How a kernel says that what it was given does not fit together."""
KERNEL_FAILED = "non-zero status code"
STATUS = "status message:"
"""Every failure in the middle of a run begins with the first, and the kernel's own words follow the second."""
GPU_FAILED = "The graphics card could not run this model; the processor does it."
"""Shown through `tr`; the parent passes it on."""

LONGEST = 500


class Failure(Exception):
    """`kind` as in `messages.Failed`."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


@dataclass
class Loaded:
    """One model. `stamp` tells whether the file is still the one that was loaded."""

    session: Any
    weight: int
    stamp: tuple[int, int]
    provider: str


class Sessions:
    """The models that are loaded, the least recently used let go when they weigh more than the budget."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._held: OrderedDict[str, Loaded] = OrderedDict()
        self._gpu: str | None = None
        self._looked = False
        self.notice = ""

    def get(self, model: str, weight: int) -> Loaded:
        """Raises Failure for a file that is no model, or does not fit."""
        stamp = _stamp(model)
        found = self._held.get(model)
        if found is not None and found.stamp == stamp:
            self._held.move_to_end(model)
            return found
        self.forget(model)
        self._make_room(weight)
        provider = self._provider()
        try:
            loaded = Loaded(self._load(model, provider), weight, stamp, provider)
        except Failure:
            if provider == CPU:
                raise
            self.notice = GPU_FAILED
            loaded = Loaded(self._load(model, CPU), weight, stamp, CPU)
        self._held[model] = loaded
        return loaded

    def run(
        self, model: str, weight: int, feeds: dict[str, NDArray[Any]], shrinks: bool = False
    ) -> dict[str, NDArray[Any]]:
        """The outputs that are arrays, by name. Where the GPU fails, the CPU does it, now and from then on; unless it
        only lacks memory and a smaller piece would be tried (`shrinks`), or the CPU cannot do it either."""
        loaded = self.get(model, weight)
        try:
            return _run(loaded, feeds)
        except Failure as failure:
            if loaded.provider == CPU or failure.kind == "input" or (failure.kind == "memory" and shrinks):
                raise
        spare = Loaded(self._load(model, CPU), weight, loaded.stamp, CPU)
        outputs = _run(spare, feeds)
        self.notice = GPU_FAILED
        self._held[model] = spare
        return outputs

    def forget(self, model: str) -> None:
        self._held.pop(model, None)

    def take_notice(self) -> str:
        notice, self.notice = self.notice, ""
        return notice

    def _make_room(self, weight: int) -> None:
        while self._held and sum(item.weight for item in self._held.values()) + weight > self._setup.budget:
            self._held.popitem(last=False)

    def _provider(self) -> str:
        if not self._looked:
            self._looked = True
            self._gpu = usable_gpu() if self._setup.gpu else None
        return self._gpu or CPU

    def _load(self, model: str, provider: str) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = self._setup.threads
        try:
            session = onnxruntime.InferenceSession(
                model, options, providers=[provider] if provider == CPU else [provider, CPU]
            )
        except Exception as error:
            raise failure_of(error, "model") from error
        if provider not in session.get_providers():
            raise Failure("run", f"{provider} is not used")
        return session


def _run(loaded: Loaded, feeds: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    names = [item.name for item in loaded.session.get_outputs() if item.type.startswith("tensor(")]
    try:
        values = loaded.session.run(names, feeds)
    except Exception as error:
        raise failure_of(error, "run") from error
    return {name: np.ascontiguousarray(value) for name, value in zip(names, values)}


def failure_of(error: Exception, otherwise: str) -> Failure:
    """Sort what onnxruntime raised; its classes do not say, its words do."""
    detail = " ".join(str(error).split())
    if isinstance(error, MemoryError) or _any(MEMORY_WORDS, detail):
        return Failure("memory", detail[:LONGEST])
    if otherwise == "run" and (isinstance(error, ValueError) or _is_about_input(type(error).__name__, detail)):
        return Failure("input", detail[:LONGEST])
    return Failure(otherwise, detail[:LONGEST])


def _is_about_input(name: str, detail: str) -> bool:
    """Whether nothing but other arrays would help: no other provider, and no smaller piece."""
    if _any(CARD_WORDS, detail):
        return False
    if KERNEL_FAILED in detail.lower():
        own = detail.lower().partition(STATUS)[2]
        return _any(INPUT_WORDS, f"{name} {detail}") or _any(SHAPE_WORDS, own)
    return _any(INPUT_WORDS, f"{name} {detail}")


def _any(words: tuple[str, ...], text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in words)


def _stamp(model: str) -> tuple[int, int]:
    try:
        facts = os.stat(model)
    except OSError as error:
        raise Failure("model", error.strerror or str(error)) from error
    return facts.st_mtime_ns, facts.st_size
