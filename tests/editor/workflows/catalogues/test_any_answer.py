"""Whatever JSON a catalogue sends, a person gets works or a sentence, never a fault of the program."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.workflows.catalogues.feed import JsonFeed, read_feed
from editor.workflows.catalogues.google_fonts import GoogleFonts
from editor.workflows.catalogues.openverse import Openverse
from editor.workflows.catalogues.poly_haven import PolyHaven
from editor.workflows.catalogues.previews import preview_of
from editor.workflows.catalogues.reading import safe_path
from editor.workflows.catalogues.source import Found, Page, Source

SOURCES: tuple[Source, ...] = (
    PolyHaven(), GoogleFonts(), Openverse(), JsonFeed("https://feed.example/a.json", "A feed"),
)  # fmt: skip
KEYS = (
    "name", "type", "authors", "hdri", "1k", "hdr", "url", "size", "md5", "include", "family", "fonts", "manifest",
    "files", "fileRefs", "filename", "contents", "familyMetadataList", "results", "result_count", "page_count", "id",
    "license", "title", "kind", "variants", "path", "address", "items", "format", "version", "next", "gltf",
)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers(-5, 1 << 70) | st.floats() | st.text(max_size=12)
    | st.sampled_from(("../../x", "image", "atelier-feed", "CC0-1.0", "https://a.example/x", "0" * 64))
)  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=14,
)  # fmt: skip
WORK = st.sampled_from(("mossy_forest", "Anton", "images/4bc43a04-ef46-4544-a0c1-63c63f56e276", "leaf", "../x", ""))


def answering(value: Any) -> Any:
    data = json.dumps(value).encode()
    return lambda address, most=0, keep=False: data


@pytest.mark.parametrize("source", SOURCES, ids=[source.title for source in SOURCES])
@settings(max_examples=60)
@given(value=VALUES, work=WORK, page=st.integers(1, 3))
def test_anything(source: Source, value: Any, work: str, page: int) -> None:
    for kind in source.kinds[:2]:
        try:
            assert isinstance(source.search(answering(value), "a", kind, page, "any"), Page)
        except ExpectedError as error:
            assert error.sentence
    try:
        found = source.details(answering(value), work)
        assert isinstance(found, Found)
        for variant in found.variants:
            for file in variant.files:
                safe_path(file.path)
    except ExpectedError as error:
        assert error.sentence


@settings(max_examples=60)
@given(value=VALUES)
def test_any_feed(value: Any) -> None:
    try:
        read_feed(answering(value), "https://feed.example/a.json")
    except ExpectedError as error:
        assert error.sentence


@settings(max_examples=80)
@given(
    head=st.sampled_from((b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"OTTO",
                          b"\0\1\0\0", b"wOF2")),
    rest=st.binary(max_size=200), title=st.text(max_size=40),
)  # fmt: skip
def test_any_preview(head: bytes, rest: bytes, title: str) -> None:
    shown = preview_of(head + rest, title)
    assert shown is None or (shown.ndim == 3 and shown.shape[2] == 4)


def test_a_preview_that_would_fill_the_memory_is_none() -> None:
    """1 kB that says it is 20,000 pixels square: Pillow has an error of its own for that."""
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    assert preview_of(b"\x89PNG\r\n\x1a\n" + chunk + bytes(1000), "Bomb") is None
