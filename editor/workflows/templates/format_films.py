"""A timeline at another frame size, and a scene: what fills the frame fills the new one, the rest keeps its edges."""

import math
from collections.abc import Callable, Sequence

import msgspec

from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.scene import SceneDocument, SceneNode
from editor.model.vector import Page
from editor.model.video import Caption, Clip, ColorSource, MediaItem, MediaSource, Placement, VideoDocument
from editor.workflows.templates.format_covering import covering, focus_of
from editor.workflows.templates.format_items import Item
from editor.workflows.templates.format_pages import relaid
from render.geometry import Rect

Linked = Callable[[str, float, float], str | None]
Together = Callable[[Sequence[str], float, float], object]
"""(pages seen over each other, new width and height): lays them out as one, so that `Linked` finds them."""


def resize_film(
    project: Project, document: str, width: int, height: int, linked: Linked, together: Together
) -> None:
    """Another frame size: pictures that filled the frame fill it again, captions keep their share."""
    film = project.find(document, VideoDocument)
    old = Rect(0.0, 0.0, float(film.width), float(film.height))
    new = Rect(0.0, 0.0, float(width), float(height))
    display = Display(project)
    try:
        sizes = {clip.id: size for clip in _clips(project, document) if (size := _size(project, display, clip))}
    finally:
        display.close()
    run(project, "video.set_size", document=document, width=width, height=height)
    overlays = _overlays(project, [clip for clip in _clips(project, document) if clip.id in sizes], sizes, old)
    if len(overlays) > 1:
        together(overlays, new.width, new.height)
    for clip in _clips(project, document):
        if clip.id in sizes:
            _fit_clip(project, clip, sizes[clip.id], old, new, linked)
    _fit_captions(project, document, old, new)


def _overlays(
    project: Project, clips: Sequence[Clip], sizes: dict[str, tuple[float, float]], frame: Rect
) -> tuple[str, ...]:
    """Pages of the frame's size that are seen at one time: a title, the line below it, and the ground that they stand
    on, which is the lowest and may be painted."""
    found: dict[str, Clip] = {}
    for clip in clips:
        if not isinstance(clip.source, Embed) or not _rests_on_frame(clip, sizes[clip.id], frame):
            continue
        pages = project.children(clip.source.document, Page)
        fits = len(pages) == 1 and (pages[0].width, pages[0].height) == (frame.width, frame.height)
        clear = fits and (pages[0].background is None or not found)
        if clear and all(clip.start < other.end and other.start < clip.end for other in found.values()):
            found.setdefault(clip.source.document, clip)
    return tuple(found)


def _clips(project: Project, document: str) -> list[Clip]:
    found = (project.records[key] for key in project.index.subtree(document))
    return [item for item in found if isinstance(item, Clip) and not isinstance(item.source, ColorSource)]


def _size(project: Project, display: Display, clip: Clip) -> tuple[float, float] | None:
    if isinstance(clip.source, Embed):
        width, height = display.embedded(clip.source).size
    elif isinstance(clip.source, MediaSource):
        item = project.get(clip.source.item)
        facts = item.facts if isinstance(item, MediaItem) else None
        width, height = (facts.width, facts.height) if facts is not None else (0, 0)
    else:
        return None
    return (width, height) if width > 0 and height > 0 else None


def _fit_clip(
    project: Project, clip: Clip, size: tuple[float, float], old: Rect, new: Rect, linked: Linked
) -> None:
    if isinstance(clip.source, Embed) and _rests_on_frame(clip, size, old):
        made = linked(clip.source.document, new.width, new.height)
        if made is not None:
            _exchange(project, clip, made, old, new)
            return
    _move(project, clip, lambda place: _placed(place, size, old, new))


def _rests_on_frame(clip: Clip, size: tuple[float, float], frame: Rect) -> bool:
    """Whether it lies right over the frame, all the time or at one key of its movement: it was drawn for it."""
    boxes = [_box(place, size, frame) for place in ([key.value for key in clip.placement_keys] or [clip.placement])]
    return any(
        abs(box.width - frame.width) < 2 and abs(box.height - frame.height) < 2
        and abs(box.x - frame.x) < 2 and abs(box.y - frame.y) < 2 for box in boxes
    )  # fmt: skip


def _exchange(project: Project, clip: Clip, document: str, old: Rect, new: Rect) -> None:
    """The same page at the new size, moving as far across and down as before, in parts of the frame."""
    source = {**msgspec.to_builtins(clip.source, enc_hook=str), "document": document, "part": None}
    run(project, "project.set_fields", records=(clip.id,), values={"source": source})
    across, down = new.width / old.width, new.height / old.height
    _move(project, clip, lambda place: msgspec.structs.replace(place, x=place.x * across, y=place.y * down))


def _move(project: Project, clip: Clip, moved: Callable[[Placement], Placement]) -> None:
    """A clip's place, and every key of its movement, at their times."""
    place = moved(clip.placement)
    run(project, "video.set_placement", clips=(clip.id,), x=place.x, y=place.y, scale=place.scale)
    for key in clip.placement_keys:
        time = clip.start + key.time
        run(project, "video.set_placement_key", clip=clip.id, time=time, value=moved(key.value), hold=key.hold)


def _box(place: Placement, size: tuple[float, float], frame: Rect) -> Rect:
    fit = min(frame.width / size[0], frame.height / size[1]) * place.scale
    width, height = size[0] * fit, size[1] * fit
    center = frame.center
    return Rect(center.x + place.x - width / 2, center.y + place.y - height / 2, width, height)


def _placed(place: Placement, size: tuple[float, float], old: Rect, new: Rect) -> Placement:
    """What covered the frame covers the new one around the same point; anything else is planned like art on a page."""
    box = _box(place, size, old)
    covers = box.width >= old.width - 2 and box.height >= old.height - 2
    if covers:
        over = min(box.width / old.width, box.height / old.height)
        large = Rect(0.0, 0.0, new.width * over, new.height * over)
        shape = covering(box, large)
        seen = focus_of(box, box.intersection(old))
        x = min(new.x, max(new.right - shape.width, new.center.x - seen[0] * shape.width))
        y = min(new.y, max(new.bottom - shape.height, new.center.y - seen[1] * shape.height))
        target = Rect(x, y, shape.width, shape.height)
    else:
        plan = relaid([Item("clip", box, "art")], old, new, lambda key, scale, wrap: (0.0, 0.0))
        target = plan.placed[0].box if plan.placed else box
    fit = min(new.width / size[0], new.height / size[1])
    return msgspec.structs.replace(
        place, x=target.center.x - new.center.x, y=target.center.y - new.center.y, scale=target.width / size[0] / fit
    )


def _fit_captions(project: Project, document: str, old: Rect, new: Rect) -> None:
    """Letters are parts of the height: they take the size that the smaller change asks for."""
    ratio = min(new.width / old.width, new.height / old.height) / (new.height / old.height)
    factor = max(ratio, 0.62)
    if abs(factor - 1) < 1e-6:
        return
    for key in list(project.index.subtree(document)):
        caption = project.records[key]
        if isinstance(caption, Caption):
            style = msgspec.to_builtins(caption.style)
            style = {**style, "size": caption.style.size * factor}
            run(project, "project.set_fields", records=(key,), values={"style": style})


def resize_scene(project: Project, document: str, width: int, height: int) -> tuple[str, ...]:
    """Another picture size: cameras see at least as much across and down as before."""
    scene = project.find(document, SceneDocument)
    before, after = scene.width / scene.height, width / height
    run(project, "project.set_fields", records=(document,), values={"width": width, "height": height})
    for key in list(project.index.subtree(document)):
        node = project.records[key]
        if isinstance(node, SceneNode) and node.camera is not None:
            lens = _lens(msgspec.to_builtins(node.camera), node.camera.aspect or before, after)
            run(project, "project.set_fields", records=(key,), values={"camera": lens})
    return ()


def _lens(lens: dict[str, object], before: float, after: float) -> dict[str, object]:
    """The view up and down grows where the picture became narrower, so that nothing at the sides is lost."""
    wider = max(1.0, before / after)
    half = math.tan(math.radians(float(str(lens["field_of_view"]))) / 2) * wider
    return {
        **lens, "aspect": after if lens["aspect"] is not None else None,
        "field_of_view": min(170.0, math.degrees(2 * math.atan(half))),
        "half_height": float(str(lens["half_height"])) * wider,
    }  # fmt: skip

