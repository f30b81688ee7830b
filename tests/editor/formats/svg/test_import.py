"""SVG import: the cascade, structure, sizes, and what a hostile file must not reach."""

import base64
import gzip
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.document.project import Project
from editor.formats.svg import import_svg, reader
from editor.model.vector import (
    EllipseShape,
    FillStyle,
    Group,
    LinearPaint,
    Page,
    PathShape,
    PictureFrame,
    RectangleShape,
    SolidPaint,
    TextShape,
)  # fmt: skip
from render.color import Color

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="50">'
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def read(body: str, folder: Path | None = None) -> Project:
    project = Project.in_memory()
    import_svg(project, (HEAD + body + "</svg>").encode(), folder=folder)
    return project


def one(project: Project, cls: type) -> object:
    found = [item for item in project.records.values() if type(item) is cls]
    assert len(found) == 1
    return found[0]


def color_of(project: Project, cls: type = RectangleShape) -> str:
    item = one(project, cls)
    fill = next(style for style in item.styles if isinstance(style, FillStyle))  # type: ignore[attr-defined]
    assert isinstance(fill.paint, SolidPaint)
    return fill.paint.color.to_hex()


RECT = '<rect id="r" class="k" width="10" height="10" {}/>'


@pytest.mark.parametrize(
    ("style", "attributes", "expected"),
    [
        ("", 'fill="#ff0000"', "#ff0000"),
        ("rect { fill: #00ff00 }", 'fill="#ff0000"', "#00ff00"),
        ("rect { fill: #00ff00 } .k { fill: #0000ff }", "", "#0000ff"),
        ("#r { fill: #00ff00 } .k { fill: #0000ff }", "", "#00ff00"),
        ("#r { fill: #00ff00 }", 'style="fill: #0000ff"', "#0000ff"),
        ("rect { fill: #00ff00 !important }", 'style="fill: #0000ff"', "#00ff00"),
        ("g > rect:first-child { fill: #0000ff }", "", "#0000ff"),
        ("/* c */ @import url(http://nowhere/x.css); rect[class~=k] { fill: #010203 }", "", "#010203"),
    ],
)
def test_the_cascade(style: str, attributes: str, expected: str) -> None:
    project = read(f"<style>{style}</style><g>{RECT.format(attributes)}</g>")
    assert color_of(project) == expected


def test_shapes_become_what_they_are() -> None:
    project = read('<circle r="5"/><path d="M0 0 L10 0 Q10 10 0 10z"/><text x="3" y="4">Hi <tspan>you</tspan></text>')
    circle, path, text = one(project, EllipseShape), one(project, PathShape), one(project, TextShape)
    assert (circle.rx, circle.ry) == (5.0, 5.0)  # type: ignore[attr-defined]
    assert [len(contour.nodes) for contour in path.contours] == [3]  # type: ignore[attr-defined]
    assert text.text == "Hi you"  # type: ignore[attr-defined]


def test_gradients_inherit_by_reference() -> None:
    project = read(
        '<linearGradient id="a"><stop stop-color="red"/><stop offset="1" stop-color="blue" stop-opacity=".5"/>'
        '</linearGradient><linearGradient id="b" xlink:href="#a" x2="0" y2="100%"/>' + RECT.format('fill="url(#b)"')
    )
    paint = one(project, RectangleShape).styles[0].paint  # type: ignore[attr-defined]
    assert isinstance(paint, LinearPaint)
    assert (paint.x2, paint.y2) == (0.0, 1.0)
    assert [stop.color for stop in paint.stops] == [Color(1.0, 0.0, 0.0), Color(0.0, 0.0, 1.0, 0.5)]


def test_sizes_and_view_box() -> None:
    project = Project.in_memory()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="2in" viewBox="0 0 10 20"><rect width="9" height="9"/></svg>'
    import_svg(project, gzip.compress(svg))
    page = one(project, Page)
    assert (page.width, page.height) == (192.0, 384.0)  # type: ignore[attr-defined]
    assert one(project, Group).transform.a == pytest.approx(19.2)  # type: ignore[attr-defined]


def test_import_is_one_step_of_history() -> None:
    project = read(RECT.format(""))
    assert len(project.history) == 1
    project.undo()
    assert not project.records


@pytest.mark.parametrize("data", [b"", b"not xml", b"<svg", b"<html/>", b"\x1f\x8bdamaged", b"\x00" * 100])
def test_what_is_no_svg_is_refused_in_one_sentence(data: bytes) -> None:
    project = Project.in_memory()
    with pytest.raises(ExpectedError):
        import_svg(project, data)
    assert not project.records


def test_entities_neither_explode_nor_read_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    levels = "".join(f'<!ENTITY b{n + 1} "{f"&b{n};" * 10}">' for n in range(12))
    bomb = f'<!DOCTYPE svg [<!ENTITY b0 "lol">{levels}]>{HEAD}<text>&b12;</text></svg>'
    with pytest.raises(ExpectedError):
        import_svg(Project.in_memory(), bomb.encode())
    outside = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{secret}">]>{HEAD}<text>a&x;b</text></svg>'
    project = Project.in_memory()
    import_svg(project, outside.encode(), folder=tmp_path)
    assert "secret" not in one(project, TextShape).text  # type: ignore[attr-defined]


def test_pictures_come_from_the_folder_only(tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "outside.png").write_bytes(PIXEL)
    (folder / "beside.png").write_bytes(PIXEL)
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    for name in ("../outside.png", "link.png", str(tmp_path / "outside.png"), "http://nowhere/x.png", "file:///x.png"):
        project = read(f'<image width="5" height="5" xlink:href="{name}"/>', folder)
        assert not [item for item in project.records.values() if isinstance(item, PictureFrame)], name
    project = read('<image width="5" height="5" xlink:href="beside.png"/>', folder)
    assert project.blobs.get(one(project, PictureFrame).blob) == PIXEL  # type: ignore[attr-defined]


def test_circles_of_references_end() -> None:
    read('<g id="a"><use xlink:href="#a"/></g>')
    inside = '<rect width="5" height="5" fill="url(#p)"/>'
    read(f'<pattern id="p" width="5" height="5">{inside}</pattern>' + RECT.format('fill="url(#p)"'))
    clip = '<clipPath id="c" clip-path="url(#c)"><rect width="5" height="5"/></clipPath>'
    read(clip + RECT.format('clip-path="url(#c)"'))
    both = '<linearGradient id="x" xlink:href="#y"/><linearGradient id="y" xlink:href="#x"/>'
    read(both + RECT.format('fill="url(#x)"'))


def test_copies_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_RECORDS", 4_000)  # as few as that are refused in no time
    levels = "".join(f'<g id="g{n + 1}">' + f'<use xlink:href="#g{n}"/>' * 10 + "</g>" for n in range(12))
    with pytest.raises(ExpectedError):
        read(f'<defs><rect id="g0" width="1" height="1"/>{levels}</defs><use xlink:href="#g12"/>')


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ExpectedError):
        read("<g>" * 5000 + "</g>" * 5000)
