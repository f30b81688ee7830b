"""Whose works an export shows, in every format that can say it, read by others where they are there."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.provenance.reading import packet_of_file, work_of_file
from editor.formats.provenance.wishes import ALL, NOTHING, NoteWishes
from editor.formats.provenance.works import Work
from editor.formats.provenance.xmp import notes_in, works_in
from editor.formats.registry import ExportOptions, ImportOptions, export_document, import_file
from editor.formats.report import Report
from editor.model.raster import Layer
from editor.model.video import Track
from render.image_io.read import read

OAK = Work(
    title="Oak <&>", author="Ann Élan", licence="CC-BY-4.0",
    licence_address="https://creativecommons.org/licenses/by/4.0/", source="https://a.example/oak",
)  # fmt: skip
PACKETS = ["png", "jpg", "webp", "tif", "avif", "heic", "jxl", "exr", "psd", "gif", "tga", "jp2"]
LINES = ["hdr", "ppm"]


def credited(project: Project, record: str, work: Work = OAK, content: str = "a" * 40, name: str = "") -> None:
    run(
        project, "project.note_origin", record=record, content=content, name=name or f"{work.title}.png",
        source=work.source, author=work.author, licence=work.licence,
    )  # fmt: skip


def picture(project: Project, name: str = "Picture", *, made: bool = True) -> tuple[str, str]:
    """An image whose upper layer is somebody's work that a model changed."""
    document = run(project, "raster.new_document", name=name, width=40, height=24, background="#336699")
    layer = run(project, "raster.add_layer", document=document)
    run(project, "raster.fill", layer=layer, color="#ff0000")
    credited(project, layer)
    if made:
        run(project, "project.note_provenance", record=layer, tool="remove", model="lama", generated=True)
    return document, layer


def export(project: Project, document: str, path: Path, notes: NoteWishes = ALL, **options: Any) -> Report:
    display = Display(project)
    try:
        return export_document(display, document, path, ExportOptions(notes=notes, **options))
    finally:
        display.close()


@pytest.mark.parametrize("extension", [*PACKETS, *LINES])
def test_every_picture_says_whose_works_it_shows_and_is_the_same_picture(tmp_path: Path, extension: str) -> None:
    project = Project.in_memory()
    document, _ = picture(project)
    said, silent = tmp_path / f"said.{extension}", tmp_path / f"silent.{extension}"
    report = export(project, document, said, lossless=True)
    assert any("Oak" in sentence for sentence in report.noted)
    assert any("remove (lama)" in sentence for sentence in report.noted)
    assert not any("XMP" in sentence for sentence in report.converted)
    assert export(project, document, silent, NOTHING, lossless=True).noted == ()
    packet = (packet_of_file(said) or b"").decode()
    assert works_in(packet) == [OAK]
    assert [(note["tool"], note["model"], note["generated"]) for note in notes_in(packet)] == [("remove", "lama", True)]
    assert work_of_file(said) == Work(title=OAK.title, author=OAK.author, licence="CC-BY-4.0", source=OAK.source)
    assert packet_of_file(silent) is None
    assert b"Ann" not in silent.read_bytes()
    assert b"lama" not in silent.read_bytes()
    first, second = read(said).pixels, read(silent).pixels
    assert first.dtype == second.dtype
    assert np.array_equal(first, second)


@pytest.mark.parametrize("extension", [*PACKETS, *LINES])
def test_what_came_in_goes_out_again(tmp_path: Path, extension: str) -> None:
    project = Project.in_memory()
    document, _ = picture(project)
    export(project, document, tmp_path / f"first.{extension}")
    [again] = import_file(project, tmp_path / f"first.{extension}").documents
    report = export(project, again, tmp_path / "second.png")
    packet = (packet_of_file(tmp_path / "second.png") or b"").decode()
    assert works_in(packet) == [OAK]
    assert [note["tool"] for note in notes_in(packet)] == ["remove"]
    assert "compositeSynthetic" in packet
    assert any("Oak" in sentence for sentence in report.noted)


@pytest.mark.parametrize("extension", ["bmp", "dds", "ico", "qoi"])
def test_where_nothing_can_be_said_the_report_says_so_and_a_sidecar_holds_it(tmp_path: Path, extension: str) -> None:
    project = Project.in_memory()
    document, _ = picture(project)
    path = tmp_path / f"out.{extension}"
    report = export(project, document, path)
    assert any(sentence.startswith(f"{extension.upper()} files hold no notes") for sentence in report.converted)
    assert report.noted == ()
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
    report = export(project, document, path, NoteWishes(sidecar=True))
    assert report.noted == (f"What the file could not hold is in {path.name}.xmp.",)
    root = ElementTree.fromstring((tmp_path / f"{path.name}.xmp").read_bytes().decode().strip("\ufeff"))
    assert "Ann Élan" in "".join(root.itertext())
    found = work_of_file(path)
    assert found is not None
    assert (found.author, found.licence) == (OAK.author, OAK.licence)


def exiftool(path: Path) -> dict[str, Any]:
    program = shutil.which("exiftool")
    if program is None:
        pytest.skip("exiftool is not there")
    done = subprocess.run(
        [program, "-json", "-struct", "-G1", str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    [found] = json.loads(done.stdout)
    assert "ExifTool:Error" not in found, found
    return dict(found)


@pytest.mark.parametrize("extension", [*(name for name in PACKETS if name != "tga"), "pdf", "svg"])
def test_other_programs_read_it(tmp_path: Path, extension: str) -> None:
    project = Project.in_memory()
    document, _ = picture(project)
    if extension in ("pdf", "svg"):
        document = page_with(project, document)
    path = tmp_path / f"out.{extension}"
    export(project, document, path)
    found = {name.partition(":")[2]: value for name, value in exiftool(path).items() if name.startswith("XMP")}
    if extension == "exr":
        found = {name.partition(":")[2]: value for name, value in exiftool(path).items()}
        assert "Ann" in found["Comments"]
        assert "CC-BY-4.0" in str(found["Xmp"])
        return
    assert found["Creator"] in (OAK.author, [OAK.author])
    assert "CC-BY-4.0" in found["Rights"]
    assert found["WebStatement"] == OAK.licence_address
    assert OAK.licence_address in found["UsageTerms"]
    assert found["License"] == OAK.licence_address
    assert found["AttributionName"] == OAK.author
    assert found["Source"] == OAK.source
    [work] = found["ArtworkOrObject"]
    assert (work["AOTitle"], work["AOSource"]) == (OAK.title, OAK.source)


def test_targa_says_it_in_its_extension_area(tmp_path: Path) -> None:
    import OpenImageIO

    project = Project.in_memory()
    export(project, picture(project)[0], tmp_path / "out.tga")
    reader = OpenImageIO.ImageInput.open(str(tmp_path / "out.tga"))
    try:
        said = reader.spec().get_string_attribute("ImageDescription")
    finally:
        reader.close()
    assert "Made with: remove (lama), generated" in said
    assert "Work: Oak <&>" in said
    assert "Author: Ann E" in said


def page_with(project: Project, document: str, x: float = 0.0) -> str:
    page = run(project, "vector.new_document", name="Page", width=200.0, height=100.0)
    parent = project.index.children(page)[0]
    run(project, "vector.add_embed", parent=parent, document=document, x=x, y=0, width=50, height=50)
    return str(page)


def test_drawings_say_it_in_their_metadata(tmp_path: Path) -> None:
    project = Project.in_memory()
    page = page_with(project, picture(project)[0])
    for name in ("out.svg", "out.svgz", "out.pdf"):
        export(project, page, tmp_path / name)
        found = work_of_file(tmp_path / name)
        assert found is not None, name
        assert (found.author, found.licence, found.source) == (OAK.author, OAK.licence, OAK.source)
        export(project, page, tmp_path / f"silent-{name}", NOTHING)
        assert work_of_file(tmp_path / f"silent-{name}") is None
    root = ElementTree.parse(tmp_path / "out.svg").getroot()
    assert root.find(".//{http://creativecommons.org/ns#}license") is not None
    assert b"/Author" in (tmp_path / "out.pdf").read_bytes()


def film_with(project: Project, *documents: str) -> str:
    film = run(project, "video.new_document", name="Film", width=64, height=48, rate=10)
    track = project.children(film, Track)[0].id
    for number, document in enumerate(documents):
        run(project, "video.add_embed", track=track, document=document, start=number, duration=1)
    return str(film)


def test_a_film_names_the_works_of_its_stretch(tmp_path: Path) -> None:
    project = Project.in_memory()
    first, _ = picture(project, made=False)
    second = run(project, "raster.new_document", name="Other", width=40, height=24, background="#00ff00")
    elm = Work(title="Elm", author="Bob", licence="CC0-1.0", source="https://a.example/elm")
    credited(project, second, elm, "b" * 40)
    film = film_with(project, first, second)
    export(project, film, tmp_path / "all.mp4")
    with av.open(str(tmp_path / "all.mp4")) as container:
        assert container.metadata["copyright"].count("\n") == 1
        assert "Ann Élan" in container.metadata["copyright"]
    found = work_of_file(tmp_path / "all.mp4")
    assert found is not None
    assert (found.author, found.licence) == ("Ann Élan, Bob", "CC-BY-4.0 AND CC0-1.0")
    export(project, film, tmp_path / "end.mp4", settings={"start": 1})
    assert work_of_file(tmp_path / "end.mp4") == Work(title="Elm", author="Bob", licence="CC0-1.0", source=elm.source)
    from fractions import Fraction

    export(project, film, tmp_path / "still.png", time=Fraction(1, 2))
    found = work_of_file(tmp_path / "still.png")
    assert found is not None
    assert found.author == "Ann Élan"
    export(project, film, tmp_path / "still2.png", time=Fraction(1))
    found = work_of_file(tmp_path / "still2.png")
    assert found is not None
    assert found.author == "Bob"
    assert export(project, film, tmp_path / "silent.mp4", NOTHING).noted == ()
    assert work_of_file(tmp_path / "silent.mp4") is None


def test_a_scene_says_it_in_its_asset(tmp_path: Path) -> None:
    project = Project.in_memory()
    scene = run(project, "scene.new_document", name="Scene")
    credited(project, run(project, "scene.add_shape", document=scene))
    path = tmp_path / "out.glb"
    export(project, scene, path)
    data = path.read_bytes()
    asset = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])["asset"]
    assert "Ann Élan" in asset["copyright"]
    assert asset["extras"]["works"][0]["licence"] == "CC-BY-4.0"
    assert work_of_file(path) is not None
    [again] = import_file(project, path).documents
    export(project, again, tmp_path / "again.glb")
    assert work_of_file(tmp_path / "again.glb") == work_of_file(path)
    export(project, again, tmp_path / "silent.glb", NOTHING)
    assert b"Ann" not in (tmp_path / "silent.glb").read_bytes()


def test_a_timeline_file_says_it(tmp_path: Path) -> None:
    project = Project.in_memory()
    film = film_with(project, picture(project)[0])
    export(project, film, tmp_path / "out.otio")
    told = json.loads((tmp_path / "out.otio").read_text())["metadata"]["atelier"]["notes"]
    assert told["works"][0]["author"] == OAK.author
    assert told["provenance"][0]["tool"] == "remove"


def test_only_what_is_shown_is_credited(tmp_path: Path) -> None:
    project = Project.in_memory()
    document, layer = picture(project, made=False)
    page = page_with(project, document)
    other = run(project, "vector.add_page", document=page)
    export(project, page, tmp_path / "one.png")
    assert work_of_file(tmp_path / "one.png") is not None
    export(project, page, tmp_path / "two.png", part=other)
    assert work_of_file(tmp_path / "two.png") is None
    export(project, page, tmp_path / "all.pdf")
    assert work_of_file(tmp_path / "all.pdf") is not None
    run(project, "project.set_fields", records=(layer,), values={"visible": False})
    export(project, page, tmp_path / "hidden.png")
    assert work_of_file(tmp_path / "hidden.png") is None


def test_nobodys_business_is_left_out(tmp_path: Path) -> None:
    project = Project.in_memory()
    document, layer = picture(project, made=False)
    private = Work(title="x", author="Ann", source="/srv/somebody/Pictures/holiday")
    credited(project, layer, private)
    report = export(project, document, tmp_path / "a.png")
    assert b"somebody" not in (tmp_path / "a.png").read_bytes()
    assert "Of one work nobody said under which licence it may be used." in report.noted
    credited(project, layer, Work(title="secret plan"))
    report = export(project, document, tmp_path / "b.png")
    assert b"secret" not in (tmp_path / "b.png").read_bytes()
    assert "Of one work nobody said under which licence it may be used." in report.noted


def photo_with_place(path: Path) -> None:
    exif = Image.Exif()
    exif[271] = "Maker of cameras"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.88), 3: "E", 4: (2.0, 17.0, 40.2)})
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,51.498N">'
        b"<exif:GPSLongitude>2,17.67E</exif:GPSLongitude></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    Image.new("RGB", (8, 8), "#808080").save(path, exif=exif, xmp=packet)


@pytest.mark.parametrize("extension", ["jpg", "png", "tif", "webp"])
def test_where_a_photo_was_taken_is_left_out_unless_wished(tmp_path: Path, extension: str) -> None:
    photo_with_place(tmp_path / "photo.jpg")
    project = Project.in_memory()
    [document] = import_file(project, tmp_path / "photo.jpg").documents
    path = tmp_path / f"out.{extension}"
    report = export(project, document, path)
    assert "Where the picture was taken is left out." in report.noted
    with Image.open(path) as image:
        exif = image.getexif()
        assert exif[271] == "Maker of cameras"
        assert not exif.get_ifd(0x8825)
    assert b"GPSL" not in path.read_bytes()
    export(project, document, path, NoteWishes(place=True))
    with Image.open(path) as image:
        assert image.getexif().get_ifd(0x8825)[2] == (48.0, 51.0, 29.88)
    assert b"GPSLatitude" in path.read_bytes()
    export(project, document, path, NOTHING)
    assert b"Maker of cameras" not in path.read_bytes()


def test_each_wish_stands_for_itself(tmp_path: Path) -> None:
    project = Project.in_memory()
    document, _ = picture(project)
    export(project, document, tmp_path / "first.png")
    [again] = import_file(project, tmp_path / "first.png").documents
    for wishes, works, tools in (
        (NoteWishes(made=False), 1, 0), (NoteWishes(credits=False), 0, 1), (NoteWishes(kept=False), 1, 1),
        (NOTHING, 0, 0),
    ):  # fmt: skip
        for source in (document, again):
            export(project, source, tmp_path / "out.png", wishes)
            packet = (packet_of_file(tmp_path / "out.png") or b"").decode()
            assert (len(works_in(packet)), len(notes_in(packet))) == (works, tools), (wishes, source == again)
            assert ("DigitalSourceType" in packet) == bool(tools)


def test_a_credits_file_beside_it(tmp_path: Path) -> None:
    project = Project.in_memory()
    document, _ = picture(project)
    for name in ("out.bmp", "film.mp4"):
        shown = document if name == "out.bmp" else film_with(project, document)
        report = export(project, shown, tmp_path / name, NoteWishes(credits=False, beside=True))
        text = (tmp_path / f"{Path(name).stem}.credits.txt").read_text(encoding="utf-8")
        line = f"“{OAK.title}” by {OAK.author}, CC-BY-4.0, {OAK.source} ({OAK.licence_address})"
        assert text == f"{line}\n[Atelier: {name}]\n"
        assert any(".credits.txt" in sentence for sentence in report.noted)
    plain = run(project, "raster.new_document", width=4, height=4)
    report = export(project, plain, tmp_path / "plain.png", NoteWishes(beside=True))
    assert not (tmp_path / "plain.credits.txt").exists()
    assert any("no credits file" in sentence for sentence in report.noted)


def test_what_the_library_knows_by_now_goes_first(tmp_path: Path) -> None:
    project = Project.in_memory()
    document, _ = picture(project)
    known = Work(title="The Oak", author="Ann", licence="CC0-1.0")
    export(project, document, tmp_path / "out.png", NoteWishes(known={"a" * 40: known}))
    assert work_of_file(tmp_path / "out.png") == known


def test_pictures_inside_others_bring_their_notes(tmp_path: Path) -> None:
    project = Project.in_memory()
    document, _ = picture(project)
    export(project, document, tmp_path / "first.webp")
    [again] = import_file(project, tmp_path / "first.webp").documents
    page = page_with(project, again)
    report = export(project, page, tmp_path / "page.pdf")
    packet = (packet_of_file(tmp_path / "page.pdf") or b"").decode()
    assert works_in(packet) == [OAK]
    assert [note["tool"] for note in notes_in(packet)] == ["remove"]
    assert "compositeSynthetic" in packet
    assert any("remove (lama)" in sentence for sentence in report.noted)


def test_a_layer_out_of_a_file_brings_how_it_was_made(tmp_path: Path) -> None:
    project = Project.in_memory()
    export(project, picture(project)[0], tmp_path / "first.png")
    sheet = run(project, "raster.new_document", width=40, height=24)
    steps = len(project.history)
    import_file(project, tmp_path / "first.png", ImportOptions(into=sheet))
    assert len(project.history) == steps + 1
    export(project, sheet, tmp_path / "second.hdr")
    assert [note["tool"] for note in notes_in((packet_of_file(tmp_path / "second.hdr") or b"").decode())] == ["remove"]
    project.undo()
    export(project, sheet, tmp_path / "third.png")
    assert packet_of_file(tmp_path / "third.png") is None


def test_a_jpeg_has_room_for_thousands_of_works_in_short(tmp_path: Path) -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", name="Wall", width=8, height=8, background="#336699")
    with project.transaction("Many"):
        for number in range(400):
            layer = run(project, "raster.add_layer", document=document)
            work = Work(title=f"Work {number}", author=f"Artist {number}", licence="CC-BY-4.0")
            credited(project, layer, work, f"{number:040x}")
    report = export(project, document, tmp_path / "out.jpg")
    assert "There was no room for all notes in the file." in report.converted
    packet = packet_of_file(tmp_path / "out.jpg") or b""
    assert 0 < len(works_in(packet.decode())) < 400
    export(project, document, tmp_path / "out.png")
    assert len(works_in((packet_of_file(tmp_path / "out.png") or b"").decode())) == 400
    assert len(project.children(document, Layer)) == 401
