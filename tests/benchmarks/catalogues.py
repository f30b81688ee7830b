"""Lists of free catalogues at their real sizes, and a whole fetch beside curl on the same server."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

from editor.workflows.catalogues.google_fonts import GoogleFonts
from editor.workflows.catalogues.poly_haven import PolyHaven
from ml.catalogue.download import Wanted, download
from tests.benchmarks import Benchmark, PeerMissing, best
from tests.ml.loopback import serving

FAMILIES, SKIES = 1950, 800
LARGE = 200 << 20


@cache
def families() -> bytes:
    """As long as the real list of 2026: 2.7 MB."""
    one = {
        "category": "Sans Serif", "subsets": ["menu", "latin", "latin-ext", "vietnamese", "cyrillic"], "axes": [],
        "fonts": {f"{weight}{slant}": {"thickness": 4, "slant": 1, "width": 6, "lineHeight": 1.17}
                  for weight in range(100, 1000, 100) for slant in ("", "i")},
        "designers": ["Somebody Example"], "popularity": 1, "isOpenSource": True, "lastModified": "2025-09-16",
    }  # fmt: skip
    entries = [{**one, "family": f"Family {number:04}", "popularity": number} for number in range(FAMILIES)]
    return b")]}'\n" + json.dumps({"familyMetadataList": entries}).encode()


@cache
def skies() -> bytes:
    one = {"type": 0, "authors": {"Somebody": "All"}, "categories": ["outdoor"] * 6, "tags": ["grass", "tree"] * 8,
           "description": "x" * 120, "attributes": {}, "thumbnail_url": "https://cdn.example/a.png"}  # fmt: skip
    return json.dumps({f"sky_{number}": {**one, "name": f"Sky {number}", "download_count": number}
                       for number in range(SKIES)}).encode()  # fmt: skip


def search_fonts() -> float:
    source = GoogleFonts()
    return best(lambda: source.search(lambda *_, **__: families(), "sans 19", "font", 1, "any"), rounds=5)


def search_skies() -> float:
    source = PolyHaven()
    return best(lambda: source.search(lambda *_, **__: skies(), "grass 7", "hdri", 1, "any"), rounds=5)


def _timed(work: object, rounds: int = 3) -> float:
    assert callable(work)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def fetch_ours() -> float:
    """200 MB with its MD5, as a sky of 16K comes."""
    import hashlib

    data = bytes(LARGE)
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    with serving() as server, tempfile.TemporaryDirectory() as folder:
        server.files["/a"] = data
        target = Path(folder) / "a"

        def work() -> None:
            target.unlink(missing_ok=True)
            download(Wanted((f"{server.address}/a",), len(data), "", target, digest))

        return _timed(work)


def fetch_curl() -> float:
    """The same to a file, and its MD5 taken."""
    if shutil.which("curl") is None or shutil.which("md5sum") is None:
        raise PeerMissing("curl is not installed: apt-get install curl")
    with serving() as server, tempfile.TemporaryDirectory() as folder:
        server.files["/a"] = bytes(LARGE)
        target = Path(folder) / "a"

        def work() -> None:
            subprocess.run(["curl", "-sf", "-o", str(target), f"{server.address}/a"], check=True)
            subprocess.run(["md5sum", str(target)], check=True, stdout=subprocess.DEVNULL)

        return _timed(work)


BENCHMARKS = (
    Benchmark("search 1,950 families of fonts in their 2.7 MB list", search_fonts, limit=0.25),
    Benchmark("search 800 skies in their list", search_skies, limit=0.05),
    Benchmark("fetch 200 MB and check its MD5", fetch_ours, peer="curl + md5sum", theirs=fetch_curl, target=1.5),
)
