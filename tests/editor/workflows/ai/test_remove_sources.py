"""Who stands beside a removed object is not copied into its place; and what is said where nothing else is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.document.project import Project
from editor.workflows.ai import remove_sources
from editor.workflows.ai.pictures import Picture, put_layer, put_selection, read_image
from editor.workflows.ai.remove_sources import people_beside, too_few
from editor.workflows.ai.restore import RemoveOptions
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.tool import TOOLS, Outcome, Request
from ml.catalogue.store import ModelStore
from ml.faces.face import Face
from ml.runtime.runtime import Runtime

Box = tuple[int, int, int, int]


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


@pytest.fixture
def one_face(monkeypatch: pytest.MonkeyPatch) -> None:
    """A finder that sees a sure face in every magenta patch, as large as half of it, and a doubtful one elsewhere."""

    def find(picture: np.ndarray, **_: object) -> list[Face]:
        magenta = (picture[..., 0] > 180) & (picture[..., 1] < 90) & (picture[..., 2] > 150)
        doubtful = Face(5, 5, 20, 20, 0.2)
        if magenta.sum() < 50:
            return [doubtful]
        x, y, width, height = cv2.boundingRect(magenta.astype(np.uint8))
        return [Face(x + width / 4, y + height / 3, width / 2, height / 3, 1.5), doubtful]

    monkeypatch.setattr(remove_sources.gradients, "find", find)


def meadow(height: int = 160, width: int = 220, person: Box = (20, 40, 60, 90)) -> np.ndarray:
    rng = np.random.default_rng(4)
    picture = (np.float32([0.2, 0.45, 0.15]) + 0.05 * rng.random((height, width, 1))).astype(np.float32)
    x, y, across, along = person
    picture[y : y + along, x : x + across] = (0.95, 0.2, 0.8)
    return picture


def removed(picture: np.ndarray, box: Box, runtime: Runtime) -> tuple[np.ndarray, Outcome]:
    project = Project.in_memory()
    height, width = picture.shape[:2]
    document = run(project, "raster.new_document", width=width, height=height, background=None)
    opaque = np.ones((height, width), np.float32)
    layer = put_layer(project, document, Picture(np.dstack([picture, opaque]), 0, 0), "Photo")
    x, y, across, along = box
    sheet = np.zeros((height, width), np.float32)
    sheet[y : y + along, x : x + across] = 1
    put_selection(project, document, sheet, 0, 0)
    request = Request(project, document, (layer,), RemoveOptions(), runtime, ModelStore(Path("nowhere")), None)
    outcome = run_tool(TOOLS["remove_object"], request, Progress())
    return read_image(project, document).rgb, outcome


def hole_in(picture: np.ndarray, box: Box) -> np.ndarray:
    x, y, across, along = box
    hole = np.zeros(picture.shape[:2], bool)
    hole[y : y + along, x : x + across] = True
    return hole


@pytest.mark.usefixtures("one_face")
def test_head_and_body_of_who_stands_beside_are_spared() -> None:
    picture = meadow()
    people = people_beside(picture, hole_in(picture, (90, 50, 60, 60)), Progress())
    assert people[40:130, 20:80].mean() > 0.9
    assert not people[:, 120:].any()
    assert not people[:30, :15].any(), "a doubtful face is none"


@pytest.mark.usefixtures("one_face")
def test_who_is_in_the_hole_goes_with_it() -> None:
    picture = meadow()
    assert not people_beside(picture, hole_in(picture, (15, 35, 70, 100)), Progress()).any()


def test_without_people_everything_may_be_copied() -> None:
    picture = np.random.default_rng(0).random((90, 120, 3)).astype(np.float32)
    assert not people_beside(picture, hole_in(picture, (30, 30, 20, 20)), Progress()).any()
    assert not people_beside(picture[:20, :20], hole_in(picture, (5, 5, 4, 4))[:20, :20], Progress()).any()


@pytest.mark.usefixtures("one_face")
def test_a_person_at_the_edge_of_the_hole_does_not_go_on_into_it(runtime: Runtime) -> None:
    picture = meadow()
    after, outcome = removed(picture, (76, 50, 60, 70), runtime)
    assert after[50:120, 76:136, 0].max() < 0.4
    assert outcome.sentence == ""
    np.testing.assert_allclose(after[45:125, 22:68], picture[45:125, 22:68], atol=0.003)


@pytest.mark.usefixtures("one_face")
def test_a_spot_on_a_person_is_closed_with_the_person(runtime: Runtime) -> None:
    picture = meadow()
    picture[80:90, 45:55] = 0.1
    after, outcome = removed(picture, (45, 80, 10, 10), runtime)
    assert after[80:90, 45:55, 0].min() > 0.8
    assert outcome.sentence == ""


def crowded(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """People everywhere but in the hole, as far as `width`."""

    def crowd(_: np.ndarray, hole: np.ndarray, *__: object) -> np.ndarray:
        return np.asarray((np.arange(hole.shape[1]) < width) & ~hole, np.bool_)

    monkeypatch.setattr(remove_sources, "people_beside", crowd)


def test_where_only_people_are_left_it_is_said(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    crowded(monkeypatch, 120)
    _, outcome = removed(meadow(64, 120, person=(0, 0, 120, 64)), (45, 20, 30, 24), runtime)
    assert "without people" in outcome.sentence


def test_too_little_around_is_looked_for_further_away(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crowd as far as is usually read around the hole, and a meadow behind it."""
    crowded(monkeypatch, 300)
    after, outcome = removed(meadow(64, 420, person=(0, 0, 300, 64)), (45, 20, 30, 24), runtime)
    assert "further away" in outcome.sentence
    assert after[20:44, 45:75, 0].max() < 0.4


def test_a_hole_is_too_large_for_a_quarter_of_it() -> None:
    hole = np.zeros((50, 10), bool)
    hole[:40] = True
    assert not too_few(hole, ~hole)
    hole[:41] = True
    assert too_few(hole, ~hole)


@pytest.mark.conformance
@pytest.mark.parametrize("box", [(280, 0, 190, 300), (335, 0, 110, 290), (300, 10, 140, 210)])
def test_no_second_face_comes_beside_a_portrait(corpora: Path, runtime: Runtime, box: Box) -> None:
    """Of the skin and the hair of the portrait nothing is found again where the rocket stood."""
    found = cv2.imread(str(next((corpora / "photos").rglob("astronaut.png"))))
    picture = np.ascontiguousarray(found[..., ::-1], np.float32) / np.float32(255)
    after, _ = removed(picture, box, runtime)
    x, y, across, along = box
    red, green, blue = np.moveaxis(after[y : y + along, x : x + across], 2, 0)
    assert ((red - blue > 0.12) & (red > green + 0.03)).mean() < 0.005
    whole = picture[y : y + along, x : x + across]
    assert ((whole[..., 0] - whole[..., 2] > 0.12) & (whole[..., 0] > whole[..., 1] + 0.03)).mean() > 0.005
