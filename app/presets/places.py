"""Where presets are chosen and saved: the tool in hand, what is chosen in the document, the export dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.presets.menu import Place, PresetButton
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from app.shell.main_window import MainWindow
    from editor.formats.preset.content import Preset

SUBJECTS = {"raster": ("adjustments",), "video": ("clip", "caption"), "vector": ("appearance",)}
"""What of a document presets can be for, by its family."""


def tool_button(parent: QWidget, session: Session, name: str) -> PresetButton:
    """For the bar of a tool's options."""
    place = Place(lambda subject: subject == f"tool:{name}", lambda: take_tool(session, name))
    return PresetButton(parent, place)


def chosen_button(parent: QWidget, session: Session) -> PresetButton:
    """For what is chosen in the document, whatever it is when the menu opens."""
    place = Place(lambda subject: subject in chosen_subjects(session), lambda: take_chosen(session))
    return PresetButton(parent, place)


def chosen_subjects(session: Session) -> tuple[str, ...]:
    """What presets the chosen things can have."""
    from editor.model.video import Caption

    subjects = SUBJECTS.get(session.family, ())
    project = session.project
    if session.family != "video" or project is None:
        return subjects
    chosen = [project.get(key) for key in project.selection]
    return ("caption",) if chosen and all(isinstance(item, Caption) for item in chosen) else ("clip",)


def can_have_presets(classes: tuple[type, ...]) -> bool:
    """Whether records of these kinds have settings that presets hold."""
    from editor.model.raster import Layer
    from editor.model.vector import Node
    from editor.model.video import Caption, Clip

    return bool(classes) and all(issubclass(cls, Layer | Node | Clip | Caption) for cls in classes)


def take_tool(session: Session, name: str) -> Preset:
    """A tool as it is set, and the colour where it paints with one."""
    from editor.formats.preset.tools import tool_preset
    from editor.tools.tool import TOOLS

    tool = TOOLS[name]
    color = session.foreground if name in WITH_COLOR else None
    return tool_preset("", tool, session.tool_settings.get(name, {}), color)


def take_chosen(session: Session) -> Preset:
    from editor.workflows.presets.taking import take_preset

    return take_preset(session.required_project(), session.document)


def save_what_is_at_hand(window: MainWindow) -> None:
    """What is chosen where it has settings, else the tool. Raises ExpectedError when there is neither."""
    from app.presets.saving import save_preset
    from editor.tools.tool import TOOLS
    from editor.workflows.presets.taking import has_settings

    session = window.session
    if has_settings(session.required_project(), session.document):
        save_preset(window, take_chosen(session))
    elif session.tool in TOOLS and TOOLS[session.tool].options:
        save_preset(window, take_tool(session, session.tool))
    else:
        raise ExpectedError(
            tr("Nothing is chosen whose settings could be kept."),
            tr("Choose a layer with adjustments, a shape, a clip or a caption."),
        )


WITH_COLOR = ("raster.brush", "raster.bucket", "raster.gradient")
