"""`models`: listed, fetched only when agreed to, brought in from files, checked, removed."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest

from app.commandline.main import main
from ml.catalogue import catalogue
from ml.catalogue.catalogue import Catalogue, CatalogueFile, CatalogueModel
from tests.ml import small_models
from tests.ml.loopback import serving


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A catalogue of one model, on a server of this machine."""
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ATELIER_LANGUAGE", "en")
    data = small_models.blur(tmp_path / "blur.onnx").read_bytes()
    with serving() as behaviour:
        behaviour.files["/soft.onnx"] = data
        item = CatalogueFile(path="soft.onnx", size=len(data), sha256=hashlib.sha256(data).hexdigest(),
                             addresses=(f"{behaviour.address}/soft.onnx",))
        model = CatalogueModel(name="soft", task="denoise", title="Soft", licence="MIT", page=behaviour.address,
                               input="a picture", output="a picture", file=(item,))
        monkeypatch.setattr(catalogue, "shipped", lambda: Catalogue((model,)))
        yield behaviour


def listed(capsys):
    assert main(["models", "list", "--json"]) == 0
    return {row["name"]: row["state"] for row in json.loads(capsys.readouterr().out)}


def test_install_asks_first(server, capsys, monkeypatch) -> None:
    assert listed(capsys) == {"soft": "available"}
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["models", "install", "soft"]) == 1  # nobody is there to be asked
    told = capsys.readouterr()
    assert "MIT" in told.out and server.address in told.out
    assert hashlib.sha256(server.files["/soft.onnx"]).hexdigest() in told.out
    assert "--yes" in told.err and server.asked == []
    for answer, code in (("n", 1), ("", 1), ("y", 0)):
        terminal = io.StringIO(f"{answer}\n")
        terminal.isatty = lambda: True
        monkeypatch.setattr("sys.stdin", terminal)
        assert main(["models", "install", "soft"]) == code
        assert len(server.asked) == (code == 0)
    capsys.readouterr()
    assert listed(capsys) == {"soft": "installed"}


def test_import_verify_remove(server, tmp_path, capsys) -> None:
    assert main(["models", "install", "soft", "--yes"]) == 0
    other = small_models.blur(tmp_path / "other.onnx", radius=3)
    assert main(["models", "import", str(other)]) == 1
    assert "what this model is for" in capsys.readouterr().err
    assert main(["models", "import", str(other), "--task", "denoise", "--name", "mine"]) == 0
    assert main(["models", "verify"]) == 0
    path = tmp_path / "models" / "mine" / "other.onnx"
    path.write_bytes(bytes(path.stat().st_size))
    assert main(["models", "verify", "mine"]) == 1
    assert "damaged: other.onnx" in capsys.readouterr().out
    assert listed(capsys) == {"soft": "installed", "mine": "damaged"}
    assert main(["models", "verify"]) == 1 and main(["models", "list"]) == 0
    assert "damaged" in capsys.readouterr().out
    assert main(["models", "remove", "mine"]) == 0 and main(["models", "remove", "mine"]) == 1
    capsys.readouterr()
    assert listed(capsys) == {"soft": "installed"}


def test_a_file_of_the_catalogue_is_recognised(server, tmp_path, capsys) -> None:
    assert main(["models", "import", str(tmp_path / "blur.onnx")]) == 0
    assert main(["models", "info", "soft"]) == 0
    assert "MIT" in capsys.readouterr().out and server.asked == []


def test_failures_are_sentences(server, capsys) -> None:
    server.status = 500
    assert main(["models", "install", "soft", "--yes"]) == 1
    assert "answer 500" in capsys.readouterr().err
    assert main(["models", "install", "nothing"]) == 1
    assert main(["models", "info", "nothing"]) == 1
    assert main(["models", "list", "--task", "nothing"]) == 1
    assert "There is no task nothing" in capsys.readouterr().err


def test_folders_that_cannot_be_read_are_listed_and_what_is_not_ours_is_kept(server, tmp_path, capsys) -> None:
    broken, mine = tmp_path / "models" / "broken", tmp_path / "models" / "mine"
    for folder, name in ((broken, "model.json"), (mine, "precious.txt")):
        folder.mkdir(parents=True)
        (folder / name).write_text("{")
    assert main(["models", "list"]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if "broken" in line)
    assert "damaged" in row
    assert listed(capsys) == {"soft": "available", "broken": "damaged"}
    assert main(["models", "remove", "broken"]) == 0
    assert "broken (kept" in capsys.readouterr().out
    assert main(["models", "remove", "mine"]) == 1
    assert main(["models", "import", str(tmp_path / "blur.onnx"), "--name", "mine"]) == 1
    assert "not a model's folder" in capsys.readouterr().err and (mine / "precious.txt").read_text() == "{"
