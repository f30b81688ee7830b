"""Fingerprints follow every change, live or stored, and come back when it is undone."""

from collections.abc import Callable

import pytest

from editor.commands.registry import run, run_live
from editor.document.fingerprint import Fingerprints
from editor.document.project import Project
from editor.model.raster import PixelLayer


@pytest.fixture
def followed() -> tuple[Project, str, str, Callable[[], str]]:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=300, height=300)
    (layer,) = project.children(document, PixelLayer)
    fingerprints = Fingerprints(project.records, project.index)
    project.changed.connect(lambda event: fingerprints.follow(event.change))

    def now() -> str:
        found = fingerprints.of(document)
        assert found == Fingerprints(project.records, project.index).of(document)
        return found

    return project, document, layer.id, now


def test_a_gesture_is_followed_live_and_not_once_more_at_its_end(
    followed: tuple[Project, str, str, Callable[[], str]]
) -> None:
    project, _, layer, now = followed
    start = now()
    gesture = project.gesture("Fill")
    for color in ("#ff0000", "#00ff00"):
        run_live(project, gesture, "raster.fill", layer=layer, color=color)
        now()
    gesture.commit()
    end = now()
    project.undo()
    assert now() == start != end
    project.redo()
    assert now() == end


def test_a_cancelled_gesture_that_adds_and_removes(followed: tuple[Project, str, str, Callable[[], str]]) -> None:
    project, document, layer, now = followed
    start = now()
    gesture = project.gesture("Add")
    run_live(project, gesture, "raster.add_layer", document=document)
    now()
    run_live(project, gesture, "project.delete", records=[layer])
    now()
    gesture.cancel()
    assert now() == start
    gesture = project.gesture("Add")
    run_live(project, gesture, "raster.add_layer", document=document)
    now()
    gesture.commit()
    now()
    project.travel(0)
    project.travel(1)
    assert now() == start
