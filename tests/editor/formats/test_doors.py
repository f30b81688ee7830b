"""Settings of exports as a person types them: right ones become typed values, wrong ones a sentence."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.doors import _movie_options
from editor.formats.image import export_image
from editor.formats.registry import ExportOptions


def test_whole_numbers_and_fractions_are_rates() -> None:
    assert _movie_options({"rate": 15, "width": 320}).rate == Fraction(15)
    assert isinstance(_movie_options({"rate": 15}).rate, Fraction)
    assert _movie_options({"rate": Fraction(30000, 1001)}).rate == Fraction(30000, 1001)


@pytest.mark.parametrize("wishes", [{"rate": "abc"}, {"nope": 3}, {"width": Fraction(1, 2)}, {"preset": 4}])
def test_what_does_not_fit_is_named(wishes: dict[str, Any]) -> None:
    with pytest.raises(ExpectedError, match=next(iter(wishes))):
        _movie_options(wishes)


def test_a_picture_larger_than_the_memory_is_refused(tmp_path: Path) -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document", width=30_000, height=30_000)
    with pytest.raises(ExpectedError, match="memory"):
        export_image(Display(project), document, tmp_path / "a.png", ExportOptions(scale=1000), lambda share: None)
