"""Versions are pinned in one place each, dev.py stands alone, and the tree names no machine and no package server."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, imported_modules, name_of, parsed, text_files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENTS = [
    *PROJECT["dependencies"],
    *(name for extra in PROJECT["optional-dependencies"].values() for name in extra),
]
# Written in pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile("|".join(["/wor" + r"k/\w", "/hom" + r"e/\w", "/roo" + r"t/\w", r"[A-Z]:\\+Use" + "rs"]))
PACKAGE_SERVERS = re.compile("|".join(["pypi" + r"\.org", "python" + r"hosted\.org", "download" + r"\.pytorch\.org"]))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {normal(name): version for name, version in pairs}


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_direct_dependencies_are_pinned_and_locked(requirement: str) -> None:
    name, version = re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?==([\w.+]+)(?:;.*)?", requirement.replace(" ", "")).groups()
    assert constraints()[normal(name)] == version


def test_dev_script_is_short_and_needs_nothing() -> None:
    path = ROOT / "dev.py"
    assert path.read_text(encoding="utf-8").count("\n") < 200
    assert {module.split(".")[0] for module in imported_modules(parsed(path))} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, PACKAGE_SERVERS], ids=["machine paths", "package servers"])
def test_tree_is_bound_to_no_place(pattern: re.Pattern[str]) -> None:
    guilty = [
        f"{name_of(path)}: {found.group()}"
        for path in text_files()
        if path != Path(__file__) and (found := pattern.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert guilty == []
