"""Every text that a person sees has a French one, with the same {parts}, and no two files disagree."""

from __future__ import annotations

import ast
import json
import re
import string
from collections import defaultdict
from collections.abc import Iterator

from tests.architecture.source import ROOT, name_of, parsed, python_files

FRENCH = ROOT / "resources" / "translations" / "fr"
SEVERAL = re.compile(r"{(\w+)}[ \u00a0](?:[\w’-]+ )?(?!is|was|has|this)(\w+s|are|were|have)\b")
NEVER_ONE = {
    "{count} of {all} tools",
    "{count} of {all} files exist already: {names}",
    "Only the first of {count} pictures in the file is used.",
    "There is no face {number}: {count} were found.",
}


def french() -> dict[str, set[str]]:
    """English text -> the French texts that the files give for it."""
    texts: dict[str, set[str]] = defaultdict(set)
    for path in sorted(FRENCH.glob("*.json")):
        for english, translation in json.loads(path.read_text(encoding="utf-8")).items():
            texts[english].add(translation)
    return texts


SHOWN_OF_A_TOOL = ("label", "summary", "built_in", "consent", "section", "makes")
BELOW_ERRORS = ("ModelError", "OutOfMemory", "ModelMissing", "ServerError", "SyncError", "Refused", "Conflict")


def shown_texts() -> Iterator[tuple[str, ast.expr]]:
    """(place, expression) of what goes through `tr`: its first argument, the label of a command, what an AI tool says
    of itself, and the sentences of `ml` and `sync`, which cannot call `tr`."""
    for path in python_files("app", "editor", "ml", "sync"):
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = f"{name_of(path)}:{node.lineno}"
            if name == "tr" and node.args:
                yield place, node.args[0]
            if name == "tr_count":
                yield from ((place, argument) for argument in node.args[:2])
            if name == "command":
                yield from ((place, keyword.value) for keyword in node.keywords if keyword.arg == "label")
            if name == "Tool":
                yield from ((place, keyword.value) for keyword in node.keywords if keyword.arg in SHOWN_OF_A_TOOL)
            if name in BELOW_ERRORS:
                yield from ((place, argument) for argument in node.args[:2])


def test_every_text_is_in_french() -> None:
    known = french()
    missing = {
        expression.value: place
        for place, expression in shown_texts()
        if isinstance(expression, ast.Constant) and expression.value not in known
    }
    assert not missing, "no French yet:\n" + "\n".join(sorted(f"{place}: {text}" for text, place in missing.items()))


def test_texts_are_filled_in_after_translation() -> None:
    guilty = [place for place, expression in shown_texts() if isinstance(expression, ast.JoinedStr | ast.BinOp)]
    assert guilty == [], "tr wants the plain text and the values by name: tr('{count} layers', count=3)"


def is_a_count(name: str, value: ast.expr) -> bool:
    """`count`, and whatever is the length or the sum of something; a limit that is written in capitals is none."""
    if isinstance(value, ast.Name) and value.id.isupper():
        return False
    called = getattr(value.func, "id", "") if isinstance(value, ast.Call) else ""
    return name == "count" or called in ("len", "sum")


def test_no_text_says_one_of_several() -> None:
    """`tr("{count} files", count=...)` says "1 files" one day: `tr_count` has a form for one."""
    guilty = []
    for path in python_files("app", "editor"):
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "tr":
                continue
            text = str(getattr(node.args[0], "value", "")) if node.args else ""
            values = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            for name, _ in SEVERAL.findall(text):
                if text not in NEVER_ONE and name in values and is_a_count(name, values[name]):
                    guilty.append(f"{name_of(path)}:{node.lineno}: {text}")
    assert guilty == []


def test_files_agree() -> None:
    assert {english: texts for english, texts in french().items() if len(texts) > 1} == {}


def test_french_has_the_same_parts() -> None:
    different = {
        english: text for english, texts in french().items() for text in texts if parts(english) != parts(text)
    }
    assert different == {}


def parts(text: str) -> set[str]:
    """The names between braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
