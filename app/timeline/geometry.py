"""Between screen and timeline: pixels, seconds and rows. Plain numbers, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

RULER = 32
ROW_HEIGHTS = {"caption": 34, "video": 68, "audio": 58}
GAP = 2
SEPARATOR = 8
CLOSEST = 2400.0
FARTHEST = 0.02


@dataclass
class Geometry:
    """`zoom` is pixels a second, `left` the time at the left edge, `top` the pixels scrolled down."""

    zoom: float = 80.0
    left: float = 0.0
    top: int = 0
    width: int = 800
    height: int = 300
    rows: list[str] = field(default_factory=list)
    tops: list[int] = field(default_factory=list)

    def set_rows(self, kinds: list[str]) -> None:
        """The kinds of the rows from the top; between pictures and sounds lies a wider gap."""
        self.rows = kinds
        self.tops = []
        y = GAP
        for number, kind in enumerate(kinds):
            if number and kind == "audio" and kinds[number - 1] != "audio":
                y += SEPARATOR
            self.tops.append(y)
            y += ROW_HEIGHTS[kind] + GAP
        self.content_height = y + 40

    content_height: int = 40

    def x_of(self, seconds: float) -> float:
        return (seconds - self.left) * self.zoom

    def seconds_at(self, x: float) -> float:
        return self.left + x / self.zoom

    def row_top(self, number: int) -> int:
        """The y of a row inside the widget, below the ruler."""
        return RULER + self.tops[number] - self.top

    def row_height(self, number: int) -> int:
        return ROW_HEIGHTS[self.rows[number]]

    def row_at(self, y: float) -> float:
        """The row as a number with its part; -1 above the first, the count of rows below the last."""
        inside = y - RULER + self.top
        if not self.tops or inside < self.tops[0]:
            return -1.0
        for number, top in enumerate(self.tops):
            bottom = top + self.row_height(number)
            if inside < bottom + GAP or number + 1 < len(self.tops) and inside < self.tops[number + 1]:
                return number + min(0.999, max(0.0, (inside - top) / self.row_height(number)))
        return float(len(self.rows))

    def y_of(self, row: float) -> float:
        """The y of a row number with its part."""
        if not self.rows:
            return float(RULER)
        number = min(int(row), len(self.rows) - 1)
        return self.row_top(number) + (row - number) * self.row_height(number)

    def zoom_about(self, x: float, factor: float) -> None:
        """Zoom so that the time under `x` stays there."""
        fixed = self.seconds_at(x)
        self.zoom = min(CLOSEST, max(FARTHEST, self.zoom * factor))
        self.left = max(0.0, fixed - x / self.zoom)

    def fit(self, seconds: float) -> None:
        """Show so many seconds from the start, with a little room after them."""
        self.zoom = min(CLOSEST, max(FARTHEST, self.width / max(seconds * 1.06, 0.5)))
        self.left = 0.0

    def tick_seconds(self, rate: float) -> tuple[float, int]:
        """The distance of labelled ticks, at least 90 pixels, and into how many parts to divide it."""
        frame = 1 / rate
        whole = max(1, round(rate))
        steps = [(frame, 1), (2 * frame, 2), (5 * frame, 5), (10 * frame, 10)]
        seconds = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000, 36000)
        steps += [(float(step) * whole * frame, 5 if step != 2 else 4) for step in seconds]
        for step, parts in steps:
            if step * self.zoom >= 90:
                return step, parts
        return steps[-1]
