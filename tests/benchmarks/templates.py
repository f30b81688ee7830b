"""Rows of a table through a template: checked all together, then one file after the other.

No program here merges tables into pages; the limits are what a person would wait: a thousand cards in a minute, a
thousand rows checked before the button is let go. Inkscape, where it is, is given the same card as SVG, with the texts
already in it.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from editor.document.project import Project
from editor.workflows.templates.check import Checked, check_table
from editor.workflows.templates.fields import fields_of
from editor.workflows.templates.rows import Wish, chief_documents, make_rows, tasks_of
from editor.workflows.templates.table import read_table
from tests.benchmarks import Benchmark, PeerMissing, best
from tests.editor.workflows.templates import making

ROWS, PHOTOS = 40, 8


@cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


@cache
def folder() -> Path:
    """Photographs of 12 megapixels, and tables of 40 and of 1,000 rows that name them."""
    from PIL import Image

    place, random = Path(_kept().name), np.random.default_rng(1)
    for number in range(PHOTOS):
        small = Image.fromarray(random.integers(0, 255, (30, 40, 3), dtype=np.uint8))
        small.resize((4000, 3000), Image.Resampling.BICUBIC).save(place / f"{number}.jpg", quality=85)
    for count in (ROWS, 1000):
        lines = [
            f"Person {n} of {count},{n % PHOTOS}.jpg,#{n * 37 % 256:02x}6040,{n % 2}\n" for n in range(count)
        ]  # fmt: skip
        (place / f"{count}.csv").write_text("Name,Photo,Accent,Ribbon\n" + "".join(lines))
    return place


@cache
def project() -> Project:
    made = Project.in_memory()
    making.card(made, folder())
    return made


def checked(count: int) -> Checked:
    return check_table(fields_of(project()), read_table(folder() / f"{count}.csv"))


def check_thousand() -> float:
    folder()
    return best(lambda: checked(1000), rounds=3)


def a_row(pattern: str) -> float:
    """Seconds for one row, of 40 with a photograph of 12 megapixels each."""
    fillers = checked(ROWS).fillers
    out = folder() / "out"
    out.mkdir(exist_ok=True)
    wish = Wish(out, pattern, chief_documents(project()), overwrite=True)

    def work() -> None:
        failures = [made.failure for made in make_rows(project(), tasks_of(project(), fillers, wish), wish)]
        assert not any(failures)

    return best(work, rounds=2) / ROWS


def a_pdf() -> float:
    return a_row("{row}.pdf")


def a_png() -> float:
    return a_row("{row}.png")


def inkscape() -> float:
    """One card as PDF by Inkscape, its start included: it has no other way for a table."""
    if shutil.which("inkscape") is None:
        raise PeerMissing("Inkscape is not installed: apt-get install inkscape")
    card = folder() / "card.svg"
    card.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><text x="20" y="50" font-size="30">Person 1'
        '</text><image href="0.jpg" x="20" y="80" width="100" height="100" preserveAspectRatio="xMidYMid slice"/></svg>'
    )
    call = ["inkscape", str(card), "--export-filename", str(folder() / "card.pdf")]
    return best(lambda: subprocess.run(call, check=True, capture_output=True), rounds=2)


BENCHMARKS = (
    Benchmark("template: check 1,000 rows", check_thousand, limit=0.5),
    Benchmark("template: a row to PDF, 12 MP photograph", a_pdf, limit=0.06),
    Benchmark("template: a row to PDF, beside Inkscape", a_pdf, peer="Inkscape", theirs=inkscape, target=0.1),
    Benchmark("template: a row to PNG, 12 MP photograph", a_png, limit=0.3),
)
