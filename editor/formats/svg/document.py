"""SVG into a project: one vector document with one page."""

from pathlib import Path
from typing import Any

from editor.base.translation import tr
from editor.document.project import Project
from editor.formats.svg.reader import Reader, Report, SvgOptions, folder_files, read_tree
from editor.formats.svg.state import State
from editor.formats.svg.structure import passes, read_element, view_of
from editor.formats.svg.values import parse_color, parse_length, parse_view_box
from editor.formats.svg.xml import Element
from editor.model.record import decode, encode, kind_of, version_of
from editor.model.vector import Group, Page, VectorDocument
from render.color import Color
from render.geometry import IDENTITY, Rect

LARGEST_PAGE = 1e6


def page_size(root: Element, options: SvgOptions) -> tuple[float, float]:
    """The size of the drawing in units of 1/96 inch; what is not said comes from the view box, then from options."""
    view_box = parse_view_box(root.get("viewBox"))
    sizes: list[float] = []
    natural = (view_box.width, view_box.height) if view_box else (options.width, options.height)
    state = State(root, None, viewport=natural)
    known: list[float | None] = []
    for name, axis in (("width", "x"), ("height", "y")):
        length = parse_length(root.get(name))
        known.append(None if length is None else state.resolve(length, axis))  # type: ignore[arg-type]
    for index in (0, 1):
        other = known[1 - index]
        size = known[index]
        if size is None:
            size = natural[index]
            if other is not None and view_box is not None:
                size = other * natural[index] / natural[1 - index]
        sizes.append(min(size, LARGEST_PAGE) if size > 0 else natural[index])
    return sizes[0], sizes[1]


def import_svg(
    project: Project, data: bytes, *, name: str = "", folder: Path | None = None, options: SvgOptions = SvgOptions()
) -> tuple[str, Report]:
    """Read an SVG as a new document, in one transaction. Gives its id and the report. Raises ExpectedError.

    Pictures are taken from data URIs and from files inside `folder`; nothing else is read, nothing is run.
    """
    root = read_tree(data)
    report = Report()
    with project.transaction(tr("Import SVG")):
        reader = Reader(root, project.new_id, project.blobs.put, folder_files(folder), options, report)
        reader.document = project.new_id()
        width, height = page_size(root, options)
        order = project.order_at_end(None)[0]
        document = VectorDocument(id=reader.document, name=name or root.id, order=order, extra=_extra(root))
        project.put(document)
        page = reader.add(Page(id=reader.new_id(), parent=reader.document, width=width, height=height,
                               background=_background(root)))
        _read_root(reader, root, page, width, height)
        for record in reader.ordered():
            project.put(decode(kind_of(record), version_of(record), encode(record)))
    return reader.document, report


def _read_root(reader: Reader, root: Element, page: str, width: float, height: float) -> None:
    inner, view = view_of(State(root, None, viewport=(width, height)), Rect(0.0, 0.0, width, height))
    reader.set_state(root, inner)
    parent = page
    fields = _root_fields(reader, inner)
    if view != IDENTITY or fields:
        parent = reader.add(Group(id=reader.new_id(), parent=page, **{**fields, "transform": view}))
    if inner.own("display") == "none" or not passes(reader, root):
        return
    for child in root.elements():
        read_element(reader, State(child, inner), parent)


def _root_fields(reader: Reader, state: State) -> dict[str, Any]:
    """The root's own opacity, clip, mask and filter, if it has any."""
    from editor.formats.svg.nodes import NotDrawn, node_fields

    if not any(state.own(name) for name in ("opacity", "clip-path", "mask", "filter", "mix-blend-mode", "isolation")):
        return {}
    try:
        fields = node_fields(reader, state)
    except NotDrawn:
        return {"visible": False}
    return {key: value for key, value in fields.items() if key not in ("transform", "extra", "name")}


def _background(root: Element) -> Color | None:
    return parse_color(root.style.get("background-color"))


def _extra(root: Element) -> dict[str, str]:
    return dict(root.foreign)
