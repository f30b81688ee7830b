"""The size and the names of things: small files, small functions, no drawers for leftovers."""

from __future__ import annotations

import ast
import statistics

import pytest

from tests.architecture.source import FLOORS, ROOT, name_of, parsed, python_files

FILE_LINES = 600
MEDIAN_FILE_LINES = 150
FUNCTION_LINES = 40
README_LINES = 60
DRAWERS = {"utils", "util", "misc", "common", "helpers", "helper", "functions", "stuff"}

# What is still too long, with its length. Entries may shrink or go, never grow or come.
LONG_FILES: dict[str, int] = {}
LONG_FUNCTIONS: dict[str, int] = {}


def lines_of_files() -> dict[str, int]:
    return {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in python_files(*FLOORS)}


def lines_of_functions() -> dict[str, int]:
    return {
        f"{name_of(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in python_files(*FLOORS)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize(
    ("measured", "limit", "allowed"),
    [(lines_of_files, FILE_LINES, LONG_FILES), (lines_of_functions, FUNCTION_LINES, LONG_FUNCTIONS)],
    ids=["files", "functions"],
)
def test_nothing_is_too_long(measured, limit, allowed) -> None:
    too_long = {name: lines for name, lines in measured().items() if lines > limit}
    grown = {name: lines for name, lines in too_long.items() if lines > allowed.get(name, limit)}
    assert grown == {}
    stale = set(allowed) - set(too_long)
    assert stale == set(), "take these off the list"


def test_the_usual_file_is_short() -> None:
    lengths = [lines for lines in lines_of_files().values() if lines > 3]
    assert statistics.median(lengths) <= MEDIAN_FILE_LINES


def test_no_drawers_for_leftovers() -> None:
    guilty = [
        name_of(path) for path in python_files(*FLOORS) if DRAWERS & {part.removesuffix(".py") for part in path.parts}
    ]
    assert guilty == []


@pytest.mark.parametrize("folder", [*FLOORS, "resources", "tests"])
def test_top_folders_have_a_short_readme(folder: str) -> None:
    lines = (ROOT / folder / "README.md").read_text(encoding="utf-8").splitlines()
    assert 5 <= len(lines) <= README_LINES


def test_no_undo_methods_outside_the_history() -> None:
    """Undo is data: only the project and what shows its history may have a function of that name."""
    guilty = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files("editor/commands", "editor/tools", "editor/model", "render")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef) and node.name in {"undo", "redo"}
    ]
    assert guilty == []
