"""A table against a template: everything that is wrong in any row is told at once, before anything is made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from editor.workflows.templates.fields import Field, folded, meant
from editor.workflows.templates.fill import Value, is_lost
from editor.workflows.templates.table import Row, Table
from editor.workflows.templates.values import FindAsset, nearest, no_library, read_value
from editor.workflows.templates.words import stands


@dataclass(frozen=True)
class Problem:
    """`row` 0 is the table as a whole; `column` is its heading, empty where it is the row as a whole."""

    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        place = tr("Row {number}", number=self.row) if self.row else tr("Table")
        return f"{place}, {self.column}: {self.sentence}" if self.column else f"{place}: {self.sentence}"


@dataclass(frozen=True)
class Filler:
    """What one row puts into the slots, by the names of fields; `cells` are all its texts by folded headings."""

    number: int
    values: dict[str, Value]
    cells: dict[str, str]


@dataclass(frozen=True)
class Checked:
    """`unknown` are headings that name no slot: nothing is wrong with them, if they were meant for something else.
    `left` are names in braces without a column that are perhaps no names, and stay as they are."""

    fillers: tuple[Filler, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know although nothing is wrong."""
        return (left_standing(self.left),) if self.left else ()


def left_standing(names: Iterable[str]) -> str:
    """That names in braces stay as they are."""
    said = ", ".join(f"{{{name}}}" for name in names)
    return tr("Nothing is given for these names in braces, and they stay as they are: {names}.", names=said)


def check_table(
    fields: list[Field], table: Table, find_asset: FindAsset = no_library, check: Callable[[], object] = lambda: None,
    known_beside: frozenset[str] = frozenset(),
) -> Checked:
    """Match headings with slots, and read every cell. `known_beside` are folded names of columns that are used for
    something else, such as the names of files. `check` is called for each row and may raise Cancelled."""
    columns, problems, unknown = _columns(fields, table, known_beside)
    counted = [field for field in fields if field.takes == "number" and field.rule.counted]
    fillers = []
    for place, row in enumerate(table.rows):
        check()
        filler, wrong = _read(row, table, columns, find_asset)
        filler.values.update(
            {field.name: Decimal(field.rule.first + place) for field in counted if field.name not in filler.values}
        )
        fillers.append(filler)
        problems += wrong
    if not table.rows:
        problems.append(Problem(0, "", tr("It has no rows below the headings.")))
    return Checked(tuple(fillers), tuple(problems), tuple(unknown), _left(fields, columns))


def _columns(
    fields: list[Field], table: Table, known_beside: frozenset[str]
) -> tuple[dict[int, Field], list[Problem], list[str]]:
    by_name = {folded(field.name): field for field in fields}
    columns: dict[int, Field] = {}
    problems: list[Problem] = []
    unknown: list[str] = []
    seen: dict[str, str] = {}
    for place, heading in enumerate(table.headings):
        key = folded(heading)
        if key and key in seen:
            problems.append(Problem(1, heading, tr("This column is there twice.")))
        elif key in by_name:
            columns[place] = by_name[key]
        elif heading and key not in known_beside:
            unknown.append(heading)
        seen[key] = heading
    found = {field.name for field in columns.values()}
    names = {folded(name) for name in found}
    needed = [field for field in fields if field.required and not field.is_word] + meant(fields, names)
    problems += [
        Problem(1, "", tr("There is no column {name}, which the template needs.", name=field.name))
        for field in fields
        if field in needed and field.name not in found and not field.rule.counted
    ]  # fmt: skip
    if not columns and not any(field.rule.counted for field in fields):
        known = ", ".join(field.name for field in fields) or "-"
        problems.append(Problem(1, "", tr("No column is named like a slot. The template has: {names}.", names=known)))
    return columns, problems, unknown


def _left(fields: list[Field], columns: dict[int, Field]) -> tuple[str, ...]:
    given = {folded(field.name) for field in columns.values()}
    needed = meant(fields, given)
    return tuple(
        field.name for field in fields if field.is_word and field not in needed and folded(field.name) not in given
    )


def lost_places(project: Project, fields: list[Field], checked: Checked) -> list[Problem]:
    """The slots of a table whose runs or names in braces a hand has edited out of a text that is still there: all
    rows would show what stands there now."""
    given = {name for filler in checked.fillers for name in filler.values}
    return [
        Problem(0, "", is_lost(field.name))
        for field in fields
        if field.name in given
        and any(project.get(one.record) is not None and not stands(project, one) for one in field.targets)
    ]


def unknown_columns(checked: Checked, fields: list[Field]) -> list[Problem]:
    """The columns that fill nothing, as problems, with the slot that was perhaps meant."""
    problems = []
    for heading in checked.unknown:
        meant = nearest(heading, [field.name for field in fields])
        sentence = tr("The template has no slot of this name.")
        if meant:
            sentence = tr("The template has no slot of this name; perhaps {name} is meant.", name=meant)
        problems.append(Problem(1, heading, sentence))
    return problems


def _read(
    row: Row, table: Table, columns: dict[int, Field], find_asset: FindAsset
) -> tuple[Filler, list[Problem]]:
    values: dict[str, Value] = {}
    problems = []
    if len(row.cells) > len(table.headings) and any(row.cells[len(table.headings) :]):
        problems.append(
            Problem(row.number, "", tr("Its cells ({count}) are more than the headings ({headings}).",
                                       count=len(row.cells), headings=len(table.headings)))
        )  # fmt: skip
    for place, field in columns.items():
        text = row.cells[place] if place < len(row.cells) else ""
        if not text.strip() and field.rule.counted:
            continue
        try:
            value = read_value(field, text, table.path.parent, find_asset)
        except ExpectedError as error:
            problems.append(Problem(row.number, table.headings[place], str(error)))
            continue
        if value is not None:
            values[field.name] = value
    cells = {folded(heading): cell for heading, cell in zip(table.headings, row.cells, strict=False)}
    return Filler(row.number, values, cells), problems
