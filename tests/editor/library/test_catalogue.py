"""The catalogue's file: strangers', newer and damaged ones, a full disk, writers side by side, colours."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.library import pieces
from editor.library.catalogue import FILE_NAME, Catalogue
from editor.library.colors import cell_of, cells_near, lab_of_hex, leading_colors
from editor.library.edits import edit_assets
from editor.library.library import Library


def test_a_strangers_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ExpectedError, match="no library"):
        Catalogue(tmp_path)
    assert path.read_bytes() == before


def test_rubbish_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"rubbish" * 1000)
    with pytest.raises(ExpectedError, match="damaged"):
        Catalogue(tmp_path)


def test_a_newer_library_is_refused(tmp_path: Path) -> None:
    Catalogue(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ExpectedError, match="newer Atelier"):
        Catalogue(tmp_path)


def test_a_failed_edit_leaves_nothing_behind(library: Library) -> None:
    def action(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO smart_folder (name, query) VALUES ('a', 'b')")
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        library.catalogue.write(action)
    assert library.catalogue.rows("SELECT * FROM smart_folder") == []


def test_threads_write_side_by_side(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.txt").write_text(f"{number % 40}")
    parts = [[folder / f"{number}.txt" for number in range(start, 60, 3)] for start in range(3)]
    threads = [threading.Thread(target=library.take_in, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(library.finder.find("")) == 40


def test_readers_wait_for_no_writer(library: Library, files: Path) -> None:
    library.take_in([files])
    writing, end, found = threading.Event(), threading.Event(), list[int]()

    def action(_connection: sqlite3.Connection) -> None:
        writing.set()
        assert end.wait(60), "the search waited for this writer"

    writer = threading.Thread(target=library.catalogue.write, args=(action,))
    writer.start()
    assert writing.wait(60)
    reader = threading.Thread(target=lambda: found.append(len(library.finder.find("oak"))))
    reader.start()
    reader.join(30)
    searched = list(found)
    end.set()
    writer.join()
    reader.join()
    assert searched == [1]


def test_what_another_program_writes_is_noticed_once(library: Library) -> None:
    heard: list[int] = []
    library.catalogue.changed.connect(heard.append)
    library.catalogue.write(lambda c: c.execute("INSERT INTO smart_folder (name, query) VALUES ('a', 'b')"))
    assert (library.catalogue.notice(), len(heard)) == (False, 1), "its own writing was told"
    other = Catalogue(library.catalogue.folder)
    other.write(lambda c: c.execute("INSERT INTO smart_folder (name, query) VALUES ('c', 'd')"))
    other.close()
    assert (library.catalogue.notice(), library.catalogue.notice(), len(heard)) == (True, False, 2)


def test_others_write_between_the_pieces_of_a_change_of_very_many(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE", 1)
    keys = library.take_in([files]).added
    other, steps = Library(library.catalogue.folder), list[list[int]]()

    def in_between(_edits: int) -> None:
        edit_assets(other.catalogue, keys[-1:], notes=f"step {len(steps)}")
        steps.append([library.asset(key).rating for key in keys])

    library.catalogue.changed.connect(in_between)
    edit_assets(library.catalogue, keys, rating=3)
    other.close()
    assert steps == [[3, 0, 0], [3, 3, 0], [3, 3, 3]]


KILLED = """
import sys
from pathlib import Path
from editor.library.edits import edit_assets
from editor.library.library import Library
library = Library(Path(sys.argv[1]))
print("ready", flush=True)
library.take_in([Path(sys.argv[2])], copy=True)
print("done", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("delay", [0.0, 0.1])
def test_a_killed_import_leaves_whole_assets_only(tmp_path: Path, delay: float) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number}.txt").write_text(f"{number}" * 50)
    command = [sys.executable, "-c", KILLED, str(tmp_path / "library"), str(folder)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    assert child.stdout is not None
    child.stdout.readline()
    threading.Event().wait(delay)
    child.kill()
    child.communicate()
    library = Library(tmp_path / "library")
    for key in library.finder.find(""):
        asset = library.asset(int(key))
        assert library.file_of(asset).stat().st_size == asset.size
    assert list(library.content.damaged()) == []
    assert len(library.take_in([folder], copy=True).assets) == 400
    library.close()


def test_the_nearest_colours_are_in_the_cubes_beside() -> None:
    orange = lab_of_hex("#f08a24")
    assert cell_of(orange) in cells_near(orange)
    assert cell_of((orange[0] + 13, orange[1] - 13, orange[2])) in cells_near(orange)
    assert cell_of((orange[0] + 40, orange[1], orange[2])) not in cells_near(orange)
    assert lab_of_hex("fff") == pytest.approx((100, 0, 0), abs=0.5)


def test_the_leading_colours_of_a_flag() -> None:
    flag = np.zeros((90, 90, 3), np.uint8)
    flag[:, :30], flag[:, 30:60], flag[:, 60:] = (0, 85, 164), (255, 255, 255), (239, 65, 53)
    found = leading_colors(flag)
    assert sum(color.share for color in found) > 0.95
    for wanted in ("#0055a4", "#ffffff", "#ef4135"):
        lab = lab_of_hex(wanted)
        nearest = min(found, key=lambda color: sum((x - y) ** 2 for x, y in zip(color.lab, lab, strict=True)))
        assert nearest.share == pytest.approx(1 / 3, abs=0.05)
        assert cell_of(nearest.lab) in cells_near(lab)
