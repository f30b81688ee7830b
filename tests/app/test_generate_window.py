"""Pictures from words, from the AI menu: a model folder brought in by import, a layer with its prompt and seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.ai.dialog import ToolDialog
from editor.model.provenance import Provenance
from editor.model.raster import PixelLayer
from editor.workflows.ai.pictures import read_layer
from ml.catalogue.store import ModelStore
from tests.app.test_ai_window import click_run, with_dialog
from tests.ml.generation.tiny_folder import Kind, colour_of, make_folder


@pytest.fixture
def with_model(image: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    make_folder(tmp_path / "tiny", Kind(scheduler="EulerDiscreteScheduler"))
    ModelStore(tmp_path / "models").import_file(tmp_path / "tiny", task="generate")
    return image


def test_without_a_model_it_says_what_to_install(
    image: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "none"))

    def look(dialog: ToolDialog) -> None:
        assert not dialog.run_button.isEnabled() and dialog.missing.isVisible()
        assert "GB, licence" in dialog.missing.text.text()

    with_dialog(image, qtbot, "Generate image", look)


def test_words_become_a_layer(with_model: Any, qtbot: Any) -> None:
    session = with_model.session
    project, document = session.project, session.document

    def act(dialog: ToolDialog) -> None:
        dialog._take({"prompt": "red", "width": 64, "height": 64, "steps": 4, "guidance": 1.0})
        click_run(dialog)

    with_dialog(with_model, qtbot, "Generate image", act)
    qtbot.waitUntil(lambda: len(project.children(document, PixelLayer)) == 2, timeout=20000)
    layer = project.children(document, PixelLayer)[-1]
    rgba = read_layer(project, layer).rgba
    seen = rgba[rgba[..., 3] > 0][..., :3]
    assert np.abs(seen - colour_of("red")).max() < 0.02
    [note] = project.children(layer.id, Provenance)
    assert note.generated and note.parameters["prompt"] == "red" and len(note.model_sha256) == 64
    with_model.window.bindings.actions["edit.undo"].trigger()
    assert len(project.children(document, PixelLayer)) == 1
    assert with_model.errors == []
