"""What files from anywhere say of whose they are: read, or quietly not, and never a reason to refuse a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.formats.provenance.licences import address_of, licence_at
from editor.formats.provenance.plain import lines_of, read_lines
from editor.formats.provenance.reading import graph_of, packet_of_file, work_in, work_of_file
from editor.formats.provenance.works import Work, as_one, work_of
from editor.formats.provenance.xmp import merged, without, works_in
from render.image_io.packets import LONGEST, packet_in
from render.image_io.writers.notes import LONGEST_LINE, comment_lines, text_of_comments

HEAD = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#"'
    ' xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
)
TAIL = "</rdf:Description></rdf:RDF></x:xmpmeta>"


def packet(inside: str, attributes: str = "") -> bytes:
    return f"{HEAD}{attributes}>{inside}{TAIL}".encode()


def test_what_others_wrote() -> None:
    said = packet(
        "<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq></dc:creator>"
        '<cc:license rdf:resource="http://creativecommons.org/licenses/by-sa/4.0/"/>'
        "<dc:source>https://a.example/1</dc:source>"
        "<Iptc4xmpExt:ArtworkOrObject><rdf:Bag><rdf:li rdf:parseType='Resource'><dc:creator>Eve</dc:creator></rdf:li>"
        "</rdf:Bag></Iptc4xmpExt:ArtworkOrObject>"
    )
    assert work_in(said) == work_of("", "Ann, Bob", "CC-BY-SA-4.0", "https://a.example/1")
    as_attributes = packet("", ' xmpRights:WebStatement="https://creativecommons.org/publicdomain/zero/1.0/"')
    assert work_in(as_attributes) == work_of("", "", "CC0-1.0", "")
    in_words = packet(
        '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">Ann, https://creativecommons.org/licenses/by/2.0/, of old'
        "</rdf:li></rdf:Alt></dc:rights>"
    )
    assert work_in(in_words) == work_of("", "", "CC-BY-2.0", "")
    assert work_in(packet("<dc:rights>All mine</dc:rights>")) is None
    assert work_in(None) is None


BOMB = (
    '<!DOCTYPE lol [<!ENTITY a "Ann"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    + packet("<dc:creator>&b;</dc:creator>").decode()
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + packet("<dc:creator>&a;</dc:creator>").decode()
HOSTILE = {
    "bomb": BOMB.encode(), "outside": OUTSIDE.encode(), "entity": packet("<dc:creator>&a;</dc:creator>"),
    "huge": packet(f"<dc:creator>{'a' * LONGEST}</dc:creator>"), "cut": packet("<dc:creator>Ann</dc:creator>")[:-40],
    "deep": packet("<dc:creator>" + "<a>" * 30_000 + "</a>" * 30_000 + "</dc:creator>"),
    "bytes": b"\xff\xfe<\0x\0" * 50, "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_packets_say_nothing(kind: str, tmp_path: Path) -> None:
    assert work_in(HOSTILE[kind]) is None
    if kind in ("bomb", "outside", "entity", "huge", "cut"):
        assert graph_of(HOSTILE[kind]) is None
    for name in ("a.png", "a.svg", "a.pdf", "a.glb", "a.hdr", "a.svgz"):
        (tmp_path / name).write_bytes(HOSTILE[kind])
        assert work_of_file(tmp_path / name) is None


def test_a_document_type_beside_the_packet_is_never_parsed(tmp_path: Path) -> None:
    """Entities are declared outside what is cut out, so they are unknown there."""
    (tmp_path / "a.svg").write_bytes(OUTSIDE.encode())
    assert packet_of_file(tmp_path / "a.svg") == packet("<dc:creator>&a;</dc:creator>")
    assert work_of_file(tmp_path / "a.svg") is None


@pytest.mark.parametrize("piece", [
    "<x:xmpmeta ", "<rdf:Description ", '<rdf:Description xmlns:atelier="">',
    "<atelier:Works>", "<dc:creator><rdf:Seq>",
    "<exif:GPSLatitude>", "<exif:GPSa ", " ", "\n", "<dc:subject><rdf:Bag>", "</r:RDF",
])  # fmt: skip
def test_what_was_made_to_cost_time_costs_none(piece: str, tmp_path: Path) -> None:
    """A pattern that looks for its end anew from every beginning would need hours for these."""
    text = (piece * (LONGEST // len(piece))).encode()
    (tmp_path / "a.bin").write_bytes(text * 4)
    assert work_of_file(tmp_path / "a.bin") is None
    assert work_in(text) is None
    merged(text, [{"tool": "x"}], "compositeSynthetic", [work_of("A", "Ann", "CC0-1.0", "")])
    without(text, made=False, works=False, place=False)


@given(st.binary(max_size=300))
def test_damaged_bytes_do_no_harm(data: bytes) -> None:
    assert work_in(data) is None
    packet_in(data)
    works_in(data.decode("utf-8", "replace"))
    cut = packet("<dc:creator>Ann</dc:creator>")
    middle = len(cut) // 2
    work_in(cut[:middle] + data + cut[middle:])


words = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), max_size=40)
works = st.builds(
    lambda title, author, licence, source: work_of(title, author, licence, source),
    words, words, st.sampled_from(["", "CC0-1.0", "CC-BY-4.0", "MIT OR Apache-2.0"]),
    words.map(lambda text: f"https://{text}" if text else ""),
)  # fmt: skip


@given(st.lists(works, max_size=4, unique=True))
def test_works_come_back_out_of_packets(said: list[Work]) -> None:
    made = merged(None, [], "", said)
    assert works_in(made.decode()) == said
    assert merged(made, [], "", said) == made
    assert works_in((without(made, made=True, works=False, place=True) or b"").decode()) == []
    if said:
        assert graph_of(made) is not None


@given(st.lists(works, max_size=4), st.text(max_size=300))
def test_works_come_back_out_of_plain_lines(said: list[Work], other: str) -> None:
    notes = [{"tool": "remove", "model": "lama", "generated": True}, {"tool": "denoise"}]
    text = lines_of(notes, "compositeSynthetic", said)
    lines = comment_lines(text)
    assert all(len(line) <= LONGEST_LINE + 4 for line in lines)
    back = text_of_comments([line[2:].decode() for line in lines])
    assert read_lines(back) == (notes, "compositeSynthetic", said)
    read_lines(other)


def test_several_works_as_one() -> None:
    first = work_of("A", "Ann", "CC-BY-4.0", "https://a.example")
    second = work_of("B", "Bob", "MIT OR Apache-2.0", "https://b.example")
    assert as_one([first, second]) == Work(title="", author="Ann, Bob", licence="CC-BY-4.0 AND (MIT OR Apache-2.0)")
    assert as_one([first, work_of("C", "Cyd", "", "")]).licence == "", "what is not known binds nobody to a guess"


@pytest.mark.parametrize("licence", ["CC-BY-4.0", "CC-BY-NC-SA-3.0", "CC0-1.0", "OFL-1.1", "CC-PDM-1.0"])
def test_an_address_names_its_licence(licence: str) -> None:
    assert licence_at(address_of(licence)) == licence
    assert licence_at(address_of(licence).replace("https://", "http://").rstrip("/")) == licence
