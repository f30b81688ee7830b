"""What makes a project a template: slots, the named places that a form or a row of a table fills.

A slot is a child of the document that it was marked in. It points at records and says which property of them a value
goes to, so that one value can stand in many places: a colour in ten shapes, a name on three pages. What stands there
is the slot's default; nothing is kept apart from the drawing itself.
"""

from typing import Annotated, Literal

import msgspec

from editor.model.record import Record, record
from editor.model.values import RecordId, Unit

SlotKind = Literal["text", "picture", "color", "clip", "font", "switch", "number", "date"]
Property = Literal[
    "text", "picture", "environment", "fill", "stroke", "color", "background", "sun", "clip", "font", "visible"
]
Fit = Literal["fill", "fit", "stretch"]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Language = Literal["english", "english, month first", "french"]
DecimalMark = Literal["point", "comma"]
DateOrder = Literal["day month year", "month day year", "year month day"]
DateFormat = Literal["short", "medium", "long", "full", "day and month", "month and year", "numbers, year first"]
Decimals = Annotated[int, msgspec.Meta(ge=0, le=6)]
Digits = Annotated[int, msgspec.Meta(ge=0, le=12)]

WRITTEN: tuple[SlotKind, ...] = ("text", "number", "date")
"""What can stand where letters stand."""

KIND_OF_PROPERTY: dict[Property, SlotKind] = {
    "text": "text", "picture": "picture", "environment": "picture", "fill": "color", "stroke": "color",
    "color": "color", "background": "color", "sun": "color", "clip": "clip", "font": "font", "visible": "switch",
}  # fmt: skip


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A property of a record. `part` is one of several: a span of a text, a stop of a gradient. `word` is a name that
    stands in braces in a text, and is all of it that is filled.

    `designed` is how large the place was drawn and `filled` what the last filling made of it, in the numbers of the
    property (a letter size; x, y, width, height): while the record still has the size `filled`, the next filling
    starts from `designed` again, so that one long name does not make all names after it small.
    """

    record: RecordId
    property: Property
    part: Count | None = None
    word: Word = ""
    designed: tuple[float, ...] = ()
    filled: tuple[float, ...] = ()


@record("template.slot")
class Slot(Record, frozen=True, kw_only=True):
    """`takes` is what a person gives: a text, a picture, a colour, a film or sound, a font, yes or no, a number or a
    date.

    `role` is what the slot is to a brand ("logo", "primary color"). `longest` is how many letters a text may have (0:
    any number), and with `shrink` letters get smaller until the text is no larger than what was drawn. A picture fills
    its place and is cut (around `focus_x`, `focus_y`), or fits inside it whole, or is stretched.

    Numbers and dates are written as `language` does, and read by the rule that stands here: `mark` is the decimal mark
    and `read_order` the order of a date in what is given. A number has so many `decimals`, at least so many `digits`
    before them, and a `unit` (a currency, a measure, %). With `counted` the rows of a table count by themselves, and
    `first` is the number of the first row.
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
    language: Language = "english"
    mark: DecimalMark = "point"
    decimals: Decimals = 0
    thousands: bool = True
    digits: Digits = 0
    unit: Word = ""
    counted: bool = False
    first: Count = 1
    read_order: DateOrder = "day month year"
    date_format: DateFormat = "long"


@record("template.words")
class Words(Record, frozen=True, kw_only=True):
    """A text as it was drawn, with names in braces, beside what a filling made of it: a child of the document.

    `drawn` are its runs (one for a caption), `said` what stands for each name now, by the name without case and
    accents. While the text still reads as both make it, the next filling starts from `drawn` again. `designed` and
    `filled` are what they are in a `Target`.
    """

    text: RecordId
    drawn: tuple[str, ...]
    said: dict[str, str] = msgspec.field(default_factory=dict)
    designed: tuple[float, ...] = ()
    filled: tuple[float, ...] = ()
