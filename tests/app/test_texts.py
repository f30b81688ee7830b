"""Texts that reach `tr` by way of a table or a type: actions, menus, tools, presets, record kinds and their fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

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


def record_texts() -> Iterator[str]:
    """What the properties panel writes: kinds, fields, choices, and the parts of structs, however deep."""
    from app.widgets.shapes import Shape, fields_of, human, tag_of
    from editor.model.record import KINDS

    for family in FAMILIES:
        import_module(f"editor.model.{family}")

    def parts(shape: Shape) -> Iterator[str]:
        yield from (human(str(choice)) for choice in shape.choices)
        for part in shape.parts:
            if shape.kind in ("variant", "list") and part.cls is not None:
                yield human(tag_of(part.cls))
            yield from parts(part)
        for name, inner in shape.fields:
            yield human(name)
            yield from parts(inner)

    for kind, cls in KINDS.items():
        if kind.partition(".")[0] not in FAMILIES:
            continue
        yield human(kind.partition(".")[2])
        for name, shape in fields_of(cls):
            yield human(name)
            yield from parts(shape)


@pytest.mark.parametrize("texts", [table_texts, tool_texts, record_texts])
def test_texts_of_tables_and_types_are_in_french(texts) -> None:
    known: set[str] = set()
    for path in FRENCH.glob("*.json"):
        known |= set(json.loads(path.read_text(encoding="utf-8")))
    # One or two letters are axes, channels and formats: the same in French.
    missing = sorted({text for text in texts() if len(text) > 2} - known)
    assert not missing, "no French yet:\n" + "\n".join(missing)
