"""Text: spans of one style each, and how their lines are made."""

from typing import Literal

import msgspec

from editor.model.record import record
from editor.model.vector.nodes import Node
from editor.model.vector.paints import Style
from render.text.style import Anchor, CharPlace, PathFlow, SetLength, TextStyle


class Decoration(msgspec.Struct, frozen=True, kw_only=True):
    """A line under, over or through the text, with paints of its own."""

    kind: Literal["underline", "overline", "line-through"]
    styles: tuple[Style, ...] = ()


class SpanData(msgspec.Struct, frozen=True, kw_only=True):
    """Text of one style. `flow` and `fitted` are indices into the record's `flows` and `fits`."""

    text: str
    style: TextStyle = TextStyle()
    styles: tuple[Style, ...] = ()
    anchor: Anchor = "start"
    decorations: tuple[Decoration, ...] = ()
    visible: bool = True
    flow: int | None = None
    fitted: int | None = None


@record("vector.text")
class TextShape(Node, frozen=True, kw_only=True):
    """Two modes. "paragraph": lines from (x, y) down, broken at line ends and at `width`. "placed": as SVG has it,
    characters at `places`, along `flows`, stretched to `fits`.
    """

    spans: tuple[SpanData, ...] = ()
    mode: Literal["paragraph", "placed"] = "paragraph"
    x: float = 0.0
    y: float = 0.0
    width: float | None = None
    align: Literal["start", "middle", "end", "justify"] = "start"
    line_height: float = 1.2
    places: tuple[CharPlace, ...] = ()
    flows: tuple[PathFlow, ...] = ()
    fits: tuple[SetLength, ...] = ()
    direction: Literal["ltr", "rtl", "auto"] = "auto"
    override: bool = False
    writing: Literal["horizontal", "vertical"] = "horizontal"
    smooth: bool = True

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


