"""Art that hangs over an edge, kept from words: what did not lie under them on the old page does not on the new one.

Such art is mostly round, so it counts as the ellipse in its box. What hangs over the same edges shrinks together: rings
stay around one middle.
"""

import math
from collections.abc import Callable, Iterator, Sequence

from editor.workflows.templates.format_items import Item, Part, Placed, edges_touched
from render.geometry import Rect

CLEAR = 0.97
"""From this many of its radii on words were clear of a thing."""
APART = 1.04
"""So many radii from its middle they are to begin."""
STEP, LEAST = 0.94, 0.35
Hang = Callable[[Item, float], Placed]
"""(what hangs over an edge, a factor on its size) -> its place."""


def cleared(
    items: Sequence[Item], parts: dict[str, Part], placed: Sequence[Placed], old: Rect, hang: Hang
) -> list[Placed]:
    """The same places, with smaller ones for what would come to lie under words."""
    places = {place.key: place for place in placed}
    texts = [item for item in items if item.sort == "text" and parts[item.key] == "content" and item.key in places]
    for group in _groups(items, parts, old):
        pairs = [(art, text) for art in group for text in texts if nearness(art.box, text.box) >= CLEAR]
        factor = 1.0
        while factor > LEAST and any(_meet(hang(art, factor), places[text.key]) for art, text in pairs):
            factor *= STEP
        if factor < 1.0:
            places.update({art.key: hang(art, factor) for art in group})
    return [places[place.key] for place in placed]


def nearness(art: Rect, words: Rect) -> float:
    """How many radii from the middle of an ellipse words begin: below 1 they lie over it.

    >>> nearness(Rect(0, 0, 2, 2), Rect(3, 0, 1, 2)), nearness(Rect(0, 0, 2, 2), Rect(1.5, 0, 1, 2))
    (2.0, 0.5)
    """
    middle = art.center
    across = max(words.x - middle.x, middle.x - words.right, 0.0) / max(art.width / 2, 1e-9)
    down = max(words.y - middle.y, middle.y - words.bottom, 0.0) / max(art.height / 2, 1e-9)
    return math.hypot(across, down)


def _meet(art: Placed, words: Placed) -> bool:
    return nearness(art.box, words.box) < APART


def _groups(items: Sequence[Item], parts: dict[str, Part], old: Rect) -> Iterator[list[Item]]:
    """Art by the edges that it hangs over."""
    found: dict[frozenset[str], list[Item]] = {}
    for item in items:
        if parts[item.key] == "bleed" and item.sort == "art":
            found.setdefault(frozenset(edges_touched(item.box, old)), []).append(item)
    yield from found.values()
