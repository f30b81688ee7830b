"""Nothing is fetched unasked: of all that can be done with models, only installing one reaches for a network."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.commandline.main import main
from ml.catalogue.catalogue import shipped
from ml.catalogue.install import held_bytes, install, is_agreed, offer
from ml.catalogue.store import ModelStore
from ml.runtime.runtime import Runtime
from tests.ml import small_models
from tests.ml.catalogue.test_catalogue import entry
from tests.ml.loopback import serving
from tests.ml.offline import network_watched


def test_only_install_reaches_for_the_network(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "models")
    blur = small_models.blur(tmp_path / "blur.onnx")
    with network_watched() as seen, Runtime(gpu=False) as runtime:
        for model in shipped().models:
            held_bytes(store, model)
            if model.can_be_fetched:
                is_agreed(store, offer(store, model))
        imported = store.import_file(blur, "denoise", runtime=runtime)
        runtime.run(imported.path, {"x": np.zeros((1, 3, 8, 8), np.float32)})
        assert store.verify("blur") == () and store.installed() == (imported,)
        store.remove("blur")
    assert seen == []
    with serving() as server, network_watched() as seen:
        install(store, offer(store, entry(server, {"m.onnx": blur.read_bytes()})))
    assert seen and store.has("test")


def test_the_command_line_asks_before_it_reaches_for_the_network(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    small_models.blur(tmp_path / "blur.onnx")
    with network_watched() as seen:
        for words in (["list"], ["list", "--json"], ["info", "u2net"], ["install", "u2net"], ["verify"],
                      ["import", str(tmp_path / "blur.onnx"), "--task", "denoise"], ["verify", "blur"],
                      ["remove", "blur"]):
            main(["models", *words])
    assert seen == [] and "as installed" in capsys.readouterr().out
