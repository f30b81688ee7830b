"""Painting as the window does it: tool, gesture, tile records, damage, and the tiles of the screen drawn again.

Against `pixels.py`, which times the engine alone, this is what a hand feels, but for the upload to the graphics card.
"""

import time
from typing import Any

import numpy as np

import editor.tools.raster  # noqa: F401  (registers the tools)
from editor.commands.raster.tips import FoundBrush
from editor.commands.registry import run
from editor.display.display import Damage, Display
from editor.display.engine import Request
from editor.document.project import Project
from editor.tools.events import PointerEvent
from editor.tools.raster.held import HeldBrush
from editor.tools.tool import TOOLS, ToolContext
from render.geometry import IntRect
from tests.benchmarks import Benchmark, percentile

WIDTH, HEIGHT, LAYERS = 4000, 3000, 10
MODES = "normal multiply screen overlay soft_light normal linear_dodge color darken normal"
BLENDS = MODES.split()


def canvas(settings: dict[str, Any]) -> ToolContext:
    """Ten layers of 12 MP with different modes, all of them drawn once, the sixth selected."""
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=WIDTH, height=HEIGHT)
    layers = [*project.selection]
    for number in range(1, LAYERS):
        layer = run(project, "raster.add_layer", document=document)
        colors = {"first": f"#{number * 25:02x}4080c0", "last": f"#f0{number * 20:02x}2080"}
        run(project, "raster.gradient_fill", layer=layer, start=[0, 0], end=[WIDTH, HEIGHT], **colors)
        run(project, "project.set_field", record=layer, field="blend", value=BLENDS[number])
        layers.append(layer)
    project.select((layers[5],))
    display = Display(project)
    display.render_whole(document)
    return ToolContext(project, display, document, foreground="#d03020", settings={"raster.brush": settings})


def repaint(context: ToolContext, damages: list[Damage]) -> None:
    """Draw what was damaged, as the canvas does before the next frame."""
    drawing = context.display.drawing(context.document)
    for damage in damages:
        area = damage.region.rounded_out() if damage.region is not None else IntRect(0, 0, WIDTH, HEIGHT)
        context.display.render(drawing, Request(area))
    damages.clear()


def stroke_events(settings: dict[str, Any]) -> float:
    """The 95th percentile from a pointer event to drawn tiles, over a stroke across the picture."""
    context = canvas(settings)
    damages: list[Damage] = []
    context.display.damaged.connect(damages.append)
    tool = TOOLS["raster.brush"](context)
    tool.pressed(PointerEvent(x=400.0, y=400.0))
    repaint(context, damages)
    seconds = []
    for number in range(1, 240):
        start = time.perf_counter()
        tool.moved(PointerEvent(x=400.0 + 10.0 * number, y=400.0 + 7.0 * number))
        repaint(context, damages)
        seconds.append(time.perf_counter() - start)
    tool.cancel()
    return percentile(seconds, 0.95)


def round_events() -> float:
    """A soft round tip of 200 pixels."""
    return stroke_events({"size": 200.0, "hardness": 0.0})


def round_as_large() -> float:
    """The peer of the sampled tip: a round one of its size and spacing."""
    return stroke_events({"size": 300.0, "hardness": 0.0})


def sampled_events(channels: int = 1) -> float:
    """A sampled tip of 300 pixels out of a picture of 900, turned, every 8 % of its size."""
    generator = np.random.default_rng(5)
    picture = generator.integers(0, 256, (900, 900) if channels == 1 else (900, 900, 4), np.uint8)
    brush = FoundBrush("noise", (picture,), (), 300.0, 0.08, 20.0)
    return stroke_events(HeldBrush("noise", (brush,)).settings)


def coloured_events() -> float:
    """The same with the tip's own colours."""
    return sampled_events(4)


BENCHMARKS = (
    Benchmark("brush in the studio, event to tiles (p95)", round_events, limit=0.008),
    Benchmark(
        "sampled 300 px tip, event to tiles (p95)", sampled_events, peer="round tip of 300 px", theirs=round_as_large,
        target=1.6,
    ),
    Benchmark("coloured 300 px tip, event to tiles (p95)", coloured_events, limit=0.016),
)
