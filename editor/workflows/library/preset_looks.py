"""Thumbnails of presets: what they do, drawn by the studio's own engines.

    brush, eraser   a stroke with it
    adjustments     the test picture of colour lookups, on the left as it is and on the right through them
    clip            the same for its picture; a card for sounds and fades alone
    caption         letters below, as the caption has them
    appearance      a shape, or letters where it sets type
    other tools, exports   a card in the file's own words
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from editor.base.numbers import number_text, percent_text
from editor.commands.registry import run
from editor.display.display import Display
from editor.display.timeline import tracks_of
from editor.document.project import Project
from editor.formats.preset.content import (
    AdjustmentsContent,
    AppearanceContent,
    CaptionContent,
    ClipContent,
    ExportContent,
    Preset,
    ToolContent,
)
from editor.formats.preset.file import damaged, read_preset
from editor.formats.preset.tools import tool_of, tool_settings
from editor.library.looks import Look
from editor.model.faces import Beautify, Reshape
from editor.model.raster import TILE, PixelLayer
from editor.workflows.library.cards import card
from editor.workflows.library.lookups import HEIGHT, WIDTH, test_picture
from editor.workflows.library.pictured import as_webp
from editor.workflows.presets.applying import apply_preset
from render.color import Color

if TYPE_CHECKING:
    from editor.tools.raster.brush import PaintTool

TEAL = 0xFF3FB6A8
INK, PAPER = "#23272e", "#ffffff"
LARGEST_TIP, LARGEST_LETTERS = 64.0, 110.0
LIGHT = 0.7
STEPS = 60


def look_at_preset_file(path: Path) -> Look:
    """Raises ExpectedError for a file that cannot be used."""
    preset = read_preset(path)
    try:
        return Look(thumbnail=as_webp(picture_of(preset)))
    except KeyError as error:
        raise damaged(path) from error


def picture_of(preset: Preset) -> NDArray[np.uint8]:
    """(h, w, 4), straight, or premultiplied and opaque."""
    content = preset.content
    if isinstance(content, ToolContent):
        return _tool(preset, content)
    if isinstance(content, AdjustmentsContent):
        if all(isinstance(step.adjustment, Beautify | Reshape) for step in content.steps):
            return _card("FACE", preset, [step.name for step in content.steps])
        return _adjusted(preset)
    if isinstance(content, ClipContent):
        pictured = content.picture is not None or content.colors is not None
        return _clip(preset) if pictured else _card("CLIP", preset, _numbers(content))
    if isinstance(content, CaptionContent):
        return _caption(preset)
    if isinstance(content, AppearanceContent):
        return _shape(preset, content)
    assert isinstance(content, ExportContent)
    width = f"{content.width} px" if content.width is not None else ""
    return _card(content.extension.upper(), preset, [width, f"{content.quality} %", content.depth or ""])


def _card(label: str, preset: Preset, lines: Sequence[str]) -> NDArray[np.uint8]:
    return card(label, [preset.name, *(line for line in lines if line)], TEAL)


def _numbers(content: ClipContent) -> list[str]:
    sound, fades = content.sound, content.fades
    heard = [percent_text(sound.volume)] if sound is not None else []
    return heard + (
        [f"{number_text(float(fades.fade_in))} s / {number_text(float(fades.fade_out))} s"] if fades is not None else []
    )


# Tools


def _tool(preset: Preset, content: ToolContent) -> NDArray[np.uint8]:
    from editor.tools.raster.brush import PaintTool

    settings = tool_settings(preset)
    tool = tool_of(preset)
    if issubclass(tool, PaintTool):
        return _stroke(tool, settings, content.color)
    label = content.tool.partition(".")[2].replace("_", " ").upper()
    said = [
        f"{option.name.replace('_', ' ')} {number_text(settings[option.name])}" for option in tool.options
        if option.kind in ("float", "int") and option.name in settings
    ]
    return _card(label, preset, said[:3])


def _stroke(tool: "type[PaintTool]", settings: dict[str, object], color: str | None) -> NDArray[np.uint8]:
    """A wave that is drawn with more and less pressure. A large brush is shown smaller than it is."""
    from editor.tools.tool import ToolContext
    from render.raster.stroke import Sample

    project = Project.in_memory()
    ink = color or INK
    ground = INK if tool.erases or sum(Color.from_hex(ink).premultiplied()[:3]) / 3 > LIGHT else PAPER
    document = run(project, "raster.new_document", width=WIDTH, height=HEIGHT, background=ground)
    layer = run(project, "raster.add_layer", document=document)
    if tool.erases:
        layer = project.children(document, PixelLayer)[0].id
    size = settings.get("size", 30.0)
    assert isinstance(size, float)
    settings = {**settings, "size": min(size, LARGEST_TIP)}
    display = Display(project)
    try:
        hand = tool(ToolContext(project, display, document, settings={tool.name: settings}))
        held = hand.held()
        tip = {"tip": project.blobs.put(held.packed)} if held is not None else {}
        samples = tuple(
            Sample(
                36 + (WIDTH - 72) * step / STEPS, HEIGHT / 2 - 46 * math.sin(2 * math.pi * step / STEPS),
                0.15 + 0.85 * math.sin(math.pi * step / STEPS),
            )
            for step in range(STEPS + 1)
        )  # fmt: skip
        run(
            project, "raster.stroke", layer=layer, samples=samples, brush=hand.brush(), erase=tool.erases,
            color=ink, **tip,
        )  # fmt: skip
        return _render(display, document)
    finally:
        display.close()


# Pictures


def _adjusted(preset: Preset) -> NDArray[np.uint8]:
    project = Project.in_memory()
    document = _test_document(project)
    before = _drawn(project, document)
    project.select((project.children(document, PixelLayer)[-1].id,))
    apply_preset(project, preset, document)
    return _halves(before, _drawn(project, document))


def _clip(preset: Preset) -> NDArray[np.uint8]:
    """A frame from the middle of a clip of four seconds."""
    project = Project.in_memory()
    picture = _test_document(project)
    line = run(project, "video.new_document", width=WIDTH, height=HEIGHT)
    track = tracks_of(project, line, "video")[0].id
    clip = run(project, "video.add_embed", track=track, document=picture, start=Fraction(0), duration=Fraction(4))
    before = _drawn(project, line, Fraction(2))
    project.select((clip,))
    apply_preset(project, preset, line)
    return _halves(before, _drawn(project, line, Fraction(2)))


def _caption(preset: Preset) -> NDArray[np.uint8]:
    project = Project.in_memory()
    picture = _test_document(project)
    line = run(project, "video.new_document", width=WIDTH * 4, height=HEIGHT * 4)
    track = tracks_of(project, line, "video")[0].id
    run(project, "video.add_embed", track=track, document=picture, start=Fraction(0), duration=Fraction(4))
    caption = run(
        project, "video.add_caption", document=line, text="Aa Bb 123", start=Fraction(0), duration=Fraction(4)
    )
    project.select((caption,))
    apply_preset(project, preset, line)
    return _drawn(project, line, Fraction(2), 0.25)


def _shape(preset: Preset, content: AppearanceContent) -> NDArray[np.uint8]:
    project = Project.in_memory()
    document = run(project, "vector.new_document", width=float(WIDTH), height=float(HEIGHT))
    if content.letters is not None:
        letters = msgspec.structs.replace(content.letters, size=min(content.letters.size, LARGEST_LETTERS))
        preset = msgspec.structs.replace(preset, content=msgspec.structs.replace(content, letters=letters))
        shape = run(project, "vector.add_text", parent=document, text="Aa", x=60.0, y=30.0)
    else:
        shape = run(
            project, "vector.add_rectangle", parent=document, x=58.0, y=36.0, width=140.0, height=120.0, radius=18.0
        )
    project.select((shape,))
    apply_preset(project, preset, document)
    return _drawn(project, document)


def _test_document(project: Project) -> str:
    """The left half of the test picture twice, as an image."""
    document: str = run(project, "raster.new_document", width=WIDTH, height=HEIGHT, background=None)
    pixels = np.zeros((HEIGHT + -HEIGHT % TILE, WIDTH + -WIDTH % TILE, 4), np.uint8)
    pixels[:HEIGHT, :WIDTH, :3] = np.clip(test_picture() * 255 + 0.5, 0, 255)
    pixels[:HEIGHT, :WIDTH, 3] = 255
    tiles = tuple(
        (column, row, project.blobs.put(np.ascontiguousarray(square).tobytes()))
        for row in range(pixels.shape[0] // TILE) for column in range(pixels.shape[1] // TILE)
        for square in (pixels[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE],)
    )  # fmt: skip
    run(project, "raster.place_pixels", document=document, tiles=tiles, width=WIDTH, height=HEIGHT)
    return document


def _halves(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.uint8]:
    half = WIDTH // 2
    picture = np.concatenate([before[:, :half], after[:, half:]], axis=1)
    picture[:, half - 1 : half + 1] = 255
    return picture


def _drawn(project: Project, document: str, time: Fraction = Fraction(0), scale: float = 1.0) -> NDArray[np.uint8]:
    display = Display(project)
    try:
        return _render(display, document, time, scale)
    finally:
        display.close()


def _render(
    display: Display, document: str, time: Fraction = Fraction(0), scale: float = 1.0
) -> NDArray[np.uint8]:
    """Opaque on white, as eight bits."""
    made = np.array(display.render_whole(document, scale, time=time), np.uint8)
    made += 255 - made[..., 3:]
    return made
