"""Numbers and moments that a person sees go through `editor/base/numbers.py`: no f-string makes its own decimals."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import name_of, parsed, python_files

DECIMALS = re.compile(r"[+,]?\d*,?(\.\d+)?[feg%]|\d*,|.*%[YHdm].*")
READ_BY_PROGRAMS = {
    "app/window.py", "app/commandline/terminal.py", "app/commandline/ai_files.py", "app/commandline/jobs.py",
    "app/queue/sending.py", "app/shell/reports.py",
    "editor/base/numbers.py", "editor/library/repair.py", "editor/workflows/queue/opening.py",
    "editor/workflows/queue/measuring.py", "editor/workflows/queue/calendars.py", "editor/workflows/queue/rules.py",
    "editor/workflows/templates/written.py",
}  # fmt: skip
"""Where such a text is read by programs, or is the name of a file."""
FORMATS = (
    "editor/formats/gltf/", "editor/formats/svg/", "editor/formats/lut/", "editor/formats/pdf", "editor/storage/",
)  # fmt: skip


def own_decimals() -> list[str]:
    found = []
    for path in python_files("app", "editor"):
        name = name_of(path)
        if name in READ_BY_PROGRAMS or name.startswith(FORMATS):
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                spec = "".join(str(getattr(part, "value", "")) for part in getattr(node.format_spec, "values", ()))
                if DECIMALS.fullmatch(spec):
                    found.append(f"{name}:{node.lineno}: {ast.unparse(node)}")
            if isinstance(node, ast.Attribute) and node.attr in ("strftime", "ctime"):
                found.append(f"{name}:{node.lineno}: {node.attr}")
    return found


def test_numbers_for_people_have_one_way() -> None:
    assert own_decimals() == []
