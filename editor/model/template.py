"""What makes a project a template: slots, the named places that a form or a row of a table fills.

A slot is a child of the document that it was marked in. It points at records and says which property of them a value
goes to, so that one value can stand in many places: a colour in ten shapes, a name on three pages. What stands there
is the slot's default; nothing is kept apart from the drawing itself.
"""

from typing import Annotated, Literal

import msgspec

from editor.model.record import Record, record
from editor.model.values import RecordId, Unit

SlotKind = Literal["text", "picture", "color", "clip", "font", "switch"]
Property = Literal[
    "text", "picture", "environment", "fill", "stroke", "color", "background", "sun", "clip", "font", "visible"
]
Fit = Literal["fill", "fit", "stretch"]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]

KIND_OF_PROPERTY: dict[Property, SlotKind] = {
    "text": "text", "picture": "picture", "environment": "picture", "fill": "color", "stroke": "color",
    "color": "color", "background": "color", "sun": "color", "clip": "clip", "font": "font", "visible": "switch",
}  # fmt: skip


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A property of a record. `part` is one of several: a span of a text, a stop of a gradient.

    `designed` is how large the place was drawn and `filled` what the last filling made of it, in the numbers of the
    property (a letter size; x, y, width, height): while the record still has the size `filled`, the next filling
    starts from `designed` again, so that one long name does not make all names after it small.
    """

    record: RecordId
    property: Property
    part: Count | None = None
    designed: tuple[float, ...] = ()
    filled: tuple[float, ...] = ()


@record("template.slot")
class Slot(Record, frozen=True, kw_only=True):
    """`takes` is what a person gives: a text, a picture, a colour, a film or sound, a font, yes or no.

    `role` is what the slot is to a brand ("logo", "primary color"). `longest` is how many letters a text may have (0:
    any number), and with `shrink` letters get smaller until the text is no larger than what was drawn. A picture fills
    its place and is cut (around `focus_x`, `focus_y`), or fits inside it whole, or is stretched.
    """

    name: Word
    takes: SlotKind = "text"
    targets: tuple[Target, ...] = ()
    hint: Word = ""
    required: bool = False
    role: Word = ""
    longest: Count = 0
    shrink: bool = False
    fit: Fit = "fill"
    focus_x: Unit = 0.5
    focus_y: Unit = 0.5
