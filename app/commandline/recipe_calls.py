"""What a step of a recipe may do: recipes come from other people, so a step writes into {output} or {work} and nowhere
else, calls no other machine, and changes nothing that this person keeps (library, models, packs, the queue)."""

from __future__ import annotations

import argparse
import contextlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.workflows.queue.recipes import Recipe

READ = {
    "convert": {"source", "fonts"}, "export": {"source", "fonts"}, "texture": {"source"}, "sheet": {"sources"},
    "ai": {"sources"}, "import": {"files"}, "new": set(), "do": set(), "undo": set(), "redo": set(), "repeat": set(),
    "info": {"project"}, "history": {"project"}, "doctor": {"project"}, "credits": {"project"}, "replay": {"project"},
    "template": {"template", "csv", "table", "fonts"},
}  # fmt: skip
"""Verbs that a step may begin with, and which of their files they only read; all others they may write."""
PROJECT = ".atelier"
DUMMY = Path("/atelier-recipe").absolute()


def recipe_verbs() -> frozenset[str]:
    return frozenset(READ)


def check_steps(recipe: Recipe) -> None:
    """Raises ExpectedError for a recipe whose steps would write elsewhere, before any file goes through it."""
    from editor.workflows.queue.recipes import filled

    source, output, work = DUMMY / "in" / "file.png", DUMMY / "output", DUMMY / "work"
    for call in filled(recipe, source, output, work):
        try:
            check_call(call, (output, work))
        except ExpectedError as error:
            raise ExpectedError(f"{recipe.name}: {error}") from error


def check_call(call: Sequence[str], folders: Sequence[Path]) -> None:
    """Raises ExpectedError for a call that writes outside `folders`. Wrong usage is left to the call itself."""
    parsed = _parsed(call)
    if parsed is None:
        return
    if getattr(parsed, "scheduler", None) or getattr(parsed, "farm", False):
        raise ExpectedError(tr("A recipe calls no other machine."))
    roots = [folder.resolve() for folder in folders]
    for name, path in _paths(vars(parsed)):
        only_read = name in READ.get(call[0], ()) and not _edits(parsed, path)
        if not only_read and not any(path.resolve().is_relative_to(root) for root in roots):
            raise ExpectedError(
                tr("A recipe writes only into {output} and {work}, not to {path}.", path=str(path),
                   output="{output}", work="{work}")
            )  # fmt: skip


def _edits(parsed: argparse.Namespace, path: Path) -> bool:
    """AI tools change a project where it lies."""
    return parsed.verb == "ai" and path.suffix.lower() == PROJECT


def _parsed(call: Sequence[str]) -> argparse.Namespace | None:
    from app.commandline.main import build

    silent = io.StringIO()
    try:
        with contextlib.redirect_stderr(silent), contextlib.redirect_stdout(silent):
            return build(call[0]).parse_args(list(call))
    except SystemExit:
        return None


def _paths(values: dict[str, Any]) -> Iterator[tuple[str, Path]]:
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Path):
                yield name, one
