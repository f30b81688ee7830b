"""Colour lookups of clips out to OpenTimelineIO and back: told once, read back, and never trusted."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import opentimelineio as otio
import pytest

from editor.commands.registry import run
from editor.display.lookups import read_table
from editor.display.timeline import items_on, tracks_of
from editor.document.project import Project
from editor.formats.otio.exporting import export_otio
from editor.formats.otio.importing import import_otio
from editor.model.video import Clip
from render.lookup import LookupTable
from tests.editor.commands.video.timelines import Timeline, check

NEGATIVE = LookupTable(cube=1 - np.array([[r, g, b] for b in (0, 1) for g in (0, 1) for r in (0, 1)], np.float32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two clips of three go through one table."""
    line = Timeline()
    clips = line.lay("V1", ("A", 0, 30), ("B", 30, 60), ("C", 60, 90))
    table = line.project.blobs.put(NEGATIVE.to_bytes())
    run(line.project, "video.set_lookup", clips=(clips[0],), table=table, name="Night.cube")
    run(line.project, "video.set_lookup", clips=(clips[1],), table=table, name="Night.cube", strength=0.25)
    report = export_otio(line.project, line.document, tmp_path / "cut.otio")
    assert any("lookup" in sentence for sentence in report.converted)
    return tmp_path / "cut.otio"


def brought_in(path: Path) -> tuple[Project, list[Clip], list[str]]:
    project = Project.in_memory()
    (document,), report = import_otio(project, path)
    check(project)
    (lane,) = (track for track in tracks_of(project, document) if track.name == "V1")
    return project, [item for item in items_on(project, lane.id) if isinstance(item, Clip)], list(report.dropped)


def first_clip(timeline: Any) -> Any:
    return next(track for track in timeline.video_tracks() if track.name == "V1")[0]


def test_lookups_come_back(path: Path) -> None:
    project, clips, dropped = brought_in(path)
    assert [clip.lookup.name if clip.lookup else "" for clip in clips] == ["Night.cube", "Night.cube", ""]
    assert [clip.lookup_strength for clip in clips] == [1.0, 0.25, 1.0]
    assert clips[0].lookup is not None and read_table(project, clips[0].lookup.table) == NEGATIVE
    assert not any("Night" in sentence for sentence in dropped)


def test_others_read_a_name_and_the_table_lies_in_the_file_once(path: Path) -> None:
    timeline = otio.adapters.read_from_file(str(path))
    (effect,) = first_clip(timeline).effects
    assert (effect.name, effect.effect_name) == ("Night.cube", "LUT")
    assert len(timeline.metadata["atelier"]["lookups"]) == 1


@pytest.mark.parametrize("gone", [True, False])
def test_an_effect_that_another_program_took_away_is_gone(path: Path, gone: bool) -> None:
    timeline = otio.adapters.read_from_file(str(path))
    if gone:
        del first_clip(timeline).effects[0]
    else:
        first_clip(timeline).effects[0].enabled = False
    otio.adapters.write_to_file(timeline, str(path))
    _, clips, dropped = brought_in(path)
    assert clips[0].lookup is None and clips[1].lookup is not None
    assert any("Night.cube" in sentence for sentence in dropped) is not gone


def packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


@pytest.mark.parametrize(
    "table",
    ["", "no table", "é", packed(b"no table"), packed(NEGATIVE.to_bytes()[:-1]), packed(NEGATIVE.to_bytes())[:-8],
     packed(b"\0" * 30_000_000), 7, None, ["x"]],
    ids=["empty", "words", "accent", "other", "short", "cut", "bomb", "number", "null", "list"],
)  # fmt: skip
def test_a_damaged_table_is_left_out_and_told(path: Path, table: Any) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    lookups = told["metadata"]["atelier"]["lookups"]
    lookups[next(iter(lookups))] = table
    path.write_text(json.dumps(told), encoding="utf-8")
    _, clips, dropped = brought_in(path)
    assert all(clip.lookup is None for clip in clips)
    assert sum("Night.cube" in sentence for sentence in dropped) >= 1


@pytest.mark.parametrize("strength", ["much", -3, 9.5, None])
def test_a_strange_strength_is_held_or_left_out(path: Path, strength: Any) -> None:
    timeline = otio.adapters.read_from_file(str(path))
    first_clip(timeline).effects[0].metadata["atelier"]["strength"] = strength
    otio.adapters.write_to_file(timeline, str(path))
    _, clips, _ = brought_in(path)
    assert clips[0].lookup is None or clips[0].lookup_strength in (0.0, 1.0)
    assert (clips[0].lookup is None) is not isinstance(strength, int | float)
