"""The AI tool that ran last, once more with what was chosen then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ai.memory import recall
from app.ai.menu import ask_and_run
from app.ai.service import Wishes
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.ai.readiness import obstacle

if TYPE_CHECKING:
    from app.session import Session
    from app.shell.main_window import MainWindow
    from editor.workflows.ai.tool import Tool


def last_tool(session: Session) -> Tool | None:
    """The tool that ran last, in an earlier start too."""
    from editor.workflows.ai.tool import TOOLS, load_tools

    load_tools()
    return TOOLS.get(session.preferences.ai_last)


def repeat_label(session: Session) -> str:
    """What the menu calls it."""
    tool = last_tool(session)
    return tr("Repeat last AI tool") if tool is None else tr("Repeat: {tool}", tool=tr(tool.label))


def repeat_last(window: MainWindow) -> None:
    """Raises ExpectedError when there is nothing to repeat, or nothing to repeat it on."""
    import msgspec

    from editor.model.values import from_plain

    session = window.session
    tool = last_tool(session)
    if tool is None:
        raise ExpectedError(tr("No AI tool has run yet."), tr("Choose one in the AI menu."))
    session.required_project().cancel_gesture()
    hindrance = obstacle(tool, session.required_project(), session.document)
    if hindrance is not None:
        raise hindrance
    chosen = recall(session.preferences, tool)
    model = next((item for item in window.ai.models_for(tool) if item.name == chosen.model), None)
    if tool.consent or (chosen.model and model is None) or (model is None and not tool.built_in):
        ask_and_run(window, tool)
        return
    options = msgspec.convert(chosen.options, tool.options, strict=False, dec_hook=from_plain)
    window.ai.run(tool, Wishes(options, model, chosen.seed))
