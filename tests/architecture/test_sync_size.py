"""The way to a bucket stays small enough to be read in an afternoon."""

from __future__ import annotations

from tests.architecture.source import ROOT

LINES = 1_500


def test_sync_is_small() -> None:
    assert sum(path.read_text(encoding="utf-8").count("\n") for path in (ROOT / "sync").glob("*.py")) <= LINES
