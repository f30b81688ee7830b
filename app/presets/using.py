"""Applying a preset in the window: onto what is chosen or where it fell, into the hand, or into the export dialog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from app.shell.main_window import MainWindow
    from editor.formats.preset.content import Preset
    from editor.library.asset import Asset
    from editor.workflows.library.placing import Spot


def is_preset(path: Path) -> bool:
    """Whether a file is a preset of the studio, by its name."""
    return path.suffix.lower() == ".atelier-preset"


def use_preset(window: MainWindow, path: Path, asset: Asset | None = None, spot: Spot | None = None) -> None:
    """Apply a preset's file; the title of its asset is how it is called. Raises ExpectedError where it does not fit."""
    import msgspec

    from editor.formats.preset.content import ExportContent, ToolContent
    from editor.formats.preset.file import read_preset

    preset = read_preset(path)
    if asset is not None:
        preset = msgspec.structs.replace(preset, name=asset.label)
    if isinstance(preset.content, ToolContent):
        take_in_hand(window.session, preset)
    elif isinstance(preset.content, ExportContent):
        _export(window, preset, preset.content)
    else:
        _put_on(window.session, preset, asset, spot)


def use_dropped(window: MainWindow, path: Path, spot: Spot | None) -> None:
    """A file that was dropped, which may be an asset."""
    from app.library.origin import known_assets

    with known_assets() as known:
        asset = known(path)
    use_preset(window, path, asset, spot)


def take_in_hand(session: Session, preset: Preset) -> None:
    """The tool of a preset is taken, set as the preset says; the colour with it where the preset has one."""
    from app.library.brushes import remembering
    from editor.formats.preset.content import ToolContent
    from editor.formats.preset.tools import tool_of, tool_settings

    content = preset.content
    assert isinstance(content, ToolContent)
    tool = tool_of(preset)
    if session.family != tool.family:
        raise ExpectedError(
            tr("The preset {name} is for the tool {tool}.", name=preset.name, tool=tr(tool.label)),
            tr("Open a document first that has this tool."),
        )
    settings = tool_settings(preset)
    if settings.get("tip") is not None:
        settings["tip"] = remembering(session, tool.name, settings["tip"])
    for name, value in sorted(settings.items(), key=lambda item: item[0] == "tip"):  # the bar is made anew for a tip
        session.set_tool_option(tool.name, name, value)
    if content.color is not None:
        session.set_foreground(content.color)
    session.choose_tool(tool.name)
    session.hint.emit(tr("The tool {tool} is set to {name}.", tool=tr(tool.label), name=preset.name))


def _export(window: MainWindow, preset: Preset, content: object) -> None:
    from app.dialogs.export import ExportDialog
    from editor.formats.preset.content import ExportContent

    assert isinstance(content, ExportContent)
    if window.session.family != content.family:
        kinds = {
            "raster": tr("images"), "vector": tr("drawings"), "video": tr("timelines"), "scene": tr("3D scenes"),
        }  # fmt: skip
        raise ExpectedError(
            tr("The preset {name} exports {kind}.", name=preset.name, kind=kinds[content.family]),
            tr("Open a document of that kind first."),
        )
    dialog = ExportDialog(window)
    dialog.show_preset(content)
    dialog.exec()


def _put_on(session: Session, preset: Preset, asset: Asset | None, spot: Spot | None) -> None:
    from editor.workflows.library.placing import Spot
    from editor.workflows.presets.applying import apply_preset, needs_faces

    project = session.required_project()
    host = session.document
    apply_preset(project, preset, host, spot or Spot(part=session.part, time=session.time), asset)
    if needs_faces(project, preset, host):
        session.say(tr("This shows nothing until the image's faces are known."), tr("Run AI > Find faces."))
    else:
        session.hint.emit(tr("The preset {name} was applied.", name=preset.name))
