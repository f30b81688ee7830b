"""One thing is said as one, in both languages: no text says "1 files"."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from editor.base import translation
from editor.base.translation import tr_count

ROOT = Path(__file__).parents[3]
FOLDERS = ("app", "editor")
FRENCH = json.loads((ROOT / "resources/translations/fr/counts.json").read_text(encoding="utf-8"))


def counted() -> list[tuple[str, str]]:
    """What is said of one and of several, wherever it is said."""
    found = []
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "tr_count(" in text else ():
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr_count":
                one, many = (ast.literal_eval(argument) for argument in node.args[:2])
                found.append((one, many))
    return found


def test_both_forms_hold_what_they_should() -> None:
    forms = counted()
    assert len(forms) > 60
    for one, many in forms:
        assert "{count}" not in one and "{count}" in many
        names = set(re.findall(r"{(\w+)}", many)) - {"count"}
        assert set(re.findall(r"{(\w+)}", one)) == names


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [("en", "1 linked asset is up to date now.", "2 linked assets are up to date now."),
     ("fr", "1 élément lié est à jour maintenant.", "2 éléments liés sont à jour maintenant.")],
)  # fmt: skip
def test_one_and_several(language: str, one: str, two: str) -> None:
    translation.set_language(language)
    try:
        said = [
            tr_count("1 linked asset is up to date now.", "{count} linked assets are up to date now.", count=count)
            for count in (1, 2)
        ]
    finally:
        translation.set_language("en")
    assert said == [one, two]


def test_french_says_one_as_one() -> None:
    for english, french in FRENCH.items():
        assert not re.search(r"\b1 (?:\w+s|\w+x) (?:sont|ont|étaient)\b", french), english
