"""Names in braces in running text: "Dear {first name}". Each is a slot by itself.

The value takes the style of the run in which the brace opens; two braces are one that is meant as such. What a filling
wrote is noted beside the text together with how it was drawn, so that the next filling starts from the drawing again.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from editor.document.project import Project
from editor.model.record import Record
from editor.model.template import WRITTEN, Slot, Target, Words
from editor.model.vector import TextShape
from editor.model.video import Caption
from editor.workflows.templates.names import folded

LONGEST = 60
BRACES = re.compile(rf"\{{\{{|\}}\}}|\{{([^{{}}\n]{{1,{LONGEST}}})\}}")
NAME = re.compile(r"[^\W\d_][\w .'’#°/-]*")


@dataclass(frozen=True)
class Drawn:
    """The runs of a text with their names in braces, and what is said for them now, by folded names."""

    runs: tuple[str, ...]
    said: Mapping[str, str]
    designed: tuple[float, ...] = ()
    filled: tuple[float, ...] = ()


def names_in(text: str) -> list[str]:
    """The names in braces, each once, as they are written first.

    >>> names_in("{first name} {last name}, {{not this}}, {first name}")
    ['first name', 'last name']
    """
    found = {folded(name): name for _, _, name in reversed(list(_words(text)))}
    return [name for name in (name for _, _, name in _words(text)) if found.pop(folded(name), "")]


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    for match in BRACES.finditer(text):
        name = " ".join((match[1] or "").split())
        if NAME.fullmatch(name):
            yield match.start(), match.end(), name


def said_runs(runs: tuple[str, ...], said: Mapping[str, str]) -> tuple[str, ...]:
    """The runs with values in place of names; a name that nothing is said for stays.

    >>> said_runs(("Dear {first ", "name}", ", {{you}}"), {"firstname": "Zoé"})
    ('Dear Zoé', '', ', {you}')
    """
    return _replaced(runs, lambda match: value_of(match, said))


def gathered(runs: tuple[str, ...], said: Mapping[str, str]) -> tuple[str, ...]:
    """The runs as drawn, with each name that is said whole in the run where its brace opens.

    >>> gathered(("Dear {first ", "name}", ", {{you}}"), {"firstname": "Zoé"})
    ('Dear {first name}', '', ', {{you}}')
    """
    return _replaced(runs, lambda match: None if value_of(match, said) is None else match[0])


def value_of(match: re.Match[str], said: Mapping[str, str]) -> str | None:
    """What stands for one match of BRACES; None for a name that nothing is said for, and for what is none."""
    if match[1] is None:
        return match[0][0]
    name = " ".join(match[1].split())
    return said.get(folded(name)) if NAME.fullmatch(name) else None


def _replaced(runs: tuple[str, ...], replace: Callable[[re.Match[str]], str | None]) -> tuple[str, ...]:
    text, made = "".join(runs), [""] * len(runs)
    starts = [sum(map(len, runs[:number])) for number in range(len(runs) + 1)]

    def copy(start: int, end: int) -> None:
        for number in range(len(runs)):
            made[number] += text[max(start, starts[number]) : max(starts[number], min(end, starts[number + 1]))]

    place = 0
    for match in BRACES.finditer(text):
        new = replace(match)
        if new is None:
            continue
        copy(place, match.start())
        here = max(number for number in range(len(runs)) if starts[number] <= match.start() < starts[number + 1])
        made[here] += new
        place = match.end()
    copy(place, len(text))
    return tuple(made)


def literal(text: str) -> str:
    """A text that says itself.

    >>> said_runs((literal("a {b} c"),), {"b": "x"})
    ('a {b} c',)
    """
    return text.replace("{", "{{").replace("}", "}}")


# A filled text that a hand has edited since

Piece = tuple[str, str, bool]
"""Letters as they were drawn, as they were made, and whether they are a value."""


def reread(drawn: str, said: Mapping[str, str], now: tuple[str, ...]) -> tuple[str, ...]:
    """The runs of an edited text, with names whose values stand before or behind all that was edited. Other values are
    letters from then on, with their braces meant as such; what was typed may hold new names.

    >>> reread("For {name}, {price}", {"name": "{Zoé}", "price": "3"}, ("For {Zoé}, only 3",))
    ('For {name}, only {price}',)
    >>> reread("For {name}, {price}", {"name": "{Zoé}", "price": "3"}, ("For {Zoé}, ", "42"))
    ('For {name}, ', '42')
    """
    made, text = said_runs((drawn,), said)[0], "".join(now)
    start = len(os.path.commonprefix((made, text)))
    same = len(os.path.commonprefix((made[start:][::-1], text[start:][::-1])))
    end, typed = len(made) - same, text[start : len(text) - same]
    if typed.count("{") != typed.count("}"):
        return now
    before, after, place = list[Piece](), list[Piece](), 0
    for piece in _pieces(drawn, said):
        first, place = place, place + len(piece[1])
        if _is_whole(piece, first, start, end, typed):
            (before if place <= start else after).append(piece)
        else:
            before.append(_letters(piece[1][: max(0, start - first)], piece))
            after.append(_letters(piece[1][max(0, end - first) :], piece))
    return _in_runs([*before, (typed, typed, False), *after], now)


def _pieces(drawn: str, said: Mapping[str, str]) -> Iterator[Piece]:
    place = 0
    for match in BRACES.finditer(drawn):
        new = value_of(match, said)
        if new is not None:
            yield drawn[place : match.start()], drawn[place : match.start()], False
            yield match[0], new, match[1] is not None
            place = match.end()
    yield drawn[place:], drawn[place:], False


def _is_whole(piece: Piece, first: int, start: int, end: int, typed: str) -> bool:
    """Whether nothing was typed into it: letters typed onto the end of a word belong to the word."""
    _, made, is_value = piece
    last = first + len(made)
    if last <= start:
        return not (is_value and last == start and (made[-1:] + typed[:1]).isalnum() and made != "" != typed)
    return first >= end and not (
        is_value and first == end and (typed[-1:] + made[:1]).isalnum() and made != "" != typed
    )


def _letters(text: str, piece: Piece) -> Piece:
    return (text if piece[0] == piece[1] else literal(text)), text, False


def _in_runs(pieces: list[Piece], now: tuple[str, ...]) -> tuple[str, ...]:
    """What was drawn, cut where the runs are cut now; a value stands in the run that it begins in."""
    made, number, left = [""] * len(now), 0, len(now[0]) if now else 0
    for drawn, text, _ in pieces:
        for part, length in [(drawn, len(text))] if drawn != text else [(letter, 1) for letter in text]:
            while left <= 0 and number + 1 < len(now) and length:
                number, left = number + 1, left + len(now[number + 1])
            if now:
                made[number] += part
            left -= length
    return tuple(made)


# What a project holds


def runs_of(item: Record | None) -> tuple[str, ...]:
    """The texts of a record's runs; nothing for what is no text."""
    if isinstance(item, TextShape):
        return tuple(span.text for span in item.spans)
    return (item.text,) if isinstance(item, Caption) else ()


def notes_of(project: Project, document: str) -> dict[str, Words]:
    """What fillings wrote down, by texts."""
    return {note.text: note for note in project.children(document, Words)}


def drawn_of(item: Record | None, note: Words | None) -> Drawn:
    """As noted, while that is what the text reads. Where it was edited since, names stay whose values were not."""
    now = runs_of(item)
    if note is None:
        return Drawn(now, {})
    if said_runs(note.drawn, note.said) == now:
        return Drawn(note.drawn, note.said, note.designed, note.filled)
    if len(now) != len(note.drawn):
        return Drawn(reread("".join(note.drawn), note.said, now), note.said, note.designed, note.filled)
    before = gathered(note.drawn, note.said)
    return Drawn(
        tuple(reread(was, note.said, (text,))[0] for was, text in zip(before, now, strict=True)), note.said,
        note.designed, note.filled,
    )


def drawn_in(project: Project, key: str) -> Drawn:
    """How a text was drawn."""
    return drawn_of(project.get(key), notes_of(project, project.index.root(key)).get(key))


def stands(project: Project, target: Target) -> bool:
    """Whether the place is still there: the record, and of a text the run or the name in braces."""
    item = project.get(target.record)
    if item is None or target.property != "text":
        return item is not None
    if target.word:
        return _holds(drawn_in(project, target.record), target.word)
    return not isinstance(item, TextShape) or target.part is None or target.part < len(item.spans)


def said_for(project: Project, target: Target) -> str | None:
    """What stands for a word now; None while it is not filled."""
    drawn = drawn_in(project, target.record)
    return drawn.said.get(folded(target.word)) if _holds(drawn, target.word) else None


def _holds(drawn: Drawn, word: str) -> bool:
    return folded(word) in map(folded, names_in("".join(drawn.runs)))


def word_slots(project: Project, document: str, stored: Iterable[Slot]) -> list[Slot]:
    """Slots that nobody marked: names in braces in the texts of a document, in their order.

    One that is named like a marked slot follows its rules (`stored` are all of the project, of this document first);
    like one that takes no text, it is none. Their id is empty: they are no records.
    """
    known: dict[str, Slot] = {}
    for slot in stored:
        known.setdefault(folded(slot.name), slot)
    taken = {
        (target.record, folded(target.word)) for slot in known.values() for target in slot.targets if target.word
    }
    found: dict[str, tuple[str, list[Target]]] = {}
    for key, drawn in live_texts(project, document):
        for name in names_in("".join(drawn.runs)):
            own = known.get(folded(name))
            if (own is None or own.takes in WRITTEN) and (key, folded(name)) not in taken:
                target = Target(record=key, property="text", word=name)
                found.setdefault(folded(name), (name, []))[1].append(target)
    plain = Slot(id="", name="", required=True)
    return [
        msgspec.structs.replace(
            known.get(key, plain), id="", parent=document, targets=tuple(targets),
            name=known[key].name if key in known else name,
        )
        for key, (name, targets) in found.items()
    ]  # fmt: skip


def live_texts(project: Project, document: str) -> list[tuple[str, Drawn]]:
    """The texts of a document that hold a brace, or did before they were filled, in the order of the document."""
    index, notes = project.index, notes_of(project, document)
    held = {
        key for cls in (TextShape, Caption) for key in index.of_type(cls)
        if (key in notes or any("{" in run for run in runs_of(project.get(key)))) and index.root(key) == document
    }  # fmt: skip
    if not held:
        return []
    order = [key for key in index.subtree(document) if key in held]
    return [(key, drawn_of(project.get(key), notes.get(key))) for key in order]
