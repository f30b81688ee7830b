"""The tree as the structure tests see it: our Python files, parsed once, and the text files that git would keep."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("app", "editor", "render", "ml", "sync")
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".jsonl", ".sql", ".glsl", ".vert", ".frag", ".qss", ".svg", ".yml", ""}


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Every Python file under the given top folders, tests excluded unless asked for."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    """The path as people write it, from the repository root."""
    return path.relative_to(ROOT).as_posix()


@cache
def text_files() -> tuple[Path, ...]:
    """Text files that git keeps or would keep."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    paths = (ROOT / line for line in listed)
    return tuple(path for path in paths if path.suffix in TEXT and path.is_file())


def imported_modules(tree: ast.Module) -> set[str]:
    """Every module that a file names in an import, at any depth."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names
