"""A long session stays small: what a gesture passed through is let go of, pixels that are stored are not held twice."""

from editor.commands.registry import run, run_live
from editor.display.display import Display
from editor.display.engine import Request
from editor.display.raster import RasterDrawing
from editor.document.project import Project
from editor.model.raster import PixelLayer
from render.geometry import IntRect
from render.raster.tree import PixelLayer as Shown


def held(display: Display) -> int:
    """Tiles that kept drawings hold in memory beside every cache."""
    found = set()
    for drawing in display._drawings.values():
        assert isinstance(drawing, RasterDrawing)
        for layer in drawing.picture.layers:
            assert isinstance(layer, Shown)
            found |= {id(tile) for tile in layer.tiles.grid.values() if tile.in_memory}
    return len(found)


def test_live_states_are_not_collected() -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=512, height=512)
    (layer,) = project.children(document, PixelLayer)
    display = Display(project)
    before = display.drawing(document)
    view = Request(IntRect(0, 0, 512, 512))
    gesture = project.gesture("Gradient")
    for number in range(20):
        run_live(project, gesture, "raster.fill", layer=layer.id, color=f"#0000{number + 16:02x}")
        assert display.render(display.drawing(document), view)[0, 0, 2] == number + 16
    assert len(display._drawings) == 2 and held(display) == 4
    gesture.commit()
    assert display.render(display.drawing(document), view)[0, 0, 2] == 35
    assert len(display._drawings) == 2 and held(display) == 0
    project.undo()
    assert display.drawing(document) is before
