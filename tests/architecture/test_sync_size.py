"""The way to a bucket, and the packs that go there, stay small enough to be read in an afternoon."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

from tests.architecture.source import ROOT, parsed, python_files

LINES = 1_500
LAYOUT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip


def lines_of_code(path: Path) -> int:
    """Lines that do something: none that are empty, comments or docstrings."""
    counted: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type not in LAYOUT:
            counted.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                counted.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(counted)


def test_the_way_to_a_bucket_is_small_as_files() -> None:
    assert sum(path.read_text(encoding="utf-8").count("\n") for path in (ROOT / "sync").glob("*.py")) <= LINES


def test_with_the_packs_it_is_small_as_code() -> None:
    assert sum(lines_of_code(path) for path in python_files("sync")) <= LINES
