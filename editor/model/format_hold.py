"""What a person said about an object for pages of other sizes. A child of the object; what is not said is inferred."""

from typing import Literal

from editor.model.record import Record, record

Across = Literal["auto", "left", "center", "right"]
Down = Literal["auto", "top", "center", "bottom"]


@record("format_hold.object")
class FormatHold(Record, frozen=True, kw_only=True):
    """The edges that the object is tied to; with `keep` it is the last thing to be left out."""

    across: Across = "auto"
    down: Down = "auto"
    keep: bool = False
