"""The one door to onnxruntime: load a model file, run it on arrays."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.progress import SILENT, Progress
from ml.runtime.signature import Port, Signature

Arrays = Mapping[str, NDArray[Any]]


class Runtime:
    """Sessions are kept until `close`. Give it a model's path each time; it loads what it does not hold yet."""

    def __init__(self) -> None:
        self._sessions: dict[Path, Any] = {}

    def __enter__(self) -> "Runtime":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def signature(self, model: Path) -> Signature:
        """Raises ModelError for a file that is not a model."""
        session = self._session(model)
        return Signature(
            tuple(_port(item) for item in session.get_inputs()),
            tuple(_port(item) for item in session.get_outputs()),
            dict(session.get_modelmeta().custom_metadata_map),
        )

    def run(self, model: Path, feeds: Arrays, progress: Progress = SILENT) -> dict[str, NDArray[Any]]:
        """The outputs by name. Raises ModelError, OutOfMemory, and whatever `progress.check` raises to stop."""
        session = self._session(model)
        progress.check()
        names = [item.name for item in session.get_outputs()]
        return dict(zip(names, session.run(names, {name: np.ascontiguousarray(item) for name, item in feeds.items()})))

    def close(self) -> None:
        self._sessions.clear()

    def _session(self, model: Path) -> Any:
        import onnxruntime

        if model not in self._sessions:
            self._sessions[model] = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        return self._sessions[model]


TYPES = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(double)": "float64"}


def _port(item: Any) -> Port:
    shape = tuple(side if isinstance(side, int) and side > 0 else None for side in item.shape)
    return Port(item.name, shape, TYPES.get(item.type, item.type.removeprefix("tensor(").removesuffix(")")))
