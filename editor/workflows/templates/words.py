"""Names in braces in running text: "Dear {first name}". Each is a slot by itself.

The value takes the style of the run in which the brace opens; two braces are one that is meant as such. What a filling
wrote is noted beside the text together with how it was drawn, so that the next filling starts from the drawing again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
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
    text, made = "".join(runs), [""] * len(runs)
    starts = [sum(map(len, runs[:number])) for number in range(len(runs) + 1)]

    def copy(start: int, end: int) -> None:
        for number in range(len(runs)):
            made[number] += text[max(start, starts[number]) : max(starts[number], min(end, starts[number + 1]))]

    place = 0
    for match in BRACES.finditer(text):
        if match[1] is not None:
            name = " ".join(match[1].split())
            new = said.get(folded(name)) if NAME.fullmatch(name) else None
        else:
            new = match[0][0]
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
    """As noted, while that is what the text reads; run by run where one of them was changed since."""
    now = runs_of(item)
    if note is None:
        return Drawn(now, {})
    if said_runs(note.drawn, note.said) == now:
        return Drawn(note.drawn, note.said, note.designed, note.filled)
    before = (*note.drawn[: len(now)], *now[len(note.drawn) :])
    kept = (was if said_runs((was,), note.said) == (text,) else text for was, text in zip(before, now, strict=True))
    return Drawn(tuple(kept), note.said)


def drawn_in(project: Project, key: str) -> Drawn:
    """How a text was drawn."""
    return drawn_of(project.get(key), notes_of(project, project.index.root(key)).get(key))


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
