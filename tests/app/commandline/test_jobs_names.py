"""The queue from the terminal with names that are no text, too long, or would break its tables."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from app.commandline.main import main

NO_TEXT = os.fsdecode(b"caf\xe9.png")
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are text")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATELIER_QUEUE", str(tmp_path / "queue.sqlite"))
    monkeypatch.setenv("ATELIER_RECIPES", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "web.atelier-recipe").write_text(
        'name = "Web"\nfiles = ["png"]\nsteps = [["convert", "{input}", "{output}/{stem}.webp"]]\n'
    )
    return tmp_path


def picture(path: Path) -> None:
    Image.new("RGB", (16, 12), (200, 30, 60)).save(path, "PNG")


@only_linux
def test_calls_with_a_name_that_is_no_text_are_refused(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    picture(place / NO_TEXT)
    for options in ([], ["--label", "Menu"]):
        assert main(["jobs", "add", *options, "--", "convert", NO_TEXT, "b.jpg"]) == 1
        error = capsys.readouterr().err
        assert "caf\\xe9.png" in error
        assert "not Unicode text" in error
        assert "fault of the program" not in error
    assert main(["jobs", "list", "--all"]) == 0
    assert capsys.readouterr().out == ""


@only_linux
def test_a_batch_leaves_them_out_and_says_so(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    for name in (NO_TEXT, "rose.png"):
        picture(place / "in" / name)
    assert main(["jobs", "batch", "web.atelier-recipe", "in", "--output", "out"]) == 0
    told = capsys.readouterr()
    assert told.out == "1 file is queued.\n"
    assert "caf\\xe9.png is left out" in told.err


def test_a_name_too_long_is_refused_at_the_first_try(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    from editor.workflows.queue.store import QueueStore

    name = f"{'x' * 240}.png"
    picture(place / "in" / name)
    assert main(["jobs", "batch", "web.atelier-recipe", "in", "--output", "out"]) == 0
    store = QueueStore(place / "queue.sqlite")
    store.set("rest_on_battery", "0")
    store.set("least_free_bytes", "0")
    began = time.monotonic()
    assert main(["jobs", "run", "--until-idle"]) == 0
    (order,) = store.orders()
    store.close()
    assert (order.state, order.attempts) == ("failed", 1), f"after {time.monotonic() - began:.0f} s"
    assert "Nothing can be written to" in order.message


def test_tables_stay_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "add", "--", "convert", "two\nlines\x1b[2J.png", "b.jpg"]) == 0
    assert main(["jobs", "every", "0 2 * * *", "Night\nly", "--", "convert", "a.png", "b.jpg"]) == 0
    assert main(["jobs", "remind", "tomorrow 9:00", "Send the proofs"]) == 0
    capsys.readouterr()
    assert main(["jobs", "list"]) == 0
    listed = capsys.readouterr().out
    assert "two?lines?[2J.png" in listed
    assert main(["jobs", "recurring"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "[Every day, 02:00]" in lines[0]
    assert lines[1].endswith("09:00  Send the proofs  [Once]")


def test_one_job_of_a_new_kind_is_one(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    from editor.workflows.queue.orders import Used
    from editor.workflows.queue.store import QueueStore

    store, clock = QueueStore(place / "queue.sqlite"), [1000.0]
    store.clock = lambda: clock[0]
    for _ in range(4):
        main(["jobs", "add", "--", "convert", "a.png", "b.jpg"])
        order = store.claim("me", {"compute": 1})
        assert order is not None
        clock[0] += 60
        store.end(order.id, "me", "done", "", Used())
    store.close()
    main(["jobs", "add", "--", "convert", "a.png", "b.jpg"])
    main(["jobs", "add", "--", "convert", "a.psd", "b.webp"])
    capsys.readouterr()
    main(["jobs", "list"])
    assert "1 job is of a new kind." in capsys.readouterr().out


def test_sizes_of_a_farm_are_in_the_words_of_the_language() -> None:
    from app.farm.telling import told_as_table
    from editor.base.translation import speaking
    from editor.workflows.farm.looking import FarmLook

    with speaking("fr"):
        assert told_as_table(FarmLook(address="tls://a:1", workers=()), 12_400_000)[-1].endswith("12,4 Mo")
