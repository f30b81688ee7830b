"""What was chosen last for each tool, kept in the preferences as JSON text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.preferences import Preferences
    from editor.workflows.ai.tool import Tool


@dataclass(frozen=True)
class Remembered:
    """`options` is stored data; `model` "" the built-in method."""

    options: dict[str, Any]
    model: str = ""
    seed: int = 0


def recall(preferences: Preferences, tool: Tool) -> Remembered:
    """What was chosen last where it still fits the tool, the defaults else."""
    from app.widgets.shapes import default_of

    usual: dict[str, Any] = default_of(tool.options) or {}
    try:
        stored = json.loads(preferences.ai_options.get(tool.name, "{}"))
        options = {name: value for name, value in dict(stored.get("options", {})).items() if name in usual}
        model, seed = str(stored.get("model", "")), int(stored.get("seed", 0))
    except (ValueError, TypeError, AttributeError):
        return Remembered(usual)
    merged = {**usual, **options}
    return Remembered(merged if fits(tool, merged) else usual, model, seed)


def fits(tool: Tool, options: dict[str, Any]) -> bool:
    import msgspec

    from editor.model.values import from_plain

    try:
        msgspec.convert(options, tool.options, strict=False, dec_hook=from_plain)
    except (msgspec.ValidationError, ValueError):
        return False
    return True


def remember(preferences: Preferences, tool: Tool, chosen: Remembered) -> None:
    plain = {"options": chosen.options, "model": chosen.model, "seed": chosen.seed}
    preferences.ai_options[tool.name] = json.dumps(plain, ensure_ascii=False)
    preferences.save()
