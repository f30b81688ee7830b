"""`train` from the terminal: begin, follow, look, export, compare, promote and go back; and what it refuses."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from app.commandline.main import main
from editor.base.translation import set_language
from editor.workflows.ai import comparison
from ml.catalogue import versions
from ml.catalogue.store import ModelStore
from tests.ml.training.pictures import folder_of_pictures


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("ATELIER_MODELS", str(folder))
    monkeypatch.setenv("ATELIER_LANGUAGE", "en")
    return folder


def said(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    assert main(["train", *words]) == status, capsys.readouterr().err
    told = capsys.readouterr()
    return told.out if status == 0 else told.err


def test_from_a_folder_to_a_promoted_model(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch", reason="needs the extra `train`")
    folder = folder_of_pictures(tmp_path / "pictures", count=5)
    assert "try-out.1" in said(capsys, "new", "try-out", str(folder), "--steps", "30", "--seed", "3")
    assert "new" in said(capsys, "list")
    assert "done" in said(capsys, "start", "1", "--follow", "--threads", "1")
    shown = said(capsys, "show", "1")
    assert "4 training, 1 held out, 0 skipped" in shown and "checkpoint" in shown and '"seed":3' in shown
    assert " kB " in said(capsys, "export", "1")
    target = tmp_path / "mine.onnx"
    said(capsys, "export", "1", "--to", str(target))
    assert target.stat().st_size > 1000
    compared = said(capsys, "compare", "1")
    assert "mean plain" in compared and "mean try-out.1-30" in compared and "mean enlarge-x2" in compared
    assert "upscale: try-out.1-30" in said(capsys, "promote", "1")
    assert versions.default_name(ModelStore(models), "upscale") == "try-out.1-30"
    assert "upscale: built in" in said(capsys, "rollback", "upscale")
    assert "nothing to go back to" in said(capsys, "rollback", "upscale", status=1)


def test_what_cannot_be_done_is_said(models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no recipe" in said(capsys, "new", "absent", str(tmp_path), status=1)
    assert "no training run 7" in said(capsys, "show", "7", status=1)
    said(capsys, "new", "try-out", str(tmp_path))
    assert "no checkpoint" in said(capsys, "export", "1", status=1)
    assert "no exported model" in said(capsys, "promote", "1", status=1)
    assert said(capsys, "stop", "1").split()[2] == "stopped"


def test_a_comparison_is_told_in_french(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = SimpleNamespace(psnr=30.0, ssim=0.9)
    found = [SimpleNamespace(picture="a.png", results={"": figures, "mine": figures})]
    monkeypatch.setattr(comparison, "compare_run", lambda *_: found)
    monkeypatch.setenv("ATELIER_LANGUAGE", "fr")
    try:
        told = said(capsys, "compare", "1")
    finally:
        set_language("en")
    assert "moyenne simple 30,00 dB" in told and "plain" not in told and "mean" not in told
