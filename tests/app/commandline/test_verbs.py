"""The command line in this process: what each verb does, prints and returns."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.commandline.main import VERBS, main
from render.image_io.read import read
from render.image_io.values import ImageData
from render.image_io.write import write


class Shell:
    """Runs verbs and gives (exit code, stdout, stderr)."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture
        self.project = str(folder / "a.atelier")

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self.capture.readouterr()
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = self.capture.readouterr()
        return code, out, err

    def good(self, *arguments: str) -> str:
        code, out, err = self(*arguments)
        assert (code, err) == (0, "")
        return out


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("ATELIER_LANGUAGE", "en")
    return Shell(tmp_path, capsys)


@pytest.fixture
def painted(shell: Shell) -> Shell:
    shell.good("new", shell.project, "--kind", "raster", "--size", "64x32", "--name", "Sheet")
    return shell


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    pixels = np.zeros((20, 30, 4), np.uint8)
    pixels[..., 0] = pixels[..., 3] = 255
    write(tmp_path / "red.png", ImageData(pixels, "test"))
    return tmp_path / "red.png"


def test_new_and_info(painted: Shell) -> None:
    found = json.loads(painted.good("info", painted.project, "--json"))
    (document,) = found["documents"]
    assert (document["name"], document["kind"], document["size"]) == ("Sheet", "raster.document", [64, 32])
    assert found["history"] == {"length": 1, "branches": 1, "head": 1}
    assert len(found["hash"]) == 40
    assert found["storage"]["records"] > 0
    assert "Sheet" in painted.good("info", painted.project)


@pytest.mark.parametrize("kind", ["raster", "vector", "video", "scene"])
def test_every_kind_of_document(shell: Shell, kind: str) -> None:
    shell.good("new", shell.project, "--kind", kind, "--size", "640x480", "--name", "First")
    (document,) = json.loads(shell.good("info", shell.project, "--json"))["documents"]
    assert document["kind"] == f"{kind}.document"
    assert document["size"] == [640, 480]


def test_new_refuses_what_is_there_and_leaves_nothing_half_made(painted: Shell) -> None:
    code, _, err = painted("new", painted.project)
    assert (code, err.count("\n")) == (1, 1)
    assert "exists already" in err
    other = painted.folder / "b.atelier"
    assert painted("new", str(other), "--kind", "vector", "--depth", "uint16")[0] == 1
    assert not other.exists()


def test_do_takes_text_json_names_and_files(painted: Shell, tmp_path: Path) -> None:
    key = json.loads(painted.good("do", painted.project, "raster.add_layer", "document=Sheet", "name=42"))
    painted.good(
        "do", painted.project, "raster.add_adjustment", "document=sheet", 'adjustment={"type": "exposure", "stops": 1}'
    )
    painted.good("do", painted.project, "project.set_field", f"record={key}", "field=opacity", "value=0.5")
    (tmp_path / "pixels").write_bytes(bytes(256 * 256 * 4))
    painted.good(
        "do", painted.project, "raster.place_pixels", "document=Sheet", "width=4", "height=4",
        f'tiles=[[0, 0, "{tmp_path / "pixels"}"]]',
    )
    assert json.loads(painted.good("info", painted.project, "--json"))["history"]["length"] == 5


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["raster.nothing"], "no command named raster.nothing"),
        (["raster.add_layer"], "missing required field"),
        (["raster.add_layer", "document=Nobody"], "no document named Nobody"),
        (["raster.add_layer", "document"], "key=value"),
        (["raster.add_layer", "colour=red"], "It has: document, name, above"),
        (["raster.new_document", "width=-3"], "cannot run with these parameters"),
        (["raster.place_pixels", 'tiles=[[0, 0, "nowhere.bin"]]'], "nowhere.bin"),
    ],
)
def test_do_says_what_is_wrong(painted: Shell, arguments: list[str], sentence: str) -> None:
    code, out, err = painted("do", painted.project, *arguments)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert sentence in err


def test_history_undo_redo(painted: Shell) -> None:
    painted.good("do", painted.project, "raster.add_layer", "document=Sheet")
    assert painted.good("undo", painted.project) == "New layer\n"
    painted.good("do", painted.project, "raster.add_group", "document=Sheet")
    steps = json.loads(painted.good("history", painted.project, "--json"))
    found = [(step["id"], step["parent"], step["in_line"]) for step in steps]
    assert found == [(1, 0, True), (2, 1, False), (3, 1, True)]
    assert steps[2]["commands"] == ["raster.add_group"]
    assert "→     3 ← 1" in painted.good("history", painted.project)
    painted.good("undo", painted.project)
    assert painted.good("redo", painted.project) == "New group\n"
    assert painted("redo", painted.project)[0] == 1


def test_replay_prints_two_equal_hashes(painted: Shell, picture: Path) -> None:
    painted.good("import", painted.project, str(picture))
    painted.good("do", painted.project, "raster.add_layer", "document=Sheet")
    first, second = painted.good("replay", painted.project, str(painted.folder / "b.atelier")).split("\n")[:2]
    assert first.split()[1] == second.split()[1]
    assert json.loads(painted.good("info", str(painted.folder / "b.atelier"), "--json"))["hash"] == first.split()[1]


def test_import_goes_on_after_a_failure(painted: Shell, picture: Path) -> None:
    code, out, err = painted("import", painted.project, "nowhere.png", str(picture))
    assert code == 1
    assert "nowhere.png" in err
    assert out.rstrip().endswith("red.png")
    painted.good("import", painted.project, str(picture), "--into", "Sheet")
    assert len(json.loads(painted.good("info", painted.project, "--json"))["documents"]) == 2


def test_import_export_gives_the_same_pixels(painted: Shell, picture: Path) -> None:
    painted.good("import", painted.project, str(picture))
    out = painted.folder / "back.png"
    assert painted.good("export", painted.project, "--document", "red", str(out)).startswith(f"wrote {out}")
    assert np.array_equal(read(out).pixels, read(picture).pixels)
    painted.good("export", painted.project, "--document", "red", str(out), "--width", "15")
    assert read(out).pixels.shape == (10, 15, 4)
    code, _, err = painted("export", painted.project, str(out))
    assert (code, "several documents" in err) == (1, True)


def test_convert_one(shell: Shell, picture: Path) -> None:
    shell.good("convert", str(picture), str(shell.folder / "a.jpg"))
    assert read(shell.folder / "a.jpg").format == "jpeg"
    assert shell("convert", str(picture), str(shell.folder / "a.what"))[0] == 1
    assert shell("convert", str(picture), str(shell.folder / "a.jpg"), "--width", "0")[0] == 1
    assert shell("convert", str(picture), str(shell.folder / "a.jpg"), "--family", "serif")[0] == 1


def test_a_batch_says_what_it_leaves_alone(shell: Shell, picture: Path) -> None:
    (shell.folder / "twins").mkdir()
    for name in ("a.png", "a.webp"):
        assert shell("convert", str(picture), str(shell.folder / "twins" / name))[0] == 0
    code, out, err = shell("convert", "--batch", str(shell.folder / "twins"), str(shell.folder / "out2"), "--to", "png")
    assert code == 0 and "1 of 1" in out and "--keep-extension" in err


def test_convert_batch(shell: Shell, picture: Path) -> None:
    (shell.folder / "in" / "deep").mkdir(parents=True)
    picture.rename(shell.folder / "in" / "deep" / "red.png")
    (shell.folder / "in" / "bad.gif").write_bytes(b"GIF89a and nothing more")
    code, out, err = shell("convert", "--batch", str(shell.folder / "in"), str(shell.folder / "out"), "--to", "webp")
    assert code == 1
    assert out == "Files written: 1 of 2, failed: 1.\n"
    assert (err.count("\n"), "bad.gif" in err) == (1, True)
    assert read(shell.folder / "out" / "deep" / "red.webp").width == 30


def test_doctor_and_repair(painted: Shell) -> None:
    assert "whole" in painted.good("doctor", painted.project)
    repaired = painted.folder / "b.atelier"
    assert f"wrote {repaired}" in painted.good("doctor", painted.project, "--repair", str(repaired))
    hashes = {json.loads(painted.good("info", path, "--json"))["hash"] for path in (painted.project, str(repaired))}
    assert len(hashes) == 1


def test_commands_lists_every_parameter(shell: Shell) -> None:
    listed = json.loads(shell.good("commands", "--json"))
    by_name = {item["name"]: item for item in listed}
    assert {"raster", "vector", "video", "scene", "project"} <= {item["family"] for item in listed}
    assert all(item["summary"] for item in listed)
    layer = {item["name"]: item for item in by_name["raster.add_layer"]["parameters"]}
    assert layer["document"] == {"name": "document", "type": "record", "required": True, "default": None}
    assert (layer["name"]["type"], layer["name"]["default"]) == ("str", "")
    assert by_name["raster.new_document"]["summary"] in shell.good("commands", "raster")


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["new"], ["new", "a", "--kind", "poem"], ["new", "a", "--size", "big"], ["sample"]]
)
def test_wrong_usage_is_two(shell: Shell, arguments: list[str]) -> None:
    assert shell(*arguments)[0] == 2


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_explains_itself(shell: Shell, verb: str) -> None:
    code, out, _ = shell(verb, "--help")
    assert code == 0
    assert "usage: atelier " + verb in out


def test_missing_project_is_one_sentence(shell: Shell) -> None:
    for verb in ("info", "history", "undo", "doctor"):
        code, out, err = shell(verb, str(shell.folder / "nowhere.atelier"))
        assert (code, out, err.count("\n")) == (1, "", 1)


def test_a_fault_of_ours_is_called_one(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.commandline.information.info", lambda arguments: 1 / 0)
    code, _, err = shell("info", "x.atelier")
    assert code == 1
    assert "fault of the program" in err
    with pytest.raises(ZeroDivisionError):
        main(["--debug", "info", "x.atelier"])


def test_french(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from editor.base.translation import set_language

    monkeypatch.setenv("ATELIER_LANGUAGE", "fr")
    try:
        _, _, err = shell("convert", "nowhere.png", "b.png")
        assert "Il n’y a pas de fichier" in err
    finally:
        set_language("en")
