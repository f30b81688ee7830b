"""`ai run` on plain files: nothing is written over, losses are said, and what cannot come out is refused at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.commandline.ai_files import check_single_sound
from app.commandline.main import main
from editor.base.errors import ExpectedError
from editor.base.translation import set_language
from editor.document.project import Project
from editor.formats.registry import import_file
from editor.workflows.ai import captions_work
from editor.workflows.ai.tool import Outcome
from ml.runtime.runtime import Runtime
from ml.speech.lines import CaptionText
from render.audio import SAMPLE_RATE
from render.audio.reader import AudioReader
from tests.app import tiny_tools
from tests.render.video.clips import make_wave


@pytest.fixture(autouse=True)
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ATELIER_LANGUAGE", "en")
    with tiny_tools.registered():
        yield


@pytest.fixture
def unused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when work begins: what is refused must be refused before."""

    def begun(*_: object, **__: object) -> None:
        raise AssertionError("the work began")

    monkeypatch.setattr(Runtime, "__init__", begun)


def picture(path: Path) -> Path:
    """A red ball on grey, with some noise as photographs have."""
    across, down = np.meshgrid(np.arange(96), np.arange(80))
    pixels = np.random.default_rng(1).integers(110, 130, (80, 96, 3), np.uint8)
    pixels[(across - 48) ** 2 + (down - 40) ** 2 < 500] = (200, 30, 20)
    Image.fromarray(pixels).save(path, quality=95)
    return path


def sound(path: Path) -> Path:
    """Four seconds of noise with two bursts of a tone."""
    times = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    loud = ((times > 0.5) & (times < 1.5)) | ((times > 2.5) & (times < 3.5))
    noise = np.random.default_rng(2).normal(0, 0.01, len(times))
    return make_wave(path, (noise + loud * 0.4 * np.sin(2 * np.pi * 220 * times)).astype(np.float32), SAMPLE_RATE)


@pytest.mark.parametrize("named", [False, True])
def test_no_file_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str], named: bool) -> None:
    original = picture(tmp_path / "a.png")
    before = original.read_bytes()
    output = original if named else tmp_path
    for _ in range(2):
        assert main(["ai", "run", "test.brighten", str(original), "--output", str(output)]) == 0
    assert original.read_bytes() == before
    assert (tmp_path / "a-2.png").is_file() and (tmp_path / "a-3.png").is_file()
    assert "a.png is there already and stays; the result is a-3.png." in capsys.readouterr().err


def test_damage_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = picture(tmp_path / "a.jpg")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    call = ["ai", "run", "test.brighten", str(path), "--output", str(tmp_path / "out")]
    assert main(call) == 0
    assert "cut off or damaged" in capsys.readouterr().out
    assert main([*call, "--json"]) == 0
    assert "cut off or damaged" in json.loads(capsys.readouterr().out)["report"]["converted"][0]


def test_a_cut_out_keeps_its_transparency_or_says_that_it_lost_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = picture(tmp_path / "a.jpg")
    assert main(["ai", "run", "test.mask", str(path), "--output", str(tmp_path / "out")]) == 0
    with Image.open(tmp_path / "out" / "a.png") as made:
        assert made.mode == "RGBA"
    assert "transparency" not in capsys.readouterr().out
    assert main(["ai", "run", "test.mask", str(path), "--output", str(tmp_path / "flat.jpg")]) == 0
    assert "JPEG holds no transparency" in capsys.readouterr().out


def test_a_new_layer_is_written_alone(tmp_path: Path) -> None:
    call = ["ai", "run", "select_object", str(picture(tmp_path / "a.png")), "--set", "boxes=[[20, 12, 76, 68]]"]
    assert main([*call, "--set", "result=new_layer", "--output", str(tmp_path / "cut.png")]) == 0
    with Image.open(tmp_path / "cut.png") as made:
        assert made.size == (96, 80)
        alpha = made.getchannel("A")
        assert alpha.getpixel((48, 40)) == 255 and alpha.getpixel((3, 3)) == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["captions"], "The results of files need a folder."),
        (["clean_speech"], "The results of files need a folder."),
        (["captions", "--output", "a.txt"], "cannot be written as .txt. Possible are: srt."),
        (["clean_speech", "--output", "a.mp3"], "cannot be written as .mp3. Possible are: flac."),
        (["cartoon"], "The results of files need a folder."),
        (["cartoon", "--output", "a.xyz"], "cannot be written as .xyz."),
        (["find_speech", "--set", "result=cut_silences"], "needs a project to stand in"),
        (["find_speech", "--output", "out"], "prints what it finds and writes no file"),
        (["speak", "--output", "out"], "needs a project to stand in"),
        (["select_object", "--output", "out"], "A selection needs a project to stand in. Choose result=mask"),
        (["enlarge", "--set", "enlargement=7", "--output", "out"], "The option enlargement cannot be 7. It may be"),
        (["find_speech", "--set", "sensitivity=much"], "cannot be much. It may be a number from 0 to 1."),
        (["clean_speech", "--set", "even_loudness=7"], "cannot be 7. It may be true or false."),
        (["captions", "--set", "lines_at_once=9"], "It may be a whole number from 1 to 3."),
    ],
)
@pytest.mark.usefixtures("unused")
def test_what_cannot_be_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    name, *more = arguments
    assert main(["ai", "run", name, str(tmp_path / "a.wav"), *more]) == 1
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1 and "msgspec" not in said


@pytest.mark.usefixtures("unused")
def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(picture(tmp_path / name)) for name in ("a.png", "b.png")]
    assert main(["ai", "run", "cartoon", *paths, "--output", paths[0]]) == 1
    assert "There is no folder" in capsys.readouterr().err


def test_a_sound_is_cleaned_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = sound(tmp_path / "a.wav"), tmp_path / "out"
    assert main(["ai", "run", "clean_speech", str(source), "--output", str(out)]) == 0
    assert capsys.readouterr().out.startswith(f"wrote {out / 'a.flac'}")
    before, after = (loudness(path) for path in (source, out / "a.flac"))
    assert after < 0.7 * before


def test_a_timeline_of_many_files_is_refused_before_the_work(tmp_path: Path) -> None:
    project = Project.in_memory()
    import_file(project, sound(tmp_path / "a.wav"))
    check_single_sound(project)
    import_file(project, sound(tmp_path / "b.wav"))
    with pytest.raises(ExpectedError, match="needs a project"):
        check_single_sound(project)


def loudness(path: Path) -> float:
    """Of the noise between the two tones."""
    reader = AudioReader(path)
    try:
        return float(np.sqrt(np.mean(reader.read(int(1.7 * SAMPLE_RATE), SAMPLE_RATE // 2) ** 2)))
    finally:
        reader.close()


def test_speech_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ai", "run", "find_speech", str(sound(tmp_path / "a.wav"))]) == 0
    assert capsys.readouterr().out.count(": Speech") == 2
    assert [item.name for item in tmp_path.iterdir() if item.is_file()] == ["a.wav"]


def test_captions_are_written_beside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(request: Any, progress: Any) -> Outcome:
        said = [CaptionText("Hello", 0.4, 1.4)]
        captions_work.put_captions(request.project, request.document, said, Fraction(0), "Captions")
        return Outcome("One caption.")

    monkeypatch.setattr(captions_work, "write_captions", written)
    target = tmp_path / "said.srt"
    assert main(["ai", "run", "captions", str(sound(tmp_path / "a.wav")), "--output", str(target)]) == 0
    assert target.read_text(encoding="utf-8") == "1\n00:00:00,400 --> 00:00:01,400\nHello\n"
    assert f"wrote {target}" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "coding"), [("a.txt", "utf-8-sig"), ("a.md", "utf-16"), ("a.TXT", "cp1252")])
def test_texts_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, coding: str) -> None:
    path = tmp_path / name
    path.write_bytes("Le café de Warsaw est fermé. On y va encore à Warsaw.".encode(coding))
    assert main(["ai", "run", "names_and_places", str(path)]) == 0
    said = capsys.readouterr().out
    assert "One name was found." in said and "Warsaw" in said
    assert ("Windows-1252" in said) == (coding == "cp1252")
    assert main(["ai", "run", "keywords", str(path)]) == 0
    assert "café" in capsys.readouterr().out


@pytest.mark.parametrize(("data", "sentence"), [(b" \n", "There is no text to read."), (b"a\0b", "a.txt is no text.")])
def test_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, sentence: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert main(["ai", "run", "keywords", str(path)]) == 1
    assert sentence in capsys.readouterr().err


def test_success_on_a_project_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = str(tmp_path / "a.atelier")
    main(["new", project, "--kind", "raster", "--size", "40x30"])
    monkeypatch.setattr(tiny_tools, "brighten", lambda request, progress: Outcome())
    capsys.readouterr()
    assert main(["ai", "run", "test.brighten", project]) == 0
    assert capsys.readouterr().out == "Brighten a little: it is done.\n"


def test_wrong_options_speak_french(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_LANGUAGE", "fr")
    try:
        assert main(["ai", "run", "enlarge", "a.png", "--set", "enlargement=7"]) == 1
    finally:
        set_language("en")
    said = capsys.readouterr().err
    assert "L’option enlargement ne peut pas valoir 7." in said and "Invalid" not in said
