"""One small document of each family with most kinds of records in it: what generated commands find to work on."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from editor.commands.registry import run
from editor.document.project import Project

SECOND = Fraction(1)


def raster(project: Project, full: bool) -> None:
    document = run(project, "raster.new_document", name="Picture", width=300, height=200)
    if not full:
        return
    layers = [run(project, "raster.add_layer", document=document, name=name) for name in ("Below", "Above")]
    run(project, "raster.fill", layer=layers[0], color="#ff8000")
    run(project, "raster.add_mask", layer=layers[1])
    run(project, "raster.group_layers", layers=[layers[1]])
    five = [[100 + 20 * number, 80] for number in range(5)]
    run(project, "raster.place_face", document=document, box=[90, 60, 100, 110], points=five)


def vector(project: Project, full: bool) -> None:
    document = run(project, "vector.new_document", name="Page", width=200, height=100, pages=2)
    if not full:
        return
    page = project.index.children(document)[0]
    run(project, "vector.add_rectangle", parent=page, x=1, y=2, width=30, height=40)
    run(project, "vector.add_ellipse", parent=page)
    run(project, "vector.add_text", parent=page, text="Text", x=5, y=50)
    shape = run(project, "vector.add_rectangle", parent=page, x=50, y=2, width=30, height=40)
    run(project, "vector.convert_to_path", shapes=[shape])


def video(project: Project, full: bool) -> None:
    document = run(project, "video.new_document", name="Film")
    if not full:
        return
    facts = {"media": "media-x", "name": "a.mp4", "duration": "10/1", "width": 64, "height": 48, "rate": "25/1"}
    item = run(project, "video.import_media", document=document, facts={**facts, "has_video": True, "has_audio": True})
    track = run(project, "video.add_track", document=document, media="video")
    for number in range(2):
        run(project, "video.add_clip", track=track, item=item, start=number * 4 * SECOND, source_start=SECOND,
            duration=4 * SECOND)  # fmt: skip
    clip = project.index.children(track)[0]
    run(project, "video.add_dissolve", clip=clip, edge="tail", duration=SECOND / 5)
    run(project, "video.add_color", track=track, start=8 * SECOND, duration=2 * SECOND)
    run(project, "video.add_caption", document=document, start=SECOND, duration=SECOND, text="Hello")
    run(project, "video.set_marker", document=document, time=SECOND)


def scene(project: Project, full: bool) -> None:
    document = run(project, "scene.new_document", name="Scene")
    if not full:
        return
    run(project, "scene.add_shape", document=document)
    run(project, "scene.add_camera", document=document)
    run(project, "scene.add_lamp", document=document)
    run(project, "scene.add_material", document=document)


FURNISHED: dict[str, Callable[[Project, bool], None]] = {
    "raster": raster, "vector": vector, "video": video, "scene": scene,
}  # fmt: skip
