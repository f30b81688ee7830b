"""What holds at one element: inherited properties, font size, viewport, and what an enclosing use or marker offers."""

from __future__ import annotations

import math
from typing import Literal

from editor.formats.svg.properties import INHERITED, INITIAL
from editor.formats.svg.values import PIXELS, Length, parse_color, parse_length, parse_opacity
from editor.formats.svg.xml import Element
from render.color import BLACK, Color

Axis = Literal["x", "y", "both"]
DEFAULT_SIZE = 16.0
_SIZES = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0,
}  # fmt: skip
_SIZE_STEP = 1.2


class State:
    """One element where it is drawn: inside a `use`, the parent is the use, not the element's own parent.

    `context` is the State whose fill and stroke context-fill and context-stroke mean; "marker" leaves it to drawing.
    """

    def __init__(
        self, element: Element, parent: State | None, viewport: tuple[float, float] | None = None,
        context: State | Literal["marker"] | None = None,
    ) -> None:  # fmt: skip
        self.element = element
        self.parent = parent
        inherited: State | Literal["marker"] | None = parent.context if parent else None
        self.context: State | Literal["marker"] | None = context if context is not None else inherited
        self.viewport: tuple[float, float] = viewport or (parent.viewport if parent else (100.0, 100.0))
        self.style: dict[str, str] = dict(parent.style) if parent else {}
        self.font_size: float = parent.font_size if parent else DEFAULT_SIZE
        for name, value in element.style.items():
            if name in INHERITED and value not in ("inherit", "no-change"):
                if value in ("initial", "unset"):
                    self.style.pop(name, None)
                else:
                    self.style[name] = value
        for name in ("xml:space", "xml:lang"):
            if name in element.attributes:
                self.style[name] = element.attributes[name]
        self.font_size = self._font_size()

    def get(self, name: str) -> str | None:
        """An inherited property, or its initial value, or None."""
        return self.style.get(name, INITIAL.get(name))

    def own(self, name: str) -> str | None:
        """A property that is not inherited, unless the element says so."""
        value = self.element.style.get(name)
        if value == "inherit":
            return self.parent.own(name) if self.parent else None
        return None if value in ("initial", "unset") else value

    def attribute(self, name: str) -> str | None:
        """A geometry attribute, which CSS may set too."""
        return self.element.style.get(name) or self.element.attributes.get(name)

    def _font_size(self) -> float:
        before = self.parent.font_size if self.parent else DEFAULT_SIZE
        text = self.element.style.get("font-size")
        if text is None or text in ("inherit", "unset"):
            return before
        if text in _SIZES or text == "initial":
            return _SIZES.get(text, DEFAULT_SIZE)
        if text in ("larger", "smaller"):
            return before * _SIZE_STEP if text == "larger" else before / _SIZE_STEP
        length = parse_length(text)
        if length is None or length.number < 0:
            return before
        if length.unit == "%":
            return before * length.number / 100
        return self._resolved(length, "both", before)

    def _resolved(self, length: Length, axis: Axis, em: float) -> float:
        number, unit = length.number, length.unit
        if unit in PIXELS:
            return number * PIXELS[unit]
        width, height = self.viewport
        factors = {
            "em": em,
            "ex": em / 2,
            "ch": em / 2,
            "rem": self._root_size(),
            "%": {"x": width, "y": height, "both": math.sqrt((width**2 + height**2) / 2)}[axis] / 100,
            "vw": width / 100,
            "vh": height / 100,
        }
        return number * factors.get(unit, 0.0)

    def _root_size(self) -> float:
        item = self
        while item.parent is not None:
            item = item.parent
        return item.font_size

    def resolve(self, length: Length, axis: Axis = "both") -> float:
        """A length in user units."""
        return self._resolved(length, axis, self.font_size)

    def length(self, name: str, axis: Axis, default: float = 0.0) -> float:
        """A geometry attribute in user units; the default for what is no length."""
        length = parse_length(self.attribute(name))
        return default if length is None else self.resolve(length, axis)

    def property_length(self, name: str, default: float, axis: Axis = "both") -> float:
        """An inherited property in user units."""
        length = parse_length(self.get(name))
        return default if length is None else self.resolve(length, axis)

    @property
    def color(self) -> Color:
        return parse_color(self.get("color")) or BLACK

    def color_property(self, name: str, default: Color, opacity: str | None = None) -> Color:
        """A colour that is not inherited, such as stop-color, with its opacity beside it."""
        text = self.own(name)
        color = self.color if text is not None and text.lower() == "currentcolor" else parse_color(text) or default
        factor = parse_opacity(self.own(opacity)) if opacity else 1.0
        return color.with_alpha(color.alpha * factor)
