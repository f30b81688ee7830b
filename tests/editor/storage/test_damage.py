"""Flipped bytes: the file opens or is refused in one sentence, what is served is right, and repair finds the rest."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.document.journal import BlobDamaged
from editor.model.record import Record, encode
from editor.storage import open_project
from editor.storage.connection import PAGE_SIZE
from editor.storage.doctor import doctor
from editor.storage.repair import RepairReport, repair
from editor.storage.rows import blob_names
from tests.editor.storage.projects import beside, make_project


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("damage") / "whole.atelier"
    make_project(path)
    return path


@pytest.fixture(scope="module")
def truth(original: Path) -> dict[str, Record]:
    with open_project(original, read_only=True) as opened:
        return dict(opened.project.records)


def damaged(original: Path, target: Path, pages: list[int], chance: random.Random) -> None:
    """A copy with some bytes changed in each page; often where the structure lies, at a page's head or tail."""
    data = bytearray(original.read_bytes())
    for page in pages:
        for _ in range(chance.choice((1, 3, 40))):
            place = chance.choice(
                (chance.randrange(PAGE_SIZE), chance.randrange(120), PAGE_SIZE - 1 - chance.randrange(900))
            )
            data[(page - 1) * PAGE_SIZE + place] ^= chance.randrange(1, 256)
    target.write_bytes(data)


def check_served(path: Path, truth: dict[str, Record]) -> str:
    """Every record and blob that the opened file gives is the original one, or it says that something is lost."""
    with open_project(path) as opened:
        project = opened.project
        wrong = {key for key, item in project.records.items() if truth.get(key) != item}
        assert wrong == set(), "a wrong record was served"
        if len(project.records) != len(truth):
            assert opened.losses and opened.read_only
        for name in {name for item in project.records.values() for name in blob_names(encode(item))}:
            try:
                project.blobs.get(name)  # checks the bytes against the name
            except BlobDamaged as error:
                assert error.sentence
        return "with losses" if opened.losses else "whole"


def check_repaired(path: Path, into: Path, truth: dict[str, Record]) -> RepairReport:
    """The new file is healthy but for blobs that it lists; its history can be travelled from end to end."""
    report = repair(path, into)
    with open_project(into) as opened:
        project = opened.project
        assert opened.losses == () and not opened.read_only
        assert {key: truth.get(key) for key in project.records} == dict(project.records)
        lost = set(truth) - set(project.records)
        assert not lost or report.losses
        for name in {name for item in project.records.values() for name in blob_names(encode(item))}:
            if name not in report.lost_blobs:
                project.blobs.get(name)
        digest, steps = project.content_hash(), 0
        while project.undo() is not None:
            steps += 1
        for _ in range(steps):
            project.redo()
        assert project.content_hash() == digest
    problems = [problem for problem in doctor(into).problems if problem.kind != "blob"]
    assert problems == []
    return report


def run_rounds(original: Path, truth: dict[str, Record], folder: Path, rounds: list[int], seed: int) -> dict[str, int]:
    chance = random.Random(seed)
    last_page = original.stat().st_size // PAGE_SIZE
    outcome: dict[str, int] = {}
    for count in rounds:
        pages = [chance.randint(1, last_page) for _ in range(count)]
        path, into = folder / "damaged.atelier", folder / "repaired.atelier"
        damaged(original, path, pages, chance)
        try:
            word = check_served(path, truth)
        except ExpectedError as error:
            assert error.sentence.count(".") <= 2
            word = "refused"
        assert beside(path) == [], "files stayed beside the project"
        doctor(path)
        try:
            report = check_repaired(path, into, truth)
            word += ", all records" if report.records == len(truth) else ", some records"
        except ExpectedError:
            word += ", nothing to repair"
        into.unlink(missing_ok=True)
        outcome[word] = outcome.get(word, 0) + 1
    return outcome


def test_a_hundred_damaged_pages(original: Path, truth: dict[str, Record], tmp_path: Path) -> None:
    outcome = run_rounds(original, truth, tmp_path, [1] * 20 + [5] * 6 + [10] * 5, seed=11)
    assert sum(outcome.values()) == 31
    assert sum(count for word, count in outcome.items() if "all records" in word) >= 20, outcome


@pytest.mark.long
def test_hundreds_of_damaged_pages(original: Path, truth: dict[str, Record], tmp_path: Path) -> None:
    outcome = run_rounds(original, truth, tmp_path, [1] * 150 + [3] * 50 + [100] * 10, seed=12)
    print(outcome)


def test_a_whole_file_is_healthy_and_repair_copies_it(original: Path, truth: dict[str, Record], tmp_path: Path) -> None:
    assert doctor(original).problems == []
    report = check_repaired(original, tmp_path / "copy.atelier", truth)
    assert (report.losses, report.lost_blobs, report.from_history) == ([], [], 0)


def test_truncated_and_foreign_files(original: Path, tmp_path: Path) -> None:
    path = tmp_path / "short.atelier"
    for data in (b"", b"PK\x03\x04" + bytes(5000), original.read_bytes()[: 3 * PAGE_SIZE + 100]):
        path.write_bytes(data)
        try:
            with open_project(path) as opened:
                assert opened.losses
        except ExpectedError as error:
            assert error.sentence
        try:
            repair(path, tmp_path / "into.atelier")
        except ExpectedError as error:
            assert error.sentence
        (tmp_path / "into.atelier").unlink(missing_ok=True)
