"""Names in braces in running text, and slots that take numbers and dates."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.template import Slot, Target, Words
from editor.model.vector import SpanData, TextShape
from editor.model.video import Caption
from editor.workflows.templates.check import check_table, lost_places
from editor.workflows.templates.fields import fields_of, present
from editor.workflows.templates.fill import fill
from editor.workflows.templates.table import read_table
from editor.workflows.templates.words import literal, names_in, reread, said_runs
from editor.workflows.templates.written import plainly, read_date, read_number, write_date, write_number
from render.text.style import TextStyle
from tests.editor.workflows.templates import making


def letter(project: Project) -> tuple[str, str]:
    """A page with a sentence in two styles, and a footer that names the same."""
    document = run(project, "vector.new_document", name="Letter", width=400, height=300)
    page = project.index.children(document)[0]
    text = run(project, "vector.add_text", parent=page, text="", x=20, y=40, size=20)
    spans = (
        SpanData(text="Dear {first name}, ", style=TextStyle(size=20)),
        SpanData(text="{price} to pay", style=TextStyle(size=20, weight=700)),
        SpanData(text=" {{today}}", style=TextStyle(size=12)),
    )
    run(project, "vector.set_spans", shape=text, spans=spans)
    foot = run(project, "vector.add_text", parent=page, text="for {First Name}", x=20, y=280, size=10)
    return text, foot


def runs(project: Project, key: str) -> list[str]:
    return [span.text for span in project.find(key, TextShape).spans]


def test_names_in_braces_are_slots_by_themselves() -> None:
    project = Project.in_memory()
    text, foot = letter(project)
    fields = fields_of(project)
    assert [(field.name, field.takes, field.required) for field in fields] == [
        ("first name", "text", True), ("price", "text", True),
    ]  # fmt: skip
    assert {target.record for target in fields[0].targets} == {text, foot}
    assert present(project, fields[0]) is None


def test_filling_keeps_the_style_of_each_run_and_may_be_repeated() -> None:
    project = Project.in_memory()
    text, foot = letter(project)
    before = [span.style for span in project.find(text, TextShape).spans]
    steps = len(project.history)
    fill(project, {"First name": "Zoé", "price": "12 €"})
    assert runs(project, text) == ["Dear Zoé, ", "12 € to pay", " {today}"] and runs(project, foot) == ["for Zoé"]
    assert [span.style for span in project.find(text, TextShape).spans] == before
    assert len(project.history) == steps + 1
    assert present(project, fields_of(project)[0]) == "Zoé"
    once = project.content_hash()
    fill(project, {"First name": "Zoé", "price": "12 €"})
    assert project.content_hash() == once
    fill(project, {"price": "{first name}"})  # what is given is no template
    assert runs(project, text)[:2] == ["Dear Zoé, ", "{first name} to pay"]
    fill(project, {"first name": "Bo"})
    assert runs(project, text) == ["Dear Bo, ", "{first name} to pay", " {today}"]
    for _ in range(4):
        project.undo()
    assert runs(project, text) == ["Dear {first name}, ", "{price} to pay", " {{today}}"]


def test_what_is_missing_is_told_before_anything_is_written(tmp_path: Path) -> None:
    project = Project.in_memory()
    letter(project)
    before = project.content_hash()
    with pytest.raises(ExpectedError, match="price"):
        fill(project, {"first name": "Zoé"})
    assert project.content_hash() == before
    (tmp_path / "a.csv").write_text("First name\nZoé\n\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("First name,Price\nZoé,\n", encoding="utf-8")
    for name, said in (("a.csv", "There is no column price"), ("b.csv", "price must not be empty")):
        checked = check_table(fields_of(project), read_table(tmp_path / name))
        assert [said in problem.sentence for problem in checked.problems] == [True]


def test_beside_marked_runs_and_marked_texts() -> None:
    """Another run of the same text is a marked slot; a marked text that is given wins over names in it."""
    project = Project.in_memory()
    text, foot = letter(project)
    part = Target(record=text, property="text", part=2)
    run(project, "template.add_slot", name="Closing", targets=(part,))
    making.slot(project, "Footer", (foot, "text"))
    fill(project, {"Closing": " Bye {x}", "first name": "Zoé", "price": "3"})
    assert runs(project, text) == ["Dear Zoé, ", "3 to pay", " Bye {x}"]
    assert [field.name for field in fields_of(project)] == ["Closing", "Footer", "first name", "price"]
    fill(project, {"Footer": "end", "first name": "Cy"})
    assert runs(project, foot) == ["end"] and runs(project, text)[0] == "Dear Cy, "
    fill(project, {"first name": "Di"})
    assert runs(project, text) == ["Dear Di, ", "3 to pay", " Bye {x}"]


def test_a_name_follows_the_rules_of_a_marked_slot_and_a_text_that_is_edited_is_read_anew() -> None:
    project = Project.in_memory()
    text, _ = letter(project)
    field = fields_of(project)[1]
    run(
        project, "template.add_slot", name="price", targets=field.targets, takes="number", decimals=2, unit="€",
        language="french", mark="comma",
    )
    fill(project, {"first name": "Zoé", "price": "1234,5"})
    assert runs(project, text)[1] == "1\u202f234,50\u00a0€ to pay"
    with pytest.raises(ExpectedError, match="“1234.5” is no number. Decimals are written with a comma here"):
        fill(project, {"price": "1234.5"})
    run(project, "vector.set_text", shape=text, text="Only {total} and {price}")
    assert [one.name for one in fields_of(project)] == ["price", "total", "First Name"]
    fill(project, {"first name": "Al", "total": "7", "price": Decimal(3)})
    assert runs(project, text) == ["Only 7 and 3,00\u00a0€"]


def test_captions_copies_and_names_of_other_kinds(tmp_path: Path) -> None:
    project = Project.in_memory()
    film = making.film(project, tmp_path)
    caption = run(
        project, "video.add_caption", document=film["document"], start=Fraction(3), text="{Speaker}: {{hi}} {Accent}"
    )
    told = fill(project, {"speaker": "Ada"})
    assert project.find(caption, Caption).text == "Ada: {hi} {Accent}"
    assert any("{Accent}" in notice for notice in told.notices)
    copy = run(project, "project.duplicate_document", document=film["document"], name="Again")
    (note,) = project.children(copy, Words)
    assert project.index.root(note.text) == copy
    fill(project, {"speaker": "Bo"}, copy)
    assert project.find(note.text, Caption).text == "Bo: {hi} {Accent}"
    assert project.find(caption, Caption).text == "Ada: {hi} {Accent}"


def test_two_braces_alone_are_one_in_what_is_made() -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document", name="Code", width=300, height=200)
    page = project.index.children(document)[0]
    code = run(project, "vector.add_text", parent=page, text="{{x}}", x=20, y=20)
    run(project, "vector.add_text", parent=page, text="{name}", x=20, y=60)
    for _ in range(2):
        fill(project, {"name": "Zoé"})
        assert runs(project, code) == ["{x}"] and [field.name for field in fields_of(project)] == ["name"]


def test_letters_shrink_from_the_drawing_each_time() -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document", name="Tag", width=300, height=200)
    page = project.index.children(document)[0]
    text = run(project, "vector.add_text", parent=page, text="For {a} and {b}", x=20, y=20, size=30)
    for field in fields_of(project):
        run(project, "template.add_slot", name=field.name, targets=field.targets, shrink=True)
    fill(project, {"a": "a very long name of somebody", "b": "another very long one"})
    assert project.find(text, TextShape).spans[0].style.size < 20
    fill(project, {"a": "Al", "b": "Bo"})
    assert project.find(text, TextShape).spans[0].style.size == 30


@pytest.mark.parametrize("both", [True, False])
@pytest.mark.parametrize("kind", ["words", "spans", "word and span"])
def test_two_slots_of_one_text_shrink_it_once(kind: str, both: bool) -> None:
    """Filling twice is filling once, and short values give back the size that was drawn, in whatever order."""
    project = Project.in_memory()
    document = run(project, "vector.new_document", name="Tag", width=300, height=200)
    page = project.index.children(document)[0]
    text = run(project, "vector.add_text", parent=page, text="", x=20, y=20)
    texts = {"words": ("{a} and {b}",), "spans": ("First ", "LAST"), "word and span": ("Dear {a}, ", "LAST")}[kind]
    style = TextStyle(size=30)
    run(project, "vector.set_spans", shape=text, spans=tuple(SpanData(text=one, style=style) for one in texts))
    for place, name in enumerate("ab"):
        word = {"words": name, "word and span": "a" if name == "a" else ""}.get(kind, "")
        target = Target(record=text, property="text", word=word, part=None if word else place)
        run(project, "template.add_slot", name=name, targets=(target,), shrink=both or name == "a")

    def size() -> float:
        return project.find(text, TextShape).spans[0].style.size

    long, short = {"a": "Maximilian", "b": "Wilhelmina"}, {"a": "Al", "b": "Bo"}
    fill(project, long)
    small, once = size(), project.content_hash()
    assert small < 25
    fill(project, long)
    assert size() == small and project.content_hash() == once
    fill(project, {"b": "Bo"})
    assert small < size()
    fill(project, {"a": "Al"})
    assert size() == 30
    fill(project, {"b": long["b"]})
    fill(project, {"a": long["a"]})
    assert size() == small
    fill(project, short)
    assert size() == 30


def ticket(project: Project) -> str:
    document = run(project, "vector.new_document", name="Ticket", width=300, height=200)
    page = project.index.children(document)[0]
    text: str = run(project, "vector.add_text", parent=page, text="Dear {name}, {price} to pay", x=20, y=20)
    price = fields_of(project)[1]
    run(project, "template.add_slot", name="price", targets=price.targets, takes="number", required=True)
    fill(project, {"name": "Zoé {x}", "price": "3"})
    return text


def test_an_edit_beside_the_values_keeps_the_names() -> None:
    project = Project.in_memory()
    text = ticket(project)
    run(project, "vector.set_text", shape=text, text="Dear Zoé {x}, 3 to pay {today}!")
    assert {field.name for field in fields_of(project)} == {"name", "price", "today"}
    done = fill(project, {"name": "Bo", "price": "4", "today": "now"})
    assert runs(project, text) == ["Dear Bo, 4 to pay now!"] and done.places == 3 and not done.notices
    style = project.find(text, TextShape).spans[0].style
    parts = (SpanData(text="Dear Bo, ", style=style), SpanData(text="4 to pay now!", style=style))
    run(project, "vector.set_spans", shape=text, spans=parts)
    fill(project, {"name": "Cy", "price": "5", "today": "then"})
    assert runs(project, text) == ["Dear Cy, ", "5 to pay then!"]


def test_a_value_that_was_typed_into_is_told_and_stops_a_table(tmp_path: Path) -> None:
    project = Project.in_memory()
    text = ticket(project)
    run(project, "vector.set_text", shape=text, text="Dear Zoé {x}, 33 to pay")
    assert {field.name for field in fields_of(project)} == {"name", "price"}
    path = tmp_path / "t.csv"
    path.write_text("Name,Price\nBo,4\n", encoding="utf-8")
    fields = fields_of(project)
    checked = check_table(fields, read_table(path))
    lost = [str(one) for one in lost_places(project, fields, checked)]
    assert lost == ["Table: What price filled is no longer there."]
    done = fill(project, {"name": "Bo", "price": "4"})
    assert done.places == 1 and done.notices == ("What price filled is no longer there.",)
    assert runs(project, text) == ["Dear Bo, 33 to pay"]


@given(
    st.lists(st.sampled_from(["{a}", "{b}", "{{", "}}", " ", "x", "é"]), max_size=9).map("".join),
    st.dictionaries(st.sampled_from("ab"), st.text("{}ab", max_size=4)), st.text("xé ", max_size=5),
    st.integers(0, 20), st.integers(0, 20),
)
def test_reading_anew_loses_no_letter(drawn: str, said: dict[str, str], typed: str, place: int, cut: int) -> None:
    made = said_runs((drawn,), said)
    assert reread(drawn, said, made) == (drawn,)
    now = made[0][:place] + typed + made[0][place:]
    assert said_runs(reread(drawn, said, (now,)), said) == (now,)
    assert "".join(said_runs(reread(drawn, said, (now[:cut], now[cut:])), said)) == now


@given(st.text(alphabet="{}ab é", max_size=30), st.integers(1, 4), st.dictionaries(st.sampled_from("ab"), st.text()))
def test_runs_say_what_their_text_says(text: str, count: int, said: dict[str, str]) -> None:
    cuts = sorted({0, len(text), *(len(text) * number // count for number in range(count))})
    parts = tuple(text[start:end] for start, end in zip(cuts, cuts[1:], strict=False)) or ("",)
    assert "".join(said_runs(parts, said)) == "".join(said_runs((text,), said))
    assert said_runs((literal(text),), said) == (text,) and not names_in(literal(text))


# Numbers and dates


def rule(**said: Any) -> Slot:
    return Slot(id="", name="", **said)


@pytest.mark.parametrize(
    ("said", "text", "value"),
    [
        ({}, "1234.5", "1234.5"), ({}, "1,234,567.5", "1234567.5"), ({}, "−3", "-3"), ({}, "1 234", "1234"),
        ({"mark": "comma"}, "1234,5", "1234.5"), ({"mark": "comma"}, "1.234,5", "1234.5"),
        ({"mark": "comma"}, "1\u202f234,50", "1234.50"), ({"mark": "comma", "unit": "€"}, "12,5 €", "12.5"),
        ({"unit": "$"}, "-$12", "-12"), ({"unit": "kg"}, "3 KG", "3"), ({"mark": "comma"}, "1.234", "1234"),
    ],
)  # fmt: skip
def test_numbers_are_read_by_the_rule(said: dict[str, Any], text: str, value: str) -> None:
    assert read_number(rule(**said), text) == Decimal(value)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({}, "abc"), ({}, "1,5"), ({"mark": "comma"}, "1.5"), ({}, "1,23,4"), ({}, "12 €"), ({}, "1e5"), ({}, "."),
        ({}, "1" * 19), ({}, "NaN"), ({"unit": "€"}, "€"), ({}, "1.2.3"), ({}, "--1"),
    ],
)  # fmt: skip
def test_what_is_no_number_by_the_rule_is_none(said: dict[str, Any], text: str) -> None:
    with pytest.raises(ExpectedError, match=text[:5].replace(".", "[.]")):
        read_number(rule(**said), text)


@pytest.mark.parametrize(
    ("said", "value", "text"),
    [
        ({"decimals": 2, "unit": "€"}, "1234.5", "€1,234.50"), ({"unit": "%"}, "12", "12%"),
        ({"decimals": 2, "unit": "€", "language": "french"}, "-1234.5", "-1\u202f234,50\u00a0€"),
        ({"unit": "%", "language": "french"}, "12", "12\u00a0%"), ({"unit": "kg"}, "3", "3\u00a0kg"),
        ({"digits": 5, "thousands": False}, "42", "00042"), ({"digits": 5}, "42", "00,042"),
        ({"decimals": 2}, "2.345", "2.35"), ({}, "-0.2", "0"), ({"thousands": False}, "1234", "1234"),
        ({"unit": "$", "decimals": 2}, "-5", "-$5.00"), ({}, "999999.5", "1,000,000"),
        ({"digits": 5, "counted": True}, "42", "00042"), ({"counted": True}, "12345", "12345"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_the_language_does(said: dict[str, Any], value: str, text: str) -> None:
    assert write_number(rule(**said), Decimal(value)) == text


@given(st.decimals(-(10**12), 10**12, places=6), st.sampled_from(["point", "comma"]))
def test_a_number_shown_in_a_field_reads_again(value: Decimal, mark: Any) -> None:
    assert read_number(rule(mark=mark), plainly(rule(mark=mark), value)) == value


@given(
    st.dates(date(1, 1, 1)), st.sampled_from(["day month year", "month day year", "year month day"]),
)
def test_a_date_shown_in_a_field_reads_again(value: date, order: Any) -> None:
    assert read_date(rule(read_order=order), plainly(rule(read_order=order), value)) == value


def test_dates_are_read_by_the_rule() -> None:
    day, month = rule(), rule(read_order="month day year")
    assert read_date(day, "03/04/2026") == date(2026, 4, 3) and read_date(month, "03/04/2026") == date(2026, 3, 4)
    assert read_date(month, "2026-04-03") == read_date(day, "2026-04-03 00:00:00") == date(2026, 4, 3)
    for slot, text, why in (
        (day, "12/31/2026", "no day of the calendar"), (day, "31/12/26", "four digits"), (day, "soon", "no date"),
        (month, "31/12/2026", "month, day, year"), (day, "30/02/2026", "calendar"), (day, "1/2.2026", "no date"),
        (rule(read_order="year month day"), "01/02/2026", "four digits"),
    ):  # fmt: skip
        with pytest.raises(ExpectedError, match=why):
            read_date(slot, text)


def test_dates_are_written_as_the_language_does() -> None:
    value = date(2026, 3, 1)
    american = "english, month first"
    forms = ("short", "long", "day and month", "month and year")
    written = {
        (language, form): write_date(rule(language=language, date_format=form), value)
        for language in ("english", american, "french") for form in forms
    }  # fmt: skip
    assert written["english", "short"] == written["french", "short"] == "01/03/2026"
    assert written["english", "long"] == "1 March 2026" and written[american, "long"] == "March 1, 2026"
    assert written["french", "long"] == "1er mars 2026" and written["french", "day and month"] == "1er mars"
    assert written["french", "month and year"] == "mars 2026" and written[american, "day and month"] == "March 1"
    assert write_date(rule(date_format="numbers, year first"), value) == "2026-03-01"
    assert write_date(rule(language="french"), date(2026, 3, 21)) == "21 mars 2026"


def test_a_table_says_row_by_row_what_is_no_number_and_counts_by_itself(tmp_path: Path) -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document", name="Ticket", width=300, height=200)
    page = project.index.children(document)[0]
    text = run(project, "vector.add_text", parent=page, text="{price} on {day}, no {number}", x=20, y=20)
    rules: dict[str, dict[str, Any]] = {
        "price": {"takes": "number", "mark": "comma", "decimals": 2, "unit": "€", "language": "french"},
        "day": {"takes": "date", "language": "french"},
        "number": {"takes": "number", "counted": True, "first": 7, "digits": 4, "thousands": False},
    }
    for field in fields_of(project):
        run(project, "template.add_slot", name=field.name, targets=field.targets, **rules[field.name])
    path = tmp_path / "t.csv"
    path.write_text("Price;Day\n12,5;03/04/2026\n abc;2026-04-03\n1.5;31/31/2026\n", encoding="utf-8")
    checked = check_table(fields_of(project), read_table(path))
    assert [str(one) for one in checked.problems] == [
        "Row 3, Price: “abc” is no number.",
        "Row 4, Price: “1.5” is no number. Decimals are written with a comma here: 12,5.",
        "Row 4, Day: “31/31/2026” is no day of the calendar. Dates are written day, month, year here: 31/12/2026.",
    ]
    fill(project, checked.fillers[0].values)
    assert project.find(text, TextShape).text == "12,50\u00a0€ on 3 avril 2026, no 0007"
    assert [one.values["number"] for one in checked.fillers] == [Decimal(7), Decimal(8), Decimal(9)]


def test_only_letters_become_numbers(tmp_path: Path) -> None:
    project = Project.in_memory()
    card = making.card(project, tmp_path)
    fill_of_bar = (Target(record=card["bar"], property="fill"),)
    with pytest.raises(ExpectedError):
        run(project, "template.add_slot", name="N", targets=fill_of_bar, takes="date")
    slot = next(one for one in project.children(card["document"], Slot) if one.name == "Name")
    run(project, "template.set_slot", slot=slot.id, takes="number", decimals=1)
    fill(project, {"Name": 2})
    assert project.find(card["name"], TextShape).text == "2.0"
    with pytest.raises(ExpectedError):
        run(project, "template.set_slot", slot=slot.id, takes="picture")
