"""Texts that reach `tr` by way of a table or a type: actions, menus, tools, presets, commands, kinds, fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from app.widgets.shapes import Shape

FRENCH = Path(__file__).parents[2] / "resources" / "translations" / "fr"
FAMILIES = ("raster", "vector", "video", "scene")

pytestmark = pytest.mark.app


def table_texts() -> Iterator[str]:
    """What the window takes from its own tables."""
    from app.actions.table import ACTIONS
    from app.shell.menus import MENUS
    from app.start.presets import KINDS

    for module in ("edit", "file", "help", "view"):
        import_module(f"app.actions.{module}")
    yield from (entry.label for entry in ACTIONS.values())
    yield from (menu.label for menu in MENUS)
    for kind in KINDS:
        yield kind.label
        yield kind.summary
        yield from (preset.label for preset in kind.presets)


def tool_texts() -> Iterator[str]:
    """Names, hints and options of every tool."""
    from editor.tools.tool import TOOLS

    for family in FAMILIES:
        import_module(f"editor.tools.{family}")
    for tool in TOOLS.values():
        yield tool.label
        yield tool.hint
        for option in tool.options:
            yield option.label
            yield from map(str, option.choices)
            yield from filter(None, [option.unit])


def record_texts() -> Iterator[str]:
    """What the properties panel writes: kinds, fields, choices, and the parts of structs, however deep."""
    from app.widgets.shapes import fields_of, human
    from editor.model.record import KINDS

    for family in FAMILIES:
        import_module(f"editor.model.{family}")

    for kind, cls in KINDS.items():
        if kind.partition(".")[0] not in FAMILIES:
            continue
        yield human(kind.partition(".")[2])
        for name, shape in fields_of(cls):
            yield human(name)
            yield from part_texts(shape)


def command_texts() -> Iterator[str]:
    """What every command does and returns, and the rows of the prompt that asks for its parameters."""
    from app.widgets.shapes import human, shape_of
    from editor.commands.registry import COMMANDS, load_commands

    load_commands()
    for command in COMMANDS.values():
        yield command.label
        yield command.summary
        yield command.purpose
        for parameter in command.parameters:
            yield human(parameter.name)
            yield from part_texts(shape_of(parameter.type, parameter.name))


def part_texts(shape: Shape) -> Iterator[str]:
    """Every name within a shape: choices, names of structs, fields."""
    from app.widgets.shapes import human, tag_of

    yield from (human(str(choice)) for choice in shape.choices if choice != "")
    if shape.cls is not None:
        yield human(tag_of(shape.cls))
    for part in shape.parts:
        yield from part_texts(part)
    for name, inner in shape.fields:
        yield human(name)
        yield from part_texts(inner)


@pytest.mark.parametrize("texts", [table_texts, tool_texts, record_texts, command_texts])
def test_texts_of_tables_and_types_are_in_french(texts) -> None:
    missing = sorted(set(texts()) - set(french()))
    assert not missing, "no French yet:\n" + "\n".join(missing)


def test_every_command_says_what_it_does_in_french() -> None:
    from editor.commands.registry import COMMANDS, load_commands

    load_commands()
    known = french()
    silent = [name for name, command in COMMANDS.items() if not command.purpose.strip(".")]
    assert silent == []
    english = [name for name, command in COMMANDS.items() if known.get(command.purpose) == command.purpose]
    assert english == []


def test_french_is_set_as_a_french_printer_would() -> None:
    """Curly apostrophes, and no line may begin with a colon, a semicolon or a closing quotation mark."""
    straight = [text for text in french().values() if "'" in text]
    assert straight == []
    loose = [text for text in french().values() if re.search("« | [:;!?»%]", text)]
    assert loose == []


def french() -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in FRENCH.glob("*.json"):
        texts |= json.loads(path.read_text(encoding="utf-8"))
    return texts
