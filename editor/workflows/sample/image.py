"""The raster document "Lake at dusk": six painted layers, brush strokes, adjustments and a mask."""

import math

import numpy as np

from editor.commands.registry import run
from editor.document.project import Project
from editor.formats.image import put_tiles
from editor.model.raster import Curves, HueSaturation, Layer
from editor.workflows.sample import painting
from render.geometry import Point
from render.image_io.values import to_depth

REEDS = "#0b0a18"
BLADES = 64


def make_image(project: Project) -> str:
    """Returns the document's id."""
    document: str = run(
        project, "raster.new_document", name="Lake at dusk", width=painting.WIDTH, height=painting.HEIGHT,
        background=None, resolution=150.0,
    )
    empty = project.children(document, Layer)[0]
    sky, hills = painting.sky(), painting.hills()
    glow = painting.glow()
    above = painting.over(hills, painting.over(glow, sky))
    _place(project, document, "Sky", sky)
    _look(project, _place(project, document, "Sunlight", glow), blend="screen", opacity=0.95)
    _place(project, document, "Hills", hills)
    _place(project, document, "Water", painting.water(above))
    _reeds(project, document)
    _grade(project, document)
    _look(project, _place(project, document, "Grain", painting.grain()), blend="soft_light", opacity=0.35)
    run(project, "project.delete", records=(empty.id,))
    return document


def _place(project: Project, document: str, name: str, picture: painting.Array) -> str:
    pixels = to_depth(picture, "uint8")
    layer: str = run(
        project, "raster.place_pixels", document=document, name=name, width=painting.WIDTH, height=painting.HEIGHT,
        tiles=put_tiles(project, np.ascontiguousarray(pixels)),
    )
    return layer


def _look(project: Project, layer: str, **values: object) -> None:
    run(project, "project.set_fields", records=(layer,), values=values)


def _reeds(project: Project, document: str) -> None:
    """Blades of grass, each one brush stroke that thins out towards its tip, and three birds."""
    layer: str = run(project, "raster.add_layer", document=document, name="Reeds and birds")
    generator = np.random.default_rng(painting.SEED + 50)
    for _ in range(BLADES):
        left = generator.random() < 0.62
        x = generator.normal(90, 120) if left else generator.normal(painting.WIDTH - 70, 95)
        height = generator.uniform(150, 430) * (1.0 if left else 0.8)
        lean = generator.normal(30 if left else -30, 60)
        samples = [
            (x + lean * share**2.2, painting.HEIGHT + 15 - height * share, 1.0 - share**1.5)
            for share in np.linspace(0, 1, 9)
        ]
        _stroke(project, layer, samples, generator.uniform(5, 12))
    for x, y, size in ((470, 500, 27), (560, 462, 20), (415, 448, 16)):
        wings = [(x + size * step, y - size * 0.45 * abs(math.sin(step * 1.9)), 1.0 - abs(step) * 0.7)
                 for step in np.linspace(-1, 1, 13)]
        _stroke(project, layer, wings, 5.5)


def _stroke(project: Project, layer: str, samples: list[tuple[float, float, float]], diameter: float) -> None:
    brush = {"diameter": diameter, "hardness": 0.85, "spacing": 0.12, "size_by_pressure": 0.92}
    run(
        project, "raster.stroke", layer=layer, color=REEDS, brush=brush,
        samples=tuple((float(x), float(y), float(max(0.06, pressure))) for x, y, pressure in samples),
    )


def _grade(project: Project, document: str) -> None:
    """Contrast over all; warmer colours only towards the horizon, by a mask."""
    contrast = Curves(rgb=((0.0, 0.0), (0.25, 0.22), (0.75, 0.79), (1.0, 1.0)))
    run(project, "raster.add_adjustment", document=document, adjustment=contrast, name="Contrast")
    warm: str = run(
        project, "raster.add_adjustment", document=document, name="Warm horizon",
        adjustment=HueSaturation(hue=-6.0, saturation=0.22),
    )
    mask: str = run(project, "raster.add_mask", layer=warm, start="hide")
    run(
        project, "raster.gradient_fill", layer=mask, first="#000000", last="#ffffff", start=Point(0.0, 120.0),
        end=Point(0.0, painting.HEIGHT * painting.HORIZON),
    )
