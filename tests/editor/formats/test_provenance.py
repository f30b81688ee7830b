"""Where content comes from, read back out of exported files by readers that are not ours."""

from __future__ import annotations

import json
import re
import struct
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.provenance import xmp
from editor.formats.provenance.credits import credits_of
from editor.formats.registry import ExportOptions, export_document, import_file
from editor.model.provenance import Provenance
from editor.model.raster import Layer
from editor.model.video import Track

SHA = "ab" * 32
TYPE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def an_image(project: Project, name: str = "Picture") -> tuple[str, str]:
    """An image of two layers; the upper one is returned too."""
    document = run(project, "raster.new_document", name=name, width=32, height=24, background="#336699")
    layer = run(project, "raster.add_layer", document=document)
    run(project, "raster.fill", layer=layer, color="#ff0000")
    return document, layer


def told(project: Project, record: str, tool: str = "cut_out", **more: Any) -> None:
    more = {"model": "grabcut", "parameters": {"edge": "0.5 <&> ]]>", "mot": "été"}, **more}
    run(project, "project.note_provenance", record=record, tool=tool, **more)


def export(project: Project, document: str, path: Path, **options: Any) -> Any:
    display = Display(project)
    try:
        return export_document(display, document, path, ExportOptions(**options))
    finally:
        display.close()


def read_packet(packet: bytes | str) -> tuple[str, list[dict[str, Any]]]:
    """The source type and our notes, by a plain XML parser."""
    text = packet.decode() if isinstance(packet, bytes) else packet
    root = ElementTree.fromstring(text.strip("\x00\ufeff \n"))
    [kind] = [item.text for item in root.iter(TYPE)]
    [notes] = [item.text for item in root.iter(f"{{{xmp.OURS}}}Provenance")]
    return kind.removeprefix(SCHEME), json.loads(notes)


def packet_of(path: Path) -> bytes | str:
    if path.suffix == ".jxl":
        return box_of(path.read_bytes(), b"xml ")
    with Image.open(path) as image:
        image.load()
        if path.suffix == ".tif":
            return image.tag_v2[700]
        return image.info.get("xmp") or image.info["XML:com.adobe.xmp"]


def box_of(data: bytes, kind: bytes, uuid: bytes = b"") -> bytes:
    """The content of a top-level box of an ISO base media file."""
    place = 0
    while place < len(data):
        size, name = struct.unpack_from(">I4s", data, place)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, place + 8)[0], 16
        size = size or len(data) - place
        content = data[place + head : place + size]
        if name == kind and content.startswith(uuid):
            return content[len(uuid) :]
        place += size
    raise AssertionError(f"no box {kind!r}")


@pytest.mark.parametrize("extension", ["png", "jpg", "webp", "tif", "avif", "jxl"])
def test_a_picture_says_how_it_was_made(tmp_path: Path, extension: str) -> None:
    project = Project.in_memory()
    document, layer = an_image(project)
    told(project, layer, seed=7)
    path = tmp_path / f"out.{extension}"
    report = export(project, document, path)
    kind, [note] = read_packet(packet_of(path))
    assert kind == "algorithmicallyEnhanced"
    assert note["tool"] == "cut_out"
    assert note["seed"] == 7
    assert note["parameters"] == {"edge": "0.5 <&> ]]>", "mot": "été"}
    assert report.noted == ("The file says how it was made: cut_out (grabcut).",)


def test_a_format_without_metadata_says_so(tmp_path: Path) -> None:
    project = Project.in_memory()
    document, layer = an_image(project)
    told(project, layer)
    report = export(project, document, tmp_path / "out.bmp")
    assert report.noted == ()
    assert report.converted == (
        "BMP files hold no notes: this one does not say how it was made and whose works it shows.",
    )


def test_nothing_is_written_where_no_tool_took_part(tmp_path: Path) -> None:
    project = Project.in_memory()
    document, _ = an_image(project)
    export(project, document, tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image:
        assert "xmp" not in image.info
        assert "XML:com.adobe.xmp" not in image.info


def kind_of(project: Project, document: str) -> str:
    found = credits_of(project, document)
    assert found is not None
    return found.source_type


def test_the_source_type_says_how_much_is_generated() -> None:
    project = Project.in_memory()
    document, layer = an_image(project)
    told(project, layer, "remove", generated=True)
    assert kind_of(project, document) == "compositeSynthetic"
    told(project, layer, "generate", generated=True, model="sd", model_sha256=SHA)
    assert kind_of(project, document) == "compositeWithTrainedAlgorithmicMedia"
    run(project, "project.delete", records=(project.children(layer, Provenance)[0].id,))
    run(project, "project.delete", records=(project.children(document, Layer)[0].id,))
    assert kind_of(project, document) == "trainedAlgorithmicMedia"


def test_what_is_hidden_is_not_named_and_links_are_followed() -> None:
    project = Project.in_memory()
    inner, layer = an_image(project, "Inner")
    told(project, layer)
    page = run(project, "vector.new_document", name="Page", width=200.0, height=100.0)
    parent = project.index.children(page)[0]
    assert credits_of(project, page) is None
    run(project, "vector.add_embed", parent=parent, document=inner, x=0, y=0, width=50, height=50)
    assert [note.tool for note in credits_of(project, page).notes] == ["cut_out"]
    run(project, "project.set_fields", records=(layer,), values={"visible": False})
    assert credits_of(project, page) is None


def test_drawings_and_pdf(tmp_path: Path) -> None:
    project = Project.in_memory()
    inner, layer = an_image(project, "Inner")
    told(project, layer)
    page = run(project, "vector.new_document", name="Page", width=200.0, height=100.0)
    parent = project.index.children(page)[0]
    run(project, "vector.add_embed", parent=parent, document=inner, x=0, y=0, width=50, height=50)
    assert export(project, page, tmp_path / "out.svg").noted
    root = ElementTree.parse(tmp_path / "out.svg").getroot()
    [metadata] = root.iter("{http://www.w3.org/2000/svg}metadata")
    kind, [note] = read_packet(ElementTree.tostring(metadata))
    assert (kind, note["tool"]) == ("algorithmicallyEnhanced", "cut_out")
    assert export(project, page, tmp_path / "out.pdf").noted
    data = (tmp_path / "out.pdf").read_bytes()
    kind, [note] = read_packet(metadata_of_pdf(data))
    assert note["parameters"]["mot"] == "été"


def metadata_of_pdf(data: bytes) -> bytes:
    """What the newest catalogue names as metadata, following the cross-reference tables from the end."""
    start = int(re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data)[1])
    places: dict[int, int] = {}
    root = 0
    while start >= 0:
        assert data[start : start + 4] == b"xref"
        end = data.index(b"trailer", start)
        lines = data[start + 5 : end].split(b"\n")
        number = left = 0
        for line in lines:
            parts = line.split()
            if len(parts) == 2 and left == 0:
                number, left = int(parts[0]), int(parts[1])
            elif len(parts) == 3:
                places.setdefault(number, int(parts[0]))
                number, left = number + 1, left - 1
        trailer = data[end : data.index(b"startxref", end)]
        root = root or int(re.search(rb"/Root (\d+)", trailer)[1])
        before = re.search(rb"/Prev (\d+)", trailer)
        start = int(before[1]) if before else -1
    catalog = data[places[root] : data.index(b"endobj", places[root])]
    assert b"/Pages" in catalog
    stream = places[int(re.search(rb"/Metadata (\d+) 0 R", catalog)[1])]
    length = int(re.search(rb"/Length (\d+)", data[stream:])[1])
    first = data.index(b"stream\n", stream) + 7
    return data[first : first + length]


def test_a_film_says_it_in_its_comment_and_its_xmp_box(tmp_path: Path) -> None:
    project = Project.in_memory()
    inner, layer = an_image(project, "Inner")
    told(project, layer)
    film = run(project, "video.new_document", name="Film", width=64, height=48, rate=10)
    track = project.children(film, Track)[0].id
    run(project, "video.add_embed", track=track, document=inner, start=0, duration=1)
    path = tmp_path / "out.mp4"
    assert export(project, film, path).noted
    with av.open(str(path)) as container:
        assert "cut_out" in container.metadata["comment"]
        assert sum(1 for _ in container.decode(video=0)) == 10
    packet = box_of(path.read_bytes(), b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"))
    assert read_packet(packet)[1][0]["tool"] == "cut_out"


def test_a_scene_says_it_in_its_asset(tmp_path: Path) -> None:
    project = Project.in_memory()
    scene = run(project, "scene.new_document", name="Scene")
    told(project, run(project, "scene.add_shape", document=scene))
    path = tmp_path / "out.glb"
    assert export(project, scene, path).noted
    data = path.read_bytes()
    length = struct.unpack_from("<I", data, 12)[0]
    extras = json.loads(data[20 : 20 + length])["asset"]["extras"]
    assert extras["digitalSourceType"] == f"{SCHEME}algorithmicallyEnhanced"
    assert extras["provenance"][0]["tool"] == "cut_out"


def test_a_picture_that_comes_in_again_keeps_what_it_said(tmp_path: Path) -> None:
    project = Project.in_memory()
    document, layer = an_image(project)
    told(project, layer, "generate", generated=True, model="sd", model_sha256=SHA)
    export(project, document, tmp_path / "first.png")
    [again] = import_file(project, tmp_path / "first.png").documents
    export(project, again, tmp_path / "second.png")
    kind, notes = read_packet(packet_of(tmp_path / "second.png"))
    assert (kind, [note["tool"] for note in notes]) == ("compositeWithTrainedAlgorithmicMedia", ["generate"])
    told(project, project.children(again, Layer)[0].id, "denoise")
    export(project, again, tmp_path / "third.jpg")
    kind, notes = read_packet(packet_of(tmp_path / "third.jpg"))
    assert (kind, [note["tool"] for note in notes]) == ("compositeWithTrainedAlgorithmicMedia", ["generate", "denoise"])


FOREIGN = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF
xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Chat</dc:title></r:Description></r:RDF></x:xmpmeta><?xpacket end="w"?>"""


def test_what_a_packet_holds_already_is_kept() -> None:
    packet = xmp.merged(FOREIGN.encode(), [{"tool": "cut_out"}], "algorithmicallyEnhanced")
    assert b"<dc:title>Chat</dc:title>" in packet
    assert read_packet(packet) == ("algorithmicallyEnhanced", [{"tool": "cut_out"}])
    assert xmp.merged(packet, [{"tool": "cut_out"}], "algorithmicallyEnhanced") == packet


def test_a_foreign_source_type_is_joined_not_doubled() -> None:
    said = (
        '<r:Description r:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"<Iptc4xmpExt:DigitalSourceType>{SCHEME}trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType></r:Description>"
    )
    packet = xmp.merged(FOREIGN.replace("</r:RDF>", f"{said}</r:RDF>").encode(), [{"tool": "x"}], "compositeSynthetic")
    assert read_packet(packet)[0] == "compositeWithTrainedAlgorithmicMedia"


@given(st.binary(max_size=60), st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=3))
def test_damaged_packets_and_strange_texts_do_no_harm(existing: bytes, parameters: dict[str, str]) -> None:
    notes = [{"tool": "t", "parameters": parameters}]
    packet = xmp.merged(existing, notes, "algorithmicallyEnhanced")
    clean = xmp.notes_in(packet.decode())
    assert clean[-1]["tool"] == "t"


def test_notes_follow_copies_merges_and_groups() -> None:
    project = Project.in_memory()
    document, layer = an_image(project)
    told(project, layer)
    [copy] = run(project, "raster.duplicate_layers", layers=(layer,))
    assert [note.tool for note in project.children(copy, Provenance)] == ["cut_out"]
    group = run(project, "raster.group_layers", layers=(layer, copy))
    assert [note.tool for note in credits_of(project, document).notes] == ["cut_out"]
    run(project, "raster.ungroup", group=group)
    run(project, "raster.merge_down", layer=copy)
    assert [note.tool for note in project.children(layer, Provenance)] == ["cut_out"]
    mask = run(project, "raster.add_mask", layer=layer)
    told(project, mask, "mask")
    run(project, "raster.apply_mask", layer=layer)
    assert [note.tool for note in project.children(layer, Provenance)] == ["cut_out", "mask"]
    flat = run(project, "raster.flatten", document=document)
    assert [note.tool for note in project.children(flat, Provenance)] == ["cut_out", "mask"]


