"""What the bundle must hold beside what imports lead to: files that our own code looks for inside other packages."""

from __future__ import annotations

import ast
from pathlib import Path

import build_installer
from tests.architecture.source import FLOORS, parsed, python_files

AT_BUILD_TIME = {"torch", "halide", "ziglang"}
"""Looked for, and left out of the bundle on purpose."""


def looked_for() -> set[str]:
    """Packages whose place our code asks for."""
    found = set()
    for path in python_files(*FLOORS):
        if "find_spec" not in path.read_text(encoding="utf-8"):
            continue  # writing every call of every file out again takes long
        tree = parsed(path)
        constants = {
            target.id: node.value.value
            for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("find_spec"):
                [name] = node.args
                found.add(name.value if isinstance(name, ast.Constant) else constants[ast.unparse(name)])
    return found


def test_packages_that_are_read_as_files_are_in_the_bundle() -> None:
    held = {package for package, _part in build_installer.READ_AS_FILES}
    assert looked_for() - AT_BUILD_TIME == held


def test_what_is_read_as_files_is_there() -> None:
    found = build_installer.read_as_files()
    assert len(found) == len(build_installer.READ_AS_FILES)
    assert [source for source, _target in found if not source.exists()] == []
    assert {Path(target).parts[0] for _source, target in found} == {
        package for package, _part in build_installer.READ_AS_FILES
    }
