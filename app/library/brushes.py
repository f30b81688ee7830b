"""Brushes of other programs on their way into the hand: read as a job, taken by the tool that paints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import Progress
    from editor.commands.raster.tips import FoundBrush
    from editor.tools.raster.held import HeldBrush

PAINTING = ("raster.brush", "raster.eraser")


def take_brushes(session: Session, path: Path, name: str) -> None:
    """The first brush of a file comes into the hand; the others stand in the tool options."""
    if session.family != "raster":
        raise ExpectedError(tr("Open an image first."), tr("Brushes paint on images."))

    def work(progress: Progress) -> HeldBrush:
        from editor.formats.brush.reading import read_brushes
        from editor.tools.raster.held import HeldBrush

        return HeldBrush(name, tuple(read_brushes(path, progress.check)))

    def take(held: HeldBrush) -> None:
        if session.family != "raster":
            return
        hold(session, held)
        count = len(held.brushes)
        said = tr_count(
            "The brush {name} is in the hand.",
            "The first of {count} brushes of {name} is in the hand; the tip in the tool options shows the others.",
            count=count, name=held.brush.name if count == 1 else name,
        )  # fmt: skip
        session.hint.emit(" ".join((said, not_followed(held.brush))).strip())

    session.start_job(tr("Read the brushes {name}", name=path.name), work, take)


def hold(session: Session, held: HeldBrush) -> None:
    """Tip, size, spacing and angle as the file has them; what it is silent about is as it was for the round tip. A
    brush that erases comes to the eraser; else that keeps its turn, and any other tool gives way."""
    from editor.tools.raster.held import brush_of_a_file

    before = brush_of_a_file(session.tool_settings.get(PAINTING[1], {}))
    erased_with = before is not None and before.brush.erases
    tool = session.tool if session.tool in PAINTING and not erased_with else PAINTING[0]
    tool = PAINTING[1] if held.brush.erases else tool
    held = remembering(session, tool, held)
    _set(session, tool, {**held.before, **held.settings})
    session.choose_tool(tool)


def remembering(session: Session, tool: str, held: HeldBrush) -> HeldBrush:
    """A brush on its way into the hand, with the options that come back when it is put down."""
    from dataclasses import replace

    import editor.tools.raster  # noqa: F401  (the tools register)
    from editor.tools.raster.held import round_settings
    from editor.tools.tool import TOOLS

    return replace(held, before=round_settings(session.tool_settings.get(tool, {}), TOOLS[tool].options))


def _set(session: Session, tool: str, settings: Mapping[str, Any]) -> None:
    for option, value in sorted(settings.items(), key=lambda item: item[0] == "tip"):  # the bar is made anew for a tip
        session.set_tool_option(tool, option, value)


def not_followed(brush: FoundBrush) -> str:
    """What its file asks for and the studio does not do, as a sentence; empty where it does all."""
    return tr("Not followed: {what}", what=" · ".join(brush.not_followed)) if brush.not_followed else ""


def put_down(session: Session, tool: str) -> None:
    """Back to the round tip, as it was before the brush was taken."""
    from editor.tools.raster.held import brush_of_a_file

    held = brush_of_a_file(session.tool_settings.get(tool, {}))
    _set(session, tool, {**(held.before if held is not None else {}), "tip": None})
