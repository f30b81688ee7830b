"""One small template of each editor, and files to fill them with."""

from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from editor.commands.registry import run
from editor.document.project import Project
from editor.model.template import Target
from editor.model.video import Track


def picture(path: Path, width: int = 40, height: int = 20, color: str = "#c03020") -> Path:
    """A picture of one colour, with a white left edge to tell how it lies."""
    image = Image.new("RGB", (width, height), color)
    image.paste("white", (0, 0, max(1, width // 8), height))
    image.save(path)
    return path


def slot(project: Project, name: str, *targets: tuple[str, str], **rules: object) -> str:
    made = tuple(Target(record=key, property=what) for key, what in targets)  # type: ignore[arg-type]
    key: str = run(project, "template.add_slot", name=name, targets=made, **rules)
    return key


def card(project: Project, folder: Path) -> dict[str, str]:
    """A drawing of two pages: a name on both, a photograph, an accent on three things, a ribbon that can be hidden."""
    document = run(project, "vector.new_document", name="Card", width=300, height=200, pages=2)
    first, second = project.index.children(document)
    name = run(project, "vector.add_text", parent=first, text="Your name", x=20, y=20, size=30)
    again = run(project, "vector.add_text", parent=second, text="Your name", x=20, y=20, size=12)
    blob = project.blobs.put(picture(folder / "stock.png").read_bytes())
    photo = run(project, "vector.add_picture", parent=first, blob=blob, x=20, y=80, width=100, height=100)
    bars = [run(project, "vector.add_rectangle", parent=page, width=300, height=10) for page in (first, second)]
    line = run(project, "vector.add_rectangle", parent=first, x=200, y=100, width=50, height=50)
    run(project, "vector.set_stroke", nodes=(line,), width=2.0)
    slot(project, "Name", (name, "text"), (again, "text"), required=True, longest=40, shrink=True)
    slot(project, "Photo", (photo, "picture"))
    slot(project, "Accent", *((bar, "fill") for bar in bars), (line, "stroke"), role="primary color")
    slot(project, "Ribbon", (line, "visible"))
    return {"document": document, "name": name, "again": again, "photo": photo, "bar": bars[0], "line": line}


def film(project: Project, folder: Path) -> dict[str, str]:
    """A timeline with a still, a colour and a caption."""
    document = run(project, "video.new_document", name="Film", width=320, height=180)
    assert project.media is not None
    from editor.workflows.templates.sources import SourceFile

    path = picture(folder / "still.png", 320, 180, "#204060")
    facts = SourceFile(path).facts(project.media.add(path))
    item = run(project, "video.import_media", document=document, facts=facts)
    tracks = [track.id for track in project.children(document, Track) if track.media == "video"]
    still = run(project, "video.add_clip", track=tracks[0], item=item, start=Fraction(0), duration=Fraction(2))
    color = run(project, "video.add_color", track=tracks[1], start=Fraction(2), duration=Fraction(1))
    caption = run(project, "video.add_caption", document=document, start=Fraction(0), text="Hello")
    slot(project, "Still", (still, "clip"))
    slot(project, "Accent", (color, "color"), (caption, "color"))
    slot(project, "Words", (caption, "text"))
    return {"document": document, "still": still, "color": color, "caption": caption}


def image(project: Project, folder: Path) -> dict[str, str]:
    """An image with a photograph's layer, a layer of one colour, and a linked picture."""
    document = run(project, "raster.new_document", name="Image", width=300, height=200, background=None)
    layers = [run(project, "raster.add_layer", document=document, name=name) for name in ("Photo", "Shape")]
    for layer, box in zip(layers, ((50, 20, 100, 80), (200, 20, 60, 60)), strict=True):
        run(project, "raster.select_rectangle", document=document, rect=list(map(float, box)))
        run(project, "raster.fill", layer=layer, color="#808080")
    run(project, "raster.deselect", document=document)
    logo = run(project, "vector.new_document", name="Logo", width=64, height=32)
    link = run(project, "raster.add_embed", document=document, source={"type": "embed", "document": logo})
    slot(project, "Photo", (layers[0], "picture"))
    slot(project, "Accent", (layers[1], "color"))
    slot(project, "Logo", (link, "picture"), fit="fit")
    return {"document": document, "photo": layers[0], "shape": layers[1], "link": link, "logo": logo}


def scene(project: Project, folder: Path) -> dict[str, str]:
    """A cube with a material, and a lamp."""
    document = run(project, "scene.new_document", name="Scene", width=160, height=120)
    cube = run(project, "scene.add_shape", document=document)
    material = run(project, "scene.add_material", document=document)
    run(project, "scene.assign_material", nodes=(cube,), material=material)
    lamp = run(project, "scene.add_lamp", document=document)
    slot(project, "Accent", (material, "color"), (lamp, "color"), (document, "background"))
    slot(project, "Label", (material, "picture"))
    slot(project, "Cube", (cube, "visible"))
    return {"document": document, "cube": cube, "material": material, "lamp": lamp}


def pixels_of(project: Project, document: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """What a document shows, straight."""
    from editor.display.display import Display

    display = Display(project)
    try:
        return np.asarray(display.render_whole(document, 1.0))
    finally:
        display.close()
