"""Films in films: each stretch that is seen counts, and the photo counts beside the works that were laid over it."""

from __future__ import annotations

from fractions import Fraction

from editor.commands.registry import run
from editor.document.project import Project
from editor.formats.provenance.credits import credits_of
from editor.formats.provenance.reading import work_in
from editor.formats.provenance.shown import Scope
from editor.formats.provenance.works import Work
from editor.formats.provenance.xmp import merged, works_in
from editor.model.video import Clip, Track


def drawing(project: Project, name: str) -> str:
    document = run(project, "raster.new_document", name=name, width=8, height=8)
    run(
        project, "project.note_origin", record=document, content=name * 40, name=f"{name}.png",
        source="", author=name, licence="CC0-1.0",
    )  # fmt: skip
    return str(document)


def film(project: Project, *clips: tuple[str, int, int, int]) -> tuple[str, list[str]]:
    """Of (document, start, length, where in it)."""
    made = run(project, "video.new_document", name="Film", width=8, height=8, rate=10)
    track = project.children(made, Track)[0].id
    for document, start, length, _ in clips:
        run(project, "video.add_embed", track=track, document=document, start=start, duration=length)
    ids = [clip.id for clip in sorted(project.children(track, Clip), key=lambda clip: clip.start)]
    for key, (_, _, _, inner) in zip(ids, clips, strict=True):
        run(project, "project.set_fields", records=(key,), values={"source_start": Fraction(inner)})
    return str(made), ids


def authors(project: Project, document: str, *span: Fraction) -> list[str]:
    told = credits_of(project, document, Scope(span=(span[0], span[1]) if span else None))
    return sorted(work.author for work in told.works) if told is not None else []


def test_a_film_used_twice_shows_two_stretches() -> None:
    project = Project.in_memory()
    inner, _ = film(project, (drawing(project, "a"), 0, 5, 0), (drawing(project, "b"), 5, 5, 0))
    middle, _ = film(project, (inner, 0, 10, 0))
    outer, _ = film(project, (middle, 0, 2, 0), (middle, 2, 2, 6))
    assert authors(project, outer) == ["a", "b"]
    assert authors(project, outer, Fraction(0), Fraction(1)) == ["a"]
    assert authors(project, outer, Fraction(3), Fraction(4)) == ["b"]


def test_a_dissolve_shows_what_lies_before_a_clip() -> None:
    project = Project.in_memory()
    inner, _ = film(project, (drawing(project, "a"), 0, 2, 0), (drawing(project, "b"), 2, 8, 0))
    outer, ids = film(project, (drawing(project, "c"), 0, 5, 0), (inner, 5, 3, 2))
    assert authors(project, outer) == ["b", "c"]
    run(project, "video.add_dissolve", clip=ids[1], edge="head", duration=Fraction(2))
    assert authors(project, outer) == ["a", "b", "c"]
    moment = Fraction(9, 2)
    assert authors(project, outer, moment, moment) == ["a", "c"]


def test_films_in_films_in_films_take_no_age() -> None:
    project = Project.in_memory()
    inner, _ = film(project, (drawing(project, "a"), 0, 100, 0))
    for _ in range(8):
        inner, _ = film(project, *((inner, place, 1, place) for place in range(6)))
    assert authors(project, inner) == ["a"]


HEAD = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
)
PHOTO = (
    f"{HEAD}<dc:creator><rdf:Seq><rdf:li>Photographer</rdf:li></rdf:Seq></dc:creator><dc:rights><rdf:Alt>"
    '<rdf:li xml:lang="x-default">(c) Photographer, all rights reserved</rdf:li></rdf:Alt></dc:rights>'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
).encode()


def test_a_photo_with_a_work_in_it_is_still_the_photographers() -> None:
    said = merged(PHOTO, [], "", [Work(title="Oak", author="Ann", licence="CC-BY-4.0")])
    found = work_in(said)
    assert found is not None
    assert (found.author, found.licence) == ("Photographer, Ann", "")


def test_no_text_of_a_stranger_steers_a_terminal() -> None:
    evil = '[{"title": "\\u001b[2J\\u009b2JT\\u202e", "author": "A\\nnoted: forged", "licence": "\\u0007"}]'
    packet = f"{HEAD}<atelier:Works>{evil}</atelier:Works></rdf:Description></rdf:RDF></x:xmpmeta>"
    [work] = works_in(packet)
    assert (work.title, work.author, work.licence) == ("[2J 2JT", "A noted: forged", "")
