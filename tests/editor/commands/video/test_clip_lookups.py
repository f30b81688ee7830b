"""Colour lookups as the look of clips: the frame that is shown is the frame that is exported."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.display.display import Display
from editor.display.timeline import tracks_of
from editor.document.project import Project
from editor.model.video import Clip
from render.color import Color
from render.lookup import LookupTable

CORNERS = np.array([[r, g, b] for b in (0, 1) for g in (0, 1) for r in (0, 1)], np.float32)
NEGATIVE = LookupTable(cube=1 - CORNERS)


class Line:
    """A timeline with one clip of one colour, a second long."""

    def __init__(self) -> None:
        self.project = Project.in_memory()
        self.document = run(self.project, "video.new_document", width=160, height=96)
        self.track = tracks_of(self.project, self.document, "video")[0].id
        self.clip: str = run(
            self.project, "video.add_color", track=self.track, color=Color(1.0, 0.25, 0.0), start=0, duration=1
        )
        self.table = self.project.blobs.put(NEGATIVE.to_bytes())

    def frame(self, time: Fraction = Fraction(0)) -> np.ndarray:
        display = Display(self.project)
        try:
            return display.render_whole(self.document, 1.0, time=time).astype(int)
        finally:
            display.close()

    def set(self, **wishes: object) -> None:
        run(self.project, "video.set_lookup", clips=(self.clip,), **wishes)


def test_a_clip_goes_through_it_as_much_as_is_wished() -> None:
    line = Line()
    before = line.frame()
    line.set(table=line.table, name="Negative")
    assert np.abs(line.frame()[..., :3] - (255 - before[..., :3])).max() <= 1
    line.set(table=line.table, strength=0.5)
    assert np.abs(line.frame()[..., :3] - 127.5).max() <= 1.5
    run(line.project, "video.remove_lookup", clips=(line.clip,))
    assert np.array_equal(line.frame(), before)
    line.project.undo()
    line.project.undo()
    assert line.project.find(line.clip, Clip).lookup.name == "Negative"


def test_both_halves_of_a_cut_keep_it() -> None:
    line = Line()
    line.set(table=line.table)
    run(line.project, "video.split_at", document=line.document, time=Fraction(1, 2))
    clips = line.project.children(line.track, Clip)
    assert len(clips) == 2 and all(clip.lookup is not None for clip in clips)
    assert np.array_equal(line.frame(Fraction(1, 5)), line.frame(Fraction(4, 5)))


def test_a_lost_table_is_said_in_the_picture() -> None:
    from msgspec.structs import replace

    line = Line()
    line.set(table=line.table)
    clip = line.project.find(line.clip, Clip)
    with line.project.transaction("Damage"):
        line.project.put(replace(clip, lookup=replace(clip.lookup, table=line.project.blobs.put(b"nothing"))))
    display = Display(line.project)
    drawing = display.drawing(line.document, None, Fraction(0))
    assert any("damaged" in sentence for sentence in drawing.problems)
    display.close()
    with pytest.raises(ExpectedError, match="no color lookup"):
        line.set(table=line.project.blobs.put(b"nothing"))


def test_an_exported_film_has_the_colors_that_are_shown(tmp_path: Path) -> None:
    import av

    from editor.formats.registry import export_document

    line = Line()
    line.set(table=line.table)
    path = tmp_path / "film.mp4"
    display = Display(line.project)
    export_document(display, line.document, path)
    display.close()
    with av.open(str(path)) as film:
        frame = next(film.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    assert np.abs(frame[40:60, 60:100].mean((0, 1)) - line.frame()[50, 80, :3]).max() < 6


def test_a_sound_has_no_colors() -> None:
    line = Line()
    track = tracks_of(line.project, line.document, "audio")[0].id
    with line.project.transaction("Sound"):
        clip = line.project.find(line.clip, Clip)
        from msgspec.structs import replace

        line.project.put(replace(clip, id="sound", parent=track, order="a"))
    with pytest.raises(ExpectedError, match="no colors"):
        run(line.project, "video.set_lookup", clips=("sound",), table=line.table)
