"""Every AI tool as a person uses it: the menu, the dialog, the result in the panels, undo, redo, the project opened
again, what made it in the properties, and in an exported file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from editor.base.translation import tr
from editor.formats.registry import ExportOptions
from editor.model.about import About
from editor.model.provenance import Provenance
from editor.model.video import Marker
from editor.workflows.ai.tool import TOOLS, load_tools
from tests.app.ai.hands import CONTROL, LEFT, SHIFT, Hands, wait_until
from tests.app.ai.recipes import RECIPES, Recipe

load_tools()
SIDE = 224
EXPORTS = {"raster": "png", "vector": "pdf", "video": "mp4", "scene": "glb"}


@pytest.fixture
def hands(studio: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hands:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    return Hands(studio)


def test_every_tool_has_a_recipe() -> None:
    assert set(RECIPES) == set(TOOLS)


@pytest.mark.conformance
@pytest.mark.parametrize("name", sorted(TOOLS))
def test_a_tool_is_driven(name: str, hands: Hands, corpora: Path, tmp_path: Path) -> None:
    recipe = RECIPES[name]
    document = opened(hands, recipe, corpora, tmp_path)
    before = hands.project.content_hash()
    driven(hands, name, recipe)
    assert hands.errors == []
    if recipe.finds:
        assert len(hands.results()) == 1, hands.told
        assert hands.results()[0].rows
        QTest.keyClick(hands.results()[0], Qt.Key.Key_Escape)
        assert hands.project.content_hash() == before
        return
    assert recipe.check(hands.project, document)
    after = hands.project.content_hash()
    assert after != before
    note = next(item for item in hands.project.records.values() if isinstance(item, Provenance) and item.tool == name)
    owner = hands.project.get(note.parent)
    is_told(hands, name, owner)
    undone_and_redone(hands, before, after)
    opened_again(hands, after)
    if not isinstance(owner, About):  # descriptions are never drawn
        exported(hands, note, tmp_path)
    assert hands.errors == []


def opened(hands: Hands, recipe: Recipe, corpora: Path, tmp_path: Path) -> str:
    """A project on the disk with what the recipe needs, on screen."""
    studio = hands.studio
    storage = studio.window.files.create("Work")
    document = recipe.sample(storage.project, corpora, SIDE)
    if recipe.install is not None:
        recipe.install(studio.window.ai.store, tmp_path)
    studio.session.open(storage.project, storage)
    studio.session.activate(document)
    QTest.qWait(20)
    return document


def driven(hands: Hands, name: str, recipe: Recipe) -> None:
    """Through the menu into the dialog, the options by hand, and the run awaited."""

    def act(dialog: Any) -> None:
        dialog.activateWindow()
        wait_until(dialog.isActiveWindow, 5.0, "the dialog's focus")
        for option, value in recipe.options.items():
            hands.set_option(dialog, option, value)
        if TOOLS[name].consent:
            QTest.mouseClick(dialog.consent, LEFT)
        assert dialog.run_button.isEnabled(), dialog.problem.text()
        QTest.mouseClick(dialog.run_button, LEFT)

    hands.with_dialog(lambda: hands.choose_tool(TOOLS[name]), act)
    hands.wait_for_jobs()


def is_told(hands: Hands, name: str, owner: Any) -> None:
    """The properties panel says what made the thing, once it is selected; of what nobody can select, the document's."""
    session, panel = hands.studio.session, hands.studio.window.parts.properties
    project = hands.project
    root = project.index.root(owner.id)
    if root != session.document:
        session.activate(root)
    project.select(() if isinstance(owner, About | Marker) else (owner.id,))
    label = tr(TOOLS[name].label)
    wait_until(lambda: panel.made_by is not None and panel.made_by.isVisibleTo(panel), 5.0, "what made it")
    assert label in [text.text() for text in panel.made_by.findChildren(QLabel)]


def undone_and_redone(hands: Hands, before: str, after: str) -> None:
    hands.studio.window.activateWindow()
    wait_until(hands.studio.window.isActiveWindow, 5.0, "the window's focus")
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert hands.project.content_hash() == before
    hands.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert hands.project.content_hash() == after


def opened_again(hands: Hands, after: str) -> None:
    files = hands.studio.window.files
    place = files.place
    files.close_project()
    assert hands.project is None
    files.open_path(place)
    QApplication.processEvents()
    assert hands.project.content_hash() == after


def exported(hands: Hands, note: Provenance, folder: Path) -> None:
    """A file of the document that was made carries the tool's name."""
    session = hands.studio.session
    session.activate(hands.project.index.root(note.id))
    path = folder / f"out.{EXPORTS[session.family]}"
    hands.studio.window.files.export_to(path, session.document, ExportOptions())
    hands.wait_for_jobs()
    assert f'"tool": "{note.tool}"'.encode() in plain_quotes(path.read_bytes())


def plain_quotes(data: bytes) -> bytes:
    return data.replace(b"&quot;", b'"').replace(b'\\"', b'"')
