"""Other people's models: how many are read and drawn, and that what was read goes out and comes back unchanged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import load_commands, run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.gltf.reading import read_model
from editor.formats.gltf.writing import write_glb
from editor.formats.mesh import GLTF_SUFFIXES, SUFFIXES, import_model, read_file
from tests.editor.formats.gltf.test_gltf import renumbered

pytestmark = pytest.mark.conformance
load_commands()

READ_FLOOR = 155
GLTF_FLOOR = 88
# Nothing to see in them: no geometry, or a single line's worth.
EMPTY = ("empty_nodes.glb", "face_in_group_name.obj", "face_in_group_name_mid_file.obj")


def models(corpora: Path, suffixes: tuple[str, ...]) -> list[Path]:
    folder = corpora / "3d"
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_models_are_read_and_drawn(corpora: Path) -> None:
    """Every file is read, or refused in one sentence; every picture shows something."""
    drawn, blank = 0, []
    display_project = Project.in_memory()
    display = Display(display_project)
    for path in models(corpora, SUFFIXES):
        scene = run(display_project, "scene.new_document", width=96, height=96)
        try:
            import_model(display_project, scene, path)
        except ExpectedError as error:
            assert "\n" not in error.sentence
            continue
        picture = display.render_whole(scene)
        drawn += 1
        if not picture[..., 3].any():
            blank.append(path.name)
        assert np.isfinite(picture).all()
    display.close()
    assert [name for name in blank if name not in EMPTY and "points" not in name] == []
    assert drawn >= READ_FLOOR


def test_gltf_goes_out_and_comes_back_unchanged(corpora: Path) -> None:
    unchanged = 0
    for path in models(corpora, GLTF_SUFFIXES):
        project = Project.in_memory()
        scene = run(project, "scene.new_document")
        first, _ = read_file(path, project.blobs.put)
        import_model(project, scene, path, grouped=False)
        second, _ = read_model(write_glb(project, scene)[0], project.blobs.put)
        assert renumbered(first) == renumbered(second), path
        unchanged += 1
    assert unchanged >= GLTF_FLOOR
