"""Media files outside the project: found again by hash, collected, missing without an error; job rows; thumbnails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.storage import create_project, open_project
from editor.storage.doctor import doctor


def test_a_moved_file_is_found_by_hash(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(os.urandom(3 << 20))
    path = tmp_path / "P.atelier"
    with create_project(path) as opened:
        key = opened.media.add(film, {"duration": "10/1"})
        assert opened.media.add(film) == key
        assert opened.media.row(key).probe == {"duration": "10/1"}
        assert len(opened.media.hash_fully(key)) == 40
        elsewhere = tmp_path / "archive" / "deep"
        elsewhere.mkdir(parents=True)
        decoy = elsewhere / "film.mp4"
        decoy.write_bytes(os.urandom(3 << 20))
        film.rename(elsewhere / "renamed.mp4")
    with open_project(path) as opened:
        assert opened.media.find(key) is None
        assert [row.id for row in opened.media.missing()] == [key]
        with pytest.raises(ExpectedError, match="not the file"):
            opened.media.relink(key, decoy)
        assert opened.media.find(key, [tmp_path / "archive"]) == elsewhere / "renamed.mp4"
    with open_project(path) as opened:
        assert opened.media.find(key) == elsewhere / "renamed.mp4"
    assert doctor(path).healthy


def test_collect_and_move_the_whole_folder(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    keys = []
    with create_project(here / "P.atelier") as opened:
        for number in range(2):  # two files of one name
            folder = tmp_path / f"card{number}"
            folder.mkdir()
            (folder / "clip.mov").write_bytes(os.urandom(5000))
            keys.append(opened.media.add(folder / "clip.mov"))
        (tmp_path / "gone.wav").write_bytes(b"RIFF" * 100)
        opened.media.add(tmp_path / "gone.wav")
        (tmp_path / "gone.wav").unlink()
        assert opened.media.collect() == ["gone.wav"]
    for number in range(2):
        (tmp_path / f"card{number}" / "clip.mov").unlink()
    here.rename(tmp_path / "there")
    with open_project(tmp_path / "there" / "P.atelier") as opened:
        found = [opened.media.find(key) for key in keys]
        assert all(item.parent.name == "P.media" for item in found) and len(set(found)) == 2


def test_jobs_that_a_crash_cut_off_are_offered(tmp_path: Path) -> None:
    path = tmp_path / "P.atelier"
    with create_project(path) as opened:
        done = opened.jobs.begin("export", {"path": "a.mp4"})
        opened.jobs.end(done, "done")
        opened.jobs.begin("export", {"path": "b.mp4", "width": 1920})
        assert opened.jobs.unfinished() == []
    with open_project(path) as opened:
        (row,) = opened.jobs.unfinished()
        assert (row.kind, row.parameters) == ("export", {"path": "b.mp4", "width": 1920})
        opened.jobs.end(row.id, "cancelled")
        assert opened.jobs.unfinished() == []


def test_thumbnails(tmp_path: Path) -> None:
    path = tmp_path / "P.atelier"
    with create_project(path) as opened:
        opened.thumbnails.put("d", "f1", b"one")
        opened.thumbnails.put("d", "f2", b"two")
    with open_project(path, read_only=True) as opened:
        opened.thumbnails.put("d", "f3", b"never")
        assert opened.thumbnails.get("d") == ("f2", b"two")
        assert opened.thumbnails.get("e") is None
