"""When people are told that much room is used."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.queue.quotas import ALL, Mark, check_quotas, quotas, set_quota, worth_telling
from app.queue.rooms import Room, present, rooms_at, rooms_of, with_projects

SIZES = some.integers(0, 1000)


@given(some.lists(some.one_of(some.none(), SIZES), max_size=30), some.integers(1, 500))
def test_what_is_told_grows_by_a_quarter_or_was_below_in_between(counts: list[int | None], limit: int) -> None:
    marks: dict[str, Mark] = {}
    last: int | None = None
    for size in counts:
        told, marks = worth_telling({"film": limit}, {} if size is None else {"film": size}, marks)
        if size is None:
            assert not told
        elif size <= limit:
            assert not told
            last = None
        else:
            assert bool(told) == (last is None or size >= 1.25 * last)
            last = size if told else last


@pytest.mark.parametrize(
    ("limit", "used", "mark", "is_told"),
    [
        (11, 12, Mark(10, 12), True),  # raised, and still above
        (9, 12, Mark(10, 12), True),
        (12, 12, Mark(10, 12), False),
        (10, 14, Mark(10, 12), False),
        (10, 15, Mark(10, 12), True),
        (10, 9000, Mark(), False),  # told by an older program
    ],
)
def test_a_limit_that_is_changed_is_a_new_one(limit: int, used: int, mark: Mark, is_told: bool) -> None:
    told, kept = worth_telling({"film": limit}, {"film": used}, {"film": mark})
    assert bool(told) is is_told
    if is_told:
        assert kept == {"film": Mark(limit, used)}


@pytest.fixture
def store(tmp_path: Path) -> Any:
    from editor.workflows.queue.store import QueueStore

    made = QueueStore(tmp_path / "queue.sqlite")
    yield made
    made.close()


def room(project: str, size: int) -> Room:
    return Room(label=project, path=project, size=size, project=project)


def test_a_project_that_is_away_for_one_count_is_not_told_again(store: Any) -> None:
    set_quota(store, "/a/film.atelier", 100)
    film = room("/a/film.atelier", 200)
    assert len(check_quotas(store, [film])) == 1
    assert check_quotas(store, []) == []
    assert check_quotas(store, [film]) == []
    set_quota(store, "/a/film.atelier", 150)
    assert len(check_quotas(store, [film])) == 1, "the limit is another one"
    assert len(check_quotas(store, [room("/a/film.atelier", 250)])) == 1, "a quarter more"
    set_quota(store, "/a/film.atelier", 0)
    assert check_quotas(store, [film]) == [] and quotas(store) == {}
    set_quota(store, "/a/film.atelier", 150)
    assert len(check_quotas(store, [film])) == 1


def test_everything_together_is_told_once_while_a_drive_comes_and_goes(store: Any, tmp_path: Path) -> None:
    drive, home = tmp_path / "drive", tmp_path / "home"
    for folder in (drive, home):
        folder.mkdir()
        (folder / "Film.atelier").write_bytes(b"x" * 80)
    named = [("One", home / "Film.atelier"), ("Two", drive / "Film.atelier")]
    set_quota(store, ALL, 100)
    assert len(check_quotas(store, rooms_at(named))) == 1
    drive.rename(tmp_path / "away")
    assert [one.is_away for one in rooms_at(named)] == [False, True] and len(present(rooms_at(named))) == 1
    assert check_quotas(store, rooms_at(named)) == []
    (tmp_path / "away").rename(drive)
    assert check_quotas(store, rooms_at(named)) == [], "it was told already"
    (drive / "Film.atelier").unlink()
    assert check_quotas(store, rooms_at(named)) == []
    (drive / "Film.atelier").write_bytes(b"x" * 80)
    assert len(check_quotas(store, rooms_at(named))) == 1, "it was below: the file was deleted, its drive was there"


def test_what_an_older_program_told_is_not_told_again(store: Any) -> None:
    set_quota(store, ALL, 100)
    store.set("quota_told", "1")
    assert check_quotas(store, [room("/a/film.atelier", 200)]) == []
    assert len(check_quotas(store, [room("/a/film.atelier", 250)])) == 1


def test_a_project_with_a_limit_is_counted_when_it_is_not_recent(tmp_path: Path, monkeypatch: Any) -> None:
    project = tmp_path / "Old.atelier"
    project.write_bytes(b"x" * 500)
    (tmp_path / "Old.media").mkdir()
    (tmp_path / "Old.media" / "take.mov").write_bytes(b"x" * 700)
    limited = [ALL, str(project)]
    found = rooms_at(with_projects([("Library", tmp_path / "none")], limited))
    assert sorted((one.project, one.size) for one in found) == [(str(project), 500), (str(project), 700)]
    assert len(with_projects(with_projects([], limited), limited)) == 2, "none twice"
    monkeypatch.setattr("app.queue.rooms.places", lambda _preferences: iter(()))
    preferences: Any = SimpleNamespace(recent=[])
    assert {one.project for one in rooms_of(preferences, limited)} == {str(project)}
