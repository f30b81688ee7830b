"""Tables: as spreadsheets write them, checked against a template, and made into files."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.document.project import Project
from editor.model.template import Slot
from editor.workflows.templates.check import Checked, check_table, unknown_columns
from editor.workflows.templates.fields import Field, fields_of, folded
from editor.workflows.templates.ledger import PREFIX
from editor.workflows.templates.naming import FORBIDDEN, Names, check_pattern, file_name
from editor.workflows.templates.rows import Made, Wish, chief_documents, make_rows, tasks_of
from editor.workflows.templates.table import Table, encoding_of, parsed, read_table
from editor.workflows.templates.values import read_color, read_file, read_switch, read_value
from render.color import Color
from tests.editor.workflows.templates import making

CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6),
    separator=st.sampled_from(",;\t"), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)  # fmt: skip
def test_any_table_comes_back(rows: list[list[str]], separator: str, encoding: str, tmp_path: Path) -> None:
    """Whatever the cells hold, separators of the other kinds included, quoted as the csv module writes it."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([["Name", "Photo", "Accent"], *rows])
    path = tmp_path / "table.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    table = read_table(path)
    assert (table.headings, table.separator) == (("Name", "Photo", "Accent"), separator)
    expected = [
        (number, tuple(cell.strip() for cell in row))
        for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)
    ]  # fmt: skip
    assert [(row.number, row.cells) for row in table.rows] == expected


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"\xef\xbb\xbfa,b", "utf-8-sig"), ("a;é".encode("utf-16"), "utf-16"), ("Prénom".encode(), "utf-8"),
        ("Prénom;ça".encode("cp1252"), "cp1252"), ("Name,Title".encode("utf-16-le"), "utf-16-le"),
        ("Name,Title".encode("utf-16-be"), "utf-16-be"), (b"", "utf-8"),
    ],
)  # fmt: skip
def test_encodings_are_found_out(data: bytes, encoding: str) -> None:
    assert encoding_of(data) == encoding


def test_a_line_that_says_the_separator() -> None:
    assert parsed("sep=;\r\na;b\r\n1,5;2\r\n") == (";", [(1, ("a", "b")), (2, ("1,5", "2"))])


def test_one_column_with_commas_in_it_is_cut_by_nothing_but_commas() -> None:
    assert parsed("Name\nZoé\n")[1] == [(1, ("Name",)), (2, ("Zoé",))]


@pytest.mark.parametrize("data", [b"", b"\n\n  \n", b'a,b\n"never closed, ' + b"x" * (2 << 20), b'a;b\n"x;y\n1;2\n'])
def test_what_is_no_table_is_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    with pytest.raises(ExpectedError):
        read_table(path)
    with pytest.raises(ExpectedError):
        read_table(tmp_path / "none.csv")


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@pytest.mark.parametrize("text", ["#ff0000", "ff0000", "RED", "rgb(255,0,0)", "rgb(100%, 0%, 0%)", "#f00"])
def test_colours_as_people_write_them(text: str) -> None:
    assert read_color(text) == Color(1.0, 0.0, 0.0)


def test_words_for_yes_and_no_in_both_languages() -> None:
    assert read_switch(" Oui ") and read_switch("1") and not read_switch("non") and not read_switch("FALSE")
    with pytest.raises(ExpectedError):
        read_switch("perhaps")


def test_files_lie_beside_the_table_or_in_the_library(tmp_path: Path) -> None:
    picture = making.picture(tmp_path / "a b.png")
    (tmp_path / "sub").mkdir()
    making.picture(tmp_path / "sub" / "c.png")
    assert read_file("picture", "a b.png", tmp_path) == picture
    assert read_file("picture", "sub\\c.png", tmp_path) == tmp_path / "sub" / "c.png"
    assert read_file("picture", "library:logo", tmp_path, {"logo": picture}.__getitem__) == picture
    for wrong in ("none.png", "library:logo"):
        with pytest.raises(ExpectedError):
            read_file("picture", wrong, tmp_path)


# Against a template


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project.in_memory()
    making.card(made, tmp_path)
    return made


def table(folder: Path, text: str) -> Table:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path)


def checked(project: Project, folder: Path, text: str) -> Checked:
    return check_table(fields_of(project), table(folder, text))


def test_everything_that_is_wrong_is_said_at_once(project: Project, tmp_path: Path) -> None:
    rows = f"Name,Photo,Accent,Ribon,name\n,gone.png,blurple,x,\n{'x' * 41},,,,\nok,,,,,y\n"
    found = checked(project, tmp_path, rows)
    said = [(one.row, one.column) for one in found.problems]
    assert said == [(1, "name"), (2, "Name"), (2, "Photo"), (2, "Accent"), (3, "Name"), (4, "")]
    assert "Row 2, Photo" in str(found.problems[2]) and "gone.png" in str(found.problems[2])
    (column,) = unknown_columns(found, fields_of(project))
    assert column.column == "Ribon" and "Ribbon" in column.sentence


def test_a_needed_column_that_is_missing(project: Project, tmp_path: Path) -> None:
    found = checked(project, tmp_path, "Accent\nred\n")
    assert [(one.row, "Name" in one.sentence) for one in found.problems] == [(1, True)]
    assert len(checked(project, tmp_path, "Nobody\nred\n").problems) == 2
    assert checked(project, tmp_path, "Name\n").problems


def test_headings_are_matched_without_case_and_accents(project: Project, tmp_path: Path) -> None:
    found = checked(project, tmp_path, "nàme;ACCENT ;e-mail\nZoé;red;z@b.org\n")
    assert not found.problems and found.unknown == ("e-mail",)
    assert found.fillers[0].values == {"Name": "Zoé", "Accent": Color(1.0, 0.0, 0.0)}


def test_an_empty_cell_empties_a_text_and_leaves_all_else(project: Project, tmp_path: Path) -> None:
    text = Field("T", "text", (Slot(id="a", name="T"),))
    color = Field("C", "color", (Slot(id="b", name="C", takes="color"),))
    assert read_value(text, "", tmp_path) == "" and read_value(color, " ", tmp_path) is None


# Names


@given(words=st.dictionaries(st.sampled_from(["name", "city"]), st.text(max_size=200)), pattern=st.sampled_from(
    ["{name}-{row}.pdf", "{city}.png", "a {name}.svg"]))  # fmt: skip
def test_names_are_safe_everywhere(words: dict[str, str], pattern: str) -> None:
    name = file_name(pattern, {"row": "7", **words})
    assert not FORBIDDEN.search(name) and len(name) < 140
    stem = name.rpartition(".")[0]
    assert stem and stem == stem.strip(" .") and name.endswith(pattern[-4:])


@pytest.mark.parametrize(
    "pattern", ["{name}", "name.{row}", "{nobody}.pdf", "out/{name}.pdf", "{name.pdf", "{name.__class__}.pdf"]
)
def test_patterns_that_are_none(pattern: str) -> None:
    with pytest.raises(ExpectedError):
        check_pattern(pattern, ["Name"])


def test_reserved_and_equal_names() -> None:
    assert file_name("{name}.pdf", {"name": "CON", "row": "3"}) == "CON_3.pdf"
    names = Names()
    assert [names.free(name) for name in ("A.pdf", "a.pdf", "Ä.pdf")] == ["A.pdf", "a-2.pdf", "Ä.pdf"]


# Files


def made(project: Project, folder: Path, rows: str, progress: Progress | None = None, **wishes: object) -> list[Made]:
    found = checked(project, folder, rows)
    assert not found.problems
    out = folder / "out"
    out.mkdir(exist_ok=True)
    wish = Wish(out, str(wishes.pop("pattern", "{name}.png")), chief_documents(project), **wishes)  # type: ignore[arg-type]
    return list(make_rows(project, tasks_of(project, found.fillers, wish), wish, progress))


def test_a_file_for_every_row_and_the_template_untouched(project: Project, tmp_path: Path) -> None:
    making.picture(tmp_path / "p.png")
    before, blobs = project.content_hash(), set(project.blobs.names())  # type: ignore[attr-defined]
    done = made(project, tmp_path, "Name,Photo,Accent\nAda,p.png,red\nBob,,blue\n")
    assert [one.failure for one in done] == ["", ""]
    from PIL import Image

    colors = [Image.open(tmp_path / "out" / f"{name}.png").convert("RGB").getpixel((5, 5)) for name in ("Ada", "Bob")]
    assert colors == [(255, 0, 0), (0, 0, 255)]
    assert project.content_hash() == before and set(project.blobs.names()) == blobs  # type: ignore[attr-defined]
    assert not list((tmp_path / "out").glob(f"{PREFIX}*"))


def test_what_is_there_is_not_overwritten_unless_asked(project: Project, tmp_path: Path) -> None:
    made(project, tmp_path, "Name\nAda\n")
    with pytest.raises(ExpectedError):
        made(project, tmp_path, "Name\nAda\n")
    assert not made(project, tmp_path, "Name\nAda\n", overwrite=True)[0].failure


def test_a_stopped_run_goes_on(project: Project, tmp_path: Path) -> None:
    rows = "Name\n" + "".join(f"Person {number}\n" for number in range(6))
    seen: list[float] = []
    stop = Progress(lambda share, text: seen.append(share), lambda: len(seen) > 6)
    with pytest.raises(Cancelled):
        made(project, tmp_path, rows, stop)
    written = {path.name for path in (tmp_path / "out").glob("*.png")}
    assert 0 < len(written) < 6
    again = made(project, tmp_path, rows)
    assert sum(one.skipped for one in again) == len(written) and len(again) == 6
    assert len(list((tmp_path / "out").iterdir())) == 6


def test_a_row_that_was_cut_off_before_it_was_noted_is_made_again(project: Project, tmp_path: Path) -> None:
    rows = "Name\nAda\nBob\n"
    seen: list[float] = []
    with pytest.raises(Cancelled):
        made(project, tmp_path, rows, Progress(lambda *_: seen.append(0), lambda: len(seen) > 2))
    (ledger,) = (tmp_path / "out").glob(f"{PREFIX}*")
    lines = ledger.read_text().split()
    assert lines == ["+2", "2"], "begun, then done"
    ledger.write_text("+2\n2")  # the last line was cut off, its file is there
    assert [one.skipped for one in made(project, tmp_path, rows)] == [False, False]


def test_another_table_does_not_go_on_where_this_one_stopped(project: Project, tmp_path: Path) -> None:
    seen: list[float] = []
    with pytest.raises(Cancelled):
        made(project, tmp_path, "Name\nAda\nBob\n", Progress(lambda *_: seen.append(0), lambda: len(seen) > 2))
    with pytest.raises(ExpectedError):
        made(project, tmp_path, "Name,Accent\nAda,red\nBob,red\n")


def test_a_row_that_fails_costs_only_itself(project: Project, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(making.picture(tmp_path / "p.png").read_bytes()[:60])
    done = made(project, tmp_path, "Name,Photo\nAda,broken.png\nBob,p.png\n")
    assert [bool(one.failure) for one in done] == [True, False]
    assert [path.name for path in (tmp_path / "out").glob("*.png")] == ["Bob.png"]


def test_several_documents_have_files_of_their_own(project: Project, tmp_path: Path) -> None:
    making.image(project, tmp_path)
    done = made(project, tmp_path, "Name\nAda\n", pattern="{row}.png")
    names = sorted(path.name for _, path in done[0].task.outputs)
    assert names == ["2-Card.png", "2-Image.png"]  # the logo stands inside the image


def test_memory_does_not_grow_with_the_rows(project: Project, tmp_path: Path) -> None:
    for number in range(12):
        making.picture(tmp_path / f"{number}.png", 300, 300, f"#{number * 20:02x}8040")
    rows = [f"Person {number},{number}.png\n" for number in range(12)]
    made(project, tmp_path, "Name,Photo\n" + rows[0])
    tracemalloc.start()
    made(project, tmp_path, "Name,Photo\n" + "".join(rows[1:3]))
    few = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    made(project, tmp_path, "Name,Photo\n" + "".join(rows[3:]))
    many = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert many < few + (2 << 20)
