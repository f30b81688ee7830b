"""Packets that other programs wrote anew: what is a person's own stays, ours is found, and no place leaves unasked."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from PIL import Image

from editor.base.translation import speaking
from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.provenance.graph import read
from editor.formats.provenance.reading import graph_of, packet_of_file, work_in
from editor.formats.provenance.wishes import ALL, NoteWishes
from editor.formats.provenance.works import Work
from editor.formats.provenance.xmp import merged, notes_in, types_in, without, works_in
from editor.formats.registry import ExportOptions, export_document, import_file
from editor.formats.report import Report

OAK = Work(
    title="Oak <&>", author="Ann Élan", licence="CC-BY-4.0",
    licence_address="https://creativecommons.org/licenses/by/4.0/", source="https://a.example/oak",
)  # fmt: skip
ELM = Work(title="Elm", author="Bob", licence="CC0-1.0", source="https://a.example/elm")
NOTE = {"tool": "remove", "model": "lama", "generated": True}
GRAPH = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{}'
    "</rdf:RDF></x:xmpmeta>"
)
SPACES = (
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
    ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
)
OWN = (
    "<dc:subject><rdf:Bag><rdf:li>holiday</rdf:li></rdf:Bag></dc:subject>"
    "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>My title</rdf:li></rdf:Alt></dc:title>"
)


def export(project: Project, document: str, path: Path, notes: NoteWishes = ALL) -> Report:
    display = Display(project)
    try:
        return export_document(display, document, path, ExportOptions(notes=notes))
    finally:
        display.close()


def in_one_element(packet: bytes, attributes: str = "", inside: str = "", creators: str = "") -> bytes:
    """As Adobe's toolkit writes it anew: one element for all, short texts as attributes, structures as elements."""
    text = packet.decode()
    start, end = text.index("<rdf:Description"), text.rindex("</rdf:Description>")
    head = text[start : text.index(">", start)]
    body = text[start + len(head) + 1 : end]
    for name in ("atelier:Provenance", "atelier:Works", "Iptc4xmpExt:DigitalSourceType", "dc:source"):
        opened, closed = f"<{name}>", f"</{name}>"
        if opened in body:
            value = body[body.index(opened) + len(opened) : body.index(closed)]
            body = body.replace(f"{opened}{value}{closed}", "")
            plain = value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            head += f"\n    {name}={quoteattr(plain, {chr(34): '&quot;'})}"
    body = body.replace('<rdf:li rdf:parseType="Resource">', "<rdf:li><rdf:Description>").replace(
        "</Iptc4xmpExt:AOSource></rdf:li>", "</Iptc4xmpExt:AOSource></rdf:Description></rdf:li>"
    )
    body = body.replace("<dc:creator><rdf:Seq>", f"<dc:creator><rdf:Seq>{creators}")
    return GRAPH.format(
        f"{head}{SPACES if 'xmlns:dc' not in head else ''}{attributes}>{inside}{body}</rdf:Description>"
    ).encode()


def test_what_a_person_added_in_another_program_stays() -> None:
    photoshop = ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Paris"'
    mine = "<rdf:li>Me Myself</rdf:li>"
    again = in_one_element(merged(None, [NOTE], "compositeSynthetic", [OAK]), photoshop, OWN, mine)
    assert (notes_in(again.decode()), works_in(again.decode())) == ([NOTE], [OAK])
    more = merged(again, [], "", [ELM])
    assert graph_of(more) is not None
    assert works_in(more.decode()) == [OAK, ELM]
    assert notes_in(more.decode()) == [NOTE]
    assert set(types_in(more.decode())) == {"compositeSynthetic"}
    for kept in (b"Me Myself", b"holiday", b"My title", b'photoshop:City="Paris"'):
        assert more.count(kept) == 1
    assert more.count(b"atelier:Works>") == 2
    assert b"atelier:Works=" not in more
    assert more.count(b"<dc:creator>") == more.count(b"<dc:rights>") == 1
    bare = without(again, made=False, works=False, place=True) or b""
    assert graph_of(bare) is not None
    for gone in ("Ann", "Oak", "lama", "CC-BY", "compositeSynthetic", "a.example"):
        assert gone not in bare.decode()
    for kept in (b"Me Myself", b"holiday", b"My title", b'photoshop:City="Paris"'):
        assert kept in bare


def test_where_only_a_tool_is_named_creator_and_rights_are_the_persons() -> None:
    rights = "<dc:creator><rdf:Seq><rdf:li>Me</rdf:li></rdf:Seq></dc:creator><dc:rights>(c) Me</dc:rights>"
    again = in_one_element(merged(None, [NOTE], "compositeSynthetic"), "", OWN + rights)
    assert notes_in(again.decode()) == [NOTE]
    for out in (merged(again, [], ""), without(again, made=False, works=False, place=False) or b""):
        assert graph_of(out) is not None
        for kept in (b"<rdf:li>Me</rdf:li>", b"(c) Me", b"holiday"):
            assert kept in out
    assert notes_in(merged(again, [], "").decode()) == [NOTE]


def test_rights_written_in_another_language_are_known_again() -> None:
    with speaking("fr"):
        french = merged(None, [], "", [OAK, Work(title="X", author="Y")])
    assert "licence inconnue" in french.decode()
    assert b"rdf:Description" not in (without(french, made=True, works=False, place=True) or b"")


def test_what_no_program_can_read_is_not_joined() -> None:
    broken = GRAPH.format("<rdf:Description><dc:title>Oak</rdf:Description>").encode()
    out = merged(broken, [NOTE], "compositeSynthetic", [OAK])
    assert graph_of(out) is not None
    assert works_in(out.decode()) == [OAK]
    assert read("<a>" * 300 + "</a>" * 300) is None
    assert read('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>') is None


def test_only_what_is_cut_changes() -> None:
    text = '<a  b = "1&quot;"\n c=\'2\'><!-- x --><d é="&#228;">t</d ><e/></a>'
    graph = read(text)
    assert graph is not None
    assert [item.value for node in graph.nodes for item in node.attributes] == ['1"', "2", "ä"]
    assert graph.without([]) == text
    _, inner, empty = graph.nodes
    assert graph.data[inner.start : inner.end].decode() == '<d é="&#228;">t</d >'
    assert graph.without([(empty.start, empty.end)]) == text.replace("<e/>", "")


def test_authors_stand_in_the_packet_once() -> None:
    said = merged(in_one_element(merged(None, [], "", [OAK])), [], "", [OAK])
    assert said.count("<rdf:li>Ann Élan</rdf:li>".encode()) == 2, "once as creator, once of the work"
    found = work_in(said)
    assert found is not None
    assert found.author == OAK.author


DRONE = ' xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/"'
PLACES = {
    "drone": (f'{DRONE} drone-dji:GpsLatitude="+48.858370" drone-dji:GpsLongitude="+2.294481"', ""),
    "prefix": (
        ' xmlns:e="http://ns.adobe.com/exif/1.0/" e:GPSLatitude="48.858370N"',
        "<e:GPSLongitude>2.294481</e:GPSLongitude>",
    ),
    "spaces": (" exif:GPSLatitude = '48.858370' exif:GPSLongitude\n=\n\"2.294481\"", ""),
    "closing": (
        "", "<exif:GPSLatitude >48.858370</exif:GPSLatitude ><exif:GPSLongitude\n>2.294481</exif:GPSLongitude\n>",
    ),
    "long": ("", f"<exif:GPSLatitude>48.858370{' ' * 5000}</exif:GPSLatitude>"),
    "nested": ("", "<dc:relation><rdf:Bag><rdf:li exif:GPSLatitude='48.858370'/></rdf:Bag></dc:relation>"),
}  # fmt: skip


@pytest.mark.parametrize("kind", PLACES)
def test_no_place_leaves_however_it_is_written(kind: str, tmp_path: Path) -> None:
    attributes, inside = PLACES[kind]
    said = GRAPH.format(f'<rdf:Description rdf:about=""{SPACES}{attributes}>{OWN}{inside}</rdf:Description>').encode()
    Image.new("RGB", (8, 8), "#808080").save(tmp_path / "photo.jpg", xmp=said)
    project = Project.in_memory()
    [document] = import_file(project, tmp_path / "photo.jpg").documents
    report = export(project, document, tmp_path / "out.png")
    assert report.noted == ("Where the picture was taken is left out.",)
    out = packet_of_file(tmp_path / "out.png") or b""
    assert graph_of(out) is not None
    assert b"holiday" in out
    assert not [number for number in (b"48.858370", b"2.294481", b"GPSL") if number in out]
    export(project, document, tmp_path / "wished.png", NoteWishes(place=True))
    assert b"48.858370" in (packet_of_file(tmp_path / "wished.png") or b"")


def test_what_cannot_be_read_is_left_out_and_the_report_says_so(tmp_path: Path) -> None:
    broken = GRAPH.format("<rdf:Description><exif:GPSLatitude>48.858370</rdf:Description>").encode()
    Image.new("RGB", (8, 8), "#808080").save(tmp_path / "photo.jpg", xmp=broken)
    project = Project.in_memory()
    [document] = import_file(project, tmp_path / "photo.jpg").documents
    report = export(project, document, tmp_path / "out.png")
    assert report.converted == ("What the picture said of itself could not be read, and is left out.",)
    assert b"48.858370" not in (tmp_path / "out.png").read_bytes()


def test_no_exr_file_tells_when_it_was_exported(tmp_path: Path) -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", name="Picture", width=8, height=8)
    export(project, document, tmp_path / "out.exr", NoteWishes())
    assert b"capDate" not in (tmp_path / "out.exr").read_bytes()
