"""The viewport with the window's own session and tool host."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.canvas.tool_host import ToolHost
from app.preferences import Preferences
from app.scene.hosting import new_viewport
from app.session import Session
from editor.commands.registry import load_commands, run
from editor.document.project import Project
from editor.formats.gltf.writing import write_glb
from editor.model.scene import SceneNode
from editor.workflows.library.placing import Spot, place_files

pytestmark = pytest.mark.app
load_commands()


def test_the_window_host_drives_the_viewport(qtbot, tmp_path) -> None:
    project = Project.in_memory()
    scene = run(project, "scene.new_document")
    cube = run(project, "scene.add_shape", document=scene, shape="cube")
    project.select(())
    session = Session(Preferences())
    session.open(project)
    session.activate(scene)
    host = ToolHost(session)
    host.take_for_family()
    viewport = new_viewport(session, host)
    qtbot.addWidget(viewport)
    viewport.resize(320, 240)
    viewport.show()
    qtbot.waitUntil(lambda: viewport.surface.frames > 0, timeout=10_000)
    x, y = viewport.stage().pixels([0.0, 0.0, 0.0])[0]
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(round(x), round(y)))
    assert project.selection == (cube,)
    session.choose_tool("scene.move")
    assert viewport.tool is not None
    assert viewport.tool.name == "scene.move"
    qtbot.waitUntil(lambda: bool(viewport.tool.handles()), timeout=5_000)
    path = tmp_path / "thing.glb"
    path.write_bytes(write_glb(project, scene)[0])
    place_files(project, [path], scene, Spot(at=(1.0, 2.0, 3.0)))
    assert any(node.translation == (1.0, 2.0, 3.0) for node in project.children(scene, SceneNode))
    viewport.close_document()
    host.put_away()
    session.close()
