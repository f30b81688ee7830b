"""Painting as the window does it: tool, gesture, tile records, damage, and the tiles of the screen drawn again.

Against `pixels.py`, which times the engine alone, this is what a hand feels, but for the upload to the graphics card.
"""

import time

import editor.tools.raster  # noqa: F401  (registers the tools)
from editor.commands.registry import run
from editor.display.display import Damage, Display
from editor.display.engine import Request
from editor.document.project import Project
from editor.tools.events import PointerEvent
from editor.tools.tool import TOOLS, ToolContext
from render.geometry import IntRect
from tests.benchmarks import Benchmark, percentile

WIDTH, HEIGHT, LAYERS = 4000, 3000, 10
MODES = "normal multiply screen overlay soft_light normal linear_dodge color darken normal"
BLENDS = MODES.split()


def canvas() -> ToolContext:
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
    settings = {"raster.brush": {"size": 200.0, "hardness": 0.0}}
    return ToolContext(project, display, document, foreground="#d03020", settings=settings)


def repaint(context: ToolContext, damages: list[Damage]) -> None:
    """Draw what was damaged, as the canvas does before the next frame."""
    drawing = context.display.drawing(context.document)
    for damage in damages:
        area = damage.region.rounded_out() if damage.region is not None else IntRect(0, 0, WIDTH, HEIGHT)
        context.display.render(drawing, Request(area))
    damages.clear()


def stroke_events() -> float:
    """The 95th percentile from a pointer event to drawn tiles, over a stroke across the picture."""
    context = canvas()
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


BENCHMARKS = (Benchmark("brush in the studio, event to tiles (p95)", stroke_events, limit=0.008),)
