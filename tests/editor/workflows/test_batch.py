"""Batches: which files, under which names, and that no file stops the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.workflows.batch import convert_all, find_tasks
from editor.workflows.convert import PLAIN
from tests.editor.workflows.misbehaving import convert


def make(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return folder


def names(folder: Path, out: Path, **wishes: object) -> dict[str, str]:
    return {
        task.source.relative_to(folder).as_posix(): task.target.relative_to(out).as_posix()
        for task in find_tasks(folder, out, "png", **wishes)
    }


def test_tree_is_kept_and_strangers_are_left_out(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.svg", "deep/er/b.jpg", "notes.txt", "deep/c.PSD")
    assert names(folder, tmp_path / "out") == {
        "a.svg": "a.png", "deep/c.PSD": "deep/c.png", "deep/er/b.jpg": "deep/er/b.png"
    }


def test_one_name_for_two_files(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.svg", "a.png", "b.jpg", "b.tif", "c.png")
    assert names(folder, tmp_path / "out") == {
        "a.svg": "a.png", "b.jpg": "b.jpg.png", "b.tif": "b.tif.png", "c.png": "c.png"
    }


def test_only_some_and_with_their_extension(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.svg", "b.psd")
    assert names(folder, tmp_path / "out", only=("psd",), keep_extension=True) == {"b.psd": "b.psd.png"}


def test_an_output_folder_inside_is_not_input(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.svg", "out/old.svg")
    assert names(folder, folder / "out") == {"a.svg": "a.png"}


def test_what_cannot_become_that_format_is_left_out(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.svg", "b.png", "c.glb")
    assert [task.source.name for task in find_tasks(folder, tmp_path / "out", "glb")] == ["c.glb"]
    with pytest.raises(ExpectedError, match=r"written as \.poem"):
        find_tasks(folder, tmp_path / "out", "poem")


def test_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="no folder"):
        find_tasks(tmp_path / "nowhere", tmp_path, "png")


@pytest.mark.timeout(60)
def test_crash_hang_refusal_and_fault_cost_one_file_each(tmp_path: Path) -> None:
    folder = make(
        tmp_path / "in", "a.svg", "crash.svg", "b.svg", "hang.svg", "c.svg", "refused.svg", "fault.svg", "d.svg"
    )
    tasks = find_tasks(folder, tmp_path / "out", "png")
    outcomes = {item.task.source.stem: item for item in convert_all(tasks, PLAIN, seconds=2.0, convert=convert)}
    assert {name: bool(item.failure) for name, item in outcomes.items()} == {
        "a": False, "b": False, "c": False, "d": False, "crash": True, "hang": True, "refused": True, "fault": True
    }
    assert outcomes["refused"].failure == "No."
    assert "KeyError" in outcomes["fault"].failure
    assert outcomes["a"].notices == ("Something.",)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.png", "b.png", "c.png", "d.png"]
