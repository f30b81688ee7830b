"""image: data URIs and files beside the SVG, pictures and drawings."""

import base64
import binascii
import re
import urllib.parse
from typing import Any

from editor.base.errors import ExpectedError
from editor.formats.svg.nodes import node_fields
from editor.formats.svg.reader import Reader, SvgOptions, read_tree
from editor.formats.svg.state import State
from editor.formats.svg.values import parse_length
from editor.model.vector import Group, PictureFrame
from render.geometry import Rect
from render.vector.aspect import fit, is_slice

MAX_NESTING = 3
_DATA = re.compile(r"\s*data:([^,]*),(.*)", re.DOTALL)


def image_bytes(reader: Reader, reference: str | None) -> bytes | None:
    """The bytes that a reference leads to, without ever leaving the folder."""
    if not reference:
        return None
    found = _DATA.match(reference)
    if found is None:
        return reader.files(urllib.parse.unquote(reference.strip()))
    text = found[2]
    if not found[1].rstrip().endswith("base64"):
        return urllib.parse.unquote_to_bytes(text)
    try:
        compact = re.sub(r"\s+", "", urllib.parse.unquote(text))
        return base64.b64decode(compact + "=" * (-len(compact) % 4))
    except (binascii.Error, ValueError):
        return None


def is_svg(data: bytes) -> bool:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return data[:2] == b"\x1f\x8b" or head.startswith((b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE")) or b"<svg" in head


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of an encoded picture that can be drawn; None for anything else."""
    import skia

    codec = skia.Codec.MakeFromData(skia.Data(data)) if data else None
    if codec is None:
        return None
    size = codec.dimensions()
    return (size.width(), size.height())


def read_image(reader: Reader, state: State, parent: str) -> None:
    if state.get("visibility") != "visible":
        return
    data = image_bytes(reader, state.element.get("href"))
    fields: dict[str, Any] = node_fields(reader, state)
    if data is None:
        reader.report.drop("image")
        return
    if is_svg(data):
        _read_drawing(reader, state, parent, fields, data)
        return
    size = picture_size(data)
    if size is None:
        reader.report.drop("image")
        return
    place_picture(reader, state, parent, fields, data, size)
    reader.report.keep("image")


def _area(state: State, natural: tuple[float, float]) -> Rect:
    """Where an image goes; a missing side follows from the natural proportions."""
    width, height = parse_length(state.attribute("width")), parse_length(state.attribute("height"))
    wide = state.resolve(width, "x") if width is not None else None
    high = state.resolve(height, "y") if height is not None else None
    if wide is None and high is None:
        wide, high = natural
    elif wide is None and high is not None:
        wide = natural[0] * high / natural[1] if natural[1] else 0.0
    elif high is None and wide is not None:
        high = natural[1] * wide / natural[0] if natural[0] else 0.0
    return Rect(state.length("x", "x"), state.length("y", "y"), wide or 0.0, high or 0.0)


def place_picture(
    reader: Reader, state: State, parent: str, fields: dict[str, Any], data: bytes, size: tuple[int, int]
) -> None:
    """A picture frame; cropped by a group around it where the picture overflows."""
    area = _area(state, (float(size[0]), float(size[1])))
    if area.is_empty:
        return
    aspect = state.element.get("preserveAspectRatio") or "xMidYMid meet"
    natural = Rect(0.0, 0.0, float(size[0]), float(size[1]))
    place = fit(natural, area, aspect).bounds(natural)
    crisp = state.get("image-rendering") in ("optimizeSpeed", "pixelated", "crisp-edges")
    frame: dict[str, Any] = {
        "blob": reader.put_blob(data), "x": place.x, "y": place.y, "width": place.width, "height": place.height,
        "quality": "crisp" if crisp else "smooth",
    }  # fmt: skip
    if is_slice(aspect):
        parent = reader.add(Group(id=reader.new_id(), parent=parent, crop=area, **fields))
        fields = {}
    reader.add(PictureFrame(id=reader.new_id(), parent=parent, **fields, **frame))


def _read_drawing(reader: Reader, state: State, parent: str, fields: dict[str, Any], data: bytes) -> None:
    """A drawing inside a drawing becomes a group; it reads no files itself."""
    from editor.formats.svg.document import page_size
    from editor.formats.svg.structure import read_element, view_of

    if reader.depth >= MAX_NESTING:
        return
    try:
        root = read_tree(data)
    except ExpectedError:
        reader.report.drop("image")
        return
    inner = Reader(
        root, reader.new_id, reader.put_blob, lambda name: None, SvgOptions(languages=reader.options.languages),
        reader.report, reader.depth + 1,
    )  # fmt: skip
    inner.document, inner.records, inner.level = reader.document, reader.records, reader.level
    size = page_size(root, inner.options)
    area = _area(state, size)
    if area.is_empty:
        return
    natural = Rect(0.0, 0.0, *size)
    aspect = state.element.get("preserveAspectRatio") or "xMidYMid meet"
    place = fit(natural, area, aspect)
    crop = area if is_slice(aspect) else place.bounds(natural)
    outer = reader.add(Group(id=reader.new_id(), parent=parent, crop=crop, isolate=True, **_without(fields, "isolate")))
    start = State(root, None, viewport=size)
    inner_state, view = view_of(start, natural)
    group = reader.add(Group(id=reader.new_id(), parent=outer, transform=view.then(place)))
    inner.set_state(root, inner_state)
    for child in root.elements():
        read_element(inner, State(child, inner_state), group)
    reader.report.convert("image")


def _without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}

