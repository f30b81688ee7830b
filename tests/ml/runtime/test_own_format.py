"""Models in onnxruntime's own format run as those in ONNX do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from tests.ml.small_models import blur


def in_own_format(source: Path, path: Path) -> Path:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(path)
    options.add_session_config_entry("session.save_model_format", "ORT")
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
    return path


def test_it_runs(tmp_path: Path) -> None:
    model = in_own_format(blur(tmp_path / "blur.onnx"), tmp_path / "blur.ort")
    with Runtime(threads=1) as runtime:
        assert [port.name for port in runtime.signature(model).inputs] == ["x"]
        result = runtime.run(model, {"x": np.ones((1, 3, 9, 9), np.float32)})
    assert result["y"][0, 0, 4, 4] == pytest.approx(1.0)


def test_a_cut_off_file_is_refused(tmp_path: Path) -> None:
    model = in_own_format(blur(tmp_path / "blur.onnx"), tmp_path / "blur.ort")
    model.write_bytes(model.read_bytes()[:200])
    with Runtime(threads=1) as runtime, pytest.raises(ModelError):
        runtime.signature(model)
