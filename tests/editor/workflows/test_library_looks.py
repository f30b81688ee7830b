"""A thumbnail for every kind, of whole, of cut and of hostile files; and that no file stops the others."""

from __future__ import annotations

import base64
import io
import json
import os
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from editor.base.errors import ExpectedError
from editor.library.kinds import kind_of
from editor.library.library import Library
from editor.library.looks import Look, thumbnails_of
from editor.workflows.library import updating
from editor.workflows.library.looking import look_at
from editor.workflows.library.swatches import palette_colors
from editor.workflows.library.updating import Piece, look_at_new

EIGHT_BIT_TIP = bytes(range(0, 240, 15))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "library")
    yield opened
    opened.close()


def encoded(color: tuple[int, int, int], kind: str = "PNG", size: tuple[int, int] = (90, 60)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, color).save(stream, kind)
    return stream.getvalue()


def zipped(**members: bytes | str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return stream.getvalue()


def exchange() -> bytes:
    """Adobe's swatches: one red, one CMYK, one Lab."""
    blocks = b""
    for model, parts in ((b"RGB ", (1, 0, 0)), (b"CMYK", (0, 0, 0, 1)), (b"LAB ", (1.0, 0, 0))):
        body = (
            struct.pack(">H", 2) + "a\0".encode("utf-16be") + model + struct.pack(f">{len(parts)}f", *parts) + b"\0\2"
        )
        blocks += struct.pack(">HI", 1, len(body)) + body
    return b"ASEF" + struct.pack(">HHI", 1, 0, 3) + blocks


def photoshop_brush() -> bytes:
    tip = struct.pack(">4iHB", 0, 0, 4, 4, 8, 0) + EIGHT_BIT_TIP
    body = bytes(47) + tip
    samples = struct.pack(">I", len(body)) + body + bytes(-len(body) % 4)
    return struct.pack(">HH", 6, 1) + b"8BIMsamp" + struct.pack(">I", len(samples)) + samples


def old_brush() -> bytes:
    packed = b"".join(bytes([3]) + bytes([255, 200, 100, 0]) for _ in range(4))
    body = struct.pack(">IHB4h", 0, 25, 1, 0, 0, 4, 4) + struct.pack(">4iHB", 0, 0, 4, 4, 8, 1)
    body += struct.pack(">4H", 5, 5, 5, 5) + packed
    return struct.pack(">HH", 1, 1) + struct.pack(">HI", 2, len(body)) + body


def lookup() -> bytes:
    lines = ["LUT_3D_SIZE 2"] + [f"{b} {g} {r}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    return "\n".join(lines).encode()


def book() -> bytes:
    return zipped(**{
        "META-INF__container.xml": '<container><rootfiles><rootfile full-path="in/book.opf"/></rootfiles></container>',
        "in__book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata><meta name="cover" content="c"/>'
        "</metadata>"
        '<manifest><item id="c" href="my%20cover.png" media-type="image/png"/></manifest></package>',
        "in__my cover.png": encoded((20, 90, 160), size=(60, 90)),
    })  # fmt: skip


def designed() -> bytes:
    picture = base64.b64encode(encoded((200, 40, 40), "JPEG")).decode()
    return zipped(**{"META-INF__metadata.xml": f"<x><xmpGImg:image>{picture}</xmpGImg:image></x>"})


def weights() -> bytes:
    header = json.dumps({"a": {"dtype": "F16", "shape": [20, 50], "data_offsets": [0, 2000]}}).encode()
    return struct.pack("<Q", len(header)) + header


def raw_photograph() -> bytes:
    return (
        b"II*\0"
        + bytes(200)
        + encoded((5, 5, 5), "JPEG", (16, 12))
        + bytes(64)
        + encoded((9, 90, 9), "JPEG", (300, 200))
    )


def page() -> bytes:
    """A PDF of one page, half of it red."""
    import skia

    stream = skia.DynamicMemoryWStream()
    with skia.PDF.MakeDocument(stream) as document, document.page(200, 100) as canvas:
        canvas.drawRect(skia.Rect(0, 0, 100, 100), skia.Paint(Color=skia.ColorRED))
    return bytes(stream.detachAsData())


MTLX = (
    '<materialx version="1.38"><standard_surface name="s" type="surfaceshader">'
    '<input name="base_color" type="color3" value="0.9, 0.05, 0.05"/></standard_surface></materialx>'
)
TIMELINE = "TITLE: x\nFCM: NON-DROP FRAME\n\n001  AX V C 00:00:00:00 00:00:02:00 00:00:00:00 00:00:02:00\n"
MAKERS: dict[str, Callable[[], bytes]] = {
    "swatches.ase": exchange,
    "swatches.gpl": lambda: b"GIMP Palette\nName: x\n#\n255 0 0 red\n  0 128 255\tblue\n",
    "swatches.pal": lambda: b"JASC-PAL\r\n0100\r\n2\r\n255 0 0\r\n0 0 255\r\n",
    "swatches.act": lambda: bytes(range(256)) * 3,
    "swatches.aco": lambda: struct.pack(">HH", 1, 1) + struct.pack(">H4H", 0, 65535, 0, 0, 0),
    "swatches.kpl": lambda: zipped(**{"colorset.xml": '<ColorSetEntry><RGB b="0" r="1" g="0"/></ColorSetEntry>'}),
    "swatches.soc": lambda: b'<color draw:color="#ff0000"/>',
    "tips.abr": photoshop_brush,
    "old tips.abr": old_brush,
    "look.cube": lookup,
    "gold.mtlx": lambda: MTLX.encode(),
    "red.mtl": lambda: b"newmtl red\nKd 0.9 0.1 0.1\nNs 50\n",
    "book.epub": book,
    "brochure.idml": designed,
    "page.pdf": page,
    "drawing.ai": page,
    "notes.txt": lambda: "Été à la mer.\nOne line more.".encode(),
    "paper.odt": lambda: zipped(**{"Thumbnails__thumbnail.png": encoded((9, 99, 200))}),
    "painting.kra": lambda: zipped(**{"mergedimage.png": encoded((120, 9, 200))}),
    "weights.safetensors": weights,
    "talk.gguf": lambda: struct.pack("<4sIQQ", b"GGUF", 3, 0, 0),
    "web.atelier-recipe": lambda: b'name = "Web"\nsteps = [["convert", "{input}"]]\n',
    "film.xmp": lambda: b'<rdf:Description crs:Exposure2012="+0.35"/>',
    "photo.nef": raw_photograph,
    "cut.edl": lambda: TIMELINE.encode(),
    "logo.svg": lambda: (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="red"/>'
        b"</svg>"
    ),
    "part.fbx": lambda: b"Kaydara FBX Binary  \0",
}
DRAWN_IN_3D = {"gold.mtlx", "red.mtl"}
RED = {"swatches.ase", "swatches.gpl", "swatches.pal", "swatches.aco", "swatches.kpl", "swatches.soc"}


def made(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(MAKERS[name]())
    return path


def shown(look: Look) -> np.ndarray:
    assert look.thumbnail, look.problem
    picture = Image.open(io.BytesIO(look.thumbnail))
    assert max(picture.size) <= 256
    return np.asarray(picture.convert("RGBA"))


@pytest.mark.parametrize("name", MAKERS)
def test_every_kind_has_a_thumbnail(tmp_path: Path, name: str) -> None:
    path = made(tmp_path, name)
    pixels = shown(look_at(path, kind_of(path)))
    assert np.ptp(pixels.astype(int)) > 20 or name in (
        "book.epub",
        "brochure.idml",
        "paper.odt",
        "painting.kra",
        "photo.nef",
        "logo.svg",
    )
    if name in RED:
        assert palette_colors(path)[0] == (255, 0, 0)
        assert look_at(path, "palette").colors


@pytest.mark.parametrize("name", MAKERS)
def test_a_file_that_was_cut_off_is_said_or_drawn(tmp_path: Path, name: str) -> None:
    whole = MAKERS[name]()
    path = tmp_path / name
    for length in (0, 7, len(whole) // 2, len(whole) - 3) if name not in DRAWN_IN_3D else (0, len(whole) // 3):
        path.write_bytes(whole[: max(length, 0)])
        try:
            look_at(path, kind_of(path))
        except ExpectedError as error:
            assert error.sentence


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from([n for n in MAKERS if n.rpartition(".")[2] not in ("pdf", "ai", "edl", "svg", "mtlx", "mtl")]),
    data=st.data(),
)
def test_bytes_that_were_turned_are_said_or_drawn(tmp_path: Path, name: str, data: st.DataObject) -> None:
    changed = bytearray(MAKERS[name]())
    for place in data.draw(st.lists(st.integers(0, len(changed) - 1), min_size=1, max_size=6)):
        changed[place] = data.draw(st.integers(0, 255))
    path = tmp_path / name
    path.write_bytes(changed)
    try:
        look_at(path, kind_of(path))
    except ExpectedError as error:
        assert error.sentence


def test_a_tip_is_drawn_as_dark_as_it_covers(tmp_path: Path) -> None:
    pixels = shown(look_at(made(tmp_path, "tips.abr"), "brush"))
    assert pixels[123, 128, 0] > pixels[132, 128, 0] + 80
    assert pixels[0, 0, 0] > 250


def test_a_lookup_shows_the_picture_before_and_after(tmp_path: Path) -> None:
    pixels = shown(look_at(made(tmp_path, "look.cube"), "lut")).astype(int)
    before, after = pixels[150:165, 4:14, :3].mean((0, 1)), pixels[150:165, 132:142, :3].mean((0, 1))
    assert before[0] > before[2] + 100, "red as it is"
    assert after[2] > after[0] + 100, "and through a table that turns it to blue"


def test_a_material_is_worn_by_a_ball(tmp_path: Path) -> None:
    pixels = shown(look_at(made(tmp_path, "gold.mtlx"), "material")).astype(int)
    ball = pixels[pixels[..., 3] > 250]
    assert len(ball) > 10_000
    assert ball[:, 0].mean() > ball[:, 2].mean() + 60


def test_a_material_reads_no_picture_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(encoded((0, 255, 0)))
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "spy.mtl").write_text("newmtl a\nKd 0.9 0.1 0.1\nmap_Kd ../secret.png\n")
    pixels = shown(look_at(inner / "spy.mtl", "material")).astype(int)
    ball = pixels[pixels[..., 3] > 250]
    assert ball[:, 0].mean() > ball[:, 1].mean()


def test_hostile_archives_are_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.odt"
    bomb.write_bytes(zipped(**{"Thumbnails__thumbnail.png": bytes(60 << 20)}))
    assert bomb.stat().st_size < 1 << 20
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    (tmp_path / "laughs.odt").write_bytes(zipped(**{"content.xml": laughs}))
    (tmp_path / "laughs.mtlx").write_text(laughs)
    (tmp_path / "walk.epub").write_bytes(
        zipped(
            **{
                "META-INF__container.xml": '<c><rootfile full-path="../../etc/passwd"/></c>',
            }
        )  # fmt: skip
    )
    for name in ("bomb.odt", "laughs.odt", "laughs.mtlx", "walk.epub"):
        with pytest.raises(ExpectedError, match="damaged"):
            look_at(tmp_path / name, kind_of(name))


def test_the_largest_preview_of_a_raw_photograph_counts(tmp_path: Path) -> None:
    look = look_at(made(tmp_path, "photo.nef"), "image")
    assert (look.width, look.height) == (300, 200)


def test_a_file_that_is_kept_only_is_no_problem(library: Library, tmp_path: Path) -> None:
    taken = library.take_in([made(tmp_path, "part.fbx")])
    assert look_at_new(library).problems == {}
    assert library.asset(taken.added[0]).problem == ""
    assert thumbnails_of(library.catalogue, taken.added)


def misbehaving(piece: Piece) -> Look:
    """In a child: what the file's name says."""
    if "crash" in piece.path.name:
        os.abort()
    if "hang" in piece.path.name:
        time.sleep(600)
    return Look(thumbnail=b"seen")


def test_a_crashing_file_costs_itself_only(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / name for name in ("crash.png", "good.png", "fine.png")]
    for path in paths:
        path.write_bytes(path.name.encode())
    taken = library.take_in(paths)
    monkeypatch.setattr(updating, "look_at_piece", misbehaving)
    looked = look_at_new(library)
    assert looked.seen == 3
    assert [(library.asset(key).name, said) for key, said in looked.problems.items()] == [
        ("crash.png", "A decoder crashed on this file.")
    ]
    assert len(thumbnails_of(library.catalogue, taken.added)) == 2
    assert look_at_new(library).seen == 0, "a failure is remembered"
    paths[0].write_bytes(encoded((9, 9, 9)))
    library.take_in([paths[0]])
    assert look_at_new(library).seen == 1, "and forgotten when the file was changed"


@pytest.mark.long
def test_a_hanging_file_costs_itself_only(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / name for name in ("hang.png", "good.png")]
    for path in paths:
        path.write_bytes(path.name.encode())
    taken = library.take_in(paths)
    monkeypatch.setattr(updating, "look_at_piece", misbehaving)
    monkeypatch.setattr(updating, "SECONDS_A_FILE", 20.0)
    looked = look_at_new(library)
    assert [(library.asset(key).name, said) for key, said in looked.problems.items()] == [
        ("hang.png", "It took longer than 20 s.")
    ]
    assert len(thumbnails_of(library.catalogue, taken.added)) == 1
