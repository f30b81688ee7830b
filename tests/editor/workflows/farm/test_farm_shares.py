"""How a worker shares out the cores of its machine, and that work gets the threads that are meant for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.workflows.farm.contents import Folder
from editor.workflows.farm.starting import PROCESS_BYTES, THREADS_VARIABLE, shared_out, usable_cores
from editor.workflows.farm.tasks import Task


@given(st.integers(1, 256), st.none() | st.integers(0, 1 << 40))
def test_all_cores_are_used_and_memory_is_enough(cores: int, free: int | None) -> None:
    processes, threads = shared_out(cores, free)
    assert cores - processes < processes * threads <= cores
    assert processes == 1 or free is None or processes * PROCESS_BYTES <= free


@given(st.integers(1, 256), st.integers(1, 300))
def test_as_many_processes_as_were_asked_for(cores: int, wanted: int) -> None:
    processes, threads = shared_out(cores, 0, wanted)
    assert processes == wanted and threads == max(1, cores // wanted)


def test_work_gets_the_threads_of_its_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="the extra “farm” is not installed")
    from editor.workflows.farm import worker

    monkeypatch.setattr(worker, "_make_room", lambda: None)
    task = Task(work="tests.editor.workflows.farm.farm_works:threads_given", wish=None)
    for set_to, threads in (("", b"1"), ("3", b"3")):
        monkeypatch.delenv(THREADS_VARIABLE, raising=False)
        if set_to:
            monkeypatch.setenv(THREADS_VARIABLE, set_to)
        assert worker._worked(task, Folder(tmp_path), {}, worker.threading.Event()) == threads


def test_there_is_a_core() -> None:
    assert usable_cores() >= 1
