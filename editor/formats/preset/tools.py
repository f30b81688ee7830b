"""The options of a tool as a preset, and back: only what the tool declares, within its bounds."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.journal import blob_name
from editor.formats.preset.content import BrushTip, Preset, ToolContent
from editor.tools.raster.held import HeldBrush
from editor.tools.tool import TOOLS, Option, Tool

FAMILIES = ("raster", "vector", "video", "scene")


def tool_preset(name: str, tool: type[Tool], settings: Mapping[str, Any], color: str | None = None) -> Preset:
    """What a tool is set to. Raises ExpectedError for a tool that has nothing to set."""
    if not tool.options:
        raise ExpectedError(tr("The tool {name} has no options to keep.", name=tr(tool.label)))
    options = {
        option.name: settings.get(option.name, option.default) for option in tool.options if option.kind != "tip"
    }
    held = settings.get("tip")
    if not isinstance(held, HeldBrush):
        return Preset(name=name, content=ToolContent(tool=tool.name, options=options, color=color))
    tip, blobs = _tip_of(held)
    return Preset(name=name, content=ToolContent(tool=tool.name, options=options, tip=tip, color=color), blobs=blobs)


def tool_of(preset: Preset) -> type[Tool]:
    """The tool that a preset is for. Raises ExpectedError where there is none of that name."""
    content = preset.content
    assert isinstance(content, ToolContent)
    family = content.tool.partition(".")[0]
    if content.tool not in TOOLS and family in FAMILIES:
        import_module(f"editor.tools.{family}")
    tool = TOOLS.get(content.tool)
    if tool is None:
        raise ExpectedError(
            tr("The preset {name} is for a tool that this version of Atelier does not have.", name=preset.name),
            tr("Update Atelier to use it."),
        )
    return tool


def tool_settings(preset: Preset) -> dict[str, Any]:
    """What the options of the preset's tool become, the tip included. Raises ExpectedError when it cannot be."""
    content = preset.content
    assert isinstance(content, ToolContent)
    tool = tool_of(preset)
    found = dict[str, Any]()
    for option in tool.options:
        if option.kind == "tip":
            found[option.name] = _held(preset, content.tip) if content.tip is not None else None
        elif option.name in content.options:
            found[option.name] = _fitting(preset.name, option, content.options[option.name])
    return found


def _fitting(preset: str, option: Option, value: bool | int | float | str) -> Any:
    """A value that an option can have."""
    if option.kind in ("float", "int") and isinstance(value, int | float) and not isinstance(value, bool):
        bounded = min(option.maximum, max(option.minimum, value))
        return round(bounded) if option.kind == "int" else float(bounded)
    if option.kind == "bool" and isinstance(value, bool):
        return value
    if option.kind == "choice" and value in option.choices:
        return value
    if option.kind not in ("float", "int", "bool", "choice") and isinstance(value, str):
        return value
    raise ExpectedError(
        tr("The preset {name} sets {option} to what it cannot be.", name=preset, option=tr(option.label))
    )


def _tip_of(held: HeldBrush) -> tuple[BrushTip, dict[str, bytes]]:
    """The chosen brush of a file, without the others of it."""
    from editor.formats.preset.brush_bytes import brush_bytes

    try:
        data = brush_bytes(held.brush)
    except TypeError as error:
        raise ExpectedError(
            tr("The brush {name} cannot be kept in a preset.", name=held.brush.name),
            tr("The library keeps the file that it came in."),
        ) from error
    name = blob_name(data)
    return BrushTip(name=held.brush.name[:200], brush=name), {name: data}


def _held(preset: Preset, tip: BrushTip) -> HeldBrush:
    """The brush in the hand again."""
    from editor.formats.preset.brush_bytes import brush_from

    try:
        return HeldBrush(preset.name, (brush_from(preset.blobs[tip.brush]),))
    except (ValueError, ExpectedError) as error:
        raise ExpectedError(tr("The preset {name} is damaged.", name=preset.name)) from error
