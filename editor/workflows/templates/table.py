"""Tables as spreadsheets write them: the encoding, the separator and the headings are found out, not asked."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr

LARGEST = 64 << 20
LONGEST_CELL = 1 << 20
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATORS = (",", ";", "\t")
LOOKED_AT = 50
"""How many records tell which separator a table has."""


@dataclass(frozen=True)
class Row:
    """`number` is what a spreadsheet writes beside it: the headings are row 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    path: Path
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    separator: str


def read_table(path: Path) -> Table:
    """Raises ExpectedError for a file that is not there, is too large, or is no table."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be opened.", name=str(path))) from error
    if size > LARGEST:
        raise ExpectedError(tr("{name} is too large for a table of texts.", name=path.name))
    encoding = encoding_of(data)
    separator, records = parsed(data.decode(encoding, "replace"), path.name)
    if not records:
        raise ExpectedError(tr("{name} is empty: its first row names the slots.", name=path.name))
    _, headings = records[0]
    rows = tuple(Row(number, cells) for number, cells in records[1:])
    return Table(path, tuple(" ".join(text.split()) for text in headings), rows, encoding, separator)


def encoding_of(data: bytes) -> str:
    """By the mark at the start, by the zeros of UTF-16, else UTF-8 where it is that, else Windows' western letters."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return name
    head = data[: 4096 & ~1]
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def parsed(text: str, name: str = "") -> tuple[str, list[tuple[int, tuple[str, ...]]]]:
    """The separator and the records that are not empty, each with its number. Raises ExpectedError."""
    text = text.removeprefix("\ufeff")
    line, _, rest = text.partition("\n")
    said = line.strip()
    if said.casefold().startswith("sep=") and len(said) == 5:  # a line that spreadsheets write for each other
        return said[4], _records(rest, said[4], name)
    separator = max(SEPARATORS, key=lambda one: _fitness(text, one))
    return separator, _records(text, separator, name)


def _fitness(text: str, separator: str) -> tuple[float, int]:
    """How evenly a separator cuts the first records, and into how many cells."""
    counts = []
    try:
        for record in csv.reader(io.StringIO(text[: 256 * 1024], newline=""), delimiter=separator):
            if any(cell.strip() for cell in record):
                counts.append(len(record))
            if len(counts) == LOOKED_AT:
                break
    except csv.Error:
        return (0.0, 0)
    if not counts or counts[0] < 2:
        return (0.0, 0)
    return (sum(1 for count in counts if count == counts[0]) / len(counts), counts[0])


def _records(text: str, separator: str, name: str) -> list[tuple[int, tuple[str, ...]]]:
    """Strict: a quotation mark that is never closed would swallow all rows below it without a word."""
    before = csv.field_size_limit(LONGEST_CELL)
    records, number = [], 0
    try:
        reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator, strict=True)
        for number, record in enumerate(reader, 1):
            if any(cell.strip() for cell in record):
                records.append((number, tuple(_clean(cell) for cell in record)))
    except csv.Error as error:
        raise ExpectedError(
            tr("{name} cannot be read from row {number} on.", name=name, number=number + 1),
            tr("Look for a quotation mark that is never closed."),
        ) from error
    finally:
        csv.field_size_limit(before)
    return records


def _clean(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()
