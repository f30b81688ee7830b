"""The worker: right numbers, one sentence for every bad file, cancelled and killed in the middle, memory that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from onnx import TensorProto, helper, numpy_helper

from ml.errors import ModelError, OutOfMemory
from ml.progress import Silent
from ml.runtime.runtime import Runtime
from ml.runtime.tiling import tiled
from tests.ml import small_models

GENEROUS_SECONDS = 10.0
LONG = np.int64(10**9)


class Stop(Exception):
    pass


class StopsAfter(Silent):
    """Raises once the time is over."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def check(self) -> None:
        if time.monotonic() > self.end:
            raise Stop


@pytest.fixture(scope="module")
def runtime():
    with Runtime(gpu=False) as made:
        yield made


@pytest.fixture
def blur(tmp_path: Path) -> Path:
    return small_models.blur(tmp_path / "blur.onnx")


def picture(height: int = 40, width: int = 60, channels: int = 3):
    return np.random.default_rng(1).random((1, channels, height, width), np.float32)


def endless_feeds():
    return {"count": LONG, "start": np.eye(512, dtype=np.float32)}


def test_signature(runtime, blur) -> None:
    signature = runtime.signature(blur)
    assert [(port.name, port.shape, port.dtype) for port in signature.inputs] == [("x", (1, 3, None, None), "float32")]
    assert signature.metadata == {"maker": "test"}


def test_numbers_are_those_of_onnxruntime(runtime, blur) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(blur), providers=["CPUExecutionProvider"])
    for size in ((8, 8), (300, 200), (9, 1000)):
        feeds = {"x": picture(*size)}
        assert np.array_equal(runtime.run(blur, feeds)["y"], session.run(None, feeds)[0])


def test_results_stay_whole_when_the_next_run_comes(runtime, blur) -> None:
    first = runtime.run(blur, {"x": picture()})["y"]
    kept = first.copy()
    runtime.run(blur, {"x": picture() * 0})
    assert np.array_equal(first, kept)


@pytest.mark.parametrize("kind", ["float16", "float64", "int32", "int64", "uint8", "bool"])
def test_number_types_pass_through(runtime, tmp_path, kind) -> None:
    code = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    node = helper.make_node("Identity", ["x"], ["y"])
    path = small_models.save(tmp_path / "m.onnx", [node], {"x": (["n", 2], code)}, {"y": (["n", 2], code)})
    values = (np.arange(6).reshape(3, 2) % 2).astype(kind)
    found = runtime.run(path, {"x": values[::-1]})["y"]
    assert found.dtype == values.dtype and np.array_equal(found, values[::-1])
    assert runtime.run(path, {"x": values[:0]})["y"].shape == (0, 2)


def test_a_replaced_file_is_loaded_anew(runtime, tmp_path) -> None:
    path = small_models.grower(tmp_path / "m.onnx", scale=2)
    assert runtime.run(path, {"x": picture()})["y"].shape[2:] == (80, 120)
    runtime.forget(path)
    small_models.grower(path, scale=3)
    os.utime(path, ns=(1, 1))
    assert runtime.run(path, {"x": picture()})["y"].shape[2:] == (120, 180)


def test_many_threads_share_it(runtime, blur) -> None:
    found: dict[int, bool] = {}

    def use(index: int) -> None:
        values = np.full((1, 3, 20, 20), index, np.float32)
        found[index] = np.allclose(runtime.run(blur, {"x": values})["y"][0, :, 10, 10], index)

    threads = [threading.Thread(target=use, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == dict.fromkeys(range(8), True)


# Bad files


def damaged_models(folder: Path, whole: bytes):
    external = helper.make_model(helper.make_graph([helper.make_node("Add", ["x", "w"], ["y"])], "g", [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [4])], [
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [4])], [
        numpy_helper.from_array(np.zeros(4, np.float32), "w")]))
    tensor = external.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../secret")
    (folder / "secret").write_bytes(bytes(16))
    yield "empty", b"", "damaged"
    yield "text", b"hello, this is no model at all", "damaged|not an ONNX|cannot be loaded"
    yield "cut", whole[: len(whole) // 2], "damaged"
    yield "pickle", b"\x80\x04\x95" + b"." * 60, "damaged|not an ONNX|cannot be loaded"
    yield "outside", external.SerializeToString(), "outside its folder"
    tensor.external_data[0].value = str(folder / "secret")
    yield "absolute", external.SerializeToString(), "outside its folder"
    tensor.external_data[0].value = "missing.data"
    yield "missing weights", external.SerializeToString(), "is missing"


def test_bad_files_get_a_sentence(runtime, tmp_path, blur) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    for name, data, sentence in damaged_models(tmp_path, blur.read_bytes()):
        path = inner / f"{name}.onnx"
        path.write_bytes(data)
        with pytest.raises(ModelError, match=sentence):
            runtime.signature(path)
    with pytest.raises(ModelError, match="is missing"):
        runtime.signature(tmp_path / "nowhere.onnx")


def test_every_cut_of_a_model_is_refused_or_runs(runtime, tmp_path, blur) -> None:
    whole = blur.read_bytes()
    for length in range(0, len(whole), 37):
        path = tmp_path / f"{length}.onnx"
        path.write_bytes(whole[:length])
        with pytest.raises(ModelError):
            runtime.run(path, {"x": picture()})


def test_custom_operations_are_named(runtime, tmp_path) -> None:
    node = helper.make_node("Evil", ["x"], ["y"], domain="their.own")
    path = small_models.save(tmp_path / "m.onnx", [node], {"x": [1]}, {"y": [1]}, domains=["their.own"])
    with pytest.raises(ModelError, match=r"their\.own"):
        runtime.signature(path)


def with_a_function(path: Path, called: str) -> Path:
    """A model whose operation is a function in the file, in a domain of its own."""
    imports = [helper.make_opsetid("", 17), helper.make_opsetid("their.own", 1)]
    double = helper.make_function(
        "their.own", "Double", ["a"], ["b"], [helper.make_node("Add", ["a", "a"], ["b"])], imports[:1]
    )
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node(called, ["x"], ["y"], domain="their.own")], "g", ports[:1], ports[1:])
    model = helper.make_model(graph, functions=[double], opset_imports=imports, ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


def test_functions_that_the_file_defines_are_no_custom_operations(runtime, tmp_path) -> None:
    path = with_a_function(tmp_path / "own.onnx", "Double")
    assert runtime.run(path, {"x": np.array([1, 2], np.float32)})["y"].tolist() == [2, 4]
    with pytest.raises(ModelError, match=r"not built in: their\.own"):
        runtime.signature(with_a_function(tmp_path / "not.onnx", "Triple"))


def test_huge_dimensions_end_in_a_sentence(tmp_path) -> None:
    constants = {"shape": np.array([1 << 20, 1 << 20], np.int64)}
    node = helper.make_node("ConstantOfShape", ["shape"], ["big"])
    add = helper.make_node("Add", ["big", "x"], ["y"])
    path = small_models.save(tmp_path / "m.onnx", [node, add], {"x": [1]}, {"y": [1 << 20, 1 << 20]}, constants)
    with Runtime(gpu=False) as runtime, pytest.raises(ModelError):
        runtime.run(path, {"x": np.zeros(1, np.float32)})


@pytest.mark.parametrize(
    "feeds",
    [{}, {"x": np.zeros((1, 4, 9, 9), np.float32)}, {"x": np.zeros((1, 3, 9, 9))}, {"other": picture()}],
    ids=["nothing", "channels", "type", "name"],
)
def test_wrong_inputs_get_a_sentence(runtime, blur, feeds) -> None:
    with pytest.raises(ModelError, match="does not take"):
        runtime.run(blur, feeds)
    assert runtime.run(blur, {"x": picture()})["y"].shape == (1, 3, 40, 60)


def test_text_is_refused(runtime, blur) -> None:
    with pytest.raises(ModelError, match="not numbers"):
        runtime.run(blur, {"x": np.array(["a"])})


# Stopping


def test_cancel_in_the_middle_of_one_run(tmp_path) -> None:
    path = small_models.endless(tmp_path / "endless.onnx")
    with Runtime(gpu=False) as runtime:
        runtime.signature(path)
        worker = runtime.worker
        began = time.monotonic()
        with pytest.raises(Stop):
            runtime.run(path, endless_feeds(), StopsAfter(0.3))
        assert time.monotonic() - began < GENEROUS_SECONDS
        assert not psutil.pid_exists(worker)
        assert runtime.run(path, {**endless_feeds(), "count": np.int64(1)})["y"].shape == (512, 512)


def test_whoever_waits_for_a_turn_can_be_cancelled(tmp_path) -> None:
    path = small_models.endless(tmp_path / "endless.onnx")
    with Runtime(gpu=False) as runtime:
        runtime.signature(path)
        stop = StopsAfter(1.0)
        thread = threading.Thread(target=lambda: pytest.raises(Stop, runtime.run, path, endless_feeds(), stop))
        thread.start()
        time.sleep(0.2)
        with pytest.raises(Stop):
            runtime.run(path, endless_feeds(), StopsAfter(0.1))
        assert thread.is_alive()
        thread.join(GENEROUS_SECONDS)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize(("how", "kind"), [(signal.SIGKILL, OutOfMemory), (signal.SIGSEGV, ModelError)])
def test_a_killed_worker_is_a_sentence_and_the_next_one_works(tmp_path, how, kind) -> None:
    path = small_models.endless(tmp_path / "endless.onnx")
    with Runtime(gpu=False) as runtime:
        runtime.signature(path)
        killer = threading.Timer(0.3, os.kill, (runtime.worker, how))
        killer.start()
        with pytest.raises(ModelError) as caught:
            runtime.run(path, endless_feeds())
        killer.join()
        assert isinstance(caught.value, kind) and isinstance(caught.value, OutOfMemory) == (kind is OutOfMemory)
        assert runtime.run(path, {**endless_feeds(), "count": np.int64(2)})["y"].shape == (512, 512)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_a_worker_killed_while_idle_is_replaced(blur) -> None:
    with Runtime(gpu=False) as runtime:
        runtime.signature(blur)
        os.kill(runtime.worker, signal.SIGKILL)
        time.sleep(0.1)
        assert runtime.run(blur, {"x": picture()})["y"].shape == (1, 3, 40, 60)


def test_close_leaves_no_process(blur) -> None:
    runtime = Runtime(gpu=False)
    runtime.signature(blur)
    worker = runtime.worker
    runtime.close()
    assert not psutil.pid_exists(worker) and runtime.worker is None


PARENT = """
import sys, threading
from pathlib import Path
import numpy as np
from ml.runtime.runtime import Runtime
if __name__ == "__main__":
    runtime = Runtime(gpu=False)
    path = Path(sys.argv[1])
    runtime.signature(path)
    print(runtime.worker, flush=True)
    runtime.run(path, {"count": np.int64(10**9), "start": np.eye(512, dtype=np.float32)})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_a_killed_parent_leaves_no_worker(tmp_path) -> None:
    path = small_models.endless(tmp_path / "endless.onnx")
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    root = Path(__file__).resolve().parents[3]
    parent = subprocess.Popen(
        [sys.executable, str(script), str(path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(root)}
    )
    with parent:
        worker = int(parent.stdout.readline())
        time.sleep(0.3)
        parent.kill()
        parent.wait()
        end = time.monotonic() + GENEROUS_SECONDS
        while running(worker) and time.monotonic() < end:
            time.sleep(0.05)
        assert not running(worker)


def running(process: int) -> bool:
    """A zombie that waits for whoever adopted it does not run."""
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


# Memory


def test_a_limit_on_memory_makes_tiles_smaller(tmp_path) -> None:
    path = small_models.hungry(tmp_path / "hungry.onnx", copies=128)
    sizes = []
    whole = np.random.default_rng(2).random((600, 500, 1), np.float32)
    with Runtime(gpu=False) as probe:
        probe.signature(path)
        base = psutil.Process(probe.worker).memory_info().rss
    with Runtime(gpu=False, memory=base + (130 << 20)) as runtime:

        def function(tile):
            sizes.append(tile.shape[0])
            return runtime.run(path, {"x": tile[None, :, :, 0][None]})["y"][0].transpose(1, 2, 0)

        found = tiled(whole, function, tile=600, overlap=16)
    assert sizes[0] == 600 and sizes[-1] <= 300
    assert np.allclose(found, np.sin(whole), atol=1e-5)


def test_a_model_larger_than_memory_is_not_loaded(blur) -> None:
    with Runtime(gpu=False, memory=4096) as runtime, pytest.raises(ModelError, match="MB of memory"):
        big = blur.with_name("big.onnx")
        big.write_bytes(blur.read_bytes() + bytes([0x12, 0x80, 0x40]) + bytes(8192))
        runtime.signature(big)
