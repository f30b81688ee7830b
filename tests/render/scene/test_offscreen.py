"""The thread with its own context: many callers, errors that reach whoever waits, a machine without OpenGL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import load_commands, run
from editor.display.display import Display
from editor.document.project import Project
from render.scene import offscreen as module
from render.scene import programs, shapes
from render.scene.errors import NoOpenGLError, SceneRenderError
from render.scene.framing import framing_camera
from render.scene.offscreen import OffscreenRenderer
from render.scene.values import Instance, Material, Scene, View

SCENE = Scene((Instance(shapes.cube(), Material(unlit=True)),))
VIEW = View(framing_camera(SCENE.bounds), 32, 32)


def test_many_threads_are_answered(offscreen: OffscreenRenderer) -> None:
    with ThreadPoolExecutor(6) as pool:
        pictures = list(pool.map(lambda _: offscreen.read(SCENE, VIEW), range(24)))
    assert all((picture == pictures[0]).all() for picture in pictures)


def test_an_error_reaches_the_caller_and_the_thread_goes_on(offscreen: OffscreenRenderer) -> None:
    with pytest.raises(ZeroDivisionError):
        offscreen.run(lambda _: 1 / 0)
    assert offscreen.read(SCENE, VIEW).any()


def test_it_can_be_closed_and_used_again() -> None:
    renderer = OffscreenRenderer()
    try:
        first = renderer.read(SCENE, VIEW)
    except NoOpenGLError as error:
        pytest.skip(str(error))
    renderer.close()
    renderer.close()
    assert (renderer.read(SCENE, VIEW) == first).all()
    renderer.close()


def test_without_opengl_everybody_hears_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing() -> object:
        raise NoOpenGLError(module.NO_OPENGL)

    monkeypatch.setattr(module, "new_context", nothing)
    renderer = OffscreenRenderer()
    for _ in range(2):
        with pytest.raises(NoOpenGLError, match="OpenGL 3.3"):
            renderer.read(SCENE, VIEW)
    renderer.close()
    load_commands()
    project = Project.in_memory()
    scene = run(project, "scene.new_document")
    with pytest.raises(ExpectedError, match="OpenGL 3.3"):
        Display(project).render_whole(scene, 0.02)


def test_a_broken_shader_is_said_in_a_sentence(
    offscreen: OffscreenRenderer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def compile_nonsense(_: object) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(programs, "shader_text", lambda name: "nonsense")
            programs.Program("surface.vert", "depth.frag", (), frozenset())

    with pytest.raises(SceneRenderError, match="shader"):
        offscreen.run(compile_nonsense)
