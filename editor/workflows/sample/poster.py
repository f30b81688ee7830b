"""The page "Poster": the lake and the still life by live links, and a title in outlines and gradients."""

from editor.commands.registry import run
from editor.document.project import Project
from editor.model.vector import LinearPaint, Page, ShadowEffect
from render.color import Color
from render.vector.values import Stop

WIDTH, HEIGHT = 900.0, 1200.0
PAPER, INK, GOLD = "#f6efe6", "#1b1730", "#f2b35b"
PICTURE_HEIGHT = 675.0


def make_poster(project: Project, picture: str, still: str) -> str:
    """Returns the document's id."""
    document: str = run(
        project, "vector.new_document", name="Poster", width=WIDTH, height=HEIGHT, background=PAPER
    )
    page = project.children(document, Page)[0].id
    run(
        project, "vector.add_embed", parent=page, document=picture, name="Lake", x=0.0, y=0.0, width=WIDTH,
        height=PICTURE_HEIGHT,
    )
    _band(project, page)
    _title(project, page)
    run(
        project, "vector.add_embed", parent=page, document=still, name="Still life", x=392.0, y=640.0, width=500.0,
        height=500.0,
    )
    _words(project, page)
    return document


def _band(project: Project, page: str) -> None:
    """The line where picture and paper meet, and a frame."""
    line: str = run(
        project, "vector.add_rectangle", parent=page, x=0.0, y=PICTURE_HEIGHT, width=WIDTH, height=10.0, name="Line"
    )
    colors = ((0.0, "#e4572e"), (0.5, GOLD), (1.0, "#1fa3a3"))
    stops = tuple(Stop(place, Color.from_hex(color)) for place, color in colors)
    run(project, "vector.set_fill", nodes=(line,), paint=LinearPaint(stops=stops))
    frame: str = run(
        project, "vector.add_rectangle", parent=page, x=24.0, y=24.0, width=WIDTH - 48, height=HEIGHT - 48, radius=6.0,
        name="Frame",
    )
    run(project, "vector.set_fill", nodes=(frame,), paint=None)
    run(project, "vector.set_color", nodes=(frame,), color="#ffffff55", where="stroke")


def _title(project: Project, page: str) -> None:
    title: str = run(
        project, "vector.add_text", parent=page, text="ATELIER", x=62.0, y=64.0, size=150.0, weight=700,
        color=Color.from_hex("#ffffff"), name="Title",
    )
    run(project, "vector.set_type", shapes=(title,), letter_spacing=4.0)
    stops = (Stop(0.0, Color.from_hex("#fff4dc")), Stop(1.0, Color.from_hex("#ffb46a")))
    run(project, "vector.set_fill", nodes=(title,), paint=LinearPaint(x1=0.0, y1=0.0, x2=0.0, y2=1.0, stops=stops))
    shadow = ShadowEffect(dx=0.0, dy=5.0, radius=9.0, color=Color(0.03, 0.02, 0.10, 0.55))
    run(project, "vector.set_effects", nodes=(title,), effects=(shadow,))


def _words(project: Project, page: str) -> None:
    lines = (
        ("One project,\nfour ways\nto make.", 66.0, 726.0, 44.0, 700, INK),
        ("The lake is painted in layers. The\nring turns in three dimensions.\nBoth stand here by live links:\n"
         "change one, and this page and\nthe film that shows it change too.", 68.0, 912.0, 19.0, 400, "#4a4560"),
        ("Image    Drawing    Film    3D", 68.0, 1112.0, 18.0, 700, "#c2492b"),
    )  # fmt: skip
    for text, x, y, size, weight, color in lines:
        run(
            project, "vector.add_text", parent=page, text=text, x=x, y=y, size=size, weight=weight,
            color=Color.from_hex(color),
        )
