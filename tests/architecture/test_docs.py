"""What the documents say can be done: commands exist, links lead somewhere, Python parses, decisions have form."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, name_of, text_files

DOCUMENTS = [path for path in text_files() if path.suffix == ".md"]
DECISIONS = sorted((ROOT / "resources" / "docs" / "decisions").glob("[0-9]*.md"))
SECTIONS = ["## Question", "## Choices", "## Measured", "## Choice"]


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_python_blocks_parse(path: Path) -> None:
    for block in fenced(path.read_text(encoding="utf-8"), "python"):
        ast.parse(block)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!\w+:)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_named_dev_verbs_exist() -> None:
    known = set(re.findall(r"^    python3 dev\.py (\w+)", (ROOT / "dev.py").read_text(encoding="utf-8"), re.MULTILINE))
    named = {verb for path in DOCUMENTS for verb in re.findall(r"dev\.py (\w+)", path.read_text(encoding="utf-8"))}
    assert named <= known


def test_named_subcommands_exist() -> None:
    command = [sys.executable, "-m", "app", "--help"]
    usage = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    pattern = re.compile(r"python3? -m app ([a-z]\w*)")
    named = {verb for path in DOCUMENTS for verb in pattern.findall(path.read_text(encoding="utf-8"))}
    assert [verb for verb in sorted(named) if not re.search(rf"\b{verb}\b", usage.stdout)] == []


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_decisions_have_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    number = path.name.split("-")[0]
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
    assert text.startswith(f"# {number} ")
    assert [line for line in text.splitlines() if line.startswith("## ")] == SECTIONS


def test_decisions_have_their_own_numbers() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    assert len(numbers) == len(set(numbers))


def test_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 dev.py run" in text
    assert "python3 dev.py test" in text
    assert "dev.py test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
