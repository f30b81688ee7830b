"""Credits files and sidecars: those of an export are kept up to date, and those of others are never written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.formats.provenance.beside import write_credits, write_sidecar
from editor.formats.provenance.reading import graph_of
from editor.formats.provenance.works import Work
from editor.formats.provenance.xmp import merged, works_in

OAK = Work(title="Oak", author="Ann", licence="CC-BY-4.0", source="https://a.example/oak")
ELM = Work(title="Elm", author="Bob", licence="CC0-1.0", source="https://a.example/elm")
OTHERS = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    b' xmlns:darktable="http://darktable.sf.net/" darktable:history_end="12"/></rdf:RDF></x:xmpmeta>'
)


def test_a_sidecar_of_another_program_keeps_its_edits(tmp_path: Path) -> None:
    sidecar = tmp_path / "a.bmp.xmp"
    sidecar.write_bytes(OTHERS)
    for works in ([OAK], [ELM]):
        said = write_sidecar(tmp_path / "a.bmp", merged(None, [], "", works))
        assert said.startswith("a.bmp.xmp belongs to another program")
        data = sidecar.read_bytes()
        assert graph_of(data) is not None
        assert data.count(b'darktable:history_end="12"') == 1
        assert works_in(data.decode()) == works


def test_a_sidecar_that_cannot_be_read_stays(tmp_path: Path) -> None:
    (tmp_path / "a.bmp.xmp").write_bytes(b"my own notes")
    with pytest.raises(ExpectedError, match=r"a\.bmp\.xmp was not written"):
        write_sidecar(tmp_path / "a.bmp", merged(None, [], "", [OAK]))
    assert (tmp_path / "a.bmp.xmp").read_bytes() == b"my own notes"


def test_a_sidecar_of_ours_holds_what_the_last_export_says(tmp_path: Path) -> None:
    """Also what the picture brought along: a place that is not wished any more does not stay."""
    brought = OTHERS.replace(b'darktable:history_end="12"', b'darktable:gps="48"')
    write_sidecar(tmp_path / "a.bmp", merged(brought, [], "", [OAK]))
    write_sidecar(tmp_path / "a.bmp", merged(None, [], "", [ELM]))
    data = (tmp_path / "a.bmp.xmp").read_bytes()
    assert b"darktable" not in data
    assert works_in(data.decode()) == [ELM]


def test_credits_never_go_over_anothers_file(tmp_path: Path) -> None:
    mine = tmp_path / "out.credits.txt"
    mine.write_text("my own credits\n", encoding="utf-8")
    for works in ([OAK], [ELM]):
        assert write_credits(tmp_path / "out.jpg", works) == ["The credits are in out.jpg.credits.txt."]
        text = (tmp_path / "out.jpg.credits.txt").read_text(encoding="utf-8")
        assert text.startswith(f"“{works[0].title}” by")
    assert mine.read_text(encoding="utf-8") == "my own credits\n"
    (tmp_path / "out.png.credits.txt").write_text("mine too", encoding="utf-8")
    with pytest.raises(ExpectedError, match=r"out\.png\.credits\.txt"):
        write_credits(tmp_path / "out.png", [OAK])


def test_two_exports_of_one_name_have_two_credits_files_and_old_ones_go(tmp_path: Path) -> None:
    assert write_credits(tmp_path / "out.jpg", [OAK]) == ["The credits are in out.credits.txt."]
    assert write_credits(tmp_path / "out.webp", [ELM]) == ["The credits are in out.webp.credits.txt."]
    assert "Oak" in (tmp_path / "out.credits.txt").read_text(encoding="utf-8")
    said = write_credits(tmp_path / "out.jpg", [])
    assert said[1:] == ["The earlier one is removed: out.credits.txt."]
    assert [item.name for item in tmp_path.iterdir()] == ["out.webp.credits.txt"]
