"""What stands on a page, as plain geometry, and what part each thing plays there.

    ground   covers the page                         -> covers the new page
    frame    a box inside the page at an even gap    -> the same gap, scaled
    panel    covers one side of the page             -> the same share of the new page, on a side that suits it
    stripe   thin, from edge to edge                 -> as long as the new edge
    veil     lets what lies below it through        -> over the same part of the page, or all of it
    bleed    hangs over an edge                      -> hangs over the same edge
    content  stands inside                           -> stands inside: see format_content
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from editor.model.format_hold import Across, Down
from render.geometry import Rect

Sort = Literal["shape", "picture", "art", "text", "veil"]
Part = Literal["ground", "frame", "panel", "stripe", "bleed", "content", "veil"]
Side = Literal["left", "right", "top", "bottom"]
Measure = Callable[[str, float, float | None], tuple[float, float]]
"""(text, factor on its letters, width to break at or None) -> width and height of what is seen."""

TOUCH = 0.012
"""Parts of a page's side: so near to an edge is on it."""
THIN = 0.12
SAFE = 0.04
"""Nothing that stands inside comes nearer to an edge than this part of a square of the page's area."""
EDGE = 0.11
"""And than this part of the shorter side, where that is less: banners."""


@dataclass(frozen=True)
class Hold:
    """What a person said about one object: the edges it is tied to, and whether it may be left out."""

    across: Across = "auto"
    down: Down = "auto"
    keep: bool = False


@dataclass(frozen=True)
class Item:
    """A thing on a page. A shape or a veil may be stretched, a picture cropped, art keeps its proportions, text is
    broken anew. `letters` is the size of a text's smallest letters."""

    key: str
    box: Rect
    sort: Sort = "art"
    letters: float = 0.0
    wrap: float | None = None
    align: Literal["start", "middle", "end", ""] = ""
    hold: Hold = Hold()


@dataclass(frozen=True)
class Placed:
    """Where a thing goes. `scale` is the factor on letters and line widths; a picture whose box has other proportions
    is to be cropped to it, a shape to be stretched. `wrap` is where a text's lines break."""

    key: str
    box: Rect
    scale: float = 1.0
    wrap: float | None = None


@dataclass(frozen=True)
class Plan:
    """All that has a place, and the keys of what found none."""

    placed: tuple[Placed, ...]
    left_out: tuple[str, ...] = ()

    def of(self, key: str) -> Placed | None:
        return next((item for item in self.placed if item.key == key), None)


def inset(page: Rect) -> Rect:
    """The part of a page in which things stand safely."""
    return page.expanded(-margin_of(page))


def margin_of(page: Rect) -> float:
    """The least distance from the edges."""
    area = max(0.0, page.width * page.height)
    return float(min(SAFE * area**0.5, EDGE * min(page.width, page.height)))


def edges_touched(box: Rect, page: Rect) -> frozenset[Side]:
    """The edges of the page that a box reaches."""
    near_x, near_y = TOUCH * page.width, TOUCH * page.height
    found: set[Side] = set()
    if box.x <= page.x + near_x:
        found.add("left")
    if box.right >= page.right - near_x:
        found.add("right")
    if box.y <= page.y + near_y:
        found.add("top")
    if box.bottom >= page.bottom - near_y:
        found.add("bottom")
    return frozenset(found)


def part_of(item: Item, page: Rect) -> Part:
    """What part a thing plays on its page; see the module's text."""
    touched = edges_touched(item.box, page)
    if item.sort == "text":
        return "bleed" if _hangs_over(item.box, page) else "content"
    if len(touched) == 4:
        return "ground"
    if item.sort == "veil" and len(touched) == 3:
        return "veil"
    if len(touched) == 3 and item.sort not in ("art", "veil"):
        return "stripe" if _depth(item.box, page, touched) < THIN else "panel"
    if item.sort == "shape" and touched in ({"left", "right"}, {"top", "bottom"}):
        return "stripe"
    if touched and (len(touched) > 2 or _hangs_over(item.box, page)):
        return "bleed"
    if item.sort == "shape" and _is_frame(item.box, page):
        return "frame"
    return "content" if _stands_inside(item.box, page) else "bleed"


def free_side(touched: frozenset[Side]) -> Side:
    """Of a box at three edges: the edge that it hugs from one end to the other."""
    (missing,) = {"left", "right", "top", "bottom"} - touched
    opposite: dict[str, Side] = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}
    return opposite[missing]


def _depth(box: Rect, page: Rect, touched: frozenset[Side]) -> float:
    """How far a box at three edges reaches into the page, as a part of it."""
    if free_side(touched) in ("left", "right"):
        return box.width / page.width
    return box.height / page.height


def _hangs_over(box: Rect, page: Rect) -> bool:
    slack = TOUCH * min(page.width, page.height)
    inside = page.expanded(slack)
    return box.x < inside.x or box.y < inside.y or box.right > inside.right or box.bottom > inside.bottom


def _stands_inside(box: Rect, page: Rect) -> bool:
    return box.x >= page.x and box.y >= page.y and box.right <= page.right and box.bottom <= page.bottom


def _is_frame(box: Rect, page: Rect) -> bool:
    gaps = (box.x - page.x, box.y - page.y, page.right - box.right, page.bottom - box.bottom)
    short = min(page.width, page.height)
    return min(gaps) > 0 and max(gaps) <= 0.12 * short and max(gaps) - min(gaps) <= 0.03 * short
